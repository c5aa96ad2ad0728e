//! Every order of steps, to a stated depth, with a small budget: three tries, one more by the unlock.

use crate::{
    act::Act,
    model::{PATIENT, Rules},
    world::{Patient, World},
};
use stateright::{Checker, Model, Property};

const RULES: Rules = Rules { tries: 3, more: 1 };
/// Deeper by hand: `POSTERN_TRY_DEPTH`.
const DEPTH: usize = 11;
const RESTORES: u8 = 2;

/// What may happen in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Everything.
    Everything,
    /// Everything but a restore.
    NoRestore,
    /// A patient who neither goes away nor falls silent for two minutes; some answers are lost, others guess, but not to the
    /// end of the budget.
    LossyLine,
}

struct Tries(Kind);

impl Tries {
    fn allows(&self, world: &World, act: Act) -> bool {
        match (self.0, act) {
            (Kind::Everything, Act::Restore) => world.counted.restores < RESTORES,
            (Kind::Everything, _) => true,
            (_, Act::Backup | Act::Restore | Act::Sync | Act::Hear) => false,
            (Kind::NoRestore, _) => true,
            (Kind::LossyLine, Act::Abandon) => false,
            // Within two minutes some answer comes through.
            (Kind::LossyLine, Act::Minute) => world.patient == Patient::Idle,
            (Kind::LossyLine, Act::Arrive { ke1, .. }) if ke1 < PATIENT => {
                let under_way = world.portal.arrived.iter().filter(|ke1| **ke1 < PATIENT).count();
                usize::from(world.counted.wrong) + under_way + 1 < usize::from(world.budget())
            }
            (Kind::LossyLine, _) => true,
        }
    }
}

impl Model for Tries {
    type State = World;
    type Action = Act;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(RULES)]
    }

    fn actions(&self, world: &World, acts: &mut Vec<Act>) {
        let mine = match world.patient {
            Patient::Asking(ke1) | Patient::Proving(ke1) => ke1,
            Patient::Idle => world.next_of_patient(),
        };
        let mut all = vec![
            Act::Abandon,
            Act::Minute,
            Act::Hear,
            Act::Unlock,
            Act::Recall,
            Act::Backup,
            Act::Restore,
            Act::Sync,
            Act::Prove { heard: true },
            Act::Prove { heard: false },
        ];
        // Two guesses at once, each as often as wanted; more at once are more of the same.
        for (ke1, heard) in [(0, true), (1, true), (mine, true), (mine, false)] {
            all.push(Act::Arrive { ke1, heard });
            all.push(Act::Count { ke1, heard });
        }
        acts.extend(all.into_iter().filter(|act| world.can(*act) && self.allows(world, *act)));
    }

    fn next_state(&self, world: &World, act: Act) -> Option<World> {
        let mut next = world.clone();
        next.step(act);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("no more wrong evaluations than the budget", |_, world: &World| {
                world.counted.wrong <= world.budget() + world.counted.forgotten
            }),
            Property::always("an ended link has no login", |_, world: &World| {
                !world.portal.ended || world.portal.logins.is_empty()
            }),
            Property::sometimes("the whole budget is guessed", |_, world: &World| {
                world.counted.wrong == RULES.tries
            }),
            Property::sometimes("the patient opens", |_, world: &World| world.counted.opened),
        ];
        match self.0 {
            Kind::Everything => {
                properties.push(Property::sometimes("a restore forgets a try", |_, world: &World| {
                    world.portal.synced && world.counted.forgotten > 0
                }));
                properties.push(Property::sometimes(
                    "the desk's word makes up for a restore",
                    |_, world: &World| {
                        let restored = world.counted.restores > 0 && world.portal.synced;
                        restored && world.counted.forgotten == 0 && world.desk.used > 0
                    },
                ));
            }
            Kind::NoRestore => {
                properties.push(Property::always(
                    "every counted try is a guess, left behind, or under way: a lost answer is none",
                    |_, world: &World| {
                        let under_way = u8::from(world.patients_try_is_counted());
                        world.portal.ended
                            || world.portal.used
                                == world.counted.wrong + world.counted.left_behind + under_way
                    },
                ));
                properties.push(Property::sometimes("the unlocked budget is guessed", |_, world: &World| {
                    world.counted.wrong == RULES.tries + RULES.more
                }));
                properties.push(Property::sometimes("a patient can be shut out", |_, world: &World| {
                    world.counted.shut_out
                }));
            }
            Kind::LossyLine => {
                properties.retain(|property| property.name != "the whole budget is guessed");
                properties.push(Property::always("lost answers shut nobody out", |_, world: &World| {
                    !world.counted.shut_out
                }));
                properties.push(Property::sometimes(
                    "one try is left and the patient opens",
                    |_, world: &World| world.counted.opened && world.counted.wrong + 1 == world.budget(),
                ));
            }
        }
        properties
    }
}

fn depth() -> usize {
    let asked = std::env::var("POSTERN_TRY_DEPTH").ok();
    asked.map_or(DEPTH, |depth| depth.parse().expect("POSTERN_TRY_DEPTH is a number"))
}

fn check(kind: Kind, depth: Option<usize>) {
    let mut checker = Tries(kind).checker().threads(2);
    if let Some(depth) = depth {
        checker = checker.target_max_depth(depth);
    }
    let checker = checker.spawn_bfs().join();
    println!(
        "{kind:?}: {} states, {} of them different, depth {}",
        checker.state_count(),
        checker.unique_state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}

#[test]
fn in_no_order_of_steps_are_there_more_wrong_evaluations_than_the_budget() {
    check(Kind::Everything, Some(depth()));
}

#[test]
fn without_a_restore_every_counted_try_is_explained_and_a_lost_answer_is_none() {
    check(Kind::NoRestore, Some(depth() + 5));
}

#[test]
fn a_patient_on_a_lossy_line_is_never_shut_out_by_lost_answers() {
    check(Kind::LossyLine, Some(depth() + 9));
}
