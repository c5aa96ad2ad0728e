//! `PUT desk/policies/{kind}/{version}/{language}`: a text of the clinic's (terms, privacy notice, texting policy) that everybody can read
//! at the portal. Write-once: the same text again is the same answer, another one is refused, and none is ever taken away.

use crate::{digest::Digest, time::Timestamp};
use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize};

/// The longest text, in bytes.
pub const LONGEST: usize = 32 * 1024;
const LONGEST_VERSION: usize = 32;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// How the clinic texts.
    Texting,
    /// The terms of its texts.
    Terms,
    /// The privacy notice.
    Privacy,
}

impl PolicyKind {
    /// All of them, in the order in which they are linked.
    pub const ALL: [Self; 3] = [Self::Texting, Self::Terms, Self::Privacy];

    /// The stable word, as it stands in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Texting => "texting",
            Self::Terms => "terms",
            Self::Privacy => "privacy",
        }
    }
}

/// It is no kind, version or language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a text is texting, terms or privacy; its version has up to 32 letters, digits, dots and dashes; its language is a tag such as en or pt-BR"
)]
pub struct NotAPolicy;

impl FromStr for PolicyKind {
    type Err = NotAPolicy;
    fn from_str(text: &str) -> Result<Self, NotAPolicy> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(NotAPolicy)
    }
}

macro_rules! part_of_an_address {
    ($(#[$doc:meta])* $name:ident, $holds:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// As it stands in the address.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAPolicy;
            fn try_from(text: String) -> Result<Self, NotAPolicy> {
                let holds: fn(&str) -> bool = $holds;
                if holds(&text) { Ok(Self(text)) } else { Err(NotAPolicy) }
            }
        }

        impl FromStr for $name {
            type Err = NotAPolicy;
            fn from_str(text: &str) -> Result<Self, NotAPolicy> {
                String::from(text).try_into()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

part_of_an_address!(
    /// The clinic's own word for a version, such as `2026-11`.
    PolicyVersion,
    |text| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        (1..=LONGEST_VERSION).contains(&text.len())
            && text.bytes().all(plain)
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
    }
);

part_of_an_address!(
    /// The language of a text, BCP 47: a language, and where needed a region.
    PolicyLanguage,
    |text| {
        let (language, region) = text.split_once('-').map_or((text, None), |(one, other)| (one, Some(other)));
        let of = |text: &str, lengths: core::ops::RangeInclusive<usize>, holds: fn(&u8) -> bool| {
            lengths.contains(&text.len()) && text.as_bytes().iter().all(holds)
        };
        of(language, 2..=3, u8::is_ascii_lowercase)
            && region.is_none_or(|region| of(region, 2..=2, u8::is_ascii_uppercase))
    }
);

/// The text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// Small Markdown, lines ending in LF: `# ` and the title first, `## ` before headings. At most 32 KiB.
    pub text: String,
}

/// It is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyStatus {
    /// SHA-256 of the text's UTF-8.
    pub sha256: Digest,
    /// When it was published first.
    pub published: Timestamp,
}

/// The title of a text that can be published: it begins with `# ` and the title, something follows, and no letter in it is a control but
/// the end of a line.
pub fn title(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once('\n')?;
    let title = first.strip_prefix("# ")?.trim();
    let plain = text.chars().all(|letter| letter == '\n' || !letter.is_control());
    (!title.is_empty() && !rest.trim().is_empty() && plain && text.len() <= LONGEST).then_some(title)
}

crate::undisclosed!(PolicyRequest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_languages_are_what_can_stand_in_an_address() {
        for text in ["1", "2026-11", "v2.1", "2026-11-30.2"] {
            assert_eq!(text.parse::<PolicyVersion>().map(String::from).as_deref(), Ok(text));
        }
        for text in ["", "-1", ".", "..", "a/b", "a b", "é", "2026_11", "123456789012345678901234567890123"]
        {
            assert!(text.parse::<PolicyVersion>().is_err(), "{text}");
        }
        for text in ["en", "es", "pt-BR", "fil"] {
            assert!(text.parse::<PolicyLanguage>().is_ok(), "{text}");
        }
        for text in ["", "e", "EN", "en-us", "en-USA", "en-", "english", "en-US-x"] {
            assert!(text.parse::<PolicyLanguage>().is_err(), "{text}");
        }
        for kind in PolicyKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn a_text_has_a_title_something_under_it_and_an_end() {
        assert_eq!(title("# Terms of our texts\n\nWe text you."), Some("Terms of our texts"));
        let long = ["# Terms\n", &"a".repeat(LONGEST)].concat();
        for text in [
            "",
            "# Terms",
            "# Terms\n \n",
            "Terms\n\nWe",
            "#Terms\nWe",
            "# \nWe",
            "# A\r\nB",
            "# A\nB\u{7}",
            &long,
        ] {
            assert_eq!(title(text), None, "{}", &text[..text.len().min(20)]);
        }
    }
}
