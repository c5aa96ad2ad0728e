//! JSON (RFC 8259) as the phone reads it: [`Value`], and [`parse`], which refuses what a lenient reader lets pass.
//!
//! `serde_json` reads into any type, and brings with it a visitor a type, tables for floating point, and words for errors that
//! nobody on a phone sees: 10 KB of every patient's download. This crate reads into one type, keeps numbers as they were
//! written (FHIR's decimals keep their precision so), and says no more than that the text is not JSON. It refuses a member that
//! is named twice: JOSE demands that of a header (RFC 7515 section 4), and a message in which two readers see two things is not
//! one message. Writing stays serde_json's work.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod from_json;
mod number;
mod object;
mod parse;
mod serde;
#[cfg(feature = "serde_json")]
mod serde_json;
mod value;

pub use from_json::FromJson;
pub use number::Number;
pub use object::Object;
pub use parse::{NotJson, parse};
pub use value::{Place, Value};
