//! `[replies]` in CLINIC.toml: when somebody reads what patients write, and how soon they answer.

use crate::{
    clinic::Clinic,
    desk::Desk,
    ledger,
    trouble::{Trouble, takes_trouble},
};
use jiff::civil::Date;
use postern_fhir::{
    Replies,
    code::Weekday,
    replies::{OpenHours, time},
};
use postern_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Office hours until an answer comes, at most.
const MOST_HOURS: u32 = 80;
/// Days without office hours travel in every message: a year has no more.
const MOST_CLOSED: usize = 60;

/// `[replies]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Office hours until somebody answers.
    pub answer_within_hours: u32,
    /// When the office is open in a week.
    pub open: Vec<Open>,
    /// Days on which it is not, `YYYY-MM-DD`.
    #[serde(default)]
    pub closed: Vec<String>,
}

/// `[[replies.open]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// `mon` to `sun`.
    pub days: Vec<String>,
    /// `HH:MM`.
    pub from: String,
    /// The same, later.
    pub until: String,
}

impl Open {
    fn read(&self) -> Option<OpenHours> {
        let days: Option<Vec<Weekday>> = self.days.iter().map(|day| Weekday::from_code(day)).collect();
        let days = days.filter(|days| !days.is_empty())?;
        let (from, until) = (time(&self.from)?, time(&self.until)?);
        (from < until).then_some(OpenHours { days, from, until })
    }
}

impl Office {
    /// Whether all of it can be shown and reckoned with.
    pub(crate) fn is_complete(&self) -> bool {
        (1..=MOST_HOURS).contains(&self.answer_within_hours)
            && !self.open.is_empty()
            && self.open.iter().all(|open| open.read().is_some())
            && self.closed.len() <= MOST_CLOSED
            && self.closed.iter().all(|day| day.len() == 10 && day.parse::<Date>().is_ok())
    }

    /// The offer as it travels in a message. Days that are over are left out.
    fn offer(&self, zone: &str, now: Timestamp) -> Replies {
        // A day earlier than now in every zone.
        let yesterday = postern_fhir::instant::to_text(now.plus_seconds(-24 * 60 * 60).0);
        let closed = self.closed.iter().filter(|day| day.as_str() >= &yesterday[..10]);
        Replies {
            zone: zone.to_owned(),
            answer_within_hours: self.answer_within_hours,
            open: self.open.iter().filter_map(Open::read).collect(),
            closed: closed.cloned().collect(),
        }
    }
}

/// What a clinic says of its replies is not taken.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The file is another clinic's.
    #[error("this is the file of the clinic {0}, not of this desk's")]
    OtherClinic(String),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(OfficeError);

impl Desk {
    /// Takes `[replies]` and the zone of a clinic's file, and nothing else of it, for every message from now on. A file without
    /// `[replies]` ends the offer; replies to messages that offered it are taken all the same.
    ///
    /// # Errors
    /// Another clinic's file; store or vault.
    pub async fn use_replies(&mut self, file: &Clinic) -> Result<(), OfficeError> {
        if file.public.id != self.clinic.public.id {
            return Err(OfficeError::OtherClinic(file.public.id.to_string()));
        }
        let mut clinic = (*self.clinic).clone();
        clinic.replies.clone_from(&file.replies);
        if file.replies.is_some() {
            clinic.zone.clone_from(&file.zone);
        }
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE clinic SET settings = ? WHERE id = 1")
            .bind(serde_json::to_string(&clinic).expect("a clinic is plain JSON"))
            .execute(&mut *write)
            .await?;
        let what = json!({ "offered": file.replies.is_some(),
            "answer_within_hours": file.replies.as_ref().map(|office| office.answer_within_hours) });
        let entry = self.staff_entry(self.now(), "replies-changed", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        self.clinic = std::sync::Arc::new(clinic);
        Ok(())
    }

    /// The offer of a reply, where the clinic has one.
    pub(crate) fn reply_offer(&self) -> Option<Value> {
        let (office, zone) = self.clinic.replies.as_ref().zip(self.clinic.zone.as_deref())?;
        Some(office.offer(zone, self.now()).write().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Office {
        let days = ["mon", "tue", "wed", "thu", "fri"].map(str::to_owned).into();
        Office {
            answer_within_hours: 4,
            open: vec![Open { days, from: "08:00".into(), until: "17:00".into() }],
            closed: vec!["2026-11-22".into(), "2026-11-23".into(), "2026-12-25".into()],
        }
    }

    #[test]
    fn the_offer_says_the_hours_and_the_days_without_them_that_are_still_to_come() {
        // 23 November, 15:00 in UTC; somewhere it may still be the 22nd.
        let offer = office().offer("America/New_York", Timestamp(1_795_446_000_000));
        assert_eq!(offer.closed, ["2026-11-22", "2026-11-23", "2026-12-25"]);
        assert_eq!((offer.open[0].from, offer.open[0].until, offer.open[0].days.len()), (480, 1020, 5));
        let later = office().offer("America/New_York", Timestamp(1_795_446_000_000 + 3 * 86_400_000));
        assert_eq!(later.closed, ["2026-12-25"]);
    }

    #[test]
    fn hours_that_cannot_be_kept_are_refused() {
        assert!(office().is_complete());
        type Spoils = fn(&mut Office);
        let spoils: [Spoils; 8] = [
            |one| one.answer_within_hours = 0,
            |one| one.answer_within_hours = 81,
            |one| one.open.clear(),
            |one| one.open[0].days.clear(),
            |one| one.open[0].days.push("someday".into()),
            |one| one.open[0].until = "08:00".into(),
            |one| one.open[0].from = "8 am".into(),
            |one| one.closed.push("2026-02-30".into()),
        ];
        for (index, spoil) in spoils.into_iter().enumerate() {
            let mut one = office();
            spoil(&mut one);
            assert!(!one.is_complete(), "{index}");
        }
    }
}
