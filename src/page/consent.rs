//! A consent: its page, drawn from the list that came with it and from nothing else, and its card on the message.

use super::{answer, call, page, whose};
use crate::{
    app::{self, peek, send},
    browser::intl,
    flow::{
        Event,
        aside::{AsideDoor, AsideEvent},
        consent::{Chosen, Offer, Which},
        visit::{Step, Visit, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button, buttons},
        choice::check_box,
        facts::{Fact, facts},
        field::{Field, Keys, error_line, field},
        heading::{card as drawn, heading, second_heading},
        notice::{Tone, notice, paragraph, quiet, unbroken},
        rich_text::out,
        tag::{all, nothing, tag},
    },
};
use leptos::prelude::*;
use postern_fhir::consent::{ConsentStatus, Element};
use postern_protocol::page::{Act, Part};
use std::vec::IntoIter;

/// The boxes' group.
pub const BOXES: &str = "boxes";
/// The typed name's field.
pub const SIGNATURE: &str = "signature";

/// Draws the page.
pub fn consent() -> AnyView {
    let found = peek(|journey| match journey.visit().map(|visit| (visit, &visit.step)) {
        Some((visit, Step::Consent { item, which, .. })) => {
            Some((visit.consent(*item).and_then(|one| Offer::read(&one.json)), *which))
        }
        _ => None,
    });
    match found {
        Some((Some(asked), which)) => {
            let list = asked.page(which);
            let number = asked.consent.elements.iter().find(|(element, _)| *element == Element::Number);
            let number = number.map(|(_, written)| written.clone()).unwrap_or_default();
            let parts = List { number, parts: list.parts.clone().into_iter().peekable(), titled: false };
            let parts =
                tag("div").class("flow").set("lang", list.language.clone()).child(parts.draw()).view();
            all(vec![answer::summary(), whose::about(), whose::who_answers(), drawn(vec![parts])])
        }
        Some((None, _)) => {
            let back = button(Weight::Second, words::receipt_back(), || {
                send(Event::Visit(VisitEvent::Act(Act::NotNow)))
            });
            page(
                words::message_heading(),
                vec![paragraph(words::message_not_shown()), call(Weight::First), back],
            )
        }
        None => nothing(),
    }
}

struct List {
    /// As it stands in the words.
    number: String,
    parts: std::iter::Peekable<IntoIter<Part>>,
    titled: bool,
}

impl List {
    fn draw(mut self) -> Vec<AnyView> {
        let mut views = Vec::new();
        while let Some(part) = self.parts.next() {
            match part {
                Part::Heading(words) if self.titled => views.push(second_heading(words)),
                Part::Heading(words) => {
                    self.titled = true;
                    app::starts(&words);
                    views.push(heading(words));
                }
                // What stands right before boxes is their question.
                Part::Paragraph(words) if matches!(self.parts.peek(), Some(Part::Box { .. })) => {
                    let boxes = self.boxes();
                    views.push(question(words, boxes));
                }
                Part::Paragraph(words) => views.push(unbroken(&words, &self.number)),
                Part::Text(words) => {
                    let paragraphs = words.split("\n\n").map(|words| unbroken(words, &self.number));
                    views.push(
                        tag("div").class("inset flow lines").child(paragraphs.collect::<Vec<_>>()).view(),
                    );
                }
                Part::Link { address, words, .. } => {
                    let link = tag("a").class("text-button").set("href", address);
                    views.push(tag("p").child(out(link, true).text(words)).view());
                }
                Part::Box { category, checked, words } => views.push(tick(category, checked, words)),
                Part::Field { words, hint, .. } => views.push(signature(words, hint)),
                Part::Button { act, words } => {
                    let mut row = vec![press(act, words)];
                    while let Some(Part::Button { act, words }) =
                        self.parts.next_if(|part| is_beside(act, part))
                    {
                        row.push(press(act, words));
                    }
                    views.push(tag("div").class("buttons equal").child(row).view());
                }
            }
        }
        views
    }

    fn boxes(&mut self) -> Vec<AnyView> {
        let mut boxes = Vec::new();
        while let Some(Part::Box { category, checked, words }) =
            self.parts.next_if(|part| matches!(part, Part::Box { .. }))
        {
            boxes.push(tick(category, checked, words));
        }
        boxes
    }
}

