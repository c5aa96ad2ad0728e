//! Bytes over a connection, as no HTTP client would send them.

use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// One GET, and everything that came back.
pub async fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let host = super::HOST;
    exchange(address, &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}connection: close\r\n\r\n"))
        .await
}

/// Sends bytes and reads until the other side closes.
pub async fn exchange(address: SocketAddr, bytes: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(bytes.as_bytes()).await.unwrap();
    rest(&mut connection).await
}

/// Everything until the other side closes.
pub async fn rest(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(10), connection.read_to_end(&mut answer)).await;
    // A connection that is reset has been closed too.
    let _ = read.expect("the portal closes");
    String::from_utf8_lossy(&answer).into_owned()
}
