//! Reading members out of a JSON object, and building one.

use alloc::{string::String, vec::Vec};
use postern_json::{Object as Members, Value};

/// Why some JSON is not the resource it should be. The text is the member's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A member that FHIR requires, or that Postern needs, is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member is there with another type or form.
    #[error("{0} has another type or form than FHIR R4 gives it")]
    Wrong(&'static str),
    /// A code outside the value set that FHIR binds it to.
    #[error("{0} holds a code that FHIR R4 does not know")]
    UnknownCode(&'static str),
    /// `resourceType` is not the one that was asked for.
    #[error("this is not a {0}")]
    NotA(&'static str),
}

/// The last part of a path: the member's own name.
fn member(path: &'static str) -> &'static str {
    path.rsplit('.').next().unwrap_or(path)
}

/// A member whose path is `path`; `null` counts as absent.
pub(crate) fn get<'v>(object: &'v Value, path: &'static str) -> Option<&'v Value> {
    object.get(member(path)).filter(|value| !value.is_null())
}

/// An optional text.
pub(crate) fn text(object: &Value, path: &'static str) -> Result<Option<String>, ReadError> {
    match get(object, path) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ReadError::Wrong(path)),
    }
}

/// A text that must be there.
pub(crate) fn needed(object: &Value, path: &'static str) -> Result<String, ReadError> {
    text(object, path)?.ok_or(ReadError::Missing(path))
}

/// A repeated member; absent is empty.
pub(crate) fn list<'v>(object: &'v Value, path: &'static str) -> Result<&'v [Value], ReadError> {
    match get(object, path) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(ReadError::Wrong(path)),
    }
}

/// Each item of a repeated member, read.
pub(crate) fn each<T>(
    object: &Value,
    path: &'static str,
    read: impl Fn(&Value) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    list(object, path)?.iter().map(read).collect()
}

/// Refuses another `resourceType`.
pub(crate) fn expect_type(object: &Value, name: &'static str) -> Result<(), ReadError> {
    if resource_type(object) == Some(name) { Ok(()) } else { Err(ReadError::NotA(name)) }
}

/// What the JSON says it is.
pub(crate) fn resource_type(object: &Value) -> Option<&str> {
    object.get("resourceType").and_then(Value::as_str)
}

/// The value of the extension with this url, under its `value[x]` member.
pub(crate) fn extension<'v>(object: &'v Value, url: &str, value: &str) -> Option<&'v Value> {
    let all = object.get("extension")?.as_array()?;
    all.iter().find(|one| one.get("url").and_then(Value::as_str) == Some(url))?.get(value)
}

/// An extension that holds a text, which has to be one.
pub(crate) fn text_extension(
    object: &Value,
    url: &'static str,
    value: &'static str,
) -> Result<Option<String>, ReadError> {
    match extension(object, url, value) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ReadError::Wrong(url)),
    }
}

/// An object under construction; what is empty is left out, as FHIR demands.
pub(crate) struct Object(Members);

impl Object {
    /// Of a data type.
    pub(crate) fn new() -> Self {
        Self(Members::new())
    }

    /// Of a resource.
    pub(crate) fn resource(name: &str) -> Self {
        Self::new().put("resourceType", name)
    }

    /// A member that is there.
    pub(crate) fn put(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// A member that may be absent.
    pub(crate) fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    /// A text that may be absent.
    pub(crate) fn text(self, name: &str, value: &Option<String>) -> Self {
        self.maybe(name, value.as_deref())
    }

    /// A repeated member; left out when empty.
    pub(crate) fn list(self, name: &str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.put(name, values) }
    }

    /// Done.
    pub(crate) fn build(self) -> Value {
        Value::Object(self.0)
    }
}

/// `{url, <value>: …}`.
pub(crate) fn make_extension(url: &str, name: &str, value: impl Into<Value>) -> Value {
    Object::new().put("url", url).put(name, value).build()
}

/// A CodeableConcept of one code.
pub(crate) fn code(system: &str, code: &str) -> Value {
    let coding = Object::new().put("system", system).put("code", code).build();
    Object::new().list("coding", alloc::vec![coding]).build()
}

/// The code that a CodeableConcept has in this system.
pub(crate) fn coded<'v>(concept: &'v Value, system: &str) -> Option<&'v str> {
    let all = concept.get("coding")?.as_array()?;
    all.iter().find(|one| one.get("system").and_then(Value::as_str) == Some(system))?.get("code")?.as_str()
}

/// `{text}`: a CodeableConcept in words.
pub(crate) fn concept(text: &str) -> Value {
    Object::new().put("text", text).build()
}

/// The words of a CodeableConcept: its text, else the first coding's display.
pub(crate) fn concept_text(concept: &Value) -> Option<String> {
    let words = concept.get("text").or_else(|| concept.get("coding")?.get(0)?.get("display"))?;
    words.as_str().map(String::from)
}

/// Gives a resource `Serialize` and `Deserialize` through its `read` and `write`.
macro_rules! through_value {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.write().serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = postern_json::Value::deserialize(deserializer)?;
                Self::read(&value).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use through_value;
