//! The content of a message as a FHIR Bundle, checked: only what the patient's page can show.

use super::{action::Actions, request::Content};
use crate::{
    consent::offer::{self, Asked},
    refusal::Refusal,
    texts::words::TemplateWords,
};
use jiff::tz::TimeZone;
use postern_fhir::{Appointment, Bundle, Communication, Consent, Entry, Preferences};
use postern_protocol::record::RecordKind;
use serde_json::{Value, json};

/// A sealed message's JSON is at most so long, so that it fits one call to the portal.
pub const LARGEST: usize = 512 * 1024;

/// A Bundle as it is sealed and as it was read.
#[derive(Clone)]
pub struct Composed {
    /// The JSON, every member as it was given.
    pub json: Value,
    /// What the patient's page will read of it.
    pub bundle: Bundle,
}

impl Composed {
    /// Takes in the entries of another Bundle, after its own.
    pub(crate) fn join(&mut self, mut other: Value) {
        let (Some(own), Some(more)) = (self.json["entry"].as_array_mut(), other["entry"].as_array_mut())
        else {
            return;
        };
        own.append(more);
        // Read again when it is completed.
        self.bundle = Bundle::read(&(&self.json).into()).unwrap_or_default();
    }

    /// Completes the consent that it asks for, if it asks for one.
    pub(crate) fn asking(mut self, asked: Option<Asked<'_>>) -> Result<Self, Vec<Refusal>> {
        if self.bundle.consents().next().is_none() {
            return Ok(self);
        }
        // Without a number to ask at, that has been refused already.
        let asked = asked.ok_or_else(Vec::new)?;
        offer::complete(&mut self.json, asked)?;
        self.bundle = Bundle::read(&(&self.json).into()).map_err(|error| unreadable(&error))?;
        Ok(self)
    }

    /// Checks where it leads to, if it leads anywhere.
    pub(crate) fn acting(mut self, actions: &Actions) -> Result<Self, Vec<Refusal>> {
        if self.bundle.tasks().next().is_none() {
            return Ok(self);
        }
        actions.complete(&mut self.json)?;
        self.bundle = Bundle::read(&(&self.json).into()).map_err(|error| unreadable(&error))?;
        Ok(self)
    }

    /// Adds how the patient's texts stand.
    pub(crate) fn with_preferences(mut self, sheet: &Preferences) -> Self {
        self.join(collection([sheet.write().into()]));
        self
    }

    /// Adds that a reply is offered, to what has a text to reply to.
    pub(crate) fn with_replies(mut self, offer: Option<Value>) -> Self {
        if let Some(offer) = offer.filter(|_| self.bundle.communications().next().is_some()) {
            self.join(collection([offer]));
        }
        self
    }

    /// What can be answered, unless the sender says otherwise.
    pub fn usual_offers(&self) -> Vec<RecordKind> {
        let visit = self.bundle.appointments().any(Appointment::can_be_answered);
        let consent = self.bundle.consents().next().is_some();
        let visit = visit.then_some(RecordKind::AppointmentResponse);
        let action = self.bundle.tasks().next().is_some();
        let others = [(consent, RecordKind::Consent), (action, RecordKind::Task)];
        visit.into_iter().chain(others.into_iter().filter(|one| one.0).map(|one| one.1)).collect()
    }

    /// Heading for lists.
    pub fn subject(&self) -> Option<String> {
        let topic = self.bundle.communications().find_map(|one| one.topic.as_deref());
        let other = topic.or_else(|| self.bundle.appointments().find_map(|one| one.description.as_deref()));
        let consent = || self.bundle.consents().find_map(|one| Consent::read(one).ok()).map(|one| one.title);
        other.map(str::to_owned).or_else(consent)
    }
}

fn unreadable(error: &postern_fhir::ReadError) -> Vec<Refusal> {
    vec![Refusal::new(
        "content-unreadable",
        format!("The content is not FHIR R4 that can be shown: {error}"),
        "Correct the resource.",
    )]
}

pub(super) fn collection(resources: impl IntoIterator<Item = Value>) -> Value {
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({ "resource": resource })).collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}

/// Makes the Bundle and checks it. `sent` is a FHIR instant, `sender` the clinic's name.
///
/// # Errors
/// Everything that stands against it.
pub fn compose(
    content: &Content,
    words: &TemplateWords,
    sender: &str,
    sent: &str,
) -> Result<Composed, Vec<Refusal>> {
    let communication = |subject: &str, text: &str| {
        let mut communication = Communication::text(subject, text);
        communication.sender = Some(sender.to_owned());
        communication.sent = Some(sent.to_owned());
        communication.write().into()
    };
    let own_words = words.subject.as_deref().zip(words.body.as_deref());
    let own_words = own_words.map(|(subject, body)| communication(subject, body));
    let json = match content {
        Content::Bundle(value) => value.clone(),
        Content::Text { subject, text } if subject.trim().is_empty() || text.trim().is_empty() => {
            return Err(vec![Refusal::new(
                "content-empty",
                "Subject or text is empty",
                "Write both: the subject is the heading of the page.",
            )]);
        }
        Content::Text { subject, text } => collection([communication(subject, text)]),
        Content::Appointment(value) => collection(own_words.into_iter().chain([value.clone()])),
        // Made before, where number and clinic are known.
        Content::Consent(_) => collection([]),
        Content::Template => match own_words {
            Some(own_words) => collection([own_words]),
            None => {
                return Err(vec![Refusal::new(
                    "template-needs-content",
                    "This template says nothing of its own behind the link",
                    "Give a Bundle, an Appointment, or subject and text.",
                )]);
            }
        },
    };
    let bundle = Bundle::read(&(&json).into()).map_err(|error| unreadable(&error))?;
    let refusals = check(&bundle, &json);
    if refusals.is_empty() { Ok(Composed { json, bundle }) } else { Err(refusals) }
}

