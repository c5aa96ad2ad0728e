//! Taking back, closing, expiring.

use crate::fixture::Fixture;
use postern_desk::ending::{EndError, Ended};
use postern_protocol::wire::desk_links::DeskLinkState;
use serde_json::json;

#[tokio::test]
async fn a_recall_by_link_or_message_reaches_the_portal_and_may_be_repeated() {
    let fixture = Fixture::new().await;
    let client = fixture.client().await;
    let (one, two) = (fixture.send().await, fixture.send().await);
    assert_eq!(fixture.desk.recall(&client, &one.lid.to_text()).await.unwrap(), Ended::Everywhere);
    assert_eq!(fixture.desk.recall(&client, &two.mid.to_text()).await.unwrap(), Ended::Everywhere);
    assert_eq!(fixture.desk.recall(&client, &one.lid.to_text()).await.unwrap(), Ended::Before);
    for lid in [one.lid, two.lid] {
        assert_eq!(fixture.portal.inside().links[&lid].state, DeskLinkState::Recalled);
    }
    assert!(matches!(fixture.desk.recall(&client, "nothing").await, Err(EndError::Unknown(_))));
}

#[tokio::test]
async fn a_recall_while_the_portal_is_away_is_done_here_and_told_there_later() {
    let fixture = Fixture::new().await;
    let client = fixture.client().await;
    let sent = fixture.send().await;
    fixture.portal.inside().down = true;
    assert_eq!(fixture.desk.recall(&client, &sent.lid.to_text()).await.unwrap(), Ended::HereOnly);
    assert_eq!(fixture.desk.inbox().await.unwrap().messages[0].link_state, "recalling");
    fixture.portal.inside().down = false;
    fixture.read_feed().await;
    assert_eq!(fixture.portal.inside().links[&sent.lid].state, DeskLinkState::Recalled);
    assert_eq!(fixture.desk.inbox().await.unwrap().messages[0].link_state, "recalled");
}

#[tokio::test]
async fn a_closed_link_says_closed_and_its_answers_stay() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    patient.confirm(&fixture.portal);
    fixture.read_feed().await;
    let client = fixture.client().await;
    assert_eq!(fixture.desk.close(&client, &patient.lid().to_text()).await.unwrap(), Ended::Everywhere);
    assert_eq!(fixture.portal.inside().links[&patient.lid()].state, DeskLinkState::Closed);
    let inbox = fixture.desk.inbox().await.unwrap();
    assert!(inbox.records[0].signature_valid, "the signing key's public half is kept");
    assert_eq!(inbox.messages[0].link_state, "closed");
}

#[tokio::test]
async fn an_answer_that_was_given_before_the_end_is_booked_after_it() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    patient.confirm(&fixture.portal);
    fixture.desk.recall(&fixture.client().await, &patient.lid().to_text()).await.unwrap();
    assert_eq!(fixture.read_feed().await.records, 1);
}

#[tokio::test]
async fn locked_unlocked_and_expired_are_shown() {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    let state = async || fixture.desk.inbox().await.unwrap().messages.remove(0).link_state;
    fixture.portal.say(&sent.lid, json!({ "kind": "locked" }));
    fixture.read_feed().await;
    assert_eq!(state().await, "locked");
    assert_eq!(fixture.desk.unlock(&fixture.client().await, &sent.lid.to_text()).await.unwrap().max, 15);
    assert_eq!(state().await, "active");
    fixture.portal.say(&sent.lid, json!({ "kind": "expired" }));
    fixture.read_feed().await;
    assert_eq!(state().await, "expired");
}

#[tokio::test]
async fn a_link_whose_end_the_portal_never_told_ends_here_a_day_later() {
    let fixture = Fixture::new().await;
    fixture.send().await;
    let state = async || fixture.desk.inbox().await.unwrap().messages.remove(0).link_state;
    fixture.clock.forward(8 * 24 * 60 * 60);
    assert_eq!((fixture.desk.expire_links().await.unwrap(), state().await), (0, "active".into()));
    fixture.clock.forward(1);
    assert_eq!((fixture.desk.expire_links().await.unwrap(), state().await), (1, "expired".into()));
}
