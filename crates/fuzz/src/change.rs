//! Changes of an input, as data, so that a found one can be made small.

use postern_protocol::base64url;
use proptest::{collection::vec, prelude::*, sample::select};

/// Words that parsers of these formats stumble over.
const WORDS: [&str; 48] = [
    "",
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "0",
    "-1",
    "-0",
    "1e999",
    "1.0",
    "4294967296",
    "18446744073709551616",
    "-9223372036854775809",
    "9007199254740993",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{0}",
    "é",
    "١",
    "\u{202e}",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    ".",
    "=",
    "#",
    "\r\n",
    "\t",
    " ",
    "*",
    "**",
    "](",
    "- ",
    "1. ",
    "tel:",
    "9999-12-31",
    "0000-00-00",
    "24:00:60",
    "+14:00",
    "\"kid\"",
    "\"alg\":\"none\"",
    "__proto__",
];

/// One change. Places are fractions of the input, so that they mean something after other changes too.
#[derive(Debug, Clone)]
pub enum Change {
    /// One bit.
    Flip(u16, u8),
    /// One byte.
    Set(u16, u8),
    /// Something goes away.
    Remove(u16, u8),
    /// Something is put in.
    Insert(u16, Vec<u8>),
    /// A word is put in.
    Word(u16, &'static str),
    /// Something stands twice.
    Repeat(u16, u8),
    /// A letter stands many times: nesting, and long runs.
    Pile(u16, u8, u16),
    /// The digits at a place become another number.
    Number(u16, &'static str),
    /// What stands between two quotes becomes another word.
    Text(u16, &'static str),
    /// The end of it goes away.
    Cut(u16),
    /// The end of another input is put behind the beginning of this one.
    Splice(u16, usize, u16),
    /// Inside the base64url of a part between dots.
    Inside(u8, Box<Change>),
}

fn plain() -> impl Strategy<Value = Change> {
    let at = any::<u16>;
    prop_oneof![
        (at(), 0u8..8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (at(), 1u8..40).prop_map(|(at, length)| Change::Remove(at, length)),
        (at(), vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (at(), select(&WORDS[..])).prop_map(|(at, word)| Change::Word(at, word)),
        (at(), 1u8..80).prop_map(|(at, length)| Change::Repeat(at, length)),
        (at(), select(&b"[{\"*(0 A="[..]), 1u16..3_000)
            .prop_map(|(at, byte, count)| Change::Pile(at, byte, count)),
        (at(), select(&WORDS[6..15])).prop_map(|(at, word)| Change::Number(at, word)),
        (at(), select(&WORDS[..])).prop_map(|(at, word)| Change::Text(at, word)),
        at().prop_map(Change::Cut),
        (at(), any::<usize>(), at()).prop_map(|(at, other, from)| Change::Splice(at, other, from)),
    ]
}

/// Any change.
fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => plain(),
        2 => (0u8..5, plain()).prop_map(|(part, change)| Change::Inside(part, Box::new(change))),
    ]
}

/// A kept input, and up to five changes of it.
pub fn changed(inputs: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (0..inputs.len(), vec(change(), 1..6)).prop_map(move |(at, changes)| {
        changes.iter().fold(inputs[at].clone(), |bytes, change| change.apply(bytes, &inputs))
    })
}

/// A place of a slice of `length`, its end included.
fn place(fraction: u16, length: usize) -> usize {
    usize::from(fraction) * (length + 1) / (usize::from(u16::MAX) + 1)
}

impl Change {
    fn apply(&self, mut bytes: Vec<u8>, others: &[Vec<u8>]) -> Vec<u8> {
        let length = bytes.len();
        let put =
            |bytes: &mut Vec<u8>, at: usize, new: &[u8]| drop(bytes.splice(at..at, new.iter().copied()));
        match self {
            Self::Flip(at, bit) => {
                if let Some(byte) = bytes.get_mut(place(*at, length)) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Set(at, new) => {
                if let Some(byte) = bytes.get_mut(place(*at, length)) {
                    *byte = *new;
                }
            }
            Self::Remove(at, count) => {
                let from = place(*at, length);
                bytes.drain(from..(from + usize::from(*count)).min(length));
            }
            Self::Insert(at, new) => put(&mut bytes, place(*at, length), new),
            Self::Word(at, word) => put(&mut bytes, place(*at, length), word.as_bytes()),
            Self::Repeat(at, count) => {
                let from = place(*at, length);
                let part = bytes[from..(from + usize::from(*count)).min(length)].to_vec();
                put(&mut bytes, from, &part);
            }
            Self::Pile(at, byte, count) => {
                put(&mut bytes, place(*at, length), &vec![*byte; usize::from(*count)]);
            }
            Self::Number(at, word) => {
                let from = place(*at, length);
                if let Some(skip) = bytes[from..].iter().position(u8::is_ascii_digit) {
                    let from = from + skip;
                    let digits = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    bytes.splice(from..from + digits, word.bytes());
                }
            }
            Self::Text(at, word) => {
                let from = place(*at, length);
                let quote = |from: usize| Some(from + bytes[from..].iter().position(|byte| *byte == b'"')?);
                if let Some((from, to)) = quote(from).and_then(|from| Some((from + 1, quote(from + 1)?))) {
                    bytes.splice(from..to, word.bytes());
                }
            }
            Self::Cut(at) => bytes.truncate(place(*at, length)),
            Self::Splice(at, other, from) => {
                let other = &others[other % others.len()];
                bytes.truncate(place(*at, length));
                bytes.extend_from_slice(&other[place(*from, other.len())..]);
            }
            Self::Inside(part, change) => return inside(bytes, usize::from(*part), change, others),
        }
        bytes
    }
}

/// Changes what a part's base64url says; a text without such a part stays as it is.
fn inside(bytes: Vec<u8>, part: usize, change: &Change, others: &[Vec<u8>]) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'.').map(<[u8]>::to_vec).collect();
    let at = part % parts.len();
    let decoded = core::str::from_utf8(&parts[at]).ok().and_then(|text| base64url::decode(text).ok());
    let Some(decoded) = decoded.filter(|decoded| !decoded.is_empty()) else { return bytes };
    parts[at] = base64url::encode(&change.apply(decoded, others)).into_bytes();
    parts.join(&b'.')
}
