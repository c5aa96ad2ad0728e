//! The real portal on its real store, walked at random beside the model; a walk that differs is shrunk to its shortest form. After each
//! step the files hold exactly the slots and keys of the codes that the model says are not dead.

use crate::{
    kit::{Answer as Heard, Kit, Sent, code, in_parallel},
    model::{Answer, Ke1, Portal, Rules},
};
use axum::http::Method;
use postern_protocol::{
    error_code::ErrorCode,
    factor::Factor,
    wire::{
        desk_links::DeskLinkState,
        desk_sync::{SyncLink, SyncRequest},
        verify::FinishRequest,
    },
};
use proptest::{
    prelude::*,
    sample::select,
    strategy::BoxedStrategy,
    test_runner::{Config, RngSeed},
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use serde_json::json;
use std::{collections::BTreeMap, fs};
use tokio::runtime::Runtime;

const RULES: Rules = Rules { tries: 10, code_tries: 5, lives: 10, kept: 1, an_hour: 3, hour: 60 };

#[derive(Debug, Clone, Copy)]
pub enum Act {
    Upload,
    /// A first message for the newest code.
    Start {
        ke1: Ke1,
        right: bool,
    },
    Finish(Ke1),
    /// So many who know the newest code prove it at once.
    Rush(u8),
    Minutes(u8),
    Recall,
    Restore,
}

/// The model with what its last step answered.
#[derive(Debug, Clone)]
pub struct Expected {
    portal: Portal,
    answer: Answer,
    /// Of a rush: how many opened.
    opened: u8,
    next: Ke1,
}

pub struct Walk;

fn can(portal: &Portal, act: Act) -> bool {
    match act {
        Act::Start { ke1, right } => {
            portal.newest().is_some()
                && portal
                    .logins
                    .get(&ke1)
                    .is_none_or(|login| Some(login.slot) == portal.newest() && login.right == right)
        }
        Act::Rush(_) => portal.newest().is_some(),
        Act::Finish(ke1) => portal.logins.get(&ke1).is_some_and(|login| login.right),
        _ => true,
    }
}

impl ReferenceStateMachine for Walk {
    type State = Expected;
    type Transition = Act;

    fn init_state() -> BoxedStrategy<Expected> {
        Just(Expected { portal: Portal::new(RULES), answer: Answer::Done, opened: 0, next: 100 }).boxed()
    }

    fn transitions(expected: &Expected) -> BoxedStrategy<Act> {
        let starts = (0..8).map(|ke1| Act::Start { ke1, right: ke1 < 2 });
        let finishes = (0..2).map(Act::Finish);
        let often =
            [Act::Upload, Act::Upload, Act::Minutes(1), Act::Minutes(1), Act::Minutes(3), Act::Minutes(11)];
        let mut acts: Vec<Act> = starts.chain(finishes.clone()).chain(finishes).chain(often).collect();
        acts.push(Act::Rush(4));
        acts.retain(|act| can(&expected.portal, *act));
        prop_oneof![40 => select(acts), 1 => Just(Act::Restore), 1 => Just(Act::Recall)].boxed()
    }

    fn apply(mut expected: Expected, act: &Act) -> Expected {
        let portal = &mut expected.portal;
        expected.answer = match *act {
            Act::Upload => portal.upload(),
            Act::Start { ke1, right } => {
                let slot = portal.newest().unwrap_or_default();
                portal.arrive(ke1, slot, right).unwrap_or_else(|| portal.count(ke1))
            }
            Act::Finish(ke1) => portal.finish(ke1),
            Act::Rush(callers) => {
                let slot = portal.newest().unwrap_or_default();
                let all: Vec<Ke1> = (0..callers).map(|caller| expected.next + caller).collect();
                expected.next += callers;
                for ke1 in &all {
                    let _ = portal.arrive(*ke1, slot, true).unwrap_or_else(|| portal.count(*ke1));
                }
                let opened = all.iter().filter(|ke1| portal.finish(**ke1) == Answer::Opened).count();
                expected.opened = u8::try_from(opened).unwrap_or(u8::MAX);
                Answer::Done
            }
            Act::Minutes(minutes) => {
                (0..minutes).for_each(|_| portal.minute());
                Answer::Done
            }
            Act::Recall => {
                portal.recall();
                Answer::Done
            }
            Act::Restore => {
                portal.restore();
                Answer::Done
            }
        };
        expected
    }

    fn preconditions(expected: &Expected, act: &Act) -> bool {
        can(&expected.portal, *act) && expected.next < Ke1::MAX - 8
    }
}

/// The real thing.
pub struct Real {
    runtime: Runtime,
    kit: Kit,
    sent: Sent,
    /// The highest slot a code was uploaded to, and the code.
    newest: u16,
    tried: u16,
    proofs: BTreeMap<Ke1, FinishRequest>,
    next: u64,
}

fn right(slot: u16) -> Factor {
    code(&format!("{slot:06}"))
}

fn answer_of(heard: &Heard) -> Answer {
    if heard.status == 200 {
        return Answer::Done;
    }
    match heard.code() {
        ErrorCode::CodeTooSoon => Answer::TooSoon,
        ErrorCode::CodeLimit => Answer::Limit,
        ErrorCode::SlotGone => Answer::Gone,
        ErrorCode::LinkLocked => Answer::Locked,
        ErrorCode::LinkRecalled => Answer::Ended,
        ErrorCode::LoginUnknown => Answer::Unknown,
        other => panic!("{other:?}"),
    }
}

impl Real {
    async fn upload(kit: &mut Kit, sent: &Sent, tried: &mut u16, newest: &mut u16, ended: bool) -> Answer {
        *tried += 1;
        let heard = kit.upload_code(sent, *tried, &right(*tried)).await;
        // Registration says of a link that takes none only that it is closed.
        if heard.status != 200 && heard.code() == ErrorCode::RegistrationClosed {
            return if ended { Answer::Ended } else { Answer::Locked };
        }
        let answer = answer_of(&heard);
        if answer == Answer::Done {
            *newest = *tried;
        }
        answer
    }

    async fn start(
        kit: &Kit,
        sent: &Sent,
        slot: u16,
        ke1: Ke1,
        factor: &Factor,
    ) -> (Answer, Option<FinishRequest>) {
        // The same number on the same code is the same bytes.
        let seed = u64::from(slot) * 1000 + u64::from(ke1);
        match kit.type_code(sent, slot, factor, seed).await {
            Ok(proof) => (Answer::Ke2, proof),
            Err(heard) => (answer_of(&heard), None),
        }
    }

    async fn restore(kit: &mut Kit, sent: &Sent, ended: bool, used: u32) {
        fs::write(kit.folder.path().join("restored"), b"").unwrap();
        kit.restart().await;
        let state = if ended { DeskLinkState::Recalled } else { DeskLinkState::Active };
        let page = kit.feed(0).await;
        let told = SyncRequest {
            epoch: page.epoch,
            links: vec![SyncLink { lid: sent.lid, state, used }],
            more: false,
        };
        assert_eq!(kit.desk(Method::POST, "sync", &told).await.status, 200);
        kit.sweep().await;
    }

    /// Slots of codes and keys of codes in the files.
    async fn left(&self) -> (usize, usize) {
        let dump = self.kit.dump().await;
        let slots = dump["portal.sqlite/slots"].iter().filter(|row| row.contains("'otp'")).count();
        let keys = dump["link-keys.sqlite/link_keys"].len();
        (slots, keys)
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Walk;

    fn init_test(_: &Expected) -> Self {
        let runtime = Runtime::new().unwrap();
        let (kit, sent) = runtime.block_on(async {
            let mut kit = Kit::new().await;
            let sent = kit.send().await;
            (kit, sent)
        });
        Self { runtime, kit, sent, newest: 0, tried: 1, proofs: BTreeMap::new(), next: 0 }
    }

    fn apply(mut real: Self, expected: &Expected, act: Act) -> Self {
        let Self { runtime, kit, sent, newest, tried, proofs, next } = &mut real;
        let answer = runtime.block_on(async {
            match act {
                Act::Upload => Self::upload(kit, sent, tried, newest, expected.portal.ended).await,
                Act::Start { ke1, right: knows } => {
                    let factor = if knows { right(*newest) } else { code("999999") };
                    let (answer, proof) = Self::start(kit, sent, *newest, ke1, &factor).await;
                    proofs.extend(proof.map(|proof| (ke1, proof)));
                    answer
                }
                Act::Finish(ke1) => match kit.finish(sent, &proofs[&ke1]).await {
                    heard if heard.status == 200 => Answer::Opened,
                    heard => answer_of(&heard),
                },
                Act::Rush(callers) => {
                    let factor = right(*newest);
                    let mut made = Vec::new();
                    for caller in 0..callers {
                        *next += 1;
                        let seed = 1_000_000 + *next + u64::from(caller);
                        if let Ok(Some(proof)) = kit.type_code(sent, *newest, &factor, seed).await {
                            made.push(proof);
                        }
                    }
                    let all = made.iter().map(|proof| kit.finish(sent, proof));
                    let heard = in_parallel(all).await;
                    let opened = heard.iter().filter(|one| one.status == 200).count();
                    assert_eq!(opened, usize::from(expected.opened), "of a rush");
                    Answer::Done
                }
                Act::Minutes(minutes) => {
                    for _ in 0..minutes {
                        kit.pass(60);
                        kit.sweep().await;
                    }
                    Answer::Done
                }
                Act::Recall => {
                    kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
                    Answer::Done
                }
                Act::Restore => {
                    let used = u32::from(expected.portal.used);
                    Self::restore(kit, sent, expected.portal.ended, used).await;
                    Answer::Done
                }
            }
        });
        assert_eq!(answer, expected.answer, "{act:?}");
        real
    }

    fn check_invariants(real: &Self, expected: &Expected) {
        let (slots, keys) = real.runtime.block_on(real.left());
        let of_link = usize::from(!expected.portal.ended);
        assert_eq!(slots, expected.portal.slots(), "slots of codes in the store");
        assert_eq!(keys, expected.portal.slots() + of_link, "keys in the store");
    }
}

/// Always the same walks, so that CI says the same of the same code; more and others by hand: `POSTERN_WALKS`.
fn config() -> Config {
    match std::env::var("POSTERN_WALKS") {
        Ok(walks) => Config {
            cases: walks.parse().expect("POSTERN_WALKS is a number"),
            failure_persistence: None,
            ..Config::default()
        },
        Err(_) => {
            Config { cases: 8, rng_seed: RngSeed::Fixed(6), failure_persistence: None, ..Config::default() }
        }
    }
}

prop_state_machine! {
    #![proptest_config(config())]
    #[test]
    fn the_real_portal_does_with_codes_what_the_model_says(sequential 1..40 => Real);
}
