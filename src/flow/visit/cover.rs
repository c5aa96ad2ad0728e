//! Covering the page: plaintext and keys go, what was typed stays, sealed.

use super::{Step, Visit};
use crate::flow::{
    Context, Turn,
    answer::{Draft, Sending, TimeOfDay, Weekday},
    consent::Which,
    door::{Asked, Door},
    effect::{Effect, Request, Timer},
    preferences::Typed as Texts,
};
use postern_json::Value;
use postern_protocol::{
    derive::ContentKeys,
    envelope::own,
    id::{RecordId, record_id},
};
use serde::Serialize;

/// What is kept, sealed, while the page is covered.
#[derive(Default)]
pub(crate) struct Kept {
    typed: Option<SealedDraft>,
    /// About which of the link's patients the page was.
    pub(super) place: u64,
    /// An answer on its way: ciphertext already.
    pub(super) sending: Option<Box<Sending>>,
    /// That pages elsewhere were opened, on its way: likewise.
    pub(super) openings: Vec<(usize, Sending)>,
}

/// What was typed, sealed as an own copy under the content key of its level.
struct SealedDraft {
    level: u8,
    id: RecordId,
    jwe: String,
}

/// The draft and its page. Days and times are places in their lists.
#[derive(Serialize)]
struct Typed {
    page: u8,
    item: usize,
    days: Vec<usize>,
    times: Vec<usize>,
    boxes: Vec<String>,
    signature: String,
    note: String,
    reply: String,
    for_other: bool,
    helper_name: String,
    helper_relationship: String,
    focus: Option<String>,
    /// Of the page of the texts, in the order of [`super::Draft::typed`].
    texts: [String; 5],
}

fn places<T: PartialEq>(all: &[T], some: &[T]) -> Vec<usize> {
    some.iter().filter_map(|one| all.iter().position(|other| other == one)).collect()
}

fn at<T: Copy>(all: &[T], places: &[usize]) -> Vec<T> {
    places.iter().filter_map(|place| all.get(*place).copied()).collect()
}

impl Visit {
    /// Covers the page: the date is asked for again, and afterwards it goes on where it was.
    pub(crate) fn cover(mut self: Box<Self>, why: fn(bool) -> Asked, context: &mut Context<'_>) -> Turn {
        let end = Effect::Call(Request::End(self.authorization(), self.left(context.now)));
        let kept = self.keep(context);
        let typed = kept.typed.is_some() || kept.sending.is_some();
        let Self { link, .. } = *self;
        let mut turn = Door::ask(link, why(typed), kept);
        let mut effects: Vec<Effect> = Timer::ALL.map(Effect::Stop).into();
        effects.push(end);
        effects.append(&mut turn.effects);
        Turn { effects, ..turn }
    }

    fn keep(&mut self, context: &mut Context<'_>) -> Kept {
        let openings = core::mem::take(&mut self.openings);
        // Of two pages the one that was being filled in comes back.
        if let (Step::Preferences { .. }, Some(behind)) = (&self.step, self.behind.take())
            && !behind.1.is_empty()
        {
            (self.step, self.draft) = *behind;
        }
        let (page, item) = match core::mem::replace(&mut self.step, Step::Reading { problem: None }) {
            Step::Sending(sending) => {
                return Kept { typed: None, place: self.place, sending: Some(sending), openings };
            }
            Step::Cancelling { item, .. } => (1, item),
            Step::OtherTime { item, .. } => (2, item),
            Step::Consent { item, which: Which::Ask, .. } => (3, item),
            Step::Consent { item, which: Which::TakeBack, .. } => (4, item),
            Step::Preferences { .. } => (5, 0),
            Step::Writing { message, .. } => (6, message as usize),
            _ => (0, 0),
        };
        let draft = &self.draft;
        if page == 0 && draft.is_empty() {
            return Kept { openings, ..Kept::default() };
        }
        let typed = Typed {
            page,
            item,
            days: places(Weekday::ALL, &draft.days),
            times: places(TimeOfDay::ALL, &draft.times),
            boxes: draft.boxes.clone(),
            signature: draft.signature.clone(),
            note: draft.note.clone(),
            reply: draft.typed.reply.clone(),
            for_other: draft.for_other,
            helper_name: draft.helper_name.clone(),
            helper_relationship: draft.helper_relationship.clone(),
            focus: draft.focus.clone(),
            texts: {
                let Texts { pause, language, other_language, number, email, .. } = *draft.typed.clone();
                [pause, language, other_language, number, email]
            },
        };
        let level = self.letters.last().map_or(1, |letter| letter.level);
        let sealed = self.keys.at(level).map(|key| {
            let id = record_id(context.now, &mut context.rng);
            SealedDraft { level, id, jwe: own::seal(&mut context.rng, key, &id, &typed) }
        });
        Kept { typed: sealed, place: self.place, sending: None, openings }
    }
}

impl Kept {
    /// Nothing was typed and nothing is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.typed.is_none() && self.sending.is_none() && self.openings.is_empty()
    }

    /// Opens what was typed: the draft, and the page it stood on.
    pub(super) fn open(&self, keys: &ContentKeys) -> Option<(Draft, Step)> {
        let sealed = self.typed.as_ref()?;
        let typed = own::open(&sealed.jwe, keys.at(sealed.level)?, &sealed.id).ok()?;
        let text = |name: &str| typed.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let place = |value: &Value| value.as_u64().and_then(|place| usize::try_from(place).ok());
        let number = |name: &str| typed.get(name).and_then(place);
        let list = |name: &str| -> Vec<usize> {
            typed.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(place).collect()
        };
        let item = number("item")?;
        let step = match number("page")? {
            1 => Step::Cancelling { item, problem: None },
            2 => Step::OtherTime { item, problem: None },
            3 => Step::Consent { item, which: Which::Ask, problem: None },
            4 => Step::Consent { item, which: Which::TakeBack, problem: None },
            5 => Step::Preferences { problem: None },
            6 => Step::Writing { message: u32::try_from(item).ok()?, problem: None },
            _ => Step::Reading { problem: None },
        };
        let mut texts = typed.read::<Vec<String>>("texts").unwrap_or_default().into_iter();
        let mut next = || texts.next().unwrap_or_default();
        let chosen = Texts {
            pause: next(),
            language: next(),
            other_language: next(),
            number: next(),
            email: next(),
            reply: text("reply"),
        };
        let draft = Draft {
            typed: Box::new(chosen),
            days: at(Weekday::ALL, &list("days")),
            times: at(TimeOfDay::ALL, &list("times")),
            boxes: typed.read("boxes").unwrap_or_default(),
            signature: text("signature"),
            note: text("note"),
            for_other: typed.get("for_other").and_then(Value::as_bool).unwrap_or_default(),
            helper_name: text("helper_name"),
            helper_relationship: text("helper_relationship"),
            focus: Some(text("focus")).filter(|id| !id.is_empty()),
        };
        Some((draft, step))
    }
}
