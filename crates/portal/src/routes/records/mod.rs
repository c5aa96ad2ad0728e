//! A session's answers.

pub mod put;
