//! The clinic of the journeys, whom it sends to, and the visits it asks about.

use postern_fhir::instant;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(super) const CLINIC: &str = r##"
id = "elm"
name = "Elm Avenue Clinic"
phone = "(202) 555-0190"
country = "US"
address = "7 Elm Avenue\nSpringfield"
hours = "Monday to Friday, 8 am to 5 pm"
accent = "#5b2a86"
zone = "America/New_York"

[replies]
answer_within_hours = 4

[[replies.open]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "08:00"
until = "17:00"

[actions]
hosts = ["pay.elm.example"]

[texting]
legal_name = "Elm Avenue Clinic LLC"
texts_a_month = 8
marketing_a_month = 2
policies = { texting = "2026-11", terms = "2026-11", privacy = "2026-10" }
"##;

/// The clinic's own texts: kind, version, text.
pub(super) const POLICIES: [(&str, &str, &str); 3] = [
    (
        "texting",
        "2026-11",
        "# How we send texts\n\nWe send *few* texts.\n\n## How to stop\n\n- Reply STOP.\n- Or call us.",
    ),
    (
        "terms",
        "2026-11",
        "# Terms for our texts\n\nYou can say no.\n\nSee [our own page](https://elm.example/texts).",
    ),
    ("privacy", "2026-10", "# Privacy notice\n\nWe keep your number."),
];

/// A patient's id at the clinic.
pub const PATIENT: &str = "patient-1";
/// Another's.
pub const OTHER_PATIENT: &str = "patient-2";
/// The first patient's birth date: month, day, year.
pub const BIRTH_DATE: (&str, &str, &str) = ("4", "12", "1980");

/// Two children's ids.
pub const CHILDREN: [&str; 2] = ["child-1", "child-2"];
/// Their mother's birth date.
pub const HELPERS_BIRTH_DATE: (&str, &str, &str) = ("2", "3", "1985");

/// Two children of the same initials, and their mother, who is on file with her own number and birth date.
pub(super) fn family() -> Value {
    let zone = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": by_day() }]);
    let child = |id: &str, name: &str, born: &str| json!({ "resourceType": "Patient", "id": id, "extension": zone, "name": [{ "text": name }], "birthDate": born });
    let mother = |id: &str, child: &str| {
        json!({
            "resourceType": "RelatedPerson",
            "id": id,
            "extension": zone,
            "patient": { "reference": format!("Patient/{child}") },
            "relationship": [{ "text": "mother" }],
            "name": [{ "text": "Eva Example" }],
            "birthDate": "1985-02-03",
            "telecom": [{ "system": "sms", "use": "mobile", "value": "+12025550133" }],
        })
    };
    json!([
        child(CHILDREN[0], "Ada Example", "2017-05-04"),
        child(CHILDREN[1], "Ali Example", "2019-08-29"),
        mother("mother-1", CHILDREN[0]),
        mother("mother-2", CHILDREN[1]),
    ])
}

/// A zone where it is between two and three in the afternoon: what is sent is inside the hours whenever a journey runs.
fn by_day() -> String {
    let now = now().as_secs();
    let hour = now / 3600 % 24;
    if hour < 14 { format!("Etc/GMT-{}", 14 - hour) } else { format!("Etc/GMT+{}", hour - 14) }
}

pub(super) fn patients() -> Value {
    let zone = by_day();
    let patient = |id: &str, name: &str, born: &str, number: &str| {
        json!({
            "resourceType": "Patient",
            "id": id,
            "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": zone }],
            "name": [{ "text": name }],
            "telecom": [{ "system": "sms", "use": "mobile", "value": number }],
            "birthDate": born,
            "communication": [{ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "en" }] } }],
        })
    };
    json!([
        patient(PATIENT, "Ana Example", "1980-04-12", "+12025550111"),
        patient(OTHER_PATIENT, "Ben Example", "1955-09-30", "+12025550122"),
    ])
}

/// A visit that is asked about.
pub struct Visit {
    /// How far ahead it is.
    pub ahead: Duration,
    /// How long before it answers end.
    pub cut_off: Duration,
}

impl Default for Visit {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        Self { ahead: 6 * DAY, cut_off: DAY }
    }
}

impl Visit {
    /// Words that only the open message shows.
    pub const WORDS: &'static str = "Please bring the blue folder.";

    pub(super) fn bundle(&self) -> Value {
        let start = now() + self.ahead;
        let moment = |time: Duration| instant::to_text(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
        json!({
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                { "resource": {
                    "resourceType": "Communication",
                    "status": "completed",
                    "topic": { "text": "Please confirm your visit" },
                    "payload": [{ "contentString": Self::WORDS }],
                } },
                { "resource": {
                    "resourceType": "Appointment",
                    "id": "visit-1",
                    "contained": [{
                        "resourceType": "Location",
                        "id": "place",
                        "name": "Elm Avenue Clinic, first floor",
                        "address": { "text": "7 Elm Avenue, Springfield" },
                    }],
                    "extension": [
                        { "url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "America/New_York" },
                        { "url": "urn:postern:appointment-change-until", "valueInstant": moment(start - self.cut_off) },
                    ],
                    "status": "booked",
                    "description": "Check-up",
                    "start": moment(start),
                    "end": moment(start + Duration::from_secs(1800)),
                    "minutesDuration": 30,
                    "patientInstruction": "Please come 10 minutes early.",
                    "participant": [
                        { "actor": { "reference": "Patient/patient-1" }, "status": "needs-action" },
                        { "actor": { "display": "Your family doctor" }, "status": "accepted" },
                        { "actor": { "reference": "#place" }, "status": "accepted" },
                    ],
                } },
            ],
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the portal that the journeys run lives in real time")]
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
