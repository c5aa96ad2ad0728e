//! Who guesses at links learns nothing from what the portal does for them: an unknown link and a wrong claim cost the store the
//! same statements, in the same order. What is compared in memory is compared in constant time (`subtle`).
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use kit::Kit;
use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    error_code::ErrorCode,
    wire::authorization::Authorization,
};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

/// What the store's engine was asked: the driver tells each statement as it runs, from threads of its own.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<u8>>>);

impl Write for Statements {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Statements {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Statements {
    /// The statements since the last call, without how long they took and what they found.
    fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        let text = String::from_utf8(bytes).unwrap();
        let summary = |line: &str| Some(line.split_once("summary=\"")?.1.split_once('"')?.0.to_owned());
        // What opens one more connection of the pool is of no link.
        text.lines().filter_map(summary).filter(|one| !one.starts_with("PRAGMA")).collect()
    }
}

/// Each call that a holder of a link makes before anything is proved.
fn calls() -> [(&'static str, Value); 4] {
    let bytes = |count: usize| Bytes(vec![2; count]);
    [
        ("link/open", json!({})),
        ("link/records", json!({ "jws": "a.b.c" })),
        ("verify/start", json!({ "slot": 1, "ke1": bytes(98) })),
        ("verify/finish", json!({ "login": FixedBytes([7; 16]).to_text(), "ke3": bytes(32) })),
    ]
}

#[tokio::test]
async fn an_unknown_link_and_a_wrong_claim_take_the_same_statements() {
    let statements = Statements::default();
    tracing_subscriber::fmt()
        .with_max_level(Level::DEBUG)
        .with_ansi(false)
        .with_writer(statements.clone())
        .init();
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    for (path, body) in calls() {
        let right = kit.post(path, &sent.header(), &body).await;
        drop(right);
        let for_the_holder = statements.take();
        let mut each = Vec::new();
        for lid in [sent.lid, FixedBytes([7; 16])] {
            let header = Authorization::Link { lid, claim: FixedBytes([9; 32]) }.to_header();
            let answer = kit.post(path, &header, &body).await;
            assert_eq!(answer.code(), ErrorCode::LinkUnknown, "{path}");
            each.push(statements.take());
        }
        // The driver does tell them, or both lists would be alike for being empty.
        assert!(each[0].iter().any(|one| one.contains("FROM links")), "{path}: {each:?}");
        assert!(for_the_holder.len() >= each[0].len(), "{path}: {for_the_holder:?}");
        assert_eq!(each[0], each[1], "{path}");
    }
}
