//! Fixed keys, and with them a real input for every parser: `cargo run -p postern-fuzz` writes them into the corpus again.

use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    derive::{ContentKey, ContentKeys, LinkKeys, Secret32},
    desk_token::{self, DeskClaims},
    digest::sha256,
    envelope::{
        link_record::{self, LinkRecord, LinkRecordKind},
        message::{self, Message, MessageClinic},
        own, record, slot,
    },
    factor::{BirthDate, Factor},
    id::{ClinicId, LinkId, MessageId, RecordId},
    keys::{ClinicKeyPair, PatientSigningKey, SigningKeyPair},
    link::LinkSecret,
    opaque::{
        client::{Login, Registration},
        server::Setup,
    },
    receipt::{self, AuditHead, Receipt},
    record::{Answerer, Record, RecordKind, Shown},
    time::Timestamp,
    wire::authorization::Authorization,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};
use std::sync::OnceLock;

mod files;
pub use files::{FORM, files};

/// A seeded generator.
pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(1)
}

/// The link's secret.
pub fn secret() -> LinkSecret {
    LinkSecret::from_text("112drXXUifSrRnXLGbXg8E").unwrap()
}

/// What follows from it.
pub fn link_keys() -> &'static LinkKeys {
    static KEYS: OnceLock<LinkKeys> = OnceLock::new();
    KEYS.get_or_init(|| LinkKeys::derive(&secret()))
}

/// The link.
pub fn lid() -> LinkId {
    link_keys().lid
}

/// The message.
pub fn mid() -> MessageId {
    FixedBytes([2; 16])
}

/// The record.
pub fn rid() -> RecordId {
    "0190a2b4-0000-7000-8000-000000000001".parse().unwrap()
}

/// The clinic.
pub fn clinic() -> ClinicId {
    ClinicId::new("oak").unwrap()
}

/// The factor.
pub fn factor() -> Factor {
    Factor::BirthDate(BirthDate::new(1980, 4, 12).unwrap())
}

/// The content key of level 1.
pub fn content_key() -> ContentKey {
    ContentKey::from_bytes([6; 32])
}

/// What the slot is sealed under, beside the secret.
pub fn export_key() -> Secret32 {
    Secret32::from_bytes([7; 32])
}

/// The clinic's key.
pub fn clinic_key() -> ClinicKeyPair {
    ClinicKeyPair::from_bytes(&[8; 32]).unwrap()
}

/// The portal's signing key; here also the desk's.
pub fn portal_key() -> SigningKeyPair {
    SigningKeyPair::from_bytes(&[10; 32]).unwrap()
}

/// The patient's signing key.
pub fn signer() -> PatientSigningKey {
    PatientSigningKey::derive(&content_key()).unwrap()
}

/// The portal's OPAQUE secret.
pub fn setup() -> &'static Setup {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| Setup::generate(&mut rng()))
}

/// A whole registration and login.
pub struct Run {
    /// 33 bytes.
    pub request: Vec<u8>,
    /// 66 bytes.
    pub response: Vec<u8>,
    /// 129 bytes.
    pub record: Vec<u8>,
    /// 98 bytes.
    pub ke1: Vec<u8>,
    /// 259 bytes.
    pub ke2: Vec<u8>,
    /// What the portal keeps between KE2 and KE3.
    pub state: Vec<u8>,
    /// 32 bytes.
    pub ke3: Vec<u8>,
}

/// The registration and login of [`factor`], with [`rng`].
pub fn login() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let (registration, request) = Registration::start(&mut rng(), link_keys(), &factor(), &clinic());
        let response = setup().registration(&clinic(), &lid(), 1, &request).unwrap();
        let record = registration.finish(&mut rng(), &response).unwrap().record;
        let (login, ke1) = Login::start(&mut rng(), link_keys(), &factor(), &clinic());
        let started = setup().start(&mut rng(), &clinic(), &lid(), 1, &record, &ke1).unwrap();
        let ke3 = login.finish(&mut rng(), &started.ke2).unwrap().ke3;
        Run { request, response, record, ke1, ke2: started.ke2, state: started.state.to_vec(), ke3 }
    })
}

fn a_message() -> Message<Value> {
    Message {
        about: postern_json::parse(
            br#"{"place":2,"initials":"A. E.","day":29,"helper":{"name":"Bo Example","relationship":"son"}}"#,
        )
        .ok(),
        v: 1,
        n: 1,
        bundle: serde_json::from_str(include_str!("../../fhir/tests/fixtures/bundle-visit.json")).unwrap(),
        clinic: MessageClinic {
            display: "Oak Street Clinic".into(),
            key: clinic_key().public(),
            portal_keys: vec![portal_key().public()],
        },
    }
}

