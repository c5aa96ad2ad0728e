//! The address had no link, or one that was cut off.

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
