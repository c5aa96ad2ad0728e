use super::*;
use postern_json::json;

const TEXT: &str = "Oak Clinic LLC may text (202) 555-0143 with offers. Two a month. Rates may apply. HELP and STOP. \
    You do not have to. Others may see it. Typing a name signs.";

pub(super) fn marketing() -> Consent {
    let element = |element, words: &str| (element, String::from(words));
    let policy = |kind, uri: &str| Policy {
        kind,
        uri: uri.into(),
        version: "1".into(),
        language: "en".into(),
        sha256: "x".into(),
    };
    Consent {
        id: Some("c-1".into()),
        status: ConsentStatus::Proposed,
        kind: ConsentKind::Marketing,
        patient: None,
        date_time: None,
        helper: None,
        organization: "Oak Clinic LLC".into(),
        title: "Offers by text".into(),
        text: TEXT.into(),
        language: "en".into(),
        text_sha256: "abc".into(),
        number: Some("+12025550143".into()),
        elements: alloc::vec![
            element(Element::Number, "(202) 555-0143"),
            element(Element::Frequency, "Two a month."),
            element(Element::Rates, "Rates may apply."),
            element(Element::HelpAndStop, "HELP and STOP."),
            element(Element::NotACondition, "You do not have to."),
            element(Element::Risks, "Others may see it."),
            element(Element::ElectronicSignature, "Typing a name signs."),
        ],
        policies: alloc::vec![
            policy(PolicyKind::Texting, "https://oak.example/texting"),
            policy(PolicyKind::Terms, "https://oak.example/terms"),
            policy(PolicyKind::Privacy, "https://oak.example/privacy"),
        ],
        permissions: alloc::vec![Permission { category: "marketing".into(), permit: true }],
        page: Some("{}".into()),
        take_back_page: Some("{}".into()),
        page_sha256: None,
        signature: None,
    }
}

fn given() -> Consent {
    Consent {
        date_time: Some("2026-11-22T10:00:00Z".into()),
        signature: Some(Signature { name: "Ana Example".into(), when: "2026-11-22T10:00:00Z".into() }),
        ..marketing().answer(ConsentStatus::Active, &["marketing".into()], "hash".into())
    }
}

#[test]
fn every_state_of_a_consent_reads_back() {
    let helped = Consent {
        helper: Some(Helper { name: "Cleo Example".into(), relationship: "daughter".into() }),
        ..given()
    };
    for consent in [marketing(), given(), helped] {
        assert_eq!(Consent::read(&consent.write()), Ok(consent));
    }
}

#[test]
fn a_given_consent_has_the_shape_that_fhir_gives_it() {
    let written = given().write();
    assert_eq!(written["status"], "active");
    assert_eq!(written["scope"]["coding"][0]["code"], "patient-privacy");
    assert_eq!(written["sourceAttachment"]["contentType"], "text/plain; charset=utf-8");
    assert_eq!(
        written["provision"],
        json!({"provision": [{"type": "permit", "code": [{"coding": [{"system": "urn:postern:category", "code": "marketing"}]}]}]})
    );
    assert!(written["provision"].get("type").is_none(), "R4 does not permit a type in the root rule");
    let uris: Vec<_> = (0..3).map(|at| written["policy"][at]["uri"].as_str().unwrap()).collect();
    assert_eq!(uris, ["texting", "terms", "privacy"].map(|kind| format!("https://oak.example/{kind}")));
}

#[test]
fn an_answer_changes_nothing_that_was_agreed_to() {
    let proposed = marketing();
    assert!(given().answers(&proposed));
    assert!(proposed.answer(ConsentStatus::Rejected, &[], "hash".into()).answers(&proposed));
    let other = |change: fn(&mut Consent)| {
        let mut other = given();
        change(&mut other);
        other.answers(&proposed)
    };
    assert!(!other(|one| one.text.push('.')));
    assert!(!other(|one| one.number = Some("+12025550144".into())));
    assert!(!other(|one| one.policies[0].version = "2".into()));
    assert!(!other(|one| one.permissions.clear()));
    assert!(!other(|one| one.status = ConsentStatus::Proposed));
    assert!(!other(|one| one.page_sha256 = None));
    let mut more = given();
    more.permissions.push(Permission { category: "surveys".into(), permit: true });
    assert!(!more.answers(&proposed), "a box that was never shown");
}

