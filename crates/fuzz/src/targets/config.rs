//! What people write or hand over: configuration, enrolment, patients.

use super::stable;
use crate::Target;
use postern_desk::{
    clinic::Clinic,
    enrolment,
    patients::{number, row},
    send::Expiry,
    transport::file::OutboxFile,
};
use postern_protocol::factor::BirthDate;
use serde_json::Value;

pub const TARGETS: &[Target] = &[
    Target { name: "config-clinic", law: clinic, cases: 500 },
    Target { name: "config-enrolment", law: enrolment_files, cases: 500 },
    Target { name: "config-patient", law: patient, cases: 300 },
    Target { name: "config-words", law: words, cases: 500 },
];

fn clinic(bytes: &[u8]) {
    if let Ok(clinic) = Clinic::from_toml(&String::from_utf8_lossy(bytes)) {
        assert!((1..=24).contains(&clinic.text_name.chars().count()));
        assert!(clinic.public.phone_e164.starts_with('+'));
        let _ = clinic.name_is_gsm7();
    }
}

fn enrolment_files(bytes: &[u8]) {
    stable::<enrolment::Enrolment>(bytes);
    stable::<enrolment::PortalPin>(bytes);
    stable::<postern_portal::Enrolment>(bytes);
    stable::<postern_portal::PortalPin>(bytes);
    stable::<OutboxFile>(bytes);
    let desks = serde_json::from_slice::<enrolment::Enrolment>(bytes).is_ok();
    assert_eq!(
        serde_json::from_slice::<postern_portal::Enrolment>(bytes).is_ok(),
        desks,
        "both sides read one file"
    );
    let desks = serde_json::from_slice::<enrolment::PortalPin>(bytes).is_ok();
    assert_eq!(
        serde_json::from_slice::<postern_portal::PortalPin>(bytes).is_ok(),
        desks,
        "both sides read one file"
    );
}

fn patient(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    if let Ok(person) = row::read(&value, "US", "2026-11-22") {
        assert!(person.number.is_none_or(|number| number.starts_with('+')));
        assert!(person.birth_date.is_none_or(|date| BirthDate::parse(&date).is_ok()));
    }
}

fn words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = text.parse::<Expiry>();
    if let Some(number) = number::e164(&text, "US") {
        assert_eq!(number::e164(&number, "US").as_deref(), Some(&number[..]));
    }
}
