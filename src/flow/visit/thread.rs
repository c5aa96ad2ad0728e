//! Writing back, and what the clinic adds to the link while its page is open.

use super::{Step, Visit, watch::POLL_MILLISECONDS};
use crate::flow::{
    Context, Journey, Turn,
    answer::{DraftProblem, Said, Sending},
    content::Letter,
    effect::{Effect, Failure, Request, Timer},
    ended::Why,
    reply::{self, MOST_REPLIES},
};
use postern_fhir::{Communication, instant};
use postern_protocol::{
    error_code::ErrorCode,
    record::RecordKind,
    time::Timestamp,
    wire::{session::SeenEvent, verify::WireEnvelope},
};

use super::opening::{MOST_MESSAGES, open_letter};

/// A message that came while the page was open.
pub(crate) struct Came {
    /// Its number.
    pub(crate) number: u32,
    /// Since when it has stood on the screen; not yet, while another page stands there.
    pub(crate) shown_at: Option<Timestamp>,
}

impl Visit {
    /// The newest message that may be written back to.
    pub fn open_to_replies(&self) -> Option<&Letter> {
        self.shown().rev().find(|letter| letter.replies.is_some())
    }

    /// What was written back to a message, oldest first: places in [`Visit::answers`].
    pub fn replies_to(&self, number: u32) -> impl Iterator<Item = usize> {
        let all = self.answers.iter().enumerate();
        let to =
            all.filter(move |(_, one)| matches!(one.said, Said::Reply(_)) && one.message == Some(number));
        to.map(|(place, _)| place)
    }

    /// Whether a page takes no more of them.
    pub fn is_full_of_replies(&self) -> bool {
        self.answers.iter().filter(|one| matches!(one.said, Said::Reply(_))).count() >= MOST_REPLIES
    }

    /// A message came that has not stood on the screen yet.
    pub fn has_unread(&self) -> bool {
        self.came.iter().any(|one| one.shown_at.is_none())
    }

    pub(super) fn ask_for_messages(&self) -> Effect {
        Effect::Call(Request::Messages(self.authorization(), self.newest))
    }

    pub(super) fn open_reply(mut self: Box<Self>) -> Turn {
        let Some(message) = self.open_to_replies().map(|letter| letter.number) else { return self.stays() };
        if !matches!(self.step, Step::Reading { .. } | Step::Received { .. }) || self.is_full_of_replies() {
            return self.stays();
        }
        self.step = Step::Writing { message, problem: None };
        self.shows()
    }

    /// To the messages, where one came that has not been seen.
    pub(super) fn read_new(mut self: Box<Self>) -> Turn {
        if matches!(self.step, Step::Sending(_)) {
            return self.stays();
        }
        if let Some(behind) = self.behind.take() {
            self.draft = behind.1;
        }
        self.step = Step::Reading { problem: None };
        self.shows()
    }

    /// What was written to a message.
    pub(super) fn seal_reply(
        &self,
        message: u32,
        context: &mut Context<'_>,
    ) -> Result<Sending, DraftProblem> {
        let words = reply::written(&self.draft)?;
        self.draft.check_helper()?;
        let letter = self.letters.iter().find(|one| one.number == message);
        let letter = letter.ok_or(DraftProblem::NotComplete)?;
        let (by, sender) = self.answerer();
        let written = Communication {
            payload: vec![words.into()],
            sender: sender.map(|helper| [&*helper.name, " (", &helper.relationship, ")"].concat()),
            sent: Some(instant::to_text(context.now.0)),
            ..Communication::default()
        };
        let resource = written.write_as_answer(&letter.mid.to_text());
        let kind = RecordKind::Communication;
        let answer = super::answering::Answer { letter, replaces: None, kind, by, page: None, resource };
        self.sign(answer, context).ok_or(DraftProblem::NotComplete)
    }

    /// `session/messages` came back.
    pub(super) fn came(
        mut self: Box<Self>,
        reply: Result<Vec<WireEnvelope>, Failure>,
        context: &Context<'_>,
    ) -> Turn {
        let wake = self.visible.then_some(Effect::Wake(Timer::Open, POLL_MILLISECONDS));
        match reply {
            Ok(mut envelopes) => {
                envelopes.retain(|one| one.n > self.newest);
                envelopes.sort_by_key(|one| one.n);
                if envelopes.is_empty() {
                    return self.stays().and_all(wake);
                }
                for envelope in &envelopes {
                    self.take_in(envelope);
                }
                self.look_for_gaps();
                self.shows().and_all(wake).noticing(context)
            }
            // Why, only the link itself says.
            Err(Failure::Refused(ErrorCode::SessionEnded | ErrorCode::AuthorizationMissing)) => {
                self.asks_why = true;
                let ask = Effect::Call(Request::Open(self.link.authorization()));
                self.stays().and(ask)
            }
            Err(failure) => match Why::of_failure(failure) {
                Some(why) => self.ends(why),
                None => self.stays().and_all(wake),
            },
        }
    }

    fn take_in(&mut self, envelope: &WireEnvelope) {
        let fits = envelope.n > self.newest && envelope.n <= MOST_MESSAGES;
        self.newest = self.newest.max(envelope.n);
        let items = self.letters.iter().map(Letter::items).sum();
        match open_letter(&self.keys, envelope, items).filter(|_| fits) {
            Some((letter, clinic)) => {
                self.clinic_name = clinic.display;
                self.clinic_key = clinic.key;
                self.portal_keys = clinic.portal_keys;
                self.came.push(Came { number: letter.number, shown_at: None });
                self.letters.push(letter);
            }
            None => self.doubtful = true,
        }
    }

    /// Since when a message stands on the screen.
    pub(super) fn shown_since(&self, number: u32) -> Option<Timestamp> {
        match self.came.iter().find(|one| one.number == number) {
            None => Some(self.session.opened_at),
            Some(one) => one.shown_at,
        }
    }
}

impl Turn {
    /// Where the messages stand on the screen now, those that came meanwhile are read from now on.
    pub(super) fn noticing(mut self, context: &Context<'_>) -> Self {
        let Journey::Visit(visit) = &mut self.journey else { return self };
        if !matches!(visit.step, Step::Reading { .. }) || !visit.has_unread() {
            return self;
        }
        let mut now_read = Vec::new();
        for one in visit.came.iter_mut().filter(|one| one.shown_at.is_none()) {
            one.shown_at = Some(context.now);
            now_read.push(one.number);
        }
        let letters = visit.shown().filter(|letter| now_read.contains(&letter.number));
        let seen = letters.filter_map(|letter| visit.seen_of(letter, SeenEvent::Read, context.now)).collect();
        let call = Effect::Call(Request::Seen(visit.authorization(), seen));
        self.and(call)
    }
}
