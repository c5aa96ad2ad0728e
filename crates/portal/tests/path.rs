//! From a link that is made to an answer that the desk holds.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use kit::Kit;
use postern_protocol::{envelope::record, receipt, wire::desk_feed::FeedWhat};

#[tokio::test]
async fn a_message_is_opened_answered_receipted_and_told() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 11).await;
    assert_eq!(opened.response.envelopes.len(), 1);
    assert_eq!(opened.response.envelopes[0].jwe, sent.envelope.jwe);
    let compact = kit.put_answer(&sent, &opened).await;
    let pinned = kit.oak.pin.keys.clone();
    let receipts = receipt::chain(&sent.lid, std::slice::from_ref(&compact), &pinned).unwrap();
    assert_eq!(receipts[0].iss, kit::ORIGIN);
    let page = kit.feed(0).await;
    let kinds: Vec<u64> = page.events.iter().map(|event| event.n).collect();
    assert_eq!(kinds, [1, 2, 3]);
    assert_eq!(page.events[0].what, FeedWhat::Opened);
    assert_eq!(page.events[1].what, FeedWhat::Verified { slot: 1 });
    let FeedWhat::Record { jwe, receipt, .. } = &page.events[2].what else { panic!("no record") };
    assert_eq!(*receipt, compact);
    let signer = postern_protocol::keys::PatientSigningKey::derive(&sent.content).unwrap().public();
    let key = kit.oak.record_key.clone();
    let opened = record::open::<serde_json::Value>(
        jwe,
        |kid| (*kid == key.public().thumbprint()).then(|| key.clone()),
        |lid| (*lid == sent.lid).then_some(signer),
    );
    assert_eq!(opened.unwrap().record.resource["participantStatus"], "accepted");
}
