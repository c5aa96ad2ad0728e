use super::*;
use crate::{
    base64url::{self, FixedBytes},
    derive::{ContentKey, ContentKeys, LinkKeys, Secret32},
    factor::FactorKind,
    id::{ClinicId, record_id},
    keys::{ClinicKeyPair, PatientSigningKey, SigningKeyPair},
    link::LinkSecret,
    record::{Answerer, Record, RecordKind, Shown},
    time::Timestamp,
};
use alloc::{format, string::String};
use link_record::{LinkRecord, LinkRecordKind};
use message::{Message, MessageClinic};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json as value};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct World {
    rng: ChaCha20Rng,
    secret: LinkSecret,
    keys: LinkKeys,
    content_key: ContentKey,
    clinic_key: ClinicKeyPair,
    clinic: ClinicId,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let secret = LinkSecret::generate(&mut rng);
        Self {
            keys: LinkKeys::derive(&secret),
            secret,
            content_key: ContentKey::generate(&mut rng),
            clinic_key: ClinicKeyPair::generate(&mut rng),
            clinic: ClinicId::new("oak").unwrap(),
            rng,
        }
    }

    fn message(&mut self) -> Message<Value> {
        Message {
            about: None,
            v: 1,
            n: 1,
            bundle: value!({"resourceType": "Bundle"}),
            clinic: MessageClinic {
                display: "Oak".into(),
                key: self.clinic_key.public(),
                portal_keys: [SigningKeyPair::generate(&mut self.rng).public()].into(),
            },
        }
    }

    fn record(&mut self) -> Record<Value> {
        Record {
            v: 1,
            rid: record_id(Timestamp(1), &mut self.rng),
            mid: FixedBytes([1; 16]),
            lid: self.keys.lid,
            clinic: self.clinic.clone(),
            kind: RecordKind::AppointmentResponse,
            by: Answerer::Patient,
            shown: Shown {
                mid: FixedBytes([1; 16]),
                sha256: FixedBytes([2; 32]),
                locale: "en".into(),
                app: "test".into(),
                page: None,
            },
            seen: None,
            replaces: None,
            at: Timestamp(1),
            zone: "America/New_York".into(),
            resource: value!({"resourceType": "AppointmentResponse"}),
        }
    }

    fn sealed_record(&mut self) -> String {
        let record = self.record();
        let signer = PatientSigningKey::derive(&self.content_key).unwrap();
        record::seal(&mut self.rng, &signer, &self.clinic_key.public(), &record).jwe
    }

    fn open_record(&self, jwe: &str) -> Result<record::Opened<Value>, EnvelopeError> {
        let signer = PatientSigningKey::derive(&self.content_key).unwrap().public();
        record::open(jwe, |_| Some(self.clinic_key.clone()), |_| Some(signer))
    }
}

/// Every single-letter change of a compact serialization, at a stride that still meets every part.
fn changed(compact: &str) -> impl Iterator<Item = String> + '_ {
    (0..compact.len()).step_by(7).chain(compact.len().saturating_sub(24)..compact.len()).map(move |at| {
        let mut bytes = compact.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    })
}

