//! Over a real connection: serving, and stopping while a desk waits.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{Router, http::Method};
use kit::{HOST, Kit};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

#[tokio::test]
async fn a_stop_answers_who_waits_and_then_ends() {
    let mut kit = Kit::new().await;
    let path = "/api/v1/desk/feed?after=0&wait=30";
    let token = kit.token(&Method::GET, path, b"");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let shutdown = async {
            let _ = stopped.await;
        };
        kit.portal.serve(listener, None, Router::new(), shutdown).await.unwrap();
        kit
    });
    let mut desk = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Desk {token}\r\nconnection: close\r\n\r\n"
    );
    desk.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send(()).unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(3), desk.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains(r#""events":[]"#), "{answer}");
    timeout(Duration::from_secs(3), serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_served_portal_sweeps_by_itself() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    kit.type_wrong(&sent, 1).await;
    kit.pass(121);
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let running = kit.portal.start(None).await.unwrap();
    let serving = tokio::spawn(async move {
        running.serve(listener, Router::new(), async { drop(stopped.await) }).await.unwrap();
    });
    let mut told = Vec::new();
    for _ in 0..100 {
        told = kit.told().await;
        if told.len() > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(told, ["opened", "wrong-try"]);
    stop.send(()).unwrap();
    timeout(Duration::from_secs(3), serving).await.unwrap().unwrap();
}
