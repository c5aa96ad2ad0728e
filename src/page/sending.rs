//! The answer is on its way.

use super::{page, waiting};
use crate::{
    app::{look, peek, send},
    flow::{
        Event,
        visit::{Step, VisitEvent},
    },
    i18n::words,
    ui::{
        notice::status,
        tag::{all, live},
    },
};
use leptos::prelude::*;
use postern_protocol::record::RecordKind;

/// Draws the page.
pub fn sending() -> AnyView {
    let call = Memo::new(|_| {
        look(|journey| match journey.visit().map(|visit| &visit.step) {
            Some(Step::Sending(sending)) => Some(sending.call),
            _ => None,
        })
    });
    let is_reply = peek(|journey| match journey.visit().map(|visit| &visit.step) {
        Some(Step::Sending(sending)) => sending.kind == RecordKind::Communication,
        _ => false,
    });
    let heading = if is_reply { words::reply_sending() } else { words::sending_heading() };
    let waits = live(move || {
        call.get().and_then(|call| waiting::waiting(call, || send(Event::Visit(VisitEvent::Retry))))
    });
    let is_waiting = move || matches!(call.get(), Some(crate::flow::retry::Call::Waiting { .. }));
    let said = move || Some(if is_waiting() { words::sending_waiting() } else { words::sending_body() });
    all(vec![waits, page(heading, vec![status(said)])])
}
