//! The birth date: from the painted fields to the opened session.

use super::{
    Context, Journey, Turn,
    birth_date::{self, DateProblem, TypedDate},
    effect::{Effect, Failure, Request, Timer},
    ended::{Ended, Why},
    link::Link,
    retry::Call,
    visit::{Kept, opening},
};
use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    error_code::ErrorCode,
    factor::{BirthDate, Factor, FactorKind},
    opaque::client::{ExportKey, FactorError, Login},
    wire::{
        link_open::{LinkState, OpenResponse},
        verify::{FinishRequest, FinishResponse, StartRequest, StartResponse},
    },
};

/// [`crate::flow::Screen::Door`]. The fields keep what was typed by themselves; on a covered page ([`Asked::Idle`],
/// [`Asked::SessionEnded`]) they start empty. The button is busy unless [`Attempt::Typing`]; a second press then does nothing.
pub struct Door {
    /// Why the date is asked for.
    pub why: Asked,
    /// What the portal said about the link.
    pub opening: Opening,
    /// What is being done with a date.
    pub attempt: Attempt,
    /// The error summary (takes focus whenever Continue leads to `Some`), the field's own line, what to do.
    pub problem: Option<Problem>,
    /// Wrong dates given on this page: from the second on, "my birth date is right" is offered.
    pub wrong: u32,
    pub(crate) link: Link,
    pub(crate) kept: Kept,
}

/// Why the date is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The link was tapped.
    Arrived,
    /// Nobody touched the page for five minutes, or "Close now": covered. "What you typed is kept." if `typed`.
    Idle {
        /// Something typed, or an answer on its way, waits.
        typed: bool,
    },
    /// The session ended: too long, or ended by the portal. Covered.
    SessionEnded {
        /// Something typed, or an answer on its way, waits.
        typed: bool,
    },
}

/// `link/open`.
pub enum Opening {
    /// On its way, or failing: the form is usable meanwhile; say something only when [`Call::Waiting`].
    Asking(Call),
    /// It can be opened. Clinic, tries left, open slots.
    Open(Box<OpenResponse>),
}

/// What is being done with a date.
pub enum Attempt {
    /// Nothing: the fields are the patient's.
    Typing,
    /// Continue was pressed before the portal answered: "One moment, we are looking up your link."
    Waiting {
        /// As typed.
        date: BirthDate,
    },
    /// `verify/start`: "Checking your birth date."
    Starting(Box<Starting>),
    /// `verify/finish`: the date was right; "Opening your message."
    Finishing(Box<Finishing>),
}

/// A try on its way. The same `ke1` goes out again, so that it counts once.
pub struct Starting {
    /// As typed.
    pub date: BirthDate,
    /// How the call fares.
    pub call: Call,
    pub(crate) login: Login,
    pub(crate) body: StartRequest,
}

/// A right date whose session is being opened. The same `ke3` goes out again.
pub struct Finishing {
    /// As typed.
    pub date: BirthDate,
    /// How the call fares.
    pub call: Call,
    pub(crate) slot: u16,
    pub(crate) export_key: ExportKey,
    pub(crate) token: FixedBytes<32>,
    pub(crate) body: FinishRequest,
}

/// What the error summary says. Never blame; tries left in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The fields are no birth date; nothing was sent, no try is lost (say so).
    Date(DateProblem),
    /// Not the date the clinic has. Say the date back in words, and the tries left.
    Wrong {
        /// As typed.
        date: BirthDate,
        /// Left on this link.
        tries_left: u32,
    },
    /// The portal refused in a way that is not the patient's fault: try again later or call. No try was lost.
    Refused(ErrorCode),
}

/// What the page may send.
pub enum DoorEvent {
    /// Continue, with the three fields.
    Continue(TypedDate),
    /// "Try again now" while a call waits.
    Retry,
}

impl Door {
    /// A link was tapped: ask about it at once.
    pub(crate) fn arrive(link: Link) -> Turn {
        Self::ask(link, Asked::Arrived, Kept::default())
    }

    /// The date is asked for, first or again.
    pub(crate) fn ask(link: Link, why: Asked, kept: Kept) -> Turn {
        let call = Effect::Call(Request::Open(link.authorization()));
        let opening = Opening::Asking(Call::FIRST);
        let attempt = Attempt::Typing;
        let door = Box::new(Self { why, opening, attempt, problem: None, wrong: 0, link, kept });
        door.shows().and(call)
    }

    /// Whether "my birth date is right" ([`super::aside::AsideDoor::BirthDateQuestion`]) is offered.
    pub fn offers_question(&self) -> bool {
        self.wrong >= 2
    }

