//! A struct read from a JSON object and from nothing else: what serde derives also takes a list of the members' values.

use alloc::vec::Vec;
use core::{fmt, marker::PhantomData};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// What was an object.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfMembers(PhantomData))
    }
}

struct OfMembers<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMembers<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Object)
    }
}

/// A list of objects, for `#[serde(deserialize_with)]`.
///
/// # Errors
/// Anything in it that is no object.
pub fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(value)| value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{desk_links::EmptyRequest, desk_sync::SyncRequest};

    #[test]
    fn a_list_of_the_members_values_is_no_object() {
        assert!(serde_json::from_str::<EmptyRequest>("[]").is_ok(), "as serde derives it");
        assert!(serde_json::from_str::<Object<EmptyRequest>>("[]").is_err());
        assert!(serde_json::from_str::<Object<EmptyRequest>>("{}").is_ok());
        let sync = |link: &str| {
            serde_json::from_str::<Object<SyncRequest>>(&alloc::format!(
                r#"{{"epoch":"AAAAAAAAAAAAAAAAAAAAAA","more":false,"links":[{link}]}}"#
            ))
        };
        assert!(sync(r#"{"lid":"AAAAAAAAAAAAAAAAAAAAAA","state":"new","used":1}"#).is_ok());
        assert!(sync(r#"["AAAAAAAAAAAAAAAAAAAAAA","new",1]"#).is_err());
    }

    #[test]
    fn repeated_and_unknown_members_are_refused_as_before() {
        let link = r#""lid":"AAAAAAAAAAAAAAAAAAAAAA","state":"new","used":1"#;
        for (more, fits) in [("", true), (r#","used":1"#, false), (r#","more":1"#, false)] {
            let text = alloc::format!(
                r#"{{"epoch":"AAAAAAAAAAAAAAAAAAAAAA","more":false,"links":[{{{link}{more}}}]}}"#
            );
            assert_eq!(serde_json::from_str::<Object<SyncRequest>>(&text).is_ok(), fits, "{more}");
        }
    }
}
