use crate::http::RawCall;
use axum::http::{HeaderMap, Uri, header};

/// The host name a call was sent to, lower case, without port. Empty where there is none.
pub fn host_of(uri: &Uri, headers: &HeaderMap) -> String {
    let named = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let host = uri.host().or(named).unwrap_or_default();
    without_port(host).to_ascii_lowercase()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

impl RawCall {
    /// The host name it was sent to.
    pub fn host(&self) -> String {
        host_of(&self.uri, &self.headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_and_capitals_do_not_make_another_host() {
        for (sent, name) in [
            ("Door.Oak.Example", "door.oak.example"),
            ("door.oak.example:8443", "door.oak.example"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, sent.parse().unwrap());
            assert_eq!(host_of(&Uri::from_static("/m"), &headers), name);
        }
    }
}
