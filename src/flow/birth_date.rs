//! Reading a birth date out of three fields, in any clear way, before any request.

use postern_protocol::factor::BirthDate;

/// The three fields as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedDate {
    /// Day of the month.
    pub day: String,
    /// `4`, `04`, `Apr` or `April`, in the page's language or English.
    pub month: String,
    /// Four digits.
    pub year: String,
}

/// Why the fields are no birth date. Costs no try and sends nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateProblem {
    /// One or more fields are empty: mark those.
    Missing {
        /// The day is empty.
        day: bool,
        /// The month is empty.
        month: bool,
        /// The year is empty.
        year: bool,
    },
    /// The day is no number from 1 to 31.
    Day,
    /// The month is neither a number from 1 to 12 nor a month's name.
    Month,
    /// The year is no year with four digits.
    Year,
    /// Only two digits of a year: ask back with all four.
    TwoDigitYear {
        /// The two digits, for "1945 or 2045?"-free wording: "write all four digits of the year".
        typed: u8,
    },
    /// There is no such day, as 30 February: say it back in words.
    NoSuchDay {
        /// As understood.
        year: u16,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// The day has not come yet, or lies before 1875.
    NotABirthDate {
        /// As understood.
        date: (u16, u8, u8),
    },
}

/// Reads the fields. `months` are one or more dozens of names, January first; beginnings of three letters or more that
/// fit only one month are understood, upper and lower case, with or without a full stop.
///
/// # Errors
/// See [`DateProblem`].
pub fn read(_typed: &TypedDate, _months: &[&str], _today: (u16, u8, u8)) -> Result<BirthDate, DateProblem> {
    todo!()
}
