//! What is kept, how long, and that no purge takes it earlier.

use crate::fixture::{BIRTH_DATE, Fixture, patient};
use postern_desk::{
    consent::{Ask, OnPaper},
    history::About,
    retention::{Class, PurgeError, Purged},
    rules::{Scope, suppress::Suppression},
    send::{Content, SendRequest},
};
use postern_fhir::consent::{ConsentKind, ConsentStatus};
use postern_protocol::{category::Category, envelope::link_record::LinkRecordKind, time::Timestamp};
use serde_json::json;

const DAY: i64 = 24 * 60 * 60;

/// The first millisecond at which what ended at `at` is older than so many years.
fn years_after(at: Timestamp, years: i16) -> Timestamp {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
    let then = at.checked_add(jiff::Span::new().years(years)).unwrap();
    Timestamp(then.timestamp().as_millisecond() + 1)
}

/// Moves the clock to that moment, or as near before it as seconds allow.
fn go_to(fixture: &Fixture, at: Timestamp) {
    let now = fixture.desk.now();
    fixture.clock.forward_millis(at.0 - now.0);
}

async fn gone(fixture: &Fixture, class: Class) -> i64 {
    let Purged { gone, .. } = fixture.desk.purge(class, None).await.unwrap();
    gone
}

async fn due(fixture: &Fixture, class: Class) -> i64 {
    fixture.desk.retention().await.unwrap().into_iter().find(|line| line.class == class).unwrap().due
}

