//! Sealing an answer, and what comes back for it.

use super::{Step, Visit};
use crate::flow::{
    Context, Turn, action,
    answer::{Answered, CLOCKS_APART, Choice, Draft, DraftProblem, NotTaken, Said, Sending},
    consent::{Chosen, Offer},
    content::Letter,
    door::Asked,
    effect::{Failure, Request, Timer},
    ended::Why,
    preferences::Topic,
    retry::Call,
};
use postern_fhir::{
    AppointmentResponse, Communication, Consent, datatype::Helper, instant, preferences::Wish,
};
use postern_json::Value;
use postern_protocol::{
    base64url::FixedBytes,
    digest::{Digest, sha256},
    envelope::{own, record},
    error_code::ErrorCode,
    id::{RecordId, record_id},
    keys::PatientSigningKey,
    page::{Act, Page},
    receipt::{self, Receipt, ReceiptError},
    record::{Answerer, Record, RecordKind, Shown},
    record_code,
    time::Timestamp,
    wire::records::{RecordRequest, RecordResponse},
};
use serde::Serialize;

/// What the patient keeps of an answer: sealed to the patient, stored at the portal.
#[derive(Serialize)]
struct OwnCopy {
    /// Version of this form: 1.
    v: u8,
    /// Of the sealed record's ASCII: what the receipt has to name.
    sha256: Digest,
    /// The sealed record's content encryption key: the patient's part of the proof.
    cek: FixedBytes<32>,
    /// The record.
    record: Record<Value>,
}

/// What is signed of an answer, apart from where and when.
pub(super) struct Answer<'a> {
    pub(super) letter: &'a Letter,
    pub(super) replaces: Option<RecordId>,
    pub(super) kind: RecordKind,
    pub(super) by: Answerer,
    pub(super) page: Option<Page>,
    pub(super) resource: Value,
}

impl Visit {
    /// The answer to a visit. `None` only if the item is not there.
    pub(super) fn seal(&self, item: usize, choice: Choice, context: &mut Context<'_>) -> Option<Sending> {
        let (by, helper) = self.answerer();
        let note = self.draft.note.trim();
        let resource = AppointmentResponse {
            appointment: self.appointment(item)?.reference.clone(),
            answer: self.draft.answer(choice),
            helper,
            comment: (choice != Choice::Confirm && !note.is_empty()).then(|| note.into()),
        };
        let kind = RecordKind::AppointmentResponse;
        let (letter, replaces) = self.asked_in(item)?;
        self.sign(Answer { letter, replaces, kind, by, page: None, resource: resource.write() }, context)
    }

    /// Who answers: the helper that the link was made for, else who says so on the page, else the patient.
    pub(super) fn answerer(&self) -> (Answerer, Option<Helper>) {
        let typed = || Helper {
            name: self.draft.helper_name.trim().into(),
            relationship: self.draft.helper_relationship.trim().into(),
        };
        let helper = self.helper().or_else(|| self.draft.for_other.then(typed));
        (by(helper.as_ref()), helper)
    }

    /// The message that asks it, and the answer that it has.
    fn asked_in(&self, item: usize) -> Option<(&Letter, Option<RecordId>)> {
        let letter = self.letters.iter().find(|one| one.holds(item))?;
        Some((letter, self.answer_to(item).map(|one| one.rid)))
    }

    /// A wish about texts.
    pub(super) fn seal_wish(&self, topic: Topic, context: &mut Context<'_>) -> Result<Sending, DraftProblem> {
        let (sheet, letter) = self.sheet().zip(self.said_of_texts()).ok_or(DraftProblem::NotComplete)?;
        let resource = sheet.wish(topic, &self.draft, self.clock(context.now))?.write();
        let kind = RecordKind::Preferences;
        let by = by(self.helper().as_ref());
        let answer = Answer { letter, replaces: None, kind, by, page: None, resource };
        self.sign(answer, context).ok_or(DraftProblem::NotComplete)
    }

    /// That a page elsewhere was opened. `None` if it is not there, or cannot be shown.
    pub(super) fn seal_opened(&self, item: usize, context: &mut Context<'_>) -> Option<Sending> {
        let asked = action::Offer::read(&self.action(item)?.json)?.task;
        let resource = asked.opened_at(instant::to_text(context.now.0)).write();
        let (letter, replaces) = self.asked_in(item)?;
        let kind = RecordKind::Task;
        let by = by(self.helper().as_ref());
        self.sign(Answer { letter, replaces, kind, by, page: None, resource }, context)
    }

