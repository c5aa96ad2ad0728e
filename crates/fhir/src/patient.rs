//! `Patient`: whom the desk sends to. Read at the clinic only; it never travels in a message.

use crate::{
    datatype::{HumanName, TIMEZONE_URL},
    json::{self, Object, ReadError, through_value},
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// A person in the clinic's care.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patient {
    /// Logical id: how the clinic names them.
    pub id: Option<String>,
    /// Names.
    pub names: Vec<HumanName>,
    /// `YYYY-MM-DD`, as FHIR `date`; a year or month alone is allowed there and is the reader's to refuse.
    pub birth_date: Option<String>,
    /// Ways to reach them.
    pub telecom: Vec<ContactPoint>,
    /// `communication`: languages, BCP 47.
    pub languages: Vec<Language>,
    /// IANA zone, from the standard extension.
    pub zone: Option<String>,
}

/// A telephone number or another way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactPoint {
    /// `phone`, `sms`, `email`, …
    pub system: Option<String>,
    /// The number itself.
    pub value: Option<String>,
    /// `home`, `work`, `temp`, `old`, `mobile`.
    pub usage: Option<String>,
    /// 1 is preferred over 2.
    pub rank: Option<u32>,
}

/// A language somebody can be written to in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// BCP 47, `es` or `es-MX`.
    pub code: String,
    /// It is the preferred one.
    pub preferred: bool,
}

through_value!(Patient);

impl Patient {
    /// The name to show; empty when none is known.
    pub fn display_name(&self) -> String {
        HumanName::preferred(&self.names).map(HumanName::display).unwrap_or_default()
    }

    /// The number for texts: system `sms`, else a `phone` for mobile use; the best rank of them; never an old one.
    pub fn sms_number(&self) -> Option<&str> {
        ContactPoint::for_texts(&self.telecom)
    }

    /// The language to write in: the preferred one, else the first.
    pub fn language(&self) -> Option<&str> {
        Language::to_write_in(&self.languages)
    }

    /// From JSON.
    ///
    /// # Errors
    /// Another resource, or a member of another type.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Patient")?;
        Ok(Self {
            id: json::text(value, "Patient.id")?,
            names: json::each(value, "Patient.name", HumanName::read)?,
            birth_date: json::text(value, "Patient.birthDate")?,
            telecom: json::each(value, "Patient.telecom", ContactPoint::read)?,
            languages: json::each(value, "Patient.communication", Language::read)?,
            zone: json::text_extension(value, TIMEZONE_URL, "valueCode")?,
        })
    }

    /// Every Patient in some JSON: one Patient, a list of them, or a Bundle of any type, whose other entries are passed over.
    ///
    /// # Errors
    /// None of these, or a Patient that does not hold.
    pub fn read_all(value: &Value) -> Result<Vec<Self>, ReadError> {
        if let Value::Array(items) = value {
            return items.iter().map(Self::read).collect();
        }
        match json::resource_type(value) {
            Some("Bundle") => {
                let resources =
                    json::list(value, "Bundle.entry")?.iter().filter_map(|entry| entry.get("resource"));
                resources.filter(|one| json::resource_type(one) == Some("Patient")).map(Self::read).collect()
            }
            _ => Self::read(value).map(|one| alloc::vec![one]),
        }
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let zone = self.zone.as_deref().map(|zone| json::make_extension(TIMEZONE_URL, "valueCode", zone));
        Object::resource("Patient")
            .text("id", &self.id)
            .list("extension", zone.into_iter().collect())
            .list("name", self.names.iter().map(HumanName::write).collect())
            .list("telecom", self.telecom.iter().map(ContactPoint::write).collect())
            .text("birthDate", &self.birth_date)
            .list("communication", self.languages.iter().map(Language::write).collect())
            .build()
    }
}

impl ContactPoint {
    /// The number for texts: system `sms`, else a `phone` for mobile use; the best rank of them; never an old one.
    pub(crate) fn for_texts(all: &[Self]) -> Option<&str> {
        let current = || all.iter().filter(|one| one.usage.as_deref() != Some("old") && one.value.is_some());
        let best = |fits: fn(&Self) -> bool| {
            current().filter(|one| fits(one)).min_by_key(|one| one.rank.unwrap_or(u32::MAX))
        };
        best(|one| one.system.as_deref() == Some("sms"))
            .or_else(|| {
                best(|one| one.system.as_deref() == Some("phone") && one.usage.as_deref() == Some("mobile"))
            })
            .and_then(|one| one.value.as_deref())
    }

