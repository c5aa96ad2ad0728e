//! Consents at the desk: asked for, checked when they come, kept as proof, drawn again (docs/CONSENT.md).

pub(crate) mod book;
pub mod check;
mod confirm;
pub mod kept;
pub mod offer;
pub mod page;
pub mod paper;
pub mod proof;
pub mod published;
pub mod show;
pub mod texting;

pub use kept::NamedText;
pub use kept::{ConsentLine, KeptConsent};
pub use offer::Ask;
pub use paper::{OnPaper, PaperError};
pub use proof::{Broken, Proof};
pub use published::{PublishError, PublishedText};
pub use texting::Texting;