    /// The answer to a consent.
    pub(super) fn seal_consent(
        &self,
        item: usize,
        act: Act,
        context: &mut Context<'_>,
    ) -> Result<Sending, DraftProblem> {
        let asked =
            self.consent(item).and_then(|one| Offer::read(&one.json)).ok_or(DraftProblem::NotComplete)?;
        let now = instant::to_text(context.now.0);
        let (answer, page) = asked.answer(act, &self.draft, &now)?;
        let kind = RecordKind::Consent;
        let by = by(self.helper().as_ref());
        let (letter, replaces) = self.asked_in(item).ok_or(DraftProblem::NotComplete)?;
        let answer = Answer { letter, replaces, kind, by, page: Some(page), resource: answer.write() };
        self.sign(answer, context).ok_or(DraftProblem::NotComplete)
    }

    /// Signs and seals, once.
    pub(super) fn sign(&self, answer: Answer<'_>, context: &mut Context<'_>) -> Option<Sending> {
        let Answer { letter, replaces, kind, by, page, resource } = answer;
        let key = self.keys.at(letter.level)?;
        let signer = PatientSigningKey::derive(key).ok()?;
        let rid = record_id(context.now, &mut context.rng);
        let record = Record {
            v: 1,
            rid,
            mid: letter.mid,
            lid: self.link.keys.lid,
            clinic: self.clinic.clone(),
            kind,
            by,
            shown: Shown {
                mid: letter.mid,
                sha256: letter.shown,
                locale: context.setting.locale.clone(),
                app: context.setting.build.clone(),
                page,
            },
            seen: self.last_receipt.as_ref().map(|(_, digest)| *digest),
            replaces,
            at: context.now,
            zone: context.setting.zone.clone(),
            resource,
        };
        let sealed = record::seal(&mut context.rng, &signer, &self.clinic_key, &record);
        let cek = FixedBytes(*sealed.content_encryption_key.as_bytes());
        let copy = OwnCopy { v: 1, sha256: sha256(sealed.jwe.as_bytes()), cek, record };
        let own = own::seal(&mut context.rng, key, &rid, &copy);
        Some(Sending { call: Call::FIRST, kind, rid, record: sealed.jwe, own, level: letter.level })
    }

    pub(super) fn record_call(&self, sending: &Sending) -> Request {
        let body =
            RecordRequest { record: sending.record.clone(), own: sending.own.clone(), level: sending.level };
        Request::Record(self.authorization(), sending.rid, body)
    }

    /// `PUT records/{rid}` came back.
    pub(crate) fn recorded(
        mut self: Box<Self>,
        rid: RecordId,
        reply: Result<RecordResponse, Failure>,
        context: &mut Context<'_>,
    ) -> Turn {
        let sending = match core::mem::replace(&mut self.step, Step::Reading { problem: None }) {
            Step::Sending(sending) if sending.rid == rid => sending,
            other => {
                self.step = other;
                return self.opening_recorded(rid, reply, context);
            }
        };
        match reply {
            Ok(answer) => {
                self.step = match self.accept(&sending, &answer.receipt) {
                    Some(answer) => {
                        self.draft = Draft::default();
                        Step::Received { answer }
                    }
                    None => Step::NotTaken(NotTaken::ReceiptDoesNotHold),
                };
                self.shows()
            }
            Err(failure) if failure.passes() => {
                let (call, wake) = sending.call.fail(Timer::Retry, context.now);
                self.step = Step::Sending(Box::new(Sending { call, ..*sending }));
                self.shows().and(wake)
            }
            Err(Failure::Refused(ErrorCode::SessionEnded | ErrorCode::AuthorizationMissing)) => {
                self.step = Step::Sending(sending);
                self.cover(|typed| Asked::SessionEnded { typed }, context)
            }
            Err(failure) => match (Why::of_failure(failure), failure) {
                (Some(why), _) => self.ends(why),
                (None, Failure::Refused(ErrorCode::LinkFull)) => {
                    self.step = Step::NotTaken(NotTaken::Full);
                    self.shows()
                }
                (None, Failure::Refused(code)) => {
                    self.step = Step::NotTaken(NotTaken::Refused(code));
                    self.shows()
                }
                (None, Failure::Unreachable) => self.stays(),
            },
        }
    }

    /// Checks the receipt for what was sent and books the answer; its place in [`Visit::answers`].
    pub(super) fn accept(&mut self, sending: &Sending, compact: &str) -> Option<usize> {
        let receipt = receipt::verify(compact, &self.portal_keys).ok()?;
        if receipt.lid != self.link.keys.lid || receipt.sha256 != sha256(sending.record.as_bytes()) {
            return None;
        }
        let last = self.last_receipt.as_ref().map(|(receipt, digest)| (receipt, digest));
        match receipt::follows(last, &receipt) {
            Ok(()) => {}
            // Another phone may have answered on the same link meanwhile: this answer is received, but what lies between is unseen.
            // What this page itself has on its way may lie there too.
            Err(ReceiptError::Gap) if last.is_none_or(|(last, _)| receipt.seq > last.seq) => {
                let between = receipt.seq - 1 - last.map_or(0, |(last, _)| last.seq);
                self.doubtful |= between as usize > self.openings.len();
            }
            Err(_) => return None,
        }
        let mut answered = self.answered(sending.rid, sending.level, &sending.own, &receipt, compact)?;
        answered.proof = self.proof(sending, compact);
        self.last_receipt = Some((receipt, receipt::digest_of(compact)));
        self.stopped &= !matches!(answered.said, Said::Wish(Wish::Texts { .. }));
        self.answers.push(answered);
        self.mark_replaced();
        Some(self.answers.len() - 1)
    }