    fn shows(self: Box<Self>) -> Turn {
        Turn::shows(Journey::Door(self))
    }

    fn ends(self: Box<Self>, why: Why) -> Turn {
        Ended::turn(Some(self.link), why, false)
    }

    /// A press.
    pub(crate) fn on(mut self: Box<Self>, event: DoorEvent, context: &mut Context<'_>) -> Turn {
        match event {
            DoorEvent::Retry => self.again(),
            DoorEvent::Continue(_) if !matches!(self.attempt, Attempt::Typing) => {
                Turn::quiet(Journey::Door(self))
            }
            DoorEvent::Continue(typed) => match birth_date::read(&typed, context.setting.months, context.now)
            {
                Err(problem) => {
                    self.problem = Some(Problem::Date(problem));
                    self.shows()
                }
                Ok(date) => self.start(date, context),
            },
        }
    }

    /// Whatever waits for the network goes out again.
    pub(crate) fn again(mut self: Box<Self>) -> Turn {
        let mut effects = Vec::new();
        if let Opening::Asking(call) = &mut self.opening
            && let Some(sent) = call.again()
        {
            *call = sent;
            effects.push(Effect::Stop(Timer::Open));
            effects.push(Effect::Call(Request::Open(self.link.authorization())));
        }
        let authorization = self.link.authorization();
        let resent = match &mut self.attempt {
            Attempt::Starting(starting) => starting.call.again().map(|sent| {
                starting.call = sent;
                Request::Start(authorization, starting.body.clone())
            }),
            Attempt::Finishing(finishing) => finishing.call.again().map(|sent| {
                finishing.call = sent;
                Request::Finish(authorization, finishing.body.clone())
            }),
            Attempt::Typing | Attempt::Waiting { .. } => None,
        };
        if let Some(request) = resent {
            effects.push(Effect::Stop(Timer::Retry));
            effects.push(Effect::Call(request));
        }
        self.shows().and_all(effects)
    }

    fn start(mut self: Box<Self>, date: BirthDate, context: &mut Context<'_>) -> Turn {
        self.problem = None;
        let Opening::Open(open) = &self.opening else {
            self.attempt = Attempt::Waiting { date };
            return self.shows();
        };
        let Some(slot) = open.slots.iter().find(|slot| slot.factor == FactorKind::BirthDate) else {
            return self.ends(Why::OtherProof);
        };
        let factor = Factor::BirthDate(date);
        let (login, ke1) = Login::start(&mut context.rng, &self.link.keys, &factor, &open.clinic.id);
        let body = StartRequest { slot: slot.slot, ke1: Bytes(ke1) };
        let call = Effect::Call(Request::Start(self.link.authorization(), body.clone()));
        self.attempt = Attempt::Starting(Box::new(Starting { date, call: Call::FIRST, login, body }));
        self.shows().and(call)
    }

    /// `link/open` came back.
    pub(crate) fn opened(
        mut self: Box<Self>,
        reply: Result<OpenResponse, Failure>,
        context: &mut Context<'_>,
    ) -> Turn {
        match reply {
            Ok(open) => match Why::of(open.state) {
                Some(why) => self.ends(why),
                None if open.slots.iter().all(|slot| slot.factor != FactorKind::BirthDate) => {
                    self.ends(Why::OtherProof)
                }
                None => {
                    self.opening = Opening::Open(Box::new(open));
                    match self.attempt {
                        Attempt::Waiting { date } => self.start(date, context),
                        _ => self.shows(),
                    }
                }
            },
            Err(failure) => match Why::of_failure(failure) {
                Some(why) => self.ends(why),
                None => {
                    let Opening::Asking(call) = self.opening else { return self.shows() };
                    let (call, wake) = call.fail(Timer::Open, context.now);
                    self.opening = Opening::Asking(call);
                    self.shows().and(wake)
                }
            },
        }
    }

