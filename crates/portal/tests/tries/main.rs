//! The try machine (start, finish, repeat, abandon, unlock, recall, restore; parallel actors): one pure model, checked
//! exhaustively to a stated depth, and walked at random beside the real store.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

#[path = "../kit/mod.rs"]
mod kit;

mod act;
mod exhaustive;
mod model;
mod walk;
mod world;
