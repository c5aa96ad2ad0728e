//! Origins and host names.

/// The text is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not {1}")]
pub struct HostNameError(String, &'static str);

impl HostNameError {
    /// A port stands where a host name alone belongs.
    pub(crate) fn with_port(host: &str) -> Self {
        Self(host.to_owned(), "a host name alone, like door.example")
    }
}

/// The host of an origin, lower case, without port.
///
/// # Errors
/// Not `https://HOST[:PORT]` (or `http`), or letters that no host name has.
pub fn host_name_of(origin: &str) -> Result<String, HostNameError> {
    let refuse = || HostNameError(origin.to_owned(), "an origin like https://door.example");
    let rest =
        origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).ok_or_else(refuse)?;
    let authority = rest.trim_end_matches('/');
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'[' | b']' | b':');
    let fits =
        !host.is_empty() && host.bytes().all(letters) && port.is_none_or(|port| port.parse::<u16>().is_ok());
    if fits { Ok(host.to_ascii_lowercase()) } else { Err(refuse()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_perhaps_port() {
        assert_eq!(host_name_of("https://Door.Oak.Example").unwrap(), "door.oak.example");
        assert_eq!(host_name_of("http://127.0.0.1:8787").unwrap(), "127.0.0.1");
        for text in ["", "door.example", "https://", "https://a/b", "https://a:x", "ftp://a", "https://a b"] {
            assert!(host_name_of(text).is_err(), "{text}");
        }
    }
}
