//! The real portal on its real store, walked at random beside the model; a walk that differs is shrunk to its shortest form.

use crate::{
    act::Act,
    kit::{Kit, Sent, Typed, birth_date, files},
    model::{Answer, Ke1, PATIENT, Rules},
    world::{Patient, World},
};
use axum::http::Method;
use postern_protocol::{
    base64url::Bytes,
    error_code::ErrorCode,
    wire::{
        desk_feed::FeedWhat,
        desk_links::DeskLinkState,
        desk_sync::{SyncLink, SyncRequest},
        verify::{FinishRequest, StartRequest, StartResponse},
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
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinSet};
use tower::ServiceExt;

const RULES: Rules = Rules { tries: 10, more: 5 };

/// The model with the answer of its last step.
#[derive(Debug, Clone)]
pub struct Expected {
    world: World,
    answer: Answer,
}

pub struct Walk;

impl ReferenceStateMachine for Walk {
    type State = Expected;
    type Transition = Act;

    fn init_state() -> BoxedStrategy<Expected> {
        Just(Expected { world: World::new(RULES), answer: Answer::Done }).boxed()
    }

    fn transitions(expected: &Expected) -> BoxedStrategy<Act> {
        let world = &expected.world;
        let mine = match world.patient {
            Patient::Asking(ke1) | Patient::Proving(ke1) => ke1,
            Patient::Idle => world.next_of_patient(),
        };
        let patient = [
            Act::Start { ke1: mine, heard: true },
            Act::Start { ke1: mine, heard: false },
            Act::Prove { heard: true },
            Act::Prove { heard: false },
        ];
        let guesses = (0..6).map(|ke1| Act::Start { ke1, heard: true });
        let rest = [Act::Minute, Act::Abandon, Act::BadProof(0), Act::BadProof(mine), Act::Rush(4)];
        let desk = [Act::Hear, Act::Backup, Act::Restore];
        let mut acts: Vec<Act> = patient.into_iter().cycle().take(12).collect();
        acts.extend(guesses.chain(rest).chain(rest).chain(desk));
        acts.extend([Act::Sync; 8]);
        acts.extend([Act::Unlock, Act::Rush(20)]);
        acts.retain(|act| world.can(*act));
        // Rarely: after it nothing more is opened.
        let recall =
            if world.can(Act::Recall) { Just(Act::Recall).boxed() } else { Just(Act::Minute).boxed() };
        prop_oneof![60 => select(acts), 1 => recall].boxed()
    }

    fn apply(mut expected: Expected, act: &Act) -> Expected {
        expected.answer = expected.world.step(*act);
        expected
    }

    fn preconditions(expected: &Expected, act: &Act) -> bool {
        expected.world.can(*act)
    }
}

/// A second message, and for the patient what follows from it.
struct Got {
    response: StartResponse,
    proof: Option<FinishRequest>,
}

/// The real thing.
pub struct Real {
    runtime: Runtime,
    kit: Kit,
    sent: Sent,
    requests: BTreeMap<Ke1, StartRequest>,
    typed: BTreeMap<Ke1, Typed>,
    got: BTreeMap<Ke1, Got>,
    /// The patient's login, once its second message was made.
    proving: Option<Ke1>,
    backup: Option<TempDir>,
    desk: SyncLink,
    seeds: u64,
}

impl Real {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let (kit, sent) = runtime.block_on(async {
            let mut kit = Kit::new().await;
            let sent = kit.send().await;
            (kit, sent)
        });
        let desk = SyncLink { lid: sent.lid, state: DeskLinkState::Active, used: 0 };
        Self {
            runtime,
            kit,
            sent,
            requests: BTreeMap::new(),
            typed: BTreeMap::new(),
            got: BTreeMap::new(),
            proving: None,
            backup: None,
            desk,
            seeds: 0,
        }
    }

    fn seed(&mut self) -> u64 {
        self.seeds += 1;
        self.seeds
    }

    async fn step(&mut self, act: Act, expected: &Expected) -> Answer {
        match act {
            Act::Arrive { .. } | Act::Count { .. } => unreachable!("a caller sees both at once"),
            Act::Start { ke1, .. } => self.start(ke1, expected.answer).await,
            Act::Rush(callers) => self.rush(callers).await,
            Act::Prove { .. } => {
                let proof = self.proof().clone();
                finished(&self.kit.finish(&self.sent, &proof).await)
            }
            Act::BadProof(ke1) => {
                let login = self.got.get(&ke1).map(|got| got.response.login);
                let proof = FinishRequest { login: login.unwrap(), ke3: Bytes(vec![7; 32]) };
                finished(&self.kit.finish(&self.sent, &proof).await)
            }
            Act::Abandon => Answer::Done,
            Act::Minute => {
                self.kit.pass(60);
                self.kit.sweep().await;
                Answer::Done
            }
            Act::Hear => {
                for event in self.kit.feed(0).await.events {
                    match event.what {
                        FeedWhat::WrongTry { used, .. } => self.desk.used = self.desk.used.max(used),
                        FeedWhat::Locked if self.desk.state == DeskLinkState::Active => {
                            self.desk.state = DeskLinkState::Locked;
                        }
                        _ => {}
                    }
                }
                Answer::Done
            }
            Act::Unlock => self.unlock().await,
            Act::Recall => {
                self.desk.state = DeskLinkState::Recalled;
                let answer = self.kit.desk(Method::POST, &self.sent.path("/recall"), &json!({})).await;
                assert!(answer.status.is_success());
                Answer::Done
            }
            Act::Backup => {
                self.backup = Some(files::stolen(self.kit.folder.path()));
                Answer::Done
            }
            Act::Restore => {
                self.restore().await;
                Answer::Done
            }
            Act::Sync => {
                let epoch = self.kit.feed(0).await.epoch;
                let word = SyncRequest { epoch, links: vec![self.desk], more: false };
                assert!(self.kit.desk(Method::POST, "sync", &word).await.status.is_success());
                Answer::Done
            }
        }
    }

    async fn start(&mut self, ke1: Ke1, expected: Answer) -> Answer {
        // The patient types anew with each new message; who guesses may send the same bytes for ever.
        let typed_anew = ke1 >= PATIENT && self.proving != Some(ke1);
        if typed_anew || !self.requests.contains_key(&ke1) {
            let seed = self.seed();
            let wrong = birth_date(1950, 1, 1 + ke1 % 28);
            let factor = if ke1 >= PATIENT { self.sent.right.clone() } else { wrong };
            let typed = Typed::new(&self.kit, &self.sent, &factor, 1, seed);
            self.requests.insert(ke1, typed.request.clone());
            self.typed.insert(ke1, typed);
            self.proving = if ke1 >= PATIENT { Some(ke1) } else { self.proving };
        }
        let answer = self.kit.start(&self.sent, &self.requests[&ke1]).await;
        if !answer.status.is_success() {
            return refused(answer.code());
        }
        let response: StartResponse = answer.json();
        if expected == (Answer::Ke2 { counted_now: false }) {
            assert_eq!(self.got[&ke1].response.ke2, response.ke2, "a repeated message gets the same answer");
            return expected;
        }
        let again = self.got.insert(ke1, Got { response: response.clone(), proof: None });
        assert!(again.is_none_or(|again| again.response.login != response.login), "another login");
        Answer::Ke2 { counted_now: true }
    }

    fn proof(&mut self) -> &FinishRequest {
        let ke1 = self.proving.unwrap();
        let got = self.got.get_mut(&ke1).unwrap();
        got.proof.get_or_insert_with(|| {
            let typed = self.typed.remove(&ke1).unwrap();
            let done = typed.learn(&got.response.ke2.0).ok().unwrap();
            FinishRequest { login: got.response.login, ke3: Bytes(done.ke3.clone()) }
        })
    }

    async fn rush(&mut self, callers: u8) -> Answer {
        let mut calls = JoinSet::new();
        for _ in 0..callers {
            let seed = self.seed();
            let typed = Typed::new(&self.kit, &self.sent, &birth_date(1940, 1, 1), 1, seed);
            let header = self.sent.header();
            let request = self.kit.app_request(Method::POST, "verify/start", &header, &typed.request);
            let router = self.kit.router.clone();
            calls.spawn(async move { router.oneshot(request).await.unwrap().status().is_success() });
        }
        let through = calls.join_all().await.into_iter().filter(|through| *through).count();
        Answer::Rushed(u8::try_from(through).unwrap())
    }

    async fn unlock(&mut self) -> Answer {
        let answer = self.kit.desk(Method::POST, &self.sent.path("/unlock"), &json!({})).await;
        if !answer.status.is_success() {
            return refused(answer.code());
        }
        if self.desk.state == DeskLinkState::Locked {
            self.desk.state = DeskLinkState::Active;
        }
        Answer::Done
    }

    async fn restore(&mut self) {
        let backup = self.backup.as_ref().unwrap().path();
        self.kit.portal.close().await;
        for end in ["", "-wal", "-shm"] {
            let name = format!("portal.sqlite{end}");
            let _ = fs::remove_file(self.kit.folder.path().join(&name));
            if backup.join(&name).exists() {
                fs::copy(backup.join(&name), self.kit.folder.path().join(&name)).unwrap();
            }
        }
        fs::write(self.kit.folder.path().join("restored"), "").unwrap();
        self.kit.restart().await;
    }
}