#[test]
fn a_refusal_permits_nothing_whatever_was_ticked() {
    let refused = marketing().answer(ConsentStatus::Rejected, &["marketing".into()], "hash".into());
    assert_eq!(refused.permitted().count(), 0);
}

#[test]
fn a_marketing_consent_lacking_any_element_is_found_out() {
    assert_eq!(given().lacks(), []);
    assert_eq!(marketing().lacks(), [], "a proposed one is not signed yet");
    let lacks = |change: &dyn Fn(&mut Consent)| {
        let mut consent = given();
        change(&mut consent);
        consent.lacks()
    };
    for element in Element::ALL.iter().copied().filter(|one| *one != Element::Number) {
        assert_eq!(lacks(&|one| one.elements.retain(|(one, _)| *one != element)), [Lack::Element(element)]);
        let words = given().elements.iter().find(|(one, _)| *one == element).unwrap().1.clone();
        let without = |one: &mut Consent| one.text = one.text.replace(&words, "");
        assert_eq!(lacks(&without), [Lack::Element(element)], "named, but not in the text");
    }
    assert_eq!(lacks(&|one| one.number = None), [Lack::Number]);
    assert_eq!(lacks(&|one| one.number = Some("+12025550144".into())), [Lack::Number]);
    assert_eq!(lacks(&|one| one.elements.retain(|(one, _)| *one != Element::Number)), [Lack::Number]);
    assert_eq!(lacks(&|one| one.text = one.text.replace("(202) 555-0143", "you")), [Lack::Number]);
    assert_eq!(lacks(&|one| one.organization.clear()), [Lack::Sender]);
    assert_eq!(lacks(&|one| one.organization = "Elm Clinic".into()), [Lack::Sender]);
    assert_eq!(lacks(&|one| one.signature = None), [Lack::Signature]);
    assert_eq!(lacks(&|one| one.signature.as_mut().unwrap().name = "  ".into()), [Lack::Signature]);
    assert_eq!(lacks(&|one| one.permissions[0].permit = false), [Lack::Choice]);
    assert_eq!(lacks(&|one| one.permissions.clear()), [Lack::Category]);
    for kind in PolicyKind::ALL {
        assert_eq!(lacks(&|one| one.policies.retain(|one| one.kind != *kind)), [Lack::Policy(*kind)]);
    }
}

#[test]
fn care_texts_are_not_signed_and_an_authorization_has_no_boxes() {
    let care = Consent { kind: ConsentKind::CareTexts, signature: None, ..given() };
    assert_eq!(care.lacks(), []);
    let own_words = Consent {
        kind: ConsentKind::Authorization,
        permissions: Vec::new(),
        number: None,
        policies: Vec::new(),
        ..given()
    };
    assert_eq!(own_words.lacks(), []);
    assert_eq!(Consent { signature: None, ..own_words }.lacks(), [Lack::Signature]);
}

#[test]
fn what_is_no_plain_text_or_no_known_code_is_refused() {
    let read = |change: fn(&mut Value)| {
        let mut value = marketing().write();
        change(&mut value);
        Consent::read(&value)
    };
    assert_eq!(read(|one| one["status"] = "given".into()), Err(ReadError::UnknownCode("Consent.status")));
    assert_eq!(read(|one| one["category"] = Value::Null), Err(ReadError::UnknownCode("Consent.category")));
    let data = Err(ReadError::Wrong("Consent.sourceAttachment.data"));
    assert_eq!(read(|one| one["sourceAttachment"]["data"] = "!".into()), data);
    assert_eq!(read(|one| one["sourceAttachment"]["data"] = "/w==".into()), data);
    assert_eq!(
        read(|one| one["sourceAttachment"]["contentType"] = "text/html".into()),
        Err(ReadError::Wrong("Consent.sourceAttachment.contentType"))
    );
}
