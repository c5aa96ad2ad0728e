//! A page that is nothing but what it is given: for trying the kit itself, and for timing bare bytes.

use anyhow::Result;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One answer: path, headers after the status line, body.
pub struct Answer {
    /// The path it is given for.
    pub path: String,
    /// Header lines, each ending in CRLF.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A page of HTML with this policy.
    pub fn page(path: &str, policy: &str, html: &str) -> Self {
        let headers =
            format!("Content-Type: text/html; charset=utf-8\r\nContent-Security-Policy: {policy}\r\n");
        Self { path: path.to_owned(), headers, body: html.as_bytes().to_vec() }
    }
}

/// A running server of fixed answers.
pub struct Site {
    port: u16,
    listener: JoinHandle<()>,
}

impl Site {
    /// Serves these answers and a 404 for all else.
    pub async fn serve(answers: Vec<Answer>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let answers = Arc::new(answers);
        let listener = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answers = Arc::clone(&answers);
                tokio::spawn(async move { answer(stream, &answers).await });
            }
        });
        Ok(Self { port, listener })
    }

    /// Host and port.
    pub fn origin(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

async fn answer(mut stream: TcpStream, answers: &[Answer]) -> Result<()> {
    let mut bytes = Vec::new();
    loop {
        while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        let head = String::from_utf8_lossy(&bytes).into_owned();
        bytes.clear();
        let path = head.split_whitespace().nth(1).unwrap_or("/").to_owned();
        let (status, headers, body) = match answers.iter().find(|answer| answer.path == path) {
            Some(found) => ("200 OK", found.headers.as_str(), found.body.as_slice()),
            None => ("404 Not Found", "", &b""[..]),
        };
        let start = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(start.as_bytes()).await?;
        stream.write_all(body).await?;
        if head.to_ascii_lowercase().contains("connection: close") {
            return Ok(());
        }
    }
}
