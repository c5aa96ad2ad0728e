//! `Appointment`: a visit.

use crate::{
    code::{AppointmentStatus, ParticipationStatus},
    datatype::{Address, Reference, TIMEZONE_URL, reference},
    instant,
    json::{self, Object, ReadError, through_value},
};
use alloc::{format, string::String, vec::Vec};
use postern_json::Value;

/// Extension of an [`Appointment`], `valueInstant`: until when the patient may change the answer. FHIR R4 has no member
/// for it. After that moment the page shows the answer and the clinic's telephone number.
pub const CHANGE_UNTIL_URL: &str = "urn:postern:appointment-change-until";

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Logical id; answers refer to it.
    pub id: Option<String>,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// What it is, in words for the patient.
    pub description: Option<String>,
    /// FHIR `instant`, always with a zone.
    pub start: Option<String>,
    /// FHIR `instant`.
    pub end: Option<String>,
    /// How long it takes.
    pub minutes: Option<u32>,
    /// IANA zone to show the time in.
    pub zone: Option<String>,
    /// Until when the answer may be changed: FHIR `instant`.
    pub change_until: Option<String>,
    /// How to prepare, in the small Markdown of [`crate::markdown`].
    pub patient_instruction: Option<String>,
    /// Further words.
    pub comment: Option<String>,
    /// The patient, who they see, and where.
    pub participants: Vec<Participant>,
}

/// Somebody or something that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Who or where.
    pub actor: Actor,
    /// Whether they come.
    pub status: ParticipationStatus,
}

/// Who or where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The patient.
    Patient,
    /// A person, team or service, in words.
    Who(String),
    /// A place: a contained `Location`.
    Where {
        /// Its name.
        name: Option<String>,
        /// Its address.
        address: Option<Address>,
    },
}

through_value!(Appointment);

impl Appointment {
    /// A visit in this state, nothing else known.
    pub fn new(status: AppointmentStatus) -> Self {
        Self {
            id: None,
            status,
            description: None,
            start: None,
            end: None,
            minutes: None,
            zone: None,
            change_until: None,
            patient_instruction: None,
            comment: None,
            participants: Vec::new(),
        }
    }

