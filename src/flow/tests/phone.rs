//! A phone for tests: owns the journey, its clock and timers, and the line to the portal.

use super::portal::FakePortal;
use crate::flow::{
    BrowserEvent, Context, Event, Journey, Screen, Setting, Turn,
    answer::Answered,
    arrival::{self, Address},
    birth_date::{TypedDate, tests::MONTHS},
    door::{Door, DoorEvent, Problem},
    effect::{Effect, Failure, Reply, Request, Timer},
    ended::Ended,
    visit::{Visit, VisitEvent},
};
use postern_protocol::{id::ClinicId, time::Timestamp};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// It arrives, and so does its answer.
    Up,
    /// It does not arrive.
    Down,
    /// It arrives; its answer is lost.
    AnswersLost,
    /// It stays on the way until the line is up again.
    Slow,
}

pub struct Phone {
    pub journey: Journey,
    pub portal: FakePortal,
    pub line: Line,
    /// Calls of this name meet another line.
    pub only: Option<(&'static str, Line)>,
    pub now: Timestamp,
    pub last_input: Timestamp,
    /// The portal's clock less the phone's, seconds.
    pub portal_ahead: i64,
    pub effects: Vec<&'static str>,
    pub sent: Vec<&'static str>,
    waiting: Vec<Request>,
    timers: Vec<(Timer, Timestamp)>,
    rng: ChaCha20Rng,
    setting: Setting,
}

/// Monday 23 November 2026, 15:00 UTC.
pub const NOW: Timestamp = Timestamp(1_795_446_000_000);

impl Phone {
    /// The patient tapped the portal's link.
    pub fn tap(portal: FakePortal) -> Self {
        Self::tap_on(portal, Line::Up)
    }

    pub fn tap_on(portal: FakePortal, line: Line) -> Self {
        let address = Address { fragment: portal.secret.to_text(), kept: None };
        Self::load(portal, line, &address)
    }

    pub fn load(mut portal: FakePortal, line: Line, address: &Address) -> Self {
        let rng = ChaCha20Rng::seed_from_u64(portal.seed());
        let mut phone = Self {
            journey: Journey::Gone,
            now: portal.now,
            last_input: portal.now,
            portal,
            portal_ahead: 0,
            line,
            only: None,
            effects: Vec::new(),
            sent: Vec::new(),
            waiting: Vec::new(),
            timers: Vec::new(),
            rng,
            setting: Setting {
                clinic: ClinicId::new("oak").unwrap(),
                zone: "America/New_York".into(),
                locale: "en".into(),
                build: "test".into(),
                months: &MONTHS,
            },
        };
        let turn = phone.context(|context| arrival::arrive(address, context));
        phone.take(turn);
        phone
    }

