//! What the demo clinic is, whom it sends to, and what it sends at the first start. All of it is made up; the telephone
//! numbers are from the range kept for fiction (555-0100 to 555-0199).

use postern_fhir::{
    Appointment, Bundle, Communication, Entry,
    appointment::{Actor, Participant},
    code::{AppointmentStatus, ParticipationStatus},
    datatype::Address,
    instant,
};
use postern_protocol::time::Timestamp;

/// The demo clinic.
pub const CLINIC_TOML: &str = r##"
id = "oak"
name = "Oak Street Clinic"
phone = "(202) 555-0143"
country = "US"
emergency = "911"
address = "12 Oak Street\nSpringfield"
hours = "Monday to Friday, 8 am to 5 pm"
accent = "#1d5c4d"
zone = "America/New_York"

[replies]
answer_within_hours = 4

[[replies.open]]
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
until = "17:00"

[texting]
legal_name = "Oak Street Clinic LLC"
texts_a_month = 8
marketing_a_month = 2
policies = { texting = "1", terms = "1", privacy = "1" }
"##;

/// The demo clinic's own texts; how it texts is the draft that comes with the program.
pub const TERMS: &str = include_str!("terms.md");
/// Its privacy notice.
pub const PRIVACY: &str = include_str!("privacy.md");

/// Zone of the visits.
pub const ZONE: &str = "America/New_York";

/// Somebody the demo clinic sends to.
pub struct DemoPatient {
    /// Their id at the clinic.
    pub id: &'static str,
    /// Their name.
    pub name: &'static str,
    /// `YYYY-MM-DD`.
    pub birth_date: &'static str,
    /// The same, to be read by a person.
    pub birth_date_in_words: &'static str,
    /// E.164.
    pub number: &'static str,
}

/// Everybody the demo clinic sends to.
pub const PATIENTS: [DemoPatient; 2] = [
    DemoPatient {
        id: "demo-1",
        name: "Demo patient 1",
        birth_date: "1980-04-12",
        birth_date_in_words: "April 12, 1980",
        number: "+12025550142",
    },
    DemoPatient {
        id: "demo-2",
        name: "Demo patient 2",
        birth_date: "1955-09-30",
        birth_date_in_words: "September 30, 1955",
        number: "+12025550155",
    },
];

/// The patients as a record system would export them. The quiet hours hold in the demo as anywhere; so that it can be tried at
/// night too, its patients live where it is afternoon when it starts.
pub fn patients_json(now: Timestamp) -> String {
    let zone = afternoon(now);
    let all: Vec<serde_json::Value> = PATIENTS
        .iter()
        .map(|one| {
            serde_json::json!({
                "resourceType": "Patient",
                "id": one.id,
                "extension": [{ "url": postern_fhir::datatype::TIMEZONE_URL, "valueCode": zone }],
                "name": [{ "use": "usual", "text": one.name }],
                "telecom": [{ "system": "sms", "use": "mobile", "value": one.number }],
                "birthDate": one.birth_date,
                "communication": [{ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "en" }] } }],
            })
        })
        .collect();
    serde_json::Value::from(all).to_string()
}

/// A zone where it is between two and three in the afternoon.
fn afternoon(now: Timestamp) -> String {
    let hour = now.seconds().div_euclid(3600).rem_euclid(24);
    // The names of these zones say how far the world's clock is ahead of them.
    match hour - 14 {
        ahead @ 0.. => format!("Etc/GMT+{ahead}"),
        behind => format!("Etc/GMT{behind}"),
    }
}

/// What happens to a demo text after it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It can be opened.
    Open,
    /// The clinic takes it back.
    Recalled,
    /// Its time is over.
    Expired,
    /// Somebody guessed ten times.
    Locked,
}

/// A text of the demo.
pub struct DemoText {
    /// To whom.
    pub to: &'static DemoPatient,
    /// The words of the text message, a template's name.
    pub template: &'static str,
    /// The message.
    pub bundle: Bundle,
    /// What becomes of it.
    pub fate: Fate,
}

/// The texts of the first start, oldest first.
pub fn texts(now: Timestamp) -> Vec<DemoText> {
    let [first, second] = &PATIENTS;
    let text = |to, template, bundle, fate| DemoText { to, template, bundle, fate };
    vec![
        text(
            second,
            "secure-message",
            note("An old message", "This message has done its work."),
            Fate::Expired,
        ),
        text(
            second,
            "secure-message",
            note("Sent by mistake", "This was meant for somebody else."),
            Fate::Recalled,
        ),
        text(
            second,
            "secure-message",
            note("Your referral", "Your referral is ready at the front desk."),
            Fate::Locked,
        ),
        text(first, "visit-guidelines", guidelines(), Fate::Open),
        text(first, "secure-message", results(), Fate::Open),
        text(first, "appointment-reminder", visit(now), Fate::Open),
    ]
}

