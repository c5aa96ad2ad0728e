//! What needs no proof of who you are: opting out, "this isn't me", "my birth date is right". Each asks for something typed,
//! so that no robot does it by pressing; the app checks it, a press alone sends nothing.

use super::{
    BrowserEvent, Context, Event, Journey, Screen, Turn,
    effect::{Effect, Failure, Reply, Request, Timer},
    ended::{Ended, Why},
    link::Link,
    retry::Call,
    visit::POLL_MILLISECONDS,
};
use postern_protocol::{
    envelope::link_record::{self, LinkRecord, LinkRecordKind},
    error_code::ErrorCode,
    id::record_id,
    stop_words::STOP_WORDS,
    wire::link_records::{LinkRecordRequest, LinkRecordResponse},
};

/// [`Screen::OptOut`], [`Screen::WrongPerson`], [`Screen::BirthDateQuestion`].
pub struct Aside {
    /// Which.
    pub kind: AsideKind,
    /// How far it is.
    pub step: AsideStep,
    /// Where "Back" goes.
    pub(crate) behind: Journey,
    pub(crate) link: Link,
}

/// Which aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsideKind {
    /// No more texts. The field takes STOP or the language's word.
    OptOut,
    /// "This isn't me". Says what happens: the link closes, the clinic is told. The field takes the two digits.
    WrongPerson {
        /// To be copied.
        digits: [u8; 2],
    },
    /// "My birth date is right": the clinic is told to look; no date is sent. The field takes the two digits.
    BirthDateQuestion {
        /// To be copied.
        digits: [u8; 2],
    },
}

/// How far an aside is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsideStep {
    /// The field, its button and Back.
    Asking {
        /// What was typed is not what was asked for: error summary and the field's line.
        mistyped: bool,
    },
    /// On its way; [`Call::Waiting`] as everywhere. No Back: what is said cannot be unsaid by looking elsewhere.
    Sending {
        /// How the call fares.
        call: Call,
        /// The same bytes until they are taken.
        jws: String,
    },
    /// Taken: what happens next, and Back. (For "this isn't me" the page ends instead, [`Why::WrongPersonTold`].)
    Sent,
    /// Refused for a reason that is no fault of the patient: the clinic's number, and Back.
    Refused(ErrorCode),
}

/// Which aside to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum AsideDoor {
    OptOut,
    WrongPerson,
    BirthDateQuestion,
}

/// What pages may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsideEvent {
    /// From the door, a dead end with a link, or an open visit.
    Open(AsideDoor),
    /// The button, with the field's text; `word` is the page language's word for STOP.
    Submit {
        /// The field's text.
        typed: String,
        /// The word that the page asks for.
        word: &'static str,
    },
    /// "Try again now" while the call waits.
    Retry,
    /// Back to where it was opened.
    Back,
}

impl AsideKind {
    /// Its page.
    pub fn screen(self) -> Screen {
        match self {
            Self::OptOut => Screen::OptOut,
            Self::WrongPerson { .. } => Screen::WrongPerson,
            Self::BirthDateQuestion { .. } => Screen::BirthDateQuestion,
        }
    }

    fn record(self) -> LinkRecordKind {
        match self {
            Self::OptOut => LinkRecordKind::OptOut,
            Self::WrongPerson { .. } => LinkRecordKind::WrongPerson,
            Self::BirthDateQuestion { .. } => LinkRecordKind::BirthDateQuestion,
        }
    }

    fn is_said_by(self, typed: &str, word: &str) -> bool {
        match self {
            Self::OptOut => {
                let typed: String = typed.chars().filter(|c| !c.is_ascii_punctuation()).collect();
                let typed = typed.trim();
                STOP_WORDS.iter().chain([&word]).any(|one| one.eq_ignore_ascii_case(typed))
            }
            Self::WrongPerson { digits } | Self::BirthDateQuestion { digits } => {
                let mut typed = typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(10));
                digits.iter().all(|digit| typed.next() == Some(Some(u32::from(*digit))))
                    && typed.next().is_none()
            }
        }
    }
}

/// Opens an aside over the page that stands now; without a link, or while something is on its way, nothing happens.
pub(crate) fn open(behind: Journey, which: AsideDoor, context: &mut Context<'_>) -> Turn {
    let link = match &behind {
        Journey::Door(door) if matches!(door.attempt, super::door::Attempt::Typing) => {
            Some(door.link.clone())
        }
        Journey::Ended(ended) if ended.has_link() => ended.link.clone(),
        Journey::Visit(visit) if visit.lets_aside() => Some(visit.link.clone()),
        _ => None,
    };
    let Some(link) = link else { return Turn::quiet(behind) };
    let mut digit = || u8::try_from(context.rng.next_u32() % 10).unwrap_or_default();
    let kind = match which {
        AsideDoor::OptOut => AsideKind::OptOut,
        AsideDoor::WrongPerson => AsideKind::WrongPerson { digits: [digit(), digit()] },
        AsideDoor::BirthDateQuestion => AsideKind::BirthDateQuestion { digits: [digit(), digit()] },
    };
    Box::new(Aside { kind, step: AsideStep::Asking { mistyped: false }, behind, link }).shows()
}

impl Aside {
    fn shows(self: Box<Self>) -> Turn {
        Turn::shows(Journey::Aside(self))
    }

