//! `RelatedPerson`: who may answer for a patient. Read at the clinic only; it never travels in a message.

use crate::{
    datatype::{HumanName, Reference, TIMEZONE_URL},
    json::{self, Object, ReadError, through_value},
    patient::{ContactPoint, Language},
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// A category of messages that may go to them: `valueCode`, the extension repeated for each.
pub const SCOPE_URL: &str = "urn:postern:helper-scope";

/// Somebody who helps a patient.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RelatedPerson {
    /// Logical id: how the clinic names this person's part for this patient.
    pub id: Option<String>,
    /// `false` where it counts no more; R4 takes an absent one as true.
    pub active: Option<bool>,
    /// For whom, `Patient/ID`.
    pub patient: Reference,
    /// What they are to the patient, in words: the first `relationship`'s text, else its coding's display.
    pub relationship: Option<String>,
    /// Names.
    pub names: Vec<HumanName>,
    /// `YYYY-MM-DD`, their own.
    pub birth_date: Option<String>,
    /// Ways to reach them.
    pub telecom: Vec<ContactPoint>,
    /// `communication`: languages, BCP 47.
    pub languages: Vec<Language>,
    /// IANA zone, from the standard extension.
    pub zone: Option<String>,
    /// Categories, from [`SCOPE_URL`]; empty where none is named.
    pub scope: Vec<String>,
    /// `period.start`, FHIR `dateTime`.
    pub start: Option<String>,
    /// `period.end`, FHIR `dateTime`.
    pub end: Option<String>,
}

through_value!(RelatedPerson);

impl RelatedPerson {
    /// The name to show; empty when none is known.
    pub fn display_name(&self) -> String {
        HumanName::preferred(&self.names).map(HumanName::display).unwrap_or_default()
    }

    /// The number for texts, as [`crate::Patient::sms_number`].
    pub fn sms_number(&self) -> Option<&str> {
        ContactPoint::for_texts(&self.telecom)
    }

    /// The language to write in: the preferred one, else the first.
    pub fn language(&self) -> Option<&str> {
        Language::to_write_in(&self.languages)
    }

    /// The patient's id: what stands after the last `/` of the reference.
    pub fn patient_id(&self) -> Option<&str> {
        let reference = self.patient.reference.as_deref()?;
        let is_patient = self.patient.target_type().is_none_or(|kind| kind == "Patient");
        let id = reference.rsplit('/').next().filter(|id| !id.is_empty() && !id.starts_with('#'));
        id.filter(|_| is_patient)
    }

