//! The fixed shapes. What opens also passes the check of who only stores it.

use crate::{Target, seed};
use postern_json::FromJson;
use postern_protocol::{
    about::About,
    desk_token,
    envelope::{link_record, message, own, record, slot},
    factor::FactorKind,
    receipt,
    time::Timestamp,
};
use serde_json::Value;

pub const TARGETS: &[Target] = &[
    Target { name: "slot", law: the_slot, cases: 300 },
    Target { name: "message", law: the_message, cases: 300 },
    Target { name: "record", law: the_record, cases: 300 },
    Target { name: "own", law: the_own_copy, cases: 300 },
    Target { name: "link-record", law: the_link_record, cases: 300 },
    Target { name: "receipt", law: the_receipt, cases: 300 },
    Target { name: "desk-token", law: the_desk_token, cases: 300 },
];

fn the_slot(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let checked = slot::check(&text, &seed::lid(), 1);
    for factor in [FactorKind::BirthDate, FactorKind::Code, FactorKind::Both] {
        let opened = slot::open(&text, &seed::export_key(), &seed::secret(), &seed::lid(), 1, factor);
        assert!(opened.is_err() || checked.is_ok());
    }
}

fn the_message(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let opened = message::open::<postern_json::Value>(&text, &seed::content_key(), &seed::mid());
    assert!(opened.is_err() || message::check(&text, &seed::mid()).is_ok());
    let about = opened.ok().and_then(|opened| opened.message.about);
    let _ = about.map(|about| About::from_json(&about));
}

fn the_record(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let opened =
        record::open::<Value>(&text, |_| Some(seed::clinic_key()), |_| Some(seed::signer().public()));
    match (record::look(&text), opened) {
        (Ok(outside), Ok(opened)) => assert_eq!(outside.lid, opened.record.lid),
        (Err(_), Ok(_)) => panic!("a record opened that cannot be looked at"),
        (_, Err(_)) => {}
    }
}

fn the_own_copy(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let opened = own::open(&text, &seed::content_key(), &seed::rid());
    assert!(opened.is_err() || own::check(&text, &seed::rid()).is_ok());
}

fn the_link_record(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let opened = link_record::open(&text, &seed::link_keys().link_mac, &seed::lid());
    assert!(opened.is_err() || link_record::check(&text, &seed::lid()).is_ok());
}

fn the_receipt(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let pinned = [seed::portal_key().public()];
    if let Ok(read) = receipt::verify(&text, &pinned) {
        let chain = receipt::chain(&read.lid, &[text.into_owned()], &pinned);
        assert_eq!(chain.is_ok(), read.seq == 1 && read.prev == receipt::FIRST_PREV);
    }
}

fn the_desk_token(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let named = desk_token::issuer(&text);
    if let Ok(claims) = desk_token::verify(&text, &seed::portal_key().public(), Timestamp(1_000_000)) {
        assert_eq!(Some(claims.iss), named);
    }
}