    /// Anything that happens while an aside stands.
    pub(crate) fn on(self: Box<Self>, event: Event, context: &mut Context<'_>) -> Turn {
        match event {
            Event::Aside(AsideEvent::Open(_)) => Turn::quiet(Journey::Aside(self)),
            Event::Aside(AsideEvent::Submit { typed, word }) => self.submit(&typed, word, context),
            Event::Aside(AsideEvent::Retry) => self.again(),
            Event::Aside(AsideEvent::Back) if matches!(self.step, AsideStep::Sending { .. }) => self.shows(),
            Event::Aside(AsideEvent::Back) => Turn::shows(self.behind),
            // What came would stand behind this page, unread: it is asked for again.
            Event::Answered(Reply::Messages(Ok(_))) => {
                let wake = Effect::Wake(Timer::Open, POLL_MILLISECONDS);
                Turn::quiet(Journey::Aside(self)).and(wake)
            }
            Event::Answered(Reply::LinkRecord(reply)) => self.answered(reply, context),
            Event::Elapsed(Timer::Retry) if matches!(self.step, AsideStep::Sending { .. }) => self.again(),
            Event::Browser(BrowserEvent::Online) => {
                let turn = self.behind(Event::Browser(BrowserEvent::Online), context);
                match turn.journey {
                    Journey::Aside(aside) => {
                        let mut again = aside.again();
                        again.effects.extend(turn.effects);
                        again
                    }
                    _ => turn,
                }
            }
            event => self.behind(event, context),
        }
    }

    /// The page behind goes on living: it polls, it is covered, it ends.
    fn behind(mut self: Box<Self>, event: Event, context: &mut Context<'_>) -> Turn {
        let mut turn = self.behind.on(event, context);
        if !matches!(turn.journey, Journey::Gone) {
            self.behind = turn.journey;
            turn.journey = Journey::Aside(self);
        }
        turn
    }

    fn submit(mut self: Box<Self>, typed: &str, word: &str, context: &mut Context<'_>) -> Turn {
        if !matches!(self.step, AsideStep::Asking { .. }) {
            return Turn::quiet(Journey::Aside(self));
        }
        if !self.kind.is_said_by(typed, word) {
            self.step = AsideStep::Asking { mistyped: true };
            return self.shows();
        }
        let record = LinkRecord {
            v: 1,
            rid: record_id(context.now, &mut context.rng),
            lid: self.link.keys.lid,
            clinic: context.setting.clinic.clone(),
            kind: self.kind.record(),
            scope: None,
            at: context.now,
        };
        let jws = link_record::seal(&self.link.keys.link_mac, &record);
        let call = self.call(jws.clone());
        self.step = AsideStep::Sending { call: Call::FIRST, jws };
        self.shows().and(call)
    }

    fn call(&self, jws: String) -> Effect {
        Effect::Call(Request::LinkRecord(self.link.authorization(), LinkRecordRequest { jws }))
    }

    fn again(mut self: Box<Self>) -> Turn {
        if let AsideStep::Sending { call, jws } = &mut self.step
            && let Some(sent) = call.again()
        {
            *call = sent;
            let jws = jws.clone();
            let call = self.call(jws);
            return self.shows().and(Effect::Stop(Timer::Retry)).and(call);
        }
        Turn::quiet(Journey::Aside(self))
    }

    fn answered(
        mut self: Box<Self>,
        reply: Result<LinkRecordResponse, Failure>,
        context: &mut Context<'_>,
    ) -> Turn {
        let AsideStep::Sending { call, jws } = self.step else {
            return Turn::quiet(Journey::Aside(self));
        };
        match reply {
            Ok(_) if matches!(self.kind, AsideKind::WrongPerson { .. }) => {
                let end = self
                    .behind
                    .visit()
                    .map(|visit| Effect::Call(Request::End(visit.authorization(), Vec::new())));
                Ended::turn(None, Why::WrongPersonTold, false).and(Effect::ForgetLink).and_all(end)
            }
            Ok(_) => {
                if let (AsideKind::OptOut, Journey::Visit(visit)) = (self.kind, &mut self.behind) {
                    visit.stopped = true;
                }
                self.step = AsideStep::Sent;
                self.shows()
            }
            Err(failure) if failure.passes() => {
                let (call, wake) = call.fail(Timer::Retry, context.now);
                self.step = AsideStep::Sending { call, jws };
                self.shows().and(wake)
            }
            Err(Failure::Refused(code)) => {
                self.step = AsideStep::Refused(code);
                self.shows()
            }
            Err(Failure::Unreachable) => {
                self.step = AsideStep::Refused(ErrorCode::Unknown);
                self.shows()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_is_understood_in_any_case_with_punctuation_and_in_the_pages_language() {
        for typed in ["STOP", " stop. ", "Stop!", "alto", "Opt out", "ARRêT"] {
            assert!(AsideKind::OptOut.is_said_by(typed, "Arrêt"), "{typed}");
        }
        for typed in ["", "yes", "st op", "stop it"] {
            assert!(!AsideKind::OptOut.is_said_by(typed, "STOP"), "{typed}");
        }
    }

    #[test]
    fn only_the_two_digits_that_stand_there_count() {
        let kind = AsideKind::WrongPerson { digits: [4, 0] };
        for (typed, said) in
            [("40", true), (" 4 0 ", true), ("4", false), ("04", false), ("400", false), ("", false)]
        {
            assert_eq!(kind.is_said_by(typed, "STOP"), said, "{typed}");
        }
    }
}
