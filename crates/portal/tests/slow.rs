//! Callers that are slow on purpose, or send more than belongs there: each is let go after its time, and the others are
//! served meanwhile.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    Router,
    body::{Body, Bytes},
    http::Method,
    routing::get,
};
use hyper::body::Frame;
use kit::{HOST, Kit, http};
use postern_portal::{Limits, Patience, Sizes};
use postern_protocol::error_code::ErrorCode;
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};

const SHORT: Duration = Duration::from_millis(400);

async fn served(sizes: Sizes, beside: Router) -> (Kit, SocketAddr) {
    let mut kit = Kit::new().await;
    kit.portal = kit.portal.with_limits(Limits { sizes, ..Limits::default().without_rates() });
    let patience = Patience { head: SHORT, answer: SHORT };
    let running = kit.portal.start(None).await.unwrap().with_patience(patience);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { running.serve(listener, beside, std::future::pending()).await });
    (kit, address)
}

async fn healthy(address: SocketAddr) -> bool {
    http::get(address, "/healthz", &[]).await.ends_with("ok")
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let (_kit, address) = served(Sizes::default(), Router::new()).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"POST /api/v1/link/open HTTP/1.1\r\nhost: ").await.unwrap();
    let began = Instant::now();
    // A byte now and then does not buy more time.
    while began.elapsed() < SHORT * 4 {
        if slow.write_all(b"a").await.is_err() {
            break;
        }
        sleep(SHORT / 8).await;
    }
    assert!(began.elapsed() < SHORT * 3, "{:?}", began.elapsed());
    assert!(healthy(address).await);
}

#[tokio::test]
async fn a_connection_without_a_call_is_closed() {
    let (_kit, address) = served(Sizes::default(), Router::new()).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    assert_eq!(http::rest(&mut idle).await, "");
    let mut once = TcpStream::connect(address).await.unwrap();
    once.write_all(format!("GET /healthz HTTP/1.1\r\nhost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    assert!(http::rest(&mut once).await.ends_with("ok"), "one call does not keep it open for ever");
}

#[tokio::test]
async fn slow_callers_on_every_place_keep_nobody_out_for_longer_than_their_time() {
    let (_kit, address) = served(Sizes { connections: 8, ..Sizes::default() }, Router::new()).await;
    let mut slow = Vec::new();
    for _ in 0..8 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(b"GET /").await.unwrap();
        slow.push(connection);
    }
    let began = Instant::now();
    assert!(healthy(address).await);
    assert!(began.elapsed() < SHORT * 4, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_body_larger_than_the_call_takes_is_refused_before_it_is_all_there() {
    let (mut kit, address) = served(Sizes::default(), Router::new()).await;
    let sent = kit.send().await;
    let head = format!(
        "POST /api/v1/link/open HTTP/1.1\r\nhost: {HOST}\r\nauthorization: {}\r\ncontent-type: application/json\r\n",
        sent.header()
    );
    for length in ["content-length: 1000000000\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n"] {
        let mut caller = TcpStream::connect(address).await.unwrap();
        caller.write_all(format!("{head}{length}").as_bytes()).await.unwrap();
        let chunk = [&b"4000\r\n"[..], &[b' '; 0x4000], b"\r\n"].concat();
        let mut written = 0;
        while written < 64 * 1024 * 1024 {
            match timeout(Duration::from_secs(2), caller.write_all(&chunk)).await {
                Ok(Ok(())) => written += chunk.len(),
                _ => break,
            }
        }
        assert!(written < 16 * 1024 * 1024, "{written} bytes were taken");
    }
    assert!(healthy(address).await);
}

#[tokio::test]
async fn a_head_with_too_many_or_too_long_headers_is_refused() {
    let (_kit, address) = served(Sizes::default(), Router::new()).await;
    let many: String = (0..100).map(|number| format!("x-{number}: 1\r\n")).collect();
    let long = format!("x: {}\r\n", "a".repeat(20_000));
    for headers in [many, long] {
        let answer =
            http::exchange(address, &format!("GET /healthz HTTP/1.1\r\nhost: {HOST}\r\n{headers}\r\n")).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    assert!(healthy(address).await);
}

#[tokio::test]
async fn a_caller_that_does_not_take_its_answer_is_let_go() {
    let large = Router::new().route("/large", get(|| async { "x".repeat(64 * 1024 * 1024) }));
    let (_kit, address) = served(Sizes { connections: 1, ..Sizes::default() }, large).await;
    let mut lazy = TcpStream::connect(address).await.unwrap();
    lazy.write_all(format!("GET /large HTTP/1.1\r\nhost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    let mut first = [0; 1000];
    lazy.read_exact(&mut first).await.unwrap();
    // The only place is taken until the portal loses patience.
    let began = Instant::now();
    assert!(healthy(address).await);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(lazy);
}

/// A body that is announced and never comes.
struct Stalled;

impl hyper::body::Body for Stalled {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up_after_a_minute() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let mut request = kit.app_request(Method::POST, "link/open", &sent.header(), &serde_json::json!({}));
    *request.body_mut() = Body::new(Stalled);
    // From here on time goes by itself to the next thing that is waited for.
    tokio::time::pause();
    let began = Instant::now();
    assert_eq!(kit.call(request).await.code(), ErrorCode::TooSlow);
    assert_eq!(began.elapsed().as_secs(), 60);
}
