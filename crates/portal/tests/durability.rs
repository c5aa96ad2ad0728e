//! What was answered with success is there after a kill at any moment.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use kit::{Kit, files};
use postern_protocol::{id::RecordId, wire::records::RecordRequest};

/// Starts a second portal on the files as they stand on the disk while the first still runs: what a kill leaves.
async fn after_a_kill(kit: &mut Kit) {
    let left = files::stolen(kit.folder.path());
    kit.portal.close().await;
    kit.folder = left;
    kit.restart().await;
}

#[tokio::test]
async fn a_receipted_answer_survives_a_kill_and_its_repeat_gets_the_same_receipt() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let mut put: Vec<(RecordId, RecordRequest, Vec<u8>)> = Vec::new();
    for _ in 0..5 {
        let (rid, request) = kit.answer(&sent, None);
        let answer = kit.put(&opened, &rid, &request).await;
        put.push((rid, request, answer.body));
        after_a_kill(&mut kit).await;
        for (rid, request, receipt) in &put {
            assert_eq!(kit.put(&opened, rid, request).await.body, *receipt);
        }
    }
    assert_eq!(kit.told().await.iter().filter(|what| *what == "record").count(), 5);
}

#[tokio::test]
async fn a_counted_try_survives_a_kill() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    for seed in 0..4 {
        assert!(kit.type_wrong(&sent, seed).await.status.is_success());
        after_a_kill(&mut kit).await;
    }
    assert_eq!(kit.tries_left(&sent).await, 6);
    let (finish, _) = kit.prove(&sent, 1, 9).await;
    after_a_kill(&mut kit).await;
    assert!(kit.finish(&sent, &finish).await.status.is_success());
    assert_eq!(kit.tries_left(&sent).await, 6);
}