fn a_record() -> Record<Value> {
    Record {
        v: 1,
        rid: rid(),
        mid: mid(),
        lid: lid(),
        clinic: clinic(),
        kind: RecordKind::AppointmentResponse,
        by: Answerer::Helper { name: "Bo Example".into(), relationship: "daughter".into() },
        shown: Shown {
            mid: mid(),
            sha256: sha256(b"shown"),
            locale: "en".into(),
            app: "test".into(),
            page: None,
        },
        seen: Some(sha256(b"seen")),
        replaces: Some(rid()),
        at: Timestamp(1_795_000_000_000),
        zone: "America/New_York".into(),
        resource: serde_json::from_str(include_str!("../../fhir/tests/fixtures/appointment-response.json"))
            .unwrap(),
    }
}

fn a_link_record() -> LinkRecord {
    LinkRecord {
        v: 1,
        rid: rid(),
        lid: lid(),
        clinic: clinic(),
        kind: LinkRecordKind::OptOut,
        scope: Some("reminders".into()),
        at: Timestamp(1_795_000_000_000),
    }
}

fn a_receipt() -> Receipt {
    Receipt {
        iss: "https://door.example".into(),
        epoch: FixedBytes([2; 16]),
        rid: rid(),
        lid: lid(),
        seq: 1,
        sha256: sha256(b"jwe"),
        prev: receipt::FIRST_PREV,
        received_at: Timestamp(1_795_000_000_000),
        audit: AuditHead { n: 7, head: receipt::FIRST_PREV },
    }
}

fn some_claims() -> DeskClaims {
    DeskClaims {
        iss: clinic(),
        aud: "https://door.example".into(),
        iat: 1_000,
        jti: FixedBytes([4; 16]),
        method: "POST".into(),
        path: "/api/v1/desk/sync".into(),
        body_sha256: sha256(b"{}"),
    }
}

/// One real input: target, name, bytes.
pub type Seed = (&'static str, &'static str, Vec<u8>);

/// The sealed ones.
pub fn envelopes() -> Vec<Seed> {
    let first = ContentKeys::First(content_key());
    let both = ContentKeys::Both(content_key(), ContentKey::from_bytes([9; 32]));
    let seal = |keys: &ContentKeys| slot::seal(&mut rng(), &export_key(), &secret(), &lid(), 1, keys);
    let sealed = record::seal(&mut rng(), &signer(), &clinic_key().public(), &a_record()).jwe;
    vec![
        ("slot", "first", seal(&first).into()),
        ("slot", "both", seal(&both).into()),
        ("message", "visit", message::seal(&mut rng(), &content_key(), &mid(), &a_message()).jwe.into()),
        ("record", "answer", sealed.into()),
        ("own", "answer", own::seal(&mut rng(), &content_key(), &rid(), &a_record()).into()),
        ("link-record", "opt-out", link_record::seal(&link_keys().link_mac, &a_link_record()).into()),
        ("receipt", "first", receipt::sign(&portal_key(), &a_receipt()).into()),
        ("desk-token", "sync", desk_token::sign(&portal_key(), &some_claims()).into()),
    ]
}

/// OPAQUE's.
pub fn opaque() -> Vec<Seed> {
    let run = login();
    vec![
        ("opaque-registration-request", "real", run.request.clone()),
        ("opaque-registration-response", "real", run.response.clone()),
        ("opaque-record", "real", run.record.clone()),
        ("opaque-ke1", "real", run.ke1.clone()),
        ("opaque-ke2", "real", run.ke2.clone()),
        ("opaque-ke3", "real", run.ke3.clone()),
        ("opaque-setup", "real", setup().to_bytes().to_vec()),
        ("opaque-login-state", "real", run.state.clone()),
    ]
}

/// What is inside the sealed ones.
pub fn content() -> Vec<Seed> {
    vec![
        ("content-message", "visit", json!(a_message()).to_string().into()),
        ("content-record", "answer", json!(a_record()).to_string().into()),
        ("content-signed", "link-record", json!(a_link_record()).to_string().into()),
        ("content-signed", "receipt", json!(a_receipt()).to_string().into()),
        ("content-signed", "claims", json!(some_claims()).to_string().into()),
        ("content-signed", "key", json!(clinic_key().public()).to_string().into()),
    ]
}

