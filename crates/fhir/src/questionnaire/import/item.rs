//! One item.

use super::Import;
use crate::{
    json,
    markdown::Target,
    questionnaire::{
        extension::{self, url},
        item::{Category, Control, Item, ItemId, Kind, Limits},
        refusal::Reason,
        words::Words,
    },
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// Members that only STU3 or only R5 has.
const STU3: [&str; 14] = [
    "option",
    "options",
    "initialBoolean",
    "initialDecimal",
    "initialInteger",
    "initialDate",
    "initialDateTime",
    "initialTime",
    "initialString",
    "initialUri",
    "initialCoding",
    "initialQuantity",
    "initialAttachment",
    "initialReference",
];
const R5: [&str; 2] = ["answerConstraint", "disabledDisplay"];

impl<'v> Import<'v> {
    /// Reads an item and all within it.
    pub(super) fn item(&mut self, from: &'v Value, parent: Option<ItemId>, ordinal: u32) {
        let link_id = from.get("linkId").and_then(Value::as_str).unwrap_or_default();
        self.path.push(link_id.into());
        self.look_into(from);
        #[expect(clippy::cast_possible_truncation, reason = "10,000 items at most")]
        let id = ItemId(self.items.len() as u32);
        if link_id.is_empty() {
            self.refuse("linkId", if from.is_object() { Reason::Missing } else { Reason::Wrong });
        }
        if let Some(kind) = self.kind(from) {
            // R4 wants them unique for groups and questions; nobody looks a text up.
            let unique =
                kind == Kind::Display || link_id.is_empty() || self.by_link_id.insert(link_id, id).is_none();
            if !unique {
                self.refuse("linkId", Reason::SameLinkId);
            }
            let item = self.compile(from, kind, parent, ordinal);
            let constrained = extension::find(from, url::CONSTRAINT).is_some();
            if json::get(from, "enableWhen").is_some() || constrained {
                self.pending.push((id, from));
            }
            self.items.push(item);
            self.children(from, Some(id));
            #[expect(clippy::cast_possible_truncation, reason = "10,000 items at most")]
            let end = self.items.len() as u32;
            self.items[id.index()].end = end;
            self.whole(id);
        }
        self.path.pop();
    }

    fn kind(&mut self, from: &Value) -> Option<Kind> {
        let signs = |names: &[&'static str]| names.iter().copied().find(|name| from.get(*name).is_some());
        if let Some(name) = signs(&STU3) {
            self.refuse(name, Reason::FhirStu3);
        }
        if let Some(name) = signs(&R5) {
            self.refuse(name, Reason::FhirR5);
        }
        let reason = match from.get("type").map(Value::as_str) {
            None => Reason::Missing,
            Some(None) => Reason::Wrong,
            Some(Some("coding")) => Reason::FhirR5,
            Some(Some(code)) => match Kind::from_code(code) {
                Some(kind) => return Some(kind),
                None => Reason::UnknownCode,
            },
        };
        self.refuse("type", reason);
        None
    }

    fn compile(&mut self, from: &'v Value, kind: Kind, parent: Option<ItemId>, ordinal: u32) -> Item {
        let around = parent.map(|id| &self.items[id.index()]);
        let hidden = around.is_some_and(|item| item.hidden);
        let read_only = around.is_some_and(|item| item.kind == Kind::Group && item.read_only);
        let marked = |address| extension::find(from, address).and_then(|one| one.get("valueBoolean"));
        for name in ["text", "prefix"] {
            self.text(from, name);
        }
        let flags = (self.flag(from, "required"), self.flag(from, "repeats"), self.flag(from, "readOnly"));
        let question = kind.is_question();
        let display = kind == Kind::Display;
        let mut item = Item {
            link_id: self.path.last().cloned().unwrap_or_default(),
            kind,
            prefix: Words::read(from, "prefix"),
            text: Words::read(from, "text"),
            required: flags.0 && !display,
            repeats: flags.1 && !display,
            read_only: flags.2 || read_only || kind == Kind::Reference,
            hidden: marked(url::HIDDEN) == Some(&Value::Bool(true)) || hidden,
            limits: Limits::default(),
            control: coded(from, url::ITEM_CONTROL).find_map(Control::from_code),
            horizontal: extension::find(from, url::ORIENTATION)
                .and_then(|one| one.get("valueCode"))
                .is_some_and(|code| code == "horizontal"),
            choices: Vec::new(),
            initial: Vec::new(),
            entry_format: extension::find(from, url::ENTRY_FORMAT)
                .and_then(|one| Words::read(one, "valueString")),
            units: Vec::new(),
            constraints: Vec::new(),
            category: coded(from, url::CATEGORY).find_map(Category::from_code),
            link: extension::find(from, url::SUPPORT_LINK)
                .and_then(|one| Target::parse(one.get("valueUri")?.as_str()?)),
            parent,
            ordinal,
            end: 0,
            enable: Default::default(),
            readers: Vec::new(),
            read_within: Vec::new(),
            rank: 0,
        };
        item.limits = self.limits(from, &item);
        if question {
            self.units(from, &mut item);
            self.choices(from, &mut item);
            self.initial(from, &mut item);
        } else if !self.list(from, "initial").is_empty() {
            self.refuse("initial", Reason::NotForThisType);
        }
        item
    }

    /// What can only be seen when all within the item is known.
    fn whole(&mut self, id: ItemId) {
        let item = &self.items[id.index()];
        let mut within = self.items[id.index() + 1..item.end as usize].iter();
        if item.kind == Kind::Display && within.any(|inner| inner.kind != Kind::Display) {
            self.refuse("item", Reason::QuestionWithinDisplay);
            return;
        }
        // The patient meets a field, or the form has filled it in.
        let open = |item: &Item| {
            item.kind.is_question()
                && (!item.initial.is_empty()
                    || !(item.read_only
                        || item.hidden
                        || item.kind == Kind::Choice && item.choices.is_empty()))
        };
        let answerable = match item.kind {
            Kind::Display => true,
            Kind::Group => within.any(open),
            _ => open(item),
        };
        let needed = item.required || item.limits.min_occurs > 0;
        if needed && !answerable {
            self.refuse("required", Reason::CannotBeAnswered);
        }
    }
}

/// The codes of an extension that holds a CodeableConcept, or a code.
fn coded<'v>(from: &'v Value, address: &'static str) -> impl Iterator<Item = &'v str> {
    extension::each(from, address).flat_map(|one| {
        let concept = one.get("valueCodeableConcept").and_then(|concept| concept.get("coding"));
        let codings = concept.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let codes = codings.iter().filter_map(|coding| coding.get("code"));
        codes.chain(one.get("valueCode")).filter_map(Value::as_str)
    })
}

/// The text of the extension with this address, under `value`.
pub(super) fn text_of(from: &Value, address: &str, value: &str) -> Option<String> {
    extension::find(from, address)?.get(value)?.as_str().map(String::from)
}
