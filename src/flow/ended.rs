//! Dead ends. Each says what happened, has one button and the clinic's number as a tap-to-call.

use super::{
    Journey, Turn,
    effect::{Effect, Timer},
    link::Link,
};

/// [`crate::flow::Screen::Ended`].
pub struct Ended {
    /// What happened.
    pub why: Why,
    /// The message was open when it happened: it was taken off the screen, say so.
    pub was_open: bool,
    /// The link, for what still can be done without proof. `None` when it was given up.
    pub(crate) link: Option<Link>,
}

/// Why there is nothing to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// All tries are used. Offer "my birth date is right" ([`super::aside::AsideDoor::BirthDateQuestion`]) and the number.
    Locked,
    /// Past its time.
    Expired,
    /// The clinic took the message back.
    Recalled,
    /// Ended by the clinic after the answer.
    Closed,
    /// The portal does not know it: too old, or never a link of this clinic.
    Unknown,
    /// The link asks for something this page cannot ask for (a code): call the clinic.
    OtherProof,
    /// It opened, but what is in it cannot be read (another version, or damaged): call the clinic.
    Unreadable,
    /// "This isn't me" was sent. Thanks, please delete the text; the clinic's number.
    WrongPersonTold,
}

/// What the page may send.
pub enum EndedEvent {
    /// "Look again" (Locked after the clinic unlocked it, and so on): loads the page anew.
    LookAgain,
}

impl Ended {
    /// A dead end; nothing runs on.
    pub(crate) fn turn(link: Option<Link>, why: Why, was_open: bool) -> Turn {
        Turn::shows(Journey::Ended(Box::new(Self { why, was_open, link })))
            .and_all(Timer::ALL.map(Effect::Stop))
    }

    /// Whether opting out and "this isn't me" (and, when locked, "my birth date is right") can be offered: the portal knows the link.
    pub fn has_link(&self) -> bool {
        self.link.is_some() && self.why != Why::Unknown
    }

    /// A press.
    pub(crate) fn on(self: Box<Self>, event: &EndedEvent) -> Turn {
        let EndedEvent::LookAgain = event;
        Turn::quiet(Journey::Ended(self)).and(Effect::Reload)
    }
}
