//! A message: from the desk to the patient.

use super::{EnvelopeError, padded_json};
use crate::{
    derive::{ContentKey, Secret32},
    digest::{Digest, sha256},
    id::MessageId,
    jose::{direct, header::Form},
    keys::PublicKey,
};
use alloc::{string::String, vec::Vec};
use postern_json::{FromJson, Value};
use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};

const FORM: Form = direct::form("postern-message+jwe", Some("application/json"));

/// What is sealed for the patient; `B` is a FHIR R4 `Bundle`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message<B> {
    /// Version of this form: 1.
    pub v: u8,
    /// Its number on the link, from 1.
    pub n: u32,
    /// Whom it is about, a [`crate::about::About`] as JSON, where somebody could be mistaken. It is read where it is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Value>,
    /// The content.
    pub bundle: B,
    /// Who wrote it, and the keys to trust for the answer.
    pub clinic: MessageClinic,
}

/// The clinic as the seal vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageClinic {
    /// Its name.
    pub display: String,
    /// Answers are sealed to this key.
    pub key: PublicKey,
    /// The portal's receipt keys, current and next; no other receipt is accepted.
    pub portal_keys: Vec<PublicKey>,
}

impl<B: FromJson> FromJson for Message<B> {
    fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            v: value.read("v")?,
            n: value.read("n")?,
            about: value.get("about").cloned(),
            bundle: value.read("bundle")?,
            clinic: value.read("clinic")?,
        })
    }
}

impl FromJson for MessageClinic {
    fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            display: value.read("display")?,
            key: value.read("key")?,
            portal_keys: value.read("portal_keys")?,
        })
    }
}

/// A sealed message and what an answer will refer to.
pub struct Sealed {
    /// Compact JWE.
    pub jwe: String,
    /// SHA-256 of the padded plaintext.
    pub plaintext_sha256: Digest,
}

/// An opened message.
pub struct Opened<B> {
    /// The message.
    pub message: Message<B>,
    /// SHA-256 of the padded plaintext, for `shown`.
    pub plaintext_sha256: Digest,
}

fn key(content_key: &ContentKey, mid: &MessageId) -> Secret32 {
    content_key.derive(&[b"postern/v1 message", &mid.0])
}

/// Seals a message under its level's content key. `mid` must be fresh for each sealing.
pub fn seal<B: Serialize>(
    rng: &mut (impl CryptoRng + RngCore),
    content_key: &ContentKey,
    mid: &MessageId,
    message: &Message<B>,
) -> Sealed {
    let plaintext = padded_json(message);
    let plaintext_sha256 = sha256(&plaintext);
    Sealed {
        jwe: direct::seal(rng, &key(content_key, mid), &FORM, mid.to_text(), plaintext),
        plaintext_sha256,
    }
}

/// Opens a message that must be `mid`.
///
/// # Errors
/// Another shape, another message or key, changed bytes, or another content.
pub fn open<B: FromJson>(
    compact: &str,
    content_key: &ContentKey,
    mid: &MessageId,
) -> Result<Opened<B>, EnvelopeError> {
    let plaintext = direct::open(compact, &key(content_key, mid), &FORM, &mid.to_text())?;
    let value = postern_json::parse(&plaintext).map_err(|_| EnvelopeError::Content)?;
    let message = Message::<B>::from_json(&value).ok_or(EnvelopeError::Content)?;
    if message.v != 1 {
        return Err(EnvelopeError::Content);
    }
    Ok(Opened { message, plaintext_sha256: sha256(&plaintext) })
}

/// Whether the portal may store it: outer shape and message id.
///
/// # Errors
/// As [`open`], as far as it shows without a key.
pub fn check(compact: &str, mid: &MessageId) -> Result<(), EnvelopeError> {
    direct::check_shape(compact, &FORM, &mid.to_text())
}

crate::undisclosed!(Message<B>);
