//! What a clinic and a portal's operator do besides sending, by the executable: unlock, history, audit, keys, doctor. Portal and
//! desk run in processes of their own; the patient is played with the protocol's client half.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "../house/mod.rs"]
mod house;
#[path = "../patient/mod.rs"]
mod patient;

mod audit;
mod clinic;
mod doctor;
mod history;
mod keys;
mod recovery;
mod rules;
mod served;
mod unlock;
