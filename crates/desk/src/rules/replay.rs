//! Every number's standing from the ledger alone: what [`super::book`] keeps must be the same.

use super::{
    book::{self, MEMBER, Told},
    standing::Standing,
};
use crate::{
    desk::Desk,
    ledger::{self, Line},
    store::StoreError,
    trouble::Trouble,
};
use std::collections::BTreeMap;

pub mod base;

/// The facts that a line tells, if it tells any.
///
/// # Errors
/// The line holds facts that this program cannot have written.
pub fn facts_of(line: &Line) -> Result<Option<Told>, StoreError> {
    let told = line.what.get(MEMBER).map(|told| serde_json::from_value(told.clone()));
    told.transpose().map_err(|_| StoreError::Inconsistent("ledger.sealed"))
}

/// The standing of every number that lines tell of, by its keyed hash.
///
/// # Errors
/// A line holds facts that this program cannot have written.
pub fn standings(lines: &[Line]) -> Result<BTreeMap<String, Standing>, StoreError> {
    let mut found: BTreeMap<String, Standing> = BTreeMap::new();
    for line in lines {
        add(&mut found, line)?;
    }
    Ok(found)
}

/// Takes in what a line tells, if it tells anything of a number. Gives the number.
pub(crate) fn add(found: &mut BTreeMap<String, Standing>, line: &Line) -> Result<Option<String>, StoreError> {
    let Some(told) = facts_of(line)? else { return Ok(None) };
    let standing = found.entry(told.number.clone()).or_default();
    told.facts.iter().for_each(|fact| standing.apply(line.at, fact));
    Ok(Some(told.number))
}

impl Desk {
    /// The numbers (keyed hashes) whose kept standing is not what the ledger says. None, unless somebody changed the store.
    ///
    /// # Errors
    /// Store or vault; the ledger was changed.
    pub async fn standings_that_differ(&self) -> Result<Vec<String>, Trouble> {
        let mut expected = self.standings_before().await?;
        ledger::read::walk::<Trouble>(&self.store, &self.vault, |line| {
            add(&mut expected, &line)?;
            Ok(())
        })
        .await?;
        let kept: Vec<String> = sqlx::query_scalar("SELECT number_key FROM standing ORDER BY number_key")
            .fetch_all(self.store.read())
            .await?;
        let mut differ = Vec::new();
        let mut connection = self.store.read().acquire().await?;
        for number in kept {
            let standing = book::read(&mut connection, &self.vault, &number).await;
            // A row that does not open was changed.
            if standing.ok() != expected.remove(&number) {
                differ.push(number);
            }
        }
        differ.extend(expected.into_keys());
        Ok(differ)
    }
}