fn check(bundle: &Bundle, json: &Value) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if bundle.entries.is_empty() {
        refusals.push(Refusal::new(
            "content-empty",
            "The Bundle has no entry",
            "Add a Communication or an Appointment.",
        ));
    }
    for entry in &bundle.entries {
        match entry {
            Entry::Other(kind) => refusals.push(Refusal::new(
                "content-not-shown",
                format!("The patient's page cannot show a {kind}"),
                "Send Communication, Appointment, Consent and Task only.",
            )),
            Entry::Appointment(appointment) => refusals.extend(check_appointment(appointment)),
            Entry::Preferences(_) => refusals.push(Refusal::new(
                "content-brings-preferences",
                "The Bundle says how the patient's texts stand",
                "Leave it out: the desk knows it, and adds it.",
            )),
            Entry::Replies(_) => refusals.push(Refusal::new(
                "content-brings-replies",
                "The Bundle says when replies are read",
                "Leave it out: the desk knows it, and adds it.",
            )),
            // What a consent must have depends on whom it is asked of: `crate::consent::offer`.
            // Where a task may lead to depends on the clinic: `super::action`.
            Entry::Communication(_) | Entry::Consent(_) | Entry::Task(_) => {}
        }
    }
    if json.to_string().len() > LARGEST {
        refusals.push(Refusal::new("content-too-large", "The message is over 512 KiB", "Shorten it."));
    }
    refusals
}

fn check_appointment(appointment: &Appointment) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if appointment.start.is_none() {
        refusals.push(Refusal::new(
            "appointment-without-start",
            "The appointment has no start",
            "Add Appointment.start.",
        ));
    }
    if appointment.can_be_answered() && appointment.id.is_none() {
        let remedy = "Add Appointment.id.";
        refusals.push(Refusal::new(
            "appointment-without-id",
            "An answer could not name the appointment",
            remedy,
        ));
    }
    if appointment.zone.as_deref().is_none_or(|zone| TimeZone::get(zone).is_err()) {
        refusals.push(Refusal::new(
            "appointment-without-zone",
            "The appointment does not say in which time zone it is",
            "Add the extension http://hl7.org/fhir/StructureDefinition/timezone with an IANA name.",
        ));
    }
    refusals
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: TemplateWords = TemplateWords { text: String::new(), subject: None, body: None };

    fn codes(content: &Content) -> Vec<&'static str> {
        match compose(content, &WORDS, "Oak", "2026-11-22T00:00:00Z") {
            Ok(_) => Vec::new(),
            Err(refusals) => refusals.iter().map(|one| one.code).collect(),
        }
    }

    fn visit() -> Value {
        json!({"resourceType": "Appointment", "id": "v-1", "status": "booked", "start": "2026-11-30T10:00:00-05:00",
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "America/New_York"}],
            "participant": [{"actor": {"display": "Dr Example"}, "status": "accepted"}]})
    }

    #[test]
    fn subject_and_text_become_a_communication_from_the_clinic() {
        let content = Content::Text { subject: "Results".into(), text: "All **well**.".into() };
        let composed = compose(&content, &WORDS, "Oak Clinic", "2026-11-22T00:00:00Z").unwrap();
        assert_eq!(composed.subject().as_deref(), Some("Results"));
        assert_eq!(composed.bundle.communications().next().unwrap().sender.as_deref(), Some("Oak Clinic"));
        assert_eq!(composed.usual_offers(), []);
    }

    #[test]
    fn a_booked_visit_can_be_answered() {
        let composed =
            compose(&Content::Appointment(visit()), &WORDS, "Oak", "2026-11-22T00:00:00Z").unwrap();
        assert_eq!(composed.usual_offers(), [RecordKind::AppointmentResponse]);
    }

    #[test]
    fn what_the_page_cannot_show_is_refused() {
        let other = json!({"resourceType": "Bundle", "type": "collection",
            "entry": [{"resource": {"resourceType": "Observation"}}]});
        assert_eq!(codes(&Content::Bundle(other)), ["content-not-shown"]);
        let empty = json!({"resourceType": "Bundle", "type": "collection"});
        assert_eq!(codes(&Content::Bundle(empty)), ["content-empty"]);
        assert_eq!(codes(&Content::Bundle(json!({"resourceType": "Patient"}))), ["content-unreadable"]);
        assert_eq!(codes(&Content::Text { subject: " ".into(), text: "x".into() }), ["content-empty"]);
        assert_eq!(codes(&Content::Template), ["template-needs-content"]);
        let long = Content::Text { subject: "a".into(), text: "a".repeat(LARGEST) };
        assert_eq!(codes(&long), ["content-too-large"]);
    }

    #[test]
    fn a_visit_without_zone_start_or_id_is_refused() {
        let mut visit = visit();
        visit.as_object_mut().unwrap().remove("extension");
        visit.as_object_mut().unwrap().remove("start");
        visit.as_object_mut().unwrap().remove("id");
        assert_eq!(
            codes(&Content::Appointment(visit)),
            ["appointment-without-start", "appointment-without-id", "appointment-without-zone"]
        );
    }
}
