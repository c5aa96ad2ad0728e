//! Consents: asked for, answered, checked, kept as proof, drawn again.

use crate::{
    fixture::{BIRTH_DATE, Fixture, clinic_toml},
    patient::{self, Patient},
};
use postern_desk::{
    Clinic,
    consent::{Ask, Broken, ConsentLine, KeptConsent, Proof, page},
    send::{Content, SendError, SendRequest},
};
use postern_fhir::{
    Consent,
    consent::{ConsentStatus, Element, PolicyKind, Signature},
};
use postern_protocol::{
    keys::PublicKey,
    page::Page,
    record::{Record, RecordKind},
};
use serde_json::{Value, json};

pub async fn asked(fixture: &Fixture, ask: Ask) -> Patient {
    fixture.publish().await;
    let request = SendRequest::new("p-1", Content::Consent(ask));
    fixture.desk.send(&fixture.client().await, &fixture.transport(), &request).await.unwrap();
    let text = fixture.texts().pop().unwrap().text;
    patient::open(&fixture.portal, &text, BIRTH_DATE, fixture.desk.now()).unwrap()
}

fn proposed(patient: &Patient) -> Consent {
    Consent::read(&(&patient.bundle["entry"][0]["resource"]).into()).unwrap()
}

/// The answer as the page makes it.
pub fn answer(
    patient: &mut Patient,
    status: ConsentStatus,
    boxes: &[&str],
    name: Option<&str>,
) -> Record<Value> {
    let proposed = proposed(patient);
    let shown = match status {
        ConsentStatus::Inactive => &proposed.take_back_page,
        _ => &proposed.page,
    };
    let page = Page::from_canonical(shown.as_deref().unwrap()).unwrap();
    let boxes: Vec<String> = boxes.iter().map(|one| (*one).to_owned()).collect();
    let mut given = proposed.answer(status, &boxes, page.sha256().to_text());
    given.date_time = Some("2026-11-22T10:00:00Z".into());
    given.signature = name.map(|name| Signature { name: name.into(), when: "2026-11-22T10:00:00Z".into() });
    let mut record = patient.answer();
    record.kind = RecordKind::Consent;
    record.shown.page = Some(page);
    record.resource = given.write().into();
    record
}

fn change(record: &mut Record<Value>, change: impl FnOnce(&mut Consent)) {
    let mut consent = Consent::read(&(&record.resource).into()).unwrap();
    change(&mut consent);
    record.resource = consent.write().into();
}

async fn only(fixture: &Fixture) -> ConsentLine {
    let mut lines = fixture.desk.consents_of("p-1").await.unwrap();
    assert_eq!(lines.len(), 1);
    lines.remove(0)
}

fn proof(line: &ConsentLine) -> Proof {
    let KeptConsent::Page(proof) = &line.kept else { panic!("it was answered on the page") };
    (**proof).clone()
}

/// What became of consents since the counter, where the fixture's patient agreed to texts about care.
pub async fn facts(fixture: &Fixture) -> Vec<Value> {
    let ledger = fixture.desk.ledger().await.unwrap();
    let later = ledger.into_iter().filter(|line| line.kind != "number-confirmed");
    let told = later.filter_map(|line| line.what.get("rules").cloned());
    let facts = told.flat_map(|told| told["facts"].as_array().cloned().unwrap_or_default());
    facts.filter(|fact| fact["fact"].as_str().is_some_and(|kind| kind.starts_with("consent"))).collect()
}

#[tokio::test]
async fn an_agreement_is_booked_with_its_proof_and_becomes_a_fact_for_each_box() {
    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::CareTexts).await;
    let record = answer(&mut patient, ConsentStatus::Active, &["appointments", "surveys"], None);
    let (rid, _) = patient.send(&fixture.portal, &record);
    assert_eq!(fixture.read_feed().await.records, 1);
    assert!(fixture.reasons().await.is_empty());
    let line = only(&fixture).await;
    assert_eq!(
        (line.id.as_str(), line.kind.as_str(), line.status.as_str()),
        (rid.to_string().as_str(), "care-texts", "active")
    );
    assert_eq!(
        (line.permits.as_slice(), line.broken),
        (&["appointments".to_owned(), "surveys".to_owned()][..], None)
    );
    assert_eq!(line.number.as_deref(), Some(crate::fixture::NUMBER));
    let facts = facts(&fixture).await;
    let given: Vec<&str> = facts
        .iter()
        .filter(|fact| fact["fact"] == "consent-given")
        .filter_map(|fact| fact["category"].as_str())
        .collect();
    assert_eq!(given, ["appointments", "surveys"]);
    assert_eq!(facts.len(), 6, "an empty box is a no: {facts:?}");
    assert_eq!(facts[0]["source"], json!({ "record": rid.to_string() }));
}

