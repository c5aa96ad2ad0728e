//! Everything about a person, and nothing about anybody else.

use crate::fixture::{BIRTH_DATE, Fixture, NUMBER, patient};
use postern_desk::{
    history::{About, Content, History, HistoryError},
    ledger::Actor,
    send::{Content as SendContent, SendRequest},
};
use serde_json::json;

async fn of(fixture: &Fixture, about: About) -> History {
    fixture.desk.history(&about).await.unwrap()
}

fn told(history: &History) -> Vec<(Actor, &str)> {
    history.lines.iter().map(|line| (line.actor, line.kind.as_str())).collect()
}

#[tokio::test]
async fn a_persons_history_has_every_step_in_order_with_its_actor_and_what_was_said() {
    let fixture = Fixture::new().await;
    let mut ana = fixture.open_visit().await;
    fixture.portal.say(&ana.lid(), json!({ "kind": "opened" }));
    ana.confirm(&fixture.portal);
    fixture.read_feed().await;
    fixture.desk.recall(&fixture.client().await, &ana.lid().to_text()).await.unwrap();

    let history = of(&fixture, About::Patient("p-1".into())).await;
    assert_eq!(
        told(&history),
        [
            (Actor::Staff, "patient-added"),
            (Actor::Staff, "number-confirmed"),
            (Actor::Staff, "send-decided"),
            (Actor::Desk, "send-uploaded"),
            (Actor::Desk, "text-handed-over"),
            (Actor::Portal, "opened"),
            (Actor::LinkHolder, "record-booked"),
            (Actor::Staff, "link-recalled"),
            (Actor::Portal, "end-confirmed"),
        ]
    );
    assert!(history.lines.is_sorted_by_key(|line| line.at));
    let Some(Content::Message { text, .. }) = &history.lines[2].content else { panic!("a message") };
    assert!(text.contains("Check-up"), "{text}");
    let Some(Content::Answer { status, signature_valid, receipt_valid, .. }) = &history.lines[6].content
    else {
        panic!("an answer")
    };
    assert_eq!((status.as_deref(), *signature_valid, *receipt_valid), (Some("accepted"), true, true));
    // That somebody looked is part of it from then on.
    let again = of(&fixture, About::Patient("p-1".into())).await;
    assert_eq!(told(&again).last(), Some(&(Actor::Staff, "history-read")));
}

#[tokio::test]
async fn a_number_brings_everybody_who_shares_it_and_nobody_else() {
    let fixture = Fixture::new().await;
    for (id, number) in [("p-2", NUMBER), ("p-3", "+12025550177")] {
        let one = patient(id, "Bo Example", Some(number), Some(BIRTH_DATE));
        fixture.desk.import_patients(&one.to_string()).await.unwrap();
    }
    fixture.desk.confirm_number("p-3", "read back on the telephone", None).await.unwrap();
    let client = fixture.client().await;
    for id in ["p-1", "p-2", "p-3"] {
        let text = SendContent::Text { subject: "Hello".into(), text: format!("For {id} only.") };
        fixture.desk.send(&client, &fixture.transport(), &SendRequest::new(id, text)).await.unwrap();
    }
    let history = of(&fixture, About::Number(" (202) 555-0143\n".into())).await;
    assert_eq!(history.people.iter().map(|who| who.id.as_str()).collect::<Vec<_>>(), ["p-1", "p-2"]);
    let all = serde_json::to_string(&history).unwrap();
    assert!(all.contains("For p-1 only.") && all.contains("For p-2 only."));
    assert!(!all.contains("p-3"), "{all}");
    let other = of(&fixture, About::Patient("p-3".into())).await;
    let all = serde_json::to_string(&other).unwrap();
    assert!(all.contains("For p-3 only.") && !all.contains("p-1") && !all.contains("p-2"));
}

#[tokio::test]
async fn a_history_carries_no_birth_date_no_number_and_no_link_secret() {
    let fixture = Fixture::new().await;
    fixture.send().await;
    let text = &fixture.texts()[0].text;
    let secret = text.split('#').nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let all = serde_json::to_string(&of(&fixture, About::Patient("p-1".into())).await).unwrap();
    assert!(all.contains("send-decided"));
    for never in [BIRTH_DATE, NUMBER, secret.as_str()] {
        assert!(!all.contains(never), "{never}");
    }
}

#[tokio::test]
async fn nobody_of_that_id_or_number_is_said_so() {
    let fixture = Fixture::new().await;
    let none = async |about| fixture.desk.history(&about).await.unwrap_err();
    assert!(matches!(none(About::Patient("p-9".into())).await, HistoryError::PatientUnknown(_)));
    assert!(matches!(none(About::Number("+12025550199".into())).await, HistoryError::NumberUnknown));
    assert!(matches!(none(About::Number("12".into())).await, HistoryError::NotANumber));
}
