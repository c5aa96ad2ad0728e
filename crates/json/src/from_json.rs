//! Types that are read out of a value.

use crate::Value;
use alloc::{borrow::ToOwned, string::String, vec::Vec};

/// A type that can be read out of a JSON value.
pub trait FromJson: Sized {
    /// Reads it; `None` if the value has another type or form.
    fn from_json(value: &Value) -> Option<Self>;
}

impl Value {
    /// The member of this name, read; `None` if there is none, or one of another form.
    pub fn read<T: FromJson>(&self, name: &str) -> Option<T> {
        T::from_json(self.get(name)?)
    }
}

impl FromJson for Value {
    fn from_json(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl FromJson for String {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().map(ToOwned::to_owned)
    }
}

impl FromJson for bool {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::from_json).collect()
    }
}

macro_rules! whole {
    ($($kind:ty),*) => {$(
        impl FromJson for $kind {
            fn from_json(value: &Value) -> Option<Self> {
                value.as_i64()?.try_into().ok()
            }
        }
    )*};
}

whole!(u8, u16, u32, i64);
