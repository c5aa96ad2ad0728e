//! Fills a template. Only known names are filled; what a patient or a clinic wrote is never read as a template again.

use std::collections::BTreeMap;

/// The names a template may have in braces.
pub const NAMES: &[&str] = &["clinic", "phone", "link", "n", "code", "host", "scope"];

/// A template has a name in braces that is not known or has no value here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template has {{{0}}}, which has no value here")]
pub struct NoValue(pub String);

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words as they stand.
    Words(&'a str),
    /// A name in braces.
    Name(&'a str),
}

/// Takes a template apart. A brace without its partner is part of the words.
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, remaining)) = after.split_once('}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Words(before));
        }
        pieces.push(Piece::Name(name));
        rest = remaining;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    pieces
}

/// The text with each name replaced by its value.
///
/// # Errors
/// A name without a value.
pub fn render(template: &str, values: &BTreeMap<&str, &str>) -> Result<String, NoValue> {
    pieces(template)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => Ok(words),
            Piece::Name(name) => values.get(name).copied().ok_or_else(|| NoValue(name.to_owned())),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_and_a_value_with_braces_is_not_read_again() {
        let values = BTreeMap::from([("clinic", "{link}"), ("link", "L")]);
        assert_eq!(render("{clinic}: {link}", &values).unwrap(), "{link}: L");
    }

    #[test]
    fn a_name_without_a_value_is_named() {
        assert_eq!(render("{reason}", &BTreeMap::new()), Err(NoValue("reason".into())));
    }

    #[test]
    fn a_lone_brace_stays_as_it_is() {
        assert_eq!(render("a { b", &BTreeMap::new()).unwrap(), "a { b");
    }
}
