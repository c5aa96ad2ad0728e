//! The promises of docs/PROTOCOL.md that need the whole house. Every test of absence first finds what it looks for. Promise 2
//! is with the portal's tests, promise 3's browser with the journeys.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "../house/mod.rs"]
mod house;
#[path = "../patient/mod.rs"]
mod patient;

mod desk_logs;
mod promise_1;
mod promise_3;
mod promise_4;
mod promise_5;
mod tamper;
mod thief;
