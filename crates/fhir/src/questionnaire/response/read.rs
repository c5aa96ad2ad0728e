//! A response or draft back to a session.

use crate::{
    json::{self, ReadError},
    questionnaire::{
        answer::Answer,
        compare::same,
        form::Form,
        item::{ItemId, Kind},
        session::{ROOT, Session, SetId, SlotId},
    },
};
use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use postern_json::Value;

/// A session as a response left it.
#[derive(Debug, Clone, PartialEq)]
pub struct Resumed {
    /// The session.
    pub session: Session,
    /// What could not be taken over; nothing, when the response is one to this form.
    pub lost: Vec<Lost>,
    /// Slots that the response names.
    pub(crate) named: Vec<SlotId>,
}

/// Something that could not be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// `linkId`s from the outermost item inwards.
    pub link_ids: Vec<String>,
    /// Why.
    pub why: Why,
}

/// Why something could not be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The form has no such item.
    Unknown,
    /// The form has it elsewhere.
    Elsewhere,
    /// It stands there more often than the form lets it.
    TooOften,
    /// The value is of another type, or none, or an item is no object.
    WrongType,
    /// The patient cannot change it, and it differs from the form.
    Fixed,
    /// It says something by an extension that changes its meaning.
    Modifier,
}

impl Session {
    /// Goes on where a response or draft was left: its answers, and the form's own only where the patient cannot change them.
    ///
    /// # Errors
    /// Another resource.
    pub fn resume(form: Arc<Form>, response: &Value) -> Result<Resumed, ReadError> {
        json::expect_type(response, "QuestionnaireResponse")?;
        // Groups and questions behind the texts, so that they win where a text has the same linkId.
        let named = |texts: bool| form.items().filter(move |(_, item)| (item.kind == Kind::Display) == texts);
        // One by one: collecting would bring sorting into the download.
        let mut known = BTreeMap::new();
        known.extend(named(true).chain(named(false)).map(|(id, item)| (item.link_id.as_str(), id)));
        let mut reading = Reading {
            known,
            path: Vec::new(),
            resumed: Resumed {
                session: Session::build(form.clone(), false),
                lost: Vec::new(),
                named: Vec::new(),
            },
        };
        reading.modifier(response);
        reading.items(ROOT, response);
        let mut resumed = reading.resumed;
        resumed.session.settle_all();
        Ok(resumed)
    }
}

struct Reading<'f> {
    known: BTreeMap<&'f str, ItemId>,
    path: Vec<String>,
    resumed: Resumed,
}

impl Reading<'_> {
    fn lose(&mut self, why: Why) {
        self.resumed.lost.push(Lost { link_ids: self.path.clone(), why });
    }

    fn modifier(&mut self, element: &Value) {
        if element.get("modifierExtension").is_some() {
            self.lose(Why::Modifier);
        }
    }

    /// The `item` member of a response, an item or an answer.
    fn items(&mut self, set: SetId, of: &Value) {
        let Ok(items) = json::list(of, "item") else { return self.lose(Why::WrongType) };
        let mut seen: BTreeMap<ItemId, usize> = BTreeMap::new();
        for item in items {
            let link_id = item.get("linkId").and_then(Value::as_str).unwrap_or_default();
            self.path.push(link_id.into());
            self.modifier(item);
            match self.known.get(link_id).copied() {
                None => self.lose(Why::Unknown),
                Some(id) => {
                    let before = seen.entry(id).or_insert(0);
                    let nth = *before;
                    *before += 1;
                    let slot = self.resumed.session.branch(set, id);
                    match slot.filter(|slot| self.resumed.session.item_id(*slot) == id) {
                        None => self.lose(Why::Elsewhere),
                        Some(slot) => self.item(slot, nth, item),
                    }
                }
            }
            self.path.pop();
        }
    }

    fn item(&mut self, slot: SlotId, nth: usize, from: &Value) {
        self.resumed.named.push(slot);
        let item = self.resumed.session.item(slot);
        let (kind, repeats) = (item.kind, item.repeats);
        let has = |name| json::get(from, name).is_some();
        match kind {
            Kind::Display if has("answer") || has("item") => self.lose(Why::WrongType),
            Kind::Display => {}
            Kind::Group => {
                if has("answer") {
                    self.lose(Why::WrongType);
                }
                if nth > 0 && !repeats {
                    return self.lose(Why::TooOften);
                }
                if nth >= self.resumed.session.instances(slot) {
                    if !self.resumed.session.has_room(slot, 1) {
                        return self.lose(Why::TooOften);
                    }
                    self.resumed.session.put_instance(slot);
                }
                if let Some(set) = self.resumed.session.set_of(slot, nth) {
                    self.items(set, from);
                }
            }
            _ => {
                if has("item") {
                    self.lose(Why::WrongType);
                }
                if nth > 0 {
                    return self.lose(Why::TooOften);
                }
                self.answers(slot, from);
            }
        }
    }

    fn answers(&mut self, slot: SlotId, from: &Value) {
        let Ok(all) = json::list(from, "answer") else { return self.lose(Why::WrongType) };
        let mut read: Vec<(Answer, &Value)> = Vec::new();
        for one in all {
            self.modifier(one);
            let answer = Answer::read(one, "value");
            match answer.filter(|answer| self.resumed.session.item(slot).kind.answered_by(answer)) {
                Some(answer) => read.push((answer, one)),
                None => self.lose(Why::WrongType),
            }
        }
        let session = &mut self.resumed.session;
        let item = session.item(slot);
        let answers: Vec<Answer> = read.iter().map(|(answer, _)| answer.clone()).collect();
        if item.read_only {
            let kept = answers.len() == item.initial.len()
                && answers.iter().zip(&item.initial).all(|(one, two)| same(one, two));
            if !kept {
                return self.lose(Why::Fixed);
            }
        } else if !session.has_room(slot, answers.len()) {
            return self.lose(Why::TooOften);
        } else {
            session.put_unsettled(slot, answers, false);
        }
        for (index, (_, from)) in read.into_iter().enumerate() {
            match self.resumed.session.set_of(slot, index) {
                Some(set) => self.items(set, from),
                None if json::get(from, "item").is_some() => {
                    // Named for what they are: items that the form does not have here.
                    self.path.push(String::new());
                    self.lose(Why::Elsewhere);
                    self.path.pop();
                }
                None => {}
            }
        }
    }
}
