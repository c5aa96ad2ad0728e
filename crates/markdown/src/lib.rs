//! The small Markdown of message texts and of the clinic's texts that everybody can read: paragraphs, `*emphasis*`, `**strong**`, lists, links. The result is a tree of
//! enums, never a string of HTML, so a text can draw nothing but these. What is not understood is text.
//!
//! Written here, although `pulldown-cmark` is well kept: that parser adds about 40 KB of brotli-compressed WebAssembly to a
//! download whose whole budget is 130 KiB, for headings, tables, code and HTML that a message must not have.
//!
//! Where it differs from CommonMark: a line break inside a paragraph is kept, because the texts are typed by people who
//! mean it; lists do not nest; `_` stands for itself (names and file names are full of it); a link needs a scheme of
//! [`Scheme`] and goes nowhere else.

extern crate alloc;

use alloc::{string::String, vec::Vec};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// `- ` or `* ` before each.
    Bullets(Vec<Vec<Inline>>),
    /// `1. ` before each.
    Numbers {
        /// The first number.
        start: u32,
        /// The items.
        items: Vec<Vec<Inline>>,
    },
}

/// A part of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Letters as they are.
    Text(String),
    /// A new line.
    LineBreak,
    /// `*so*`.
    Emphasis(Vec<Inline>),
    /// `**so**`.
    Strong(Vec<Inline>),
    /// `[words](https://…)`.
    Link {
        /// Where it goes.
        target: Target,
        /// Its words, letters only.
        words: String,
    },
}

/// Where a link goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What opens it.
    pub scheme: Scheme,
    /// The whole address, scheme included.
    pub href: String,
}

/// The only schemes a text may link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A page elsewhere.
    Https,
    /// A telephone call.
    Tel,
    /// A letter.
    Mailto,
}

impl Target {
    /// Reads an address. `None` for another scheme, a space, a control or non-ASCII letter, a user before the host, or
    /// no host: such a link might show one place and go to another.
    pub fn parse(href: &str) -> Option<Self> {
        let (scheme, rest) = href.split_once(':')?;
        let scheme = match scheme {
            "https" => Scheme::Https,
            "tel" => Scheme::Tel,
            "mailto" => Scheme::Mailto,
            _ => return None,
        };
        let clean =
            rest.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'\\'));
        let fits = match scheme {
            Scheme::Https => host_of(rest).is_some(),
            Scheme::Tel => {
                rest.bytes().any(|byte| byte.is_ascii_digit())
                    && rest
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'(' | b')'))
            }
            Scheme::Mailto => rest
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && is_host(host) && !name.contains('?')),
        };
        (clean && fits).then(|| Self { scheme, href: href.into() })
    }

    /// The host of a page elsewhere, to be named beside the link.
    pub fn host(&self) -> Option<&str> {
        match self.scheme {
            Scheme::Https => host_of(self.href.split_once(':')?.1),
            Scheme::Tel | Scheme::Mailto => None,
        }
    }
}

fn host_of(rest: &str) -> Option<&str> {
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    let host = match authority.split_once(':') {
        Some((host, port)) => {
            if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            host
        }
        None => authority,
    };
    is_host(host).then_some(host)
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        && !host.starts_with(['.', '-'])
        && !host.contains("..")
}

/// Reads a text. Never fails.
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Open> = None;
    for line in text.lines() {
        let line = line.trim();
        open = match (open.take(), Line::of(line)) {
            (open, Line::Blank) => {
                close(open, &mut blocks);
                None
            }
            (Some(Open::Bullets(mut items)), Line::Bullet(item)) => {
                items.push(item.into());
                Some(Open::Bullets(items))
            }
            (Some(Open::Numbers(start, mut items)), Line::Number(_, item)) => {
                items.push(item.into());
                Some(Open::Numbers(start, items))
            }
            (Some(Open::Paragraph(mut lines)), Line::Text) => {
                lines.push('\n');
                lines.push_str(line);
                Some(Open::Paragraph(lines))
            }
            // A line that belongs to the item above it.
            (Some(Open::Bullets(mut items)), Line::Text) => {
                join(&mut items, line);
                Some(Open::Bullets(items))
            }
            (Some(Open::Numbers(start, mut items)), Line::Text) => {
                join(&mut items, line);
                Some(Open::Numbers(start, items))
            }
            (open, new) => {
                close(open, &mut blocks);
                Some(match new {
                    Line::Bullet(item) => Open::Bullets(alloc::vec![item.into()]),
                    Line::Number(start, item) => Open::Numbers(start, alloc::vec![item.into()]),
                    Line::Text | Line::Blank => Open::Paragraph(line.into()),
                })
            }
        };
    }
    close(open, &mut blocks);
    blocks
}

enum Line<'t> {
    Blank,
    Bullet(&'t str),
    Number(u32, &'t str),
    Text,
}

impl<'t> Line<'t> {
    fn of(line: &'t str) -> Self {
        if line.is_empty() {
            return Self::Blank;
        }
        if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            return Self::Bullet(item.trim_start());
        }
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        // Nine digits always fit; a longer run is a telephone number, not a list.
        if (1..=9).contains(&digits)
            && let Some(item) = line[digits..].strip_prefix(". ")
            && let Ok(number) = line[..digits].parse()
        {
            return Self::Number(number, item.trim_start());
        }
        Self::Text
    }
}

