//! OPAQUE's messages, in both directions.

use crate::{Target, seed};
use postern_protocol::opaque::{
    KE1, KE2, KE3, REGISTRATION_RECORD, REGISTRATION_REQUEST, REGISTRATION_RESPONSE,
    client::{Login, Registration},
    server::{SETUP, Setup, check_ke1, check_record, finish},
};

pub const TARGETS: &[Target] = &[
    Target { name: "opaque-registration-request", law: registration_request, cases: 150 },
    Target { name: "opaque-registration-response", law: registration_response, cases: 150 },
    Target { name: "opaque-record", law: record, cases: 150 },
    Target { name: "opaque-ke1", law: ke1, cases: 150 },
    Target { name: "opaque-ke2", law: ke2, cases: 150 },
    Target { name: "opaque-ke3", law: ke3, cases: 150 },
    Target { name: "opaque-setup", law: setup, cases: 150 },
    Target { name: "opaque-login-state", law: login_state, cases: 150 },
];

fn registration_request(bytes: &[u8]) {
    let told = seed::setup().registration(&seed::clinic(), &seed::lid(), 1, bytes);
    assert!(told.is_err() || bytes.len() == REGISTRATION_REQUEST);
}

fn registration_response(bytes: &[u8]) {
    let (state, _) =
        Registration::start(&mut seed::rng(), seed::link_keys(), &seed::factor(), &seed::clinic());
    let told = state.finish(&mut seed::rng(), bytes);
    assert!(told.is_err() || bytes.len() == REGISTRATION_RESPONSE);
}

fn record(bytes: &[u8]) {
    let checked = check_record(bytes);
    assert!(checked.is_err() || bytes.len() == REGISTRATION_RECORD);
    let login = seed::login();
    let started = seed::setup().start(&mut seed::rng(), &seed::clinic(), &seed::lid(), 1, bytes, &login.ke1);
    assert!(started.is_err() || checked.is_ok());
}

fn ke1(bytes: &[u8]) {
    let checked = check_ke1(bytes);
    assert!(checked.is_err() || bytes.len() == KE1);
    let record = &seed::login().record;
    let started = seed::setup().start(&mut seed::rng(), &seed::clinic(), &seed::lid(), 1, record, bytes);
    assert_eq!(started.is_ok(), checked.is_ok());
}

fn ke2(bytes: &[u8]) {
    let (login, _) = Login::start(&mut seed::rng(), seed::link_keys(), &seed::factor(), &seed::clinic());
    let told = login.finish(&mut seed::rng(), bytes);
    assert!(told.is_err() || bytes.len() == KE2);
    assert!(told.is_err() || bytes == seed::login().ke2, "another KE2 proves nothing");
}

fn ke3(bytes: &[u8]) {
    let login = seed::login();
    let told = finish(&login.state, &seed::clinic(), &seed::lid(), bytes);
    assert!(told.is_err() || bytes.len() == KE3);
    assert!(told.is_err() || bytes == login.ke3, "another KE3 proves nothing");
}

fn setup(bytes: &[u8]) {
    if let Ok(setup) = Setup::from_bytes(bytes) {
        assert_eq!(bytes.len(), SETUP);
        assert_eq!(*setup.to_bytes(), bytes);
    }
}

fn login_state(bytes: &[u8]) {
    let login = seed::login();
    let _ = finish(bytes, &seed::clinic(), &seed::lid(), &login.ke3);
}
