//! The ledger for somebody else's eyes: whole, each row with who it was, and nobody named.

use crate::fixture::{BIRTH_DATE, Fixture, NAME, NUMBER};
use postern_desk::{
    history::About,
    ledger::export::{Format, Span},
    rules::{Scope, suppress::Suppression},
};
use postern_protocol::{envelope::link_record::LinkRecordKind, time::Timestamp};
use serde_json::{Value, json};

/// A life with a line of every actor.
async fn lived() -> Fixture {
    let fixture = Fixture::new().await;
    let mut ana = fixture.open_visit().await;
    fixture.portal.say(&ana.lid(), json!({ "kind": "opened" }));
    ana.confirm(&fixture.portal);
    let (_, jws) = ana.say(LinkRecordKind::OptOut);
    fixture.portal.say(&ana.lid(), json!({ "kind": "link-record", "jws": jws }));
    fixture.read_feed().await;
    let about = About::Number(NUMBER.into());
    fixture.desk.suppress(&about, Suppression::Lift, Scope::Everything, "=called, \"again\"").await.unwrap();
    fixture
}

async fn export(fixture: &Fixture, format: Format, span: Span) -> (u64, String) {
    let mut out = Vec::new();
    let written = fixture.desk.export_ledger(format, span, &mut out).await.unwrap();
    (written, String::from_utf8(out).unwrap())
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_row_of_every_form_names_an_actor() {
    let fixture = lived().await;
    let count = fixture.desk.ledger().await.unwrap().len();
    let (written, text) = export(&fixture, Format::JsonLines, Span::default()).await;
    let rows = lines(&text);
    assert_eq!((rows.len(), usize::try_from(written).unwrap()), (count, count));
    let of = |actor: &str| -> Vec<&str> {
        rows.iter().filter(|row| row["actor"] == actor).map(|row| row["by"].as_str().unwrap()).collect()
    };
    assert!(of("staff").iter().all(|by| ["staff", "front desk"].contains(by)), "{:?}", of("staff"));
    assert!(of("desk").iter().all(|by| *by == "desk of oak"));
    assert!(of("portal").iter().all(|by| *by == "portal https://door.oak.example"));
    assert!(of("link-holder").iter().all(|by| by.starts_with("holder of link ")));
    assert!(["staff", "desk", "portal", "link-holder"].iter().all(|actor| !of(actor).is_empty()));
    assert!(rows.iter().filter(|row| row["lid"].is_string()).all(|row| row["patient"] == "p-1"));

    let (written, text) = export(&fixture, Format::Csv, Span::default()).await;
    let read: Vec<csv::StringRecord> =
        csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(
        (read.len(), usize::try_from(written).unwrap()),
        (count + 1, count + 1),
        "the first export is in it"
    );
    assert!(read.iter().all(|row| row.len() == 8 && !row[2].is_empty() && !row[3].is_empty()));

    let (written, text) = export(&fixture, Format::Fhir, Span::default()).await;
    let (audits, others): (Vec<Value>, Vec<Value>) =
        lines(&text).into_iter().partition(|one| one["resourceType"] == "AuditEvent");
    assert_eq!(audits.len(), usize::try_from(written).unwrap());
    let who = |audit: &Value| {
        audit["agent"][0]["who"]["identifier"]["value"].as_str().is_some_and(|by| !by.is_empty())
    };
    assert!(audits.iter().all(who));
    assert!(matches!(&others[..], [one] if one["resourceType"] == "Provenance"), "one answer was signed");
}

#[tokio::test]
async fn no_form_says_a_name_a_number_or_a_birth_date() {
    let fixture = lived().await;
    for format in [Format::Csv, Format::JsonLines, Format::Fhir] {
        let (_, text) = export(&fixture, format, Span::default()).await;
        assert!(text.contains("p-1"), "the scan finds what is there");
        for word in [NAME, &NUMBER[2..], BIRTH_DATE, "Canary"] {
            assert!(!text.contains(word), "{word} in {format:?}");
        }
    }
}

#[tokio::test]
async fn a_span_takes_its_first_moment_and_leaves_its_last() {
    let fixture = Fixture::new().await;
    fixture.clock.forward(10);
    fixture.send().await;
    let at = fixture.desk.now();
    let kinds = async |from: Option<Timestamp>, until: Option<Timestamp>| -> Vec<String> {
        let (_, text) = export(&fixture, Format::JsonLines, Span { from, until }).await;
        lines(&text).iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(Some(at), None).await, ["send-decided", "send-uploaded", "text-handed-over"]);
    assert!(!kinds(None, Some(at)).await.contains(&"send-decided".to_owned()));
    assert!(kinds(Some(at.plus_seconds(1)), None).await.is_empty());
}

#[tokio::test]
async fn that_it_was_exported_stands_in_the_ledger_with_who_took_it() {
    let mut fixture = lived().await;
    fixture.desk = fixture.desk.clone().acting_for("privacy officer");
    let (written, _) = export(&fixture, Format::Csv, Span::default()).await;
    let last = fixture.desk.ledger().await.unwrap().pop().unwrap();
    assert_eq!(last.kind, "ledger-exported");
    assert_eq!(last.what, json!({ "format": "csv", "lines": written, "by": "privacy officer" }));
}
