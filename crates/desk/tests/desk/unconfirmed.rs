//! A number of which nothing shows that it is the patient's: it is asked about first, and what was to be sent waits.

use crate::fixture::{BIRTH_DATE, Fixture, patient};
use postern_desk::send::{Content, SendError, SendRequest};
use postern_protocol::time::Timestamp;

const DAY: i64 = 24 * 60 * 60;
const NUMBER: &str = "+12025550177";

fn message() -> SendRequest {
    SendRequest::new("p-2", Content::Text { subject: "Results".into(), text: "All well.".into() })
}

async fn stranger() -> Fixture {
    let fixture = Fixture::new().await;
    let bo = patient("p-2", "Bo Example", Some(NUMBER), Some(BIRTH_DATE));
    fixture.desk.import_patients(&bo.to_string()).await.unwrap();
    fixture
}

async fn send(fixture: &Fixture) -> Result<(), SendError> {
    fixture.desk.send(&fixture.client().await, &fixture.transport(), &message()).await.map(drop)
}

async fn resume(fixture: &Fixture) -> Vec<Result<(), SendError>> {
    let resumed = fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    resumed.into_iter().map(|one| one.map(drop)).collect()
}

#[tokio::test]
async fn the_number_text_goes_first_and_the_message_by_itself_once_the_number_is_confirmed() {
    let mut fixture = stranger().await;
    let until: Timestamp = fixture.desk.now().plus_seconds(7 * DAY);
    assert!(matches!(send(&fixture).await, Err(SendError::Waiting { returns_at }) if returns_at == until));
    let [asked] = &fixture.texts()[..] else { panic!("one text") };
    assert_eq!((asked.to.as_str(), asked.lid), (NUMBER, None));
    assert!(asked.text.contains("is this the right number for texts from us? Reply YES or STOP."));
    // The same command again asks nobody twice, and a restart forgets nothing.
    assert!(matches!(send(&fixture).await, Err(SendError::Waiting { returns_at }) if returns_at == until));
    fixture.restart().await;
    assert!(resume(&fixture).await.is_empty());
    assert_eq!(fixture.texts().len(), 1);
    fixture.desk.confirm_number("p-2", "answered YES", None).await.unwrap();
    assert!(matches!(&resume(&fixture).await[..], [Ok(())]));
    assert_eq!(fixture.texts().len(), 2);
    assert!(fixture.texts()[1].lid.is_some() && fixture.texts()[1].to == NUMBER);
    assert!(resume(&fixture).await.is_empty(), "it goes once");
    assert!(fixture.desk.inbox().await.unwrap().waiting.is_empty());
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
}

#[tokio::test]
async fn what_waited_seven_days_returns_to_the_clinic_and_goes_no_more() {
    let fixture = stranger().await;
    send(&fixture).await.unwrap_err();
    fixture.clock.forward(7 * DAY - 1);
    assert!(resume(&fixture).await.is_empty());
    fixture.clock.forward(1);
    assert!(matches!(&resume(&fixture).await[..], [Err(SendError::Refused(_))]));
    let inbox = fixture.desk.inbox().await.unwrap();
    let [returned] = &inbox.waiting[..] else { panic!("a line in the inbox") };
    assert_eq!(returned.returned_at, Some(fixture.desk.now()));
    assert_eq!(
        (returned.subject.as_deref(), returned.why.as_deref()),
        (Some("Results"), Some("number-unconfirmed"))
    );
    fixture.desk.confirm_number("p-2", "read back", None).await.unwrap();
    assert!(resume(&fixture).await.is_empty());
    assert_eq!(fixture.texts().len(), 1);
}

#[tokio::test]
async fn confirmed_at_night_it_waits_for_the_morning() {
    let fixture = stranger().await;
    send(&fixture).await.unwrap_err();
    fixture.clock.forward(10 * 60 * 60);
    fixture.desk.confirm_number("p-2", "answered YES", None).await.unwrap();
    assert!(resume(&fixture).await.is_empty());
    fixture.clock.forward(12 * 60 * 60);
    assert!(matches!(&resume(&fixture).await[..], [Ok(())]));
}

#[tokio::test]
async fn at_night_nobody_is_asked_about_their_number() {
    let fixture = stranger().await;
    fixture.clock.forward(12 * 60 * 60);
    assert!(matches!(send(&fixture).await, Err(SendError::Refused(refusals)) if refusals.len() == 2));
    assert!(fixture.texts().is_empty() && fixture.desk.inbox().await.unwrap().waiting.is_empty());
}

#[tokio::test]
async fn a_question_that_the_transport_did_not_take_is_handed_over_later_under_its_number() {
    let fixture = stranger().await;
    // A folder where a file would be: the transport fails.
    let blocked = fixture.transport().folder().to_owned();
    std::fs::write(&blocked, "").unwrap();
    assert!(matches!(send(&fixture).await, Err(SendError::Waiting { .. })));
    std::fs::remove_file(&blocked).unwrap();
    resume(&fixture).await;
    assert_eq!(fixture.texts().len(), 1);
    fixture.send().await;
    assert_eq!(fixture.texts().len(), 2, "the next text has another number");
}

#[tokio::test]
async fn the_same_idempotency_key_is_the_message_that_waits_already_and_it_goes_once() {
    let fixture = stranger().await;
    let keyed = |text: &str| SendRequest {
        idempotency_key: Some("visit 7".into()),
        ..SendRequest::new("p-2", Content::Text { subject: text.into(), text: text.into() })
    };
    let send = async |text: &str| {
        fixture.desk.send(&fixture.client().await, &fixture.transport(), &keyed(text)).await
    };
    assert!(matches!(send("first").await, Err(SendError::Waiting { .. })));
    assert!(matches!(send("second").await, Err(SendError::Waiting { .. })));
    assert_eq!(fixture.desk.inbox().await.unwrap().waiting.len(), 1);
    fixture.desk.confirm_number("p-2", "read back", None).await.unwrap();
    assert!(send("third").await.is_ok());
    assert!(resume(&fixture).await.is_empty());
    let inbox = fixture.desk.inbox().await.unwrap();
    assert!(inbox.waiting.is_empty());
    assert_eq!(inbox.messages.iter().map(|one| one.subject.as_deref()).collect::<Vec<_>>(), [Some("first")]);
}

#[tokio::test]
async fn two_messages_to_one_number_ask_once() {
    let fixture = stranger().await;
    let request = |subject: &str| {
        SendRequest::new("p-2", Content::Text { subject: subject.into(), text: "All well.".into() })
    };
    for subject in ["one", "two"] {
        let sent = fixture.desk.send(&fixture.client().await, &fixture.transport(), &request(subject)).await;
        assert!(matches!(sent, Err(SendError::Waiting { .. })));
    }
    assert_eq!(fixture.texts().len(), 1, "one question for the number");
    assert_eq!(fixture.desk.inbox().await.unwrap().waiting.len(), 2);
}
