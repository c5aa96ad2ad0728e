//! Telephone numbers. What is known of each is its [`crate::rules::Standing`]: it belongs to the number, not to a patient, since a family
//! may share one phone.

use crate::desk::Desk;
use std::str::FromStr;

/// Any way a number is written, as E.164. Numbers without a country code are of `country` (ISO 3166-1 alpha-2).
pub fn e164(text: &str, country: &str) -> Option<String> {
    let country = phonenumber::country::Id::from_str(country).ok();
    let number = phonenumber::parse(country, text).ok().filter(phonenumber::is_valid)?;
    Some(number.format().mode(phonenumber::Mode::E164).to_string())
}

/// An E.164 number as people of `country` write it.
pub(crate) fn as_written(e164: &str, country: &str) -> String {
    let Ok(number) = phonenumber::parse(None, e164) else { return e164.to_owned() };
    let own = phonenumber::country::Id::from_str(country).ok();
    let mode = match number.country().id() == own {
        true => phonenumber::Mode::National,
        false => phonenumber::Mode::International,
    };
    number.format().mode(mode).to_string()
}

impl Desk {
    /// The keyed hash by which a number is found.
    pub(crate) fn number_key(&self, e164: &str) -> String {
        self.vault.index("number", e164)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_number_gives_the_same() {
        for text in
            ["(202) 555-0143", "202-555-0143", "+1 202 555 0143", "1.202.555.0143", "tel:+1-202-555-0143"]
        {
            assert_eq!(e164(text, "US").as_deref(), Some("+12025550143"), "{text}");
        }
        assert_eq!(e164("+44 20 7946 0958", "US").as_deref(), Some("+442079460958"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "12", "call me", "202 555 014"] {
            assert_eq!(e164(text, "US"), None, "{text}");
        }
    }
}