#[tokio::test]
async fn a_purge_that_would_take_what_is_to_be_kept_is_refused() {
    let fixture = Fixture::new().await;
    for (class, years) in [(Class::Messages, 0), (Class::Consents, 6), (Class::Ledger, 10)] {
        let latest = class.floor().before(fixture.desk.now()).unwrap();
        assert!(fixture.desk.purge(class, Some(latest)).await.is_ok());
        assert!(fixture.desk.now().0 - latest.0 >= (years * 365 * DAY).max(90 * DAY) * 1000);
        let refused = fixture.desk.purge(class, Some(Timestamp(latest.0 + 1))).await;
        let Err(PurgeError::TooEarly(refusal)) = refused else { panic!("{class:?}") };
        assert_eq!(refusal.code, "retention-too-early");
        assert!(refusal.remedy.contains("Name a moment no later than 20"), "{}", refusal.remedy);
    }
    assert!(!fixture.desk.ledger().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_link_goes_with_its_message_answers_and_receipts_six_years_after_its_end_and_not_a_moment_earlier()
{
    let fixture = Fixture::new().await;
    let mut ana = fixture.open_visit().await;
    fixture.portal.say(&ana.lid(), json!({ "kind": "wrong-try", "slot": 1, "used": 1 }));
    ana.confirm(&fixture.portal);
    let (_, jws) = ana.say(LinkRecordKind::Help);
    fixture.portal.say(&ana.lid(), json!({ "kind": "link-record", "jws": jws }));
    fixture.read_feed().await;
    fixture.desk.close(&fixture.client().await, &ana.lid().to_text()).await.unwrap();
    let ended = fixture.desk.now();
    let open = fixture.send().await;
    go_to(&fixture, Timestamp(years_after(ended, 6).0 - 1));
    assert_eq!((due(&fixture, Class::Messages).await, gone(&fixture, Class::Messages).await), (0, 0));
    go_to(&fixture, years_after(ended, 6));
    assert_eq!((due(&fixture, Class::Messages).await, gone(&fixture, Class::Messages).await), (1, 1));
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!((inbox.messages.len(), inbox.records.len(), inbox.requests.len()), (1, 0, 0));
    assert_eq!(inbox.messages[0].lid, open.lid.to_text(), "what has not ended stays");
    // The ledger still tells of it.
    let ledger = fixture.desk.ledger().await.unwrap();
    let gone_lid = ana.lid().to_text();
    assert!(ledger.iter().any(|line| line.lid.as_deref() == Some(gone_lid.as_str())));
    let last = ledger.last().unwrap();
    assert_eq!((last.kind.as_str(), last.what["gone"].as_i64()), ("retention-purged", Some(1)));
    assert_eq!(last.what["by"], "front desk");
    let history = fixture.desk.history(&About::Patient("p-1".into())).await.unwrap();
    assert!(!history.lines.is_empty());
}

#[tokio::test]
async fn a_message_and_its_reminder_go_together_and_what_waits_for_a_person_stays() {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    fixture.clock.forward(3 * DAY);
    let client = fixture.client().await;
    assert_eq!(fixture.desk.resume(&client, &fixture.transport()).await.unwrap().len(), 1);
    fixture.desk.recall(&client, &sent.lid.to_text()).await.unwrap();
    go_to(&fixture, years_after(fixture.desk.now(), 6));
    assert_eq!(gone(&fixture, Class::Messages).await, 2);
    assert!(fixture.desk.inbox().await.unwrap().messages.is_empty());

    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let (_, jws) = holder.say(LinkRecordKind::WrongPerson);
    fixture.portal.say(&holder.lid(), json!({ "kind": "link-record", "jws": jws }));
    fixture.read_feed().await;
    go_to(&fixture, years_after(fixture.desk.now(), 7));
    assert_eq!(gone(&fixture, Class::Messages).await, 0, "a report that nobody settled");
    fixture.desk.settle_number("p-1", "called").await.unwrap();
    go_to(&fixture, years_after(fixture.desk.now(), 6));
    assert_eq!(gone(&fixture, Class::Messages).await, 1);
}

async fn on_paper(fixture: &Fixture, status: ConsentStatus) {
    let paper = OnPaper {
        patient: "p-1".into(),
        kind: ConsentKind::CareTexts,
        categories: if status == ConsentStatus::Active { vec![Category::Messages] } else { vec![] },
        status,
        at: fixture.desk.now(),
        signature: None,
        witness: "front desk".into(),
        scan: vec![1],
    };
    fixture.desk.record_consent(&paper).await.unwrap();
}

#[tokio::test]
async fn a_consent_is_kept_while_it_holds_and_six_years_after_not_a_moment_less() {
    let fixture = Fixture::new().await;
    fixture.publish().await;
    on_paper(&fixture, ConsentStatus::Active).await;
    go_to(&fixture, years_after(fixture.desk.now(), 12));
    assert_eq!(gone(&fixture, Class::Consents).await, 0, "it holds");
    on_paper(&fixture, ConsentStatus::Inactive).await;
    let ended = fixture.desk.now();
    go_to(&fixture, Timestamp(years_after(ended, 6).0 - 1));
    assert_eq!((due(&fixture, Class::Consents).await, gone(&fixture, Class::Consents).await), (0, 0));
    go_to(&fixture, years_after(ended, 6));
    assert_eq!((due(&fixture, Class::Consents).await, gone(&fixture, Class::Consents).await), (2, 2));
    // That it was taken back is still what a decision finds.
    let text = SendRequest::new("p-1", Content::Text { subject: "Results".into(), text: "All well.".into() });
    let preview = fixture.desk.dry_run(&text).await.unwrap();
    let codes: Vec<_> = preview.refusals.iter().map(|one| one.code).collect();
    assert!(codes.contains(&"consent-withdrawn"), "{codes:?}");
}

#[tokio::test]
async fn an_opt_out_stands_after_the_lines_that_told_of_it_went_ten_years_later() {
    let mut fixture = Fixture::new().await;
    let about = About::Patient("p-1".into());
    fixture.desk.suppress(&about, Suppression::Add, Scope::Everything, "called").await.unwrap();
    let said = fixture.desk.now();
    go_to(&fixture, Timestamp(years_after(said, 10).0 - 1));
    assert_eq!((due(&fixture, Class::Ledger).await, gone(&fixture, Class::Ledger).await), (0, 0));
    go_to(&fixture, years_after(said, 10));
    assert_eq!((due(&fixture, Class::Ledger).await, gone(&fixture, Class::Ledger).await), (5, 5));
    let lines = fixture.desk.ledger().await.unwrap();
    assert_eq!(lines[0].n, 6, "the numbers go on");
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
    fixture.restart().await;
    let bo = patient("p-2", "Bo Example", Some(crate::fixture::NUMBER), Some(BIRTH_DATE));
    fixture.desk.import_patients(&bo.to_string()).await.unwrap();
    let ask = SendRequest::new("p-2", Content::Consent(Ask::CareTexts));
    let preview = fixture.desk.dry_run(&ask).await.unwrap();
    assert!(preview.refusals.iter().any(|one| one.code == "number-opted-out"));
    // And a second time, over what the first left.
    go_to(&fixture, years_after(fixture.desk.now(), 10));
    assert!(gone(&fixture, Class::Ledger).await > 0);
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
    assert_eq!(fixture.desk.suppressions(&about).await.unwrap()[0].opted_out[0].at, said);
}

#[tokio::test]
async fn whoever_moves_the_ledgers_start_or_takes_more_is_found() {
    for change in [
        "UPDATE ledger_start SET first = first + 1; DELETE FROM ledger WHERE n < (SELECT first FROM ledger_start)",
        "DELETE FROM ledger_start",
        "UPDATE ledger_start SET sealed = zeroblob(30)",
    ] {
        let fixture = Fixture::new().await;
        go_to(&fixture, years_after(fixture.desk.now(), 10));
        assert!(gone(&fixture, Class::Ledger).await > 0);
        fixture.desk.ledger().await.unwrap();
        let path = fixture.folder.path().join("desk.sqlite");
        let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(path))
            .await
            .unwrap();
        assert!(
            sqlx::query("DELETE FROM ledger").execute(&pool).await.is_err(),
            "the store itself keeps what is young"
        );
        sqlx::raw_sql(change).execute(&pool).await.unwrap();
        assert!(fixture.desk.ledger().await.is_err(), "{change}");
    }
}

#[tokio::test]
async fn what_came_back_from_waiting_goes_after_ninety_days() {
    let fixture = Fixture::new().await;
    let bo = patient("p-2", "Bo Example", Some("+12025550177"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&bo.to_string()).await.unwrap();
    let text = SendRequest::new("p-2", Content::Text { subject: "Results".into(), text: "All well.".into() });
    let client = fixture.client().await;
    fixture.desk.send(&client, &fixture.transport(), &text).await.unwrap_err();
    fixture.clock.forward(7 * DAY);
    assert_eq!(fixture.desk.resume(&client, &fixture.transport()).await.unwrap().len(), 1);
    fixture.clock.forward(90 * DAY);
    assert_eq!(gone(&fixture, Class::Returned).await, 1, "the question, which went a week earlier");
    fixture.clock.forward(1);
    assert_eq!(gone(&fixture, Class::Returned).await, 1, "the message");
    assert!(fixture.desk.inbox().await.unwrap().waiting.is_empty());
}
