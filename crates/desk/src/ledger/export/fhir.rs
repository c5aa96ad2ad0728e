//! A line as FHIR R4: an AuditEvent, and a Provenance beside it where somebody signed something. Codes come from the value sets
//! that R4 names for each member; what they cannot say stands in our own systems beside them.

use super::{Actor, Row};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// ISO 21089 lifecycle events, the part of `audit-event-type` that says what became of a record.
const LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/extra-security-role-type";
const ENTITY: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const SOURCE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
const PARTICIPANT: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

/// The lifecycle event, and what was done to what the desk keeps (`AuditEvent.action`).
fn event(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "desk-initialised" | "patient-added" | "send-decided" | "reminder-decided" | "notice-decided"
        | "answer-decided" => ("originate", "C"),
        "send-uploaded" | "text-handed-over" | "answer-added" => ("transmit", "E"),
        "record-booked" | "consent-recorded" => ("receive", "C"),
        "verified" | "number-confirmed" | "live-confirmed" | "live-passed" => ("verify", "E"),
        "opened" | "action-opened" | "read" | "history-read" => ("access", "R"),
        "ledger-exported" | "keys-exported" | "recovery-copy-printed" => ("extract", "R"),
        "link-recalled" | "link-closed" | "expired" | "clinic-key-destroyed" | "retention-purged" => {
            ("destroy", "D")
        }
        _ => ("amend", "U"),
    }
}

fn coding(system: &str, code: &str) -> Value {
    json!({ "system": system, "code": code })
}

fn identified(system: &str, value: &str) -> Value {
    json!({ "identifier": { "system": system, "value": value } })
}

fn agent(row: &Row) -> Value {
    let (system, role) = match row.actor {
        Actor::Staff => ("urn:postern:staff", "humanuser"),
        Actor::LinkHolder => ("urn:postern:link-holder", "humanuser"),
        Actor::Desk => ("urn:postern:desk", "dataprocessor"),
        Actor::Portal => ("urn:postern:portal", "dataprocessor"),
    };
    let who = identified(system, &row.by);
    // A program acts on what somebody asked for before.
    let requestor = matches!(row.actor, Actor::Staff | Actor::LinkHolder);
    json!({ "type": { "coding": [coding(ROLE, role)] }, "who": who, "requestor": requestor })
}

/// Outside what could be done: 4, "minor failure", is what R4 gives for it.
fn outcome(kind: &str) -> &'static str {
    match kind {
        "incident" | "send-refused" | "send-abandoned" | "send-returned" | "notice-given-up"
        | "reminder-refused" | "wrong-try" => "4",
        _ => "0",
    }
}

pub(super) fn resources(row: &Row, clinic: &str) -> Vec<Value> {
    let (lifecycle, action) = event(&row.kind);
    let mut entities = Vec::new();
    if let Some(patient) = &row.patient {
        let what = json!({ "reference": format!("Patient/{patient}"), "type": "Patient" });
        entities.push(json!({ "what": what, "type": coding(ENTITY, "1"), "role": coding(OBJECT_ROLE, "1") }));
    }
    if let Some(lid) = &row.lid {
        entities.push(json!({ "what": identified("urn:postern:link", lid), "type": coding(ENTITY, "2") }));
    }
    let mut line = json!({ "what": identified("urn:postern:ledger-line", &row.n.to_string()), "type": coding(ENTITY, "2"),
        "role": coding(OBJECT_ROLE, "13") });
    // By name: in which order a JSON object gives its members depends on what else the program is built with.
    let details: BTreeMap<&String, &Value> = row.what.as_object().into_iter().flatten().collect();
    let details: Vec<Value> = details
        .into_iter()
        .map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // R4 has no empty strings.
            let text = if text.is_empty() { "-".to_owned() } else { text };
            json!({ "type": name, "valueString": text })
        })
        .collect();
    if !details.is_empty() {
        line["detail"] = json!(details);
    }
    entities.push(line);
    let audit = json!({
        "resourceType": "AuditEvent",
        "id": format!("ledger-{}", row.n),
        "type": coding(LIFECYCLE, lifecycle),
        "subtype": [coding("urn:postern:ledger-kind", &row.kind)],
        "action": action,
        "recorded": row.at,
        "outcome": outcome(&row.kind),
        "agent": [agent(row)],
        "source": { "observer": identified("urn:postern:desk", &format!("desk of {clinic}")), "type": [coding(SOURCE, "4")] },
        "entity": entities,
    });
    std::iter::once(audit).chain(provenance(row)).collect()
}

