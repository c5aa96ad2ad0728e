//! One FHIR RelatedPerson of an import, checked.

use super::{
    helper::{self, Helper},
    number,
    row::{self, RowProblem},
};
use jiff::tz::TimeZone;
use postern_fhir::RelatedPerson;
use postern_protocol::category::Category;
use serde_json::Value;

/// About what a helper may be written to where the clinic names nothing: what a family usually arranges.
pub const USUAL_SCOPE: [Category; 3] = [Category::Appointments, Category::Messages, Category::Forms];

/// Reads one row. `today` is `YYYY-MM-DD`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(value: &Value, country: &str, today: &str) -> Result<Helper, Vec<RowProblem>> {
    let person = RelatedPerson::read(&value.into())
        .map_err(|error| vec![RowProblem::NotAHelper(error.to_string())])?;
    let mut problems = Vec::new();
    let id = person.id.clone().unwrap_or_default();
    if id.trim().is_empty() {
        problems.push(RowProblem::NoId);
    }
    let patient = person.patient_id().unwrap_or_default().to_owned();
    if patient.is_empty() {
        problems.push(RowProblem::NoPatient);
    }
    let name = person.display_name().trim().to_owned();
    if name.is_empty() {
        problems.push(RowProblem::NoName);
    }
    let relationship = person.relationship.as_deref().unwrap_or_default().trim().to_owned();
    if relationship.is_empty() {
        problems.push(RowProblem::NoRelationship);
    }
    if [&name, &relationship].into_iter().any(|text| text.chars().count() > LONGEST) {
        problems.push(RowProblem::TooLong);
    }
    problems.extend(row::birth_date_problem(person.birth_date.as_deref(), today));
    let number = person.sms_number().map(|text| number::e164(text, country));
    if number == Some(None) {
        problems.push(RowProblem::Number);
    }
    problems.extend(row::place_problems(person.language(), person.zone.as_deref()));
    let scope: Vec<Category> = person.scope.iter().filter_map(|text| text.parse().ok()).collect();
    if scope.len() != person.scope.len() || scope.contains(&Category::Security) {
        problems.push(RowProblem::Scope);
    }
    let is_moment = |text: &String| helper::moment(text, &TimeZone::UTC, true).is_some();
    if ![&person.start, &person.end].into_iter().flatten().all(is_moment) {
        problems.push(RowProblem::Period);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Helper {
        id,
        patient,
        name,
        relationship,
        birth_date: person.birth_date.clone(),
        number: number.flatten(),
        language: person.language().map(str::to_owned),
        zone: person.zone.clone(),
        scope: if scope.is_empty() { USUAL_SCOPE.to_vec() } else { scope },
        since: person.start,
        until: person.end,
        active: person.active.unwrap_or(true),
        chosen_language: None,
    })
}

/// As long as what somebody may type of themselves on the page.
const LONGEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn whole() -> Value {
        json!({"resourceType": "RelatedPerson", "id": "r-1", "patient": {"reference": "Patient/p-1"},
            "relationship": [{"text": "mother"}], "name": [{"text": "Eva Example"}], "birthDate": "1985-02-03",
            "telecom": [{"system": "sms", "value": "(202) 555-0144"}], "period": {"end": "2031-05-04"},
            "extension": [{"url": "urn:postern:helper-scope", "valueCode": "appointments"}]})
    }

    fn with(change: impl FnOnce(&mut Value)) -> Result<Helper, Vec<RowProblem>> {
        let mut value = whole();
        change(&mut value);
        read(&value, "US", "2026-11-22")
    }

    #[test]
    fn a_whole_row_gives_a_helper_and_without_a_scope_the_usual_one() {
        let helper = with(|_| {}).unwrap();
        assert_eq!((helper.patient.as_str(), helper.number.as_deref()), ("p-1", Some("+12025550144")));
        assert_eq!((&helper.scope[..], helper.active), (&[Category::Appointments][..], true));
        let usual = with(|value| value["extension"] = json!([])).unwrap();
        assert_eq!(usual.scope, USUAL_SCOPE);
        assert!(!with(|value| value["active"] = json!(false)).unwrap().active);
    }

    #[test]
    fn each_trouble_has_its_own_name() {
        let problem = |change: fn(&mut Value)| with(change).unwrap_err();
        assert_eq!(problem(|value| value["id"] = json!("")), [RowProblem::NoId]);
        assert_eq!(problem(|value| value["patient"] = json!({"display": "A"})), [RowProblem::NoPatient]);
        assert_eq!(problem(|value| value["name"] = json!([])), [RowProblem::NoName]);
        assert_eq!(problem(|value| value["relationship"] = json!([])), [RowProblem::NoRelationship]);
        assert_eq!(
            problem(|value| value["name"] = json!([{"text": "x".repeat(101)}])),
            [RowProblem::TooLong]
        );
        assert_eq!(problem(|value| value["birthDate"] = json!("1985")), [RowProblem::BirthDate]);
        assert_eq!(problem(|value| value["telecom"][0]["value"] = json!("12")), [RowProblem::Number]);
        assert_eq!(
            problem(|value| value["extension"][0]["valueCode"] = json!("everything")),
            [RowProblem::Scope]
        );
        assert_eq!(
            problem(|value| value["extension"][0]["valueCode"] = json!("security")),
            [RowProblem::Scope]
        );
        assert_eq!(problem(|value| value["period"]["end"] = json!("2031-05")), [RowProblem::Period]);
        assert!(matches!(problem(|value| *value = json!({}))[..], [RowProblem::NotAHelper(_)]));
    }
}
