//! Text messages: their words (data, a file a language), what they take on the air, and the rules on wording.

pub mod consent_words;
pub mod gsm7;
pub mod lint;
pub mod render;
pub mod template;
pub mod words;