/// The same compact serialization with another header.
fn with_header(compact: &str, change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> String {
    let (header, rest) = compact.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
    change(header.as_object_mut().unwrap());
    format!("{}.{rest}", base64url::encode(header.to_string().as_bytes()))
}

#[test]
fn a_slot_opens_with_its_factor_its_link_and_its_number_only() {
    let mut world = World::new(1);
    let export_key = Secret32::from_bytes([3; 32]);
    let keys = ContentKeys::First(world.content_key.clone());
    let jwe = slot::seal(&mut world.rng, &export_key, &world.secret, &world.keys.lid, 1, &keys);
    let open = |key: &Secret32, secret: &LinkSecret, number, factor| {
        slot::open(&jwe, key, secret, &world.keys.lid, number, factor)
    };
    assert!(open(&export_key, &world.secret, 1, FactorKind::BirthDate).is_ok_and(|opened| opened == keys));
    let other_key = Secret32::from_bytes([4; 32]);
    let other_secret = LinkSecret::from_bytes([9; 16]);
    for refused in [
        open(&other_key, &world.secret, 1, FactorKind::BirthDate),
        open(&export_key, &other_secret, 1, FactorKind::BirthDate),
        open(&export_key, &world.secret, 2, FactorKind::BirthDate),
    ] {
        assert!(refused.is_err());
    }
}

#[test]
fn a_step_up_slot_carries_both_keys_and_a_first_slot_never_two() {
    let mut world = World::new(1);
    let export_key = Secret32::from_bytes([3; 32]);
    let second = ContentKey::generate(&mut world.rng);
    let both = ContentKeys::Both(world.content_key.clone(), second);
    let jwe = slot::seal(&mut world.rng, &export_key, &world.secret, &world.keys.lid, 2, &both);
    let open = |factor| slot::open(&jwe, &export_key, &world.secret, &world.keys.lid, 2, factor);
    assert!(open(FactorKind::Both).is_ok_and(|opened| opened == both));
    assert_eq!(open(FactorKind::BirthDate).err(), Some(EnvelopeError::Content));
}

#[test]
fn a_message_opens_as_itself_and_as_no_other() {
    let mut world = World::new(1);
    let (message, mid) = (world.message(), FixedBytes([1; 16]));
    let sealed = message::seal(&mut world.rng, &world.content_key, &mid, &message);
    let opened = message::open::<postern_json::Value>(&sealed.jwe, &world.content_key, &mid).unwrap();
    assert_eq!(serde_json::to_value(&opened.message).unwrap(), serde_json::to_value(&message).unwrap());
    assert_eq!(opened.plaintext_sha256, sealed.plaintext_sha256);
    let other = FixedBytes([2; 16]);
    assert_eq!(
        message::open::<postern_json::Value>(&sealed.jwe, &world.content_key, &other).err(),
        Some(EnvelopeError::Other)
    );
    let renamed = with_header(&sealed.jwe, |header| {
        header.insert("kid".into(), other.to_text().into());
    });
    assert_eq!(
        message::open::<postern_json::Value>(&renamed, &world.content_key, &other).err(),
        Some(EnvelopeError::Seal)
    );
    assert!(message::check(&sealed.jwe, &mid).is_ok());
    for changed in changed(&sealed.jwe) {
        assert!(message::open::<postern_json::Value>(&changed, &world.content_key, &mid).is_err());
    }
}

#[test]
fn every_message_of_one_padding_step_has_one_length() {
    let mut world = World::new(1);
    let mid = FixedBytes([1; 16]);
    let lengths = [0, 100, 2_000].map(|length| {
        let mut message = world.message();
        message.bundle = "x".repeat(length).into();
        message::seal(&mut world.rng, &world.content_key, &mid, &message).jwe.len()
    });
    assert!(lengths.iter().all(|length| *length == lengths[0]));
}

#[test]
fn a_header_longer_than_any_of_ours_is_refused_unread() {
    let mut world = World::new(1);
    let (message, mid) = (world.message(), FixedBytes([1; 16]));
    let jwe = message::seal(&mut world.rng, &world.content_key, &mid, &message).jwe;
    let (header, rest) = jwe.split_once('.').unwrap();
    let header = base64url::decode(header).unwrap();
    let of_length = |bytes: usize| {
        let spaces = vec![b' '; bytes - header.len()];
        format!("{}.{rest}", base64url::encode(&[&header[..], &spaces].concat()))
    };
    assert!(message::check(&of_length(768), &mid).is_ok());
    assert_eq!(message::check(&of_length(769), &mid), Err(EnvelopeError::Header));
}

#[test]
fn headers_with_other_missing_extra_or_repeated_members_are_refused() {
    let mut world = World::new(1);
    let (message, mid) = (world.message(), FixedBytes([1; 16]));
    let jwe = message::seal(&mut world.rng, &world.content_key, &mid, &message).jwe;
    let open = |jwe: &str| message::open::<postern_json::Value>(jwe, &world.content_key, &mid).err();
    for (member, content) in [
        ("zip", value!("DEF")),
        ("crit", value!(["exp"])),
        ("b64", value!(false)),
        ("jwk", value!({})),
        ("jku", value!("https://elsewhere.example")),
        ("x5u", value!("https://elsewhere.example")),
        ("epk", value!(null)),
        ("apu", value!("AA")),
        ("alg", value!("A256KW")),
        ("enc", value!("A128GCM")),
        ("typ", value!("postern-own+jwe")),
        ("cty", value!(null)),
        ("kid", value!(7)),
    ] {
        let changed = with_header(&jwe, |header| {
            header.insert(member.into(), content);
        });
        assert_eq!(open(&changed), Some(EnvelopeError::Header), "{member}");
    }
    for member in ["alg", "enc", "typ", "cty", "kid"] {
        let changed = with_header(&jwe, |header| {
            header.remove(member);
        });
        assert_eq!(open(&changed), Some(EnvelopeError::Header), "{member}");
    }
    let (header, rest) = jwe.split_once('.').unwrap();
    let header = String::from_utf8(base64url::decode(header).unwrap()).unwrap();
    let doubled = header.replacen('{', r#"{"alg":"dir","#, 1);
    let doubled = format!("{}.{rest}", base64url::encode(doubled.as_bytes()));
    assert_eq!(open(&doubled), Some(EnvelopeError::Header));
    assert_eq!(open(&format!("{jwe}.")), Some(EnvelopeError::Compact));
    assert_eq!(open(&jwe.replacen("..", ".AA.", 1)), Some(EnvelopeError::Compact));
}

#[test]
fn a_record_is_signed_sealed_opened_and_verified() {
    let mut world = World::new(1);
    let jwe = world.sealed_record();
    let opened = world.open_record(&jwe).unwrap();
    assert_eq!(opened.record.lid, world.keys.lid);
    let outside = record::look(&jwe).unwrap();
    assert_eq!(outside.lid, world.keys.lid);
    assert_eq!(outside.clinic, world.clinic);
    assert_eq!(outside.kid, world.clinic_key.public().thumbprint());
    for changed in changed(&jwe) {
        assert!(world.open_record(&changed).is_err());
    }
}

#[test]
fn a_record_signed_by_somebody_else_or_for_another_link_is_refused() {
    let mut world = World::new(1);
    let other = World::new(2);
    let mut foreign = world.record();
    let signer = PatientSigningKey::derive(&other.content_key).unwrap();
    let jwe = record::seal(&mut world.rng, &signer, &world.clinic_key.public(), &foreign).jwe;
    assert_eq!(world.open_record(&jwe).err(), Some(EnvelopeError::Signature));
    foreign.lid = other.keys.lid;
    let signer = PatientSigningKey::derive(&world.content_key).unwrap();
    let jwe = record::seal(&mut world.rng, &signer, &world.clinic_key.public(), &foreign).jwe;
    let opened = record::open::<Value>(
        &jwe,
        |_| Some(world.clinic_key.clone()),
        |lid| (*lid == world.keys.lid).then(|| signer.public()),
    );
    assert_eq!(opened.err(), Some(EnvelopeError::UnknownKey));
}

#[test]
fn an_ephemeral_key_off_the_curve_or_without_y_is_refused() {
    let mut world = World::new(1);
    let jwe = world.sealed_record();
    let off = with_header(&jwe, |header| header["epk"]["y"] = base64url::encode(&[1; 32]).into());
    let without = with_header(&jwe, |header| {
        header["epk"].as_object_mut().unwrap().remove("y");
    });
    let private = with_header(&jwe, |header| header["epk"]["d"] = base64url::encode(&[1; 32]).into());
    for jwe in [off, without, private] {
        assert_eq!(world.open_record(&jwe).err(), Some(EnvelopeError::Header));
    }
}

#[test]
fn an_own_copy_opens_only_under_its_record() {
    let mut world = World::new(1);
    let copy = world.record();
    let jwe = own::seal(&mut world.rng, &world.content_key, &copy.rid, &copy);
    let opened = own::open(&jwe, &world.content_key, &copy.rid).unwrap();
    assert_eq!(serde_json::to_value(opened).unwrap(), serde_json::to_value(&copy).unwrap());
    let other = record_id(Timestamp(2), &mut world.rng);
    assert!(own::open(&jwe, &world.content_key, &other).is_err());
    assert!(own::check(&jwe, &copy.rid).is_ok() && own::check(&jwe, &other).is_err());
}

#[test]
fn a_link_record_holds_under_its_links_mac_only() {
    let world = World::new(1);
    let other = World::new(2);
    let record = LinkRecord {
        v: 1,
        rid: uuid::Uuid::from_u128(1),
        lid: world.keys.lid,
        clinic: world.clinic.clone(),
        kind: LinkRecordKind::OptOut,
        scope: None,
        at: Timestamp(1),
    };
    let jws = link_record::seal(&world.keys.link_mac, &record);
    assert_eq!(link_record::open(&jws, &world.keys.link_mac, &world.keys.lid).unwrap(), record);
    assert_eq!(
        link_record::open(&jws, &other.keys.link_mac, &world.keys.lid).err(),
        Some(EnvelopeError::Signature)
    );
    assert_eq!(
        link_record::open(&jws, &world.keys.link_mac, &other.keys.lid).err(),
        Some(EnvelopeError::Other)
    );
    for changed in changed(&jws) {
        assert!(link_record::open(&changed, &world.keys.link_mac, &world.keys.lid).is_err());
    }
}

#[test]
fn who_only_stores_an_envelope_sees_another_kid_and_another_shape() {
    let mut world = World::new(1);
    let (message, mid, other) = (world.message(), FixedBytes([1; 16]), FixedBytes([2; 16]));
    let jwe = message::seal(&mut world.rng, &world.content_key, &mid, &message).jwe;
    assert_eq!(message::check(&jwe, &other), Err(EnvelopeError::Other));
    let keys = ContentKeys::First(world.content_key.clone());
    let export_key = Secret32::from_bytes([3; 32]);
    let slot = slot::seal(&mut world.rng, &export_key, &world.secret, &world.keys.lid, 7, &keys);
    assert_eq!(slot::check(&slot, &world.keys.lid, 7), Ok(()));
    assert_eq!(slot::check(&slot, &world.keys.lid, 8), Err(EnvelopeError::Other));
    assert_eq!(slot::check(&slot, &other, 7), Err(EnvelopeError::Other));
    assert_eq!(slot::check(&jwe, &world.keys.lid, 7), Err(EnvelopeError::Header));
    assert!(message::check(&slot, &mid).is_err() && record::look(&slot).is_err());
    assert!(link_record::check(&slot, &mid).is_err());
}

#[test]
fn a_slot_of_a_both_policy_holds_only_level_2() {
    let mut world = World::new(1);
    let keys = ContentKeys::Second(world.content_key.clone());
    let export_key = Secret32::from_bytes([3; 32]);
    let jwe = slot::seal(&mut world.rng, &export_key, &world.secret, &world.keys.lid, 1, &keys);
    let opened = slot::open(&jwe, &export_key, &world.secret, &world.keys.lid, 1, FactorKind::Both);
    assert!(opened.is_ok_and(|opened| opened == keys));
}
