//! Writing back: the office hours, until when an answer comes, that it is not for emergencies, and the text.

use super::{answer, page};
use crate::{
    app::{peek, send},
    browser::{clock, dom, intl},
    flow::{
        Event,
        reply::{Expected, expected},
        visit::{Visit, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button, buttons, form, send_button},
        facts::{Fact, facts},
        field::{Field, Keys, field},
        notice::{Tone, notice, paragraph},
        tag::{all, nothing},
    },
};
use leptos::prelude::*;
use postern_fhir::{
    code::Weekday,
    replies::{OpenHours, Replies},
};

/// The text's field.
pub const REPLY: &str = "reply";

/// What the newest message that may be written back to offers.
pub fn offer(visit: &Visit) -> Option<Replies> {
    Replies::read(visit.open_to_replies()?.replies.as_ref()?).ok()
}

/// Days of the week that follow each other as a range, `Monday to Friday`.
fn days(of: &[Weekday]) -> String {
    let name = |day: &Weekday| answer::weekday(*day);
    match of {
        [first, .., last] if of.len() > 2 && Weekday::ALL.windows(of.len()).any(|days| days == of) => {
            words::reply_days(&name(first), &name(last))
        }
        some => some.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

fn hours(open: &OpenHours) -> String {
    let time = |minutes: u32| unbroken(&intl::time(i64::from(minutes) * 60_000, "UTC"));
    words::reply_hours_of(&days(&open.days), &time(open.from), &time(open.until))
}

/// A time of day stays on one line.
fn unbroken(time: &str) -> String {
    time.replace(' ', "\u{a0}")
}

fn moment(at: postern_protocol::time::Timestamp, zone: &str) -> String {
    [intl::long_date(at.0, zone), ", ".into(), unbroken(&intl::time_with_zone(at.0, zone))].concat()
}

fn reckoned(offer: &Replies) -> Option<Expected> {
    expected(offer, clock::now(), |at| intl::wall(at, &offer.zone))
}

/// When the office is open, and until when an answer comes.
pub fn when(offer: &Replies) -> Vec<AnyView> {
    let lines = offer.open.iter().map(hours).collect();
    let reckoned = reckoned(offer);
    let opens = reckoned.and_then(|one| one.opens);
    let opens = opens.map(|opens| paragraph(words::reply_closed_now(&moment(opens, &offer.zone))));
    let mut parts = vec![facts(vec![Fact { name: words::reply_hours(), lines, first: false }])];
    parts.extend(opens);
    parts.push(paragraph(match reckoned {
        Some(Expected { by, .. }) => words::reply_expected(&moment(by, &offer.zone)),
        None => words::reply_expected_some_time().into(),
    }));
    parts
}

/// Until when what was written just now is answered.
pub fn by(offer: &Replies) -> String {
    match reckoned(offer) {
        Some(Expected { by, .. }) => words::reply_answer_by(&moment(by, &offer.zone)),
        None => words::reply_expected_some_time().into(),
    }
}

/// Draws the page.
pub fn reply() -> AnyView {
    let Some(offer) = peek(|journey| journey.visit().and_then(offer)) else { return nothing() };
    // The sentence of the page's frame, with the clinic's number for it.
    let (emergency, _) = dom::class_text_and_href("emergency");
    let text = Field {
        id: REPLY,
        label: words::reply_label().into(),
        hint: Some(words::reply_hint()),
        value: answer::draft().typed.reply,
        autocomplete: "off",
        keys: Keys::Lines,
    };
    let text = field(text, answer::error_of(REPLY), |words| answer::typed(|draft| draft.typed.reply = words));
    let ways = buttons(vec![
        send_button(Weight::First, words::reply_button()),
        button(Weight::Second, words::frame_back(), || send(Event::Visit(VisitEvent::Back))),
    ]);
    let mut parts = when(&offer);
    parts.push(notice(Tone::Danger, words::reply_not_urgent(), vec![paragraph(emergency)]));
    parts.push(form(|| answer::try_to(VisitEvent::Send), vec![text, answer::helper(), ways]));
    all(vec![answer::summary(), page(words::reply_heading(), parts)])
}
