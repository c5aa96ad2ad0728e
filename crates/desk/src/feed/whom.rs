//! Whom a message is about, whom its link reached, and who may answer it.

use super::incident::Reason;
use crate::{
    desk::Desk,
    patients::person::Kept,
    store::{Connection, StoreError},
    trouble::Trouble,
};
use postern_fhir::AppointmentResponse;
use postern_protocol::{
    about::About,
    id::{LinkId, MessageId},
    record::{Answerer, Record, RecordKind},
    time::Timestamp,
};
use serde_json::{Value, json};

/// A message and the way that it went.
pub(crate) struct Reached {
    /// The patient that it is about, reached as the link reached them.
    pub kept: Kept,
    /// Keyed hash of the number that its text went to.
    pub number_key: String,
}

impl Reached {
    /// The number that the text went to, where they still have it.
    pub fn number(&self, desk: &Desk) -> Option<&str> {
        self.kept.person.number.as_deref().filter(|number| desk.number_key(number) == self.number_key)
    }
}

impl Desk {
    /// Whom a message of a link is about, and how it reached them; without a message, the link's patient.
    pub(crate) async fn reached(
        &self,
        connection: &mut Connection,
        lid: &LinkId,
        mid: Option<&MessageId>,
    ) -> Result<Reached, Trouble> {
        let (patient_key, number_key, helper_key): (String, String, Option<String>) = sqlx::query_as(
            "SELECT coalesce((SELECT about_key FROM message WHERE mid = ?2 AND lid = ?1), patient_key), number_key, helper_key
             FROM link WHERE lid = ?1",
        )
        .bind(lid.to_text())
        .bind(mid.map(MessageId::to_text))
        .fetch_one(connection)
        .await?;
        let kept = self.patient_reached(&patient_key, helper_key.as_deref()).await?;
        let kept = kept.ok_or(StoreError::Inconsistent("link.patient_key"))?;
        Ok(Reached { kept, number_key })
    }

    /// Whether who says to have answered is who the link was made for, and still might.
    pub(super) async fn check_answerer(
        &self,
        reached: &Reached,
        about: Option<&About>,
        record: &Record<Value>,
        received_at: Timestamp,
    ) -> Result<Result<(), Reason>, Trouble> {
        let Some(named) = about.and_then(|about| about.helper.as_ref()) else { return Ok(Ok(())) };
        let is_named = |by: &str, as_what: &str| by == named.name && as_what == named.relationship;
        let by = match &record.by {
            Answerer::Helper { name, relationship } => is_named(name, relationship),
            Answerer::Patient => false,
        };
        let inside = record.kind != RecordKind::AppointmentResponse
            || AppointmentResponse::read(&(&record.resource).into())
                .is_ok_and(|answer| answer.helper.is_some_and(|one| is_named(&one.name, &one.relationship)));
        if !by || !inside {
            return Ok(Err(Reason::HelperOther));
        }
        let policy = self.policy().await?;
        let right = reached.kept.helper.as_ref().map(|helper| self.right_of(&reached.kept, helper, &policy));
        Ok(match right {
            Some(right) if right.holds(received_at) => Ok(()),
            _ => Err(Reason::HelperEnded),
        })
    }
}

/// Who answered, as the ledger says it: it names nobody.
pub(super) fn in_ledger(reached: &Reached, by: &Answerer, what: &mut Value) {
    what["patient"] = json!(reached.kept.person.id);
    what["answered_by"] = json!(match (by, &reached.kept.helper) {
        (Answerer::Patient, _) => "patient",
        (Answerer::Helper { .. }, Some(_)) => "helper",
        (Answerer::Helper { .. }, None) => "somebody-for-the-patient",
    });
    if let Some(helper) = &reached.kept.helper {
        what["helper"] = json!(helper.helper.id);
    }
}
