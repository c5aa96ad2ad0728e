//! What a consent brings about: the text that confirms it; and what a clinic says of its texts, changed later.

use crate::{
    consents::{answer, asked},
    consents_on_paper::paper,
    fixture::{BIRTH_DATE, Fixture, NUMBER, clinic_toml, patient as imported},
    patient::Patient,
};
use postern_desk::{
    Clinic,
    consent::{Ask, OnPaper, texting::TextingError},
};
use postern_fhir::{
    Consent,
    consent::{ConsentStatus, PolicyKind},
};
use postern_protocol::{envelope::link_record::LinkRecordKind, receipt};
use serde_json::json;

const WELCOME: &str = "texts a month at most.";

/// The texts that confirm a consent, once the running desk went round.
async fn welcomes(fixture: &Fixture) -> Vec<(String, String)> {
    fixture.read_feed().await;
    assert!(fixture.reasons().await.is_empty());
    fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    let texts = fixture.texts().into_iter().filter(|text| text.text.contains(WELCOME));
    texts.map(|text| (text.to, text.text)).collect()
}

fn agrees(fixture: &Fixture, patient: &mut Patient, boxes: &[&str], name: Option<&str>) -> String {
    let record = answer(patient, ConsentStatus::Active, boxes, name);
    patient.send(&fixture.portal, &record).1
}

#[tokio::test]
async fn one_text_confirms_a_new_consent_and_says_how_many_come_and_how_to_stop() {
    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::Marketing).await;
    let first = agrees(&fixture, &mut patient, &["marketing"], Some("Ana Example"));
    let told = welcomes(&fixture).await;
    let [(to, text)] = &told[..] else { panic!("one text: {told:?}") };
    assert_eq!(to, NUMBER);
    assert!(text.contains("you will get 2 texts a month at most") && text.contains("STOP to stop"), "{text}");
    // The same once more is nothing new.
    let mut again = answer(&mut patient, ConsentStatus::Active, &["marketing"], Some("Ana Example"));
    again.seen = Some(receipt::digest_of(&first));
    patient.send(&fixture.portal, &again);
    assert_eq!(welcomes(&fixture).await.len(), 1);
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_consent_on_paper_is_confirmed_by_the_same_text_once() {
    let fixture = Fixture::new().await;
    fixture.publish().await;
    fixture.desk.record_consent(&paper(&fixture)).await.unwrap();
    let told = welcomes(&fixture).await;
    let [(to, text)] = &told[..] else { panic!("one text: {told:?}") };
    assert_eq!(to, NUMBER);
    assert!(text.contains("you will get 2 texts a month at most") && text.contains("STOP to stop"), "{text}");
    fixture.desk.record_consent(&paper(&fixture)).await.unwrap();
    let refused = OnPaper { status: ConsentStatus::Rejected, ..paper(&fixture) };
    fixture.desk.record_consent(&refused).await.unwrap();
    assert_eq!(
        welcomes(&fixture).await.len(),
        1,
        "the same once more is nothing new, and a refusal nothing to confirm"
    );
}

#[tokio::test]
async fn a_refusal_a_stop_right_after_or_another_number_is_not_confirmed() {
    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::CareTexts).await;
    let record = answer(&mut patient, ConsentStatus::Rejected, &[], None);
    patient.send(&fixture.portal, &record);
    assert_eq!(welcomes(&fixture).await, []);

    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::CareTexts).await;
    agrees(&fixture, &mut patient, &["surveys"], None);
    let (_, stop) = patient.say(LinkRecordKind::OptOut);
    fixture.portal.say(&patient.lid(), json!({ "kind": "link-record", "jws": stop }));
    assert_eq!(welcomes(&fixture).await, [], "nobody who said STOP gets one more");

    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::CareTexts).await;
    let moved = imported("p-1", "Ana Example", Some("+12025550199"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&moved.to_string()).await.unwrap();
    agrees(&fixture, &mut patient, &["surveys"], None);
    assert_eq!(welcomes(&fixture).await, [], "the consent is for the number that was asked");
}

#[tokio::test]
async fn a_clinic_says_something_else_of_its_texts_and_asks_with_it_from_then_on() {
    let mut fixture = Fixture::new().await;
    let before = asked(&fixture, Ask::CareTexts).await;
    let file = clinic_toml().replace("2026-11", "2027-01").replace("texts_a_month = 8", "texts_a_month = 5");
    let clinic = Clinic::from_toml(&file).unwrap();
    fixture.desk.use_texting(&clinic).await.unwrap();
    fixture.restart().await;
    fixture.clock.forward(60);
    let after = asked(&fixture, Ask::CareTexts).await;
    let proposed =
        |patient: &Patient| Consent::read(&(&patient.bundle["entry"][0]["resource"]).into()).unwrap();
    let versions =
        [&before, &after].map(|patient| proposed(patient).policy(PolicyKind::Terms).unwrap().version.clone());
    assert_eq!(versions, ["2026-11", "2027-01"]);
    assert!(proposed(&after).text.contains("You will get 5 texts a month at most."));
    let ledger = fixture.desk.ledger().await.unwrap();
    let line = ledger.iter().find(|line| line.kind == "texting-changed").unwrap();
    assert_eq!(line.what["policies"]["terms"], "2027-01");

    let other = Clinic::from_toml(&file.replace("id = \"oak\"", "id = \"elm\"")).unwrap();
    let refused = fixture.desk.use_texting(&other).await;
    assert!(matches!(refused, Err(TextingError::OtherClinic(id)) if id == "elm"));
    let without = Clinic { texting: None, ..clinic };
    assert!(matches!(fixture.desk.use_texting(&without).await, Err(TextingError::Missing)));
}