/// Of what somebody signed: the answer's or the consent's own id, who gave it, who took it down.
fn provenance(row: &Row) -> Option<Value> {
    let named = |member: &str| row.what.get(member).and_then(Value::as_str);
    let (target, role, source) = match row.kind.as_str() {
        "record-booked" | "action-opened" => {
            (identified("urn:postern:record", named("rid")?), "author", named("mid"))
        }
        "consent-recorded" => (identified("urn:postern:consent", named("consent")?), "enterer", None),
        _ => return None,
    };
    let mut agents =
        vec![json!({ "type": { "coding": [coding(PARTICIPANT, role)] }, "who": agent(row)["who"] })];
    if let Some(witness) = named("witness") {
        agents.push(
            json!({ "type": { "coding": [coding(PARTICIPANT, "verifier")] }, "who": { "display": witness } }),
        );
    }
    let mut provenance = json!({
        "resourceType": "Provenance",
        "id": format!("ledger-{}-provenance", row.n),
        "target": [target],
        "recorded": row.at,
        "activity": { "coding": [coding(LIFECYCLE, event(&row.kind).0)] },
        "agent": agents,
    });
    if let Some(mid) = source {
        provenance["entity"] = json!([{ "role": "source", "what": identified("urn:postern:message", mid) }]);
    }
    Some(provenance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, actor: Actor, what: Value) -> Row {
        let at = "2026-11-22T10:00:00.000Z".into();
        let (lid, patient) = (Some("l".into()), Some("p-1".into()));
        Row { n: 3, at, actor, by: "nurse 7".into(), kind: kind.into(), lid, patient, what }
    }

    #[test]
    fn an_audit_event_has_every_member_that_r4_wants_and_names_who_it_was() {
        for actor in [Actor::Staff, Actor::Desk, Actor::LinkHolder, Actor::Portal] {
            let found =
                resources(&row("number-suppressed", actor, json!({ "reason": "called", "links": 2 })), "oak");
            let [audit] = &found[..] else { panic!("one resource") };
            assert_eq!(audit["resourceType"], "AuditEvent");
            assert!(audit["type"]["code"].is_string() && audit["recorded"].is_string());
            assert_eq!(audit["agent"][0]["who"]["identifier"]["value"], "nurse 7");
            assert!(audit["agent"][0]["requestor"].is_boolean() && audit["source"]["observer"].is_object());
            assert_eq!(audit["entity"][0]["what"]["reference"], "Patient/p-1");
            let details = audit["entity"][2]["detail"].as_array().unwrap();
            assert_eq!(details[1], json!({ "type": "reason", "valueString": "called" }));
            assert_eq!(details[0]["valueString"], "2");
        }
    }

    #[test]
    fn what_somebody_signed_has_a_provenance_with_author_and_source() {
        let booked =
            resources(&row("record-booked", Actor::LinkHolder, json!({ "rid": "r", "mid": "m" })), "oak");
        assert_eq!(booked[1]["target"][0]["identifier"]["value"], "r");
        assert_eq!(booked[1]["entity"][0]["what"]["identifier"]["value"], "m");
        let paper = row("consent-recorded", Actor::Staff, json!({ "consent": "c", "witness": "Front desk" }));
        let paper = resources(&paper, "oak").remove(1);
        assert_eq!(paper["agent"].as_array().unwrap().len(), 2);
        assert_eq!(paper["agent"][1]["who"]["display"], "Front desk");
    }
}
