//! One FHIR Patient of an import, checked.

use super::{number, person::Person};
use crate::refusal::Refusal;
use jiff::tz::TimeZone;
use postern_fhir::Patient;
use postern_protocol::factor::BirthDate;
use serde_json::Value;

/// What is wrong with a row. Never carries what the row says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowProblem {
    /// Not JSON.
    NotJson,
    /// Not a FHIR Patient that can be read.
    NotAPatient(String),
    /// No `id`.
    NoId,
    /// The same `id` stands in another row.
    SameIdTwice,
    /// No name.
    NoName,
    /// A birth date that is not a whole day that exists.
    BirthDate,
    /// A birth date that is still to come.
    BirthDateAhead,
    /// A number that cannot be a telephone number.
    Number,
    /// A language that is no BCP 47 tag.
    Language,
    /// A time zone that does not exist.
    Zone,
    /// Not a FHIR RelatedPerson that can be read.
    NotAHelper(String),
    /// A helper without a patient.
    NoPatient,
    /// A helper of a patient who is neither in the file nor at the desk.
    PatientUnknown,
    /// A helper of whom nobody says what they are to the patient.
    NoRelationship,
    /// A helper's name or relationship that is too long to show.
    TooLong,
    /// A category that does not exist, or that no helper can have.
    Scope,
    /// A period that is neither days nor moments.
    Period,
}

impl RowProblem {
    /// Code, reason and remedy.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NotJson => {
                Refusal::new("not-json", "Not JSON", "One Patient a line, or one Bundle in the file.")
            }
            Self::NotAPatient(why) => Refusal::new(
                "not-a-patient",
                format!("Not a FHIR R4 Patient: {why}"),
                "Correct the resource.",
            ),
            Self::NoId => {
                Refusal::new("no-id", "The patient has no id", "Add Patient.id: it is how you send to them.")
            }
            Self::SameIdTwice => {
                Refusal::new("same-id-twice", "The id stands in another row too", "Keep one row a patient.")
            }
            Self::NoName => Refusal::new("no-name", "The patient has no name", "Add Patient.name."),
            Self::BirthDate => Refusal::new(
                "birth-date",
                "The birth date is not a day that exists",
                "Write it as YYYY-MM-DD, or leave it out.",
            ),
            Self::BirthDateAhead => {
                Refusal::new("birth-date-ahead", "The birth date is still to come", "Correct the year.")
            }
            Self::Number => Refusal::new(
                "number",
                "The number for texts is not a telephone number",
                "Write it with its country code, such as +1 202 555 0143.",
            ),
            Self::Language => Refusal::new(
                "language",
                "The language is no language tag",
                "Write it as es or es-MX (BCP 47).",
            ),
            Self::Zone => Refusal::new(
                "zone",
                "There is no such time zone",
                "Write it as America/New_York (IANA), or leave it out.",
            ),
            Self::NotAHelper(why) => Refusal::new(
                "not-a-helper",
                format!("Not a FHIR R4 RelatedPerson: {why}"),
                "Correct the resource.",
            ),
            Self::NoPatient => Refusal::new(
                "helper-without-patient",
                "It is not said whom the helper helps",
                "Add RelatedPerson.patient with a reference such as Patient/ID.",
            ),
            Self::PatientUnknown => Refusal::new(
                "helper-of-unknown-patient",
                "The patient is neither in the file nor at this desk",
                "Import the patient first, or in the same file.",
            ),
            Self::NoRelationship => Refusal::new(
                "helper-without-relationship",
                "It is not said what the helper is to the patient",
                "Add RelatedPerson.relationship with a text, such as mother.",
            ),
            Self::TooLong => Refusal::new(
                "too-long",
                "The name or the relationship is longer than 100 letters",
                "Shorten it: the page shows it.",
            ),
            Self::Scope => Refusal::new(
                "helper-scope",
                "A category of the helper's scope does not exist, or is security",
                "Use appointments, messages, forms, payments, recall, surveys or marketing.",
            ),
            Self::Period => Refusal::new(
                "period",
                "The period's start or end is no day and no moment",
                "Write it as YYYY-MM-DD, or as a FHIR instant.",
            ),
        }
    }
}

