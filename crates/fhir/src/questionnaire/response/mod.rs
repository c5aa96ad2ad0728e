//! The answers as a `QuestionnaireResponse`, out and in.

mod read;
mod write;

pub use read::{Lost, Resumed, Why};
pub use write::{Heading, Status};
