//! A message as its patient will read it, in plain text: for a look before sending.

use super::action;
use crate::consent::page::as_text as as_drawn;
use jiff::{Timestamp, tz::TimeZone};
use postern_fhir::{Appointment, Bundle, Communication, Consent, Entry};
use postern_protocol::page::Page;

/// The Bundle as text.
pub fn as_text(bundle: &Bundle) -> String {
    let entries = bundle.entries.iter().filter_map(|entry| match entry {
        Entry::Communication(communication) => Some(communication_text(communication)),
        Entry::Appointment(appointment) => Some(appointment_text(appointment)),
        Entry::Consent(consent) => Some(consent_text(consent)),
        Entry::Task(task) => Some(action::as_text(task)),
        Entry::Preferences(_) | Entry::Replies(_) | Entry::Other(_) => None,
    });
    entries.collect::<Vec<_>>().join("\n\n")
}

/// A consent as its page says it.
fn consent_text(consent: &postern_json::Value) -> String {
    let read = Consent::read(consent).ok();
    let page = read.and_then(|consent| Page::from_canonical(consent.page.as_deref()?));
    page.as_ref().map(as_drawn).unwrap_or_default()
}

fn communication_text(communication: &Communication) -> String {
    let from = match (&communication.sender, &communication.sender_role) {
        (Some(name), Some(role)) => Some(format!("From: {name}, {role}")),
        (Some(name), None) => Some(format!("From: {name}")),
        _ => None,
    };
    let parts = communication.topic.iter().cloned().chain(from).chain(communication.payload.iter().cloned());
    parts.chain(communication.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}

fn appointment_text(appointment: &Appointment) -> String {
    let mut lines: Vec<String> = appointment.description.iter().cloned().collect();
    lines.extend(
        appointment
            .start
            .as_deref()
            .map(|start| format!("When: {}", moment(start, appointment.zone.as_deref()))),
    );
    lines.extend(appointment.who().map(|who| format!("With: {who}")));
    if let Some((name, address)) = appointment.place() {
        let address = address.map(|address| address.display_lines()).unwrap_or_default();
        let parts: Vec<String> = name.map(str::to_owned).into_iter().chain(address).collect();
        lines.push(format!("Where: {}", parts.join(", ")));
    }
    lines.extend(appointment.patient_instruction.iter().map(|text| format!("How to prepare: {text}")));
    lines.extend(appointment.comment.iter().cloned());
    lines.join("\n")
}

/// A FHIR instant in words, in the appointment's zone.
fn moment(instant: &str, zone: Option<&str>) -> String {
    let zoned = || {
        let at =
            Timestamp::from_millisecond(postern_fhir::instant::parse(instant).ok()?.milliseconds).ok()?;
        let zone = TimeZone::get(zone?).ok()?;
        Some(at.to_zoned(zone).strftime("%A, %B %-d, %Y, %-I:%M %p (%Z)").to_string())
    };
    zoned().unwrap_or_else(|| instant.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    #[test]
    fn a_visit_is_told_in_words_in_its_own_zone() {
        let bundle = Bundle::read(
            &json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource":
            {"resourceType": "Appointment", "id": "v-1", "status": "booked", "description": "Check-up",
            "start": "2026-11-30T15:00:00Z", "participant": [{"actor": {"display": "Dr Example"}, "status": "accepted"}],
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "America/New_York"}]}}]}),
        );
        assert_eq!(
            as_text(&bundle.unwrap()),
            "Check-up\nWhen: Monday, November 30, 2026, 10:00 AM (EST)\nWith: Dr Example"
        );
    }

    #[test]
    fn a_text_is_told_with_its_heading_and_sender() {
        let mut told = Communication::text("Results", "All well.");
        told.sender = Some("Oak Clinic".into());
        assert_eq!(
            as_text(&Bundle::of([Entry::Communication(told)])),
            "Results\nFrom: Oak Clinic\nAll well."
        );
    }
}
