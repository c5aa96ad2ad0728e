//! From the session's first answer to the message on the page.

use super::{Kept, Session, Step, Visit};
use crate::flow::{
    Context, Turn,
    answer::Draft,
    consent::Which,
    content::Letter,
    door::Finishing,
    effect::{Effect, Request, Timer},
    ended::{Ended, Why},
    idle::{IDLE_SECONDS, Idle, WARNING_SECONDS},
    link::Link,
    retry::Call,
};
use crate::later;
use postern_fhir::Bundle;
use postern_protocol::{
    derive::ContentKeys,
    envelope::{
        message::{self, MessageClinic},
        slot,
    },
    factor::FactorKind,
    id::ClinicId,
    receipt, record_code,
    wire::{
        session::SeenEvent,
        verify::{FinishResponse, OwnCopy, WireEnvelope},
    },
};

use super::watch::{POLL_MILLISECONDS, RENEW_MILLISECONDS};

/// A link holds far fewer; a portal that claims more gets no more work out of the phone.
pub(super) const MOST_MESSAGES: u32 = 1000;

/// Slot → content keys → messages → receipts and own copies, checked against the keys pinned in the newest message.
pub(crate) fn open(
    link: Link,
    clinic: ClinicId,
    finishing: Finishing,
    answer: FinishResponse,
    kept: Kept,
    context: &mut Context<'_>,
) -> Turn {
    let Ok(keys) = slot::open(
        &answer.slot,
        &finishing.export_key,
        &link.secret,
        &link.keys.lid,
        finishing.slot,
        FactorKind::BirthDate,
    ) else {
        return Ended::turn(Some(link), Why::Unreadable, false);
    };
    let mut doubtful = answer.envelopes.iter().any(|envelope| !(1..=MOST_MESSAGES).contains(&envelope.n));
    let (mut letters, mut newest, mut items) = (Vec::new(), None, 0);
    // By their numbers, whatever order they were served in.
    let numbered = |n| answer.envelopes.iter().filter(move |envelope| envelope.n == n);
    for envelope in (1..=MOST_MESSAGES).flat_map(numbered) {
        match open_letter(&keys, envelope, items) {
            Some((letter, clinic)) => {
                newest = Some(clinic);
                items += letter.items();
                letters.push(letter);
            }
            None => doubtful = true,
        }
    }
    let Some(newest) = newest else { return Ended::turn(Some(link), Why::Unreadable, false) };
    let places = || letters.iter().map(Letter::place).filter(|place| *place > 0);
    let place = places().next().unwrap_or(0);
    let several = places().any(|other| other != place);
    let session = Session {
        token: finishing.token,
        ends_at: context.now.plus_seconds((answer.session.ends.0 - answer.session.now.0) / 1000),
        opened_at: context.now,
        renewed_at: context.now,
        ahead: answer.session.now.0 - context.now.0,
    };
    let mut visit = Box::new(Visit {
        clinic_name: newest.display,
        letters,
        missing: Vec::new(),
        doubtful,
        answers: Vec::new(),
        step: if several { Step::Whose } else { Step::Reading { problem: None } },
        place: if several { 0 } else { place },
        draft: Draft::default(),
        behind: None,
        openings: Vec::new(),
        stopped: false,
        came: Vec::new(),
        newest: answer.envelopes.iter().map(|envelope| envelope.n).max().unwrap_or(0),
        asks_why: false,
        resume: None,
        idle: Idle::Awake,
        visible: true,
        link,
        clinic,
        session,
        keys,
        clinic_key: newest.key,
        portal_keys: newest.portal_keys,
        last_receipt: None,
    });
    visit.look_for_gaps();
    // Who answered before, or typed before the page was covered, has the second file.
    let resend = if answer.receipts.is_empty() && answer.own.is_empty() && kept.is_empty() {
        Vec::new()
    } else {
        match later::get() {
            Some(later) => (later.resume)(&mut visit, &answer, kept),
            None => {
                visit.doubtful = true;
                Vec::new()
            }
        }
    };
    if let (Step::Reading { .. }, Some(item)) = (&visit.step, visit.unanswered_consent()) {
        visit.step = Step::Consent { item, which: Which::Ask, problem: None };
    }
    visit.begin(resend, context)
}

