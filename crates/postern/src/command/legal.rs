//! `postern legal`.

use super::{open, print};
use crate::{cli::LegalCommand, failure::Failure};
use postern_desk::consent::PublishedText;

pub async fn run(command: LegalCommand) -> Result<(), Failure> {
    match command {
        LegalCommand::Publish { state, kind, name, language, file, clock, output } => {
            let text = open::text(&file)?;
            let desk = open::desk(&state, &clock).await?;
            let portal = open::portal(&desk).await?;
            let published = desk.publish_policy(&portal, kind, &name, &language, &text).await;
            desk.shut().await;
            let published = published?;
            print::result(output, &published, || format!("published, for ever: {}", in_words(&published)))
        }
        LegalCommand::Draft { state, clock } => {
            let desk = open::desk(&state, &clock).await?;
            let draft = desk.draft_texting_policy();
            desk.shut().await;
            match draft {
                Some(draft) => print::line(draft.trim_end()),
                None => Err(Failure::failed(
                    "the desk knows no [texting] yet: add it to CLINIC.toml and run `postern desk texting`",
                )),
            }
        }
        LegalCommand::Show { state, clock, output } => {
            let desk = open::desk(&state, &clock).await?;
            let published = desk.published_policies().await;
            desk.shut().await;
            let published = published?;
            print::result(output, &published, || {
                if published.is_empty() {
                    return "Nothing is published yet.".to_owned();
                }
                published.iter().map(in_words).collect::<Vec<_>>().join("\n")
            })
        }
    }
}

fn in_words(one: &PublishedText) -> String {
    format!(
        "{}, version {}, {}, SHA-256 {}{}",
        one.kind.as_str(),
        one.version,
        one.language,
        one.sha256.to_text(),
        one.address.as_deref().map(|address| format!(", {address}")).unwrap_or_default()
    )
}
