//! Asking for another time: days, times of day, a note.

use super::{answer, appointment, page};
use crate::{
    app::{peek, send},
    flow::{
        Event,
        answer::{TimeOfDay, Weekday},
        visit::{Step, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button, buttons, form, send_button},
        choice::{check_box, group},
        notice::paragraph,
        tag::{all, nothing},
    },
};
use leptos::prelude::*;

fn set<T: PartialEq>(all: &mut Vec<T>, one: T, wanted: bool) {
    all.retain(|other| *other != one);
    if wanted {
        all.push(one);
    }
}

fn days() -> AnyView {
    let chosen = answer::draft().days;
    let boxes = Weekday::ALL.iter().map(|&day| {
        let id = ["day-", day.code()].concat();
        check_box(id, answer::weekday(day), chosen.contains(&day), move |ticked| {
            answer::typed(|draft| set(&mut draft.days, day, ticked));
        })
    });
    let boxes = boxes.collect();
    group(
        answer::DAYS,
        words::other_days(),
        Some(words::other_days_hint()),
        answer::error_of(answer::DAYS),
        boxes,
    )
}

fn times() -> AnyView {
    let chosen = answer::draft().times;
    let boxes = TimeOfDay::ALL.iter().map(|&time| {
        let id = ["time-", time.code()].concat();
        check_box(id, answer::time_of_day(time), chosen.contains(&time), move |ticked| {
            answer::typed(|draft| set(&mut draft.times, time, ticked));
        })
    });
    group("times", words::other_times(), None, || None, boxes.collect())
}

/// Draws the page.
pub fn other_time() -> AnyView {
    let item = peek(|journey| match journey.visit().map(|visit| &visit.step) {
        Some(Step::OtherTime { item, .. }) => Some(*item),
        _ => None,
    });
    let Some(item) = item else { return nothing() };
    let ways = buttons(vec![
        send_button(Weight::First, words::other_button()),
        button(Weight::Second, words::frame_back(), || send(Event::Visit(VisitEvent::Back))),
    ]);
    let parts = vec![
        paragraph(words::other_lead()),
        appointment::short_facts(item),
        form(
            || answer::try_to(VisitEvent::Send),
            vec![
                days(),
                times(),
                answer::note(words::other_note(), Some(words::other_note_hint())),
                answer::helper(),
                ways,
            ],
        ),
    ];
    all(vec![answer::summary(), page(words::other_heading(), parts)])
}
