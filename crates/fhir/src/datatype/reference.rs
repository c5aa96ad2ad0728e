//! `Reference`.

use crate::json::{self, Object, ReadError};
use alloc::string::String;
use postern_json::Value;

/// Points at another resource, or only names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference {
    /// `Appointment/123`, an absolute address, or `#id` of a contained resource.
    pub reference: Option<String>,
    /// The type of what it points at, `Patient`.
    pub kind: Option<String>,
    /// Words for it.
    pub display: Option<String>,
}

impl Reference {
    /// Only words.
    pub fn named(display: impl Into<String>) -> Self {
        Self { display: Some(display.into()), ..Self::default() }
    }

    /// The type of what it points at: its `type`, else what stands before the last `/` of a literal reference.
    pub fn target_type(&self) -> Option<&str> {
        self.kind.as_deref().or_else(|| {
            let (before, _) = self.reference.as_deref()?.rsplit_once('/')?;
            before.rsplit('/').next()
        })
    }

    /// The id of the contained resource it points at.
    pub(crate) fn contained_id(&self) -> Option<&str> {
        self.reference.as_deref()?.strip_prefix('#')
    }

    pub(crate) fn read(value: &Value) -> Result<Self, ReadError> {
        if !value.is_object() {
            return Err(ReadError::Wrong("reference"));
        }
        Ok(Self {
            reference: json::text(value, "reference.reference")?,
            kind: json::text(value, "reference.type")?,
            display: json::text(value, "reference.display")?,
        })
    }

    pub(crate) fn write(&self) -> Value {
        Object::new()
            .text("reference", &self.reference)
            .text("type", &self.kind)
            .text("display", &self.display)
            .build()
    }
}

/// The contained resource with this id.
pub(crate) fn contained<'v>(resource: &'v Value, id: &str) -> Option<&'v Value> {
    let all = resource.get("contained")?.as_array()?;
    all.iter().find(|one| one.get("id").and_then(Value::as_str) == Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_comes_from_the_member_or_from_the_address() {
        let to = |text: &str| Reference { reference: Some(text.into()), ..Reference::default() };
        assert_eq!(to("Location/7").target_type(), Some("Location"));
        assert_eq!(to("https://ehr.example/fhir/Patient/7").target_type(), Some("Patient"));
        assert_eq!(to("#where").target_type(), None);
        assert_eq!(
            Reference { kind: Some("Location".into()), ..to("#where") }.target_type(),
            Some("Location")
        );
    }
}
