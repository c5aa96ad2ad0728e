//! A message's small Markdown as page parts: only what its tree can say.

use super::tag::{Tag, tag, text};
use leptos::prelude::*;
use postern_fhir::markdown::{self, Block, Inline};

/// Draws a text.
pub fn rich_text(source: &str) -> Vec<AnyView> {
    markdown::parse(source).into_iter().map(|part| block(part).view()).collect()
}

fn block(block: Block) -> Tag {
    match block {
        Block::Paragraph(inlines) => tag("p").child(line(inlines)),
        Block::Bullets(items) => tag("ul").child(list(items)),
        Block::Numbers { start, items } => tag("ol").set("start", start.to_string()).child(list(items)),
    }
}

fn list(items: Vec<Vec<Inline>>) -> Vec<AnyView> {
    items.into_iter().map(|item| tag("li").child(line(item)).view()).collect()
}

fn line(inlines: Vec<Inline>) -> Vec<AnyView> {
    inlines.into_iter().map(inline).collect()
}

fn inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(letters) => text(letters),
        Inline::LineBreak => tag("br").view(),
        Inline::Emphasis(inner) => tag("em").child(line(inner)).view(),
        Inline::Strong(inner) => tag("strong").child(line(inner)).view(),
        Inline::Link { target, words } => {
            let host = target.host().unwrap_or_default();
            let named =
                if host.is_empty() || host == words { words } else { [&words, " (", host, ")"].concat() };
            let elsewhere = !host.is_empty();
            out(tag("a"), elsewhere).set("href", target.href).text(named).view()
        }
    }
}

/// A link out tells the place it goes to nothing of this page.
pub fn out(link: Tag, elsewhere: bool) -> Tag {
    let link = link.set("rel", "noopener noreferrer").set("referrerpolicy", "no-referrer");
    link.set_if(elsewhere, "target", "_blank")
}
