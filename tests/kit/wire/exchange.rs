//! One request and what came back.

use std::time::Duration;

/// As seen on the wire.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// `GET`, `POST`, … or `CONNECT`.
    pub method: String,
    /// The whole address, or host and port for `CONNECT`.
    pub url: String,
    /// Request line and headers, as sent.
    pub request_head: String,
    /// The request's body.
    pub request_body: Vec<u8>,
    /// Status, if an answer came.
    pub status: Option<u16>,
    /// The answer's headers, as passed on.
    pub response_head: String,
    /// How long the answer's head is.
    pub head_bytes: usize,
    /// How long the answer's body is, as sent.
    pub body_bytes: usize,
    /// When the request had come, since the wire was made.
    pub asked: Duration,
    /// When the whole answer had come.
    pub answered: Option<Duration>,
    /// Whether it went to the host that it may go to.
    pub on_origin: bool,
}

/// The address of what the wire could not read: WebKitGTK speaks TLS to its proxy before it names the https host it wants.
pub const UNREAD: &str = "https:";

impl Exchange {
    /// A request to some https host, not let through.
    pub(super) fn unread(asked: Duration) -> Self {
        Self {
            method: "CONNECT".to_owned(),
            url: UNREAD.to_owned(),
            request_head: String::new(),
            request_body: Vec::new(),
            status: None,
            response_head: String::new(),
            head_bytes: 0,
            body_bytes: 0,
            asked,
            answered: None,
            on_origin: false,
        }
    }

    /// Path and query.
    pub fn path(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.find('/').map_or("/", |slash| &rest[slash..])
    }

    /// Whether these bytes stand anywhere in what the browser sent.
    pub fn sent(&self, bytes: &[u8]) -> bool {
        holds(self.request_head.as_bytes(), bytes) || holds(&self.request_body, bytes)
    }

    /// A header of the answer, by its name in small letters.
    pub fn response_header(&self, name: &str) -> Option<&str> {
        self.response_head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Whether `part` stands in `whole`.
pub fn holds(whole: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_where_they_stand_and_an_empty_search_finds_nothing() {
        assert!(holds(b"abcdef", b"cde"));
        assert!(!holds(b"abcdef", b"ced"));
        assert!(!holds(b"abcdef", b""));
    }
}
