//! A form being filled in: the answers, and what they enable.
//!
//! A **slot** is one occurrence of an item: within a repeated group or under a question with several answers an item has
//! several. A group has an instance for each time it stands there, a question one for each answer (its nested items stand under
//! the answer, as in a QuestionnaireResponse); so questions nested in a question are asked once it has an answer.

mod change;
mod enable;

use super::{
    answer::Answer,
    form::Form,
    item::{Item, ItemId, Kind},
};
use alloc::{sync::Arc, vec::Vec};

/// One occurrence of an item in a session. Stays the same while the occurrence is there and is never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub(crate) u32);

/// Items that stand together: those of the form, of one instance of a group, or under one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SetId(u32);

/// The outermost items.
pub(crate) const ROOT: SetId = SetId(0);

#[derive(Debug, Clone, PartialEq)]
struct Slot {
    item: ItemId,
    set: SetId,
    /// Its own conditions hold; whether it is enabled depends on what is around it too.
    own: bool,
    answers: Vec<Answer>,
    /// A set for each instance of a group, or for each answer of a question that has items within it.
    sets: Vec<SetId>,
}

#[derive(Debug, Clone, PartialEq)]
struct Set {
    owner: Option<SlotId>,
    /// One for each item, in document order. Empty when the set is gone.
    slots: Vec<SlotId>,
}

/// A form being filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    form: Arc<Form>,
    slots: Vec<Slot>,
    sets: Vec<Set>,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Slots whose own conditions now hold and did not. Those within them follow; a slot within a disabled one is named too.
    pub enabled: Vec<SlotId>,
    /// Slots whose own conditions held and do no longer.
    pub disabled: Vec<SlotId>,
    /// Slots came or went: repeats of a group, or items under an answer.
    pub shape: bool,
    /// How many conditions were looked at.
    pub looked_at: usize,
}

/// Why an answer was not taken. Everything else is taken and told by [`Session::problems`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSettable {
    /// A group or a text.
    #[error("this item takes no answer")]
    NoQuestion,
    /// The patient cannot change it.
    #[error("this answer cannot be changed")]
    Fixed,
    /// A value of another type.
    #[error("this question takes answers of another type")]
    OtherType,
    /// A day that does not exist, an amount without a number, a picture without bytes.
    #[error("this is no value")]
    NotAValue,
    /// No more repeats may be added, or fewer may be left.
    #[error("the group cannot stand so often or so seldom")]
    Occurs,
}

impl Session {
    /// A form nobody has touched: with its initial values.
    pub fn start(form: Arc<Form>) -> Self {
        Self::build(form, true)
    }

    /// With all initial values, or with those only that the patient cannot change.
    pub(crate) fn build(form: Arc<Form>, initial: bool) -> Self {
        let mut session = Self { form, slots: Vec::new(), sets: Vec::new() };
        session.make_set(None, initial);
        session.settle_all();
        session
    }

    /// The form.
    pub fn form(&self) -> &Arc<Form> {
        &self.form
    }

    /// The outermost slots.
    pub fn roots(&self) -> &[SlotId] {
        &self.set(ROOT).slots
    }

    /// Which item a slot is an occurrence of.
    pub fn item_id(&self, slot: SlotId) -> ItemId {
        self.slot(slot).item
    }

    /// The item.
    pub fn item(&self, slot: SlotId) -> &Item {
        self.form.item(self.slot(slot).item)
    }

    /// The answers. They stay when the slot is disabled, in case it is enabled again, and do not go into the response then.
    pub fn answers(&self, slot: SlotId) -> &[Answer] {
        &self.slot(slot).answers
    }

    /// How often a group stands there; for a question, under how many answers items stand.
    pub fn instances(&self, slot: SlotId) -> usize {
        self.slot(slot).sets.len()
    }

    /// The slots of one instance; none when there is no such instance.
    pub fn children(&self, slot: SlotId, instance: usize) -> &[SlotId] {
        self.slot(slot).sets.get(instance).map_or(&[], |set| &self.set(*set).slots)
    }

