//! The clinic's texts that everybody can read: published once, named by every consent with version, language and hash.

use crate::{
    consents::{answer, asked},
    fixture::{Fixture, clinic_toml},
};
use postern_desk::{
    Clinic,
    consent::{Ask, ConsentLine, PublishError},
    send::{Content, SendRequest},
};
use postern_fhir::{Consent, consent::ConsentStatus};
use postern_protocol::{digest::sha256, wire::desk_policies::PolicyKind};
use serde_json::{Value, json};

async fn refusals(fixture: &Fixture, content: Content) -> Vec<&'static str> {
    let preview = fixture.desk.dry_run(&SendRequest::new("p-1", content)).await.unwrap();
    preview.refusals.iter().map(|one| one.code).collect()
}

async fn publish(fixture: &Fixture, version: &str, text: &str) -> Result<(), PublishError> {
    let (version, language) = (version.parse().unwrap(), "en".parse().unwrap());
    let client = fixture.client().await;
    fixture.desk.publish_policy(&client, PolicyKind::Terms, &version, &language, text).await.map(drop)
}

#[tokio::test]
async fn a_consent_is_not_asked_for_before_its_texts_are_published() {
    let fixture = Fixture::new().await;
    let care = || Content::Consent(Ask::CareTexts);
    assert_eq!(refusals(&fixture, care()).await, ["consent-policy-not-published"; 3]);
    publish(&fixture, "2026-11", "# Our terms\n\nWe text you.").await.unwrap();
    assert_eq!(refusals(&fixture, care()).await, ["consent-policy-not-published"; 2]);
    fixture.publish().await;
    assert!(refusals(&fixture, care()).await.is_empty());
}

#[tokio::test]
async fn a_consent_says_kind_version_language_and_hash_of_each_text_it_names() {
    let fixture = Fixture::new().await;
    let mut patient = asked(&fixture, Ask::CareTexts).await;
    let record = answer(&mut patient, ConsentStatus::Active, &["surveys"], None);
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    let lines: Vec<ConsentLine> = fixture.desk.consents_of("p-1").await.unwrap();
    let named = lines[0].policies.iter().map(|one| (one.kind, one.version.as_str(), one.language.as_str()));
    let expected = [("texting", "1", "en"), ("terms", "2026-11", "en"), ("privacy", "2026-10", "en")];
    assert_eq!(named.collect::<Vec<_>>(), expected);
    let published = fixture.desk.published_policies().await.unwrap();
    for one in &lines[0].policies {
        let text = published.iter().find(|text| text.kind.as_str() == one.kind).unwrap();
        assert_eq!(one.sha256, sha256(text.text.as_bytes()).to_text());
        assert_eq!(one.address, format!("https://door.oak.example/policy/{}/{}/en", one.kind, one.version));
    }
    // It stands in what was signed.
    let given = Consent::read(&(&record.resource).into()).unwrap();
    assert_eq!(given.policies.len(), 3);
    let mut changed: Value = record.resource.clone();
    changed["policy"][1]["extension"][3]["valueString"] = json!("other");
    let mut other = answer(&mut patient, ConsentStatus::Active, &["surveys"], None);
    other.resource = changed;
    patient.send(&fixture.portal, &other);
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["consent-other"]);
}

#[tokio::test]
async fn a_published_text_is_never_changed_and_a_new_version_leaves_the_old_one() {
    let fixture = Fixture::new().await;
    fixture.publish().await;
    let other = publish(&fixture, "2026-11", "# Our terms\n\nWe text you more.").await;
    assert!(matches!(other, Err(PublishError::Other(_))));
    for text in ["", "Our terms", "# Our terms"] {
        assert!(matches!(publish(&fixture, "2026-12", text).await, Err(PublishError::Form)));
    }
    publish(&fixture, "2026-12", "# Our terms\n\nWe text you more.").await.unwrap();
    publish(&fixture, "2026-12", "# Our terms\n\nWe text you more.").await.unwrap();
    let versions = fixture.desk.published_policies().await.unwrap();
    let terms = versions.iter().filter(|one| one.kind == PolicyKind::Terms).map(|one| one.version.as_str());
    assert_eq!(terms.collect::<Vec<_>>(), ["2026-11", "2026-12"]);
    let lines = fixture.desk.ledger().await.unwrap();
    let line = lines.iter().find(|line| line.kind == "policy-text-published").unwrap();
    assert_eq!(line.what["by"], "front desk");
}

#[tokio::test]
async fn a_consent_that_names_older_texts_than_todays_is_refused() {
    let mut fixture = Fixture::new().await;
    let patient = asked(&fixture, Ask::CareTexts).await;
    let mut consent = Consent::read(&(&patient.bundle["entry"][0]["resource"]).into()).unwrap();
    (consent.page, consent.take_back_page) = (None, None);
    let bundle = |consent: &Consent| {
        let resource: Value = consent.write().into();
        Content::Bundle(
            json!({"resourceType": "Bundle", "type": "collection", "entry": [{ "resource": resource }]}),
        )
    };
    assert!(refusals(&fixture, bundle(&consent)).await.is_empty());
    let newer = clinic_toml().replace("2026-11", "2026-12");
    fixture.desk.use_texting(&Clinic::from_toml(&newer).unwrap()).await.unwrap();
    assert_eq!(refusals(&fixture, bundle(&consent)).await, ["consent-policy-not-published"]);
    fixture.publish().await;
    assert_eq!(refusals(&fixture, bundle(&consent)).await, ["consent-policy-older"]);
    consent.policies.clear();
    assert!(refusals(&fixture, bundle(&consent)).await.is_empty(), "the desk adds those of today");
}

#[tokio::test]
async fn a_portal_that_lost_a_text_gets_it_again() {
    let fixture = Fixture::new().await;
    fixture.publish().await;
    fixture.read_feed().await;
    fixture.portal.inside().policies.clear();
    fixture.portal.restore(0);
    fixture.read_feed().await;
    assert_eq!(fixture.portal.inside().policies.len(), 3);
}

#[tokio::test]
async fn the_draft_of_a_texting_policy_can_be_published_as_it_is() {
    let fixture = Fixture::new().await;
    let draft = fixture.desk.draft_texting_policy().unwrap();
    assert!(
        draft.starts_with("# How Oak Street Clinic sends texts\n") && !draft.contains(['{', '}']),
        "{draft}"
    );
    for words in ["STOP", "HELP", "8 texts", "rates", "condition of care", "(202) 555-0100"] {
        assert!(draft.contains(words), "{words}");
    }
    let (client, version, language) = (fixture.client().await, "1".parse().unwrap(), "en".parse().unwrap());
    fixture.desk.publish_policy(&client, PolicyKind::Texting, &version, &language, &draft).await.unwrap();
}
