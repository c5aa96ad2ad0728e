//! Every parser against its kept corpus and changes of it.

use postern_fuzz::{run, targets};

macro_rules! parsers {
    ($($name:ident = $target:literal,)*) => {
        const NAMED: &[&str] = &[$($target),*];
        $(#[test]
        fn $name() {
            run::run(targets::all().iter().find(|target| target.name == $target).expect("there is such a target"));
        })*
    };
}

parsers! {
    link = "link",
    authorization = "authorization",
    factor = "factor",
    base64url = "base64url",
    slot = "slot",
    message = "message",
    record = "record",
    own_copy = "own",
    link_record = "link-record",
    receipt = "receipt",
    desk_token = "desk-token",
    opaque_registration_request = "opaque-registration-request",
    opaque_registration_response = "opaque-registration-response",
    opaque_record = "opaque-record",
    opaque_ke1 = "opaque-ke1",
    opaque_ke2 = "opaque-ke2",
    opaque_ke3 = "opaque-ke3",
    opaque_setup = "opaque-setup",
    opaque_login_state = "opaque-login-state",
    wire_requests = "wire-requests",
    wire_responses = "wire-responses",
    content_of_messages = "content-message",
    content_of_records = "content-record",
    content_that_is_signed = "content-signed",
    fhir_bundle = "fhir-bundle",
    fhir_answer = "fhir-answer",
    fhir_consent = "fhir-consent",
    fhir_preferences = "fhir-preferences",
    fhir_patient = "fhir-patient",
    fhir_form = "fhir-form",
    fhir_answers_to_a_form = "fhir-form-answers",
    fhir_instant = "fhir-instant",
    fhir_markdown = "fhir-markdown",
    config_clinic = "config-clinic",
    config_enrolment = "config-enrolment",
    config_patient = "config-patient",
    config_words = "config-words",
}

#[test]
fn every_target_has_its_test() {
    let all: Vec<&str> = targets::all().iter().map(|target| target.name).collect();
    assert_eq!(all, NAMED);
}
