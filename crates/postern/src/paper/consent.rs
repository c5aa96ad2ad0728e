//! A consent's page, drawn again from its list and from nothing else, to print.

use maud::{Markup, html};
use postern_desk::consent::{NamedText, proof::Held};
use postern_fhir::{consent::ConsentStatus, instant};
use postern_protocol::page::Part;

/// The page, and under it what was answered.
pub fn page(held: &Held) -> String {
    let titles = held.page.parts.iter();
    let title = titles.clone().find_map(|part| match part {
        Part::Heading(words) => Some(words.as_str()),
        _ => None,
    });
    let ticked: Vec<&str> = held.given.permitted().collect();
    super::frame(
        title.unwrap_or("Consent"),
        &html! {
            main lang=(held.page.language) { @for part in titles { (drawn(part)) } }
            h2 { "What was answered" }
            p { (status(held.given.status)) ", received " (instant::to_text(held.receipt.received_at.0)) "." }
            @if !ticked.is_empty() { p { "Ticked: " (ticked.join(", ")) "." } }
            @if let Some(signature) = &held.given.signature { p { "Typed as a signature: " (signature.name) } }
            h2 { "Texts that it names" }
            @for text in NamedText::of(&held.given) { p { (text) } }
            p.soft { "Text, page, signature and receipt were checked before this was drawn. Record " (held.opened.record.rid) ", app " (held.opened.record.shown.app) "." }
        },
    )
}

fn status(status: ConsentStatus) -> &'static str {
    match status {
        ConsentStatus::Active => "Agreed",
        ConsentStatus::Inactive => "Taken back",
        _ => "Refused",
    }
}

fn drawn(part: &Part) -> Markup {
    match part {
        Part::Heading(words) => html! { h2 { (words) } },
        Part::Paragraph(words) => html! { p { (words) } },
        Part::Text(words) => html! { div.what { (words) } },
        Part::Link { address, version, words, .. } => {
            html! { p { (words) span.soft { " " (address) ", version " (version) } } }
        }
        Part::Box { checked, words, .. } => {
            html! { p { @if *checked { "☒ " } @else { "☐ " } (words) } }
        }
        Part::Field { words, hint, .. } => html! { p { (words) " " span.soft { (hint) } " ______________" } },
        Part::Button { words, .. } => html! { p { "[ " (words) " ]" } },
    }
}
