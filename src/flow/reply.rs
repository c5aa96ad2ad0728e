//! Writing back: until when an answer can be expected, counted in office hours and the clinic's zone.

use super::answer::{Draft, DraftProblem, Field};
use postern_fhir::{
    code::Weekday,
    instant,
    replies::{REPLY_LETTERS, Replies},
};
use postern_protocol::time::Timestamp;

/// A page takes so many on one link; whoever has more to say should call.
pub const MOST_REPLIES: usize = 20;
/// Days ahead that are looked at; whoever is closed for longer names no day.
const AHEAD: i64 = 60;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// An answer is expected by a full quarter of an hour.
const QUARTER: i64 = 15 * MINUTE;

/// How it stands with the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// When it opens, if it is closed now.
    pub opens: Option<Timestamp>,
    /// Until when somebody answers.
    pub by: Timestamp,
}

/// What was written, without the space around it.
///
/// # Errors
/// Nothing, or too much.
pub(crate) fn written(draft: &Draft) -> Result<&str, DraftProblem> {
    match draft.typed.reply.trim() {
        "" => Err(DraftProblem::NoWords),
        long if long.chars().count() > REPLY_LETTERS => Err(DraftProblem::TooLong(Field::Reply)),
        words => Ok(words),
    }
}

/// When the office opens and when an answer comes to what is written `now`; nothing if the hours do not say. `wall` gives what the
/// clocks of the clinic's zone show at a moment, in milliseconds as if they showed UTC.
pub fn expected(offer: &Replies, now: Timestamp, wall: impl Fn(Timestamp) -> Timestamp) -> Option<Expected> {
    let here = wall(now).0;
    let mut left = i64::from(offer.answer_within_hours) * 60 * MINUTE;
    let mut opens = None;
    let moment = |shown: i64| {
        // The offset of that moment, which is another one after the clocks were changed.
        let near = Timestamp(shown - (here - now.0));
        Timestamp(shown - (wall(near).0 - near.0))
    };
    let today = here.div_euclid(DAY);
    for day in today..today + AHEAD {
        for (from, until) in hours_of(offer, day) {
            let begins = from.max(here);
            if begins >= until {
                continue;
            }
            let opens = *opens.get_or_insert((from > here).then(|| moment(from)));
            if left <= until - begins {
                let by = begins + left;
                let quarter = (by + QUARTER - 1).div_euclid(QUARTER) * QUARTER;
                return Some(Expected { opens, by: moment(quarter.min(until)) });
            }
            left -= until - begins;
        }
    }
    None
}

/// From when until when the office is open on a day, in order.
fn hours_of(offer: &Replies, day: i64) -> Vec<(i64, i64)> {
    let midnight = |text: &String| instant::parse(&[text, "T00:00:00Z"].concat()).map(|at| at.milliseconds);
    if offer.closed.iter().any(|closed| midnight(closed) == Ok(day * DAY)) {
        return Vec::new();
    }
    // 1 January 1970 was a Thursday.
    let weekday = Weekday::ALL[usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()];
    let open = offer.open.iter().filter(|hours| hours.days.contains(&weekday));
    let minute = |minute: u32| day * DAY + i64::from(minute) * MINUTE;
    let mut hours: Vec<_> = open.map(|hours| (minute(hours.from), minute(hours.until))).collect();
    hours.sort_unstable();
    hours
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::preferences::Typed;
    use postern_fhir::replies::OpenHours;

    fn at(text: &str) -> Timestamp {
        Timestamp(instant::parse(text).unwrap().milliseconds)
    }

    fn offer(hours: u32) -> Replies {
        Replies {
            zone: "America/New_York".into(),
            answer_within_hours: hours,
            open: vec![OpenHours { days: Weekday::ALL[..5].to_vec(), from: 8 * 60, until: 17 * 60 }],
            closed: vec!["2026-11-26".into()],
        }
    }

    /// New York's clocks around the first Sunday of November 2026, when they go back an hour.
    fn new_york(now: Timestamp) -> Timestamp {
        let hours = if now < at("2026-11-01T06:00:00Z") { 4 } else { 5 };
        Timestamp(now.0 - hours * 60 * MINUTE)
    }

    fn says(offer: &Replies, now: &str) -> (Option<String>, String) {
        let expected = expected(offer, at(now), new_york).unwrap();
        let text = |moment: Timestamp| instant::to_text(moment.0);
        (expected.opens.map(text), text(expected.by))
    }

    #[test]
    fn what_is_written_in_office_hours_is_answered_the_same_day_to_a_quarter_of_an_hour() {
        let (opens, by) = says(&offer(4), "2026-11-23T10:07:00-05:00");
        assert_eq!((opens, by), (None, instant::to_text(at("2026-11-23T14:15:00-05:00").0)));
    }

    #[test]
    fn what_does_not_fit_into_the_day_goes_on_after_the_night_the_weekend_and_the_holiday() {
        let text = |moment: &str| instant::to_text(at(moment).0);
        let (opens, by) = says(&offer(4), "2026-11-24T15:00:00-05:00");
        assert_eq!((opens, by), (None, text("2026-11-25T10:00:00-05:00")));
        // Wednesday evening before a Thursday without hours.
        let (opens, by) = says(&offer(4), "2026-11-25T18:00:00-05:00");
        assert_eq!((opens, by), (Some(text("2026-11-27T08:00:00-05:00")), text("2026-11-27T12:00:00-05:00")));
        let (opens, by) = says(&offer(4), "2026-11-28T12:00:00-05:00");
        assert_eq!((opens, by), (Some(text("2026-11-30T08:00:00-05:00")), text("2026-11-30T12:00:00-05:00")));
        // The last second of a day's hours is not open any more.
        assert_eq!(says(&offer(4), "2026-11-23T17:00:00-05:00").0, Some(text("2026-11-24T08:00:00-05:00")));
    }

    #[test]
    fn clocks_that_are_set_back_meanwhile_show_the_hours_all_the_same() {
        let (opens, by) = says(&offer(1), "2026-10-30T17:30:00-04:00");
        let text = |moment: &str| instant::to_text(at(moment).0);
        assert_eq!((opens, by), (Some(text("2026-11-02T08:00:00-05:00")), text("2026-11-02T09:00:00-05:00")));
    }

    #[test]
    fn whoever_is_never_open_names_no_day() {
        let never = Replies { open: Vec::new(), ..offer(4) };
        assert_eq!(expected(&never, at("2026-11-23T10:00:00-05:00"), new_york), None);
    }

    #[test]
    fn empty_words_and_too_many_are_said() {
        let typed = |reply: &str| Box::new(Typed { reply: reply.into(), ..Typed::default() });
        let draft = |reply: &str| Draft { typed: typed(reply), ..Draft::default() };
        assert_eq!(written(&draft(" \n")), Err(DraftProblem::NoWords));
        assert_eq!(written(&draft(" Hello\n")), Ok("Hello"));
        let long = "é".repeat(REPLY_LETTERS);
        assert_eq!(written(&draft(&long)), Ok(long.as_str()));
        assert_eq!(written(&draft(&[&*long, "é"].concat())), Err(DraftProblem::TooLong(Field::Reply)));
    }
}
