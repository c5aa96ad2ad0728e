//! FHIR `date`, `dateTime` and `time`: their forms, and which comes first.

use crate::instant;
use core::cmp::Ordering;

/// `2026`, `2026-11` or `2026-11-23`, of a day that exists.
pub fn is_date(text: &str) -> bool {
    // A moment at noon has a day that exists.
    let whole = match text.len() {
        4 => [text, "-01-01T12:00:00Z"].concat(),
        7 => [text, "-01T12:00:00Z"].concat(),
        10 => [text, "T12:00:00Z"].concat(),
        _ => return false,
    };
    instant::parse(&whole).is_ok()
}

/// A [date](is_date), or one with a time of day to the second and an offset: `2026-11-23T10:00:00-05:00`.
pub fn is_date_time(text: &str) -> bool {
    is_date(text) || instant::parse(text).is_ok()
}

/// `14:30:00`, a fraction of a second may follow.
pub fn is_time(text: &str) -> bool {
    text.is_ascii()
        && instant::parse(&["2000-01-01T", text, "Z"].concat()).is_ok()
        && !text.contains(['Z', '+', '-'])
}

/// Which date comes first. `None` when the shorter one covers the other: 2026 is neither before nor after 2026-11.
pub fn compare_dates(one: &str, two: &str) -> Option<Ordering> {
    let length = one.len().min(two.len());
    match one.as_bytes()[..length].cmp(&two.as_bytes()[..length]) {
        Ordering::Equal if one.len() != two.len() => None,
        order => Some(order),
    }
}

/// Which moment comes first: with times of day by the moments themselves, else by their dates.
pub fn compare_date_times(one: &str, two: &str) -> Option<Ordering> {
    match (instant::parse(one), instant::parse(two)) {
        (Ok(one), Ok(two)) => Some(one.milliseconds.cmp(&two.milliseconds)),
        _ => {
            let day = |text| str::get(text, ..10).unwrap_or(text);
            compare_dates(day(one), day(two)).filter(|order| order.is_ne() || one.len() == two.len())
        }
    }
}

/// Which time of day comes first.
pub fn compare_times(one: &str, two: &str) -> Ordering {
    // A fraction of zeros is none.
    let shorten = |time: &'_ str| match time.contains('.') {
        true => time.trim_end_matches('0').trim_end_matches('.').len(),
        false => time.len(),
    };
    one[..shorten(one)].cmp(&two[..shorten(two)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_that_do_not_exist_are_refused() {
        for good in ["2026", "2026-11", "2024-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in
            ["", "26", "2026-13", "2026-02-29", "2026-11-2", "0000", "2026-11-23T10:00:00Z", "２０２６"]
        {
            assert!(!is_date(bad), "{bad}");
        }
        assert!(is_date_time("2026-11-23T10:00:00-05:00") && is_date_time("2026-11"));
        assert!(!is_date_time("2026-11-23T10:00:00") && !is_date_time("2026-11-23T10:00-05:00"));
        assert!(is_time("14:30:00") && is_time("00:00:00.5"));
        for bad in ["14:30", "24:00:00", "14:30:00Z", "14:30:00+01:00", ""] {
            assert!(!is_time(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_less_exact_is_compared_only_where_that_decides() {
        assert_eq!(compare_dates("2025", "2026-11-23"), Some(Ordering::Less));
        assert_eq!(compare_dates("2026", "2026-11-23"), None);
        assert_eq!(
            compare_date_times("2026-11-23T10:00:00-05:00", "2026-11-23T15:00:00Z"),
            Some(Ordering::Equal)
        );
        assert_eq!(compare_date_times("2026-11-24", "2026-11-23T15:00:00Z"), Some(Ordering::Greater));
        assert_eq!(compare_date_times("2026-11-23", "2026-11-23T15:00:00Z"), None);
        assert_eq!(compare_times("09:00:00", "09:00:00.000"), Ordering::Equal);
        assert_eq!(compare_times("09:00:00", "09:00:00.001"), Ordering::Less);
    }
}
