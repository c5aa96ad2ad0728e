//! While a message is open: is somebody there, does the link still stand, does the session live.

use super::{Step, Visit, VisitEvent};
use crate::flow::{
    BrowserEvent, Context, Event, Journey, Turn,
    content::Letter,
    door::Asked,
    effect::{Effect, Failure, Reply, Request, Timer},
    ended::Why,
    idle::{IDLE_SECONDS, Idle, WARNING_SECONDS},
};
use postern_protocol::{
    error_code::ErrorCode,
    time::Timestamp,
    wire::{
        link_open::{LinkState, OpenResponse},
        session::{SeenEvent, SeenRequest},
    },
};

/// A recalled message has to be off the screen within ten seconds.
pub(crate) const POLL_MILLISECONDS: u32 = 8_000;
/// The session is told once a minute at most that somebody is there.
pub(super) const RENEW_MILLISECONDS: u32 = 60_000;
/// A warning stands at least this long, whatever the timers did: seconds.
const SHORTEST_WARNING_SECONDS: i64 = 20;
/// Phones correct their clocks by less than this: seconds.
const CLOCK_STEP_SECONDS: i64 = 60;

impl Visit {
    /// What must not wait for the second file: the page is left, or has to be covered.
    pub(crate) fn never_waits(event: &Event) -> bool {
        matches!(
            event,
            Event::Visit(VisitEvent::Close)
                | Event::Elapsed(Timer::Idle | Timer::SessionEnd)
                | Event::Browser(
                    BrowserEvent::Leaving | BrowserEvent::Restored | BrowserEvent::AddressChanged
                )
        )
    }

    /// The same while the second file is not here: nothing was typed yet, so the page is simply left.
    pub(crate) fn early(self: Box<Self>, event: &Event, context: &Context<'_>) -> Turn {
        match event {
            Event::Browser(BrowserEvent::Leaving) => self.leaves(context),
            Event::Browser(_) => self.stays().and(Effect::Reload),
            event if Self::never_waits(event) => self.leaves(context).and(Effect::Reload),
            _ => self.stays(),
        }
    }

    fn leaves(self: Box<Self>, context: &Context<'_>) -> Turn {
        let seen = Effect::Call(Request::Seen(self.authorization(), self.left(context.now)));
        Turn::shows(Journey::Gone).and(Effect::Blank).and(seen)
    }

    /// A call came back.
    pub(crate) fn heard(self: Box<Self>, reply: Reply, context: &mut Context<'_>) -> Turn {
        match reply {
            Reply::Messages(reply) => self.came(reply, context),
            Reply::Open(reply) => self.told_why(reply, context),
            Reply::Record(rid, reply) => self.recorded(rid, reply, context),
            Reply::Told(reply) => self.told(reply, context),
            _ => self.stays(),
        }
    }

    /// What the browser tells.
    pub(crate) fn browser(mut self: Box<Self>, event: &BrowserEvent, context: &mut Context<'_>) -> Turn {
        match event {
            BrowserEvent::Hidden => {
                self.visible = false;
                self.stays().and(Effect::Stop(Timer::Open))
            }
            BrowserEvent::Shown => {
                self.visible = true;
                // A phone that slept ran no timers: nobody was there to be warned.
                if self.untouched_until(context) >= IDLE_SECONDS {
                    return self.cover(|typed| Asked::Idle { typed }, context);
                }
                let call = self.ask_for_messages();
                self.stays().and(call)
            }
            BrowserEvent::Online => {
                let mut visit = self;
                let calls = visit.openings_again();
                visit.again().and_all(calls)
            }
            BrowserEvent::Leaving => self.leaves(context),
            BrowserEvent::Restored | BrowserEvent::AddressChanged => self.stays().and(Effect::Reload),
        }
    }

    /// A timer fired.
    pub(crate) fn elapsed(self: Box<Self>, timer: Timer, context: &mut Context<'_>) -> Turn {
        match timer {
            Timer::Open => {
                let call = self.ask_for_messages();
                self.stays().and(call)
            }
            Timer::Retry => self.again(),
            Timer::Opened => {
                let mut visit = self;
                let calls = visit.openings_again();
                visit.stays().and_all(calls)
            }
            Timer::Idle => self.look_for_somebody(context),
            Timer::Renew => self.renew(context),
            Timer::SessionEnd => self.cover(|typed| Asked::SessionEnded { typed }, context),
        }
    }

    /// Seconds without a touch. A clock that was set back tells nothing: then it counts as too long.
    fn untouched_until(&self, context: &Context<'_>) -> i64 {
        let seconds = (context.now.0 - context.last_input.0.max(self.session.opened_at.0)) / 1000;
        if seconds < -CLOCK_STEP_SECONDS { IDLE_SECONDS } else { seconds.max(0) }
    }

