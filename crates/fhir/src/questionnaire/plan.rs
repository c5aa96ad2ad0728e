//! What stands on which screen: one question, or one group that belongs together.

use super::{
    item::{Control, Kind},
    session::{Session, SlotId},
};
use alloc::vec::Vec;

/// One screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Groups around it that are sections, outermost first: their texts are its headings.
    pub sections: Vec<SlotId>,
    /// What stands on it, in order: texts, and a question or a group with all within it.
    pub slots: Vec<SlotId>,
}

impl Session {
    /// The screens, as the answers stand now.
    ///
    /// A group is one screen when it says so (`page`, a list or table) or repeats; any other is a section, and each question in
    /// it is a screen. A text goes with the question behind it, the last ones with the question before. What is hidden or
    /// disabled is on no screen.
    pub fn pages(&self) -> Vec<Page> {
        let mut planning =
            Planning { session: self, pages: Vec::new(), texts: Vec::new(), sections: Vec::new() };
        planning.section(self.roots());
        planning.rest(0);
        planning.pages
    }

    /// The question of a form that has one and nothing to wait for, so that it can be asked beside the message.
    pub fn only_question(&self) -> Option<SlotId> {
        let form = self.form();
        let mut questions = form.items().filter(|(_, item)| item.kind.is_question() && !item.hidden);
        let (id, item) = questions.next()?;
        let simple = questions.next().is_none()
            && form.items().all(|(_, item)| item.enable.conditions.is_empty())
            && form.with_ancestors(id).all(|id| form.item(id).kind != Kind::Group || !form.item(id).repeats)
            && !item.read_only;
        if simple { self.occurrences(id).first().copied() } else { None }
    }

    /// There is something to see in it.
    fn shows_something(&self, slot: SlotId) -> bool {
        self.is_shown(slot)
            && (self.item(slot).kind != Kind::Group
                || self.item(slot).repeats
                || self.children(slot, 0).iter().any(|inner| self.shows_something(*inner)))
    }

    fn is_one_screen(&self, slot: SlotId) -> bool {
        let item = self.item(slot);
        let form = self.form();
        let inner_pages = || {
            form.items()
                .skip(self.item_id(slot).index() + 1)
                .take(item.end as usize - self.item_id(slot).index() - 1)
                .any(|(_, inner)| inner.control == Some(Control::Page))
        };
        item.repeats
            || matches!(
                item.control,
                Some(
                    Control::List
                        | Control::Table
                        | Control::HorizontalTable
                        | Control::GroupTable
                        | Control::AnswerTable
                )
            )
            || item.control == Some(Control::Page) && !inner_pages()
    }
}

struct Planning<'s> {
    session: &'s Session,
    pages: Vec<Page>,
    /// Texts that wait for a question.
    texts: Vec<SlotId>,
    sections: Vec<SlotId>,
}

impl Planning<'_> {
    fn section(&mut self, slots: &[SlotId]) {
        for slot in slots.iter().copied().filter(|slot| self.session.shows_something(*slot)) {
            match self.session.item(slot).kind {
                Kind::Display => self.texts.push(slot),
                Kind::Group if !self.session.is_one_screen(slot) => {
                    let first = self.pages.len();
                    self.sections.push(slot);
                    self.section(self.session.children(slot, 0));
                    self.rest(first);
                    self.sections.pop();
                }
                _ => {
                    self.texts.push(slot);
                    self.page();
                }
            }
        }
    }

    /// Texts with no question behind them: to the last page of their section, which began at `first`, or a page of their own.
    fn rest(&mut self, first: usize) {
        match self.pages.get_mut(first..).and_then(<[Page]>::last_mut) {
            Some(page) => page.slots.append(&mut self.texts),
            None => self.page(),
        }
    }

    fn page(&mut self) {
        if !self.texts.is_empty() {
            let slots = core::mem::take(&mut self.texts);
            self.pages.push(Page { sections: self.sections.clone(), slots });
        }
    }
}
