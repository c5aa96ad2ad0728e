//! Bodies that were made to fit and then spoilt.

use super::document::Operation;
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

/// What was done to a body.
#[derive(Debug, Clone)]
pub enum Spoiling {
    /// A required member is taken away; where there is none, everything is.
    Missing(prop::sample::Index),
    /// Something in it, however deep, is of another type.
    OtherType(prop::sample::Index, Value),
    /// An object, however deep, is a list of its members' values.
    AsList(prop::sample::Index),
    /// The whole body is of another type.
    OtherWhole(Value),
    /// A member is longer than the whole body may be.
    Oversized(prop::sample::Index),
    /// A number that no integer holds.
    Immense(prop::sample::Index, &'static str),
    /// A byte that is no UTF-8.
    NotUtf8(prop::sample::Index, u8),
    /// A member so many levels deep.
    Nested(prop::sample::Index, usize, bool),
    /// A member that stands there twice.
    Repeated(prop::sample::Index, bool),
    /// A member that nobody knows.
    Unknown(String, Value),
    /// Cut off somewhere.
    Cut(prop::sample::Index),
    /// Something after the end, or before the start.
    Around(&'static [u8], bool),
    /// Half a character, escaped.
    HalfCharacter(prop::sample::Index),
}

pub fn spoiling() -> impl Strategy<Value = Spoiling> {
    let at = any::<prop::sample::Index>;
    let other = || {
        select(vec![
            json!(null),
            json!(true),
            json!(1.5),
            json!(-1),
            json!("text"),
            json!([]),
            json!({}),
            json!([1, "a"]),
        ])
    };
    prop_oneof![
        at().prop_map(Spoiling::Missing),
        (at(), other()).prop_map(|(at, value)| Spoiling::OtherType(at, value)),
        at().prop_map(Spoiling::AsList),
        other().prop_filter("an object may fit", |value| !value.is_object()).prop_map(Spoiling::OtherWhole),
        at().prop_map(Spoiling::Oversized),
        (
            at(),
            select(vec!["1e400", "18446744073709551616", "-9223372036854775809", "1.0", "NaN", "Infinity"])
        )
            .prop_map(|(at, number)| Spoiling::Immense(at, number)),
        (at(), select(vec![0xff, 0xc0, 0x80, 0xed, 0xf8])).prop_map(|(at, byte)| Spoiling::NotUtf8(at, byte)),
        (at(), 130..20_000usize, any::<bool>()).prop_map(|(at, deep, list)| Spoiling::Nested(at, deep, list)),
        (at(), any::<bool>()).prop_map(|(at, same)| Spoiling::Repeated(at, same)),
        ("[a-z_]{1,12}|__proto__|\\PC{0,4}", other())
            .prop_map(|(name, value)| Spoiling::Unknown(name, value)),
        at().prop_map(Spoiling::Cut),
        (select(vec![&b"x"[..], b"{}", b"\0", b"\xef\xbb\xbf", b",", b"]"]), any::<bool>())
            .prop_map(|(bytes, after)| Spoiling::Around(bytes, after)),
        at().prop_map(Spoiling::HalfCharacter),
    ]
}

/// The body as it is sent; `None` where this cannot be done to it.
pub fn spoil(operation: &Operation, fitting: &Value, spoiling: &Spoiling) -> Option<Vec<u8>> {
    let members = fitting.as_object()?;
    let names: Vec<&String> = members.keys().collect();
    let name = |at: &prop::sample::Index| (!names.is_empty()).then(|| names[at.index(names.len())].clone());
    let with = |name: &str, text: &str| object(fitting, Some(name), text).into_bytes();
    let whole = fitting.to_string();
    Some(match spoiling {
        Spoiling::Missing(at) => match name(at) {
            Some(name) => object(fitting, Some(&name), "").into_bytes(),
            None => Vec::new(),
        },
        Spoiling::OtherType(at, value) => {
            let mut places = Vec::new();
            places_in(fitting, "", &mut places);
            places.retain(|place| !place.is_empty());
            let place = (!places.is_empty()).then(|| &places[at.index(places.len())])?;
            let mut body = fitting.clone();
            let there = body.pointer_mut(place)?;
            if same_kind(there, value) {
                return None;
            }
            *there = value.clone();
            body.to_string().into_bytes()
        }
        Spoiling::AsList(at) => {
            let mut places = Vec::new();
            places_in(fitting, "", &mut places);
            places.retain(|place| fitting.pointer(place).is_some_and(Value::is_object));
            let mut body = fitting.clone();
            let there = body.pointer_mut(&places[at.index(places.len())])?;
            *there = there.as_object()?.values().cloned().collect();
            body.to_string().into_bytes()
        }
        Spoiling::OtherWhole(value) => value.to_string().into_bytes(),
        Spoiling::Oversized(at) => {
            let long = format!("\"{}\"", "A".repeat(operation.most_bytes));
            match name(at) {
                Some(name) => with(&name, &long),
                None => [&b"{"[..], &vec![b' '; operation.most_bytes], b"}"].concat(),
            }
        }
        Spoiling::Immense(at, number) => with(&name(at)?, number),
        Spoiling::NotUtf8(at, byte) => {
            let mut bytes = whole.into_bytes();
            bytes.insert(at.index(bytes.len() + 1), *byte);
            bytes
        }
        Spoiling::Nested(at, deep, list) => {
            let (open, close) = if *list { ("[", "]") } else { ("{\"a\":", "}") };
            let text = format!("{}1{}", open.repeat(*deep), close.repeat(*deep));
            match name(at) {
                Some(name) => with(&name, &text),
                None => text.into_bytes(),
            }
        }
        Spoiling::Repeated(at, same) => {
            let name = name(at)?;
            let again = if *same { members[&name].to_string() } else { "null".to_owned() };
            added(&whole, &name, &again)
        }
        Spoiling::Unknown(name, value) => {
            if members.contains_key(name) {
                return None;
            }
            added(&whole, name, &value.to_string())
        }
        Spoiling::Cut(at) => whole.as_bytes()[..at.index(whole.len())].to_vec(),
        Spoiling::Around(bytes, after) => {
            if *after {
                [whole.as_bytes(), bytes].concat()
            } else {
                [bytes, whole.as_bytes()].concat()
            }
        }
        Spoiling::HalfCharacter(at) => match name(at) {
            Some(name) => with(&name, "\"\\ud800\""),
            None => added(&whole, "\\ud800", "1"),
        },
    })
}

/// JSON pointers to everything in a value, itself too.
fn places_in(value: &Value, place: &str, places: &mut Vec<String>) {
    places.push(place.to_owned());
    let within: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    within.into_iter().for_each(|(name, value)| places_in(value, &format!("{place}/{name}"), places));
}

/// Whether a value may fit where the other one does.
fn same_kind(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(number)) => number.is_i64(),
        (Value::Array(_), Value::Array(items)) => items.is_empty(),
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// The object with another text in the place of one member's value; no text takes the member away.
fn object(fitting: &Value, changed: Option<&str>, text: &str) -> String {
    let members = fitting.as_object().unwrap().iter().filter_map(|(name, value)| {
        let key = Value::from(name.as_str());
        match changed == Some(name) {
            true if text.is_empty() => None,
            true => Some(format!("{key}:{text}")),
            false => Some(format!("{key}:{value}")),
        }
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn added(whole: &str, name: &str, value: &str) -> Vec<u8> {
    let before = whole.trim_end_matches('}');
    let comma = if before == "{" { "" } else { "," };
    let name = if name.contains('\\') { format!("\"{name}\"") } else { Value::from(name).to_string() };
    format!("{before}{comma}{name}:{value}}}").into_bytes()
}