#[tokio::test]
async fn a_refusal_and_a_taking_back_end_every_category() {
    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::Marketing).await;
    let agreed = answer(&mut patient, ConsentStatus::Active, &["marketing"], Some("Ana Example"));
    let (first, receipt) = patient.send(&fixture.portal, &agreed);
    let mut back = answer(&mut patient, ConsentStatus::Inactive, &[], None);
    (back.replaces, back.seen) = (Some(first), Some(postern_protocol::receipt::digest_of(&receipt)));
    patient.send(&fixture.portal, &back);
    fixture.read_feed().await;
    let kinds: Vec<Value> = facts(&fixture).await.iter().map(|fact| fact["fact"].clone()).collect();
    assert_eq!(kinds, ["consent-given", "consent-withdrawn"]);
    let lines = fixture.desk.consents_of("p-1").await.unwrap();
    assert_eq!(lines[0].signature.as_deref(), Some("Ana Example"));
    assert_eq!((lines[1].status.as_str(), lines[1].permits.len(), lines[1].broken), ("inactive", 0, None));
}

#[tokio::test]
async fn a_consent_is_drawn_again_word_for_word_from_its_stored_list_alone() {
    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::CareTexts).await;
    let sent = proposed(&patient);
    let record = answer(&mut patient, ConsentStatus::Active, &["forms"], None);
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    // As it would be read in ten years: a file, and the keys that stay published.
    let file = serde_json::to_string(&proof(&only(&fixture).await)).unwrap();
    let keys = fixture.desk.portal_keys().await.unwrap();
    let held = serde_json::from_str::<Proof>(&file).unwrap().check(&keys).unwrap();
    assert_eq!(Some(held.page.canonical()), sent.page);
    let drawn = page::as_text(&held.page);
    assert!(drawn.contains(&sent.text), "{drawn}");
    for words in
        ["May we text you about your care?", "[ ] Forms for a visit", "( I agree )", "( I do not agree )"]
    {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
}

/// One bit of one byte is another; what is no text any more is changed as well.
fn flipped(text: &str, place: usize) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] ^= 1;
    String::from_utf8(bytes).ok()
}

#[tokio::test]
async fn one_changed_byte_of_stored_text_page_or_record_is_found() {
    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::Marketing).await;
    let record = answer(&mut patient, ConsentStatus::Active, &["marketing"], Some("Ana Example"));
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    let whole = proof(&only(&fixture).await);
    let keys: Vec<PublicKey> = fixture.desk.portal_keys().await.unwrap();
    assert!(whole.check(&keys).is_ok());
    type Member = fn(&mut Proof) -> &mut String;
    let members: [(Member, &[Broken], usize); 6] = [
        (|one| &mut one.text, &[Broken::Text], 3),
        (|one| &mut one.text_sha256, &[Broken::Text], 1),
        (|one| &mut one.page, &[Broken::Page], 17),
        (|one| &mut one.page_sha256, &[Broken::Page], 1),
        (|one| &mut one.record, &[Broken::Record, Broken::Receipt], 97),
        (|one| &mut one.receipt, &[Broken::Receipt], 7),
    ];
    for (member, expected, step) in members {
        let length = member(&mut whole.clone()).len();
        for place in (0..length).step_by(step).chain([length - 1]) {
            let mut changed = whole.clone();
            let Some(text) = flipped(member(&mut changed), place) else { continue };
            *member(&mut changed) = text;
            let found = changed.check(&keys).map(|_| ()).unwrap_err();
            assert!(expected.contains(&found), "byte {place} of {length}: {found:?}, not {expected:?}");
        }
    }
    for place in 0..32 {
        let mut changed = whole.clone();
        changed.cek.0[place] ^= 1;
        assert_eq!(changed.check(&keys).map(|_| ()), Err(Broken::Record));
    }
    // A text and its hash, or a page and its hash, changed together.
    let mut both = whole.clone();
    both.text.push('.');
    both.text_sha256 = postern_protocol::digest::sha256(both.text.as_bytes()).to_text();
    assert_eq!(both.check(&keys).map(|_| ()), Err(Broken::Text));
    let mut both = whole.clone();
    both.page = both.page.replace("I do not agree", "I do not mind");
    both.page_sha256 = postern_protocol::digest::sha256(both.page.as_bytes()).to_text();
    assert_eq!(both.check(&keys).map(|_| ()), Err(Broken::Page));
}