/// A sealed message of this link with what its clinic says of itself, if it is what it says it is.
pub(super) fn open_letter(
    keys: &ContentKeys,
    envelope: &WireEnvelope,
    first_item: usize,
) -> Option<(Letter, MessageClinic)> {
    let opened = message::open::<Bundle>(&envelope.jwe, keys.at(envelope.level)?, &envelope.mid).ok()?;
    let clinic = opened.message.clinic.clone();
    let fits = opened.message.n == envelope.n;
    fits.then(|| (Letter::read(opened, envelope.mid, envelope.level, first_item), clinic))
}

impl Visit {
    /// Which numbers are missing up to the newest message.
    pub(super) fn look_for_gaps(&mut self) {
        let last = self.letters.last().map_or(0, |letter| letter.number);
        let there = |n: &u32| self.letters.iter().any(|letter| letter.number == *n);
        self.missing = (1..=last).filter(|n| !there(n)).collect();
    }

    /// The chain of receipts, and for each the patient's own copy.
    fn read_answers(&mut self, receipts: &[String], own: &[OwnCopy]) {
        let Ok(chain) = receipt::chain(&self.link.keys.lid, receipts, &self.portal_keys) else {
            self.doubtful = true;
            return;
        };
        for (receipt, compact) in chain.iter().zip(receipts) {
            let copy = own.iter().find(|copy| copy.rid == receipt.rid);
            match copy.and_then(|copy| self.answered(copy.rid, copy.level, &copy.jwe, receipt, compact)) {
                Some(answered) => self.answers.push(answered),
                None => self.doubtful = true,
            }
        }
        self.doubtful |= own.iter().any(|copy| chain.iter().all(|receipt| receipt.rid != copy.rid));
        self.last_receipt =
            chain.into_iter().zip(receipts).next_back().map(|(last, text)| (last, receipt::digest_of(text)));
        self.mark_replaced();
    }

    /// What was answered before, and where a cover left off; the calls that have to go out again.
    pub(crate) fn resume(&mut self, answer: &FinishResponse, mut kept: Kept) -> Vec<Effect> {
        self.read_answers(&answer.receipts, &answer.own);
        let mut resend = self.resume_openings(core::mem::take(&mut kept.openings));
        if let Some((draft, step)) = kept.open(&self.keys) {
            self.resume = draft.focus.clone();
            self.draft = draft;
            self.step = step;
            self.place = kept.place;
        }
        let Some(mut sending) = kept.sending.take() else { return resend };
        self.place = kept.place;
        self.step = match self.answers.iter().position(|one| one.rid == sending.rid) {
            Some(index) => {
                let code = &self.answers[index].code;
                let compact = answer.receipts.iter().find(|compact| record_code::of(compact) == *code);
                let proof = compact.and_then(|compact| self.proof(&sending, compact));
                self.answers[index].proof = proof;
                Step::Received { answer: index }
            }
            None => {
                sending.call = Call::FIRST;
                resend.push(Effect::Call(self.record_call(&sending)));
                Step::Sending(sending)
            }
        };
        resend
    }

    /// Hides the link, starts the timers, says what is being read.
    fn begin(self: Box<Self>, resend: Vec<Effect>, context: &Context<'_>) -> Turn {
        let lasts = u32::try_from(self.session.ends_at.0 - context.now.0).unwrap_or(0);
        let warns = u32::try_from((IDLE_SECONDS - WARNING_SECONDS) * 1000).unwrap_or(u32::MAX);
        let effects = [
            Effect::HideLink(self.link.secret.to_text()),
            Effect::Stop(Timer::Retry),
            Effect::Call(Request::Seen(self.authorization(), self.seen(SeenEvent::Read, context.now))),
            Effect::Wake(Timer::Open, POLL_MILLISECONDS),
            Effect::Wake(Timer::Idle, warns),
            Effect::Wake(Timer::Renew, RENEW_MILLISECONDS),
            Effect::Wake(Timer::SessionEnd, lasts),
        ];
        self.shows().and_all(effects.into_iter().chain(resend))
    }
}
