//! A message's small Markdown as page parts: only what its tree can say.

use leptos::prelude::*;
use postern_fhir::markdown::{self, Block, Inline};

/// Draws a text.
pub fn rich_text(text: &str) -> AnyView {
    markdown::parse(text).into_iter().map(block).collect::<Vec<_>>().into_any()
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(inlines) => view! { <p>{line(inlines)}</p> }.into_any(),
        Block::Bullets(items) => view! { <ul>{list(items)}</ul> }.into_any(),
        Block::Numbers { start, items } => view! { <ol start=start.to_string()>{list(items)}</ol> }.into_any(),
    }
}

fn list(items: Vec<Vec<Inline>>) -> Vec<AnyView> {
    items.into_iter().map(|item| view! { <li>{line(item)}</li> }.into_any()).collect()
}

fn line(inlines: Vec<Inline>) -> Vec<AnyView> {
    inlines.into_iter().map(inline).collect()
}

fn inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(letters) => letters.into_any(),
        Inline::LineBreak => view! { <br /> }.into_any(),
        Inline::Emphasis(inner) => view! { <em>{line(inner)}</em> }.into_any(),
        Inline::Strong(inner) => view! { <strong>{line(inner)}</strong> }.into_any(),
        Inline::Link { target, words } => {
            // A link out names its host, and tells that host nothing of this page.
            let host = target.host().filter(|host| *host != words).map(|host| format!(" ({host})"));
            let out = target.host().is_some().then_some("_blank");
            view! { <a href=target.href target=out rel="noopener noreferrer" referrerpolicy="no-referrer">{words}{host}</a> }
                .into_any()
        }
    }
}