#[tokio::test]
async fn a_page_or_a_text_that_was_not_sent_is_an_incident_and_not_booked() {
    type Change = fn(&mut Record<Value>);
    let other: [(Change, &str); 8] = [
        (|record| record.shown.page = None, "page-other"),
        (|record| record.shown.page.as_mut().unwrap().parts.truncate(3), "page-other"),
        (|record| change(record, |one| one.page_sha256 = Some("other".into())), "page-other"),
        (|record| change(record, |one| one.text.push('.')), "consent-other"),
        (|record| change(record, |one| one.policies[0].version = "2025".into()), "consent-other"),
        (|record| change(record, |one| one.number = Some("+12025550199".into())), "consent-other"),
        (|record| change(record, |one| drop(one.permissions.pop())), "consent-other"),
        (|record| record.resource["note"] = json!("more than was asked"), "consent-other"),
    ];
    for (change, reason) in other {
        let fixture = Fixture::new().await;
        let mut patient = asked(&fixture, Ask::CareTexts).await;
        let mut record = answer(&mut patient, ConsentStatus::Active, &["forms"], None);
        change(&mut record);
        patient.send(&fixture.portal, &record);
        fixture.read_feed().await;
        assert_eq!(fixture.reasons().await, [reason]);
        assert!(fixture.desk.consents_of("p-1").await.unwrap().is_empty());
        assert!(facts(&fixture).await.is_empty());
    }
}

#[tokio::test]
async fn a_page_beside_an_answer_that_has_none_is_an_incident() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let mut record = patient.answer();
    record.shown.page = Some(Page { language: "en".into(), parts: Vec::new() });
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["page-other"]);
}

fn bundle(consent: &Consent) -> Content {
    let consent: Value = consent.write().into();
    Content::Bundle(
        json!({"resourceType": "Bundle", "type": "collection", "entry": [{ "resource": consent }]}),
    )
}

