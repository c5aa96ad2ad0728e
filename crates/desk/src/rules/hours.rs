//! The hours in which texts may go, in the zone of whoever gets them: from a window's first second to the one before its end.

use jiff::{
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use postern_protocol::time::Timestamp;
use serde::Deserialize;

const EARLIEST: Time = Time::constant(8, 0, 0, 0);
const LATEST: Time = Time::constant(21, 0, 0, 0);

/// One day's hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    #[serde(deserialize_with = "hh_mm")]
    open: Time,
    #[serde(deserialize_with = "hh_mm")]
    close: Time,
}

fn hh_mm<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    Time::strptime("%H:%M", &text).map_err(|_| serde::de::Error::custom("a time of day is HH:MM"))
}

/// The hours of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    weekdays: Window,
    saturday: Window,
    sunday: Window,
}

/// Hours that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("texts go between 08:00 and 21:00 at the widest, and a day opens before it closes")]
pub struct NotHours;

impl Hours {
    /// Checks them.
    ///
    /// # Errors
    /// Wider than 8:00 to 21:00, or the wrong way round.
    pub fn new(weekdays: Window, saturday: Window, sunday: Window) -> Result<Self, NotHours> {
        let fits =
            |window: Window| EARLIEST <= window.open && window.open < window.close && window.close <= LATEST;
        if [weekdays, saturday, sunday].into_iter().all(fits) {
            Ok(Self { weekdays, saturday, sunday })
        } else {
            Err(NotHours)
        }
    }

    fn of(&self, day: Date) -> Window {
        match day.weekday() {
            Weekday::Saturday => self.saturday,
            Weekday::Sunday => self.sunday,
            _ => self.weekdays,
        }
    }

    /// The next moment at which a text may go, `at` itself where it may go now. `None` at the end of the calendar.
    pub fn next(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone());
        let today = self.of(local.date());
        if today.open <= local.time() && local.time() < today.close {
            return Some(at);
        }
        // A window is at most a week away.
        let mut day = local.date();
        for _ in 0..8 {
            let open = day.to_datetime(self.of(day).open).to_zoned(zone.clone()).ok()?;
            // A zone that skips a whole day has no such morning: what comes out is on another day.
            if open.date() == day && open.timestamp().as_millisecond() > at.0 {
                return Some(Timestamp(open.timestamp().as_millisecond()));
            }
            day = day.tomorrow().ok()?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::policy::Policy;
    use super::*;
    use jiff::{SignedDuration, Timestamp as Moment, tz};
    use proptest::prelude::*;

    fn next(local: &str, zone: &str) -> String {
        let at: Moment = local.parse::<jiff::civil::DateTime>().unwrap().in_tz(zone).unwrap().timestamp();
        let found =
            Policy::built_in().hours.next(Timestamp(at.as_millisecond()), &TimeZone::get(zone).unwrap());
        Moment::from_millisecond(found.unwrap().0).unwrap().in_tz(zone).unwrap().datetime().to_string()
    }

    #[test]
    fn one_second_early_waits_for_nine_and_one_second_late_for_tomorrow() {
        let zone = "America/New_York";
        assert_eq!(next("2026-11-23T08:59:59", zone), "2026-11-23T09:00:00");
        assert_eq!(next("2026-11-23T09:00:00", zone), "2026-11-23T09:00:00");
        assert_eq!(next("2026-11-23T19:59:59", zone), "2026-11-23T19:59:59");
        assert_eq!(next("2026-11-23T20:00:00", zone), "2026-11-24T09:00:00");
    }

    #[test]
    fn a_saturday_evening_waits_for_sunday_noon() {
        assert_eq!(next("2026-11-28T20:00:00", "America/New_York"), "2026-11-29T12:00:00");
        assert_eq!(next("2026-11-29T11:59:59", "America/New_York"), "2026-11-29T12:00:00");
    }

    #[test]
    fn the_night_of_a_clock_change_is_as_long_as_it_is() {
        let hours = Policy::built_in().hours;
        let zone = TimeZone::get("America/New_York").unwrap();
        for (evening, hours_of_night) in [("2026-03-07T20:00:00", 15), ("2026-10-31T20:00:00", 17)] {
            let at = evening.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone.clone()).unwrap();
            let found = hours.next(Timestamp(at.timestamp().as_millisecond()), &zone).unwrap();
            let night = Moment::from_millisecond(found.0).unwrap().duration_since(at.timestamp());
            assert_eq!(night, SignedDuration::from_hours(hours_of_night), "{evening} to Sunday noon");
        }
    }

    fn zones() -> Vec<String> {
        tz::db().available().map(|name| name.to_string()).collect()
    }

    /// Any moment of 2020 to 2037, half of them within a day of a clock change of the zone.
    fn moment(zone: &TimeZone, second: i64, near: i64, pick: bool) -> Timestamp {
        let at = Moment::from_second(1_577_836_800 + second).unwrap();
        let change = zone.following(at).next().map(|change| change.timestamp());
        match change {
            Some(change) if pick && change.as_second() < 2_145_916_800 => {
                Timestamp(change.as_millisecond() + near * 1000)
            }
            _ => Timestamp(at.as_millisecond()),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn in_every_zone_and_over_clock_changes_a_text_may_go_at_that_moment_and_not_a_second_before(
            zone in proptest::sample::select(zones()),
            second in 0_i64..560_000_000,
            near in -90_000_i64..90_000,
            pick: bool,
        ) {
            let zone = TimeZone::get(&zone).unwrap();
            let hours = Policy::built_in().hours;
            let at = moment(&zone, second, near, pick);
            let next = hours.next(at, &zone).unwrap();
            prop_assert_eq!(hours.next(next, &zone), Some(next), "it may go then");
            let local = Moment::from_millisecond(next.0).unwrap().to_zoned(zone.clone());
            let open = if local.weekday() == Weekday::Sunday { 12 } else { 9 };
            prop_assert!((open..20).contains(&local.hour()), "{}", local);
            if next > at {
                let before = next.plus_seconds(-1);
                prop_assert_eq!(hours.next(before, &zone), Some(next), "not a second before");
                prop_assert!(next.0 - at.0 <= 18 * 60 * 60 * 1000, "a night, not a day: {}", local);
            }
        }
    }
}
