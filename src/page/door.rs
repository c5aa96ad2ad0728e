//! The birth date: the painted form, taken over.

use super::{aside, waiting};
use crate::{
    app::{self, look, peek, send},
    browser::{dom, intl},
    flow::{
        Event, Journey, Screen,
        birth_date::{DateProblem, TypedDate},
        door::{Asked, Attempt, Door, DoorEvent, Opening, Problem},
        retry::Call,
    },
    i18n::words,
    ui::{
        button::{Weight, button},
        date_of_birth::{self, DAY, MONTH, YEAR},
        error_summary::{self, Line, error_summary},
        notice::{Tone, notice, paragraph},
        tag::{all, live},
    },
};
use leptos::prelude::*;
use postern_protocol::factor::BirthDate;

const FORM: &str = "door-form";
const CONTINUE: &str = "door-continue";
const STATUS: &str = "door-waiting";

fn at_door<T>(journey: &Journey, read: impl FnOnce(&Door) -> T) -> Option<T> {
    match journey {
        Journey::Door(door) => Some(read(door)),
        _ => None,
    }
}

/// Takes the painted form over. What was typed stays; a press from before the app was there goes on now.
pub fn adopt(screen: Memo<Screen>) {
    dom::mark_page("ready");
    dom::listen(FORM, "submit", go_on);
    let problem = problem();
    Effect::new(move |_| problem.with(|problem| date_of_birth::mark(field_error(problem.as_ref()))));
    Effect::new(|_| {
        let said = look(|journey| at_door(journey, said));
        dom::set_text(STATUS, said.flatten().unwrap_or_default());
        dom::attribute(CONTINUE, "aria-disabled", said.flatten().is_some().then_some("true"));
    });
    Effect::new(move |before: Option<Screen>| {
        let screen = screen.get();
        dom::show("door", screen == Screen::Door);
        dom::show("really", matches!(screen, Screen::Door | Screen::NoLink | Screen::Ended));
        if peek(|journey| journey.visit().is_some()) {
            date_of_birth::clear();
        }
        if screen == Screen::Door && before.is_some_and(|before| before != screen) {
            came_back();
        }
        screen
    });
    if dom::was_pressed(FORM) {
        go_on();
    }
}

fn came_back() {
    let asked_again = peek(|journey| at_door(journey, |door| door.why != Asked::Arrived)).unwrap_or_default();
    let heading = if asked_again { words::door_heading_again() } else { words::door_heading() };
    dom::set_text("door-heading", heading);
    dom::show("door-lead", !asked_again);
    dom::set_title(&words::frame_title(&app::clinic().name, heading));
    dom::scroll_to_top();
    dom::focus("door-heading");
}

fn go_on() {
    let [day, month, year] = date_of_birth::typed();
    send(Event::Door(DoorEvent::Continue(TypedDate { day, month, year })));
    // The same problem again draws nothing anew, so the focus is moved here.
    if peek(|journey| at_door(journey, |door| door.problem.is_some())) == Some(true) {
        dom::focus(error_summary::ID);
    }
}

fn said(door: &Door) -> Option<&'static str> {
    match &door.attempt {
        Attempt::Typing => None,
        Attempt::Waiting { .. } => Some(words::door_looking_up()),
        Attempt::Starting(_) => Some(words::door_checking()),
        Attempt::Finishing(_) => Some(words::door_opening()),
    }
}

fn call(door: &Door) -> Option<Call> {
    match (&door.attempt, &door.opening) {
        (Attempt::Starting(starting), _) => Some(starting.call),
        (Attempt::Finishing(finishing), _) => Some(finishing.call),
        (_, Opening::Asking(call)) => Some(*call),
        (_, Opening::Open(_)) => None,
    }
}

fn problem() -> Memo<Option<Problem>> {
    Memo::new(|_| look(|journey| at_door(journey, |door| door.problem.clone()).flatten()))
}

/// What stands above the form: why it is asked again, what is wrong, no connection.
pub fn notices() -> AnyView {
    let asked = Memo::new(|_| look(|journey| at_door(journey, |door| door.why)));
    let problem = problem();
    let waits = Memo::new(|_| look(|journey| at_door(journey, call).flatten()));
    all(vec![
        live(move || asked.get().and_then(covered)),
        live(move || problem.get().map(summary)),
        live(move || {
            waits.get().and_then(|call| waiting::waiting(call, || send(Event::Door(DoorEvent::Retry))))
        }),
    ])
}

