//! Processes killed with SIGKILL at any moment lose nothing that was acknowledged and double nothing. `POSTERN_KILLS` says how
//! often each is killed: a short run by itself, 200 by hand (docs/HOLD.md has what came of it).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "../house/mod.rs"]
mod house;
#[path = "../patient/mod.rs"]
mod patient;

mod answers;
mod desk;
mod disk;
mod moment;
mod node;
mod portal;
mod relay;
mod two_nodes;

/// How often a process is killed.
fn kills() -> usize {
    let asked = std::env::var("POSTERN_KILLS").ok();
    asked.map_or(9, |kills| kills.parse().expect("POSTERN_KILLS is a number"))
}
