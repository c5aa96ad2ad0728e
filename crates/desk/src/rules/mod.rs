//! The rules on sending (docs/RULES.md): what is known of a number, and whether a text may go there now.
//!
//! | what | where |
//! |---|---|
//! | what the ledger tells of a number | [`Fact`] |
//! | what that adds up to | [`Standing`] |
//! | hours, counts, scopes as dated data | [`Policy`] |
//! | whether a text may go | [`decide`](decide::decide) |
//! | writing a fact and what it changes, in one transaction | [`book`] |
//! | the policy in force, and those of earlier decisions | [`in_force`] |
//! | staff confirm a number | [`confirm`] |
//! | staff book an opt-out, or lift one | [`suppress`] |
//! | the same from the ledger alone, as a check | [`replay`] |

pub mod book;
mod carry_over;
pub mod confirm;
#[cfg(test)]
mod cost;
pub mod decide;
pub mod fact;
pub mod hours;
pub mod in_force;
pub mod policy;
pub mod refused;
pub mod replay;
pub mod scope;
pub mod standing;
pub mod suppress;

pub use decide::{Denied, Kind, Permit, Request, decide};
pub use fact::{Basis, Channel, Confirmation, ConsentForm, Fact, Source, TextKind};
pub use policy::{Policy, PolicyError};
pub use refused::Refused;
pub use scope::Scope;
pub use standing::{Choice, Standing};
