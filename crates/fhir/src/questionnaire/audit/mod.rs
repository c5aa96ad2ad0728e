//! What a form holds and the engine leaves aside, by name: for the sender, before the form goes out. Nothing named here changes
//! which answers are right ([`Form::import`](super::Form::import) refuses that); it may change what the patient sees.

mod known;

use super::{
    extension,
    item::{Category, Control, Kind},
    refusal::Place,
};
use crate::json;
use alloc::{collections::BTreeSet, string::String, vec::Vec};
use known::Known;
use postern_json::Value;

/// Something that was left aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What.
    pub what: What,
}

/// What was left aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// An element that is not read.
    #[error("the element {0} is left aside")]
    Element(String),
    /// An extension that is not known.
    #[error("the extension {0} is left aside")]
    Extension(String),
    /// An element or extension that means nothing for an item of this type.
    #[error("{0} means nothing for an item of this type")]
    NotForThisType(String),
    /// A wish how to draw the item that is not known.
    #[error("the control {0} is not known; the usual one is drawn")]
    Control(String),
    /// The form is not marked as active; the code, or empty without one.
    #[error("the form's status is not active: {0:?}")]
    Status(String),
    /// A choice with nothing to choose from: it is shown and cannot be answered.
    #[error("a choice without answers to choose from cannot be answered")]
    NothingToChoose,
    /// Several conditions and no word on how they go together: one is enough.
    #[error("several enableWhen without enableBehavior: any of them is enough")]
    AnyAssumed,
    /// A text with tags in it, which the patient will read as they stand.
    #[error("a text holds markup, which is shown as it stands")]
    Markup,
    /// A text has the `linkId` of another item; R4 wants them unique.
    #[error("another item has the same linkId")]
    SameLinkId,
    /// A contained resource that nothing refers to.
    #[error("the contained resource {0} is used nowhere")]
    Unused(String),
}

/// Names everything in the form that is neither used nor known to be harmless.
pub fn audit(questionnaire: &Value) -> Vec<Note> {
    let mut audit = Audit {
        notes: Vec::new(),
        path: Vec::new(),
        used: BTreeSet::new(),
        link_ids: BTreeSet::new(),
        questionnaire,
    };
    let status = questionnaire.get("status").and_then(Value::as_str).unwrap_or_default();
    if status != "active" {
        audit.note("status", What::Status(status.into()));
    }
    audit.object(questionnaire, &known::FORM, "");
    for item in json::list(questionnaire, "item").unwrap_or_default() {
        audit.item(item);
    }
    audit.contained();
    audit.notes
}

struct Audit<'v> {
    notes: Vec<Note>,
    path: Vec<String>,
    used: BTreeSet<&'v str>,
    link_ids: BTreeSet<&'v str>,
    questionnaire: &'v Value,
}

impl<'v> Audit<'v> {
    fn note(&mut self, element: &str, what: What) {
        self.notes.push(Note { place: Place { link_ids: self.path.clone(), element: element.into() }, what });
    }

    /// The members and extensions of one object.
    fn object(&mut self, object: &'v Value, known: &Known, element: &str) {
        for (name, value) in object.as_object().into_iter().flatten() {
            if let Some(base) = name.strip_prefix('_') {
                let words = if known::WORDS.contains(&base) { &known::OF_WORDS } else { &known::BARE };
                let all = value.as_array().map_or(core::slice::from_ref(value), Vec::as_slice);
                all.iter().for_each(|one| self.object(one, words, base));
            } else if name != "extension" && !known.members.contains(&name.as_str()) {
                self.note(element, What::Element(name.clone()));
            }
            if known::WORDS.contains(&name.as_str()) && value.as_str().is_some_and(is_markup) {
                self.note(name, What::Markup);
            }
        }
        for one in extension::all(object) {
            let url = extension::url_of(one);
            if !known.extensions.contains(&url) && !known::is_harmless(url) {
                self.note(element, What::Extension(url.into()));
            }
        }
    }

    fn item(&mut self, item: &'v Value) {
        let text = |name: &str| item.get(name).and_then(Value::as_str);
        self.path.push(text("linkId").unwrap_or_default().into());
        if text("linkId").is_some_and(|link_id| !self.link_ids.insert(link_id)) {
            self.note("linkId", What::SameLinkId);
        }
        self.object(item, &known::ITEM, "");
        let kind = text("type").and_then(Kind::from_code);
        if let Some(kind) = kind {
            self.for_type(item, kind);
        }
        let list = |name: &'static str| json::list(item, name).unwrap_or_default();
        for condition in list("enableWhen") {
            self.object(condition, &known::ENABLE_WHEN, "enableWhen");
            self.value(condition, "answer", "enableWhen");
        }
        if list("enableWhen").len() > 1 && text("enableBehavior").is_none() {
            self.note("enableWhen", What::AnyAssumed);
        }
        for option in list("answerOption") {
            self.object(option, &known::OPTION, "answerOption");
            self.value(option, "value", "answerOption");
        }
        for initial in list("initial") {
            self.object(initial, &known::INITIAL, "initial");
            self.value(initial, "value", "initial");
        }
        self.extensions(item);
        if let Some(set) = text("answerValueSet") {
            self.used.insert(set);
        }
        let none = list("answerOption").is_empty() && text("answerValueSet").is_none();
        if kind == Some(Kind::Choice) && none {
            self.note("answerOption", What::NothingToChoose);
        }
        for inner in list("item") {
            self.item(inner);
        }
        self.path.pop();
    }

