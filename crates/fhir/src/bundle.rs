//! `Bundle` of type `collection`: what one message holds, in the order in which it is shown.

use crate::{
    appointment::Appointment,
    communication::Communication,
    json::{self, Object, ReadError, through_value},
};
use alloc::{string::String, vec::Vec};
use postern_json::{FromJson, Value};

/// A message's content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// Entries in the order in which they are shown.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A text.
    Communication(Communication),
    /// A visit.
    Appointment(Appointment),
    /// A consent that is asked for, its JSON kept whole: [`crate::Consent::read`] says what it holds.
    Consent(Value),
    /// How the person's texts stand, its JSON kept whole: [`crate::Preferences::read`] says what it holds. It is no part of what
    /// is shown first.
    Preferences(Value),
    /// Something to do elsewhere, its JSON kept whole: [`crate::Task::read`] says what it holds.
    Task(Value),
    /// A reply is offered, its JSON kept whole: [`crate::Replies::read`] says what it holds. It is no part of what is shown first.
    Replies(Value),
    /// A resource this version cannot show; its type. A sender refuses it, a reader says that something is missing.
    Other(String),
}

through_value!(Bundle);

impl FromJson for Bundle {
    fn from_json(value: &Value) -> Option<Self> {
        Self::read(value).ok()
    }
}

impl Bundle {
    /// A bundle of these.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self { entries: entries.into_iter().collect() }
    }

    /// Its visits.
    pub fn appointments(&self) -> impl Iterator<Item = &Appointment> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Appointment(appointment) => Some(appointment),
            _ => None,
        })
    }

    /// Its texts.
    pub fn communications(&self) -> impl Iterator<Item = &Communication> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Communication(communication) => Some(communication),
            _ => None,
        })
    }

    /// The consents that are asked for.
    pub fn consents(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Consent(consent) => Some(consent),
            _ => None,
        })
    }

    /// What is to be done elsewhere.
    pub fn tasks(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Task(task) => Some(task),
            _ => None,
        })
    }

    /// How the person's texts stand.
    pub fn preferences(&self) -> Option<&Value> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Preferences(value) => Some(value),
            _ => None,
        })
    }

    /// The offer of a reply.
    pub fn replies(&self) -> Option<&Value> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Replies(value) => Some(value),
            _ => None,
        })
    }

    /// From JSON.
    ///
    /// # Errors
    /// Not a Bundle of type `collection`, an entry without resource, or an entry of a known type that does not hold.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Bundle")?;
        if json::needed(value, "Bundle.type")? != "collection" {
            return Err(ReadError::UnknownCode("Bundle.type"));
        }
        let entries = json::each(value, "Bundle.entry", |entry| {
            let resource = json::get(entry, "Bundle.entry.resource")
                .ok_or(ReadError::Missing("Bundle.entry.resource"))?;
            match json::resource_type(resource) {
                Some("Communication") => Communication::read(resource).map(Entry::Communication),
                Some("Appointment") => Appointment::read(resource).map(Entry::Appointment),
                Some("Consent") => Ok(Entry::Consent(resource.clone())),
                Some("Task") => Ok(Entry::Task(resource.clone())),
                Some("Parameters") => Ok(Entry::Preferences(resource.clone())),
                Some("HealthcareService") => Ok(Entry::Replies(resource.clone())),
                Some(other) => Ok(Entry::Other(other.into())),
                None => Err(ReadError::Missing("Bundle.entry.resource.resourceType")),
            }
        })?;
        Ok(Self { entries })
    }

    /// To JSON. An [`Entry::Other`] is left out: its content was never read.
    pub fn write(&self) -> Value {
        let resources = self.entries.iter().filter_map(|entry| match entry {
            Entry::Communication(communication) => Some(communication.write()),
            Entry::Appointment(appointment) => Some(appointment.write()),
            Entry::Consent(value)
            | Entry::Task(value)
            | Entry::Preferences(value)
            | Entry::Replies(value) => Some(value.clone()),
            Entry::Other(_) => None,
        });
        let entries = resources.map(|resource| Object::new().put("resource", resource).build()).collect();
        Object::resource("Bundle").put("type", "collection").list("entry", entries).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;
    use proptest::prelude::*;

    #[test]
    fn entries_keep_their_order_and_an_unknown_one_is_named() {
        let bundle = Bundle::read(&json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Questionnaire", "status": "active"}},
            {"resource": {"resourceType": "Communication", "status": "completed"}},
        ]}))
        .unwrap();
        assert_eq!(bundle.entries[0], Entry::Other("Questionnaire".into()));
        assert!(matches!(bundle.entries[1], Entry::Communication(_)));
        assert_eq!((bundle.communications().count(), bundle.appointments().count()), (1, 0));
    }

    #[test]
    fn another_resource_or_another_type_of_bundle_is_refused() {
        let read = |value| Bundle::read(&value);
        assert_eq!(read(json!({"resourceType": "Patient"})), Err(ReadError::NotA("Bundle")));
        assert_eq!(read(json!({"resourceType": "Bundle"})), Err(ReadError::Missing("Bundle.type")));
        let batch = json!({"resourceType": "Bundle", "type": "transaction"});
        assert_eq!(read(batch), Err(ReadError::UnknownCode("Bundle.type")));
        let empty_entry = json!({"resourceType": "Bundle", "type": "collection", "entry": [{}]});
        assert_eq!(read(empty_entry), Err(ReadError::Missing("Bundle.entry.resource")));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let names = prop::sample::select(vec![
            "resourceType",
            "type",
            "entry",
            "resource",
            "status",
            "payload",
            "participant",
            "actor",
            "contained",
            "id",
            "extension",
            "url",
            "topic",
            "note",
            "sender",
            "start",
            "reference",
            "category",
            "sourceAttachment",
            "provision",
            "parameter",
            "part",
            "name",
            "code",
            "coding",
            "system",
            "input",
            "intent",
        ]);
        let words = prop::sample::select(vec![
            "Bundle",
            "Consent",
            "Task",
            "requested",
            "in-progress",
            "urn:postern:action",
            "Parameters",
            "HealthcareService",
            "availableTime",
            "wanted",
            "collection",
            "Communication",
            "Appointment",
            "completed",
            "booked",
            "needs-action",
            "#a",
            "a",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            words.prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names.clone(), inner, 0..6).prop_map(|map| map
                    .into_iter()
                    .map(|(name, value)| (String::from(name), value))
                    .collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_json_makes_the_reader_panic(value in any_json()) {
            let _ = Bundle::read(&value);
            let _ = Communication::read(&value);
            let _ = Appointment::read(&value);
            let _ = crate::AppointmentResponse::read(&value);
            let _ = crate::Patient::read(&value);
            let _ = crate::RelatedPerson::read(&value);
            let _ = crate::Consent::read(&value);
            let _ = crate::Task::read(&value);
            let _ = crate::Preferences::read(&value);
            let _ = crate::preferences::Wish::read(&value);
            let _ = crate::Replies::read(&value);
        }
    }
}
