//! A visit for the phone's calendar, under a title that says nothing, and the way there.

use crate::{
    app::clinic,
    browser::{clock, save},
    flow::{calendar, content::Appointment},
    i18n::words,
    ui::{
        button::{Weight, button},
        disclosure::disclosure,
        notice::quiet,
        tag::{all, tag},
    },
};
use leptos::prelude::*;

const NAME: &str = "appointment.ics";
const KIND: &str = "text/calendar;charset=utf-8";
/// How long a visit is taken to be that does not say: half an hour, in seconds.
const USUAL: i64 = 1800;

/// A button for the calendar file, and its text for phones that cannot take one.
pub fn offer(visit: &Appointment) -> AnyView {
    let title = words::visit_calendar_title();
    let end = visit.end.unwrap_or_else(|| visit.start.plus_seconds(USUAL));
    let text = calendar::Event { title, start: visit.start, end, made: clock::now() }.file();
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
    all(vec![save, disclosure(words::visit_calendar_copy(), vec![quiet(words::visit_calendar_hint()), copy])])
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
    fn a_place_cannot_change_the_address_it_is_put_into() {
        let href = directions(&["12 Oak St & Co".into(), "Bogotá".into()]);
        assert!(href.ends_with("destination=12%20Oak%20St%20%26%20Co%2C%20Bogot%C3%A1"));
    }
}