enum Open {
    Paragraph(String),
    Bullets(Vec<String>),
    Numbers(u32, Vec<String>),
}

fn join(items: &mut [String], line: &str) {
    if let Some(last) = items.last_mut() {
        last.push('\n');
        last.push_str(line);
    }
}

fn close(open: Option<Open>, blocks: &mut Vec<Block>) {
    let each = |items: Vec<String>| items.iter().map(|item| inlines(item)).collect();
    match open {
        None => {}
        Some(Open::Paragraph(lines)) => blocks.push(Block::Paragraph(inlines(&lines))),
        Some(Open::Bullets(items)) => blocks.push(Block::Bullets(each(items))),
        Some(Open::Numbers(start, items)) => blocks.push(Block::Numbers { start, items: each(items) }),
    }
}

/// What is being read inside: a mark does not open again inside itself, which also bounds the depth at two.
#[derive(Clone, Copy, Default)]
struct Inside {
    emphasis: bool,
    strong: bool,
}

fn inlines(text: &str) -> Vec<Inline> {
    let mut out = Vec::new();
    read_inlines(text, Inside::default(), &mut out);
    out
}

fn read_inlines(mut rest: &str, inside: Inside, out: &mut Vec<Inline>) {
    // Once no closing mark is ahead, none is ahead of any later place: looking again would cost the square of the length.
    let mut may_close = Inside { emphasis: !inside.emphasis, strong: !inside.strong };
    let mut may_link = true;
    while let Some(at) = rest.find(['\n', '\\', '*', '[']) {
        push_text(out, &rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\n') {
            out.push(Inline::LineBreak);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\\') {
            // A backslash before a mark makes the mark a letter; before anything else it is one itself.
            let marked = after.chars().next().filter(|letter| letter.is_ascii_punctuation());
            let length = marked.map_or(0, char::len_utf8);
            push_text(out, if length == 0 { "\\" } else { &after[..length] });
            rest = &after[length..];
        } else if let Some(after) = rest.strip_prefix("**") {
            rest = match may_close.strong.then(|| closing(after, "**")).flatten() {
                Some(end) => {
                    let mut inner = Vec::new();
                    read_inlines(&after[..end], Inside { strong: true, ..inside }, &mut inner);
                    out.push(Inline::Strong(inner));
                    &after[end + 2..]
                }
                None => {
                    may_close.strong = may_close.strong && opens_nothing(after);
                    push_text(out, "**");
                    after
                }
            };
        } else if let Some(after) = rest.strip_prefix('*') {
            rest = match may_close.emphasis.then(|| closing(after, "*")).flatten() {
                Some(end) => {
                    let mut inner = Vec::new();
                    read_inlines(&after[..end], Inside { emphasis: true, ..inside }, &mut inner);
                    out.push(Inline::Emphasis(inner));
                    &after[end + 1..]
                }
                None => {
                    may_close.emphasis = may_close.emphasis && opens_nothing(after);
                    push_text(out, "*");
                    after
                }
            };
        } else {
            let after = &rest[1..];
            rest = match may_link.then(|| link(after)) {
                Some(Found::Link(link, length)) => {
                    out.push(link);
                    &after[length..]
                }
                found => {
                    may_link = may_link && !matches!(found, Some(Found::NoMore));
                    push_text(out, "[");
                    after
                }
            };
        }
    }
    push_text(out, rest);
}

fn push_text(out: &mut Vec<Inline>, text: &str) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Inline::Text(last)) => last.push_str(text),
        _ => out.push(Inline::Text(text.into())),
    }
}

/// A mark before a space opens nothing, whatever is ahead.
fn opens_nothing(after: &str) -> bool {
    after.starts_with(char::is_whitespace)
}

/// Where the mark closes: not after a space, not escaped, a `*` not part of `**`.
fn closing(text: &str, mark: &str) -> Option<usize> {
    if text.is_empty() || opens_nothing(text) {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'*' => {
                let run = bytes[at..].iter().take_while(|byte| **byte == b'*').count();
                let after_a_word = at > 0 && !text[..at].ends_with(char::is_whitespace);
                if after_a_word && (run == mark.len() || run > 2) {
                    // Of three stars, the inner mark closes first: `**a *b***`.
                    return Some(if run > 2 { at + run - mark.len() } else { at });
                }
                at += run;
            }
            _ => at += 1,
        }
    }
    None
}

enum Found {
    Link(Inline, usize),
    Nothing,
    NoMore,
}

/// `words](address)`; the length read.
fn link(text: &str) -> Found {
    let Some(middle) = text.find("](") else { return Found::NoMore };
    let words = &text[..middle];
    let address = &text[middle + 2..];
    let Some(end) = address.find(')') else { return Found::NoMore };
    if words.trim().is_empty() || words.contains(['[', '\n']) {
        return Found::Nothing;
    }
    match Target::parse(&address[..end]) {
        Some(target) => Found::Link(Inline::Link { target, words: words.into() }, middle + 2 + end + 1),
        None => Found::Nothing,
    }
}

#[cfg(test)]
mod tests;
