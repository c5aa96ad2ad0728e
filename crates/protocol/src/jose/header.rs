//! The protected header: one set of members for all forms; a form says which of them must stand there.

use super::EnvelopeError;
use crate::{base64url, keys::PublicKey};
use alloc::string::String;
use postern_json::{FromJson, Value};
use serde::Serialize;

/// Characters of the longest header that is looked into; a record's, the longest of ours, has some 500.
const LONGEST: usize = 1024;

/// A header as it travels. Unknown and repeated members are refused while reading.
#[derive(Default, Serialize)]
pub(crate) struct Header {
    pub alg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enc: Option<String>,
    pub typ: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cty: Option<String>,
    pub kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epk: Option<PublicKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apu: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apv: Option<String>,
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

/// A member that stands there must have a value of its type; every member must be one of these.
impl FromJson for Header {
    fn from_json(value: &Value) -> Option<Self> {
        let members = value.as_object()?;
        let mut header = Self::default();
        for (name, value) in members {
            match name.as_str() {
                "alg" => header.alg = String::from_json(value)?,
                "enc" => header.enc = Some(String::from_json(value)?),
                "typ" => header.typ = String::from_json(value)?,
                "cty" => header.cty = Some(String::from_json(value)?),
                "kid" => header.kid = String::from_json(value)?,
                "epk" => header.epk = Some(PublicKey::from_json(value)?),
                "apu" => header.apu = Some(String::from_json(value)?),
                "apv" => header.apv = Some(String::from_json(value)?),
                _ => return None,
            }
        }
        // `alg` and `typ` are held against the form; `kid` stands in every form.
        if header.kid.is_empty() { None } else { Some(header) }
    }
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
        if part.len() > LONGEST {
            return Err(EnvelopeError::Header);
        }
        let json = base64url::decode(part).map_err(|_| EnvelopeError::Compact)?;
        let value = postern_json::parse(&json).map_err(|_| EnvelopeError::Header)?;
        let header = Self::from_json(&value).ok_or(EnvelopeError::Header)?;
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