/// A message in plain words.
pub fn note(topic: &str, text: &str) -> Bundle {
    Bundle::of([Entry::Communication(from_the_clinic(topic, text))])
}

fn from_the_clinic(topic: &str, text: &str) -> Communication {
    Communication {
        sender: Some("Care team".into()),
        sender_role: Some("Nurses of the clinic".into()),
        ..Communication::text(topic, text)
    }
}

fn results() -> Bundle {
    note(
        "Your blood test results",
        "Your results are back, and **everything is in the normal range**.\n\n\
         You do not need to do anything. We will look at them together at your next visit.\n\n\
         What we measured:\n\
         - blood sugar\n\
         - cholesterol\n\
         - iron\n\n\
         If you have questions, call us or write them down for your visit.",
    )
}

fn guidelines() -> Bundle {
    note(
        "How to prepare for your blood test",
        "Please come **with an empty stomach**:\n\n\
         1. Do not eat for 8 hours before the test.\n\
         2. Drink water, as much as you like.\n\
         3. Take your usual medicine unless we told you not to.\n\n\
         Bring your insurance card and a list of your medicines.\n\n\
         You can read more at [MedlinePlus](https://medlineplus.gov/lab-tests/fasting-for-a-blood-test/).",
    )
}

/// A visit to confirm: on a Tuesday at least six days ahead; the answer can be changed until the day before.
pub fn visit(now: Timestamp) -> Bundle {
    const DAY: i64 = 86_400_000;
    // 1970-01-01 was a Thursday: day 5 of the epoch was a Tuesday.
    let first = now.0.div_euclid(DAY) + 6;
    let day = first + (5 - first).rem_euclid(7);
    let start = day * DAY + 14 * 3_600_000 + 30 * 60_000;
    let takes_part = |actor, status| Participant { actor, status };
    let appointment = Appointment {
        id: Some(format!("demo-visit-{day}")),
        description: Some("Check-up".into()),
        start: Some(instant::to_text(start)),
        end: Some(instant::to_text(start + 30 * 60_000)),
        minutes: Some(30),
        zone: Some(ZONE.into()),
        change_until: Some(instant::to_text(start - DAY)),
        patient_instruction: Some(
            "- Bring your insurance card.\n- Bring a list of your medicines.\n- Please come 10 minutes early.".into(),
        ),
        participants: vec![
            takes_part(Actor::Patient, ParticipationStatus::NeedsAction),
            takes_part(Actor::Who("Your family doctor".into()), ParticipationStatus::Accepted),
            takes_part(
                Actor::Where {
                    name: Some("Oak Street Clinic, second floor".into()),
                    address: Some(Address::from_text("12 Oak Street\nSpringfield")),
                },
                ParticipationStatus::Accepted,
            ),
        ],
        ..Appointment::new(AppointmentStatus::Booked)
    };
    Bundle::of([
        Entry::Communication(from_the_clinic(
            "Please confirm your visit",
            "Will you come? Please let us know.",
        )),
        Entry::Appointment(appointment),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_somewhere_where_it_is_afternoon() {
        let zones = [0, 13, 14, 15, 23].map(|hour| afternoon(Timestamp(hour * 3_600_000)));
        assert_eq!(zones, ["Etc/GMT-14", "Etc/GMT-1", "Etc/GMT+0", "Etc/GMT+1", "Etc/GMT+9"]);
    }
    use postern_fhir::Patient;

    #[test]
    fn the_visit_is_on_a_tuesday_at_least_six_days_ahead() {
        for offset in 0..14 {
            let now = Timestamp(1_795_000_000_000 + offset * 86_400_000);
            let bundle = visit(now);
            let start =
                instant::parse(bundle.appointments().next().unwrap().start.as_deref().unwrap()).unwrap();
            let day = start.milliseconds / 86_400_000;
            assert_eq!((day + 4) % 7, 2, "0 is Sunday");
            assert!((6 * 86_400_000 - 86_400_000..13 * 86_400_000).contains(&(start.milliseconds - now.0)));
        }
    }

    #[test]
    fn patients_have_numbers_that_nobody_has() {
        let patients =
            Patient::read_all(&serde_json::from_str(&patients_json(Timestamp(0))).unwrap()).unwrap();
        assert_eq!(patients.len(), PATIENTS.len());
        for patient in patients {
            assert!(patient.sms_number().unwrap().starts_with("+120255501"));
        }
    }

    #[test]
    fn every_fate_is_shown_once_at_least() {
        let texts = texts(Timestamp(0));
        for fate in [Fate::Open, Fate::Recalled, Fate::Expired, Fate::Locked] {
            assert!(texts.iter().any(|text| text.fate == fate), "{fate:?}");
        }
        assert_eq!(texts.last().unwrap().template, "appointment-reminder");
    }
}
