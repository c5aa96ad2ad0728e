//! No link, or one that was cut off: how to get to the message all the same.

use super::{call, page};
use crate::{
    app::{look, peek, send},
    browser::dom,
    flow::{
        Event, Journey,
        arrival::{Arrival, ArrivalEvent, NoLink, PasteProblem},
    },
    i18n::words,
    ui::{
        button::{Weight, form, send_button},
        error_summary::{self, Line, error_summary},
        field::{Field, Keys, field},
        heading::card,
        notice::paragraph,
        tag::{all, live},
    },
};
use leptos::prelude::*;

const PASTED: &str = "pasted";

fn at_arrival<T>(journey: &Journey, read: impl FnOnce(&Arrival) -> T) -> Option<T> {
    match journey {
        Journey::Arrival(arrival) => Some(read(arrival)),
        _ => None,
    }
}

fn said(problem: PasteProblem) -> String {
    match problem {
        PasteProblem::Empty => words::arrival_empty(),
        PasteProblem::NoLinkInIt => words::arrival_no_link(),
    }
    .into()
}

/// Draws the page.
pub fn arrival() -> AnyView {
    let problem = Memo::new(|_| look(|journey| at_arrival(journey, |arrival| arrival.problem).flatten()));
    let pasted = StoredValue::new(String::new());
    let paste = move || {
        send(Event::Arrival(ArrivalEvent::Paste { text: pasted.get_value() }));
        if problem.get_untracked().is_some() {
            dom::focus(error_summary::ID);
        }
    };
    let summary = live(move || {
        problem.get().map(|problem| {
            let line = Line { words: said(problem), field: PASTED };
            error_summary(words::problem_heading(), vec![line], None)
        })
    });
    let question = Field {
        id: PASTED,
        label: words::arrival_label().into(),
        hint: Some(words::arrival_hint()),
        value: String::new(),
        autocomplete: "off",
        keys: Keys::Lines,
    };
    let mut parts = vec![
        form(
            paste,
            vec![
                field(question, move || problem.get().map(said), move |text| pasted.set_value(text)),
                send_button(Weight::First, words::arrival_button()),
            ],
        ),
        call(Weight::Second),
    ];
    let why = peek(|journey| at_arrival(journey, |arrival| arrival.why)).unwrap_or(NoLink::Bare);
    // At the bare address the shell has said already whose it is and what to do.
    let card = if dom::has("bare") {
        card(parts)
    } else {
        let (heading, body) = match why {
            NoLink::Bare => (words::arrival_bare_heading(), words::arrival_bare()),
            NoLink::CutOff => (words::arrival_cut_heading(), words::arrival_cut()),
        };
        parts.insert(0, paragraph(body));
        page(heading, parts)
    };
    all(vec![summary, card])
}
