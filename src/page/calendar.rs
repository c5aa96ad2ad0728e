//! A visit for the phone's calendar, under a title that says nothing, and the way there.

use crate::{
    app::clinic,
    browser::{clock, save},
    flow::content::Appointment,
    i18n::words,
    ui::{
        button::{Weight, button},
        disclosure::disclosure,
        notice::quiet,
        tag::{all, tag},
    },
};
use leptos::prelude::*;
use postern_protocol::time::Timestamp;

const NAME: &str = "appointment.ics";
const KIND: &str = "text/calendar;charset=utf-8";
/// How long a visit is taken to be that does not say: half an hour, in seconds.
const USUAL: i64 = 1800;

/// A button for the calendar file, and its text for phones that cannot take one.
pub fn offer(visit: &Appointment) -> AnyView {
    let title = words::visit_calendar_title();
    let text = file(visit.start, visit.end, clock::now(), title);
    let copy = [vec![title.to_owned()], super::appointment::when(visit), vec![clinic().phone.clone()]]
        .concat()
        .join("\n");
    let save = button(Weight::Text, words::visit_calendar(), move || save::file(NAME, KIND, &text));
    let copy = tag("p")
        .class("copy lines")
        .set("tabindex", "0")
        .set("role", "group")
        .set("aria-label", words::visit_copy_label())
        .text(copy)
        .view();
    all([save, disclosure(words::visit_calendar_copy(), vec![quiet(words::visit_calendar_hint()), copy])])
}

/// RFC 5545: one event, no place and no words but the neutral title.
fn file(start: Timestamp, end: Option<Timestamp>, now: Timestamp, title: &str) -> String {
    let end = end.unwrap_or_else(|| start.plus_seconds(USUAL));
    let lines = [
        "BEGIN:VCALENDAR".into(),
        "VERSION:2.0".into(),
        "PRODID:-//Postern//EN".into(),
        "BEGIN:VEVENT".into(),
        ["UID:", &stamp(start), "-", &stamp(end)].concat(),
        ["DTSTAMP:", &stamp(now)].concat(),
        ["DTSTART:", &stamp(start)].concat(),
        ["DTEND:", &stamp(end)].concat(),
        ["SUMMARY:", title].concat(),
        "END:VEVENT".into(),
        "END:VCALENDAR".into(),
        String::new(),
    ];
    lines.join("\r\n")
}

/// `20261123T153000Z`.
fn stamp(at: Timestamp) -> String {
    let (days, seconds) = (at.seconds().div_euclid(86_400), at.seconds().rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let two = |number: i64| [if number < 10 { "0" } else { "" }, &number.to_string()].concat();
    [
        year.to_string(),
        two(month),
        two(day),
        "T".into(),
        two(seconds / 3600),
        two(seconds / 60 % 60),
        two(seconds % 60),
        "Z".into(),
    ]
    .concat()
}

/// Year, month and day of a day counted from 1 January 1970, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// The address that shows the way to a place. Its host is named beside the link.
pub fn directions(place: &[String]) -> String {
    let mut href = String::from("https://www.google.com/maps/dir/?api=1&destination=");
    for byte in place.join(", ").bytes() {
        if byte.is_ascii_alphanumeric() {
            href.push(char::from(byte));
        } else {
            href.push('%');
            for half in [byte >> 4, byte & 15] {
                href.push(char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    href
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_calendars_read_it() {
        assert_eq!(stamp(Timestamp(1_795_447_800_000)), "20261123T153000Z");
        assert_eq!(stamp(Timestamp(951_782_400_000)), "20000229T000000Z");
    }

    #[test]
    fn the_calendar_file_says_when_and_nothing_else() {
        let start = Timestamp(1_795_447_800_000);
        let text = file(start, None, Timestamp(1_795_440_000_000), "Appointment");
        assert!(
            text.contains(
                "\r\nDTSTART:20261123T153000Z\r\nDTEND:20261123T160000Z\r\nSUMMARY:Appointment\r\n"
            )
        );
        assert!(!text.contains("LOCATION") && !text.contains("DESCRIPTION"));
    }

    #[test]
    fn a_place_cannot_change_the_address_it_is_put_into() {
        let href = directions(&["12 Oak St & Co".into(), "Bogotá".into()]);
        assert!(href.ends_with("destination=12%20Oak%20St%20%26%20Co%2C%20Bogot%C3%A1"));
    }
}
