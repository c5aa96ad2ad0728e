//! A form, compiled: items in document order, each with what it needs for answering.

use super::{
    item::{Item, ItemId, Kind},
    words::Words,
};
use alloc::{string::String, vec::Vec};

/// A form that can be filled in. Made by [`Form::import`].
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Canonical address.
    pub url: Option<String>,
    /// The form's own version.
    pub version: Option<String>,
    /// BCP 47 language of its texts.
    pub language: Option<String>,
    /// Heading.
    pub title: Option<Words>,
    /// What it is about.
    pub description: Option<Words>,
    /// Whose it is; has to be shown.
    pub copyright: Option<Words>,
    pub(crate) items: Vec<Item>,
}

impl Form {
    /// An item.
    ///
    /// # Panics
    /// If the id is of another form.
    pub fn item(&self, id: ItemId) -> &Item {
        &self.items[id.index()]
    }

    /// All items in document order, an item before those within it.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = (ItemId, &Item)> + ExactSizeIterator {
        #[expect(clippy::cast_possible_truncation, reason = "import takes 10,000 items at most")]
        self.items.iter().enumerate().map(|(index, item)| (ItemId(index as u32), item))
    }

    /// The group or question with this `linkId`; else the first text.
    pub fn by_link_id(&self, link_id: &str) -> Option<ItemId> {
        let named = || self.items().filter(|(_, item)| item.link_id == link_id);
        let found = named().find(|(_, item)| item.kind != Kind::Display).or_else(|| named().next());
        found.map(|(id, _)| id)
    }

    /// The items directly within this one, or the outermost.
    pub fn children(&self, of: Option<ItemId>) -> Children<'_> {
        let (next, end) = match of {
            Some(id) => (id.0 + 1, self.item(id).end),
            None => (0, u32::try_from(self.items.len()).unwrap_or(u32::MAX)),
        };
        Children { form: self, next, end }
    }

    /// What the patient reads as the question: its text, or else the words of a display item within it.
    pub fn label(&self, id: ItemId) -> Option<&Words> {
        let within = || self.children(Some(id)).find_map(|child| self.item(child).text.as_ref());
        let item = self.item(id);
        item.text.as_ref().or_else(|| if item.kind.is_question() { within() } else { None })
    }

    /// `inner` stands within `outer`, or is it.
    pub(crate) fn contains(&self, outer: Option<ItemId>, inner: ItemId) -> bool {
        outer.is_none_or(|outer| (outer.0..self.item(outer).end).contains(&inner.0))
    }

    /// The item and those around it, from inside out.
    pub(crate) fn with_ancestors(&self, id: ItemId) -> impl Iterator<Item = ItemId> {
        core::iter::successors(Some(id), |id| self.item(*id).parent)
    }
}

/// Items directly within one.
pub struct Children<'f> {
    form: &'f Form,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = ItemId;

    fn next(&mut self) -> Option<ItemId> {
        let id = (self.next < self.end).then_some(ItemId(self.next))?;
        self.next = self.form.item(id).end;
        Some(id)
    }
}