    /// The slot around this one, and in which of its instances this one stands.
    pub fn around(&self, slot: SlotId) -> Option<(SlotId, usize)> {
        let set = self.slot(slot).set;
        let owner = self.set(set).owner?;
        Some((owner, self.slot(owner).sets.iter().position(|one| *one == set)?))
    }

    /// Its conditions hold and those of everything around it.
    pub fn is_enabled(&self, slot: SlotId) -> bool {
        let mut at = Some(slot);
        while let Some(slot) = at {
            if !self.slot(slot).own {
                return false;
            }
            at = self.set(self.slot(slot).set).owner;
        }
        true
    }

    /// Its own conditions hold, whatever is around it.
    pub(crate) fn own_conditions_hold(&self, slot: SlotId) -> bool {
        self.slot(slot).own
    }

    /// The patient sees it: enabled and not hidden.
    pub fn is_shown(&self, slot: SlotId) -> bool {
        !self.item(slot).hidden && self.is_enabled(slot)
    }

    /// Something in this instance goes into the response.
    pub fn is_filled(&self, slot: SlotId, instance: usize) -> bool {
        self.children(slot, instance).iter().any(|inner| self.has_answer(*inner))
    }

    /// A question in or at this slot has an answer that counts. The slots around it must be enabled.
    pub(crate) fn has_answer(&self, slot: SlotId) -> bool {
        let here = self.slot(slot);
        let question = self.form.item(here.item).kind.is_question();
        here.own
            && if question {
                !here.answers.is_empty()
            } else {
                (0..here.sets.len()).any(|index| self.is_filled(slot, index))
            }
    }

    /// There is a question in it that can be answered now. The slots around it must be enabled.
    pub(crate) fn is_answerable(&self, slot: SlotId) -> bool {
        let here = self.slot(slot);
        let item = self.form.item(here.item);
        let nothing = item.kind == Kind::Choice && item.choices.is_empty();
        let open = !(item.read_only || item.hidden || nothing);
        here.own
            && match item.kind {
                Kind::Display => false,
                Kind::Group => {
                    let mut inner = here.sets.iter().flat_map(|set| &self.set(*set).slots);
                    here.sets.is_empty() || inner.any(|inner| self.is_answerable(*inner))
                }
                _ => open,
            }
    }

    /// Every slot of an item.
    pub fn occurrences(&self, item: ItemId) -> Vec<SlotId> {
        let mut found = Vec::new();
        self.collect(ROOT, item, &mut found);
        found
    }

    fn collect(&self, set: SetId, item: ItemId, found: &mut Vec<SlotId>) {
        let Some(slot) = self.branch(set, item) else { return };
        if self.slot(slot).item == item {
            return found.push(slot);
        }
        for inner in &self.slot(slot).sets {
            self.collect(*inner, item, found);
        }
    }

    /// The slot of a set that is the item, or holds it.
    pub(crate) fn branch(&self, set: SetId, item: ItemId) -> Option<SlotId> {
        let slots = &self.set(set).slots;
        // Slots stand in document order: the last that begins at or before the item.
        let behind = slots.partition_point(|slot| self.slot(*slot).item <= item);
        let slot = *slots.get(behind.checked_sub(1)?)?;
        self.form.contains(Some(self.slot(slot).item), item).then_some(slot)
    }

    /// The set of one instance.
    pub(crate) fn set_of(&self, slot: SlotId, instance: usize) -> Option<SetId> {
        self.slot(slot).sets.get(instance).copied()
    }

    fn slot(&self, id: SlotId) -> &Slot {
        &self.slots[id.0 as usize]
    }

    fn slot_mut(&mut self, id: SlotId) -> &mut Slot {
        &mut self.slots[id.0 as usize]
    }

    fn set(&self, id: SetId) -> &Set {
        &self.sets[id.0 as usize]
    }
}
