//! The protected header: one set of members for all forms; a form says which of them must stand there.

use super::EnvelopeError;
use crate::{base64url, keys::PublicKey};
use alloc::string::String;
use serde::{Deserialize, Deserializer, Serialize};

/// A header as it travels. Unknown and repeated members are refused while reading.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub alg: String,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub enc: Option<String>,
    pub typ: String,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub cty: Option<String>,
    pub kid: String,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub epk: Option<PublicKey>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub apu: Option<String>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub apv: Option<String>,
}

/// A member that stands there must have a value: `null` is refused.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What the header of a form must say. `epk`, `apu` and `apv` stand there exactly when `agreement` is set.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub alg: &'static str,
    pub enc: Option<&'static str>,
    pub typ: &'static str,
    pub cty: Option<&'static str>,
    pub agreement: bool,
}

impl Header {
    pub(crate) fn of(form: &Form, kid: String) -> Self {
        Self {
            alg: form.alg.into(),
            enc: form.enc.map(Into::into),
            typ: form.typ.into(),
            cty: form.cty.map(Into::into),
            kid,
            ..Self::default()
        }
    }

    /// Reads the first part of a compact serialization and holds it against the form.
    pub(crate) fn read(part: &str, form: &Form) -> Result<Self, EnvelopeError> {
        let json = base64url::decode(part).map_err(|_| EnvelopeError::Compact)?;
        // No form has a list, and a derived reader takes a list of values for an object of members.
        if json.contains(&b'[') {
            return Err(EnvelopeError::Header);
        }
        let header: Self = serde_json::from_slice(&json).map_err(|_| EnvelopeError::Header)?;
        let fits = header.alg == form.alg
            && header.enc.as_deref() == form.enc
            && header.typ == form.typ
            && header.cty.as_deref() == form.cty
            && header.epk.is_some() == form.agreement
            && header.apu.is_some() == form.agreement
            && header.apv.is_some() == form.agreement;
        if fits { Ok(header) } else { Err(EnvelopeError::Header) }
    }

    pub(crate) fn write(&self) -> String {
        base64url::encode(&serde_json::to_vec(self).expect("a header is plain JSON"))
    }
}
