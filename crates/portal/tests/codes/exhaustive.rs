//! Every order of steps, to a stated depth, with small numbers: a link of four tries, codes of two that live three minutes, two an
//! hour of five minutes. Two guess in parallel, one knows the code and asks in parallel with themself.

use crate::model::{Answer, Ke1, Portal, Rules, State};
use stateright::{Checker, Model, Property};

const RULES: Rules = Rules { tries: 4, code_tries: 2, lives: 3, kept: 1, an_hour: 2, hour: 5 };
/// Deeper by hand: `POSTERN_CODE_DEPTH`.
const DEPTH: usize = 11;
/// First messages of somebody who knows the code; the others guess.
const KNOWS: [Ke1; 2] = [10, 11];
const GUESSES: [Ke1; 2] = [0, 1];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Act {
    Upload,
    Arrive(Ke1),
    Count(Ke1),
    Finish(Ke1),
    Minute,
    Recall,
    Restore,
}

/// The portal and what nobody in it can see whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    portal: Portal,
    /// Tries used before the last upload and after it.
    refilled: bool,
}

struct Codes;

impl Model for Codes {
    type State = World;
    type Action = Act;

    fn init_states(&self) -> Vec<World> {
        vec![World { portal: Portal::new(RULES), refilled: false }]
    }

    fn actions(&self, world: &World, acts: &mut Vec<Act>) {
        let portal = &world.portal;
        acts.extend([Act::Upload, Act::Minute]);
        if !portal.ended {
            acts.extend([Act::Recall, Act::Restore]);
        }
        for ke1 in KNOWS.into_iter().chain(GUESSES) {
            if portal.arrived.contains_key(&ke1) {
                acts.push(Act::Count(ke1));
            } else if portal.newest().is_some() {
                acts.push(Act::Arrive(ke1));
            }
            if portal.logins.get(&ke1).is_some_and(|login| login.right) {
                acts.push(Act::Finish(ke1));
            }
        }
    }

    fn next_state(&self, world: &World, act: Act) -> Option<World> {
        let mut next = world.clone();
        let portal = &mut next.portal;
        match act {
            Act::Upload => {
                let before = portal.used;
                portal.upload();
                next.refilled |= portal.used < before;
            }
            Act::Arrive(ke1) => {
                let newest = portal.newest()?;
                portal.arrive(ke1, newest, KNOWS.contains(&ke1));
            }
            Act::Count(ke1) => {
                portal.count(ke1);
            }
            Act::Finish(ke1) => {
                portal.finish(ke1);
            }
            Act::Minute => portal.minute(),
            Act::Recall => portal.recall(),
            Act::Restore => portal.restore(),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one code lives at most", |_, world: &World| {
                world.portal.codes.iter().filter(|code| code.state == State::Live).count() <= 1
            }),
            Property::always("no code opens twice", |_, world: &World| {
                world.portal.codes.iter().all(|code| code.openings <= 1)
            }),
            Property::always("no code is tried more often than allowed", |_, world: &World| {
                world.portal.codes.iter().all(|code| code.tries <= RULES.code_tries)
            }),
            Property::always("no more wrong codes than the link's budget", |_, world: &World| {
                world.portal.wrong <= RULES.tries
            }),
            Property::always("a new code refills nothing", |_, world: &World| !world.refilled),
            Property::always("no code lives longer than its minutes", |_, world: &World| {
                let old = |age: u16| age >= RULES.lives;
                !world.portal.codes.iter().any(|code| code.state == State::Live && old(code.age))
            }),
            Property::always("an ended link has no living code", |_, world: &World| {
                !world.portal.ended || world.portal.slots() == 0
            }),
            Property::sometimes("a code opens", |_, world: &World| {
                world.portal.codes.iter().any(|code| code.openings == 1)
            }),
            Property::sometimes("two codes of one link open, one after the other", |_, world: &World| {
                world.portal.codes.iter().filter(|code| code.openings == 1).count() == 2
            }),
            Property::sometimes("a code dies of its tries", |_, world: &World| {
                let spent = |tries: u8| tries == RULES.code_tries;
                world.portal.codes.iter().any(|code| {
                    code.state == State::Dead
                        && spent(code.tries)
                        && code.openings == 0
                        && !world.portal.ended
                })
            }),
            Property::sometimes("a right code is refused because another was quicker", |_, world: &World| {
                let mut portal = world.portal.clone();
                let waiting: Vec<Ke1> =
                    portal.logins.iter().filter(|(_, one)| !one.finished).map(|(ke1, _)| *ke1).collect();
                waiting.into_iter().any(|ke1| {
                    portal.logins[&ke1].right
                        && portal.codes[portal.logins[&ke1].slot].state == State::Accepted
                        && portal.finish(ke1) == Answer::Gone
                })
            }),
        ]
    }
}

fn depth() -> usize {
    let asked = std::env::var("POSTERN_CODE_DEPTH").ok();
    asked.map_or(DEPTH, |depth| depth.parse().expect("POSTERN_CODE_DEPTH is a number"))
}

#[test]
fn in_no_order_of_steps_is_a_code_accepted_twice_tried_too_often_or_left_behind() {
    let checker = Codes.checker().threads(2).target_max_depth(depth()).spawn_bfs().join();
    println!(
        "{} states, {} of them different, depth {}",
        checker.state_count(),
        checker.unique_state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}