fn covered(asked: Asked) -> Option<AnyView> {
    let (why, typed) = match asked {
        Asked::Arrived => return None,
        Asked::Idle { typed } => (words::door_idle(), typed),
        Asked::SessionEnded { typed } => (words::door_session_ended(), typed),
    };
    let mut parts = vec![paragraph(why)];
    if typed {
        parts.push(paragraph(words::door_typed_kept()));
    }
    Some(notice(Tone::Calm, words::door_covered(), parts))
}

fn summary(problem: Problem) -> AnyView {
    match problem {
        Problem::Date(problem) => {
            let lines =
                date_lines(&problem).into_iter().map(|(words, field)| Line { words, field }).collect();
            error_summary(words::problem_heading(), lines, Some(words::door_no_try_used().into()))
        }
        Problem::Wrong { date, tries_left } => {
            let line = Line { words: words::door_wrong(&in_words(date)), field: MONTH };
            error_summary(words::door_wrong_heading(), vec![line], Some(words::door_tries_left(tries_left)))
        }
        Problem::Refused(_) => {
            error_summary(words::refused_heading(), Vec::new(), Some(words::refused_body().into()))
        }
    }
}

fn in_words(date: BirthDate) -> String {
    intl::calendar_date(date.year(), date.month(), date.day())
}

fn date_lines(problem: &DateProblem) -> Vec<(String, &'static str)> {
    match *problem {
        DateProblem::Missing { day: true, month: true, year: true } => {
            vec![(words::door_missing_all().into(), MONTH)]
        }
        DateProblem::Missing { day, month, year } => [
            (month, words::door_missing_month(), MONTH),
            (day, words::door_missing_day(), DAY),
            (year, words::door_missing_year(), YEAR),
        ]
        .into_iter()
        .filter(|(missing, _, _)| *missing)
        .map(|(_, words, field)| (words.into(), field))
        .collect(),
        DateProblem::Day => vec![(words::door_day().into(), DAY)],
        DateProblem::Month => vec![(words::door_month().into(), MONTH)],
        DateProblem::Year => vec![(words::door_year().into(), YEAR)],
        DateProblem::TwoDigitYear { typed } => {
            let typed = if typed < 10 { ["0", &typed.to_string()].concat() } else { typed.to_string() };
            vec![(words::door_two_digit_year(&typed), YEAR)]
        }
        DateProblem::NoSuchDay { year, month, day } => {
            vec![(words::door_no_such_day(&day.to_string(), &intl::month_of_year(year, month)), DAY)]
        }
        DateProblem::NotABirthDate { date: (year, month, day) } => {
            vec![(words::door_not_a_birth_date(&intl::calendar_date(year, month, day)), YEAR)]
        }
    }
}

fn field_error(problem: Option<&Problem>) -> Option<(String, Vec<&'static str>)> {
    match problem? {
        Problem::Date(problem) => {
            let lines = date_lines(problem);
            let fields = match problem {
                DateProblem::Missing { day: true, month: true, year: true } => vec![DAY, MONTH, YEAR],
                _ => lines.iter().map(|(_, field)| *field).collect(),
            };
            let sentences: Vec<String> = lines.into_iter().map(|(words, _)| words).collect();
            Some((sentences.join(". "), fields))
        }
        Problem::Wrong { date, .. } => Some((words::door_wrong(&in_words(*date)), vec![DAY, MONTH, YEAR])),
        Problem::Refused(_) => None,
    }
}

/// What stands below the form: the ways for whom it is not meant.
pub fn beside() -> AnyView {
    let offered = Memo::new(|_| look(|journey| at_door(journey, Door::offers_question).unwrap_or_default()));
    let question = live(move || {
        offered.get().then(|| {
            let open = button(Weight::Second, words::door_question_button(), || aside::open(aside::QUESTION));
            notice(Tone::Calm, words::door_question_heading(), vec![paragraph(words::door_question()), open])
        })
    });
    all(vec![question, aside::doors()])
}
