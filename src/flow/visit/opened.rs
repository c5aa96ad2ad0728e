//! That a page elsewhere was opened: recorded behind whatever page stands there, and holding nothing up.

use super::Visit;
use crate::flow::{
    Context, Turn,
    answer::{Answered, Sending},
    door::Asked,
    effect::{Effect, Failure, Timer},
    ended::Why,
    retry::Call,
};
use postern_protocol::{
    digest::sha256, error_code::ErrorCode, id::RecordId, receipt, wire::records::RecordResponse,
};

impl Visit {
    /// The link was pressed; the browser follows it. What was recorded already, or is on its way, is not recorded again.
    pub(super) fn opens(mut self: Box<Self>, item: usize, context: &mut Context<'_>) -> Turn {
        if self.answer_to(item).is_some() || self.openings.iter().any(|one| one.0 == item) {
            return self.stays();
        }
        let Some(sending) = self.seal_opened(item, context) else { return self.stays() };
        let call = Effect::Call(self.record_call(&sending));
        self.openings.push((item, sending));
        self.stays().and(call)
    }

    /// `PUT records/{rid}` of such a record came back.
    pub(super) fn opening_recorded(
        mut self: Box<Self>,
        rid: RecordId,
        reply: Result<RecordResponse, Failure>,
        context: &mut Context<'_>,
    ) -> Turn {
        let Some(place) = self.openings.iter().position(|one| one.1.rid == rid) else { return self.stays() };
        match reply {
            Ok(answer) => {
                let (_, sending) = self.openings.remove(place);
                let holds = self.accept(&sending, &answer.receipt).is_some()
                    || self.accept_overtaken(&sending, &answer.receipt).is_some();
                self.doubtful |= !holds;
                self.shows()
            }
            Err(failure) if failure.passes() => {
                let (call, wake) = self.openings[place].1.call.fail(Timer::Opened, context.now);
                self.openings[place].1.call = call;
                self.stays().and(wake)
            }
            Err(Failure::Refused(ErrorCode::SessionEnded | ErrorCode::AuthorizationMissing)) => {
                self.cover(|typed| Asked::SessionEnded { typed }, context)
            }
            Err(failure) => match Why::of_failure(failure) {
                Some(why) => self.ends(why),
                // Nobody was asked to do anything about it: the page elsewhere is open, and what matters is said there.
                None => {
                    self.openings.remove(place);
                    self.stays()
                }
            },
        }
    }

    /// An answer that went out after it was received before it. The chain as a whole is checked at the next opening, and by the clinic.
    fn accept_overtaken(&mut self, sending: &Sending, compact: &str) -> Option<()> {
        let receipt = receipt::verify(compact, &self.portal_keys).ok()?;
        let (last, _) = self.last_receipt.as_ref()?;
        let is_before = receipt.epoch == last.epoch && receipt.seq < last.seq;
        let is_its = receipt.lid == self.link.keys.lid && receipt.sha256 == sha256(sending.record.as_bytes());
        if !is_before || !is_its {
            return None;
        }
        let answered: Answered =
            self.answered(sending.rid, sending.level, &sending.own, &receipt, compact)?;
        self.answers.push(answered);
        self.mark_replaced();
        Some(())
    }

    /// Those that wait go out again, the same bytes.
    pub(super) fn openings_again(&mut self) -> Vec<Effect> {
        let mut calls = Vec::new();
        for place in 0..self.openings.len() {
            let sending = &mut self.openings[place].1;
            let Some(call) = sending.call.again() else { continue };
            sending.call = call;
            calls.push(Effect::Call(self.record_call(&self.openings[place].1)));
        }
        calls
    }

    /// After a cover: those that did not arrive go out again.
    pub(super) fn resume_openings(&mut self, kept: Vec<(usize, Sending)>) -> Vec<Effect> {
        let arrived = |one: &(usize, Sending)| self.answers.iter().any(|answer| answer.rid == one.1.rid);
        self.openings = kept.into_iter().filter(|one| !arrived(one)).collect();
        for (_, sending) in &mut self.openings {
            sending.call = Call::FIRST;
        }
        self.openings.iter().map(|(_, sending)| Effect::Call(self.record_call(sending))).collect()
    }
}
