//! What the clinic sees: messages and how far they came, answers, requests, incidents. Everything here is opened: it names
//! patients.

pub mod incidents;
pub mod messages;
pub mod records;
pub mod requests;
pub mod waiting;

use crate::{desk::Desk, trouble::Trouble};
use serde::Serialize;

pub use incidents::IncidentLine;
pub use messages::{MessageLine, MessageState};
pub use records::RecordLine;
pub use requests::RequestLine;
pub use waiting::WaitingLine;

/// A patient as shown beside what concerns them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Who {
    /// The clinic's id of them.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// A helper as shown beside what went to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToHelper {
    /// The clinic's id of their part for this patient.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they are to the patient.
    pub relationship: String,
}

/// Everything, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inbox {
    /// Messages that wait for their number to be confirmed, and those that came back.
    pub waiting: Vec<WaitingLine>,
    /// Messages that were sent.
    pub messages: Vec<MessageLine>,
    /// Answers, as the portal received them.
    pub records: Vec<RecordLine>,
    /// What was said without the birth date: opt-outs, wrong persons, questions.
    pub requests: Vec<RequestLine>,
    /// What did not hold.
    pub incidents: Vec<IncidentLine>,
}

impl Desk {
    /// Opens the inbox.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn inbox(&self) -> Result<Inbox, Trouble> {
        Ok(Inbox {
            waiting: self.waiting_lines().await?,
            messages: self.message_lines().await?,
            records: self.record_lines().await?,
            requests: self.request_lines().await?,
            incidents: self.incident_lines().await?,
        })
    }

    pub(crate) async fn to_helper(&self, helper_key: Option<&str>) -> Result<Option<ToHelper>, Trouble> {
        let Some(helper_key) = helper_key else { return Ok(None) };
        let kept = self.helper_by_key(helper_key).await?;
        Ok(kept.map(|kept| ToHelper {
            id: kept.helper.id,
            name: kept.helper.name,
            relationship: kept.helper.relationship,
        }))
    }

    pub(crate) async fn who(&self, patient_key: &str) -> Result<Option<Who>, Trouble> {
        let kept = self.patient_by_key(patient_key).await?;
        Ok(kept.map(|kept| Who { id: kept.person.id, name: kept.person.name }))
    }
}
