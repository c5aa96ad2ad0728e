//! Who asked for no more texts, on any way, gets none from the next decision on: for everybody on that number.

use crate::fixture::{BIRTH_DATE, Fixture, NUMBER, patient};
use postern_desk::{
    history::About,
    ledger::{Actor, BY},
    rules::{Channel, Scope, suppress::SuppressError, suppress::Suppression},
    send::{Content, SendError, SendRequest},
};
use postern_protocol::{category::Category, envelope::link_record::LinkRecordKind};
use serde_json::json;

const EVERYTHING: Scope = Scope::Everything;

fn text_to(to: &str) -> SendRequest {
    SendRequest::new(to, Content::Text { subject: "Results".into(), text: "All well.".into() })
}

async fn codes(fixture: &Fixture, to: &str) -> Vec<&'static str> {
    fixture.desk.dry_run(&text_to(to)).await.unwrap().refusals.iter().map(|one| one.code).collect()
}

/// Two patients on one number, a third on another.
async fn family() -> Fixture {
    let fixture = Fixture::new().await;
    for (id, number) in [("p-2", NUMBER), ("p-3", "+12025550177")] {
        let one = patient(id, "Bo Example", Some(number), Some(BIRTH_DATE));
        fixture.desk.import_patients(&one.to_string()).await.unwrap();
        fixture.desk.confirm_number(id, "read back", None).await.unwrap();
    }
    fixture
}

async fn suppress(fixture: &Fixture, about: About, what: Suppression, scope: Scope) {
    fixture.desk.suppress(&about, what, scope, "called on Monday").await.unwrap();
}

#[tokio::test]
async fn an_opt_out_on_any_way_counts_at_the_next_decision_for_every_patient_on_that_number() {
    for way in [Channel::Page, Channel::Staff] {
        for about in [About::Patient("p-2".into()), About::Number("(202) 555-0143\n".into())] {
            let fixture = family().await;
            let mut holder = fixture.open_visit().await;
            for id in ["p-1", "p-2", "p-3"] {
                assert_eq!(codes(&fixture, id).await, [""; 0]);
            }
            if way == Channel::Page {
                let (_, jws) = holder.say(LinkRecordKind::OptOut);
                fixture.portal.say(&holder.lid(), json!({ "kind": "link-record", "jws": jws }));
                fixture.read_feed().await;
            } else {
                suppress(&fixture, about, Suppression::Add, EVERYTHING).await;
            }
            assert_eq!(codes(&fixture, "p-1").await, ["number-opted-out"], "{way:?}");
            assert_eq!(codes(&fixture, "p-2").await, ["number-opted-out"], "{way:?}");
            assert_eq!(codes(&fixture, "p-3").await, [""; 0], "{way:?}");
            let sent =
                fixture.desk.send(&fixture.client().await, &fixture.transport(), &text_to("p-2")).await;
            assert!(matches!(sent, Err(SendError::Refused(_))));
            let shown = fixture.desk.suppressions(&About::Patient("p-1".into())).await.unwrap();
            assert_eq!(shown[0].opted_out[0].channel, way);
            assert_eq!(
                shown[0].patients.iter().map(|who| who.id.as_str()).collect::<Vec<_>>(),
                ["p-1", "p-2"]
            );
            assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
        }
    }
}

#[tokio::test]
async fn what_staff_lift_may_go_again_and_one_category_leaves_the_others() {
    let fixture = family().await;
    let whose = || About::Patient("p-1".into());
    suppress(&fixture, whose(), Suppression::Add, EVERYTHING).await;
    suppress(&fixture, whose(), Suppression::Lift, Scope::Category(Category::Messages)).await;
    assert_eq!(codes(&fixture, "p-1").await, [""; 0]);
    let shown = fixture.desk.suppressions(&whose()).await.unwrap().remove(0);
    assert!(shown.stopped.contains(&Category::Appointments) && !shown.stopped.contains(&Category::Messages));
    suppress(&fixture, whose(), Suppression::Lift, EVERYTHING).await;
    assert_eq!(fixture.desk.suppressions(&whose()).await.unwrap()[0].opted_out, []);
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
}

