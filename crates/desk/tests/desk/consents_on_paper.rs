//! Consents on paper: booked with witness and scan, or refused.

use crate::{consents::facts, fixture::Fixture};
use postern_desk::consent::{KeptConsent, OnPaper, PaperError};
use postern_fhir::consent::{ConsentKind, ConsentStatus};
use postern_protocol::category::Category;
use serde_json::json;

pub fn paper(fixture: &Fixture) -> OnPaper {
    OnPaper {
        patient: "p-1".into(),
        kind: ConsentKind::Marketing,
        categories: vec![Category::Marketing],
        status: ConsentStatus::Active,
        at: fixture.desk.now().plus_seconds(-3600),
        signature: Some("Ana Example".into()),
        witness: "Front desk".into(),
        scan: b"%PDF".to_vec(),
    }
}

#[tokio::test]
async fn a_consent_on_paper_is_booked_with_witness_and_the_scans_hash() {
    let fixture = Fixture::new().await;
    fixture.publish().await;
    let id = fixture.desk.record_consent(&paper(&fixture)).await.unwrap();
    let line = fixture.desk.consent(&id).await.unwrap();
    assert_eq!(
        (line.status.as_str(), line.permits.as_slice(), line.broken),
        ("active", &["marketing".to_owned()][..], None)
    );
    let KeptConsent::Paper(kept) = &line.kept else { panic!("paper") };
    assert_eq!(kept.witness, "Front desk");
    assert_eq!(kept.scan_sha256, postern_protocol::digest::sha256(b"%PDF").to_text());
    let facts = facts(&fixture).await;
    assert_eq!(
        (facts[0]["form"].as_str(), &facts[0]["source"]),
        (Some("marketing-written"), &json!({ "paper": id }))
    );
}

#[tokio::test]
async fn a_consent_on_paper_lacking_signature_witness_scan_or_box_is_refused() {
    let fixture = Fixture::new().await;
    fixture.publish().await;
    type Lack = fn(&mut OnPaper);
    let lacking: [(Lack, &str); 6] = [
        (|one| one.signature = None, "consent-lacks"),
        (|one| one.categories.clear(), "consent-lacks"),
        (|one| one.categories = vec![Category::Surveys], "consent-categories"),
        (|one| one.witness = " ".into(), "consent-without-witness"),
        (|one| one.scan.clear(), "consent-without-witness"),
        (|one| one.at = one.at.plus_seconds(7200), "consent-in-the-future"),
    ];
    for (lack, code) in lacking {
        let mut paper = paper(&fixture);
        lack(&mut paper);
        let Err(PaperError::Refused(refusals)) = fixture.desk.record_consent(&paper).await else {
            panic!("{code}")
        };
        assert!(refusals.iter().any(|one| one.code == code), "{code}: {refusals:?}");
    }
    assert!(fixture.desk.consents_of("p-1").await.unwrap().is_empty());
}
