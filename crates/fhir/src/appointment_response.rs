//! `AppointmentResponse`: the patient's answer to a visit.

use crate::{
    code::ParticipationStatus,
    datatype::{Helper, PreferredTimes, Reference, reference},
    json::{self, Object, ReadError, through_value},
};
use alloc::string::String;
use postern_json::Value;

/// R5's `AppointmentResponse.proposedNewTime` on R4, by HL7's rule for cross-version extensions; `valueBoolean`.
pub const PROPOSED_NEW_TIME_URL: &str =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-AppointmentResponse.proposedNewTime";
/// Days and times of day that suit, `valueTiming`. FHIR has moments for a proposal, not wishes.
pub const PREFERRED_TIMES_URL: &str = "urn:postern:preferred-times";

/// An answer to a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointmentResponse {
    /// The visit.
    pub appointment: Reference,
    /// What is answered.
    pub answer: Answer,
    /// Who answers, if not the patient.
    pub helper: Option<Helper>,
    /// Words beside it.
    pub comment: Option<String>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// `accepted`.
    Confirm,
    /// `declined`.
    Cancel,
    /// `tentative` with [`PROPOSED_NEW_TIME_URL`].
    AnotherTime(PreferredTimes),
    /// `tentative` without it: may come. Postern's page does not offer it; other senders may.
    Maybe,
    /// `needs-action`: no answer yet.
    None,
}

impl Answer {
    /// `participantStatus`.
    pub fn status(&self) -> ParticipationStatus {
        match self {
            Self::Confirm => ParticipationStatus::Accepted,
            Self::Cancel => ParticipationStatus::Declined,
            Self::AnotherTime(_) | Self::Maybe => ParticipationStatus::Tentative,
            Self::None => ParticipationStatus::NeedsAction,
        }
    }
}

through_value!(AppointmentResponse);

const HELPER_ID: &str = "helper";

impl AppointmentResponse {
    /// From JSON.
    ///
    /// # Errors
    /// Another resource, a required member missing, an unknown code, or a member of another type.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "AppointmentResponse")?;
        let status = json::needed(value, "AppointmentResponse.participantStatus")?;
        let status = ParticipationStatus::from_code(&status)
            .ok_or(ReadError::UnknownCode("AppointmentResponse.participantStatus"))?;
        let another_time =
            json::extension(value, PROPOSED_NEW_TIME_URL, "valueBoolean") == Some(&Value::Bool(true));
        let answer = match status {
            ParticipationStatus::Accepted => Answer::Confirm,
            ParticipationStatus::Declined => Answer::Cancel,
            ParticipationStatus::NeedsAction => Answer::None,
            ParticipationStatus::Tentative if another_time => {
                let wishes = json::extension(value, PREFERRED_TIMES_URL, "valueTiming");
                Answer::AnotherTime(wishes.map(PreferredTimes::read).transpose()?.unwrap_or_default())
            }
            ParticipationStatus::Tentative => Answer::Maybe,
        };
        let appointment = json::get(value, "AppointmentResponse.appointment")
            .ok_or(ReadError::Missing("AppointmentResponse.appointment"))?;
        let actor = json::get(value, "AppointmentResponse.actor").map(Reference::read).transpose()?;
        let helper = actor.and_then(|actor| reference::contained(value, actor.contained_id()?));
        Ok(Self {
            appointment: Reference::read(appointment)?,
            answer,
            helper: helper.map(Helper::read).transpose()?,
            comment: json::text(value, "AppointmentResponse.comment")?,
        })
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let mut extensions = alloc::vec::Vec::new();
        if let Answer::AnotherTime(wishes) = &self.answer {
            extensions.push(json::make_extension(PROPOSED_NEW_TIME_URL, "valueBoolean", true));
            if !wishes.is_empty() {
                extensions.push(json::make_extension(PREFERRED_TIMES_URL, "valueTiming", wishes.write()));
            }
        }
        let actor = match &self.helper {
            None => Reference { kind: Some("Patient".into()), ..Reference::default() },
            Some(helper) => Reference {
                reference: Some(alloc::format!("#{HELPER_ID}")),
                kind: Some("RelatedPerson".into()),
                display: Some(helper.name.clone()),
            },
        };
        Object::resource("AppointmentResponse")
            .list("contained", self.helper.iter().map(|helper| helper.write(HELPER_ID)).collect())
            .list("extension", extensions)
            .put("appointment", self.appointment.write())
            .put("actor", actor.write())
            .put("participantStatus", self.answer.status().code())
            .text("comment", &self.comment)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{TimeOfDay, Weekday};
    use postern_json::json;

    fn answering(answer: Answer) -> AppointmentResponse {
        let appointment = Reference {
            reference: Some("Appointment/visit-1".into()),
            kind: Some("Appointment".into()),
            display: None,
        };
        AppointmentResponse { appointment, answer, helper: None, comment: None }
    }

    #[test]
    fn every_answer_reads_back() {
        let wishes =
            PreferredTimes { days: alloc::vec![Weekday::Monday], times: alloc::vec![TimeOfDay::Morning] };
        for answer in [
            Answer::Confirm,
            Answer::Cancel,
            Answer::AnotherTime(PreferredTimes::default()),
            Answer::AnotherTime(wishes),
            Answer::Maybe,
            Answer::None,
        ] {
            let response = answering(answer);
            assert_eq!(AppointmentResponse::read(&response.write()), Ok(response));
        }
    }

    #[test]
    fn a_confirmation_has_the_shape_that_fhir_gives_it() {
        assert_eq!(
            answering(Answer::Confirm).write(),
            json!({"resourceType": "AppointmentResponse", "participantStatus": "accepted",
                "actor": {"type": "Patient"},
                "appointment": {"reference": "Appointment/visit-1", "type": "Appointment"}})
        );
    }

    #[test]
    fn who_helps_stands_in_the_resource() {
        let response = AppointmentResponse {
            helper: Some(Helper { name: "Bo Example".into(), relationship: "daughter".into() }),
            comment: Some("After four is best".into()),
            ..answering(Answer::Cancel)
        };
        let value = response.write();
        assert_eq!(value["contained"][0]["resourceType"], "RelatedPerson");
        assert_eq!(value["actor"]["reference"], "#helper");
        assert_eq!(AppointmentResponse::read(&value), Ok(response));
    }

    #[test]
    fn without_appointment_or_with_an_unknown_status_it_is_refused() {
        let read = |value| AppointmentResponse::read(&value);
        assert_eq!(
            read(json!({"resourceType": "AppointmentResponse", "participantStatus": "accepted"})),
            Err(ReadError::Missing("AppointmentResponse.appointment"))
        );
        assert_eq!(
            read(
                json!({"resourceType": "AppointmentResponse", "participantStatus": "yes", "appointment": {}})
            ),
            Err(ReadError::UnknownCode("AppointmentResponse.participantStatus"))
        );
    }
}
