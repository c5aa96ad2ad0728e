//! Hostile input for every parser of the project. A [`Target`] is a parser with what must hold for any bytes at all: that it does
//! not panic, and the law written beside it (what is read can be written and read again, what opens has its shape).
//!
//! Inputs are grown from `corpus/<target>/`: real ones, and every one that once broke something. `cargo test -p postern-fuzz`
//! replays all of them and tries a few hundred changes of each kind, always the same; with `POSTERN_FUZZ_CASES=100000` it tries
//! so many new ones a target. What breaks is made small, written into the corpus and stays there.
//!
//! The fuzzers that are guided by coverage need a nightly compiler or a C++ one; these tests need neither. In exchange the changes
//! know the formats: they reach into the base64url of a compact serialization and change numbers and members of JSON.

#![allow(clippy::unwrap_used, reason = "this crate is a test; what cannot fail stops it")]

pub mod change;
pub mod corpus;
pub mod run;
pub mod seed;
pub mod targets;

/// A parser under hostile input.
#[derive(Clone, Copy)]
pub struct Target {
    /// Names its corpus.
    pub name: &'static str,
    /// Panics if the law does not hold.
    pub law: fn(&[u8]),
    /// How many changes the short run tries.
    pub cases: u32,
}
