//! The questionnaire engine: a FHIR R4 `Questionnaire` is compiled to a [`Form`], a [`Session`] holds the answers and what
//! they enable, and a `QuestionnaireResponse` comes out.
//!
//! | step | where |
//! |---|---|
//! | the form's JSON → [`Form`], or every reason why not | [`Form::import`], [`Reason`] |
//! | what the form holds and the engine leaves aside, by name (sender only) | [`audit()`] |
//! | answers in, enablement kept: only what depends on a change is looked at again | [`Session`], [`Change`] |
//! | typed text → an answer | [`entry`] |
//! | what is wrong with the answers, as data | [`Session::problems`], [`Problem`] |
//! | one question or one page-group a screen | [`Session::pages`] |
//! | response and draft, out and in | [`Session::response`], [`Session::draft`], [`Session::resume`] |
//! | a received response against the form that was sent | [`receive()`] |
//! | scores and counts over many responses | [`score`], [`results`] |
//!
//! It refuses what it cannot keep to: expressions (FHIRPath, but for one form of [`constraint`]), value sets outside the form, R5, STU3, modifiers that it does not
//! know. Pure: no clock, no network; regular expressions are the caller's ([`Patterns`]), because a browser brings its own.

pub mod answer;
pub mod audit;
pub mod calendar;
pub mod check;
pub mod compare;
pub mod condition;
pub mod constraint;
pub mod entry;
pub mod extension;
pub mod form;
mod import;
pub mod item;
pub mod plan;
pub mod receive;
pub mod refusal;
pub mod response;
pub mod results;
pub mod score;
pub mod session;
pub mod words;

pub use answer::{Answer, Attachment, Coding, Quantity};
pub use audit::{Note, audit};
pub use check::Problem;
pub use form::Form;
pub use item::{Choice, Control, Item, ItemId, Kind, Limits};
pub use plan::Page;
pub use receive::{Fault, receive};
pub use refusal::{Place, Reason, Refusal};
pub use response::{Heading, Lost, Resumed, Status};
pub use session::{Change, NotSettable, Session, SlotId};
pub use words::Words;

/// Regular expressions, which this crate does not bring: the browser has its own and the desk has a library.
pub trait Patterns {
    /// The pattern can be used.
    fn understands(&self, pattern: &str) -> bool;

    /// The whole text, not only a part, follows the pattern.
    fn matches(&self, pattern: &str, text: &str) -> bool;
}
