//! Who answers for the patient: a contained `RelatedPerson`.

use crate::json::{self, Object, ReadError};
use alloc::string::String;
use postern_json::Value;

/// Somebody who answers for the patient, in their own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// Their name.
    pub name: String,
    /// What they are to the patient.
    pub relationship: String,
}

impl Helper {
    pub(crate) fn read(person: &Value) -> Result<Self, ReadError> {
        json::expect_type(person, "RelatedPerson")?;
        let name = json::list(person, "RelatedPerson.name")?
            .first()
            .ok_or(ReadError::Missing("RelatedPerson.name"))?;
        let relationship =
            json::list(person, "RelatedPerson.relationship")?.first().and_then(json::concept_text);
        Ok(Self {
            name: json::needed(name, "RelatedPerson.name.text")?,
            relationship: relationship.ok_or(ReadError::Missing("RelatedPerson.relationship"))?,
        })
    }

    pub(crate) fn write(&self, id: &str) -> Value {
        Object::resource("RelatedPerson")
            .put("id", id)
            .put("patient", Object::new().put("type", "Patient").build())
            .list("relationship", alloc::vec![json::concept(&self.relationship)])
            .list("name", alloc::vec![json::concept(&self.name)])
            .build()
    }
}