    /// From JSON.
    ///
    /// # Errors
    /// Another resource, no `patient`, or a member of another type.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "RelatedPerson")?;
        let patient =
            json::get(value, "RelatedPerson.patient").ok_or(ReadError::Missing("RelatedPerson.patient"))?;
        let active = match json::get(value, "RelatedPerson.active") {
            None => None,
            Some(active) => Some(active.as_bool().ok_or(ReadError::Wrong("RelatedPerson.active"))?),
        };
        let relationship = json::list(value, "RelatedPerson.relationship")?;
        let none = Value::Null;
        let period = json::get(value, "RelatedPerson.period").unwrap_or(&none);
        let extensions = json::list(value, "RelatedPerson.extension")?.iter();
        let scope =
            extensions.filter(|one| one.get("url").and_then(Value::as_str) == Some(SCOPE_URL)).map(|one| {
                one.get("valueCode")
                    .and_then(Value::as_str)
                    .map(String::from)
                    .ok_or(ReadError::Wrong(SCOPE_URL))
            });
        Ok(Self {
            id: json::text(value, "RelatedPerson.id")?,
            active,
            patient: Reference::read(patient)?,
            relationship: relationship.first().and_then(json::concept_text),
            names: json::each(value, "RelatedPerson.name", HumanName::read)?,
            birth_date: json::text(value, "RelatedPerson.birthDate")?,
            telecom: json::each(value, "RelatedPerson.telecom", ContactPoint::read)?,
            languages: json::each(value, "RelatedPerson.communication", Language::read)?,
            zone: json::text_extension(value, TIMEZONE_URL, "valueCode")?,
            scope: scope.collect::<Result<_, _>>()?,
            start: json::text(period, "RelatedPerson.period.start")?,
            end: json::text(period, "RelatedPerson.period.end")?,
        })
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let zone = self.zone.as_deref().map(|zone| json::make_extension(TIMEZONE_URL, "valueCode", zone));
        let scope = self.scope.iter().map(|one| json::make_extension(SCOPE_URL, "valueCode", one.as_str()));
        let period = Object::new().text("start", &self.start).text("end", &self.end).build();
        let period = (self.start.is_some() || self.end.is_some()).then_some(period);
        Object::resource("RelatedPerson")
            .text("id", &self.id)
            .list("extension", zone.into_iter().chain(scope).collect())
            .maybe("active", self.active)
            .put("patient", self.patient.write())
            .list("relationship", self.relationship.iter().map(|one| json::concept(one)).collect())
            .list("name", self.names.iter().map(HumanName::write).collect())
            .list("telecom", self.telecom.iter().map(ContactPoint::write).collect())
            .text("birthDate", &self.birth_date)
            .maybe("period", period)
            .list("communication", self.languages.iter().map(Language::write).collect())
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    fn of(reference: &str) -> RelatedPerson {
        let patient = Reference { reference: Some(reference.into()), ..Reference::default() };
        RelatedPerson { patient, ..RelatedPerson::default() }
    }

    #[test]
    fn a_related_person_reads_back() {
        let person = RelatedPerson {
            id: Some("r-1".into()),
            active: Some(true),
            relationship: Some("mother".into()),
            names: alloc::vec![HumanName::from_text("Eva Example")],
            birth_date: Some("1985-02-03".into()),
            telecom: alloc::vec![ContactPoint {
                system: Some("sms".into()),
                value: Some("+12025550144".into()),
                ..ContactPoint::default()
            }],
            languages: alloc::vec![Language { code: "es".into(), preferred: true }],
            zone: Some("America/New_York".into()),
            scope: alloc::vec!["appointments".into(), "messages".into()],
            start: Some("2026-01-01".into()),
            end: Some("2031-05-04".into()),
            ..of("Patient/p-1")
        };
        assert_eq!((person.sms_number(), person.language()), (Some("+12025550144"), Some("es")));
        assert_eq!(RelatedPerson::read(&person.write()), Ok(person));
    }

    #[test]
    fn the_patients_id_is_the_last_part_of_a_reference_to_a_patient() {
        assert_eq!(of("Patient/p-1").patient_id(), Some("p-1"));
        assert_eq!(of("https://ehr.example/fhir/Patient/p-1").patient_id(), Some("p-1"));
        assert_eq!(of("p-1").patient_id(), Some("p-1"));
        for other in ["Practitioner/p-1", "Patient/", "#p-1", ""] {
            assert_eq!(of(other).patient_id(), None, "{other}");
        }
    }

    #[test]
    fn a_scope_that_is_no_code_and_a_missing_patient_are_refused() {
        let read = |value: Value| RelatedPerson::read(&value);
        let patient = json!({"reference": "Patient/p-1"});
        let scope = json!([{"url": SCOPE_URL, "valueString": "messages"}]);
        let wrong = json!({"resourceType": "RelatedPerson", "patient": patient, "extension": scope});
        assert_eq!(read(wrong), Err(ReadError::Wrong(SCOPE_URL)));
        let none = json!({"resourceType": "RelatedPerson"});
        assert_eq!(read(none), Err(ReadError::Missing("RelatedPerson.patient")));
        let active = json!({"resourceType": "RelatedPerson", "patient": patient, "active": "yes"});
        assert_eq!(read(active), Err(ReadError::Wrong("RelatedPerson.active")));
    }
}
