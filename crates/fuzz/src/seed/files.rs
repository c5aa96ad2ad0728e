//! FHIR and configuration.

use super::{Seed, lid, portal_key};
use serde_json::{Value, json};

/// A form that has one of most kinds of items.
pub const FORM: &str = include_str!("../../../fhir/tests/fixtures/forms/before-your-visit.json");

fn form_answers() -> Value {
    json!({"resourceType": "QuestionnaireResponse", "status": "completed",
        "questionnaire": "https://clinic.example/forms/before-your-visit", "item": [
        {"linkId": "medicines", "item": [
            {"linkId": "medicines.name", "answer": [{"valueString": "Aspirin"}]},
            {"linkId": "medicines.dose", "answer": [{"valueQuantity":
                {"value": 2.5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}]},
            {"linkId": "medicines.when", "answer": [{"valueTime": "08:00:00"}, {"valueTime": "20:30:00"}]}]},
        {"linkId": "pain", "answer": [{"valueInteger": 4}]},
        {"linkId": "pain.where", "answer": [{"valueString": "Head"}, {"valueString": "The neck"}]},
        {"linkId": "pharmacy", "answer": [{"valueCoding":
            {"system": "urn:clinic:pharmacy", "code": "oak", "display": "Oak Street"}}]},
        {"linkId": "zip", "answer": [{"valueString": "01101"}]},
        {"linkId": "doctor", "answer": [{"valueReference":
            {"reference": "Practitioner/1", "display": "Dr. Example"}}]},
        {"linkId": "weight", "answer": [{"valueDecimal": 70.5}]},
        {"linkId": "source", "answer": [{"valueString": "text message"}]}]})
}

/// FHIR and configuration.
pub fn files() -> Vec<Seed> {
    let fixture = |text: &str| text.as_bytes().to_vec();
    let oak = "id = \"oak\"\nname = \"Oak Street Clinic\"\ntext_name = \"Oak\"\nphone = \"(202) 555-0143\"\ncountry = \"US\"\nhost = \"oak.example\"\nemergency = \"911\"\naddress = \"12 Oak Street\"\nhours = \"9 to 5\"\naccent = \"#1d5c4d\"\n";
    let clinic = json!({"id": "oak", "name": "Oak", "phone": "1", "phone_e164": "+12025550143", "emergency": "911", "accent": "#1d5c4d"});
    vec![
        ("fhir-bundle", "visit", fixture(include_str!("../../../fhir/tests/fixtures/bundle-visit.json"))),
        ("fhir-consent", "care-texts", fixture(include_str!("../../../fhir/tests/fixtures/consent.json"))),
        ("fhir-preferences", "sheet", fixture(include_str!("../../../fhir/tests/fixtures/preferences.json"))),
        ("fhir-preferences", "wish", fixture(include_str!("../../../fhir/tests/fixtures/wish.json"))),
        ("fhir-answer", "another-time", fixture(include_str!("../../../fhir/tests/fixtures/appointment-response.json"))),
        ("fhir-patient", "patient", fixture(include_str!("../../../fhir/tests/fixtures/patient.json"))),
        ("fhir-form", "before-your-visit", FORM.into()),
        ("fhir-form", "after-your-visit", fixture(include_str!("../../../fhir/tests/fixtures/forms/after-your-visit.json"))),
        ("fhir-form-answers", "no-pain", form_answers().to_string().into()),
        ("config-patient", "patient", fixture(include_str!("../../../fhir/tests/fixtures/patient.json"))),
        ("config-clinic", "oak", oak.into()),
        ("config-enrolment", "clinic", json!({"clinic": clinic, "host": "oak.example", "desk_key": portal_key().public()}).to_string().into()),
        ("config-enrolment", "portal", json!({"origin": "https://door.example", "link_origin": "https://oak.example", "keys": [portal_key().public()]}).to_string().into()),
        ("config-enrolment", "text", json!({"to": "+12025550143", "text": "Oak", "at": 1, "lid": lid()}).to_string().into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_in_the_corpus_are_taken_for_answers() {
        let read = |value: &Value| postern_json::Value::from(value);
        let form = serde_json::from_str(FORM).unwrap();
        let taken = postern_desk::forms::receive(&read(&form), &read(&form_answers()));
        taken.map_err(|why| format!("{why:?}")).unwrap();
    }
}
