//! What a patient types to show who they are, in its canonical text.

use alloc::{format, string::String};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// What a slot asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FactorKind {
    /// Birth date.
    #[serde(rename = "dob")]
    BirthDate,
    /// Six-digit code by text.
    #[serde(rename = "otp")]
    Code,
    /// Both.
    #[serde(rename = "dob+otp")]
    Both,
}

/// A link's policy: which factor its first level asks for. The same three words as a slot's.
pub type Policy = FactorKind;

impl FactorKind {
    /// The text used on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BirthDate => "dob",
            Self::Code => "otp",
            Self::Both => "dob+otp",
        }
    }

    /// The letter of a link with this policy: it names the first form.
    pub fn letter(self) -> char {
        match self {
            Self::BirthDate => 'm',
            Self::Code => 'c',
            Self::Both => 'b',
        }
    }
}

/// A day of the Gregorian calendar that exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BirthDate {
    year: u16,
    month: u8,
    day: u8,
}

/// There is no such day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such day")]
pub struct NoSuchDay;

/// Days in a month of the Gregorian calendar; 0 for a month that does not exist.
pub fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

impl BirthDate {
    /// A day between 1 January 1875 and 31 December 9999.
    ///
    /// # Errors
    /// The day does not exist in the calendar. Whether it lies in the future is for the caller, who has a clock.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, NoSuchDay> {
        if (1875..=9999).contains(&year) && day >= 1 && day <= days_in_month(year, month) {
            Ok(Self { year, month, day })
        } else {
            Err(NoSuchDay)
        }
    }

    /// From FHIR's full `date`, `YYYY-MM-DD`.
    ///
    /// # Errors
    /// Another form, or no such day.
    pub fn parse(text: &str) -> Result<Self, NoSuchDay> {
        let bytes = text.as_bytes();
        let digits = |range: core::ops::Range<usize>| -> Result<u16, NoSuchDay> {
            bytes[range].iter().try_fold(0, |n, b| {
                if b.is_ascii_digit() { Ok(n * 10 + u16::from(b - b'0')) } else { Err(NoSuchDay) }
            })
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(NoSuchDay);
        }
        let two = |range| digits(range).and_then(|n| u8::try_from(n).map_err(|_| NoSuchDay));
        Self::new(digits(0..4)?, two(5..7)?, two(8..10)?)
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }

    /// `YYYY-MM-DD`.
    pub fn to_text(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A six-digit code.
#[derive(Clone, PartialEq, Eq, Zeroize)]
pub struct Code([u8; 6]);

/// The text is no six-digit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has six digits")]
pub struct NotACode;

impl Code {
    /// Six digits; spaces and hyphens between them are forgiven.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let mut digits = [0; 6];
        let mut length = 0;
        for byte in text.bytes().filter(|b| !matches!(b, b' ' | b'-')) {
            if !byte.is_ascii_digit() || length == 6 {
                return Err(NotACode);
            }
            digits[length] = byte;
            length += 1;
        }
        if length == 6 { Ok(Self(digits)) } else { Err(NotACode) }
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).expect("digits are ASCII")
    }
}

/// What was typed, complete for one slot.
#[derive(Clone, PartialEq, Eq)]
pub enum Factor {
    /// A birth date.
    BirthDate(BirthDate),
    /// A code.
    Code(Code),
    /// A birth date and a code.
    Both(BirthDate, Code),
}

impl Factor {
    /// The canonical text that ends every OPAQUE password: `dob=1980-04-12`, `otp=123456`, `dob=1980-04-12;otp=123456`.
    pub fn canonical_text(&self) -> String {
        match self {
            Self::BirthDate(date) => format!("dob={}", date.to_text()),
            Self::Code(code) => format!("otp={}", code.as_str()),
            Self::Both(date, code) => format!("dob={};otp={}", date.to_text(), code.as_str()),
        }
    }

    /// Which kind of slot it is for.
    pub fn kind(&self) -> FactorKind {
        match self {
            Self::BirthDate(_) => FactorKind::BirthDate,
            Self::Code(_) => FactorKind::Code,
            Self::Both(..) => FactorKind::Both,
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // laws by property are for the host
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_canonical_texts_are_those_of_the_protocol() {
        let date = BirthDate::new(1980, 4, 12).unwrap();
        let code = Code::parse("123 456").unwrap();
        assert_eq!(Factor::BirthDate(date).canonical_text(), "dob=1980-04-12");
        assert_eq!(Factor::Code(code.clone()).canonical_text(), "otp=123456");
        assert_eq!(Factor::Both(date, code).canonical_text(), "dob=1980-04-12;otp=123456");
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for (year, month, day) in
            [(1980, 2, 30), (1981, 2, 29), (1900, 2, 29), (1980, 13, 1), (1980, 4, 0), (12, 1, 1)]
        {
            assert_eq!(BirthDate::new(year, month, day), Err(NoSuchDay));
        }
        assert!(BirthDate::new(2000, 2, 29).is_ok());
    }

    #[test]
    fn every_month_has_its_length_and_centuries_are_leap_years_only_by_400() {
        let year = |year| core::array::from_fn(|month| days_in_month(year, month as u8));
        assert_eq!(year(2023), [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0]);
        assert_eq!(year(2024), [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0]);
        assert_eq!([1900, 2000, 2100, 2400].map(|year| days_in_month(year, 2)), [28, 29, 28, 29]);
    }

    #[test]
    fn a_birth_date_lies_between_1875_and_9999_and_has_one_form() {
        let date = BirthDate::parse("1875-03-02").unwrap();
        assert_eq!((date.year(), date.month(), date.day()), (1875, 3, 2));
        assert!(BirthDate::new(1874, 12, 31).is_err() && BirthDate::new(9999, 12, 31).is_ok());
        assert!(BirthDate::new(10_000, 1, 1).is_err() && BirthDate::new(2000, 1, 32).is_err());
        for text in [
            "1980/04-12",
            "1980-04/12",
            "1980-4-12",
            "1980-04-123",
            "19800-4-12",
            "1980-0a-12",
            "",
            "1980-04-12 ",
        ] {
            assert_eq!(BirthDate::parse(text), Err(NoSuchDay), "{text}");
        }
    }

    #[test]
    fn the_three_kinds_have_their_words_letters_and_factors() {
        let (date, code) = (BirthDate::new(1980, 4, 12).unwrap(), Code::parse("12-34 56").unwrap());
        for (factor, word, letter) in [
            (Factor::BirthDate(date), "dob", 'm'),
            (Factor::Code(code.clone()), "otp", 'c'),
            (Factor::Both(date, code), "dob+otp", 'b'),
        ] {
            let kind = factor.kind();
            assert_eq!((kind.as_str(), kind.letter()), (word, letter));
            assert_eq!(serde_json::to_value(kind).unwrap(), word);
        }
    }

    #[test]
    fn a_code_of_another_length_or_with_letters_is_refused() {
        for text in ["12345", "1234567", "12345a", "", "١٢٣٤٥٦"] {
            assert!(Code::parse(text).is_err());
        }
    }

    proptest! {
        #[test]
        fn a_birth_date_reads_back_what_it_writes(year in 1875u16..=2100, month in 1u8..=12, day in 1u8..=31) {
            if let Ok(date) = BirthDate::new(year, month, day) {
                prop_assert_eq!(BirthDate::parse(&date.to_text()), Ok(date));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,12}") {
            let _ = BirthDate::parse(&text);
        }
    }
}

crate::undisclosed!(BirthDate);
