//! Promise 1, the portal's part: database, key files and logs together open nothing, because the link secret is missing.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use kit::{Kit, Opened, Sent, birth_date, files, thief};
use postern_protocol::link::LinkSecret;
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that only patient, carrier and desk may know of one message.
fn canaries(sent: &Sent, opened: &Opened) -> Vec<(&'static str, Vec<u8>)> {
    let mut canaries = vec![
        ("link secret", sent.secret.as_bytes().to_vec()),
        ("link secret's text", sent.secret.to_text().as_bytes().to_vec()),
        ("claim", sent.keys.claim.0.to_vec()),
        ("claim's text", sent.keys.claim.to_text().into_bytes()),
        ("factor key", sent.keys.factor.as_bytes().to_vec()),
        ("link mac", sent.keys.link_mac.as_bytes().to_vec()),
        ("content key", sent.content.as_bytes().to_vec()),
        ("session token", opened.token.0.to_vec()),
        ("session token's text", opened.token.to_text().into_bytes()),
        ("birth date", b"1980-04-12".to_vec()),
        ("message", b"participantStatus".to_vec()),
    ];
    canaries.retain(|(_, bytes)| !bytes.is_empty());
    canaries
}

#[tokio::test]
async fn promise_1_no_file_holds_what_opens_a_message() {
    let mut kit = Kit::new().await;
    let mut sent = Vec::new();
    for seed in 0..20 {
        let one = kit.send().await;
        kit.type_wrong(&one, 1000 + seed).await;
        let opened = kit.open(&one, seed).await;
        kit.put_answer(&one, &opened).await;
        sent.push((one, opened));
    }
    let folder = kit.folder.path().to_owned();
    for (sent, opened) in &sent {
        // The scan finds what is there: the link's id and the hash of its claim.
        assert!(!files::holding(&folder, &sent.lid.0).is_empty());
        assert!(!files::holding(&folder, &sent.keys.claim_sha256().0).is_empty());
        for (what, bytes) in canaries(sent, opened) {
            assert_eq!(files::holding(&folder, &bytes), Vec::<String>::new(), "{what}");
        }
    }
    // And a planted one.
    std::fs::write(folder.join("planted"), sent[0].0.content.as_bytes()).unwrap();
    assert_eq!(files::holding(&folder, sent[0].0.content.as_bytes()), ["planted"]);
}

#[tokio::test]
async fn promise_1_a_thief_of_every_file_opens_nothing_without_the_link_secret() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let stolen = files::stolen(kit.folder.path());
    let saved = sent.envelope.jwe.clone();
    let opened = thief::open_with(&kit, stolen.path(), &sent, &sent.secret, &sent.right, &saved).await;
    assert_eq!(opened.unwrap()["resourceType"], "Bundle", "the thief's program works where it has all");
    let wrong_date = birth_date(1980, 4, 13);
    let wrong = thief::open_with(&kit, stolen.path(), &sent, &sent.secret, &wrong_date, &saved).await;
    assert_eq!(wrong, None);
    let other = LinkSecret::generate(&mut kit.rng);
    assert_eq!(thief::open_with(&kit, stolen.path(), &sent, &other, &sent.right, &saved).await, None);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn promise_1_the_logs_at_their_most_talkative_hold_no_id_no_secret_and_no_address() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    kit.type_wrong(&sent, 1).await;
    let opened = kit.open(&sent, 2).await;
    let receipt = kit.put_answer(&sent, &opened).await;
    kit.feed(0).await;
    kit.desk(axum::http::Method::POST, &sent.path("/recall"), &serde_json::json!({})).await;
    assert_eq!(kit.type_wrong(&sent, 3).await.status, 410);
    tracing::info!(planted = sent.lid.to_text(), "a planted line");
    let lines = log.0.lock().unwrap().clone();
    let text = String::from_utf8(lines).unwrap();
    let (before, planted) = text.rsplit_once("a planted line").unwrap();
    assert!(planted.contains(&sent.lid.to_text()), "the scan sees the planted line");
    assert!(before.contains("/api/v1/verify/start") && before.contains("link-recalled"));
    let mut never = canaries(&sent, &opened);
    never.extend([
        ("link id", sent.lid.to_text().into_bytes()),
        ("message id", sent.mid.to_text().into_bytes()),
        ("receipt", receipt.into_bytes()),
        ("envelope", sent.envelope.jwe.clone().into_bytes()),
        ("authorization", b"Link ".to_vec()),
        ("query", b"after=".to_vec()),
    ]);
    for (what, bytes) in never {
        let found = before.as_bytes().windows(bytes.len()).any(|part| part == bytes);
        assert!(!found, "the log holds a {what}");
    }
}