/// The two that choose stand beside each other; every other button has a line of its own.
fn is_beside(act: Act, next: &Part) -> bool {
    let pairs = [(Act::Agree, Act::Decline), (Act::TakeBack, Act::Keep)];
    matches!(next, Part::Button { act: other, .. } if pairs.contains(&(act, *other)))
}

fn question(words: String, boxes: Vec<AnyView>) -> AnyView {
    tag("fieldset")
        .class("field")
        .set("id", BOXES)
        .set("tabindex", "-1")
        .child(tag("legend").text(words))
        .child(error_line(BOXES, answer::error_of(BOXES)))
        .child(tag("div").class("choices list").child(boxes))
        .view()
}

fn tick(category: String, checked: bool, words: String) -> AnyView {
    let checked = checked || answer::draft().boxes.contains(&category);
    let id = ["box-", &category].concat();
    check_box(id, words, checked, move |ticked| {
        answer::typed(|draft| {
            draft.boxes.retain(|one| *one != category);
            if ticked {
                draft.boxes.push(category.clone());
            }
        });
    })
}

fn signature(words: String, hint: String) -> AnyView {
    let name = Field {
        id: SIGNATURE,
        label: words,
        hint: (!hint.is_empty()).then(|| &*hint.leak()),
        value: answer::draft().signature,
        autocomplete: "name",
        keys: Keys::Letters,
    };
    field(name, answer::error_of(SIGNATURE), |text| answer::typed(|draft| draft.signature = text))
}

fn press(act: Act, words: String) -> AnyView {
    let weight = match act {
        Act::NotNow | Act::Stop => Weight::Text,
        _ => Weight::Second,
    };
    button(weight, words, move || match act {
        Act::Stop => send(Event::Aside(AsideEvent::Open(AsideDoor::OptOut))),
        act => answer::try_to(VisitEvent::Act(act)),
    })
}

/// What was chosen, in words.
pub fn in_words(status: ConsentStatus) -> &'static str {
    match status {
        ConsentStatus::Active => words::consent_agreed(),
        ConsentStatus::Inactive => words::consent_taken_back(),
        _ => words::consent_declined(),
    }
}

/// What happens after it.
pub fn next(status: ConsentStatus) -> &'static str {
    match status {
        ConsentStatus::Active => words::consent_next_agreed(),
        ConsentStatus::Inactive => words::consent_next_taken_back(),
        _ => words::consent_next_declined(),
    }
}

/// What was agreed to and how it was signed.
pub fn rows(chosen: &Chosen) -> Vec<Fact> {
    vec![
        Fact { name: words::consent_for(), lines: chosen.boxes.clone(), first: false },
        Fact::of(words::consent_signed(), chosen.signature.clone()),
    ]
}

/// The way on from what was chosen.
pub fn change(item: usize, status: ConsentStatus) -> AnyView {
    let open = move |which| send(Event::Visit(VisitEvent::OpenConsent { item, which }));
    let (words, which) = match status {
        ConsentStatus::Active => (words::consent_take_back(), Which::TakeBack),
        _ => (words::consent_again(), Which::Ask),
    };
    button(Weight::Second, words, move || open(which))
}

/// Its card on the message.
pub fn card(visit: &Visit, item: usize) -> AnyView {
    let Some(asked) = visit.consent(item).and_then(|one| Offer::read(&one.json)) else {
        return all(vec![paragraph(words::message_not_shown()), call(Weight::Second)]);
    };
    let mut parts = vec![second_heading(asked.consent.title.clone())];
    match visit.answer_to(item) {
        Some(answered) => {
            let crate::flow::answer::Said::Consent(chosen) = &answered.said else { return nothing() };
            let mut said = vec![paragraph(words::visit_received(&intl::moment(answered.received_at.0, "")))];
            said.push(paragraph(words::visit_received_code(&answered.code)));
            if !chosen.boxes.is_empty() || !chosen.signature.is_empty() {
                said.push(facts(rows(chosen)));
            }
            said.extend(answer::times_differ(answered, ""));
            parts.push(notice(Tone::Good, in_words(chosen.status), said));
            parts.push(buttons(vec![change(item, chosen.status)]));
        }
        None => {
            parts.push(quiet(words::consent_waiting()));
            let open = move || send(Event::Visit(VisitEvent::OpenConsent { item, which: Which::Ask }));
            parts.push(button(Weight::Second, words::consent_open(), open));
        }
    }
    tag("div").class("flow").child(parts).view()
}
