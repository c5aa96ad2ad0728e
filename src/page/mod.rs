//! One file a page: a thin view over a flow.

pub mod action;
pub mod answer;
pub mod appointment;
pub mod arrival;
pub mod aside;
pub mod calendar;
pub mod cancel;
pub mod consent;
pub mod door;
pub mod ended;
pub mod exit;
pub mod idle;
pub mod letter;
pub mod message;
pub mod not_taken;
pub mod other_time;
pub mod preferences;
pub mod receipt;
pub mod reply;
pub mod sending;
pub mod thread;
pub mod visit;
pub mod waiting;
pub mod whose;

use crate::{
    app::{self, clinic, look},
    browser::dom,
    flow::{Journey, Screen, visit::Step},
    i18n::words,
    ui::{
        button::{Weight, call_button},
        heading::{card, heading},
        tag::{all, live, nothing, tag},
    },
};
use leptos::prelude::*;

/// The page of this screen.
pub fn of(screen: Screen) -> AnyView {
    match screen {
        Screen::Door => door::beside(),
        Screen::Message | Screen::MessageAbout(_) => message::message(),
        Screen::Gone => nothing(),
        other => app::later().map_or_else(nothing, |later| (later.page)(other)),
    }
}

/// The pages that nobody sees on the way to the first text.
pub fn later(screen: Screen) -> AnyView {
    let page = match screen {
        Screen::NoLink => arrival::arrival(),
        Screen::Ended => ended::ended(),
        Screen::CancelCheck => cancel::cancel(),
        Screen::OtherTime => other_time::other_time(),
        Screen::Consent => consent::consent(),
        Screen::Preferences => preferences::preferences(),
        Screen::Reply => reply::reply(),
        Screen::Sending => sending::sending(),
        Screen::Receipt => receipt::receipt(),
        Screen::NotTaken => not_taken::not_taken(),
        Screen::OptOut | Screen::WrongPerson | Screen::BirthDateQuestion => aside::aside(),
        Screen::Whose => whose::whose(),
        Screen::Door | Screen::Message | Screen::MessageAbout(_) | Screen::Gone => nothing(),
    };
    all(vec![thread::news(), page])
}

/// What lies over every page of an open message.
pub fn over() -> AnyView {
    all(vec![exit::exit(), idle::idle()])
}

/// What stands under every page of an open message: the way to the texts once the second file is here, and at once, also while that is
/// late, what takes no proof.
pub fn under() -> AnyView {
    let shown = Memo::new(|_| {
        look(|journey| match journey {
            Journey::Visit(visit) => !matches!(visit.step, Step::Sending(_)),
            _ => false,
        })
    });
    live(move || {
        shown.get().then(|| {
            let way = live(|| app::later().map(|later| (later.way)()));
            tag("div").class("under").child(way).child(aside::doors())
        })
    })
}

/// Stands where the second file will draw something, in the shell's words, for whom it takes long.
pub fn still_loading() -> AnyView {
    tag("p").class("late").set("role", "status").text(dom::text("later")).view()
}

/// A page of one card: its heading, then its parts.
pub fn page(title: impl Into<String>, parts: Vec<AnyView>) -> AnyView {
    let title = title.into();
    app::starts(&title);
    let mut all = vec![heading(title)];
    all.extend(parts);
    card(all)
}

/// The clinic's number, as a button that dials.
pub fn call(weight: Weight) -> AnyView {
    call_button(weight, words::frame_call(&clinic().phone), clinic().phone_href.clone())
}
