//! Something to do on a page elsewhere: one link, drawn as a button that names the host.

use super::call;
use crate::{
    app::{look, send},
    browser::intl,
    flow::{
        Event,
        action::Offer,
        visit::{Visit, VisitEvent},
    },
    i18n::words,
    ui::{
        button::Weight,
        notice::{Tone, notice, paragraph, quiet},
        rich_text::out,
        tag::{all, live, tag},
    },
};
use leptos::prelude::*;
use postern_fhir::task::ActionKind;

/// Its card on the message.
pub fn card(visit: &Visit, item: usize) -> AnyView {
    let Some(offer) = visit.action(item).and_then(|one| Offer::read(&one.json)) else {
        return all(vec![paragraph(words::message_not_shown()), call(Weight::Second)]);
    };
    let named = match offer.task.kind {
        ActionKind::Pay => words::action_pay(&offer.host),
        ActionKind::JoinVisit => words::action_join_visit(&offer.host),
    };
    // The browser goes there by itself; telling the clinic holds nothing up.
    let link = out(tag("a").class("button"), true)
        .set("href", offer.task.address)
        .text(named)
        .on("click", move |_| send(Event::Visit(VisitEvent::Opens { item })));
    let parts = vec![live(move || opened(item)), link.view(), quiet(words::action_leaves(&offer.host))];
    tag("div").class("flow").child(parts).view()
}

/// That it was opened, once we have it.
fn opened(item: usize) -> Option<AnyView> {
    look(|journey| {
        let answered = journey.visit()?.answer_to(item)?;
        let when = paragraph(words::action_opened(&intl::moment(answered.received_at.0, "")));
        Some(notice(Tone::Good, words::action_opened_heading(), vec![when, paragraph(words::action_told())]))
    })
}
