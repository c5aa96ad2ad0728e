//! What can happen, from the tap on the link to the receipt: plain enums and functions from one moment to the next.
//! No browser in here: time, randomness and the browser's facts come in through [`Context`], everything that has to be
//! done outside (calls, timers, the address) goes out as [`Effect`]s. The engine runs those and feeds what comes back
//! in as [`Event`]s.
//!
//! A page looks at [`Journey::screen`] to know which page it is, and at that variant's data to know what stands on it.
//! Each type says in its doc comment what the page shows and which events it may send.

pub mod action;
pub mod answer;
pub mod arrival;
pub mod aside;
pub mod birth_date;
pub mod calendar;
pub mod consent;
pub mod content;
pub mod door;
pub mod effect;
pub mod ended;
pub mod idle;
pub mod link;
pub mod preferences;
pub mod reply;
pub mod retry;
pub mod visit;
pub mod whose;

#[cfg(test)]
mod tests;

use crate::later;
use aside::Aside;
use door::Door;
use effect::{Effect, Reply, Timer};
use postern_protocol::{id::ClinicId, time::Timestamp};
use rand_core::CryptoRngCore;
use visit::Visit;

/// Which page stands on the screen. Title, focus and the page component follow this; it changes exactly when a new
/// page starts, so the frame moves focus to the heading when it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Tap the link in your text again, or paste it here. Data: [`arrival::Arrival`].
    NoLink,
    /// Birth date. Data: [`door::Door`]; also after the page was covered ([`door::Door::why`]).
    Door,
    /// A dead end with its way out. Data: [`ended::Ended`].
    Ended,
    /// What the clinic wrote, with what can be answered. Data: [`visit::Visit`].
    Message,
    /// The same about another patient of the same link: it is drawn anew.
    MessageAbout(u64),
    /// Messages about several patients: whose comes first? Data: [`visit::Step::Whose`].
    Whose,
    /// "Cancel this visit?" Data: [`visit::Visit`], [`visit::Step::Cancelling`].
    CancelCheck,
    /// Ask for another time: days and a note. Data: [`visit::Visit`], [`visit::Step::OtherTime`].
    OtherTime,
    /// A consent that is asked for or taken back. Data: [`visit::Step::Consent`].
    Consent,
    /// Which texts come and why, with what can be wished. Data: [`visit::Step::Preferences`].
    Preferences,
    /// Writing back: office hours, until when an answer comes, the text. Data: [`visit::Step::Writing`].
    Reply,
    /// The answer is on its way, with retries in words. Data: [`visit::Step::Sending`].
    Sending,
    /// What was received, when, the code, what happens next. Data: [`visit::Step::Received`].
    Receipt,
    /// The answer was not taken, why and what to do. Data: [`visit::Step::NotTaken`].
    NotTaken,
    /// Stop texts: type STOP. Data: [`aside::Aside`].
    OptOut,
    /// "This isn't me": copy two digits. Data: [`aside::Aside`].
    WrongPerson,
    /// "My birth date is right": copy two digits. Data: [`aside::Aside`].
    BirthDateQuestion,
    /// The page is being left: nothing stands on it.
    Gone,
}

/// The one state of the app.
pub enum Journey {
    /// No usable link.
    Arrival(arrival::Arrival),
    /// Not proved yet, or not any more.
    Door(Box<Door>),
    /// A dead end.
    Ended(Box<ended::Ended>),
    /// Proved: the message is open.
    Visit(Box<Visit>),
    /// What needs no proof (opt-out, wrong person, birth date is right), with the page it came from behind it.
    Aside(Box<Aside>),
    /// The page is being left (`pagehide`): everything is wiped; coming back reloads.
    Gone,
}

impl Journey {
    /// Which page this is.
    pub fn screen(&self) -> Screen {
        match self {
            Self::Arrival(_) => Screen::NoLink,
            Self::Door(_) => Screen::Door,
            Self::Ended(_) => Screen::Ended,
            Self::Visit(visit) => match visit.step {
                visit::Step::Reading { .. } if visit.place > 1 => Screen::MessageAbout(visit.place),
                _ => visit.step.screen(),
            },
            Self::Aside(aside) => aside.kind.screen(),
            Self::Gone => Screen::Gone,
        }
    }

    /// The open visit, also while an aside stands before it.
    pub fn visit(&self) -> Option<&Visit> {
        match self {
            Self::Visit(visit) => Some(visit),
            Self::Aside(aside) => aside.behind.visit(),
            _ => None,
        }
    }
}

/// Everything that can happen.
pub enum Event {
    /// On [`Screen::NoLink`].
    Arrival(arrival::ArrivalEvent),
    /// On [`Screen::Door`].
    Door(door::DoorEvent),
    /// On every page of an open visit.
    Visit(visit::VisitEvent),
    /// On the three aside pages, and opening them from any page that has a link.
    Aside(aside::AsideEvent),
    /// On [`Screen::Ended`].
    Ended(ended::EndedEvent),
    /// From the browser itself; the engine sends these.
    Browser(BrowserEvent),
    /// A timer fired; the engine sends these.
    Elapsed(Timer),
    /// A call came back; the engine sends these.
    Answered(Reply),
}

