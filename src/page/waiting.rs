//! A call that cannot get through, in words.

use crate::{
    flow::retry::Call,
    i18n::words,
    ui::{
        button::{Weight, button},
        notice::{Tone, notice, paragraph},
        tag::tag,
    },
};
use leptos::prelude::*;

/// While a call waits for the network: that it does, that nothing is lost, and a way to try at once.
pub fn waiting(call: Call, retry: impl Fn() + 'static) -> Option<AnyView> {
    matches!(call, Call::Waiting { .. }).then(|| {
        let now = button(Weight::Second, words::frame_retry(), retry);
        let said = notice(Tone::Calm, words::waiting_heading(), vec![paragraph(words::waiting_body()), now]);
        tag("div").set("role", "status").child(said).view()
    })
}
