//! What an answer says, held against what was sent.

use super::incident::Reason;
use crate::{consent::check as consent, forms, preferences::check as preferences};
use postern_fhir::{
    AppointmentResponse, Bundle, Communication, Task, preferences::Wish, replies::REPLY_LETTERS,
};
use postern_protocol::{
    record::{Record, RecordKind},
    time::Timestamp,
};
use serde_json::Value;

/// The name of a kind: of all but wishes, the resource type.
pub(super) fn kind_name(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::AppointmentResponse => "AppointmentResponse",
        RecordKind::QuestionnaireResponse => "QuestionnaireResponse",
        RecordKind::Consent => "Consent",
        RecordKind::Communication => "Communication",
        RecordKind::Preferences => "Preferences",
        RecordKind::Task => "Task",
    }
}

/// What an answer is, beside the resource that is kept of every one.
pub(super) enum Said {
    /// Nothing more.
    Plain,
    /// A consent that was answered.
    Consent(Box<consent::Received>),
    /// What was written back.
    Reply,
    /// A wish about texts.
    Wish(Wish),
    /// A page elsewhere was opened.
    Opened(Task),
}

/// The resource is of its kind and answers something in the Bundle that was sent.
///
/// # Errors
/// What does not hold.
pub(super) fn check(record: &Record<Value>, received_at: Timestamp, bundle: &Value) -> Result<Said, Reason> {
    let resource_type = record.resource.get("resourceType").and_then(Value::as_str);
    let wanted = if record.kind == RecordKind::Preferences { "Parameters" } else { kind_name(record.kind) };
    if resource_type != Some(wanted) {
        return Err(Reason::Resource);
    }
    let page = record.shown.page.as_ref();
    if record.kind == RecordKind::Consent {
        let received = consent::check(&record.resource, page, bundle)?;
        return Ok(Said::Consent(Box::new(received)));
    }
    if page.is_some() {
        return Err(Reason::PageOther);
    }
    let resource = (&record.resource).into();
    match record.kind {
        RecordKind::AppointmentResponse => {
            let response = AppointmentResponse::read(&resource).map_err(|_| Reason::Resource)?;
            let sent = Bundle::read(&bundle.into()).map_err(|_| Reason::Resource)?;
            let named =
                sent.appointments().any(|one| one.reference().reference == response.appointment.reference);
            if named { Ok(Said::Plain) } else { Err(Reason::AppointmentOther) }
        }
        RecordKind::Communication => {
            let written = Communication::read(&resource).map_err(|_| Reason::Resource)?;
            let fits = match &written.payload[..] {
                [words] => !words.trim().is_empty() && words.chars().count() <= REPLY_LETTERS,
                _ => false,
            };
            let answers = Communication::answers(&resource) == Some(&*record.mid.to_text());
            if fits && answers { Ok(Said::Reply) } else { Err(Reason::Resource) }
        }
        // Required answers are checked on both sides: complete though empty is no answer.
        RecordKind::QuestionnaireResponse => {
            let answers = |form: &Value| forms::receive(&form.into(), &resource).is_ok();
            if questionnaires(bundle).any(answers) { Ok(Said::Plain) } else { Err(Reason::Resource) }
        }
        RecordKind::Task => {
            let opened = Task::read(&resource).map_err(|_| Reason::Resource)?;
            let sent = Bundle::read(&bundle.into()).map_err(|_| Reason::Resource)?;
            let asked = sent.tasks().filter_map(|one| Task::read(one).ok()).any(|one| opened.answers(&one));
            // What this program does not read of the resource was signed all the same: it must say nothing more.
            if asked && opened.write() == resource {
                Ok(Said::Opened(opened))
            } else {
                Err(Reason::ActionOther)
            }
        }
        RecordKind::Preferences => preferences::check(&record.resource, received_at, bundle).map(Said::Wish),
        RecordKind::Consent => Ok(Said::Plain),
    }
}

/// The forms in a Bundle, as they were sent.
fn questionnaires(bundle: &Value) -> impl Iterator<Item = &Value> {
    let entries = bundle.get("entry").and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.get("resource")).filter(|one| one["resourceType"] == "Questionnaire")
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_protocol::{
        base64url::FixedBytes,
        id::{ClinicId, RecordId},
        record::{Answerer, Shown},
    };
    use serde_json::json;

    fn answers(resource: Value) -> Record<Value> {
        let mid = FixedBytes([2; 16]);
        let sha256 = FixedBytes([3; 32]);
        Record {
            v: 1,
            rid: RecordId::from_u128(7 << 76),
            mid,
            lid: FixedBytes([1; 16]),
            clinic: ClinicId::new("oak").unwrap(),
            kind: RecordKind::QuestionnaireResponse,
            by: Answerer::Patient,
            shown: Shown { mid, sha256, locale: "en".into(), app: "0".into(), page: None },
            seen: None,
            replaces: None,
            at: Timestamp(0),
            zone: "UTC".into(),
            resource,
        }
    }

    fn response(answered: Value) -> Value {
        json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": answered})
    }

    #[test]
    fn answers_are_booked_only_if_they_answer_a_form_that_was_sent() {
        let form = json!({"resourceType": "Questionnaire", "status": "active",
            "item": [{"linkId": "pain", "type": "integer", "required": true}]});
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": {"resourceType": "Communication", "status": "completed"}}, {"resource": form}]});
        let whole = response(json!([{"linkId": "pain", "answer": [{"valueInteger": 3}]}]));
        assert!(matches!(check(&answers(whole.clone()), Timestamp(0), &bundle), Ok(Said::Plain)));
        let without = json!({"resourceType": "Bundle", "type": "collection", "entry": []});
        assert_eq!(
            check(&answers(whole), Timestamp(0), &without).err(),
            Some(Reason::Resource),
            "no form was sent"
        );
        for wrong in [
            response(json!([])),
            response(json!([{"linkId": "pain", "answer": [{"valueString": "much"}]}])),
            response(json!([{"linkId": "mood", "answer": [{"valueInteger": 3}]}])),
            json!({"resourceType": "Communication", "status": "completed"}),
        ] {
            assert_eq!(
                check(&answers(wrong.clone()), Timestamp(0), &bundle).err(),
                Some(Reason::Resource),
                "{wrong}"
            );
        }
    }
}
