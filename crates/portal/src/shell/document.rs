//! A text of the clinic's as part of a page: its small Markdown read into a tree, the tree written as HTML. Letters become letters,
//! never markup.

use super::fill::escape;
use postern_markdown::{Block, Inline, parse};
use postern_protocol::wire::desk_policies::title;

/// A text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its title, as letters.
    pub title: String,
    /// What stands under it, as HTML.
    pub body: String,
}

impl Document {
    /// `None` for a text that cannot be published.
    pub fn read(text: &str) -> Option<Self> {
        let title = title(text)?.to_owned();
        let (_, rest) = text.split_once('\n')?;
        let mut body = String::with_capacity(rest.len() * 2);
        let mut part = String::new();
        for line in rest.lines() {
            match line.strip_prefix("## ") {
                Some(heading) => {
                    blocks(&core::mem::take(&mut part), &mut body);
                    wrap("h2", &escape(heading.trim()), &mut body);
                }
                None => {
                    part.push_str(line);
                    part.push('\n');
                }
            }
        }
        blocks(&part, &mut body);
        Some(Self { title, body })
    }
}

fn wrap(tag: &str, inner: &str, out: &mut String) {
    for piece in ["<", tag, ">", inner, "</", tag, ">"] {
        out.push_str(piece);
    }
}

fn blocks(text: &str, out: &mut String) {
    let list = |items: &[Vec<Inline>]| {
        let mut inner = String::new();
        items.iter().for_each(|item| wrap("li", &line(item), &mut inner));
        inner
    };
    for block in parse(text) {
        match block {
            Block::Paragraph(inlines) => wrap("p", &line(&inlines), out),
            Block::Bullets(items) => wrap("ul", &list(&items), out),
            Block::Numbers { start, items } => {
                out.push_str(&format!("<ol start=\"{start}\">{}</ol>", list(&items)));
            }
        }
    }
}

fn line(inlines: &[Inline]) -> String {
    inlines.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> String {
    let mut out = String::new();
    match inline {
        Inline::Text(letters) => out.push_str(&escape(letters)),
        Inline::LineBreak => out.push_str("<br>"),
        Inline::Emphasis(inner) => wrap("em", &line(inner), &mut out),
        Inline::Strong(inner) => wrap("strong", &line(inner), &mut out),
        Inline::Link { target, words } => {
            let (named, elsewhere) = match target.host() {
                Some(host) if host == words => (words.clone(), true),
                Some(host) => (format!("{words} ({host})"), true),
                None => (words.clone(), false),
            };
            let away = if elsewhere { " target=\"_blank\"" } else { "" };
            out.push_str(&format!(
                "<a href=\"{}\" rel=\"noopener noreferrer\" referrerpolicy=\"no-referrer\"{away}>{}</a>",
                escape(&target.href),
                escape(&named)
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_headings_paragraphs_lists_and_links() {
        let text = "# Terms\n\nWe *text* you.\nOften.\n\n## How often\n- 8 a **month**\n- never at night\n\n\
                    See [our page](https://oak.example/a?b=1&c=2) or [call](tel:+12025550143).";
        let read = Document::read(text).unwrap();
        assert_eq!(read.title, "Terms");
        assert_eq!(
            read.body,
            "<p>We <em>text</em> you.<br>Often.</p><h2>How often</h2><ul><li>8 a <strong>month</strong></li>\
             <li>never at night</li></ul><p>See <a href=\"https://oak.example/a?b=1&amp;c=2\" rel=\"noopener noreferrer\" \
             referrerpolicy=\"no-referrer\" target=\"_blank\">our page (oak.example)</a> or <a href=\"tel:+12025550143\" \
             rel=\"noopener noreferrer\" referrerpolicy=\"no-referrer\">call</a>.</p>"
        );
    }

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        let evil = "# <script>\n\n</article><script src=//evil.example></script> {{clinic_name}} & \"x\"\n\n## <img src=x>\n\
                    - <b>\n\n[x\"><b>](https://oak.example/) [y](javascript:alert(1))";
        let body = Document::read(evil).unwrap().body;
        let mut tags: Vec<&str> =
            body.split('<').skip(1).map(|tag| tag.split([' ', '>']).next().unwrap()).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags, ["/a", "/h2", "/li", "/p", "/ul", "a", "h2", "li", "p", "ul"]);
        assert!(
            !body.contains("javascript:alert(1)\"") && body.contains("&lt;script src=//evil.example&gt;")
        );
    }
}