    pub(crate) fn read(value: &Value) -> Result<Self, ReadError> {
        let rank = match json::get(value, "telecom.rank") {
            None => None,
            Some(rank) => {
                let rank = rank.as_u64().and_then(|rank| u32::try_from(rank).ok());
                Some(rank.ok_or(ReadError::Wrong("telecom.rank"))?)
            }
        };
        Ok(Self {
            system: json::text(value, "telecom.system")?,
            value: json::text(value, "telecom.value")?,
            usage: json::text(value, "telecom.use")?,
            rank,
        })
    }

    pub(crate) fn write(&self) -> Value {
        Object::new()
            .text("system", &self.system)
            .text("value", &self.value)
            .text("use", &self.usage)
            .maybe("rank", self.rank)
            .build()
    }
}

impl Language {
    /// The preferred one, else the first.
    pub(crate) fn to_write_in(all: &[Self]) -> Option<&str> {
        let preferred = all.iter().find(|one| one.preferred);
        preferred.or_else(|| all.first()).map(|one| one.code.as_str())
    }

    pub(crate) fn read(value: &Value) -> Result<Self, ReadError> {
        let code = json::get(value, "communication.language")
            .and_then(|concept| concept.get("coding")?.get(0)?.get("code")?.as_str())
            .ok_or(ReadError::Missing("communication.language"))?;
        let preferred = json::get(value, "communication.preferred").and_then(Value::as_bool).unwrap_or(false);
        Ok(Self { code: code.into(), preferred })
    }

    pub(crate) fn write(&self) -> Value {
        let coding = Object::new().put("system", "urn:ietf:bcp:47").put("code", self.code.as_str()).build();
        let concept = Object::new().list("coding", alloc::vec![coding]).build();
        Object::new().put("language", concept).maybe("preferred", self.preferred.then_some(true)).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    fn phone(system: &str, usage: &str, value: &str, rank: Option<u32>) -> ContactPoint {
        ContactPoint {
            system: Some(system.into()),
            usage: Some(usage.into()),
            value: Some(value.into()),
            rank,
        }
    }

    #[test]
    fn a_patient_reads_back() {
        let patient = Patient {
            id: Some("p-1".into()),
            names: alloc::vec![HumanName::from_text("Ana Example")],
            birth_date: Some("1980-04-12".into()),
            telecom: alloc::vec![phone("sms", "mobile", "+12025550142", Some(1))],
            languages: alloc::vec![Language { code: "es".into(), preferred: true }],
            zone: Some("America/New_York".into()),
        };
        assert_eq!(Patient::read(&patient.write()), Ok(patient));
    }

    #[test]
    fn texts_go_to_the_best_current_number_that_takes_them() {
        let with = |telecom| Patient { telecom, ..Patient::default() };
        let numbers = alloc::vec![
            phone("phone", "home", "1", None),
            phone("sms", "old", "2", Some(1)),
            phone("phone", "mobile", "3", Some(2)),
            phone("phone", "mobile", "4", Some(1)),
        ];
        assert_eq!(with(numbers).sms_number(), Some("4"));
        assert_eq!(
            with(alloc::vec![phone("phone", "mobile", "3", None), phone("sms", "work", "5", None)])
                .sms_number(),
            Some("5")
        );
        assert_eq!(with(alloc::vec![phone("phone", "home", "1", None)]).sms_number(), None);
    }

    #[test]
    fn the_preferred_language_goes_before_the_first() {
        let language = |code: &str, preferred| Language { code: code.into(), preferred };
        let patient = Patient {
            languages: alloc::vec![language("en", false), language("es", true)],
            ..Patient::default()
        };
        assert_eq!(patient.language(), Some("es"));
        let patient = Patient { languages: alloc::vec![language("fr", false)], ..Patient::default() };
        assert_eq!(patient.language(), Some("fr"));
    }

    #[test]
    fn one_a_list_and_a_bundle_all_give_patients() {
        let one = json!({"resourceType": "Patient", "id": "a"});
        let bundle = json!({"resourceType": "Bundle", "type": "searchset", "entry": [
            {"resource": one}, {"resource": {"resourceType": "OperationOutcome"}}, {"resource": one}]});
        assert_eq!(Patient::read_all(&one).unwrap().len(), 1);
        assert_eq!(Patient::read_all(&json!([one, one, one])).unwrap().len(), 3);
        assert_eq!(Patient::read_all(&bundle).unwrap().len(), 2);
        assert_eq!(Patient::read_all(&json!("Patient")), Err(ReadError::NotA("Patient")));
    }
}
