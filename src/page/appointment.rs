//! A visit on its card: when, with whom, where, and the answer to it.

use super::{answer, calendar, call};
use crate::{
    app::{look, peek},
    browser::{clock, intl},
    flow::{
        answer::Choice,
        content::Appointment,
        visit::VisitEvent,
    },
    i18n::words,
    ui::{
        button::{Weight, button},
        facts::{Fact, facts},
        heading::{card as drawn, second_heading},
        notice::{Tone, notice, paragraph, quiet},
        rich_text::rich_text,
    },
};
use leptos::prelude::*;

/// Day and time of a visit, a line each.
pub fn when(visit: &Appointment) -> Vec<String> {
    let zone = visit.zone.as_str();
    let start = intl::time_with_zone(visit.start.0, zone);
    let time = match visit.end {
        Some(end) => words::visit_time(&intl::time_with_zone(end.0, zone), &intl::time(visit.start.0, zone)),
        None => start,
    };
    vec![intl::long_date(visit.start.0, zone), time]
}

/// The facts that a page about this visit repeats.
pub fn short_facts(item: usize) -> AnyView {
    peek(|journey| {
        let visit = journey.visit()?.appointment(item)?;
        Some(facts(vec![
            Fact { name: words::visit_when(), lines: when(visit), first: true },
            Fact::of(words::visit_who(), visit.who.clone()),
        ]))
    })
    .into_any()
}

/// Draws the card.
pub fn card(visit: &Appointment) -> AnyView {
    let item = visit.item;
    let heading = if visit.what.is_empty() { words::visit_heading() } else { &visit.what };
    let prepare = (!visit.prepare.is_empty() || !visit.comment.is_empty()).then(|| {
        let words = [rich_text(&visit.prepare), rich_text(&visit.comment)];
        let heading = view! { <h3>{words::visit_prepare()}</h3> };
        view! { <div class="flow">{heading}{words.into_iter().collect::<Vec<_>>()}</div> }
    });
    let rows = vec![
        Fact { name: words::visit_when(), lines: when(visit), first: true },
        Fact::of(words::visit_who(), visit.who.clone()),
        Fact { name: words::visit_where(), lines: visit.place.clone(), first: false },
    ];
    let after = if visit.called_off {
        vec![notice(Tone::Danger, words::visit_called_off_heading(), vec![paragraph(words::visit_called_off()), call(Weight::Second)])]
    } else {
        vec![ways(visit), answering(item)]
    };
    drawn(vec![second_heading(heading), facts(rows), prepare.into_any(), after.into_any()])
}

fn ways(visit: &Appointment) -> AnyView {
    let directions = (!visit.place.is_empty()).then(|| {
        let href = calendar::directions(&visit.place);
        view! {
            <a class="text-button" href=href target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer">
                {words::visit_directions()}
            </a>
        }
    });
    view! { <div class="ways">{calendar::offer(visit)}{directions}</div> }.into_any()
}

/// What was answered, or the buttons that answer.
fn answering(item: usize) -> AnyView {
    let may = peek(|journey| journey.visit().is_some_and(|visit| visit.may_answer(item, clock::now())));
    let answered = look(|journey| {
        let visit = journey.visit()?;
        let answered = visit.answer_to(item)?;
        let zone = visit.appointment(item)?.zone.clone();
        let received = words::visit_received(&intl::moment(answered.received_at.0, &zone));
        let heading = words::visit_you_answered(answer::choice_in_words(answered.choice));
        Some((heading, received, words::visit_received_code(&answered.code)))
    });
    let changing = RwSignal::new(answered.is_none());
    let is_answered = answered.is_some();
    let before = answered.map(|(heading, received, code)| {
        notice(Tone::Good, heading, vec![paragraph(received), paragraph(code)])
    });
    let until = peek(|journey| {
        let visit = journey.visit()?.appointment(item)?;
        Some(intl::moment(visit.answers_end?.0, &visit.zone))
    });
    let until = until.unwrap_or_default();
    let rest = move || {
        if !may {
            let late = [paragraph(words::visit_too_late()), call(Weight::Second)];
            return view! { <div class="flow">{late.into_iter().collect::<Vec<_>>()}</div> }.into_any();
        }
        if changing.get() { question(item, &until, is_answered) } else { change(changing, &until) }
    };
    view! { <div class="answering flow">{before}{rest}</div> }.into_any()
}

fn change(changing: RwSignal<bool>, until: &str) -> AnyView {
    let open = button(Weight::Second, words::visit_change(), move || changing.set(true));
    view! { <div class="flow">{quiet(words::visit_change_by(until))}{open}</div> }.into_any()
}

fn question(item: usize, until: &str, is_answered: bool) -> AnyView {
    let choose = |weight, choice| {
        button(weight, answer::choice_in_words(choice), move || answer::try_to(VisitEvent::Choose { item, choice }))
    };
    let by = if is_answered { words::visit_change_by(until) } else { words::visit_answer_by(until) };
    view! {
        <h3>{words::visit_question()}</h3>
        {quiet(by)}
        {answer::helper()}
        <div class="buttons">
            {choose(Weight::First, Choice::Confirm)}
            {choose(Weight::Second, Choice::OtherTime)}
            {choose(Weight::Second, Choice::Cancel)}
        </div>
    }
    .into_any()
}

