//! What every answer page shares: the draft, what is wrong with it, answering for someone else.

use super::{consent, preferences, reply, whose};
use crate::{
    app::{look, peek, send},
    browser::{dom, intl},
    flow::{
        Event,
        answer::{Answered, Choice, Draft, DraftProblem, Field as At, Said, TimeOfDay, Weekday},
        visit::{Step, VisitEvent},
    },
    i18n::words,
    ui::{
        choice::check_box,
        error_summary::{self, Line, error_summary},
        field::{Field, Keys, field},
        heading::{self, flow},
        notice::paragraph,
        tag::{live, tag},
    },
};
use leptos::prelude::*;

/// The note's field.
pub const NOTE: &str = "note";
/// The days' group.
pub const DAYS: &str = "days";
const HELPER_NAME: &str = "helper-name";
const HELPER_RELATIONSHIP: &str = "helper-relationship";

/// What has been typed so far.
pub fn draft() -> Draft {
    peek(|journey| journey.visit().map(|visit| visit.draft.clone())).unwrap_or_default()
}

/// Keeps a change of the draft; nothing is drawn anew by it.
pub fn typed(change: impl FnOnce(&mut Draft)) {
    let mut draft = draft();
    change(&mut draft);
    send(Event::Visit(VisitEvent::Typed(draft)));
}

/// Sends, and moves the focus to what is wrong if it did not go.
pub fn try_to(event: VisitEvent) {
    send(Event::Visit(event));
    if peek(|journey| journey.visit().and_then(|visit| visit.step.problem())).is_some() {
        dom::focus(error_summary::ID);
    }
}

fn problem() -> Memo<Option<DraftProblem>> {
    Memo::new(|_| look(|journey| journey.visit().and_then(|visit| visit.step.problem())))
}

impl Step {
    /// Why the page's button did not go on.
    fn problem(&self) -> Option<DraftProblem> {
        match self {
            Self::Reading { problem }
            | Self::Cancelling { problem, .. }
            | Self::OtherTime { problem, .. }
            | Self::Consent { problem, .. }
            | Self::Preferences { problem }
            | Self::Writing { problem, .. } => *problem,
            _ => None,
        }
    }
}

fn said(problem: DraftProblem) -> (&'static str, &'static str) {
    match problem {
        DraftProblem::NothingSaid => (words::other_nothing(), DAYS),
        DraftProblem::NoWords => (words::reply_empty(), reply::REPLY),
        DraftProblem::TooLong(At::Reply) => (words::reply_too_long(), reply::REPLY),
        DraftProblem::NoHelperName => (words::helper_no_name(), HELPER_NAME),
        DraftProblem::NoHelperRelationship => (words::helper_no_relationship(), HELPER_RELATIONSHIP),
        DraftProblem::NothingTicked => (words::consent_nothing_ticked(), consent::BOXES),
        DraftProblem::NotSigned => (words::consent_not_signed(), consent::SIGNATURE),
        DraftProblem::NotComplete => (words::consent_not_complete(), heading::ID),
        DraftProblem::NoTexts => (words::texts_nothing_ticked(), preferences::TEXTS),
        DraftProblem::NoPause => (words::texts_no_pause(), preferences::PAUSE),
        DraftProblem::NoLanguage => (words::texts_no_language(), preferences::LANGUAGE),
        DraftProblem::NoContact => (words::texts_no_contact(), preferences::NUMBER),
        DraftProblem::NotANumber => (words::texts_not_a_number(), preferences::NUMBER),
        DraftProblem::NotAnAddress => (words::texts_not_an_address(), preferences::EMAIL),
        DraftProblem::TooLong(At::Language) => (words::helper_too_long(), preferences::LANGUAGE),
        DraftProblem::TooLong(At::Signature) => (words::helper_too_long(), consent::SIGNATURE),
        DraftProblem::TooLong(At::HelperName) => (words::helper_too_long(), HELPER_NAME),
        DraftProblem::TooLong(At::HelperRelationship) => (words::helper_too_long(), HELPER_RELATIONSHIP),
        DraftProblem::TooLong(_) => (words::note_too_long(), NOTE),
    }
}

