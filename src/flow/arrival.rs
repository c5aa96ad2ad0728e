//! The first moment: what the address holds.

use super::{Context, Journey, Turn, door::Door, effect::Effect, link::Link};
use postern_protocol::link::{LinkSecret, LinkTextError, find_in_text};

/// [`crate::flow::Screen::NoLink`]. The page says whose address this is, asks to tap the link in the text again, and has one
/// field that takes the whole text message or the 22 letters, and one button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// What the page says above the field.
    pub why: NoLink,
    /// What was wrong with what was pasted; the error summary and the field's own line. The field keeps its text.
    pub problem: Option<PasteProblem>,
}

/// Why there is no link to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLink {
    /// The bare address: "tap the link in your text again".
    Bare,
    /// "Your link looks cut off": letters are missing or changed.
    CutOff,
}

/// Why what was pasted is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasteProblem {
    /// Nothing was typed.
    Empty,
    /// No 22 letters of a link in it.
    NoLinkInIt,
}

/// What the page may send.
pub enum ArrivalEvent {
    /// The button, with the field's text. A good one loads the page of that link; nothing else is sent anywhere.
    Paste {
        /// The field's text.
        text: String,
    },
}

/// What the browser knows of the link when the page starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The fragment without `#`.
    pub fragment: String,
    /// S as text from this entry's `history.state`, once the address was hidden.
    pub kept: Option<String>,
}

/// The first state. A link sends `link/open` at once; no link and a cut-off one send nothing.
pub fn arrive(address: &Address, _context: &mut Context<'_>) -> Turn {
    let text = match (address.fragment.as_str(), &address.kept) {
        ("", Some(kept)) => kept,
        (fragment, _) => fragment,
    };
    match LinkSecret::from_text(text) {
        Ok(secret) => Door::arrive(Link::new(secret)),
        Err(LinkTextError::Empty) => {
            Turn::shows(Journey::Arrival(Arrival { why: NoLink::Bare, problem: None }))
        }
        Err(LinkTextError::CutOff) => {
            Turn::shows(Journey::Arrival(Arrival { why: NoLink::CutOff, problem: None }))
        }
    }
}

impl Arrival {
    /// What was pasted either is a link or says what is wrong.
    pub fn on(self, event: &ArrivalEvent) -> Turn {
        let ArrivalEvent::Paste { text } = event;
        if let Some(secret) = find_in_text(text) {
            return Turn::quiet(Journey::Arrival(self)).and(Effect::GoTo(secret));
        }
        let problem = if text.trim().is_empty() { PasteProblem::Empty } else { PasteProblem::NoLinkInIt };
        Turn::shows(Journey::Arrival(Self { problem: Some(problem), ..self }))
    }
}
