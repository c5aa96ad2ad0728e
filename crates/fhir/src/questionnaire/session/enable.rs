//! Enablement: kept true after every change by looking only at conditions that read what changed.

use super::{Change, Session, SetId, SlotId};
use crate::questionnaire::{answer::Answer, condition::Condition, item::ItemId};
use alloc::collections::BTreeSet;

/// Slots to look at again, those first whose conditions look at nothing that is still to come.
pub(super) type Due = BTreeSet<(u32, SlotId)>;

impl Session {
    /// Looks at every condition once.
    pub(crate) fn settle_all(&mut self) {
        // One by one: collecting would sort first, and sorting weighs some kilobytes in the patient's download.
        let mut due = Due::new();
        due.extend((0..).zip(&self.slots).filter_map(|(id, slot)| {
            let item = self.form.item(slot.item);
            (!item.enable.conditions.is_empty()).then_some((item.rank, SlotId(id)))
        }));
        self.settle(due, &mut Change::default());
    }

    /// Looks at what is due until nothing is.
    pub(super) fn settle(&mut self, mut due: Due, change: &mut Change) {
        while let Some((_, slot)) = due.pop_first() {
            let holds = self.conditions_hold(slot, change);
            if self.slot(slot).own == holds {
                continue;
            }
            self.slot_mut(slot).own = holds;
            let named = if holds { &mut change.enabled } else { &mut change.disabled };
            named.push(slot);
            self.readers_within(slot, &mut due);
        }
    }

    /// Whoever reads the answers of this question has to look again.
    pub(super) fn readers_of(&self, slot: SlotId, due: &mut Due) {
        let question = self.slot(slot).item;
        for reader in &self.form.item(question).readers {
            let set = self.shared_set(slot, *reader);
            let mut found = alloc::vec::Vec::new();
            self.collect(set, *reader, &mut found);
            let rank = self.form.item(*reader).rank;
            due.extend(found.into_iter().map(|slot| (rank, slot)));
        }
    }

    /// As [`Self::readers_of`], for the slot and every question in it.
    pub(super) fn readers_within(&self, slot: SlotId, due: &mut Due) {
        let form = self.form.clone();
        for question in &form.item(self.slot(slot).item).read_within {
            for reader in &form.item(*question).readers {
                // From here every occurrence of the question may be the one that is read.
                let set = self.shared_set(slot, *reader);
                let mut found = alloc::vec::Vec::new();
                self.collect(set, *reader, &mut found);
                let rank = form.item(*reader).rank;
                due.extend(found.into_iter().map(|slot| (rank, slot)));
            }
        }
    }

    /// The innermost set around or under this slot in which the reader stands, too.
    fn shared_set(&self, slot: SlotId, reader: ItemId) -> SetId {
        let mut set = self.slot(slot).set;
        while let Some(owner) = self.set(set).owner {
            if self.form.contains(Some(self.slot(owner).item), reader) {
                break;
            }
            set = self.slot(owner).set;
        }
        set
    }

    fn conditions_hold(&self, slot: SlotId, change: &mut Change) -> bool {
        let enable = &self.form.item(self.slot(slot).item).enable;
        let mut look = |condition: &Condition| {
            change.looked_at += 1;
            condition.holds(self.read(slot, condition.question))
        };
        if enable.conditions.is_empty() {
            true
        } else if enable.all {
            enable.conditions.iter().all(&mut look)
        } else {
            enable.conditions.iter().any(&mut look)
        }
    }

    /// The answers that a condition at `from` reads. A disabled question has none.
    fn read(&self, from: SlotId, question: ItemId) -> &[Answer] {
        let found = self.nearest(from, question).filter(|slot| self.is_enabled(*slot));
        found.map_or(&[], |slot| self.answers(slot))
    }

    /// The nearest occurrence of the question that has answers: around `from`, else before it, else behind it (R4,
    /// `enableWhen.question`), within the innermost instance that holds both. One without answers is in no response, so a reader
    /// of the response could not see that it was nearer.
    fn nearest(&self, from: SlotId, question: ItemId) -> Option<SlotId> {
        let mut set = self.slot(from).set;
        while let Some(owner) = self.set(set).owner {
            if self.slot(owner).item == question {
                return Some(owner);
            }
            if self.form.contains(Some(self.slot(owner).item), question) {
                break;
            }
            set = self.slot(owner).set;
        }
        self.nearest_in(set, question, question < self.slot(from).item)
    }

    /// The last occurrence in document order when it lies before, the first when it lies behind.
    fn nearest_in(&self, set: SetId, question: ItemId, before: bool) -> Option<SlotId> {
        let slot = self.branch(set, question).filter(|slot| self.slot(*slot).own)?;
        if self.slot(slot).item == question {
            return (!self.answers(slot).is_empty()).then_some(slot);
        }
        let sets = &self.slot(slot).sets;
        if before {
            sets.iter().rev().find_map(|set| self.nearest_in(*set, question, before))
        } else {
            sets.iter().find_map(|set| self.nearest_in(*set, question, before))
        }
    }
}
