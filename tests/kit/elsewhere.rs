//! A page on another origin, over TLS as all pages that patients are led to: it remembers how it was asked.

use anyhow::Result;
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// What stands on it. No icon, so that nobody asks for one.
const PAGE: &str =
    "<!doctype html><html lang=en><title>Elsewhere</title><link rel=icon href=data:,><h1>Elsewhere</h1>";

/// The running page.
pub struct Elsewhere {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    listener: JoinHandle<()>,
}

impl Elsewhere {
    /// Serves it under this host name, with a certificate that only a browser of these tests takes.
    pub async fn serve(host: &str) -> Result<Self> {
        let made = rcgen::generate_simple_self_signed([host.to_owned()])?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let heads = Arc::new(Mutex::default());
        let kept = Arc::clone(&heads);
        let listener = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, kept) = (acceptor.clone(), Arc::clone(&kept));
                // A browser that breaks off is its own affair.
                tokio::spawn(async move { answer(stream, &acceptor, &kept).await });
            }
        });
        Ok(Self { port, heads, listener })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The heads of the requests that came, in order.
    pub fn asked(&self) -> Vec<String> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

async fn answer(stream: TcpStream, acceptor: &TlsAcceptor, kept: &Mutex<Vec<String>>) -> Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(head);
    let start = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n";
    stream.write_all(format!("{start}Content-Length: {}\r\n\r\n{PAGE}", PAGE.len()).as_bytes()).await?;
    stream.shutdown().await?;
    Ok(())
}