    /// Codes within extensions that are understood, and the value sets that they use.
    fn extensions(&mut self, item: &'v Value) {
        for one in extension::all(item) {
            let codes = |known: fn(&str) -> bool| {
                let concept = one.get("valueCodeableConcept").and_then(|concept| concept.get("coding"));
                let all = concept.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let codes = all.iter().filter_map(|coding| coding.get("code")?.as_str());
                codes.filter(|code| !known(code)).map(String::from).collect::<Vec<_>>()
            };
            let unknown = match extension::url_of(one) {
                extension::url::ITEM_CONTROL => codes(|code| Control::from_code(code).is_some()),
                extension::url::CATEGORY => codes(|code| Category::from_code(code).is_some()),
                extension::url::UNIT_VALUE_SET => {
                    self.used.extend(one.get("valueCanonical").and_then(Value::as_str));
                    Vec::new()
                }
                _ => Vec::new(),
            };
            unknown.into_iter().for_each(|code| self.note("extension", What::Control(code)));
        }
    }

    fn for_type(&mut self, item: &Value, kind: Kind) {
        for (name, kinds) in known::FOR_TYPES {
            let present = if name.contains('/') {
                extension::find(item, name).is_some()
            } else {
                json::get(item, name).is_some_and(|value| *value != false)
            };
            if present && !kinds.contains(&kind) {
                self.note("", What::NotForThisType((*name).into()));
            }
        }
    }

    /// The members of a `value[x]` that is an object.
    fn value(&mut self, of: &'v Value, prefix: &str, element: &str) {
        for (name, value) in of.as_object().into_iter().flatten() {
            let known = match name.strip_prefix(prefix) {
                Some("Coding") => &known::CODING,
                Some("Quantity") => &known::QUANTITY,
                Some("Attachment") => &known::ATTACHMENT,
                _ => continue,
            };
            self.object(value, known, element);
        }
    }

    /// Contained resources: value sets and code systems that are used, and whatever else.
    fn contained(&mut self) {
        let all = json::list(self.questionnaire, "contained").unwrap_or_default();
        for one in all {
            let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
            let id = text("id");
            let whole = alloc::format!("{}#{id}", text("resourceType"));
            let includes = one.get("compose").and_then(|compose| compose.get("include"));
            let sets = includes.and_then(Value::as_array).into_iter().flatten();
            self.used.extend(
                sets.flat_map(|include| json::list(include, "valueSet").unwrap_or_default())
                    .filter_map(Value::as_str),
            );
            let url = text("url");
            let referred = |used: &&str| {
                used.strip_prefix('#') == Some(id) || !url.is_empty() && used.split('|').next() == Some(url)
            };
            let used = match text("resourceType") {
                "CodeSystem" => all.iter().any(|set| includes_system(set, url)),
                "ValueSet" => {
                    let inner = all.iter().flat_map(value_sets_in).collect::<BTreeSet<_>>();
                    self.used.iter().chain(&inner).any(referred)
                }
                _ => false,
            };
            if !used {
                self.note("contained", What::Unused(whole));
            }
            match text("resourceType") {
                "CodeSystem" | "ValueSet" => self.object(one, &known::VALUE_SET, "contained"),
                _ => {}
            }
        }
    }
}

fn value_sets_in(set: &Value) -> Vec<&str> {
    let includes = set.get("compose").map(|compose| json::list(compose, "include").unwrap_or_default());
    let sets =
        includes.unwrap_or_default().iter().flat_map(|one| json::list(one, "valueSet").unwrap_or_default());
    sets.filter_map(Value::as_str).collect()
}

fn includes_system(set: &Value, url: &str) -> bool {
    let includes = set.get("compose").map(|compose| json::list(compose, "include").unwrap_or_default());
    includes.unwrap_or_default().iter().any(|one| one.get("system").and_then(Value::as_str) == Some(url))
}

/// `<b>` or `</b>` stands in it.
fn is_markup(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        let name = rest.trim_start_matches('/');
        name.starts_with(|first: char| first.is_ascii_alphabetic()) && rest.contains('>')
    })
}
