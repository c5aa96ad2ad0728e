//! The page's words. They stand in the shell, one row a key, so that the same module serves every language; a function a key
//! is made by `build.rs`.

use std::cell::RefCell;

thread_local! {
    static TABLE: RefCell<Table> = const { RefCell::new(Table { rows: Vec::new(), plural: one_or_other }) };
}

struct Table {
    rows: Vec<&'static str>,
    plural: fn(u32) -> String,
}

/// English's rule, until the browser's own is given.
fn one_or_other(count: u32) -> String {
    if count == 1 { "one".into() } else { "other".into() }
}

/// Takes the rows out of the shell's table; `plural` names the CLDR form of a count in the page's language.
pub fn load(table: String, plural: fn(u32) -> String) {
    let rows = table.leak().split('\n').collect();
    TABLE.set(Table { rows, plural });
}

/// The words, a function a key.
pub mod words {
    #![deny(dead_code)] // A key that no page uses is a mistake in locales/.
    #![allow(clippy::too_many_arguments, reason = "as many as the sentence has blanks")]
    use super::{fill, form, number, row};
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

fn row(index: usize) -> &'static str {
    TABLE.with_borrow(|table| table.rows.get(index).copied().unwrap_or_default())
}

fn form(row: &'static str, count: u32) -> &'static str {
    let wanted = TABLE.with_borrow(|table| (table.plural)(count));
    let mut pieces = row.split('\t');
    let mut other = "";
    while let (Some(form), Some(sentence)) = (pieces.next(), pieces.next()) {
        if form == wanted {
            return sentence;
        }
        if form == "other" {
            other = sentence;
        }
    }
    other
}

fn number(count: u32) -> String {
    count.to_string()
}

fn fill(sentence: &str, blanks: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(sentence.len() + 24);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(before);
        if let Some((_, value)) = blanks.iter().find(|(blank, _)| *blank == name) {
            out.push_str(value);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_and_what_was_put_in_is_not_read_again() {
        assert_eq!(fill("{a} and {b}.", &[("a", "{b}"), ("b", "2")]), "{b} and 2.");
    }

    #[test]
    fn one_try_is_said_in_the_singular() {
        let row = "one\tOne try.\tother\t{count} tries.";
        assert_eq!(form(row, 1), "One try.");
        assert_eq!(form(row, 7), "{count} tries.");
    }

    #[test]
    fn a_language_without_the_wanted_form_says_the_other() {
        assert_eq!(form("other\t{count}", 1), "{count}");
    }
}