fn refused(code: ErrorCode) -> Answer {
    match code {
        ErrorCode::LinkLocked => Answer::Locked,
        ErrorCode::LinkRecalled => Answer::Ended,
        ErrorCode::ResyncRequired => Answer::Unsynced,
        ErrorCode::LoginUnknown => Answer::Unknown,
        ErrorCode::VerificationFailed => Answer::WrongProof,
        ErrorCode::UnlockUsed => Answer::Before,
        other => panic!("the model knows no {other:?}"),
    }
}

fn finished(answer: &crate::kit::Answer) -> Answer {
    if answer.status.is_success() { Answer::Opened } else { refused(answer.code()) }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Walk;

    fn init_test(_: &Expected) -> Self {
        Self::new()
    }

    fn apply(mut real: Self, expected: &Expected, act: Act) -> Self {
        let runtime = std::mem::replace(&mut real.runtime, Runtime::new().unwrap());
        let answer = runtime.block_on(real.step(act, expected));
        assert_eq!(answer, expected.answer, "{act:?}");
        if matches!(expected.world.patient, Patient::Idle) {
            real.proving = None;
        }
        real.runtime = runtime;
        real
    }

    fn check_invariants(real: &Self, expected: &Expected) {
        let left = real.runtime.block_on(real.kit.tries_left(&real.sent));
        let portal = &expected.world.portal;
        assert_eq!(left, u32::from(portal.max.saturating_sub(portal.used)), "tries left");
    }

    fn teardown(real: Self, _: Expected) {
        real.runtime.block_on(real.kit.portal.close());
    }
}

/// The same twelve walks each time, so that a change is what turns them red; others, and more of them, by hand: `POSTERN_WALKS`.
fn walks() -> Config {
    let asked = std::env::var("POSTERN_WALKS").ok();
    let asked = asked.map(|walks| walks.parse().expect("POSTERN_WALKS is a number"));
    Config {
        cases: asked.unwrap_or(12),
        rng_seed: asked.map_or(RngSeed::Fixed(9_807), |_| RngSeed::Random),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    }
}

prop_state_machine! {
    #![proptest_config(walks())]

    #[test]
    fn the_real_portal_does_what_the_model_does(sequential 1..60 => Real);
}