    /// Who is seen, in words.
    pub fn who(&self) -> impl Iterator<Item = &str> {
        self.participants.iter().filter_map(|one| match &one.actor {
            Actor::Who(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Name and address of the place.
    pub fn place(&self) -> Option<(Option<&str>, Option<&Address>)> {
        self.participants.iter().find_map(|one| match &one.actor {
            Actor::Where { name, address } => Some((name.as_deref(), address.as_ref())),
            _ => None,
        })
    }

    /// Whether the patient can still say something about it: it lies ahead by its status.
    pub fn can_be_answered(&self) -> bool {
        matches!(
            self.status,
            AppointmentStatus::Proposed
                | AppointmentStatus::Pending
                | AppointmentStatus::Booked
                | AppointmentStatus::Waitlist
        )
    }

    /// The last moment at which an answer may be given or changed, in milliseconds since the epoch: `change_until`, else
    /// the start. `None` when neither is there.
    pub fn answers_end(&self) -> Option<i64> {
        let text = self.change_until.as_deref().or(self.start.as_deref())?;
        instant::parse(text).ok().map(|moment| moment.milliseconds)
    }

    /// How an answer points at it.
    pub fn reference(&self) -> Reference {
        Reference {
            reference: self.id.as_deref().map(|id| format!("Appointment/{id}")),
            kind: Some("Appointment".into()),
            display: self.start.clone(),
        }
    }

    /// From JSON.
    ///
    /// # Errors
    /// Another resource, no status or an unknown one, a moment without zone, or a member of another type.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Appointment")?;
        let status = json::needed(value, "Appointment.status")?;
        let moment = |text: Option<String>, path| match text {
            Some(text) if instant::parse(&text).is_err() => Err(ReadError::Wrong(path)),
            text => Ok(text),
        };
        let minutes = match json::get(value, "Appointment.minutesDuration") {
            None => None,
            Some(number) => {
                let number = number.as_u64().and_then(|number| u32::try_from(number).ok());
                Some(number.ok_or(ReadError::Wrong("Appointment.minutesDuration"))?)
            }
        };
        Ok(Self {
            id: json::text(value, "Appointment.id")?,
            status: AppointmentStatus::from_code(&status)
                .ok_or(ReadError::UnknownCode("Appointment.status"))?,
            description: json::text(value, "Appointment.description")?,
            start: moment(json::text(value, "Appointment.start")?, "Appointment.start")?,
            end: moment(json::text(value, "Appointment.end")?, "Appointment.end")?,
            minutes,
            zone: json::text_extension(value, TIMEZONE_URL, "valueCode")?,
            change_until: moment(
                json::text_extension(value, CHANGE_UNTIL_URL, "valueInstant")?,
                CHANGE_UNTIL_URL,
            )?,
            patient_instruction: json::text(value, "Appointment.patientInstruction")?,
            comment: json::text(value, "Appointment.comment")?,
            participants: json::each(value, "Appointment.participant", |one| Participant::read(one, value))?,
        })
    }

    /// To JSON. A place becomes a contained `Location`.
    pub fn write(&self) -> Value {
        let mut locations = Vec::new();
        let participants = self.participants.iter().map(|one| one.write(&mut locations)).collect();
        let mut extensions = Vec::new();
        if let Some(zone) = self.zone.as_deref() {
            extensions.push(json::make_extension(TIMEZONE_URL, "valueCode", zone));
        }
        if let Some(until) = self.change_until.as_deref() {
            extensions.push(json::make_extension(CHANGE_UNTIL_URL, "valueInstant", until));
        }
        Object::resource("Appointment")
            .text("id", &self.id)
            .list("contained", locations)
            .list("extension", extensions)
            .put("status", self.status.code())
            .text("description", &self.description)
            .text("start", &self.start)
            .text("end", &self.end)
            .maybe("minutesDuration", self.minutes)
            .text("comment", &self.comment)
            .text("patientInstruction", &self.patient_instruction)
            .list("participant", participants)
            .build()
    }
}

impl Participant {
    fn read(value: &Value, appointment: &Value) -> Result<Self, ReadError> {
        let status = json::needed(value, "Appointment.participant.status")?;
        let status = ParticipationStatus::from_code(&status)
            .ok_or(ReadError::UnknownCode("Appointment.participant.status"))?;
        let actor = json::get(value, "Appointment.participant.actor")
            .ok_or(ReadError::Missing("Appointment.participant.actor"))?;
        Ok(Self { actor: Actor::read(&Reference::read(actor)?, appointment)?, status })
    }

    fn write(&self, locations: &mut Vec<Value>) -> Value {
        let actor = match &self.actor {
            Actor::Patient => Reference { kind: Some("Patient".into()), ..Reference::default() },
            Actor::Who(name) => Reference::named(name.as_str()),
            Actor::Where { name, address } => {
                let id = format!("where{}", locations.len() + 1);
                let location = Object::resource("Location")
                    .put("id", id.as_str())
                    .text("name", name)
                    .maybe("address", address.as_ref().map(Address::write));
                locations.push(location.build());
                Reference {
                    reference: Some(format!("#{id}")),
                    kind: Some("Location".into()),
                    display: name.clone(),
                }
            }
        };
        Object::new().put("actor", actor.write()).put("status", self.status.code()).build()
    }
}

impl Actor {
    fn read(actor: &Reference, appointment: &Value) -> Result<Self, ReadError> {
        let contained = actor.contained_id().and_then(|id| reference::contained(appointment, id));
        let kind = contained.and_then(json::resource_type).or(actor.target_type());
        Ok(match kind {
            Some("Patient") => Self::Patient,
            Some("Location") => {
                let name = contained.map(|place| json::text(place, "Location.name")).transpose()?.flatten();
                let address =
                    contained.and_then(|place| place.get("address")).map(Address::read).transpose()?;
                Self::Where { name: name.or(actor.display.clone()), address }
            }
            _ => Self::Who(
                actor.display.clone().ok_or(ReadError::Missing("Appointment.participant.actor.display"))?,
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    #[test]
    fn a_visit_with_everything_reads_back() {
        let visit = Appointment {
            id: Some("visit-1".into()),
            description: Some("Follow-up".into()),
            start: Some("2026-12-01T09:30:00-05:00".into()),
            end: Some("2026-12-01T10:00:00-05:00".into()),
            minutes: Some(30),
            zone: Some("America/New_York".into()),
            change_until: Some("2026-11-30T17:00:00-05:00".into()),
            patient_instruction: Some("- Bring your card".into()),
            comment: Some("Second floor".into()),
            participants: alloc::vec![
                Participant { actor: Actor::Patient, status: ParticipationStatus::NeedsAction },
                Participant {
                    actor: Actor::Who("Dr. Example".into()),
                    status: ParticipationStatus::Accepted
                },
                Participant {
                    actor: Actor::Where {
                        name: Some("Oak Street Clinic".into()),
                        address: Some(Address::from_text("12 Oak Street")),
                    },
                    status: ParticipationStatus::Accepted,
                },
            ],
            ..Appointment::new(AppointmentStatus::Booked)
        };
        let read = Appointment::read(&visit.write()).unwrap();
        assert_eq!(read, visit);
        assert_eq!(read.who().collect::<Vec<_>>(), ["Dr. Example"]);
        assert_eq!(read.place().unwrap().0, Some("Oak Street Clinic"));
        assert_eq!(read.answers_end(), Some(1_796_076_000_000));
        assert_eq!(read.reference().reference.as_deref(), Some("Appointment/visit-1"));
    }

    #[test]
    fn a_moment_without_a_zone_is_refused() {
        let value =
            json!({"resourceType": "Appointment", "status": "booked", "start": "2026-12-01T09:30:00"});
        assert_eq!(Appointment::read(&value), Err(ReadError::Wrong("Appointment.start")));
    }

    #[test]
    fn a_visit_that_is_over_takes_no_answer() {
        for (status, answerable) in
            [("booked", true), ("proposed", true), ("cancelled", false), ("fulfilled", false)]
        {
            let visit = Appointment::read(&json!({"resourceType": "Appointment", "status": status})).unwrap();
            assert_eq!(visit.can_be_answered(), answerable, "{status}");
            assert_eq!(visit.answers_end(), None);
        }
    }

    #[test]
    fn a_place_by_literal_reference_keeps_its_words() {
        let value = json!({"resourceType": "Appointment", "status": "booked", "participant": [
            {"actor": {"reference": "Location/5", "display": "Main building"}, "status": "accepted"},
            {"actor": {"reference": "Patient/9"}, "status": "needs-action"}]});
        let visit = Appointment::read(&value).unwrap();
        assert_eq!(visit.place(), Some((Some("Main building"), None)));
        assert_eq!(visit.participants[1].actor, Actor::Patient);
    }

    #[test]
    fn without_a_cut_off_of_its_own_answers_end_at_the_start() {
        let value =
            json!({"resourceType": "Appointment", "status": "booked", "start": "1970-01-01T00:00:01Z"});
        assert_eq!(Appointment::read(&value).unwrap().answers_end(), Some(1000));
    }
}
