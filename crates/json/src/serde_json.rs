//! To and from `serde_json`'s value, for rooms that work with both.

use crate::{Object, Value};
use alloc::string::ToString;

impl From<&serde_json::Value> for Value {
    fn from(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(truth) => Self::Bool(*truth),
            // What serde_json writes as a number is one.
            serde_json::Value::Number(number) => {
                crate::parse(number.to_string().as_bytes()).unwrap_or_default()
            }
            serde_json::Value::String(text) => text.as_str().into(),
            serde_json::Value::Array(values) => values.iter().map(Self::from).collect(),
            serde_json::Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.clone(), value.into()));
                Self::Object(members.collect::<Object>())
            }
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
            Value::String(text) => text.as_str().into(),
            Value::Array(values) => values.iter().map(Self::from).collect(),
            Value::Object(object) => {
                object.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect()
            }
        }
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl core::fmt::Display for Value {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        serde_json::Value::from(self).fmt(f)
    }
}

/// A value as it stands in the source text, in `serde_json::json!`'s notation; the caller has `serde_json` among its own
/// dependencies.
#[macro_export]
macro_rules! json {
    ($($json:tt)*) => {
        $crate::Value::from(&::serde_json::json!($($json)*))
    };
}
