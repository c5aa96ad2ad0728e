//! How long the desk keeps what, and the purge that takes what is older and refuses to take more (docs/RETENTION.md).

pub mod class;
mod consents;
mod lines;
mod messages;
mod returned;

pub use class::{Class, Period, Schedule, ScheduleError};

use crate::{
    desk::Desk,
    ledger,
    refusal::Refusal,
    store::StoreError,
    trouble::{Trouble, takes_trouble},
};
use postern_fhir::instant;
use postern_protocol::time::Timestamp;
use serde::Serialize;
use serde_json::json;

/// A class as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassLine {
    /// Which.
    pub class: Class,
    /// How long it is kept.
    pub kept: String,
    /// No shorter.
    pub at_least: String,
    /// How much there is: links, consents, lines, texts.
    pub held: i64,
    /// How much of it is older than it is kept, and no longer needed.
    pub due: i64,
}

/// What a purge took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Of which class.
    pub class: Class,
    /// What had ended before then.
    pub before: Timestamp,
    /// How much: links, consents, lines, texts.
    pub gone: i64,
}

/// Nothing was purged.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// It would take what is to be kept.
    #[error("{0}")]
    TooEarly(Refusal),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(PurgeError);

impl Desk {
    /// Each class: how long it is kept, how much there is, how much is due.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn retention(&self) -> Result<Vec<ClassLine>, Trouble> {
        let schedule = Schedule::built_in();
        let mut lines = Vec::new();
        for class in Class::ALL {
            let before = before(schedule.of(class), self.now())?;
            lines.push(ClassLine {
                class,
                kept: schedule.of(class).to_string(),
                at_least: class.floor().to_string(),
                held: self.held(class).await?,
                due: self.due(class, before).await?,
            });
        }
        Ok(lines)
    }

    /// Takes what of a class is older than it is kept; with `before`, what had ended before then.
    ///
    /// # Errors
    /// `before` is later than the class's floor allows; store or vault.
    pub async fn purge(&self, class: Class, asked: Option<Timestamp>) -> Result<Purged, PurgeError> {
        let schedule = Schedule::built_in();
        let now = self.now();
        let latest = before(class.floor(), now)?;
        let before = match asked {
            Some(asked) if asked > latest => return Err(PurgeError::TooEarly(too_early(class, latest))),
            Some(asked) => asked,
            None => before(schedule.of(class), now)?,
        };
        let gone = match class {
            Class::Messages => self.purge_links(before).await?,
            Class::Consents => self.purge_consents(before).await?,
            Class::Ledger => self.purge_lines(before).await?,
            Class::Returned => self.purge_returned(before).await?,
        };
        let what = json!({ "class": class, "before": before, "gone": gone, "schedule": schedule.version });
        let mut write = self.store.write().await?;
        let entry = self.staff_entry(now, "retention-purged", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        self.store.forget().await?;
        Ok(Purged { class, before, gone })
    }

    async fn held(&self, class: Class) -> Result<i64, Trouble> {
        let query = match class {
            Class::Messages => "SELECT count(*) FROM link",
            Class::Consents => "SELECT count(*) FROM consent",
            Class::Ledger => "SELECT count(*) FROM ledger",
            Class::Returned => {
                "SELECT (SELECT count(*) FROM waiting_send WHERE returned_at IS NOT NULL)
                   + (SELECT count(*) FROM notice WHERE coalesce(handed_at, abandoned_at) IS NOT NULL)"
            }
        };
        Ok(sqlx::query_scalar(query).fetch_one(self.store.read()).await?)
    }

    async fn due(&self, class: Class, before: Timestamp) -> Result<i64, Trouble> {
        match class {
            Class::Messages => self.links_due(before).await,
            Class::Consents => self.consents_due(before).await,
            Class::Ledger => self.lines_due(before).await,
            Class::Returned => self.returned_due(before).await,
        }
    }
}

fn before(period: Period, now: Timestamp) -> Result<Timestamp, StoreError> {
    period.before(now).ok_or(StoreError::Inconsistent("clock"))
}

fn too_early(class: Class, latest: Timestamp) -> Refusal {
    Refusal::new(
        "retention-too-early",
        format!("{} are kept at least {}", class.as_str(), class.floor()),
        format!("Name a moment no later than {}.", instant::to_text(latest.0)),
    )
}
