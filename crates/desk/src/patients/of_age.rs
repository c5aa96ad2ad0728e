//! From when on a person speaks for themselves.

use jiff::{Span, civil::Date, tz::TimeZone};
use postern_protocol::time::Timestamp;

/// The moment at which somebody born on this day (`YYYY-MM-DD`) reaches an age: the start of that birthday where they are. Whoever was born on
/// 29 February reaches it on the 28th where there is no 29th. `None` if there is no such day.
pub fn of_age_at(born: &str, years: u8, zone: &TimeZone) -> Option<Timestamp> {
    let born: Date = born.parse().ok()?;
    let day = born.checked_add(Span::new().years(years)).ok()?;
    let start = day.to_zoned(zone.clone()).ok()?.start_of_day().ok()?;
    Some(Timestamp(start.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(born: &str, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        postern_fhir::instant::to_text(of_age_at(born, 18, &zone).unwrap().0)
    }

    #[test]
    fn it_is_the_start_of_the_birthday_where_the_person_is() {
        assert_eq!(at("2008-11-23", "America/New_York"), "2026-11-23T05:00:00.000Z");
        assert_eq!(at("2008-11-23", "Asia/Tokyo"), "2026-11-22T15:00:00.000Z");
        assert_eq!(at("2008-11-23", "Etc/UTC"), "2026-11-23T00:00:00.000Z");
    }

    #[test]
    fn who_was_born_on_29_february_is_of_age_on_the_28th_where_there_is_no_29th() {
        assert_eq!(at("2008-02-29", "Etc/UTC"), "2026-02-28T00:00:00.000Z");
        let utc = TimeZone::UTC;
        assert_eq!(
            of_age_at("2008-02-29", 20, &utc),
            of_age_at("2008-02-28", 20, &utc).map(|at| at.plus_seconds(86_400))
        );
    }

    #[test]
    fn where_clocks_skip_midnight_the_day_starts_after_the_gap() {
        // In Beirut the clock went from midnight to one on 26 March 2023.
        assert_eq!(at("2005-03-26", "Asia/Beirut"), "2023-03-25T22:00:00.000Z");
    }

    #[test]
    fn what_is_no_day_has_no_moment() {
        for text in ["", "2008", "2008-02-30", "x"] {
            assert_eq!(of_age_at(text, 18, &TimeZone::UTC), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_second_before_it_is_the_day_before_and_at_it_the_birthday(
            year in 1900_i16..2020, month in 1_i8..=12, day in 1_i8..=31, years in 12_u8..=21,
            zone in prop::sample::select(vec![
                "America/New_York", "Asia/Beirut", "Pacific/Apia", "Pacific/Kiritimati", "America/St_Johns", "Europe/London",
            ]),
        ) {
            let Ok(born) = Date::new(year, month, day) else { return Ok(()) };
            let zone = TimeZone::get(zone).unwrap();
            let at = of_age_at(&born.to_string(), years, &zone).unwrap();
            let there = |at: Timestamp| {
                jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned(zone.clone()).date()
            };
            let birthday = there(at);
            prop_assert!(there(at.plus_seconds(-1)) < birthday);
            prop_assert_eq!(birthday.year(), year + i16::from(years));
            prop_assert_eq!(birthday.month(), month);
            let leap = (month, day) == (2, 29) && birthday.day() == 28;
            prop_assert!(birthday.day() == day || leap);
        }
    }
}
