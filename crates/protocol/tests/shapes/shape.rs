//! The fixed shapes, each with what our own code sealed, the key, the header, and our way to open it.

use crate::raw;
use postern_protocol::{
    base64url::FixedBytes,
    derive::{ContentKey, ContentKeys, LinkKeys, Secret32},
    desk_token::{self, DeskClaims},
    digest::sha256,
    envelope::{
        link_record::{self, LinkRecord, LinkRecordKind},
        message::{self, Message, MessageClinic},
        own, record, slot,
    },
    factor::FactorKind,
    id::{ClinicId, LinkId, MessageId, RecordId},
    keys::{ClinicKeyPair, PatientSigningKey, SigningKeyPair},
    link::LinkSecret,
    receipt::{self, AuditHead, Receipt},
    record::{Answerer, Record, RecordKind, Shown},
    time::Timestamp,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

/// How a shape is keyed.
#[derive(Clone, Copy)]
pub enum Key {
    Direct([u8; 32]),
    /// Private scalar of the recipient.
    Agreement([u8; 32]),
    /// Private scalar of the signer.
    Es256([u8; 32]),
    Hs256([u8; 32]),
}

/// Opens a compact text: its content, or why not.
pub type Open = Box<dyn Fn(&str) -> Result<Value, String>>;

/// A fixed shape.
pub struct Shape {
    pub name: &'static str,
    pub key: Key,
    /// What its header says, without `epk`.
    pub header: Value,
    /// What our code sealed.
    pub compact: String,
    /// What is in it.
    pub payload: Vec<u8>,
    /// Our way to open it; gives the payload's JSON, or bytes as base64url.
    pub open: Open,
}

pub const APU: [u8; 16] = [1; 16];
pub const APV: &[u8] = b"oak";
const SECRET: [u8; 16] = [5; 16];
const CONTENT_KEY: [u8; 32] = [6; 32];
const EXPORT_KEY: [u8; 32] = [7; 32];
const CLINIC_KEY: [u8; 32] = [8; 32];
const PORTAL_KEY: [u8; 32] = [10; 32];
const MID: MessageId = FixedBytes([2; 16]);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(1)
}

fn clinic() -> ClinicId {
    ClinicId::new("oak").unwrap()
}

fn lid() -> LinkId {
    FixedBytes(APU)
}

fn rid() -> RecordId {
    "0190a2b4-0000-7000-8000-000000000001".parse().unwrap()
}

fn told<E: core::fmt::Debug>(error: E) -> String {
    format!("{error:?}")
}

/// A record of the link.
pub fn a_record() -> Record<Value> {
    Record {
        v: 1,
        rid: rid(),
        mid: MID,
        lid: lid(),
        clinic: clinic(),
        kind: RecordKind::AppointmentResponse,
        by: Answerer::Patient,
        shown: Shown {
            mid: MID,
            sha256: sha256(b"shown"),
            locale: "en".into(),
            app: "test".into(),
            page: None,
        },
        seen: None,
        replaces: None,
        at: Timestamp(1),
        zone: "America/New_York".into(),
        resource: json!({"resourceType": "AppointmentResponse"}),
    }
}

fn signer() -> PatientSigningKey {
    PatientSigningKey::derive(&ContentKey::from_bytes(CONTENT_KEY)).unwrap()
}

/// The patient's private scalar, derived here from PROTOCOL's words: 48 bytes of HKDF, big-endian, modulo the group's order.
fn signer_scalar() -> [u8; 32] {
    use p256::elliptic_curve::{PrimeField, generic_array::GenericArray, hash2curve::FromOkm};
    let mut okm = [0; 48];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &CONTENT_KEY).expand(b"postern/v1 sign", &mut okm).unwrap();
    p256::Scalar::from_okm(GenericArray::from_slice(&okm)).to_repr().into()
}

fn thumbprint(secret: &[u8; 32]) -> String {
    ClinicKeyPair::from_bytes(secret).unwrap().public().thumbprint().to_text()
}

fn open_record(compact: &str) -> Result<Value, String> {
    let opened = record::open::<Value>(
        compact,
        |kid| {
            (kid.to_text() == thumbprint(&CLINIC_KEY))
                .then(|| ClinicKeyPair::from_bytes(&CLINIC_KEY).unwrap())
        },
        |other| (*other == lid()).then(|| signer().public()),
    );
    opened.map(|opened| json!(opened.record)).map_err(told)
}

