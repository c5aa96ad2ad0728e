//! A number as it was written.

use alloc::{boxed::Box, string::ToString};

/// A JSON number, its text kept: `1.50` stays `1.50` (FHIR R4, `decimal`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub(crate) Box<str>);

impl Number {
    /// The number as JSON writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, if it was written as a whole one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The number, if it was written as a whole one that is not negative and fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The shortest text that stands for this binary fraction and no other; nothing for what JSON has no number for.
    pub fn from_f64(number: f64) -> Option<Self> {
        number.is_finite().then(|| Self(number.to_string().into()))
    }

    /// The nearest binary fraction.
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

macro_rules! whole {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Number {
            fn from(number: $kind) -> Self {
                Self(number.to_string().into())
            }
        }
    )*};
}

whole!(i8, i16, i32, i64, u8, u16, u32, u64, usize);
