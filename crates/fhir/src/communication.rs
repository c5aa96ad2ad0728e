//! `Communication`: a text from the clinic, or from the patient.

use crate::{
    datatype::{Reference, reference},
    json::{self, Object, ReadError, through_value},
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// A text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Communication {
    /// Logical id.
    pub id: Option<String>,
    /// `topic.text`: the heading.
    pub topic: Option<String>,
    /// `payload.contentString`, each in the small Markdown of [`crate::markdown`].
    pub payload: Vec<String>,
    /// Who wrote it: a name, `sender.display`.
    pub sender: Option<String>,
    /// What they are at the clinic: `code.text` of the contained `PractitionerRole` that `sender` points at.
    pub sender_role: Option<String>,
    /// FHIR `dateTime`.
    pub sent: Option<String>,
    /// `note.text`.
    pub notes: Vec<String>,
}

through_value!(Communication);

const SENDER_ID: &str = "sender";

impl Communication {
    /// A heading and a text.
    pub fn text(topic: impl Into<String>, text: impl Into<String>) -> Self {
        Self { topic: Some(topic.into()), payload: alloc::vec![text.into()], ..Self::default() }
    }

    /// From JSON. `status` must be `completed`: a text that is on its way has been written to the end.
    ///
    /// # Errors
    /// Another resource, a missing or other status, or a member of another type.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Communication")?;
        if json::needed(value, "Communication.status")? != "completed" {
            return Err(ReadError::UnknownCode("Communication.status"));
        }
        let sender = json::get(value, "Communication.sender").map(Reference::read).transpose()?;
        let sender_role = sender.as_ref().and_then(|sender| {
            let role = reference::contained(value, sender.contained_id()?)?;
            json::concept_text(role.get("code")?.get(0)?)
        });
        Ok(Self {
            id: json::text(value, "Communication.id")?,
            topic: json::get(value, "Communication.topic").and_then(json::concept_text),
            payload: json::each(value, "Communication.payload", |one| {
                json::text(one, "Communication.payload.contentString")
            })?
            .into_iter()
            .flatten()
            .collect(),
            sender: sender.and_then(|sender| sender.display),
            sender_role,
            sent: json::text(value, "Communication.sent")?,
            notes: json::each(value, "Communication.note", |one| {
                json::needed(one, "Communication.note.text")
            })?,
        })
    }

    /// To JSON, as an answer to what this identifier names (`inResponseTo`).
    pub fn write_as_answer(&self, to: &str) -> Value {
        let identifier = Object::new().put("value", to).build();
        let reference = Object::new().put("identifier", identifier).build();
        let mut value = self.write();
        if let Some(members) = value.as_object_mut() {
            members.insert("inResponseTo".into(), alloc::vec![reference].into());
        }
        value
    }

    /// What it answers.
    pub fn answers(value: &Value) -> Option<&str> {
        value.get("inResponseTo")?.get(0)?.get("identifier")?.get("value")?.as_str()
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let role = self.sender_role.as_deref().map(|role| {
            Object::resource("PractitionerRole")
                .put("id", SENDER_ID)
                .list("code", alloc::vec![json::concept(role)])
                .build()
        });
        let sender = Reference {
            reference: role.as_ref().map(|_| alloc::format!("#{SENDER_ID}")),
            kind: None,
            display: self.sender.clone(),
        };
        let of = |name: &str, text: &String| Object::new().put(name, text.as_str()).build();
        Object::resource("Communication")
            .text("id", &self.id)
            .put("status", "completed")
            .list("contained", role.into_iter().collect())
            .maybe("topic", self.topic.as_deref().map(json::concept))
            .text("sent", &self.sent)
            .maybe("sender", (sender != Reference::default()).then(|| sender.write()))
            .list("payload", self.payload.iter().map(|text| of("contentString", text)).collect())
            .list("note", self.notes.iter().map(|text| of("text", text)).collect())
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    #[test]
    fn a_text_with_sender_and_role_reads_back() {
        let told = Communication {
            id: Some("c1".into()),
            topic: Some("Before your visit".into()),
            payload: alloc::vec!["Please **fast**.".into(), "Second part.".into()],
            sender: Some("A. Nurse".into()),
            sender_role: Some("Nurse".into()),
            sent: Some("2026-11-23T10:00:00-05:00".into()),
            notes: alloc::vec!["Bring your card.".into()],
        };
        assert_eq!(Communication::read(&told.write()), Ok(told));
    }

    #[test]
    fn an_answer_names_what_it_answers() {
        let told = Communication::text("a", "b");
        let answer = told.write_as_answer("message-1");
        assert_eq!(Communication::answers(&answer), Some("message-1"));
        assert_eq!(Communication::read(&answer), Ok(told.clone()));
        assert_eq!(Communication::answers(&told.write()), None);
    }

    #[test]
    fn what_fhir_requires_is_required_and_what_we_do_not_know_is_ignored() {
        let read = |value| Communication::read(&value);
        let bare = json!({"resourceType": "Communication", "status": "completed"});
        assert_eq!(read(bare), Ok(Communication::default()));
        assert_eq!(
            read(json!({"resourceType": "Communication"})),
            Err(ReadError::Missing("Communication.status"))
        );
        let attachment = json!({"resourceType": "Communication", "status": "completed", "priority": "routine",
            "payload": [{"contentAttachment": {"url": "x"}}, {"contentString": "shown"}]});
        assert_eq!(read(attachment).unwrap().payload, ["shown"]);
        let wrong = json!({"resourceType": "Communication", "status": "completed", "sent": 5});
        assert_eq!(read(wrong), Err(ReadError::Wrong("Communication.sent")));
    }
}