fn record_header() -> Value {
    json!({
        "alg": "ECDH-ES", "enc": "A256GCM", "typ": "postern-record+jwe", "cty": "postern-record+jws",
        "kid": thumbprint(&CLINIC_KEY), "apu": raw::b64(APU), "apv": raw::b64(APV),
    })
}

/// Seals a signed record with the right outer header.
pub fn around(jws: &str) -> String {
    let mut header = record_header();
    header["epk"] = raw::jwk(&[11; 32]);
    raw::agreement(&header.to_string(), &CLINIC_KEY, &[11; 32], (&APU, APV), jws.as_bytes())
}

fn the_slot() -> Shape {
    let (secret, export) = (LinkSecret::from_bytes(SECRET), Secret32::from_bytes(EXPORT_KEY));
    let keys = ContentKeys::First(ContentKey::from_bytes(CONTENT_KEY));
    Shape {
        name: "slot",
        key: Key::Direct(raw::hkdf(&SECRET, &EXPORT_KEY, &[b"postern/v1 slot"])),
        header: json!({"alg": "dir", "enc": "A256GCM", "typ": "postern-slot+jwe", "kid": format!("{}.1", lid().to_text())}),
        compact: slot::seal(&mut rng(), &export, &secret, &lid(), 1, &keys),
        payload: CONTENT_KEY.into(),
        open: Box::new(move |compact| {
            slot::check(compact, &lid(), 1).map_err(told)?;
            let keys =
                slot::open(compact, &export, &secret, &lid(), 1, FactorKind::BirthDate).map_err(told)?;
            Ok(raw::b64(keys.at(1).unwrap().as_bytes()).into())
        }),
    }
}

fn the_message() -> Shape {
    let message = Message {
        about: None,
        v: 1,
        n: 1,
        bundle: json!({"resourceType": "Bundle"}),
        clinic: MessageClinic {
            display: "Oak".into(),
            key: ClinicKeyPair::from_bytes(&CLINIC_KEY).unwrap().public(),
            portal_keys: vec![SigningKeyPair::from_bytes(&PORTAL_KEY).unwrap().public()],
        },
    };
    let content_key = ContentKey::from_bytes(CONTENT_KEY);
    Shape {
        name: "message",
        key: Key::Direct(raw::hkdf(&[], &CONTENT_KEY, &[b"postern/v1 message", &MID.0])),
        header: json!({"alg": "dir", "enc": "A256GCM", "typ": "postern-message+jwe", "cty": "application/json", "kid": MID.to_text()}),
        compact: message::seal(&mut rng(), &content_key, &MID, &message).jwe,
        payload: json!(message).to_string().into(),
        open: Box::new(move |compact| {
            message::check(compact, &MID).map_err(told)?;
            let opened = message::open::<postern_json::Value>(compact, &content_key, &MID).map_err(told)?;
            Ok(json!(opened.message))
        }),
    }
}

fn the_record() -> Shape {
    let sealed = record::seal(
        &mut rng(),
        &signer(),
        &ClinicKeyPair::from_bytes(&CLINIC_KEY).unwrap().public(),
        &a_record(),
    );
    Shape {
        name: "record",
        key: Key::Agreement(CLINIC_KEY),
        header: record_header(),
        compact: sealed.jwe,
        payload: the_signature().compact.into(),
        open: Box::new(|compact| {
            record::look(compact).map_err(told)?;
            open_record(compact)
        }),
    }
}

fn the_signature() -> Shape {
    let header = json!({"alg": "ES256", "typ": "postern-record+jws", "kid": lid().to_text()});
    let payload = json!(a_record()).to_string();
    Shape {
        name: "signature in a record",
        key: Key::Es256(signer_scalar()),
        compact: raw::es256(&header.to_string(), &signer_scalar(), payload.as_bytes()),
        header,
        payload: payload.into(),
        open: Box::new(|compact| open_record(&around(compact))),
    }
}

fn the_own_copy() -> Shape {
    let content_key = ContentKey::from_bytes(CONTENT_KEY);
    Shape {
        name: "own copy",
        key: Key::Direct(raw::hkdf(&[], &CONTENT_KEY, &[b"postern/v1 own", rid().as_bytes()])),
        header: json!({"alg": "dir", "enc": "A256GCM", "typ": "postern-own+jwe", "kid": rid().to_string()}),
        compact: own::seal(&mut rng(), &content_key, &rid(), &a_record()),
        payload: json!(a_record()).to_string().into(),
        open: Box::new(move |compact| {
            own::check(compact, &rid()).map_err(told)?;
            let copy = own::open(compact, &content_key, &rid()).map_err(told)?;
            // The app's own copy of a record is read as one.
            serde_json::from_value::<Record<Value>>(json!(copy)).map(|copy| json!(copy)).map_err(told)
        }),
    }
}

