//! Fills a form in, at random or so that it is whole.

use crate::{Library, dice::Dice};
use postern_fhir::questionnaire::{
    Answer, Attachment, Item, Kind, Problem, Quantity, Session, SlotId, check, entry, item::Choice,
};

/// Does something to the form: answers, takes back, adds or takes away a repeat.
pub fn act(session: &mut Session, dice: &mut Dice) {
    let slots = session.every_slot();
    let slot = slots[dice.below(slots.len())];
    let item = session.item(slot).clone();
    if item.kind == Kind::Group {
        let _ = match dice.below(3) {
            0 => session.remove_instance(slot, dice.below(3)),
            _ => session.add_instance(slot),
        };
    } else if item.kind.is_question() {
        let mut answers: Vec<Answer> = (0..dice.below(4)).filter_map(|_| any(&item, dice)).collect();
        if !item.repeats && dice.below(8) > 0 {
            answers.truncate(1);
        }
        let _ = session.set_answers(slot, answers);
    }
}

/// Some answer of the question's type, good or bad.
fn any(item: &Item, dice: &mut Dice) -> Option<Answer> {
    let candidates = candidates(item);
    (!candidates.is_empty()).then(|| dice.pick(&candidates).clone())
}

/// Answers what is needed and mends what is wrong, as far as that goes.
pub fn complete(session: &mut Session) {
    for _ in 0..200 {
        let problems = session.problems(&Library);
        let mut changed = false;
        for (slot, problem) in problems {
            changed |= mend(session, slot, &problem);
            if changed {
                break;
            }
        }
        if !changed {
            return;
        }
    }
}

fn mend(session: &mut Session, slot: SlotId, problem: &Problem) -> bool {
    if matches!(problem, Problem::Constraint(_)) {
        return session.set_answer(slot, None).is_ok();
    }
    let item = session.item(slot).clone();
    if item.kind.is_question() {
        let mut good: Vec<Answer> = Vec::new();
        for candidate in candidates(&item) {
            let alone = check::answers(&item, std::slice::from_ref(&candidate), &Library);
            let usable = alone.iter().all(|problem| matches!(problem, Problem::TooFew { .. }));
            if usable && !good.iter().any(|one| postern_fhir::questionnaire::compare::same(one, &candidate)) {
                good.push(candidate);
            }
        }
        let wanted = (item.limits.min_occurs as usize).max(1);
        good.truncate(wanted);
        return session.set_answers(slot, good).is_ok_and(|change| change != Default::default())
            || session.answers(slot).len() == wanted && session.check(slot, &Library).is_empty();
    }
    match problem {
        Problem::TooMany { .. } => session.remove_instance(slot, 0).is_ok(),
        _ => {
            let instances = session.instances(slot);
            let empty = (0..instances).find(|index| !session.is_filled(slot, *index));
            let instance = match empty {
                Some(instance) => instance,
                None if session.add_instance(slot).is_ok() => instances,
                None => return false,
            };
            let inner = session.children(slot, instance).to_vec();
            inner.into_iter().any(|inner| {
                session.is_enabled(inner)
                    && session.item(inner).kind != Kind::Display
                    && mend(session, inner, &Problem::Required)
            })
        }
    }
}

fn candidates(item: &Item) -> Vec<Answer> {
    let texts = ["alpha", "AB123", "Beta 2", "two\nlines", "\u{a0}x\u{1}", "a much longer text"];
    let mut all: Vec<Answer> = match item.kind {
        Kind::Boolean => [true, false].map(Answer::Boolean).into(),
        Kind::Integer => (-1..6).map(Answer::Integer).collect(),
        Kind::Decimal => [0.5, 1.0, 2.25, -3.0, 1e-7, 1e15].map(Answer::Decimal).into(),
        Kind::Date => {
            ["2024-05-17", "2025", "2023-12-31", "2024-02-30"].map(|date| Answer::Date(date.into())).into()
        }
        Kind::DateTime => ["2024-05-17T10:00:00Z", "2024-05-17T12:00:00+02:00", "2025", "10 o'clock"]
            .map(|moment| Answer::DateTime(moment.into()))
            .into(),
        Kind::Time => ["08:00:00", "12:30:00", "8:00"].map(|time| Answer::Time(time.into())).into(),
        Kind::Url => ["https://a.example", "urn:b", "a b"].map(|uri| Answer::Uri(uri.into())).into(),
        Kind::String | Kind::Text | Kind::OpenChoice => texts.map(|text| Answer::Text(text.into())).into(),
        Kind::Quantity => item
            .units
            .iter()
            .filter_map(|unit| entry::amount("1,5", Some(unit)).ok()?)
            .chain(quantities())
            .collect(),
        Kind::Attachment => attachments().collect(),
        Kind::Choice | Kind::Group | Kind::Display | Kind::Reference => Vec::new(),
    };
    let exclusive_last = |choice: &&Choice| choice.exclusive;
    all.splice(0..0, item.choices.iter().map(|choice| choice.answer.clone()));
    all.extend(item.choices.iter().filter(exclusive_last).map(|choice| choice.answer.clone()));
    all
}

fn quantities() -> impl Iterator<Item = Answer> {
    [(Some(70.0), "kg"), (Some(2.0), "lb"), (Some(1.5), "kg"), (None, "kg")].into_iter().map(
        |(value, unit)| {
            let unit = Some(String::from(unit));
            let system = Some("http://unitsofmeasure.org".into());
            Answer::Quantity(
                Quantity { value, unit: unit.clone(), code: unit, system, comparator: None }.into(),
            )
        },
    )
}

fn attachments() -> impl Iterator<Item = Answer> {
    [
        ("image/jpeg", 900, true),
        ("application/pdf", 900, true),
        ("image/png", 2000, true),
        ("image/png", 1, false),
    ]
    .into_iter()
    .map(|(kind, size, there)| {
        let url = there.then(|| "urn:uuid:0192f0c1-2f5e-7000-8000-000000000000".into());
        Answer::Attachment(
            Attachment { content_type: Some(kind.into()), size: Some(size), url, ..Attachment::default() }
                .into(),
        )
    })
}
