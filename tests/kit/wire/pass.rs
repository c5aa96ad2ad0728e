//! Passing one connection's requests on.

use super::fault::Verdict;
use super::{Exchange, REPORTS, State, lock};
use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// The first byte of a TLS connection.
const TLS_HANDSHAKE: u8 = 22;
const LONGEST_HEAD: usize = 64 * 1024;

/// Hosts that browsers ask on their own account, whatever page is open. Refused like any other, but no page's doing.
const OWN_ERRANDS: [&str; 9] = [
    "accounts.google.com",
    "clients2.google.com",
    "start.duckduckgo.com",
    "update.googleapis.com",
    "aus5.mozilla.org",
    "content-signature-2.cdn.mozilla.net",
    "detectportal.firefox.com",
    "firefox.settings.services.mozilla.com",
    "location.services.mozilla.com",
];

/// A request as read from the browser.
struct Request {
    method: String,
    url: String,
    head: String,
    body: Vec<u8>,
}

/// Serves one request of a browser; each gets a connection of its own.
pub(super) async fn connection(mut browser: TcpStream, state: &State) -> Result<()> {
    let mut first = [0];
    if browser.peek(&mut first).await? == 1 && first[0] == TLS_HANDSHAKE {
        let unread = Exchange::unread(state.made.elapsed());
        lock(&state.exchanges).push(unread);
        return Ok(());
    }
    let Some(request) = read_request(&mut browser).await? else { return Ok(()) };
    let (host, path) = split(&request.url);
    let on_origin = request.method != "CONNECT" && host == *lock(&state.origin);
    if on_origin && path.starts_with(REPORTS) {
        lock(&state.reports).push(String::from_utf8_lossy(&request.body).into_owned());
        return answer(&mut browser, "204 No Content").await;
    }
    if OWN_ERRANDS.iter().any(|own| host.split(':').next() == Some(own)) {
        return answer(&mut browser, "403 Forbidden").await;
    }
    let number = {
        let mut exchanges = lock(&state.exchanges);
        exchanges.push(Exchange {
            method: request.method.clone(),
            url: request.url.clone(),
            request_head: request.head.clone(),
            request_body: request.body.clone(),
            status: None,
            response_head: String::new(),
            head_bytes: 0,
            body_bytes: 0,
            asked: state.made.elapsed(),
            answered: None,
            on_origin,
        });
        exchanges.len() - 1
    };
    let port = lock(&state.elsewhere).iter().find(|(host, _)| *host == request.url).map(|(_, port)| *port);
    if request.method == "CONNECT"
        && let Some(port) = port
    {
        let mut there = TcpStream::connect(("127.0.0.1", port)).await?;
        browser.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
        copy_bidirectional(&mut browser, &mut there).await?;
        return Ok(());
    }
    if !on_origin {
        return answer(&mut browser, "403 Forbidden").await;
    }
    let mut lose_answer = false;
    match state.faults.verdict(&path) {
        Verdict::LoseRequest => return Ok(()),
        Verdict::Delay(time) => sleep(time).await,
        Verdict::Wait(mut released) => {
            // An error means that the holder is gone, which releases as well.
            let _ = released.wait_for(|released| *released).await;
        }
        Verdict::LoseAnswer => lose_answer = true,
        Verdict::Pass => {}
    }
    let response = fetch(&host, &path, &request).await?;
    let (head, body) = split_response(&response)?;
    let head = asking_for_reports(head);
    {
        let mut exchanges = lock(&state.exchanges);
        let exchange = &mut exchanges[number];
        exchange.status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok());
        exchange.answered = Some(state.made.elapsed());
        exchange.head_bytes = head.len();
        exchange.body_bytes = body.len();
        exchange.response_head.clone_from(&head);
    }
    if lose_answer {
        return Ok(());
    }
    browser.write_all(head.as_bytes()).await?;
    browser.write_all(body).await?;
    browser.shutdown().await?;
    Ok(())
}

/// Asks the portal; the connection is not kept, so the answer ends where the stream ends.
async fn fetch(host: &str, path: &str, request: &Request) -> Result<Vec<u8>> {
    let mut portal = TcpStream::connect(host).await?;
    let mut head = format!("{} {path} HTTP/1.1\r\n", request.method);
    for line in request.head.lines().skip(1).filter(|line| !line.is_empty()) {
        let name = line.split(':').next().unwrap_or_default();
        if !["connection", "proxy-connection", "keep-alive"].iter().any(|hop| name.eq_ignore_ascii_case(hop))
        {
            head.push_str(line);
            head.push_str("\r\n");
        }
    }
    head.push_str("Connection: close\r\n\r\n");
    portal.write_all(head.as_bytes()).await?;
    portal.write_all(&request.body).await?;
    let mut response = Vec::new();
    portal.read_to_end(&mut response).await?;
    Ok(response)
}

async fn answer(browser: &mut TcpStream, status: &str) -> Result<()> {
    let text = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    browser.write_all(text.as_bytes()).await?;
    browser.shutdown().await?;
    Ok(())
}

async fn read_request(browser: &mut TcpStream) -> Result<Option<Request>> {
    let mut bytes = Vec::new();
    let head_length = loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        if let httparse::Status::Complete(length) = httparse::Request::new(&mut headers).parse(&bytes)? {
            break length;
        }
        if bytes.len() > LONGEST_HEAD {
            bail!("a request head without end");
        }
        if browser.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let mut body = bytes.split_off(head_length);
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let mut words = head.split_whitespace();
    let (method, url) =
        (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let length = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    while body.len() < length {
        if browser.read_buf(&mut body).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(Request { method, url, head, body }))
}

fn split_response(response: &[u8]) -> Result<(&str, &[u8])> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    match httparse::Response::new(&mut headers).parse(response)? {
        httparse::Status::Complete(length) => {
            let (head, body) = response.split_at(length);
            Ok((std::str::from_utf8(head).context("a head that is not text")?, body))
        }
        httparse::Status::Partial => bail!("the portal closed before its answer began"),
    }
}

/// The same head, but breaches of its policy are to be reported here. What the policy allows stays the same.
fn asking_for_reports(head: &str) -> String {
    let mut out = String::with_capacity(head.len() + 64);
    for line in head.lines().filter(|line| !line.is_empty()) {
        out.push_str(line);
        if line.to_ascii_lowercase().starts_with("content-security-policy:") {
            out.push_str("; report-uri ");
            out.push_str(REPORTS);
        }
        out.push_str("\r\n");
    }
    out.push_str("\r\n");
    out
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Host and port, and path, of an absolute address.
fn split(url: &str) -> (String, String) {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    (host, path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_into_host_and_path() {
        assert_eq!(split("http://127.0.0.1:8787/m?x=1"), ("127.0.0.1:8787".to_owned(), "/m?x=1".to_owned()));
        assert_eq!(split("http://door.example"), ("door.example:80".to_owned(), "/".to_owned()));
    }

    #[test]
    fn the_policy_is_kept_and_only_asked_to_report() {
        let head = "HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src 'none'\r\n\r\n";
        let asked = asking_for_reports(head);
        assert!(
            asked.contains("Content-Security-Policy: default-src 'none'; report-uri /wire-csp-report\r\n")
        );
        assert!(asked.ends_with("\r\n\r\n"));
    }
}
