//! A crash between any two steps of a send: the same command again goes on with the same link, and never sends two texts.

use crate::{
    fixture::{BIRTH_DATE, Fixture, START},
    patient,
    portal::Break,
};
use async_trait::async_trait;
use postern_desk::{
    send::{SendError, error::Obstacle},
    transport::{FileTransport, Sms, Transport, TransportError},
};
use std::time::Duration;

/// put link, registration, put slot, envelope.
const CALLS: usize = 4;

async fn one_text_on_one_link(fixture: &Fixture) {
    let [text] = &fixture.texts()[..] else { panic!("one text, not {}", fixture.texts().len()) };
    assert_eq!(fixture.portal.inside().links.len(), 1, "one link");
    assert_eq!(fixture.portal.inside().links[&text.lid.unwrap()].slots.len(), 1, "one slot");
    let opened = patient::open(&fixture.portal, &text.text, BIRTH_DATE, START).unwrap();
    assert_eq!(Some(opened.lid()), text.lid);
}

#[tokio::test]
async fn a_send_that_broke_off_at_any_call_goes_on_with_the_same_link() {
    for call in 0..CALLS {
        for how in [Break::Before, Break::After] {
            let mut fixture = Fixture::new().await;
            fixture.portal.inside().fault = Some((call, how));
            let client = fixture.client().await;
            let request = fixture.request();
            let broken = fixture.desk.send(&client, &fixture.transport(), &request).await.unwrap_err();
            let SendError::NotYet { lid, .. } = broken else { panic!("{call} {how:?}: {broken:?}") };
            assert!(fixture.texts().is_empty());
            fixture.restart().await;
            let client = fixture.client().await;
            let sent = fixture.desk.send(&client, &fixture.transport(), &request).await.unwrap();
            assert_eq!((sent.lid, sent.repeated), (lid, true), "{call} {how:?}");
            one_text_on_one_link(&fixture).await;
        }
    }
}

#[tokio::test]
async fn the_running_desk_goes_on_with_what_broke_off_without_being_told() {
    let mut fixture = Fixture::new().await;
    fixture.portal.inside().fault = Some((2, Break::After));
    let client = fixture.client().await;
    fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap_err();
    fixture.restart().await;
    let resumed = fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    assert!(matches!(resumed[..], [Ok(_)]));
    one_text_on_one_link(&fixture).await;
    assert!(fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap().is_empty());
}

/// Takes the text, then the computer dies before the desk hears of it.
struct DiesAfter(FileTransport);

#[async_trait]
impl Transport for DiesAfter {
    fn reaches_patients(&self) -> bool {
        false
    }

    async fn hand_over(&self, sms: &Sms) -> Result<(), TransportError> {
        self.0.hand_over(sms).await?;
        Err(TransportError::Failed("gone".into()))
    }
}

#[tokio::test]
async fn a_crash_after_the_transport_took_the_text_sends_no_second_one() {
    let mut fixture = Fixture::new().await;
    let client = fixture.client().await;
    let broken =
        fixture.desk.send(&client, &DiesAfter(fixture.transport()), &fixture.request()).await.unwrap_err();
    assert!(matches!(broken, SendError::NotYet { why: Obstacle::Transport(_), .. }));
    one_text_on_one_link(&fixture).await;
    fixture.restart().await;
    let client = fixture.client().await;
    assert!(fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap().repeated);
    one_text_on_one_link(&fixture).await;
}

#[tokio::test]
async fn evaluations_used_up_by_crashes_move_on_to_the_next_slot() {
    let mut fixture = Fixture::new().await;
    for _ in 0..3 {
        let call = fixture.portal.inside().calls.len() + 1;
        fixture.portal.inside().fault = Some((call, Break::After));
        let client = fixture.client().await;
        fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap_err();
        fixture.restart().await;
    }
    let client = fixture.client().await;
    fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap();
    let slots: Vec<u16> = fixture
        .portal
        .inside()
        .links
        .values()
        .flat_map(|link| link.slots.keys().copied().collect::<Vec<_>>())
        .collect();
    assert_eq!(slots, [2]);
    one_text_on_one_link(&fixture).await;
}

#[tokio::test]
async fn the_same_request_after_it_was_sent_is_a_new_message_unless_it_has_the_same_key() {
    let fixture = Fixture::new().await;
    let (one, two) = (fixture.send().await, fixture.send().await);
    assert_ne!(one.lid, two.lid);
    let client = fixture.client().await;
    let mut request = fixture.request();
    request.idempotency_key = Some("booking-17".into());
    let first = fixture.desk.send(&client, &fixture.transport(), &request).await.unwrap();
    let again = fixture.desk.send(&client, &fixture.transport(), &request).await.unwrap();
    assert_eq!((again.lid, again.repeated, first.repeated), (first.lid, true, false));
    assert_eq!(fixture.texts().len(), 3);
}

#[tokio::test]
async fn many_sends_at_once_each_send_one_text() {
    let fixture = Fixture::new().await;
    let client = fixture.client().await;
    let mut request = fixture.request();
    request.idempotency_key = Some("once".into());
    let transport = fixture.transport();
    let send = || fixture.desk.send(&client, &transport, &request);
    let (a, b, c) = tokio::join!(send(), send(), send());
    assert_eq!((a.unwrap().lid, c.unwrap().lid), (b.as_ref().unwrap().lid, b.as_ref().unwrap().lid));
    one_text_on_one_link(&fixture).await;
}

#[tokio::test]
async fn a_text_decided_more_than_a_day_ago_does_not_go_out() {
    let fixture = Fixture::new().await;
    fixture.portal.inside().fault = Some((3, Break::After));
    let client = fixture.client().await;
    fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap_err();
    fixture.clock.forward(24 * 60 * 60 + 1);
    let resumed = fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
    assert!(matches!(&resumed[..], [Err(SendError::Abandoned { why, .. })] if why.code == "send-stale"));
    assert!(fixture.texts().is_empty());
    let calls = fixture.portal.inside().calls.clone();
    assert!(calls.last().unwrap().ends_with("/recall"), "its link is taken back");
}

#[tokio::test]
async fn while_the_portal_is_away_nothing_is_lost_and_nothing_goes_out() {
    let fixture = Fixture::new().await;
    fixture.portal.inside().down = true;
    let client = fixture.client().await;
    let error = fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap_err();
    assert!(matches!(error, SendError::NotYet { .. }));
    assert!(fixture.desk.read_feed(&client, Duration::ZERO).await.is_err());
    assert!(fixture.texts().is_empty());
    fixture.portal.inside().down = false;
    assert!(fixture.desk.resume(&client, &fixture.transport()).await.unwrap()[0].is_ok());
    one_text_on_one_link(&fixture).await;
}