    fn look_for_somebody(mut self: Box<Self>, context: &mut Context<'_>) -> Turn {
        let untouched = self.untouched_until(context);
        match self.idle {
            Idle::Warning { .. } if untouched < IDLE_SECONDS - WARNING_SECONDS => self.stay(context),
            Idle::Warning { covers_at } if context.now >= covers_at => {
                self.cover(|typed| Asked::Idle { typed }, context)
            }
            Idle::Warning { covers_at } => {
                let wake = Effect::Wake(Timer::Idle, milliseconds(covers_at.0 - context.now.0));
                self.stays().and(wake)
            }
            Idle::Awake if untouched >= IDLE_SECONDS - WARNING_SECONDS => {
                let left = (IDLE_SECONDS - untouched).max(SHORTEST_WARNING_SECONDS);
                self.idle = Idle::Warning { covers_at: context.now.plus_seconds(left) };
                self.shows().and(Effect::Wake(Timer::Idle, milliseconds(left * 1000)))
            }
            Idle::Awake => {
                let wake = Effect::Wake(
                    Timer::Idle,
                    milliseconds((IDLE_SECONDS - WARNING_SECONDS - untouched) * 1000),
                );
                self.stays().and(wake)
            }
        }
    }

    /// Somebody is there after all.
    pub(super) fn stay(mut self: Box<Self>, context: &mut Context<'_>) -> Turn {
        if self.idle == Idle::Awake {
            return self.stays();
        }
        self.idle = Idle::Awake;
        let untouched = self.untouched_until(context).min(IDLE_SECONDS - WARNING_SECONDS - 1);
        let wake =
            Effect::Wake(Timer::Idle, milliseconds((IDLE_SECONDS - WARNING_SECONDS - untouched) * 1000));
        self.shows().and(wake)
    }

    fn renew(mut self: Box<Self>, context: &mut Context<'_>) -> Turn {
        let wake = Effect::Wake(Timer::Renew, RENEW_MILLISECONDS);
        if context.last_input <= self.session.renewed_at {
            return self.stays().and(wake);
        }
        self.session.renewed_at = context.now;
        let seen = self.seen(SeenEvent::Read, context.now).pop().into_iter().collect();
        let call = Effect::Call(Request::Seen(self.authorization(), seen));
        self.stays().and(wake).and(call)
    }

    /// `link/open` came back, which is asked why the session is over.
    fn told_why(
        mut self: Box<Self>,
        reply: Result<OpenResponse, Failure>,
        context: &mut Context<'_>,
    ) -> Turn {
        if !core::mem::take(&mut self.asks_why) {
            return self.stays();
        }
        let why = match reply {
            // Locked by somebody else's tries: the date opens it no more, but that is not what ended the session.
            Ok(open) if open.state == LinkState::Locked => None,
            Ok(open) => Why::of(open.state),
            Err(failure) => match Why::of_failure(failure) {
                None => {
                    let again = self.visible.then_some(Effect::Wake(Timer::Open, POLL_MILLISECONDS));
                    return self.stays().and_all(again);
                }
                why => why,
            },
        };
        match why {
            Some(why) => self.ends(why),
            None => self.cover(|typed| Asked::SessionEnded { typed }, context),
        }
    }

    /// `session/seen` came back.
    pub(crate) fn told(self: Box<Self>, reply: Result<(), Failure>, context: &mut Context<'_>) -> Turn {
        match reply {
            Err(Failure::Refused(ErrorCode::SessionEnded | ErrorCode::AuthorizationMissing)) => {
                self.cover(|typed| Asked::SessionEnded { typed }, context)
            }
            Err(failure) => match Why::of_failure(failure) {
                Some(why) => self.ends(why),
                None => self.stays(),
            },
            Ok(()) => self.stays(),
        }
    }

    /// One for each message on the screen.
    pub(super) fn seen(&self, event: SeenEvent, now: Timestamp) -> Vec<SeenRequest> {
        // While it is asked whose come first, none is.
        let asking = matches!(self.step, Step::Whose);
        self.shown().filter(|_| !asking).filter_map(|letter| self.seen_of(letter, event, now)).collect()
    }

    /// Nothing of what has not been on the screen.
    pub(super) fn seen_of(&self, letter: &Letter, event: SeenEvent, now: Timestamp) -> Option<SeenRequest> {
        let ms = u64::try_from(now.0 - self.shown_since(letter.number)?.0).unwrap_or(0);
        Some(SeenRequest { mid: letter.mid, shown: letter.shown, event, ms })
    }

    pub(super) fn left(&self, now: Timestamp) -> Vec<SeenRequest> {
        self.seen(SeenEvent::Left, now)
    }

    /// Whether an aside may stand before this page: not while an answer is on its way.
    pub(crate) fn lets_aside(&self) -> bool {
        !matches!(self.step, Step::Sending(_))
    }
}

fn milliseconds(n: i64) -> u32 {
    u32::try_from(n.max(1000)).unwrap_or(u32::MAX)
}