#[tokio::test]
async fn a_text_on_its_way_does_not_go_out_after_staff_booked_an_opt_out() {
    let fixture = family().await;
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls + 1, crate::portal::Break::Before));
    let client = fixture.client().await;
    fixture.desk.send(&client, &fixture.transport(), &text_to("p-1")).await.unwrap_err();
    suppress(&fixture, About::Patient("p-2".into()), Suppression::Add, EVERYTHING).await;
    let resumed = fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
    assert!(
        matches!(&resumed[..], [Err(SendError::Abandoned { why, .. })] if why.code == "number-opted-out")
    );
    assert!(fixture.texts().is_empty());
}

#[tokio::test]
async fn what_waits_for_its_number_comes_back_when_the_number_says_stop() {
    let fixture = Fixture::new().await;
    let bo = patient("p-2", "Bo Example", Some("+12025550177"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&bo.to_string()).await.unwrap();
    let client = fixture.client().await;
    let sent = fixture.desk.send(&client, &fixture.transport(), &text_to("p-2")).await;
    assert!(matches!(sent, Err(SendError::Waiting { .. })));
    suppress(&fixture, About::Patient("p-2".into()), Suppression::Add, EVERYTHING).await;
    let resumed = fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
    assert!(matches!(&resumed[..], [Err(SendError::Refused(_))]));
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!(inbox.waiting[0].why.as_deref(), Some("number-opted-out"));
    assert_eq!(fixture.texts().len(), 1, "the question alone");
}

#[tokio::test]
async fn a_list_is_booked_whole_or_not_at_all_and_holds_for_numbers_that_nobody_has_yet() {
    let fixture = family().await;
    let add = async |text: &str| {
        fixture
            .desk
            .suppress(&About::Number(text.into()), Suppression::Add, EVERYTHING, "brought along")
            .await
    };
    let bad = add("+1 202 555 0143\n\n12\n").await;
    assert!(matches!(bad, Err(SuppressError::NotANumber(3))));
    assert_eq!(codes(&fixture, "p-1").await, [""; 0]);
    assert!(matches!(add(" \n").await, Err(SuppressError::Empty)));
    let booked = add("+1 202 555 0143\n(202) 555-0143\n202-555-0188\n").await.unwrap();
    assert_eq!(booked.len(), 2, "each number once");
    assert!(booked[1].patients.is_empty());
    let late = patient("p-4", "Cy Example", Some("+12025550188"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&late.to_string()).await.unwrap();
    assert!(codes(&fixture, "p-4").await.contains(&"number-opted-out"));
}

#[tokio::test]
async fn without_a_reason_or_a_patient_nothing_is_booked() {
    let fixture = family().await;
    let add = async |id: &str, reason: &str| {
        fixture.desk.suppress(&About::Patient(id.into()), Suppression::Add, EVERYTHING, reason).await
    };
    assert!(matches!(add("p-1", "  ").await, Err(SuppressError::Reason)));
    assert!(matches!(add("p-9", "called").await, Err(SuppressError::PatientUnknown(_))));
    let nobody = patient("p-5", "Di Example", None, None);
    fixture.desk.import_patients(&nobody.to_string()).await.unwrap();
    assert!(matches!(add("p-5", "called").await, Err(SuppressError::NoNumber)));
    assert!(!fixture.desk.ledger().await.unwrap().iter().any(|line| line.kind == "number-suppressed"));
}

#[tokio::test]
async fn every_line_of_staff_names_who_it_was_and_the_reason_stands_beside_an_opt_out() {
    let mut fixture = family().await;
    fixture.desk = fixture.desk.clone().acting_for("nurse 7");
    suppress(&fixture, About::Number(NUMBER.into()), Suppression::Add, EVERYTHING).await;
    suppress(&fixture, About::Patient("p-1".into()), Suppression::Lift, EVERYTHING).await;
    fixture.send().await;
    let lines = fixture.desk.ledger().await.unwrap();
    for line in lines.iter().filter(|line| line.actor == Actor::Staff) {
        assert!(line.what[BY].as_str().is_some_and(|by| !by.is_empty()), "{} {}", line.n, line.kind);
    }
    let added = lines.iter().find(|line| line.kind == "number-suppressed").unwrap();
    assert_eq!((&added.what[BY], &added.what["reason"]), (&json!("nurse 7"), &json!("called on Monday")));
    assert!(!added.what.to_string().contains(&NUMBER[2..]), "{}", added.what);
    assert_eq!(lines.iter().rfind(|line| line.kind == "send-decided").unwrap().what[BY], "nurse 7");
}

async fn opt_out(fixture: &Fixture, holder: &mut crate::patient::Patient, scope: Option<&str>) {
    let (_, jws) = holder.say_about(LinkRecordKind::OptOut, scope);
    fixture.portal.say(&holder.lid(), json!({ "kind": "link-record", "jws": jws }));
    fixture.read_feed().await;
}

async fn resume(fixture: &Fixture) {
    fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
}

#[tokio::test]
async fn an_opt_out_on_the_page_is_confirmed_once_in_words_of_its_scope_also_at_night() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    fixture.clock.forward(12 * 60 * 60);
    opt_out(&fixture, &mut holder, Some("appointments")).await;
    fixture.clock.forward(5 * 60);
    resume(&fixture).await;
    resume(&fixture).await;
    let [_, heard] = &fixture.texts()[..] else { panic!("one more text") };
    assert!(heard.text.contains("you will get no more appointment texts."), "{}", heard.text);
    assert_eq!((heard.to.as_str(), heard.lid), (NUMBER, None));
    // The same once more says nothing new.
    opt_out(&fixture, &mut holder, Some("appointments")).await;
    resume(&fixture).await;
    assert_eq!(fixture.texts().len(), 2);
    // Everything is more than that.
    opt_out(&fixture, &mut holder, None).await;
    resume(&fixture).await;
    assert!(fixture.texts()[2].text.contains("you will get no more of our texts."));
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
}

#[tokio::test]
async fn a_confirmation_that_comes_too_late_does_not_come_and_none_goes_to_a_reported_number() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    opt_out(&fixture, &mut holder, None).await;
    fixture.clock.forward(5 * 60 + 1);
    resume(&fixture).await;
    assert_eq!(fixture.texts().len(), 1);
    assert_eq!(fixture.desk.ledger().await.unwrap().last().unwrap().kind, "notice-given-up");

    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let (_, jws) = holder.say(LinkRecordKind::WrongPerson);
    fixture.portal.say(&holder.lid(), json!({ "kind": "link-record", "jws": jws }));
    opt_out(&fixture, &mut holder, None).await;
    resume(&fixture).await;
    assert_eq!(fixture.texts().len(), 1, "somebody else would get it");
}

#[tokio::test]
async fn what_staff_book_or_bring_along_texts_nobody() {
    let fixture = family().await;
    suppress(&fixture, About::Number(format!("{NUMBER}\n+12025550177")), Suppression::Add, EVERYTHING).await;
    resume(&fixture).await;
    assert!(fixture.texts().is_empty());
}

#[tokio::test]
async fn an_old_opt_out_is_not_confirmed_because_another_is_new_nor_one_that_was_lifted() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    opt_out(&fixture, &mut holder, Some("appointments")).await;
    fixture.clock.forward(5 * 60 + 1);
    let whose = || About::Patient("p-1".into());
    suppress(&fixture, whose(), Suppression::Add, Scope::Category(Category::Marketing)).await;
    resume(&fixture).await;
    assert_eq!(fixture.texts().len(), 1);
    opt_out(&fixture, &mut holder, Some("messages")).await;
    suppress(&fixture, whose(), Suppression::Lift, Scope::Category(Category::Messages)).await;
    suppress(&fixture, whose(), Suppression::Add, Scope::Category(Category::Recall)).await;
    resume(&fixture).await;
    assert_eq!(fixture.texts().len(), 1);
}
