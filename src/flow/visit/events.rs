//! Presses on the pages of an open message.

use super::{Step, Visit, VisitEvent};
use crate::flow::{
    Context, Journey, Turn,
    answer::{Choice, Draft, NotTaken, Sending},
    consent::Which,
    door::Asked,
    effect::{Effect, Request, Timer},
    preferences::Topic,
};
use postern_protocol::{page::Act, wire::session::SeenEvent};

impl Visit {
    /// A press.
    pub(crate) fn on(mut self: Box<Self>, event: VisitEvent, context: &mut Context<'_>) -> Turn {
        self.resume = None;
        let turn = self.pressed(event, context);
        turn.noticing(context)
    }

    fn pressed(mut self: Box<Self>, event: VisitEvent, context: &mut Context<'_>) -> Turn {
        match event {
            VisitEvent::Choose { item, choice } => self.choose(item, choice, context),
            VisitEvent::Send => match self.step {
                Step::Cancelling { item, .. } => self.send(item, Choice::Cancel, context),
                Step::OtherTime { item, .. } => self.send(item, Choice::OtherTime, context),
                Step::Writing { message, .. } => self.send_reply(message, context),
                _ => self.stays(),
            },
            VisitEvent::OpenConsent { item, which } => self.open_consent(item, which),
            VisitEvent::Opens { item } => self.opens(item, context),
            VisitEvent::Whose(place) => self.turn_to(place, context),
            VisitEvent::Act(act) => self.act(act, context),
            VisitEvent::OpenPreferences => self.open_preferences(),
            VisitEvent::Wish(topic) => self.wish(topic, context),
            VisitEvent::OpenReply => self.open_reply(),
            VisitEvent::ReadNew => self.read_new(),
            VisitEvent::Typed(draft) => {
                self.draft = Draft { focus: self.draft.focus.take(), ..draft };
                self.stays()
            }
            VisitEvent::Focused(id) => {
                self.draft.focus = Some(id);
                self.stays()
            }
            VisitEvent::Back => self.back(),
            VisitEvent::Retry => self.again(),
            VisitEvent::Stay => self.stay(context),
            VisitEvent::Close => self.cover(|typed| Asked::Idle { typed }, context),
            VisitEvent::Exit => self.exit(),
        }
    }

    /// Nothing is kept, and nothing is asked again on this phone before the link is tapped in the text again.
    fn exit(self: Box<Self>) -> Turn {
        let end = Effect::Call(Request::End(self.authorization(), Vec::new()));
        let stop = Timer::ALL.map(Effect::Stop);
        Turn::shows(Journey::Gone).and(Effect::Blank).and(Effect::ForgetLink).and(end).and_all(stop)
    }

    fn choose(mut self: Box<Self>, item: usize, choice: Choice, context: &mut Context<'_>) -> Turn {
        if !matches!(self.step, Step::Reading { .. }) || self.appointment(item).is_none() {
            return self.stays();
        }
        match choice {
            Choice::Confirm => return self.send(item, choice, context),
            _ if !self.may_answer(item, context.now) => self.step = Step::NotTaken(NotTaken::TooLate),
            Choice::Cancel => self.step = Step::Cancelling { item, problem: None },
            Choice::OtherTime => self.step = Step::OtherTime { item, problem: None },
        }
        self.shows()
    }

    fn send(mut self: Box<Self>, item: usize, choice: Choice, context: &mut Context<'_>) -> Turn {
        if !self.may_answer(item, context.now) {
            self.step = Step::NotTaken(NotTaken::TooLate);
            return self.shows();
        }
        if let Err(found) = self.draft.check(choice) {
            let problem = Some(found);
            self.step = match choice {
                Choice::Confirm => Step::Reading { problem },
                Choice::Cancel => Step::Cancelling { item, problem },
                Choice::OtherTime => Step::OtherTime { item, problem },
            };
            return self.shows();
        }
        match self.seal(item, choice, context) {
            Some(sending) => self.goes_out(sending),
            None => self.stays(),
        }
    }