/// The line of one field.
pub fn error_of(field: &'static str) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
    let problem = problem();
    move || problem.get().map(said).and_then(|(words, at)| (at == field).then(|| words.into()))
}

/// The error summary of an answer page.
pub fn summary() -> AnyView {
    let problem = problem();
    live(move || {
        problem.get().map(|problem| {
            let (words, field) = said(problem);
            error_summary(words::problem_heading(), vec![Line { words: words.into(), field }], None)
        })
    })
}

/// The field for a note.
pub fn note(label: &str, hint: Option<&'static str>) -> AnyView {
    let note = Field {
        id: NOTE,
        label: label.into(),
        hint,
        value: draft().note,
        autocomplete: "off",
        keys: Keys::Lines,
    };
    field(note, error_of(NOTE), |text| typed(|draft| draft.note = text))
}

/// Who answers: the helper that the link was made for, else "I am answering for someone else" with name and relationship.
pub fn helper() -> AnyView {
    if peek(|journey| journey.visit().is_some_and(|visit| visit.helper().is_some())) {
        return whose::who_answers();
    }
    let draft = draft();
    let open = RwSignal::new(draft.for_other);
    let tick = check_box("for-other".into(), words::helper_open(), draft.for_other, move |ticked| {
        open.set(ticked);
        typed(|draft| draft.for_other = ticked);
    });
    let fields = live(move || {
        open.get().then(|| {
            let draft = self::draft();
            let name = Field {
                id: HELPER_NAME,
                label: words::helper_name().into(),
                hint: None,
                value: draft.helper_name,
                autocomplete: "name",
                keys: Keys::Letters,
            };
            let relationship = Field {
                id: HELPER_RELATIONSHIP,
                label: words::helper_relationship().into(),
                hint: Some(words::helper_relationship_hint()),
                value: draft.helper_relationship,
                autocomplete: "off",
                keys: Keys::Letters,
            };
            let name = field(name, error_of(HELPER_NAME), |text| typed(|draft| draft.helper_name = text));
            let relationship = field(relationship, error_of(HELPER_RELATIONSHIP), |text| {
                typed(|draft| draft.helper_relationship = text);
            });
            tag("div").class("inset flow").child(name).child(relationship)
        })
    });
    flow(vec![tick, fields])
}

/// An answer in the words of its button.
pub fn choice_in_words(choice: Choice) -> &'static str {
    match choice {
        Choice::Confirm => words::visit_confirm(),
        Choice::Cancel => words::visit_cancel(),
        Choice::OtherTime => words::visit_other_time(),
    }
}

/// What was answered, in words.
pub fn in_words(said: &Said) -> &'static str {
    match said {
        Said::Visit { choice, .. } => choice_in_words(*choice),
        Said::Consent(chosen) => consent::in_words(chosen.status),
        Said::Opened => words::action_opened_heading(),
        // Its words stand there by themselves.
        Said::Reply(_) => "",
        Said::Wish(wish) => preferences::in_words(wish),
    }
}

/// Who answered for the patient, if someone did.
pub fn helper_in_words(answered: &Answered) -> String {
    answered
        .helper
        .as_ref()
        .map_or_else(String::new, |(name, relationship)| words::receipt_helper_name(name, relationship))
}

/// That the phone's clock and ours were far apart, if they were: the clinic sees the same.
pub fn times_differ(answered: &Answered, zone: &str) -> Option<AnyView> {
    answered.noted_at.map(|noted| paragraph(words::receipt_times_differ(&intl::moment(noted.0, zone))))
}

/// The name of a day.
pub fn weekday(day: Weekday) -> String {
    intl::weekday(day as u8)
}

/// The name of a time of day.
pub fn time_of_day(time: TimeOfDay) -> &'static str {
    match time {
        TimeOfDay::Morning => words::other_morning(),
        TimeOfDay::Afternoon => words::other_afternoon(),
        TimeOfDay::Evening => words::other_evening(),
    }
}
