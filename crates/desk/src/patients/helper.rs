//! One helper of one patient as the desk keeps them: sealed as a whole, found by a keyed hash of the id.

use super::person::Kept;
use crate::{desk::Desk, store::Connection, trouble::Trouble, vault::Place};
use jiff::{civil::Date, tz::TimeZone};
use postern_fhir::instant;
use postern_protocol::{category::Category, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Somebody who may answer for a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// The clinic's id of their part for this patient (FHIR `RelatedPerson.id`).
    pub id: String,
    /// The clinic's id of the patient.
    pub patient: String,
    /// Name to show.
    pub name: String,
    /// What they are to the patient, in the clinic's words.
    pub relationship: String,
    /// `YYYY-MM-DD`, their own: it opens their links.
    pub birth_date: Option<String>,
    /// E.164.
    pub number: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// IANA zone.
    pub zone: Option<String>,
    /// About what they may be written to.
    pub scope: Vec<Category>,
    /// FHIR `dateTime` of a whole day or a moment.
    pub since: Option<String>,
    /// Likewise; of a day, its end.
    pub until: Option<String>,
    /// The clinic says that it counts.
    pub active: bool,
    /// BCP 47: what they chose on the page. It outlives every import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_language: Option<String>,
}

impl std::fmt::Debug for Helper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Helper(…)")
    }
}

/// A helper in the store.
#[derive(Debug, Clone)]
pub struct KeptHelper {
    /// Keyed hash of the id.
    pub helper_key: String,
    /// Who.
    pub helper: Helper,
    /// Keyed hash of number and birth date, where both are known: the same person, whomever they help.
    pub proof_key: Option<String>,
    /// When the clinic first named them.
    pub named_at: Timestamp,
    /// Since when the number is the one it is.
    pub number_since: Timestamp,
    /// Since when earlier wrong tries count no more.
    pub tries_cleared: Option<Timestamp>,
}

/// The first moment of a FHIR `dateTime`, or of a day the first moment after it.
pub(crate) fn moment(text: &str, zone: &TimeZone, after: bool) -> Option<Timestamp> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        let day = if after { day.tomorrow().ok()? } else { day };
        let start = day.to_zoned(zone.clone()).ok()?.start_of_day().ok()?;
        return Some(Timestamp(start.timestamp().as_millisecond()));
    }
    instant::parse(text).ok().map(|moment| Timestamp(moment.milliseconds))
}

impl Helper {
    /// From when they may answer, where the clinic says it. Days are days in `zone`, the patient's.
    pub fn begins(&self, zone: &TimeZone) -> Option<Timestamp> {
        moment(self.since.as_deref()?, zone, false)
    }

    /// From when they may not any more, where the clinic says it.
    pub fn ends(&self, zone: &TimeZone) -> Option<Timestamp> {
        if self.active { moment(self.until.as_deref()?, zone, true) } else { Some(Timestamp(0)) }
    }
}

impl KeptHelper {
    /// When they were named, by the clinic's word or else by the first import.
    pub fn named(&self, zone: &TimeZone) -> Timestamp {
        self.helper.begins(zone).unwrap_or(self.named_at)
    }
}

impl Desk {
    /// The keyed hash by which a helper is found.
    pub(crate) fn helper_key(&self, id: &str) -> String {
        self.vault.index("helper", id)
    }

    /// The keyed hash of what shows who somebody is.
    pub(crate) fn proof_key(&self, helper: &Helper) -> Option<String> {
        let (number, birth_date) = helper.number.as_deref().zip(helper.birth_date.as_deref())?;
        Some(self.vault.index("helper-proof", &format!("{number} {birth_date}")))
    }

    /// A helper by id.
    pub(crate) async fn helper(&self, id: &str) -> Result<Option<KeptHelper>, Trouble> {
        self.helper_by_key(&self.helper_key(id)).await
    }

