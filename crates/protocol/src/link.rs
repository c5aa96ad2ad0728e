//! The link of a text message: `https://HOST/m#<secret>`. The secret is one 128-bit number, written as exactly 22
//! base-58 digits (Bitcoin's alphabet, `1` is zero), most significant first.

use crate::factor::Policy;
use alloc::{format, string::String, vec::Vec};
use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop};

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const DIGITS: usize = 22;

/// The secret of one link (`S`): 16 bytes that only the text message, the patient's page and, for a while, the desk know.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct LinkSecret([u8; 16]);

/// A text holds no link secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkTextError {
    /// Nothing there at all.
    #[error("no link secret")]
    Empty,
    /// Another length, another alphabet, or a number of 2^128 and above.
    #[error("the link looks cut off")]
    CutOff,
}

impl LinkSecret {
    /// A new secret.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// From its 16 bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads the 22 digits.
    ///
    /// # Errors
    /// [`LinkTextError::Empty`] for an empty text, else [`LinkTextError::CutOff`].
    pub fn from_text(text: &str) -> Result<Self, LinkTextError> {
        if text.is_empty() {
            return Err(LinkTextError::Empty);
        }
        if text.len() != DIGITS {
            return Err(LinkTextError::CutOff);
        }
        let mut number: u128 = 0;
        for byte in text.bytes() {
            let digit = ALPHABET.iter().position(|d| *d == byte).ok_or(LinkTextError::CutOff)?;
            number = number
                .checked_mul(58)
                .and_then(|n| n.checked_add(digit as u128))
                .ok_or(LinkTextError::CutOff)?;
        }
        Ok(Self(number.to_be_bytes()))
    }

    /// Writes the 22 digits.
    pub fn to_text(&self) -> String {
        let mut number = u128::from_be_bytes(self.0);
        let mut digits = [b'1'; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(number % 58) as usize];
            number /= 58;
        }
        digits.iter().map(|d| char::from(*d)).collect()
    }
}

/// The whole link: the clinic's origin (`https://HOST`), the letter of the first form, the secret as fragment.
pub fn url(origin: &str, policy: Policy, secret: &LinkSecret) -> String {
    format!("{}/{}#{}", origin.trim_end_matches('/'), policy.letter(), secret.to_text())
}

/// Finds the secret in what a patient pasted: the 22 digits, or a whole text message with a link in it. Spaces and line
/// breaks inside the digits are forgiven.
pub fn find_in_text(text: &str) -> Option<LinkSecret> {
    let after_hash = text.rsplit_once('#').map(|(_, rest)| rest);
    let joined = |part: &str| -> Vec<u8> { part.bytes().filter(|b| !b.is_ascii_whitespace()).collect() };
    let read = |bytes: &[u8]| LinkSecret::from_text(core::str::from_utf8(bytes).ok()?).ok();
    match after_hash {
        Some(rest) => {
            let bytes = joined(rest);
            read(bytes.get(..DIGITS)?)
        }
        None => read(&joined(text)),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // laws by property are for the host
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(bytes: [u8; 16]) -> String {
        LinkSecret::from_bytes(bytes).to_text()
    }

    #[test]
    fn the_protocols_examples_hold() {
        assert_eq!(text_of(core::array::from_fn(|i| i as u8)), "112drXXUifSrRnXLGbXg8E");
        assert_eq!(text_of([0xff; 16]), "YcVfxkQb6JRzqk5kF2tNLv");
        assert!(LinkSecret::from_text("YcVfxkQb6JRzqk5kF2tNLw") == Err(LinkTextError::CutOff));
    }

    #[test]
    fn an_empty_text_and_a_cut_text_are_told_apart() {
        assert!(LinkSecret::from_text("") == Err(LinkTextError::Empty));
        assert!(LinkSecret::from_text("112drXXUifSrRnXLGbXg8") == Err(LinkTextError::CutOff));
        assert!(LinkSecret::from_text("112drXXUifSrRnXLGbXg0E") == Err(LinkTextError::CutOff));
        assert!(LinkSecret::from_text("112drXXUifSrRnXLGbXg8é") == Err(LinkTextError::CutOff));
    }

    #[test]
    fn a_pasted_message_gives_its_link_whatever_spaces_it_has() {
        let secret = LinkSecret::from_text("112drXXUifSrRnXLGbXg8E").unwrap();
        for text in [
            "112drXXUifSrRnXLGbXg8E",
            " 112drXXUifS rRnXLGbXg8E \n",
            "Oak: you have a secure message. Open https://door.example/m#112drXXUifSrRnXLGbXg8E Questions? 555",
            "https://door.example/m#112drXX\nUifSrRnXLGbXg8E",
        ] {
            assert!(find_in_text(text).as_ref() == Some(&secret), "{text}");
        }
        assert!(find_in_text("https://door.example/m#112drXX").is_none());
        assert!(find_in_text("").is_none());
    }

    #[test]
    fn the_whole_link_has_the_letter_of_its_policy() {
        let secret = LinkSecret::from_bytes([0; 16]);
        assert_eq!(
            url("https://door.example/", Policy::BirthDate, &secret),
            "https://door.example/m#1111111111111111111111"
        );
    }

    proptest! {
        #[test]
        fn every_secret_reads_back_from_its_text(bytes: [u8; 16]) {
            let text = text_of(bytes);
            prop_assert_eq!(text.len(), 22);
            prop_assert!(LinkSecret::from_text(&text) == Ok(LinkSecret::from_bytes(bytes)));
        }

        #[test]
        fn each_text_that_is_read_is_the_text_of_its_secret(text in "[1-9A-HJ-NP-Za-km-z]{22}") {
            if let Ok(secret) = LinkSecret::from_text(&text) {
                prop_assert_eq!(secret.to_text(), text);
            }
        }

        #[test]
        fn no_pasted_text_makes_the_parser_panic(text in ".{0,80}") {
            let _ = find_in_text(&text);
        }
    }
}