/// What the browser tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrowserEvent {
    /// The page can be seen again.
    Shown,
    /// Another app or tab is in front.
    Hidden,
    /// The network is back.
    Online,
    /// The page is being left.
    Leaving,
    /// The page came back from the browser's back-forward cache.
    Restored,
    /// The fragment of the address changed: another link was tapped.
    AddressChanged,
}

/// What a transition may know of the outside.
pub struct Context<'a> {
    /// The present moment by the phone's clock.
    pub now: Timestamp,
    /// When the patient last touched, typed or scrolled.
    pub last_input: Timestamp,
    /// The browser's generator.
    pub rng: &'a mut dyn CryptoRngCore,
    /// Who shows and how: into the record.
    pub setting: &'a Setting,
}

/// What does not change while the page is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The clinic of this address, as painted in the page.
    pub clinic: ClinicId,
    /// The phone's time zone, an IANA name.
    pub zone: String,
    /// The language the page is drawn in, BCP 47.
    pub locale: String,
    /// The build of this app.
    pub build: String,
    /// Month names that may be typed: one or more dozens, January first, see [`birth_date::read`].
    pub months: &'static [&'static str],
}

/// What a transition returns.
pub struct Turn {
    /// The new state.
    pub journey: Journey,
    /// To be run now, in order.
    pub effects: Vec<Effect>,
    /// Nothing on the screen changes (typing kept for later): the pages need not look again.
    pub quiet: bool,
}

impl Turn {
    pub(crate) fn shows(journey: Journey) -> Self {
        Self { journey, effects: Vec::new(), quiet: false }
    }

    pub(crate) fn quiet(journey: Journey) -> Self {
        Self { journey, effects: Vec::new(), quiet: true }
    }

    pub(crate) fn and(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    pub(crate) fn and_all(mut self, effects: impl IntoIterator<Item = Effect>) -> Self {
        self.effects.extend(effects);
        self
    }
}

impl Journey {
    /// From one moment to the next. What does not belong to this moment (a late answer, a second press) changes nothing.
    pub fn on(self, event: Event, context: &mut Context<'_>) -> Turn {
        let Some(later) = later::get() else { return self.early(event, context) };
        match (self, event) {
            (Self::Aside(aside), event) => (later.aside)(aside, event, context),
            (Self::Visit(visit), Event::Visit(event)) => (later.pressed)(visit, event, context),
            (Self::Visit(visit), Event::Browser(event)) => (later.browser)(visit, &event, context),
            (Self::Visit(visit), Event::Elapsed(timer)) => (later.elapsed)(visit, timer, context),
            (Self::Visit(visit), Event::Answered(reply)) => (later.answered)(visit, reply, context),
            (journey, Event::Aside(aside::AsideEvent::Open(which))) => {
                (later.open_aside)(journey, which, context)
            }
            (journey, event) => journey.early(event, context),
        }
    }

    /// Whether this turn has to wait for [`crate::later`], where that is not here yet. Covering and leaving never wait.
    pub fn awaits_later(&self, event: &Event) -> bool {
        match (self, event) {
            (Self::Visit(_), event) => !Visit::never_waits(event),
            (_, Event::Aside(_)) => true,
            (Self::Door(_), Event::Answered(Reply::Finish(Ok(answer)))) => {
                !answer.receipts.is_empty() || !answer.own.is_empty()
            }
            _ => false,
        }
    }

    /// The turns up to the first text, and those that never wait.
    fn early(self, event: Event, context: &mut Context<'_>) -> Turn {
        match (self, event) {
            (Self::Visit(visit), event) => visit.early(&event, context),
            (journey, Event::Browser(event)) => journey.browser(&event),
            (Self::Arrival(arrival), Event::Arrival(event)) => arrival.on(&event),
            (Self::Ended(ended), Event::Ended(event)) => ended.on(&event),
            (Self::Door(door), Event::Door(event)) => door.on(event, context),
            (Self::Door(door), Event::Elapsed(Timer::Open | Timer::Retry)) => door.again(),
            (Self::Door(door), Event::Answered(reply)) => match reply {
                Reply::Open(reply) => door.opened(reply, context),
                Reply::Start(reply) => door.started(reply, context),
                Reply::Finish(reply) => door.finished(reply, context),
                _ => Turn::quiet(Self::Door(door)),
            },
            (journey, _) => Turn::quiet(journey),
        }
    }

    fn browser(self, event: &BrowserEvent) -> Turn {
        match (self, event) {
            (journey, BrowserEvent::Restored | BrowserEvent::AddressChanged) => {
                Turn::quiet(journey).and(Effect::Reload)
            }
            (_, BrowserEvent::Leaving) => Turn::shows(Self::Gone).and(Effect::Blank),
            (Self::Door(door), BrowserEvent::Online) => door.again(),
            (journey, _) => Turn::quiet(journey),
        }
    }
}