    /// A helper by the keyed hash of their id.
    pub(crate) async fn helper_by_key(&self, helper_key: &str) -> Result<Option<KeptHelper>, Trouble> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT helper_key, sealed, proof_key, named_at, number_since, tries_cleared_at FROM helper WHERE helper_key = ?",
        )
        .bind(helper_key)
        .fetch_optional(self.store.read())
        .await?;
        row.map(|row| self.open_helper(row)).transpose()
    }

    /// Everybody who helps a patient, or ever did.
    pub(crate) async fn helpers_of(&self, patient_key: &str) -> Result<Vec<KeptHelper>, Trouble> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT helper_key, sealed, proof_key, named_at, number_since, tries_cleared_at FROM helper
             WHERE patient_key = ? ORDER BY named_at, rowid",
        )
        .bind(patient_key)
        .fetch_all(self.store.read())
        .await?;
        rows.into_iter().map(|row| self.open_helper(row)).collect()
    }

    fn open_helper(&self, row: Row) -> Result<KeptHelper, Trouble> {
        let helper = self.vault.open_json(Place::new("helper", "sealed", &row.helper_key), &row.sealed)?;
        Ok(KeptHelper {
            helper_key: row.helper_key,
            helper,
            proof_key: row.proof_key,
            named_at: Timestamp(row.named_at),
            number_since: Timestamp(row.number_since),
            tries_cleared: row.tries_cleared_at.map(Timestamp),
        })
    }

    /// Keeps a helper, or brings one up to date. Says whether they were there before.
    pub(super) async fn keep_helper(&self, write: &mut Connection, helper: &Helper) -> Result<bool, Trouble> {
        let now = self.now();
        let helper_key = self.helper_key(&helper.id);
        let known: Option<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM helper WHERE helper_key = ?")
            .bind(&helper_key)
            .fetch_optional(&mut *write)
            .await?;
        let place = || Place::new("helper", "sealed", &helper_key);
        let before: Option<Helper> =
            known.as_deref().map(|sealed| self.vault.open_json(place(), sealed)).transpose()?;
        let chosen_language = before.and_then(|before| before.chosen_language);
        let sealed =
            self.vault.seal_json(&mut self.rng(), place(), &Helper { chosen_language, ..helper.clone() });
        sqlx::query(
            "INSERT INTO helper (helper_key, patient_key, number_key, proof_key, sealed, named_at, imported_at, number_since)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6)
             ON CONFLICT (helper_key) DO UPDATE SET patient_key = ?2, number_key = ?3, proof_key = ?4, sealed = ?5, imported_at = ?6,
               named_at = CASE WHEN helper.patient_key = ?2 THEN helper.named_at ELSE ?6 END,
               number_since = CASE WHEN helper.number_key IS ?3 THEN helper.number_since ELSE ?6 END",
        )
        .bind(&helper_key)
        .bind(self.patient_key(&helper.patient))
        .bind(helper.number.as_deref().map(|number| self.number_key(number)))
        .bind(self.proof_key(helper))
        .bind(sealed)
        .bind(now.0)
        .execute(&mut *write)
        .await?;
        Ok(known.is_some())
    }

    /// The language that a helper chose on the page.
    pub(crate) async fn keep_helper_language(
        &self,
        write: &mut Connection,
        kept: &KeptHelper,
        language: &str,
    ) -> Result<(), Trouble> {
        let helper = Helper { chosen_language: Some(language.to_owned()), ..kept.helper.clone() };
        let place = Place::new("helper", "sealed", &kept.helper_key);
        sqlx::query("UPDATE helper SET sealed = ? WHERE helper_key = ?")
            .bind(self.vault.seal_json(&mut self.rng(), place, &helper))
            .bind(&kept.helper_key)
            .execute(write)
            .await?;
        Ok(())
    }

    /// Where a patient is, as far as anybody knows: theirs, else the clinic's zone, else UTC.
    pub(crate) fn zone_of(&self, own: Option<&str>) -> TimeZone {
        let named = own.or(self.clinic.zone.as_deref());
        named.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }

    /// A patient as their helper reaches them: the helper's number, birth date, and language and zone where they have their own.
    pub(crate) fn through(&self, kept: Kept, helper: KeptHelper) -> Kept {
        let mut person = kept.person.clone();
        person.number.clone_from(&helper.helper.number);
        person.birth_date.clone_from(&helper.helper.birth_date);
        let Helper { chosen_language, language, .. } = &helper.helper;
        if let Some(language) = chosen_language.as_ref().or(language.as_ref()) {
            person.language = Some(language.clone());
        }
        if let Some(zone) = &helper.helper.zone {
            person.zone = Some(zone.clone());
        }
        Kept { person, tries_cleared: helper.tries_cleared, helper: Some(helper), ..kept }
    }

    /// The patient of a helper, reached through them.
    pub(crate) async fn helper_reached(&self, id: &str) -> Result<Option<Kept>, Trouble> {
        let Some(helper) = self.helper(id).await? else { return Ok(None) };
        self.patient_reached(&self.patient_key(&helper.helper.patient), Some(&helper.helper_key)).await
    }

    /// A patient as a link reached them.
    pub(crate) async fn patient_reached(
        &self,
        patient_key: &str,
        helper_key: Option<&str>,
    ) -> Result<Option<Kept>, Trouble> {
        let Some(kept) = self.patient_by_key(patient_key).await? else { return Ok(None) };
        let helper = match helper_key {
            Some(helper_key) => self.helper_by_key(helper_key).await?,
            None => None,
        };
        Ok(Some(match helper {
            Some(helper) => self.through(kept, helper),
            None => kept,
        }))
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    helper_key: String,
    sealed: Vec<u8>,
    proof_key: Option<String>,
    named_at: i64,
    number_since: i64,
    tries_cleared_at: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(since: Option<&str>, until: Option<&str>, active: bool) -> KeptHelper {
        let helper = Helper {
            id: "r-1".into(),
            patient: "p-1".into(),
            name: "E".into(),
            relationship: "mother".into(),
            birth_date: None,
            number: None,
            language: None,
            zone: None,
            scope: Vec::new(),
            since: since.map(str::to_owned),
            until: until.map(str::to_owned),
            active,
            chosen_language: None,
        };
        let at = Timestamp(5);
        let helper_key = String::new();
        KeptHelper {
            helper_key,
            helper,
            proof_key: None,
            named_at: at,
            number_since: at,
            tries_cleared: None,
        }
    }

    #[test]
    fn a_last_day_counts_to_its_end_where_the_patient_is_and_a_moment_to_the_second() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let text = |at: Option<Timestamp>| at.map(|at| instant::to_text(at.0));
        let day = of(Some("2026-11-22"), Some("2026-11-22"), true);
        assert_eq!(text(day.helper.begins(&zone)).as_deref(), Some("2026-11-22T05:00:00.000Z"));
        assert_eq!(text(day.helper.ends(&zone)).as_deref(), Some("2026-11-23T05:00:00.000Z"));
        let moment = of(None, Some("2026-11-22T10:00:00Z"), true);
        assert_eq!(text(moment.helper.ends(&zone)).as_deref(), Some("2026-11-22T10:00:00.000Z"));
        assert_eq!((moment.helper.begins(&zone), moment.named(&zone)), (None, Timestamp(5)));
    }

    #[test]
    fn without_an_end_it_goes_on_and_inactive_it_has_ended() {
        assert_eq!(of(None, None, true).helper.ends(&TimeZone::UTC), None);
        assert_eq!(of(None, None, false).helper.ends(&TimeZone::UTC), Some(Timestamp(0)));
    }
}
