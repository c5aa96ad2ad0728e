//! A code's life (docs/CODES.md): sentences on the real portal; one pure model, checked exhaustively to a stated depth, and walked at
//! random beside the real store.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

#[path = "../kit/mod.rs"]
mod kit;

mod exhaustive;
mod life;
mod model;
mod walk;
