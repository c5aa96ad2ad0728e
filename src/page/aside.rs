//! What needs no proof: stopping texts, "this is not for me", "my date of birth is right".

use super::{call, page, waiting};
use crate::{
    app::{self, look, peek, send},
    browser::dom,
    flow::{
        Event, Journey,
        aside::{Aside, AsideDoor, AsideEvent, AsideKind, AsideStep},
    },
    i18n::words,
    ui::{
        button::{Weight, button, form, send_button},
        disclosure::disclosure,
        error_summary::{self, Line, error_summary},
        field::{Field, Keys, field},
        notice::{paragraph, quiet, status},
        tag::{all, live, nothing, tag},
    },
};
use leptos::prelude::*;

/// "My date of birth is right".
pub const QUESTION: AsideDoor = AsideDoor::BirthDateQuestion;

const TYPED: &str = "typed";

/// Opens one; nothing is sent by it.
pub fn open(door: AsideDoor) {
    send(Event::Aside(AsideEvent::Open(door)));
}

/// The two ways that stand on every page with a link.
pub fn doors() -> AnyView {
    let wrong = button(Weight::Text, words::door_wrong_person(), || open(AsideDoor::WrongPerson));
    let stop = button(Weight::Text, words::door_opt_out(), || open(AsideDoor::OptOut));
    let ways = [wrong, stop].map(|way| tag("div").child(way).view());
    disclosure(words::door_aside_heading(), ways.into())
}

/// How far it is, as the page draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asking,
    Sent,
    Refused,
}

fn at_aside<T>(journey: &Journey, read: impl FnOnce(&Aside) -> T) -> Option<T> {
    match journey {
        Journey::Aside(aside) => Some(read(aside)),
        _ => None,
    }
}

fn stage(aside: &Aside) -> Stage {
    match aside.step {
        AsideStep::Asking { .. } | AsideStep::Sending { .. } => Stage::Asking,
        AsideStep::Sent => Stage::Sent,
        AsideStep::Refused(_) => Stage::Refused,
    }
}

/// Draws the page of the aside that is open.
pub fn aside() -> AnyView {
    let Some(kind) = peek(|journey| at_aside(journey, |aside| aside.kind)) else { return nothing() };
    let stage = Memo::new(|_| look(|journey| at_aside(journey, stage)).unwrap_or(Stage::Refused));
    live(move || match stage.get() {
        Stage::Asking => asking(kind),
        Stage::Sent => sent(kind),
        Stage::Refused => page(
            words::refused_heading(),
            vec![paragraph(words::refused_body()), call(Weight::First), back()],
        ),
    })
}

fn back() -> AnyView {
    button(Weight::Second, words::frame_back(), || send(Event::Aside(AsideEvent::Back)))
}

/// What one of the three says and asks for.
struct Wording {
    heading: String,
    paragraphs: Vec<&'static str>,
    label: &'static str,
    digits: Option<String>,
    mistyped: String,
    button: &'static str,
}

fn wording(kind: AsideKind) -> Wording {
    let copied = |heading: &str, body, [tens, ones]: [u8; 2]| {
        let digits = [tens.to_string(), ones.to_string()].concat();
        Wording {
            heading: heading.into(),
            paragraphs: vec![body],
            label: words::digits_label(),
            mistyped: words::digits_mistyped(&digits),
            digits: Some(digits),
            button: words::wrong_person_button(),
        }
    };
    match kind {
        AsideKind::OptOut => Wording {
            heading: words::opt_out_heading(&app::clinic().name),
            paragraphs: vec![words::opt_out_body(), words::opt_out_undo()],
            label: words::opt_out_label(),
            digits: None,
            mistyped: words::opt_out_mistyped().into(),
            button: words::opt_out_button(),
        },
        AsideKind::WrongPerson { digits } => {
            copied(words::wrong_person_heading(), words::wrong_person_body(), digits)
        }
        AsideKind::BirthDateQuestion { digits } => {
            copied(words::question_heading(), words::question_body(), digits)
        }
    }
}

fn asking(kind: AsideKind) -> AnyView {
    let Wording { heading, paragraphs, label, digits, mistyped, button: name } = wording(kind);
    let wrong = Memo::new(|_| {
        look(|journey| at_aside(journey, |aside| aside.step == AsideStep::Asking { mistyped: true }))
            .unwrap_or_default()
    });
    let on_its_way = Memo::new(|_| {
        look(|journey| {
            at_aside(journey, |aside| match aside.step {
                AsideStep::Sending { call, .. } => Some(call),
                _ => None,
            })
            .flatten()
        })
    });
    let typed = StoredValue::new(String::new());
    let submit = move || {
        send(Event::Aside(AsideEvent::Submit { typed: typed.get_value(), word: words::opt_out_word() }));
        if wrong.get_untracked() {
            dom::focus(error_summary::ID);
        }
    };
    let mistyped = StoredValue::new(mistyped);
    let summary = live(move || {
        wrong.get().then(|| {
            let line = Line { words: mistyped.get_value(), field: TYPED };
            error_summary(words::problem_heading(), vec![line], None)
        })
    });
    let question = Field {
        id: TYPED,
        label: label.into(),
        hint: digits.is_some().then(words::digits_hint),
        value: String::new(),
        autocomplete: "off",
        keys: if digits.is_some() { Keys::Digits } else { Keys::Letters },
    };
    let shown = digits.map(|digits| {
        let digits = tag("strong").class("digits").text(digits);
        tag("p").text(words::digits_show()).text(" ").child(digits).view()
    });
    let error = move || wrong.get().then(|| mistyped.get_value());
    let mut parts: Vec<AnyView> = paragraphs.into_iter().map(paragraph).collect();
    let mut asked: Vec<AnyView> = shown.into_iter().collect();
    asked.extend([
        field(question, error, move |text| typed.set_value(text)),
        send_button(Weight::First, name),
        status(move || on_its_way.get().map(|_| words::aside_sending())),
    ]);
    parts.push(form(submit, asked));
    parts.push(live(move || on_its_way.get().is_none().then(back)));
    let waits = live(move || {
        on_its_way.get().and_then(|call| waiting::waiting(call, || send(Event::Aside(AsideEvent::Retry))))
    });
    all(vec![summary, waits, page(heading, parts)])
}

fn sent(kind: AsideKind) -> AnyView {
    let (heading, mut parts) = match kind {
        AsideKind::OptOut => (
            words::opt_out_sent_heading(),
            vec![paragraph(words::opt_out_sent()), quiet(words::opt_out_undo())],
        ),
        AsideKind::WrongPerson { .. } => (words::ended_told_heading(), vec![paragraph(words::ended_told())]),
        AsideKind::BirthDateQuestion { .. } => {
            (words::question_sent_heading(), vec![paragraph(words::question_sent()), call(Weight::First)])
        }
    };
    parts.push(back());
    page(heading, parts)
}