fn the_link_record() -> Shape {
    let keys = LinkKeys::derive(&LinkSecret::from_bytes(SECRET));
    let said = LinkRecord {
        v: 1,
        rid: rid(),
        lid: keys.lid,
        clinic: clinic(),
        kind: LinkRecordKind::Help,
        scope: None,
        at: Timestamp(1),
    };
    Shape {
        name: "link record",
        key: Key::Hs256(raw::hkdf(&[], &SECRET, &[b"postern/v1 link record"])),
        header: json!({"alg": "HS256", "typ": "postern-link-record+jws", "kid": keys.lid.to_text()}),
        compact: link_record::seal(&keys.link_mac, &said),
        payload: json!(said).to_string().into(),
        open: Box::new(move |compact| {
            link_record::check(compact, &keys.lid).map_err(told)?;
            link_record::open(compact, &keys.link_mac, &keys.lid).map(|said| json!(said)).map_err(told)
        }),
    }
}

fn the_receipt() -> Shape {
    let key = SigningKeyPair::from_bytes(&PORTAL_KEY).unwrap();
    let receipt = Receipt {
        iss: "https://door.example".into(),
        epoch: FixedBytes([2; 16]),
        rid: rid(),
        lid: lid(),
        seq: 1,
        sha256: sha256(b"jwe"),
        prev: receipt::FIRST_PREV,
        received_at: Timestamp(1),
        audit: AuditHead { n: 1, head: receipt::FIRST_PREV },
    };
    Shape {
        name: "receipt",
        key: Key::Es256(PORTAL_KEY),
        header: json!({"alg": "ES256", "typ": "postern-receipt+jwt", "kid": thumbprint(&PORTAL_KEY)}),
        compact: receipt::sign(&key, &receipt),
        payload: json!(receipt).to_string().into(),
        open: Box::new(move |compact| {
            receipt::verify(compact, &[key.public()]).map(|receipt| json!(receipt)).map_err(told)
        }),
    }
}

fn the_desk_token() -> Shape {
    let key = SigningKeyPair::from_bytes(&PORTAL_KEY).unwrap();
    let claims = DeskClaims {
        iss: clinic(),
        aud: "https://door.example".into(),
        iat: 1_000,
        jti: FixedBytes([4; 16]),
        method: "POST".into(),
        path: "/api/v1/desk/sync".into(),
        body_sha256: sha256(b"{}"),
    };
    Shape {
        name: "desk token",
        key: Key::Es256(PORTAL_KEY),
        header: json!({"alg": "ES256", "typ": "postern-desk+jwt", "kid": thumbprint(&PORTAL_KEY)}),
        compact: desk_token::sign(&key, &claims),
        payload: json!(claims).to_string().into(),
        open: Box::new(move |compact| {
            desk_token::verify(compact, &key.public(), Timestamp(1_000_000))
                .map(|claims| json!(claims))
                .map_err(told)
        }),
    }
}

/// Every shape that is built.
pub fn all() -> Vec<Shape> {
    vec![
        the_slot(),
        the_message(),
        the_record(),
        the_signature(),
        the_own_copy(),
        the_link_record(),
        the_receipt(),
        the_desk_token(),
    ]
}

impl Shape {
    /// Seals the payload again under another header text, with the right key.
    pub fn under(&self, header: &str) -> String {
        match &self.key {
            Key::Direct(key) => raw::dir(header, key, &self.payload),
            Key::Agreement(key) => raw::agreement(header, key, &[11; 32], (&APU, APV), &self.payload),
            Key::Es256(key) => raw::es256(header, key, &self.payload),
            Key::Hs256(key) => raw::hs256(header, key, &self.payload),
        }
    }

    /// The right header, whole.
    pub fn right_header(&self) -> Value {
        let mut header = self.header.clone();
        if let Key::Agreement(_) = self.key {
            header["epk"] = raw::jwk(&[11; 32]);
        }
        header
    }

    /// What opening gives when all is right.
    pub fn content(&self) -> Value {
        match self.name {
            "slot" => raw::b64(&self.payload).into(),
            "record" => json!(a_record()),
            _ => serde_json::from_slice(&self.payload).unwrap(),
        }
    }

    pub fn is_jwe(&self) -> bool {
        matches!(self.key, Key::Direct(_) | Key::Agreement(_))
    }
}