/// The API's JSON.
pub fn wire() -> Vec<Seed> {
    let id = lid().to_text();
    let digest = sha256(b"digest").to_text();
    let bytes = |length: usize| json!(Bytes(vec![3; length]));
    let slot = json!({"slot": 1, "factor": "dob", "until": 1_795_000_000_000u64});
    let clinic = json!({"id": "oak", "name": "Oak Street Clinic", "phone": "(202) 555-0143", "phone_e164": "+12025550143", "emergency": "911", "address": "12 Oak Street", "hours": "9 to 5", "accent": "#1d5c4d"});
    let event = |kind: Value| {
        let mut event = json!({"n": 1, "at": 1, "lid": id});
        event.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        event
    };
    let events = [
        json!({"kind": "opened"}),
        json!({"kind": "verified", "slot": 1}),
        json!({"kind": "wrong-try", "slot": 1, "used": 2}),
        json!({"kind": "locked"}),
        json!({"kind": "expired"}),
        json!({"kind": "seen", "mid": id, "shown": digest, "event": "read", "ms": 1_000}),
        json!({"kind": "record", "rid": rid(), "jwe": "a", "receipt": "b"}),
        json!({"kind": "link-record", "jws": "a"}),
    ]
    .map(event);
    let requests = [
        ("empty", json!({})),
        ("start", json!({"slot": 1, "ke1": bytes(98)})),
        ("finish", json!({"login": id, "ke3": bytes(32)})),
        ("link-record", json!({"jws": "a.b.c"})),
        ("record", json!({"record": "a....b", "own": "c....d", "level": 1})),
        ("seen", json!({"mid": id, "shown": digest, "event": "left", "ms": 3})),
        ("link", json!({"policy": "dob+otp", "claim_sha256": digest, "expires": 1_795_000_000_000u64})),
        ("slot", json!({"factor": "dob", "level": 1, "record": bytes(129), "slot": "a"})),
        ("envelope", json!({"mid": id, "n": 1, "level": 1, "jwe": "a"})),
        ("registration", json!({"lid": id, "slot": 1, "request": bytes(33)})),
        ("sync", json!({"epoch": id, "links": [{"lid": id, "state": "active", "used": 3}], "more": false})),
    ];
    let responses = [
        ("problem", json!({"type": "urn:postern:error:link-locked", "status": 423, "code": "link-locked"})),
        (
            "open",
            json!({"state": "active", "slots": [slot], "tries_left": 10, "expires": 2, "now": 1, "clinic": clinic}),
        ),
        ("start", json!({"login": id, "ke2": bytes(259), "tries_left": 9})),
        (
            "finish",
            json!({
                "slot": "a", "envelopes": [{"mid": id, "n": 1, "level": 1, "jwe": "b"}],
                "own": [{"rid": rid(), "level": 1, "jwe": "c"}], "receipts": ["d"],
                "session": {"idle_seconds": 600, "ends": 2, "now": 1},
            }),
        ),
        ("heard", json!({"desk_heard_seconds_ago": 3})),
        ("receipt", json!({"receipt": "a.b.c"})),
        ("status", json!({"state": "new", "used": 0, "max": 10})),
        ("registration", json!({"response": bytes(66)})),
        ("feed", json!({"epoch": id, "events": events, "more": false})),
    ];
    let of = |target: &'static str| {
        move |(name, value): (&'static str, Value)| (target, name, value.to_string().into())
    };
    requests
        .into_iter()
        .map(of("wire-requests"))
        .chain(responses.into_iter().map(of("wire-responses")))
        .collect()
}

/// Short texts.
pub fn texts() -> Vec<Seed> {
    let (lid, claim) = (lid(), link_keys().claim);
    vec![
        ("link", "secret", "112drXXUifSrRnXLGbXg8E".into()),
        ("link", "largest", "YcVfxkQb6JRzqk5kF2tNLv".into()),
        ("link", "message", "Oak: a message. https://door.example/m#112drXXUifSrRnXLGbXg8E Questions? 555".into()),
        ("authorization", "link", Authorization::Link { lid, claim }.to_header().into()),
        ("authorization", "session", Authorization::Session { lid, token: claim }.to_header().into()),
        ("factor", "date", "1980-04-12".into()),
        ("factor", "leap", "2000-02-29".into()),
        ("factor", "code", "123 456".into()),
        ("factor", "clinic", "oak-street-2".into()),
        ("base64url", "short", "A-z_4ME".into()),
        ("base64url", "bits", "AA".into()),
        ("fhir-instant", "zulu", "2026-11-23T15:00:00Z".into()),
        ("fhir-instant", "offset", "2026-11-23T10:00:00.123-05:00".into()),
        ("fhir-instant", "leap", "2024-02-29T23:59:59+14:00".into()),
        ("fhir-markdown", "all", "Hello *you*, **all** of it.\n\n- one\n- [page](https://a.example/b?c=d)\n\n1. call [us](tel:+12025550143)\n2. [write](mailto:a@b.example)".into()),
        ("config-words", "days", "7d".into()),
        ("config-words", "number", "+1 (202) 555-0143 ext. 5".into()),
    ]
}
