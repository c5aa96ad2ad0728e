//! Changes: an answer given or taken back, a repeat of a group added or taken away.

use super::{Change, NotSettable, ROOT, Session, Set, SetId, Slot, SlotId, enable::Due};
use crate::questionnaire::{
    answer::Answer,
    compare::same,
    item::{ItemId, Kind},
};
use alloc::vec::Vec;

/// Of one session: ten times the largest form.
const MOST_SLOTS: usize = 100_000;

impl Session {
    /// Gives a question these answers, instead of those it has. A blank text is no answer. Items under an answer that stays
    /// keep theirs; a single answer that is replaced counts as staying.
    ///
    /// # Errors
    /// Not a question, one that the patient cannot change, a value of another type or one that is none. Nothing has changed then.
    pub fn set_answers(&mut self, slot: SlotId, answers: Vec<Answer>) -> Result<Change, NotSettable> {
        let item = self.item(slot);
        if !item.kind.is_question() {
            return Err(NotSettable::NoQuestion);
        }
        if item.read_only {
            return Err(NotSettable::Fixed);
        }
        if !answers.iter().all(|answer| item.kind.answered_by(answer)) {
            return Err(NotSettable::OtherType);
        }
        let answers: Vec<Answer> = answers.into_iter().filter_map(cleaned).collect();
        if !answers.iter().all(Answer::holds) {
            return Err(NotSettable::NotAValue);
        }
        Ok(self.put(slot, answers))
    }

    /// Gives a question one answer, or none.
    ///
    /// # Errors
    /// As [`Self::set_answers`].
    pub fn set_answer(&mut self, slot: SlotId, answer: Option<Answer>) -> Result<Change, NotSettable> {
        self.set_answers(slot, answer.into_iter().collect())
    }

    /// Adds a repeat of a group, behind the others; its children are those of the last instance then.
    ///
    /// # Errors
    /// Not a repeating group, one that the patient cannot change, or it stands as often as it may.
    pub fn add_instance(&mut self, slot: SlotId) -> Result<Change, NotSettable> {
        let item = self.item(slot);
        if item.kind != Kind::Group {
            return Err(NotSettable::NoQuestion);
        }
        if item.read_only {
            return Err(NotSettable::Fixed);
        }
        let full = item.limits.max_occurs.is_some_and(|most| self.instances(slot) >= most as usize);
        if !item.repeats || full || !self.has_room(slot, 1) {
            return Err(NotSettable::Occurs);
        }
        let first = self.slots.len();
        let set = self.make_set(Some(slot), true);
        self.slot_mut(slot).sets.push(set);
        Ok(self.reshaped(slot, first))
    }

    /// Takes a repeat of a group away, with its answers. The last one stays, emptied.
    ///
    /// # Errors
    /// Not a repeating group, one that the patient cannot change, or there is no such instance.
    pub fn remove_instance(&mut self, slot: SlotId, instance: usize) -> Result<Change, NotSettable> {
        let item = self.item(slot);
        if item.kind != Kind::Group {
            return Err(NotSettable::NoQuestion);
        }
        if item.read_only {
            return Err(NotSettable::Fixed);
        }
        if !item.repeats || instance >= self.instances(slot) {
            return Err(NotSettable::Occurs);
        }
        let first = self.slots.len();
        let gone = self.slot_mut(slot).sets.remove(instance);
        self.forget(gone);
        if self.slot(slot).sets.is_empty() {
            let set = self.make_set(Some(slot), false);
            self.slot_mut(slot).sets.push(set);
        }
        Ok(self.reshaped(slot, first))
    }

    /// Replaces answers without asking whether the patient may.
    pub(crate) fn put(&mut self, slot: SlotId, answers: Vec<Answer>) -> Change {
        if self.slot(slot).answers == answers {
            return Change::default();
        }
        let first = self.slots.len();
        let shape = self.move_sets(slot, &answers, true);
        self.slot_mut(slot).answers = answers;
        if shape {
            return self.reshaped(slot, first);
        }
        let mut change = Change::default();
        let mut due = Due::new();
        self.readers_of(slot, &mut due);
        self.settle(due, &mut change);
        change
    }

    /// There is room for so many more instances of a slot's items: a response must not fill the reader's memory.
    pub(crate) fn has_room(&self, slot: SlotId, instances: usize) -> bool {
        let id = self.slot(slot).item;
        let within = self.form.item(id).end as usize - id.index();
        self.slots.len().saturating_add(within.saturating_mul(instances)) <= MOST_SLOTS
    }

