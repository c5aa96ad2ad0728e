//! `history`: everything the desk did or learned about a person, in order, each line with its actor: the ledger's lines of
//! their links and of themselves, with what was sent and what was answered beside them. Everything here is opened.

use crate::{
    desk::Desk,
    inbox::{Inbox, Who},
    ledger::{self, Actor, Line},
    patients::number,
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{record::Answerer, time::Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Whose history.
#[derive(Clone)]
pub enum About {
    /// A patient, by the clinic's id of them.
    Patient(String),
    /// Everybody and every link of a telephone number, in any way it is written.
    Number(String),
}

/// There is no history to give.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// No patient of that id.
    #[error("there is no patient {0} at this desk: the id is the one they were imported under")]
    PatientUnknown(String),
    /// Not a telephone number.
    #[error("this is not a telephone number: write it with its country code, such as +1 202 555 0143")]
    NotANumber,
    /// Nobody has it and no text went there.
    #[error("nobody at this desk has that number, and no text was sent there")]
    NumberUnknown,
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(HistoryError);

/// Everything about a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct History {
    /// The clinic's name.
    pub clinic: String,
    /// Who: one patient, or all who have the number.
    pub people: Vec<Who>,
    /// When it was put together.
    pub at: Timestamp,
    /// What happened, oldest first.
    pub lines: Vec<HistoryLine>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryLine {
    /// Its number in the desk's ledger.
    pub n: i64,
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// Who did it, or whose word it is.
    pub actor: Actor,
    /// What, as a stable word.
    pub kind: String,
    /// On which link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lid: Option<String>,
    /// Particulars.
    pub what: Value,
    /// What was sent or answered, where the line is about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
}

/// What was sent or answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Content {
    /// A message.
    Message {
        /// Heading.
        subject: Option<String>,
        /// Its content in plain text.
        text: String,
    },
    /// An answer.
    Answer {
        /// FHIR resource type.
        kind: String,
        /// `participantStatus`, where it has one.
        status: Option<String>,
        /// Who answered.
        by: Answerer,
        /// The FHIR resource.
        resource: Value,
        /// When the portal took it.
        received_at: Timestamp,
        /// The receipt's short code.
        receipt_code: String,
        /// Seal and signature hold.
        signature_valid: bool,
        /// The receipt holds.
        receipt_valid: bool,
    },
}

/// Whom and what the lines are picked by.
struct Picked {
    people: Vec<Who>,
    links: BTreeSet<String>,
    /// Messages on them that are about others.
    others: BTreeSet<String>,
}

impl Desk {
    /// Puts it together, and says in the ledger that somebody looked.
    ///
    /// # Errors
    /// Nobody of that id or number; store or vault.
    pub async fn history(&self, about: &About) -> Result<History, HistoryError> {
        let picked = match about {
            About::Patient(id) => self.pick_patient(id).await?,
            About::Number(text) => self.pick_number(text).await?,
        };
        let inbox = self.inbox().await?;
        let lines = self.ledger().await?.into_iter().filter(|line| picked.holds(line));
        let lines = lines.map(|line| with_content(line, &inbox)).collect();
        let at = self.now();
        let mut write = self.store.write().await?;
        for who in &picked.people {
            let what = json!({ "patient": who.id });
            let entry = self.staff_entry(at, "history-read", None, what);
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        }
        write.commit().await?;
        Ok(History { clinic: self.clinic.public.name.clone(), people: picked.people, at, lines })
    }

    async fn pick_patient(&self, id: &str) -> Result<Picked, HistoryError> {
        let kept = self.patient(id).await?.ok_or_else(|| HistoryError::PatientUnknown(id.to_owned()))?;
        let links: Vec<String> = sqlx::query_scalar(
            "SELECT lid FROM link WHERE patient_key = ?1 UNION SELECT lid FROM message WHERE about_key = ?1",
        )
        .bind(&kept.patient_key)
        .fetch_all(self.store.read())
        .await?;
        // What stands on the same links about somebody else.
        let others: Vec<String> = sqlx::query_scalar(
            "SELECT mid FROM message JOIN link USING (lid) WHERE coalesce(about_key, patient_key) <> ?1
             AND (patient_key = ?1 OR lid IN (SELECT lid FROM message WHERE about_key = ?1))",
        )
        .bind(&kept.patient_key)
        .fetch_all(self.store.read())
        .await?;
        let who = Who { id: kept.person.id, name: kept.person.name };
        let (links, others) = (links.into_iter().collect(), others.into_iter().collect());
        Ok(Picked { people: vec![who], links, others })
    }

    async fn pick_number(&self, text: &str) -> Result<Picked, HistoryError> {
        let number = number::e164(text.trim(), &self.clinic.country).ok_or(HistoryError::NotANumber)?;
        let number_key = self.number_key(&number);
        let links: Vec<String> = sqlx::query_scalar("SELECT lid FROM link WHERE number_key = ?")
            .bind(&number_key)
            .fetch_all(self.store.read())
            .await?;
        // Who had it when a text went there, and who has it now.
        let patients: Vec<String> = sqlx::query_scalar(
            "SELECT patient_key FROM patient WHERE number_key = ?1
             UNION SELECT patient_key FROM link WHERE number_key = ?1
             UNION SELECT patient_key FROM helper WHERE number_key = ?1
             UNION SELECT about_key FROM message JOIN link USING (lid) WHERE number_key = ?1 AND about_key IS NOT NULL",
        )
        .bind(&number_key)
        .fetch_all(self.store.read())
        .await?;
        let mut people = Vec::with_capacity(patients.len());
        for patient_key in patients {
            people.extend(self.who(&patient_key).await?);
        }
        if people.is_empty() {
            return Err(HistoryError::NumberUnknown);
        }
        people.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Picked { people, links: links.into_iter().collect(), others: BTreeSet::new() })
    }
}

impl Picked {
    fn holds(&self, line: &Line) -> bool {
        match &line.lid {
            Some(lid) => {
                let about = line.what.get("mid").and_then(Value::as_str);
                self.links.contains(lid) && !about.is_some_and(|mid| self.others.contains(mid))
            }
            None => {
                let patient = line.what.get("patient").and_then(Value::as_str);
                patient.is_some_and(|id| self.people.iter().any(|who| who.id == id))
            }
        }
    }
}

fn with_content(line: Line, inbox: &Inbox) -> HistoryLine {
    let named = |member: &str| line.what.get(member).and_then(Value::as_str);
    let content = match line.kind.as_str() {
        "send-decided" | "reminder-decided" | "answer-decided" => {
            inbox.messages.iter().find(|message| Some(message.mid.as_str()) == named("mid")).map(|message| {
                Content::Message { subject: message.subject.clone(), text: message.text.clone() }
            })
        }
        "record-booked" | "action-opened" => {
            inbox.records.iter().find(|record| Some(record.rid.as_str()) == named("rid")).map(|record| {
                Content::Answer {
                    kind: record.kind.clone(),
                    status: record.status.clone(),
                    by: record.by.clone(),
                    resource: record.resource.clone(),
                    received_at: record.received_at,
                    receipt_code: record.receipt_code.clone(),
                    signature_valid: record.signature_valid,
                    receipt_valid: record.receipt_valid,
                }
            })
        }
        _ => None,
    };
    let Line { n, at, actor, kind, lid, what } = line;
    HistoryLine { n, at, actor, kind, lid, what, content }
}