    /// `verify/start` came back: here it shows whether the date was right.
    pub(crate) fn started(
        mut self: Box<Self>,
        reply: Result<StartResponse, Failure>,
        context: &mut Context<'_>,
    ) -> Turn {
        let starting = match core::mem::replace(&mut self.attempt, Attempt::Typing) {
            Attempt::Starting(starting) => *starting,
            other => {
                self.attempt = other;
                return Turn::quiet(Journey::Door(self));
            }
        };
        match reply {
            Ok(answer) => match starting.login.finish(&mut context.rng, &answer.ke2.0) {
                Ok(right) => {
                    let body = FinishRequest { login: answer.login, ke3: Bytes(right.ke3) };
                    let call = Effect::Call(Request::Finish(self.link.authorization(), body.clone()));
                    self.attempt = Attempt::Finishing(Box::new(Finishing {
                        date: starting.date,
                        call: Call::FIRST,
                        slot: starting.body.slot,
                        export_key: right.export_key,
                        token: right.token,
                        body,
                    }));
                    self.shows().and(call)
                }
                Err(FactorError::Wrong) if answer.tries_left == 0 => self.ends(Why::Locked),
                Err(FactorError::Wrong) => {
                    self.wrong += 1;
                    self.problem =
                        Some(Problem::Wrong { date: starting.date, tries_left: answer.tries_left });
                    if let Opening::Open(open) = &mut self.opening {
                        open.tries_left = answer.tries_left;
                    }
                    self.shows()
                }
                Err(FactorError::Malformed(_)) => self.refused(ErrorCode::Unknown),
            },
            Err(failure) if failure.passes() => {
                let (call, wake) = starting.call.fail(Timer::Retry, context.now);
                self.attempt = Attempt::Starting(Box::new(Starting { call, ..starting }));
                self.shows().and(wake)
            }
            Err(Failure::Refused(ErrorCode::SlotGone)) => self.look_again(starting.date),
            Err(failure) => self.refused_or_ended(failure),
        }
    }

    /// `verify/finish` came back: the message, or the same `ke3` again.
    pub(crate) fn finished(
        mut self: Box<Self>,
        reply: Result<FinishResponse, Failure>,
        context: &mut Context<'_>,
    ) -> Turn {
        let finishing = match core::mem::replace(&mut self.attempt, Attempt::Typing) {
            Attempt::Finishing(finishing) => *finishing,
            other => {
                self.attempt = other;
                return Turn::quiet(Journey::Door(self));
            }
        };
        match reply {
            Ok(answer) => {
                let Opening::Open(open) = self.opening else { return self.refused(ErrorCode::Unknown) };
                opening::open(self.link, open.clinic.id, finishing, answer, self.kept, context)
            }
            Err(failure) if failure.passes() => {
                let (call, wake) = finishing.call.fail(Timer::Retry, context.now);
                self.attempt = Attempt::Finishing(Box::new(Finishing { call, ..finishing }));
                self.shows().and(wake)
            }
            // The network was away for longer than a login lives: the date was right, so the same one is tried again.
            Err(Failure::Refused(ErrorCode::LoginUnknown | ErrorCode::SlotGone)) => {
                self.look_again(finishing.date)
            }
            Err(failure) => self.refused_or_ended(failure),
        }
    }

    /// Asks about the link again and goes on with this date.
    fn look_again(mut self: Box<Self>, date: BirthDate) -> Turn {
        self.opening = Opening::Asking(Call::FIRST);
        self.attempt = Attempt::Waiting { date };
        let call = Effect::Call(Request::Open(self.link.authorization()));
        self.shows().and(call)
    }

    fn refused_or_ended(self: Box<Self>, failure: Failure) -> Turn {
        match (Why::of_failure(failure), failure) {
            (Some(why), _) => self.ends(why),
            (None, Failure::Refused(code)) => self.refused(code),
            (None, Failure::Unreachable) => self.refused(ErrorCode::Unknown),
        }
    }

    fn refused(mut self: Box<Self>, code: ErrorCode) -> Turn {
        self.attempt = Attempt::Typing;
        self.problem = Some(Problem::Refused(code));
        self.shows()
    }
}

impl Why {
    /// Why a link in this state cannot be opened; `None` if it can.
    pub(crate) fn of(state: LinkState) -> Option<Self> {
        match state {
            LinkState::Active => None,
            LinkState::Locked => Some(Self::Locked),
            LinkState::Expired => Some(Self::Expired),
            LinkState::Recalled => Some(Self::Recalled),
            LinkState::Closed => Some(Self::Closed),
        }
    }

    /// The same from a refusal.
    pub(crate) fn of_failure(failure: Failure) -> Option<Self> {
        let Failure::Refused(code) = failure else { return None };
        match code {
            ErrorCode::LinkUnknown => Some(Self::Unknown),
            ErrorCode::LinkLocked => Some(Self::Locked),
            ErrorCode::LinkExpired => Some(Self::Expired),
            ErrorCode::LinkRecalled => Some(Self::Recalled),
            ErrorCode::LinkClosed => Some(Self::Closed),
            _ => None,
        }
    }
}