    fn context<T>(&mut self, act: impl FnOnce(&mut Context<'_>) -> T) -> T {
        act(&mut Context {
            now: self.now,
            last_input: self.last_input,
            rng: &mut self.rng,
            setting: &self.setting,
        })
    }

    fn take(&mut self, turn: Turn) {
        self.journey = turn.journey;
        for effect in turn.effects {
            let name = match effect {
                Effect::Call(request) => {
                    self.sent.push(name_of(&request));
                    self.waiting.push(request);
                    continue;
                }
                Effect::Wake(timer, ms) => {
                    self.timers.retain(|(one, _)| *one != timer);
                    self.timers.push((timer, Timestamp(self.now.0 + i64::from(ms))));
                    continue;
                }
                Effect::Stop(timer) => {
                    self.timers.retain(|(one, _)| *one != timer);
                    continue;
                }
                Effect::GoTo(_) => "go to",
                Effect::HideLink(_) => "hide link",
                Effect::ForgetLink => "forget link",
                Effect::Reload => "reload",
                Effect::Blank => "blank",
            };
            self.effects.push(name);
        }
        self.deliver();
    }

    fn deliver(&mut self) {
        while self.line != Line::Slow && !self.waiting.is_empty() {
            let request = self.waiting.remove(0);
            self.portal.now = self.now.plus_seconds(self.portal_ahead);
            let line = match self.only {
                Some((name, line)) if name == name_of(&request) => line,
                _ => self.line,
            };
            let reply = match line {
                Line::Down => failed(&request),
                Line::Up => self.portal.answer(&request),
                Line::AnswersLost => {
                    self.portal.answer(&request);
                    failed(&request)
                }
                Line::Slow => return,
            };
            self.turn(Event::Answered(reply));
        }
    }

    fn turn(&mut self, event: Event) {
        let journey = core::mem::replace(&mut self.journey, Journey::Gone);
        let turn = self.context(|context| journey.on(event, context));
        self.take(turn);
    }

    /// Something happens; a press counts as a touch.
    pub fn send(&mut self, event: Event) {
        self.last_input = self.now;
        self.turn(event);
    }

    pub fn visit_sends(&mut self, event: VisitEvent) {
        self.send(Event::Visit(event));
    }

    pub fn browser(&mut self, event: BrowserEvent) {
        self.turn(Event::Browser(event));
    }

    /// The line changes; what was slow arrives.
    pub fn line(&mut self, line: Line) {
        self.line = line;
        self.deliver();
    }

    /// Time passes, timers fire in order.
    pub fn wait(&mut self, seconds: i64) {
        let until = self.now.plus_seconds(seconds);
        while let Some(next) = self
            .timers
            .iter()
            .enumerate()
            .filter(|(_, (_, due))| *due <= until)
            .min_by_key(|(_, (_, due))| *due)
        {
            let (timer, due) = self.timers.remove(next.0);
            self.now = self.now.max(due);
            self.turn(Event::Elapsed(timer));
        }
        self.now = until;
    }

    /// Time passes without timers: the phone sleeps.
    pub fn sleep(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
    }

    pub fn types(&mut self, day: &str, month: &str, year: &str) {
        let typed = TypedDate { day: day.into(), month: month.into(), year: year.into() };
        self.send(Event::Door(DoorEvent::Continue(typed)));
    }

    pub fn types_right_date(&mut self) {
        self.types("12", "April", "1980");
    }

    pub fn types_wrong_date(&mut self) {
        self.types("13", "4", "1980");
    }

    pub fn screen(&self) -> Screen {
        self.journey.screen()
    }

    pub fn door(&self) -> &Door {
        match &self.journey {
            Journey::Door(door) => door,
            other => panic!("the door stands, not {:?}", other.screen()),
        }
    }

    pub fn problem(&self) -> Option<&Problem> {
        self.door().problem.as_ref()
    }

    pub fn visit(&self) -> &Visit {
        self.journey.visit().expect("a message is open")
    }

    pub fn ended(&self) -> &Ended {
        match &self.journey {
            Journey::Ended(ended) => ended,
            other => panic!("it has ended, not {:?}", other.screen()),
        }
    }

    pub fn last_answer(&self) -> &Answered {
        self.visit().answers.last().expect("something was answered")
    }

    pub fn count(&self, call: &str) -> usize {
        self.sent.iter().filter(|one| **one == call).count()
    }

    pub fn timer_runs(&self, timer: Timer) -> bool {
        self.timers.iter().any(|(one, _)| *one == timer)
    }
}

fn name_of(request: &Request) -> &'static str {
    match request {
        Request::Open(_) => "link/open",
        Request::Start(..) => "verify/start",
        Request::Finish(..) => "verify/finish",
        Request::LinkRecord(..) => "link/records",
        Request::Record(..) => "records",
        Request::Messages(..) => "session/messages",
        Request::Seen(..) => "session/seen",
        Request::End(..) => "session/end",
    }
}

fn failed(request: &Request) -> Reply {
    match request {
        Request::Open(_) => Reply::Open(Err(Failure::Unreachable)),
        Request::Start(..) => Reply::Start(Err(Failure::Unreachable)),
        Request::Finish(..) => Reply::Finish(Err(Failure::Unreachable)),
        Request::LinkRecord(..) => Reply::LinkRecord(Err(Failure::Unreachable)),
        Request::Record(_, rid, _) => Reply::Record(*rid, Err(Failure::Unreachable)),
        Request::Messages(..) => Reply::Messages(Err(Failure::Unreachable)),
        Request::Seen(..) | Request::End(..) => Reply::Told(Err(Failure::Unreachable)),
    }
}