    /// The messages about another patient: they are read from now on, the others no more.
    fn turn_to(mut self: Box<Self>, place: u64, context: &Context<'_>) -> Turn {
        let there = self.letters.iter().any(|letter| letter.place() == place);
        if !matches!(self.step, Step::Whose | Step::Reading { .. }) || !there || place == self.place {
            return self.stays();
        }
        let mut seen = self.left(context.now);
        self.place = place;
        self.session.opened_at = context.now;
        self.step = match self.unanswered_consent() {
            Some(item) => Step::Consent { item, which: Which::Ask, problem: None },
            None => Step::Reading { problem: None },
        };
        seen.extend(self.seen(SeenEvent::Read, context.now));
        let call = Effect::Call(Request::Seen(self.authorization(), seen));
        self.shows().and(call)
    }

    fn open_consent(mut self: Box<Self>, item: usize, which: Which) -> Turn {
        if !matches!(self.step, Step::Reading { .. } | Step::Received { .. }) || self.consent(item).is_none()
        {
            return self.stays();
        }
        self.draft = Draft::default();
        self.step = Step::Consent { item, which, problem: None };
        self.shows()
    }

    fn act(mut self: Box<Self>, act: Act, context: &mut Context<'_>) -> Turn {
        let Step::Consent { item, which, .. } = self.step else { return self.stays() };
        let sent = match act {
            Act::NotNow | Act::Keep => {
                self.draft = Draft::default();
                self.step = Step::Reading { problem: None };
                return self.shows();
            }
            Act::Agree | Act::Decline if which == Which::Ask => self.seal_consent(item, act, context),
            Act::TakeBack if which == Which::TakeBack => self.seal_consent(item, act, context),
            _ => return self.stays(),
        };
        match sent {
            Ok(sending) => self.goes_out(sending),
            Err(found) => {
                self.step = Step::Consent { item, which, problem: Some(found) };
                self.shows()
            }
        }
    }

    fn open_preferences(mut self: Box<Self>) -> Turn {
        if matches!(self.step, Step::Sending(_) | Step::Preferences { .. } | Step::Whose) {
            return self.stays();
        }
        let Some(sheet) = self.sheet() else { return self.stays() };
        let behind = core::mem::replace(&mut self.step, Step::Preferences { problem: None });
        let typed = core::mem::replace(&mut self.draft, sheet.draft());
        // What was received is on its card as well.
        if !matches!(behind, Step::Received { .. }) {
            self.behind = Some(Box::new((behind, typed)));
        }
        self.shows()
    }

    fn wish(mut self: Box<Self>, topic: Topic, context: &mut Context<'_>) -> Turn {
        if !matches!(self.step, Step::Preferences { .. }) {
            return self.stays();
        }
        match self.seal_wish(topic, context) {
            Ok(sending) => self.goes_out(sending),
            Err(found) => {
                self.step = Step::Preferences { problem: Some(found) };
                self.shows()
            }
        }
    }

    fn send_reply(mut self: Box<Self>, message: u32, context: &mut Context<'_>) -> Turn {
        match self.seal_reply(message, context) {
            Ok(sending) => self.goes_out(sending),
            Err(found) => {
                self.step = Step::Writing { message, problem: Some(found) };
                self.shows()
            }
        }
    }

    fn goes_out(mut self: Box<Self>, sending: Sending) -> Turn {
        let call = Effect::Call(self.record_call(&sending));
        self.step = Step::Sending(Box::new(sending));
        self.shows().and(call)
    }

    fn back(mut self: Box<Self>) -> Turn {
        match self.step {
            // What is on its way cannot be taken back by looking elsewhere.
            Step::Sending(_) => self.stays(),
            Step::Received { .. } | Step::Preferences { .. } => {
                let reading = || Box::new((Step::Reading { problem: None }, Draft::default()));
                (self.step, self.draft) = *self.behind.take().unwrap_or_else(reading);
                self.shows()
            }
            _ => {
                self.step = Step::Reading { problem: None };
                self.shows()
            }
        }
    }

    /// The waiting answer goes out again, the same bytes.
    pub(crate) fn again(mut self: Box<Self>) -> Turn {
        let Step::Sending(sending) = &mut self.step else { return self.stays() };
        let Some(sent) = sending.call.again() else { return self.stays() };
        sending.call = sent;
        let Step::Sending(sending) = &self.step else { return self.stays() };
        let call = Effect::Call(self.record_call(sending));
        self.shows().and(Effect::Stop(Timer::Retry)).and(call)
    }
}
