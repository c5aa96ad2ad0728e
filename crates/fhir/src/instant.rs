//! FHIR `instant` (RFC 3339 with a zone) to milliseconds since the Unix epoch and back. Zones by name are the reader's
//! business (`Intl` in the browser, a time-zone database at the desk): here is only the offset that the text carries.

use alloc::{format, string::String};

/// A moment, and the offset from UTC it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970-01-01T00:00:00Z.
    pub milliseconds: i64,
    /// East of UTC; Boston in winter is -300.
    pub offset_minutes: i32,
}

/// The text is no FHIR `instant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a moment of the form 2026-11-23T10:00:00-05:00")]
pub struct NotAnInstant;

/// Reads `2026-11-23T10:00:00.000-05:00`; a fraction of any length, cut to milliseconds; `Z` for UTC; a leap second
/// counts as the second after it.
///
/// # Errors
/// Another form, no zone, or a day or time that does not exist.
pub fn parse(text: &str) -> Result<Moment, NotAnInstant> {
    let bytes = text.as_bytes();
    let at =
        |index: usize, byte: u8| if bytes.get(index) == Some(&byte) { Ok(()) } else { Err(NotAnInstant) };
    let (year, month, day) = (number(bytes, 0, 4)?, number(bytes, 5, 2)?, number(bytes, 8, 2)?);
    let (hour, minute, second) = (number(bytes, 11, 2)?, number(bytes, 14, 2)?, number(bytes, 17, 2)?);
    at(4, b'-')?;
    at(7, b'-')?;
    at(10, b'T')?;
    at(13, b':')?;
    at(16, b':')?;
    if year == 0
        || !(1..=days_in_month(year, month)).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return Err(NotAnInstant);
    }
    let mut rest = &bytes[19..];
    let mut thousandths = 0;
    if let [b'.', after @ ..] = rest {
        let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return Err(NotAnInstant);
        }
        let digit = |index: usize| if index < length { i64::from(after[index] - b'0') } else { 0 };
        thousandths = digit(0) * 100 + digit(1) * 10 + digit(2);
        rest = &after[length..];
    }
    let offset_minutes = match rest {
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (number(rest, 1, 2)?, number(rest, 4, 2)?);
            if hours > 14 || minutes > 59 {
                return Err(NotAnInstant);
            }
            if *sign == b'-' { -(hours * 60 + minutes) } else { hours * 60 + minutes }
        }
        _ => return Err(NotAnInstant),
    };
    let minutes = (days_from_epoch(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    Ok(Moment {
        milliseconds: (minutes * 60 + second) * 1000 + thousandths,
        offset_minutes: i32::try_from(offset_minutes).map_err(|_| NotAnInstant)?,
    })
}

/// Writes a moment in UTC, `2026-11-23T15:00:00.000Z`; years 1 to 9999, others are held at the ends.
pub fn to_text(milliseconds: i64) -> String {
    let milliseconds = milliseconds.clamp(FIRST, LAST);
    let (days, in_day) = (milliseconds.div_euclid(86_400_000), milliseconds.rem_euclid(86_400_000));
    let (year, month, day) = date_from_epoch(days);
    let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
    let (second, thousandths) = (in_day / 1000 % 60, in_day % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{thousandths:03}Z")
}

const FIRST: i64 = -62_135_596_800_000;
const LAST: i64 = 253_402_300_799_999;

fn number(bytes: &[u8], from: usize, length: usize) -> Result<i64, NotAnInstant> {
    let digits = bytes.get(from..from + length).ok_or(NotAnInstant)?;
    digits.iter().try_fold(0, |sum, byte| {
        if byte.is_ascii_digit() { Ok(sum * 10 + i64::from(byte - b'0')) } else { Err(NotAnInstant) }
    })
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days of the Gregorian calendar since 1970-01-01. Years are counted from March, so that the leap day is the last.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date_from_epoch(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn milliseconds(text: &str) -> i64 {
        parse(text).unwrap().milliseconds
    }

    #[test]
    fn known_moments_are_read() {
        assert_eq!(milliseconds("1970-01-01T00:00:00Z"), 0);
        assert_eq!(milliseconds("2000-02-29T12:00:00Z"), 951_825_600_000);
        assert_eq!(milliseconds("2026-11-23T10:00:00-05:00"), milliseconds("2026-11-23T15:00:00Z"));
        assert_eq!(milliseconds("2026-11-23T10:00:00.9999+05:30"), 1_795_408_200_999);
        assert_eq!(parse("2026-11-23T10:00:00-05:00").unwrap().offset_minutes, -300);
    }

    #[test]
    fn another_form_is_refused() {
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T10:00:00",
            "2026-11-23T10:00Z",
            "2026-02-29T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T10:00:00.Z",
            "2026-11-23T10:00:00-0500",
            "2026-11-23T10:00:00Zz",
            "2026-11-23 10:00:00Z",
            "２０26-11-23T10:00:00Z",
        ] {
            assert_eq!(parse(text), Err(NotAnInstant), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(moment in FIRST..=LAST) {
            prop_assert_eq!(milliseconds(&to_text(moment)), moment);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,30}") {
            let _ = parse(&text);
        }

        #[test]
        fn a_damaged_moment_never_panics(at in 0usize..25, with in "\\PC") {
            let mut text: alloc::vec::Vec<char> = "2026-11-23T10:00:00-05:00".chars().collect();
            text.splice(at..(at + 1).min(text.len()), with.chars());
            let _ = parse(&text.into_iter().collect::<String>());
        }
    }
}
