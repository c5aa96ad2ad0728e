//! Messages about several patients on one link, and a number that several have.

use crate::{
    fixture::{BIRTH_DATE, Fixture, NUMBER, START, patient, visit},
    helpers::{DAY, answered, codes, family, import, opened, send, to_mother},
    patient as phone,
};
use postern_desk::{
    history::About,
    send::{Also, Content, SendRequest},
};
use serde_json::{Value, json};

fn bundle(subject: &str) -> Content {
    Content::Bundle(json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Communication", "status": "completed", "topic": {"text": subject},
            "payload": [{"contentString": "All well."}]}},
        {"resource": visit()}]}))
}

fn both() -> SendRequest {
    let also = vec![Also { to: "c-2".into(), content: bundle("About Ben") }];
    SendRequest { also, ..SendRequest { content: bundle("About Ada"), ..to_mother() } }
}

#[tokio::test]
async fn one_link_carries_messages_about_several_and_each_answer_is_its_patients() {
    let fixture = family().await;
    send(&fixture, &both()).await.unwrap();
    assert_eq!(fixture.texts().len(), 1, "one text");
    let (mut ada, mut ben) = (opened(&fixture, 0), opened(&fixture, 1));
    assert_eq!((&ada.about["initials"], &ada.about["place"]), (&json!("A. E."), &json!(1)));
    assert_eq!((&ben.about["initials"], &ben.about["place"]), (&json!("B. E."), &json!(2)));
    assert_eq!(answered(&fixture, &mut ben).await, 1);
    // Two phones of the same seed: another moment makes another id.
    ada.at.0 += 1;
    assert_eq!(answered(&fixture, &mut ada).await, 1);
    assert!(fixture.reasons().await.is_empty());
    let inbox = fixture.desk.inbox().await.unwrap();
    let about: Vec<&str> =
        inbox.records.iter().map(|record| record.patient.as_ref().unwrap().id.as_str()).collect();
    assert_eq!(about, ["c-2", "c-1"]);
    assert!(inbox.messages.iter().all(|message| message.handed_over_at.is_some()));
    for (id, own, other) in [("c-1", "About Ada", "About Ben"), ("c-2", "About Ben", "About Ada")] {
        let history = fixture.desk.history(&About::Patient(id.into())).await.unwrap();
        let words = format!("{history:?}");
        assert!(words.contains(own) && !words.contains(other), "{id}: {words}");
        let answers = history.lines.iter().filter(|line| line.kind == "record-booked");
        assert_eq!(answers.map(|line| line.what["patient"].clone()).collect::<Vec<_>>(), [json!(id)]);
    }
    let mut export = Vec::new();
    let form = postern_desk::ledger::export::Format::JsonLines;
    fixture.desk.export_ledger(form, Default::default(), &mut export).await.unwrap();
    let rows: Vec<Value> =
        String::from_utf8(export).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let booked = rows.iter().filter(|row| row["kind"] == "record-booked");
    assert_eq!(booked.map(|row| row["patient"].clone()).collect::<Vec<_>>(), [json!("c-2"), json!("c-1")]);
    assert_eq!(
        codes(&fixture, &to_mother()).await,
        ["limit-without-consent"],
        "it counts once, and that is the day's"
    );
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn two_of_the_same_initials_are_told_apart_by_the_day_else_by_their_order() {
    let fixture = family().await;
    let abouts = async |born: &str| {
        let ali = patient("c-2", "Ali Example", None, Some(born));
        import(&fixture, &ali).await;
        fixture.clock.forward(8 * DAY);
        send(&fixture, &both()).await.unwrap();
        (opened(&fixture, 0).about, opened(&fixture, 1).about)
    };
    let (first, second) = abouts("2019-08-09").await;
    assert_eq!((&first["day"], &second["day"]), (&json!(4), &json!(9)));
    let (first, second) = abouts("2017-05-04").await;
    assert!(first.get("day").is_none() && second.get("day").is_none());
    assert_eq!((&first["place"], &second["place"]), (&json!(1), &json!(2)));
}

#[tokio::test]
async fn one_link_is_only_for_those_whom_one_number_and_one_birth_date_open() {
    let fixture = family().await;
    let twin = |number: &str, born: &str| patient("p-2", "Bo Example", Some(number), Some(born));
    let also = |to: &str| vec![Also { to: to.into(), content: bundle("Also") }];
    let twins = SendRequest { also: also("p-2"), ..fixture.request() };
    import(&fixture, &twin(NUMBER, "1981-04-12")).await;
    assert_eq!(codes(&fixture, &twins).await, ["also-opens-otherwise"]);
    import(&fixture, &twin("+12025550188", BIRTH_DATE)).await;
    assert_eq!(codes(&fixture, &twins).await, ["number-unconfirmed", "also-opens-otherwise"]);
    import(&fixture, &twin(NUMBER, BIRTH_DATE)).await;
    send(&fixture, &twins).await.unwrap();
    let text = fixture.texts().pop().unwrap().text;
    let second = phone::open_nth(&fixture.portal, &text, BIRTH_DATE, START, 1).unwrap();
    assert_eq!(second.about, json!({"place": 2, "initials": "B. E."}));
    assert_eq!(
        codes(&fixture, &SendRequest { also: also("p-1"), ..fixture.request() }).await,
        ["also-twice"]
    );
    let not_helped = SendRequest { also: also("p-2"), ..to_mother() };
    assert_eq!(codes(&fixture, &not_helped).await, ["also-not-helped"]);
    assert_eq!(
        codes(&fixture, &SendRequest { also: also("p-9"), ..fixture.request() }).await,
        ["patient-unknown"]
    );
}

#[tokio::test]
async fn a_message_to_a_shared_number_says_whom_it_is_about_and_one_to_a_number_of_ones_own_does_not() {
    let fixture = Fixture::new().await;
    let alone = fixture.open_visit().await;
    assert_eq!(alone.about, Value::Null);
    import(&fixture, &patient("p-2", "Bo Example", Some(NUMBER), Some("1955-09-30"))).await;
    fixture.clock.forward(DAY);
    let shared = fixture.open_visit().await;
    assert_eq!(shared.about, json!({"place": 1, "initials": "A. C."}));
}

#[tokio::test]
async fn a_link_of_several_is_reminded_of_once_with_all_its_messages() {
    let fixture = family().await;
    send(&fixture, &both()).await.unwrap();
    fixture.clock.forward(3 * DAY);
    let again = fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    assert_eq!((again.len(), fixture.texts().len()), (1, 2));
    let (first, second) = (opened(&fixture, 0), opened(&fixture, 1));
    assert_eq!((&first.about["initials"], &second.about["initials"]), (&json!("A. E."), &json!("B. E.")));
    assert!(second.bundle.to_string().contains("About Ben"));
    assert!(fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap().is_empty());
}
