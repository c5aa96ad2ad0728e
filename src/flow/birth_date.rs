//! Reading a birth date out of three fields, in any clear way, before any request.

use postern_fhir::instant;
use postern_protocol::{
    factor::{BirthDate, days_in_month},
    time::Timestamp,
};

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
        /// The two digits, to say them back.
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
        /// Year, month, day as understood.
        date: (u16, u8, u8),
    },
}

/// Somewhere on earth it is so much later than in UTC: a date is in the future only when it is so everywhere.
const EASTMOST_SECONDS: i64 = 14 * 3600;

/// Reads the fields. `months` are one or more dozens of names, January first; beginnings of three letters or more that
/// fit only one month are understood, with or without a full stop; A to Z in either case, other letters as in the names (give
/// those in both cases: the tables for it are in the browser, not in this download).
///
/// # Errors
/// See [`DateProblem`].
pub fn read(typed: &TypedDate, months: &[&str], now: Timestamp) -> Result<BirthDate, DateProblem> {
    let missing = |text: &str| text.trim().is_empty();
    let (no_day, no_month, no_year) = (missing(&typed.day), missing(&typed.month), missing(&typed.year));
    if no_day || no_month || no_year {
        return Err(DateProblem::Missing { day: no_day, month: no_month, year: no_year });
    }
    let day = number(ordinal(&typed.day)).and_then(|(n, _)| u8::try_from(n).ok());
    let day = day.filter(|n| (1..=31).contains(n)).ok_or(DateProblem::Day)?;
    let month = month(&typed.month, months).ok_or(DateProblem::Month)?;
    let year = match number(typed.year.trim()) {
        Some((year, 4)) => year,
        Some((two, 2)) => {
            return Err(DateProblem::TwoDigitYear { typed: u8::try_from(two).unwrap_or_default() });
        }
        _ => return Err(DateProblem::Year),
    };
    if day > days_in_month(year, month) {
        return Err(DateProblem::NoSuchDay { year, month, day });
    }
    let today = instant::to_text(now.plus_seconds(EASTMOST_SECONDS).0);
    match BirthDate::new(year, month, day) {
        Ok(date) if date.to_text().as_str() <= &today[..10] => Ok(date),
        _ => Err(DateProblem::NotABirthDate { date: (year, month, day) }),
    }
}

/// A number of at most four digits, with how many digits were written.
fn number(text: &str) -> Option<(u16, usize)> {
    let mut value = 0;
    let mut digits = 0;
    for letter in text.chars() {
        if digits == 4 {
            return None;
        }
        value = value * 10 + digit(letter)?;
        digits += 1;
    }
    (digits > 0).then_some((value, digits))
}

/// Digits of the keyboards in use: ASCII, full width, Arabic, Persian.
fn digit(letter: char) -> Option<u16> {
    let code = u32::from(letter);
    [0x30, 0xff10, 0x660, 0x6f0]
        .into_iter()
        .find(|zero| (*zero..zero + 10).contains(&code))
        .and_then(|zero| u16::try_from(code - zero).ok())
}

/// `12th`, `1er` and `12.` are the twelfth, the first, the twelfth.
fn ordinal(text: &str) -> &str {
    let text = text.trim().trim_end_matches(['.', 'º', '°']);
    ["st", "nd", "rd", "th", "er"].iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text)
}

fn month(text: &str, months: &[&str]) -> Option<u8> {
    let text = text.trim().trim_end_matches('.');
    if let Some((n, _)) = number(text) {
        return u8::try_from(n).ok().filter(|n| (1..=12).contains(n));
    }
    let mut found = None;
    for (index, name) in months.iter().enumerate() {
        if name.eq_ignore_ascii_case(text) {
            return u8::try_from(index % 12 + 1).ok();
        }
        let beginning = name.get(..text.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(text));
        if text.chars().count() >= 3 && beginning {
            match found {
                Some(other) if other != index % 12 => return None,
                _ => found = Some(index % 12),
            }
        }
    }
    u8::try_from(found? + 1).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const MONTHS: [&str; 24] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];

    /// 22 November 2026, noon in UTC.
    const NOW: Timestamp = Timestamp(1_795_348_800_000);

    fn reads(day: &str, month: &str, year: &str) -> Result<String, DateProblem> {
        let typed = TypedDate { day: day.into(), month: month.into(), year: year.into() };
        read(&typed, &MONTHS, NOW).map(BirthDate::to_text)
    }

    #[test]
    fn every_clear_way_of_writing_a_date_is_understood() {
        for (day, month) in [
            ("3", "3"),
            ("03", "03"),
            (" 3 ", "Mar"),
            ("3rd", "MARCH"),
            ("3.", "mar."),
            ("3", "marzo"),
            ("٣", "３"),
        ] {
            assert_eq!(reads(day, month, "1980"), Ok("1980-03-03".into()), "{day} {month}");
        }
        assert_eq!(reads("1", "Sept", "1980"), Ok("1980-09-01".into()));
        assert_eq!(reads("1", "may", "1980"), Ok("1980-05-01".into()));
    }

    #[test]
    fn a_beginning_that_fits_two_months_or_is_too_short_is_asked_back() {
        for month in ["ju", "ma", "jux", "13", "0", "x"] {
            assert_eq!(reads("1", month, "1980"), Err(DateProblem::Month), "{month}");
        }
    }

    #[test]
    fn two_digits_of_a_year_are_asked_back() {
        assert_eq!(reads("1", "2", "45"), Err(DateProblem::TwoDigitYear { typed: 45 }));
        for year in ["5", "198", "19800", "19x0", "-198"] {
            assert_eq!(reads("1", "2", year), Err(DateProblem::Year), "{year}");
        }
    }

    #[test]
    fn empty_fields_are_named_all_at_once() {
        assert_eq!(reads("", "2", " "), Err(DateProblem::Missing { day: true, month: false, year: true }));
    }

    #[test]
    fn days_that_do_not_exist_are_said_back() {
        assert_eq!(reads("30", "2", "1980"), Err(DateProblem::NoSuchDay { year: 1980, month: 2, day: 30 }));
        assert_eq!(reads("29", "Feb", "1900"), Err(DateProblem::NoSuchDay { year: 1900, month: 2, day: 29 }));
        assert_eq!(reads("32", "1", "1980"), Err(DateProblem::Day));
        assert_eq!(reads("0", "1", "1980"), Err(DateProblem::Day));
    }

    #[test]
    fn a_day_to_come_is_no_birth_date_and_today_is_one() {
        assert_eq!(reads("22", "11", "2026"), Ok("2026-11-22".into()));
        assert_eq!(reads("24", "11", "2026"), Err(DateProblem::NotABirthDate { date: (2026, 11, 24) }));
        assert_eq!(reads("24", "11", "1874"), Err(DateProblem::NotABirthDate { date: (1874, 11, 24) }));
    }
}
