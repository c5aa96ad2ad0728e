//! Short texts: what stands in an address, a header, a field.

use crate::Target;
use postern_protocol::{
    base64url,
    factor::{BirthDate, Code, Factor},
    id::ClinicId,
    link::{LinkSecret, find_in_text},
    wire::authorization::Authorization,
};

pub const TARGETS: &[Target] = &[
    Target { name: "link", law: link, cases: 1_000 },
    Target { name: "authorization", law: authorization, cases: 500 },
    Target { name: "factor", law: factor, cases: 500 },
    Target { name: "base64url", law: base64, cases: 500 },
];

fn link(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(secret) = LinkSecret::from_text(&text) {
        assert_eq!(secret.to_text(), text);
    }
    if let Some(secret) = find_in_text(&text) {
        let joined: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
        assert!(joined.contains(&secret.to_text()));
    }
}

fn authorization(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(read) = Authorization::parse(&text) {
        assert_eq!(read.to_header(), text);
    }
}

fn factor(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(date) = BirthDate::parse(&text) {
        assert_eq!(date.to_text(), text);
        assert!(BirthDate::new(date.year(), date.month(), date.day()) == Ok(date));
    }
    if let Ok(code) = Code::parse(&text) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(Factor::Code(code).canonical_text(), format!("otp={digits}"));
    }
    if let Ok(id) = ClinicId::new(text.clone()) {
        assert_eq!(id.as_str(), text);
    }
}

fn base64(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(decoded) = base64url::decode(&text) {
        assert_eq!(base64url::encode(&decoded), text);
    }
    assert_eq!(base64url::decode(&base64url::encode(bytes)).as_deref(), Ok(bytes));
}
