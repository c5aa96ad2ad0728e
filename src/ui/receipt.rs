//! Proof that an answer was received.

use super::facts::{Fact, facts};
use leptos::prelude::*;

/// Draws the tick, the facts and the receipt code with its hint.
pub fn receipt(rows: Vec<Fact>, code_name: &'static str, code: String, hint: &'static str) -> AnyView {
    view! {
        <div class="receipt">
            {facts(rows)}
            <div>
                <p>{code_name}</p>
                <p class="code">{code}</p>
            </div>
            <p class="quiet">{hint}</p>
        </div>
    }
    .into_any()
}

/// A tick in a circle: the words beside it say the same.
pub fn tick() -> AnyView {
    view! {
        <svg class="tick" viewBox="0 0 44 44" aria-hidden="true">
            <circle cx="22" cy="22" r="22" fill="currentColor"></circle>
            <path d="M12.500 22.500l6.500 6.500 13-14" fill="none" stroke="var(--surface)" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"></path>
        </svg>
    }
    .into_any()
}