    /// What proves an answer to whom the patient gives it: the portal's receipt, the sealed record that it names, and that one
    /// record's key. The form is docs/PROTOCOL.md's, "Decisions of the build".
    pub(super) fn proof(&self, sending: &Sending, compact: &str) -> Option<String> {
        let copy: Value = own::open(&sending.own, self.keys.at(sending.level)?, &sending.rid).ok()?;
        let cek = copy.get("cek")?.as_str()?;
        // Letters, digits, `-`, `_` and `.`: none that JSON escapes.
        let parts = [
            "{\"v\":1,\"receipt\":\"",
            compact,
            "\",\"jwe\":\"",
            &sending.record,
            "\",\"cek\":\"",
            cek,
            "\"}\n",
        ];
        Some(parts.concat())
    }

    /// An answer out of its own copy and its receipt; `None` if they do not belong together.
    pub(super) fn answered(
        &self,
        rid: RecordId,
        level: u8,
        own: &str,
        receipt: &Receipt,
        compact: &str,
    ) -> Option<Answered> {
        let copy = own::open(own, self.keys.at(level)?, &rid).ok()?;
        let record = copy.get("record")?;
        let says = |of: &Value, name: &str, text: &str| of.get(name).and_then(Value::as_str) == Some(text);
        if copy.get("v")?.as_u64()? != 1
            || receipt.rid != rid
            || !says(&copy, "sha256", &receipt.sha256.to_text())
            || !says(record, "rid", &rid.to_string())
        {
            return None;
        }
        let letter = self.letters.iter().find(|letter| says(record, "mid", &letter.mid.to_text()));
        let resource = record.get("resource")?;
        let (said, item) = if says(record, "kind", "Task") {
            (Said::Opened, letter.and_then(|one| one.actions().next()).map(|one| one.item))
        } else if says(record, "kind", "Preferences") {
            (Said::Wish(Wish::read(resource).ok()?), None)
        } else if says(record, "kind", "Communication") {
            (Said::Reply(Communication::read(resource).ok()?.payload.concat()), None)
        } else if says(record, "kind", "Consent") {
            let (chosen, item) = chosen(letter, Consent::read(resource).ok()?);
            (Said::Consent(chosen), item)
        } else {
            let response = AppointmentResponse::read(resource).ok()?;
            let visit = letter.and_then(|letter| {
                let mut visits = Letter::appointments(letter);
                visits.find(|visit| visit.reference == response.appointment)
            });
            (Said::of(response)?, visit.map(|visit| visit.item))
        };
        let by = record.get("by")?;
        let helper = by.read("name").zip(by.read("relationship"));
        let at = Timestamp(record.get("at")?.as_i64()?);
        let received_at = receipt.received_at;
        Some(Answered {
            item,
            message: letter.map(|letter| letter.number),
            said,
            helper,
            received_at,
            noted_at: (at.0.abs_diff(received_at.0) > CLOCKS_APART).then_some(at),
            code: record_code::of(compact),
            proof: None,
            replaced: false,
            rid,
        })
    }

    /// The newest answer to a visit takes the place of those before.
    pub(super) fn mark_replaced(&mut self) {
        for index in 0..self.answers.len() {
            let item = self.answers[index].item;
            let later = self.answers[index + 1..].iter();
            let replaced = item.is_some() && later.into_iter().any(|later| later.item == item);
            self.answers[index].replaced = replaced;
        }
    }
}

/// Who answers.
fn by(helper: Option<&Helper>) -> Answerer {
    match helper {
        None => Answerer::Patient,
        Some(one) => Answerer::Helper { name: one.name.clone(), relationship: one.relationship.clone() },
    }
}

/// What was chosen about a message's consent, in the words of its page.
fn chosen(letter: Option<&Letter>, consent: Consent) -> (Chosen, Option<usize>) {
    let asked = letter.and_then(|letter| letter.consents().next());
    let page = asked.and_then(|one| Offer::read(&one.json));
    let boxes = page.map(|page| page.boxes(&consent.permitted().collect::<Vec<_>>())).unwrap_or_default();
    let signature = consent.signature.map(|one| one.name).unwrap_or_default();
    (Chosen { status: consent.status, boxes, signature }, asked.map(|one| one.item))
}
