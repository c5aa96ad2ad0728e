//! A Questionnaire's JSON to a [`Form`], or every reason why not.

mod conditions;
mod item;
mod limits;
mod options;
mod refused;
mod value_set;

use super::{
    Patterns,
    form::Form,
    item::{Item, ItemId},
    refusal::{Place, Reason, Refusal},
    words::Words,
};
use crate::json;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use postern_json::Value;

/// Items within items within items: JSON's own reader goes not much deeper.
const DEEPEST: usize = 48;
/// Items of one form.
const MOST_ITEMS: usize = 10_000;

impl Form {
    /// Compiles a Questionnaire. `patterns` is asked whether it understands the form's regular expressions.
    ///
    /// This is the whole of what a form needs to be filled in rightly: what it does not understand here and could change an
    /// answer is refused. What it does not understand and could not is for [`super::audit()`] to name, which the sender runs.
    ///
    /// # Errors
    /// Every reason why the form cannot be used, with its place; never empty.
    pub fn import(questionnaire: &Value, patterns: &dyn Patterns) -> Result<Self, Vec<Refusal>> {
        let mut import = Import {
            questionnaire,
            patterns,
            refusals: Vec::new(),
            path: Vec::new(),
            items: Vec::new(),
            pending: Vec::new(),
            by_link_id: BTreeMap::new(),
        };
        if json::resource_type(questionnaire) != Some("Questionnaire") {
            import.refuse("resourceType", Reason::NotAQuestionnaire);
            return Err(import.refusals);
        }
        import.refused_anywhere(questionnaire);
        import.children(questionnaire, None);
        let mut form = Self {
            url: import.text(questionnaire, "url"),
            version: import.text(questionnaire, "version"),
            language: import.text(questionnaire, "language"),
            title: Words::read(questionnaire, "title"),
            description: Words::read(questionnaire, "description"),
            copyright: Words::read(questionnaire, "copyright"),
            items: core::mem::take(&mut import.items),
        };
        import.conditions(&mut form);
        if import.refusals.is_empty() { Ok(form) } else { Err(import.refusals) }
    }
}

/// An import on its way.
struct Import<'v> {
    questionnaire: &'v Value,
    patterns: &'v dyn Patterns,
    refusals: Vec<Refusal>,
    /// `linkId`s of the items around.
    path: Vec<String>,
    items: Vec<Item>,
    /// Items with `enableWhen`s or constraints, to be linked when all items are known.
    pending: Vec<(ItemId, &'v Value)>,
    by_link_id: BTreeMap<&'v str, ItemId>,
}

impl<'v> Import<'v> {
    fn refuse(&mut self, element: &str, reason: Reason) {
        let place = Place { link_ids: self.path.clone(), element: element.into() };
        self.refusals.push(Refusal { place, reason });
    }

    /// The items of an `item` member.
    fn children(&mut self, of: &'v Value, parent: Option<ItemId>) {
        let items = match json::get(of, "item") {
            None => return,
            Some(Value::Array(items)) => items,
            Some(_) => return self.refuse("item", Reason::Wrong),
        };
        for (item, ordinal) in items.iter().zip(0..) {
            if self.path.len() >= DEEPEST || self.items.len() >= MOST_ITEMS {
                return self.refuse("item", Reason::TooLarge);
            }
            self.item(item, parent, ordinal);
        }
    }

    /// An optional text; another type is refused.
    fn text(&mut self, object: &Value, name: &'static str) -> Option<String> {
        json::text(object, name).unwrap_or_else(|_| {
            self.refuse(name, Reason::Wrong);
            None
        })
    }

    /// An optional yes or no; another type is refused.
    fn flag(&mut self, object: &Value, name: &'static str) -> bool {
        match json::get(object, name) {
            None => false,
            Some(Value::Bool(yes)) => *yes,
            Some(_) => {
                self.refuse(name, Reason::Wrong);
                false
            }
        }
    }

    /// A repeated member; another type is refused.
    fn list(&mut self, object: &'v Value, name: &'static str) -> &'v [Value] {
        json::list(object, name).unwrap_or_else(|_| {
            self.refuse(name, Reason::Wrong);
            &[]
        })
    }
}
