//! Answers to JSON.

use crate::{
    code::codes,
    datatype::Helper,
    json::Object,
    questionnaire::{
        answer::Answer,
        item::{Item, Kind},
        session::{Session, SlotId},
    },
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

codes! {
    /// `QuestionnaireResponse.status`, those that a patient gives.
    Status {
        /// Not finished.
        InProgress => "in-progress",
        /// Finished.
        Completed => "completed",
        /// Finished before, and corrected since.
        Amended => "amended",
    }
}

/// What a response says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// How far it is.
    pub status: Status,
    /// When it was given, FHIR `dateTime`.
    pub authored: Option<String>,
    /// Who answered, if not the patient.
    pub helper: Option<Helper>,
}

const HELPER_ID: &str = "helper";

impl Session {
    /// The response: every answer that counts, none of what is disabled.
    pub fn response(&self, heading: &Heading) -> Value {
        self.write(heading, false)
    }

    /// For going on later: with the answers of what is disabled now.
    pub fn draft(&self) -> Value {
        self.write(&Heading { status: Status::InProgress, authored: None, helper: None }, true)
    }

    fn write(&self, heading: &Heading, draft: bool) -> Value {
        let form = self.form();
        let canonical = form.url.as_ref().map(|url| match &form.version {
            Some(version) => [url, "|", version].concat(),
            None => url.clone(),
        });
        let source = heading.helper.as_ref().map(|helper| {
            Object::new()
                .put("reference", ["#", HELPER_ID].concat())
                .put("type", "RelatedPerson")
                .put("display", helper.name.as_str())
                .build()
        });
        Object::resource("QuestionnaireResponse")
            .list("contained", heading.helper.iter().map(|helper| helper.write(HELPER_ID)).collect())
            .text("questionnaire", &canonical)
            .put("status", heading.status.code())
            .text("authored", &heading.authored)
            .maybe("source", source)
            .list("item", self.write_slots(self.roots(), draft))
            .build()
    }

    fn write_slots(&self, slots: &[SlotId], draft: bool) -> Vec<Value> {
        let mut items = Vec::new();
        for slot in slots.iter().copied().filter(|slot| draft || self.own_conditions_hold(*slot)) {
            let item = self.item(slot);
            match item.kind {
                Kind::Display => {}
                Kind::Group => {
                    let before = items.len();
                    for instance in 0..self.instances(slot) {
                        let inner = self.write_slots(self.children(slot, instance), draft);
                        if !inner.is_empty() {
                            items.push(head(item, draft).list("item", inner).build());
                        }
                    }
                    // A required group has to be there, even when nothing in it can be answered now.
                    let open = draft || self.is_answerable(slot);
                    if item.required && !open && items.len() == before {
                        items.push(head(item, draft).build());
                    }
                }
                _ => {
                    let answers = self.answers(slot).iter().enumerate();
                    let answers: Vec<Value> = answers
                        .map(|(index, answer)| {
                            let (name, value) = answer.write();
                            let inner = self.write_slots(self.children(slot, index), draft);
                            Object::new().put(name, value).list("item", inner).build()
                        })
                        .collect();
                    if !answers.is_empty() {
                        items.push(head(item, draft).list("answer", answers).build());
                    }
                }
            }
        }
        items
    }
}

/// The `linkId`, and in a response the words it stood under.
fn head(item: &Item, draft: bool) -> Object {
    let words = item.text.as_ref().filter(|_| !draft).and_then(|words| Answer::text(&words.text));
    let words = words.and_then(|words| match words {
        Answer::Text(text) => Some(text),
        _ => None,
    });
    Object::new().put("linkId", item.link_id.as_str()).text("text", &words)
}