/// Reads one row. `today` is `YYYY-MM-DD`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(value: &Value, country: &str, today: &str) -> Result<Person, Vec<RowProblem>> {
    let patient =
        Patient::read(&value.into()).map_err(|error| vec![RowProblem::NotAPatient(error.to_string())])?;
    let mut problems = Vec::new();
    let id = patient.id.clone().unwrap_or_default();
    if id.trim().is_empty() {
        problems.push(RowProblem::NoId);
    }
    let name = patient.display_name();
    if name.trim().is_empty() {
        problems.push(RowProblem::NoName);
    }
    let birth_date = patient.birth_date.clone();
    problems.extend(birth_date_problem(birth_date.as_deref(), today));
    let number = patient.sms_number().map(|text| number::e164(text, country));
    if number == Some(None) {
        problems.push(RowProblem::Number);
    }
    problems.extend(place_problems(patient.language(), patient.zone.as_deref()));
    if !problems.is_empty() {
        return Err(problems);
    }
    let language = patient.language().map(str::to_owned);
    Ok(Person { id, name, birth_date, number: number.flatten(), language, zone: patient.zone })
}

/// What is wrong with a birth date, where there is one.
pub(super) fn birth_date_problem(date: Option<&str>, today: &str) -> Option<RowProblem> {
    match BirthDate::parse(date?) {
        Err(_) => Some(RowProblem::BirthDate),
        // Both are YYYY-MM-DD, so the order of the texts is the order of the days.
        Ok(_) if date? > today => Some(RowProblem::BirthDateAhead),
        Ok(_) => None,
    }
}

/// What is wrong with language and zone, where there are any.
pub(super) fn place_problems(language: Option<&str>, zone: Option<&str>) -> impl Iterator<Item = RowProblem> {
    let language = language.filter(|tag| !is_language_tag(tag)).map(|_| RowProblem::Language);
    let zone = zone.filter(|zone| TimeZone::get(zone).is_err()).map(|_| RowProblem::Zone);
    language.into_iter().chain(zone)
}

/// The form of a BCP 47 tag, as far as it is used here: subtags of 1 to 8 letters and digits, the first of 2 to 8 letters.
fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags
            .all(|one| (1..=8).contains(&one.len()) && one.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn whole() -> Value {
        json!({"resourceType": "Patient", "id": "p-1", "name": [{"text": "Ana Example"}], "birthDate": "1980-04-12",
            "telecom": [{"system": "sms", "value": "(202) 555-0143"}],
            "communication": [{"language": {"coding": [{"code": "es-MX"}]}, "preferred": true}],
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "America/New_York"}]})
    }

    fn with(change: impl FnOnce(&mut Value)) -> Result<Person, Vec<RowProblem>> {
        let mut value = whole();
        change(&mut value);
        read(&value, "US", "2026-11-22")
    }

    #[test]
    fn a_whole_row_gives_a_person() {
        let person = with(|_| {}).unwrap();
        assert_eq!(person.number.as_deref(), Some("+12025550143"));
        assert_eq!(person.language.as_deref(), Some("es-MX"));
        assert_eq!(person.zone.as_deref(), Some("America/New_York"));
    }

    #[test]
    fn without_number_or_birth_date_a_row_is_still_a_patient() {
        let person = with(|value| {
            value["telecom"] = json!([]);
            value.as_object_mut().unwrap().remove("birthDate");
        })
        .unwrap();
        assert_eq!((person.number, person.birth_date), (None, None));
    }

    #[test]
    fn each_trouble_has_its_own_name() {
        let problem = |change: fn(&mut Value)| with(change).unwrap_err();
        assert_eq!(problem(|value| value["id"] = json!("")), [RowProblem::NoId]);
        assert_eq!(problem(|value| value["name"] = json!([])), [RowProblem::NoName]);
        assert_eq!(problem(|value| value["birthDate"] = json!("1980-02-30")), [RowProblem::BirthDate]);
        assert_eq!(problem(|value| value["birthDate"] = json!("1980")), [RowProblem::BirthDate]);
        assert_eq!(problem(|value| value["birthDate"] = json!("2026-11-23")), [RowProblem::BirthDateAhead]);
        assert_eq!(problem(|value| value["telecom"][0]["value"] = json!("12")), [RowProblem::Number]);
        assert_eq!(
            problem(|value| value["extension"][0]["valueCode"] = json!("America/Nowhere")),
            [RowProblem::Zone]
        );
        let tag =
            |value: &mut Value| value["communication"][0]["language"]["coding"][0]["code"] = json!("e s");
        assert_eq!(problem(tag), [RowProblem::Language]);
        assert!(matches!(problem(|value| *value = json!({}))[..], [RowProblem::NotAPatient(_)]));
    }

    #[test]
    fn all_troubles_of_a_row_are_told_at_once() {
        let problems = with(|value| {
            value["name"] = json!([]);
            value["telecom"][0]["value"] = json!("12");
        });
        assert_eq!(problems.unwrap_err(), [RowProblem::NoName, RowProblem::Number]);
    }
}