async fn refusals(fixture: &Fixture, content: Content) -> Vec<&'static str> {
    let preview = fixture.desk.dry_run(&SendRequest::new("p-1", content.clone())).await.unwrap();
    let sent = fixture
        .desk
        .send(&fixture.client().await, &fixture.transport(), &SendRequest::new("p-1", content))
        .await;
    match sent {
        Ok(_) => Vec::new(),
        Err(SendError::Refused(refusals)) => {
            assert!(!preview.would_send);
            refusals.iter().map(|one| one.code).collect()
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_marketing_consent_lacking_any_element_is_refused_by_the_desk() {
    let fixture = Fixture::new().await;
    let patient = asked(&fixture, Ask::Marketing).await;
    let mut whole = proposed(&patient);
    (whole.page, whole.take_back_page) = (None, None);
    // Asked for.
    for element in Element::ALL {
        let mut unnamed = whole.clone();
        unnamed.elements.retain(|(one, _)| one != element);
        assert_eq!(refusals(&fixture, bundle(&unnamed)).await, ["consent-lacks"], "{element:?}");
        let mut unsaid = whole.clone();
        let words = &whole.elements.iter().find(|(one, _)| one == element).unwrap().1;
        unsaid.text = unsaid.text.replace(words, "");
        assert_eq!(refusals(&fixture, bundle(&unsaid)).await, ["consent-lacks"], "{element:?}");
    }
    let lacking: [fn(&mut Consent); 4] = [
        |one| one.organization = "Somebody".into(),
        |one| one.number = None,
        |one| one.permissions.clear(),
        |one| one.policies.retain(|policy| policy.kind != PolicyKind::Privacy),
    ];
    for lack in lacking {
        let mut consent = whole.clone();
        lack(&mut consent);
        assert_eq!(refusals(&fixture, bundle(&consent)).await, ["consent-lacks"]);
    }
    // Answered: by a page that does not check.
    let unsigned = (["marketing"], None);
    let blank = (["marketing"], Some(" "));
    let unticked = (["surveys"], Some("Ana Example"));
    for (boxes, name) in [unsigned, blank, unticked] {
        let fixture = Fixture::new().await;
        let mut patient = asked(&fixture, Ask::Marketing).await;
        let record = answer(&mut patient, ConsentStatus::Active, &boxes, name);
        patient.send(&fixture.portal, &record);
        fixture.read_feed().await;
        assert_eq!(fixture.reasons().await, ["consent-lacks"]);
        assert!(fixture.desk.consents_of("p-1").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_must_not_be_asked_is_refused_with_its_code() {
    let fixture = Fixture::new().await;
    let patient = asked(&fixture, Ask::CareTexts).await;
    let mut whole = proposed(&patient);
    assert_eq!(refusals(&fixture, bundle(&whole)).await, ["consent-brings-page"]);
    (whole.page, whole.take_back_page) = (None, None);
    let with = |change: fn(&mut Consent)| {
        let mut other = whole.clone();
        change(&mut other);
        bundle(&other)
    };
    let other_number = with(|one| {
        one.number = Some("+12025550199".into());
        one.text = one.text.replace("555-0143", "555-0199");
        one.elements[0].1 = one.elements[0].1.replace("555-0143", "555-0199");
    });
    assert_eq!(refusals(&fixture, other_number).await, ["consent-other-number"]);
    let marketing_among_care = with(|one| one.permissions[0].category = "marketing".into());
    assert_eq!(refusals(&fixture, marketing_among_care).await, ["consent-categories"]);
    assert_eq!(
        refusals(&fixture, with(|one| one.status = ConsentStatus::Rejected)).await,
        ["consent-not-proposed"]
    );
    assert_eq!(
        refusals(&fixture, with(|one| one.policies[0].uri = "javascript:0".into())).await,
        ["consent-policy-older"]
    );
    assert_eq!(refusals(&fixture, with(|one| one.language = "xx".into())).await, ["consent-language"]);
    let consent: Value = whole.write().into();
    let two = json!({"resourceType": "Bundle", "type": "collection",
        "entry": [{ "resource": consent }, { "resource": consent }]});
    assert_eq!(refusals(&fixture, Content::Bundle(two)).await, ["consent-twice"]);
}

#[tokio::test]
async fn an_authorization_in_own_words_is_signed() {
    let fixture = Fixture::new().await;
    let ask = Ask::Authorization { title: "Talk to my daughter".into(), text: "You may tell her.".into() };
    let mut patient = asked(&fixture, ask).await;
    assert!(proposed(&patient).text.starts_with("You may tell her."));
    let record = answer(&mut patient, ConsentStatus::Active, &[], Some("Ana Example"));
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    let line = only(&fixture).await;
    assert_eq!((line.kind.as_str(), line.broken), ("authorization", None));
    assert!(facts(&fixture).await.is_empty(), "it is about no text");
}

#[tokio::test]
async fn the_first_message_to_a_number_asks_once_if_the_clinic_wants_it() {
    let clinic = clinic_toml().replace("texts_a_month = 8", "texts_a_month = 8\nask_first = true");
    let fixture = Fixture::with(Clinic::from_toml(&clinic).unwrap()).await;
    fixture.publish().await;
    let kinds = |patient: &Patient| -> Vec<Value> {
        let entries = patient.bundle["entry"].as_array().unwrap();
        entries.iter().map(|entry| entry["resource"]["resourceType"].clone()).collect()
    };
    let mut first = fixture.open_visit().await;
    assert_eq!(kinds(&first), ["Appointment", "Consent", "Parameters"]);
    // Both can be answered.
    let confirmed = first.answer();
    first.send(&fixture.portal, &confirmed);
    let words = Content::Text { subject: "Results".into(), text: "All well.".into() };
    let request = SendRequest::new("p-1", words);
    fixture.desk.send(&fixture.client().await, &fixture.transport(), &request).await.unwrap();
    let text = fixture.texts().pop().unwrap().text;
    let second = patient::open(&fixture.portal, &text, BIRTH_DATE, fixture.desk.now()).unwrap();
    assert_eq!(kinds(&second), ["Communication", "Parameters"], "nothing is asked twice");
    fixture.read_feed().await;
    assert!(fixture.reasons().await.is_empty());
}