    /// Adds an instance while a response is read back; enablement is settled behind.
    pub(crate) fn put_instance(&mut self, slot: SlotId) {
        let set = self.make_set(Some(slot), false);
        self.slot_mut(slot).sets.push(set);
    }

    /// Answers while a response is read back, or a form is started; enablement is settled behind.
    pub(crate) fn put_unsettled(&mut self, slot: SlotId, answers: Vec<Answer>, initial: bool) {
        self.move_sets(slot, &answers, initial);
        self.slot_mut(slot).answers = answers;
    }

    /// Each answer that stays keeps the items under it; under a new one they stand with their initial values, or with those only
    /// that the patient cannot change. Says whether any came or went.
    fn move_sets(&mut self, slot: SlotId, answers: &[Answer], initial: bool) -> bool {
        let item = self.slot(slot).item;
        if self.form.children(Some(item)).next().is_none() {
            return false;
        }
        let before = core::mem::take(&mut self.slot_mut(slot).answers);
        let mut old: Vec<Option<SetId>> =
            core::mem::take(&mut self.slot_mut(slot).sets).into_iter().map(Some).collect();
        let had = old.len();
        let mut sets: Vec<Option<SetId>> = alloc::vec![None; answers.len()];
        for (set, answer) in sets.iter_mut().zip(answers) {
            let mut unmoved = before.iter().zip(&mut old).filter(|(_, old)| old.is_some());
            *set = unmoved.find(|(was, _)| same(was, answer)).and_then(|(_, old)| old.take());
        }
        for (set, old) in sets.iter_mut().zip(&mut old) {
            if set.is_none() {
                *set = old.take();
            }
        }
        let mut changed = had != answers.len();
        for gone in old.into_iter().flatten() {
            changed = true;
            self.forget(gone);
        }
        let sets: Vec<SetId> = sets
            .into_iter()
            .map(|set| {
                set.unwrap_or_else(|| {
                    changed = true;
                    self.make_set(Some(slot), initial)
                })
            })
            .collect();
        self.slot_mut(slot).sets = sets;
        changed
    }

    /// Settles after slots came (those from `first` on) or went.
    fn reshaped(&mut self, slot: SlotId, first: usize) -> Change {
        let mut change = Change { shape: true, ..Change::default() };
        let mut due = Due::new();
        for id in first..self.slots.len() {
            let item = self.form.item(self.slots[id].item);
            if !item.enable.conditions.is_empty() {
                due.insert((item.rank, slot_id(id)));
            }
        }
        self.readers_within(slot, &mut due);
        self.settle(due, &mut change);
        change
    }

    /// Makes the slots of one instance; with all initial values, or with those only that the patient cannot change.
    pub(super) fn make_set(&mut self, owner: Option<SlotId>, initial: bool) -> SetId {
        let id = SetId(u32::try_from(self.sets.len()).expect("a session has fewer than 2^32 instances"));
        debug_assert_eq!(owner.is_none(), id == ROOT);
        self.sets.push(Set { owner, slots: Vec::new() });
        let of = owner.map(|owner| self.slot(owner).item);
        let items: Vec<ItemId> = self.form.children(of).collect();
        for item in items {
            let slot = slot_id(self.slots.len());
            self.slots.push(Slot { item, set: id, own: true, answers: Vec::new(), sets: Vec::new() });
            self.sets[id.0 as usize].slots.push(slot);
            let compiled = self.form.item(item);
            if compiled.kind == Kind::Group {
                let set = self.make_set(Some(slot), initial);
                self.slot_mut(slot).sets.push(set);
            } else if (initial || compiled.read_only || compiled.hidden) && !compiled.initial.is_empty() {
                let answers = compiled.initial.clone();
                self.put_unsettled(slot, answers, initial);
            }
        }
        id
    }

    /// What is gone is gone: nothing of it stays in memory.
    fn forget(&mut self, set: SetId) {
        for slot in core::mem::take(&mut self.sets[set.0 as usize].slots) {
            let slot = self.slot_mut(slot);
            slot.answers = Vec::new();
            for inner in core::mem::take(&mut slot.sets) {
                self.forget(inner);
            }
        }
    }
}

fn slot_id(index: usize) -> SlotId {
    SlotId(u32::try_from(index).expect("a session has fewer than 2^32 slots"))
}

fn cleaned(answer: Answer) -> Option<Answer> {
    match answer {
        Answer::Text(text) => Answer::text(&text),
        Answer::Uri(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| Answer::Uri(text.into()))
        }
        other => Some(other),
    }
}
