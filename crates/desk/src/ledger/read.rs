//! Reading the ledger: every line opens and follows on the one before, up to the newest that was written.

use super::{Actor, Line, head, place_of};
use crate::{
    store::{Store, StoreError},
    trouble::Trouble,
    vault::{Place, Vault},
};
use postern_protocol::time::Timestamp;

/// So many lines are opened at a time: a year's ledger does not stand in memory whole.
const PAGE: i64 = 1000;

/// Gives every line to `each`, oldest first.
///
/// # Errors
/// The store fails; a line was changed, taken out or cut off, found when it is come to, a cut at the end; or what `each` says.
pub async fn walk<E: From<Trouble>>(
    store: &Store,
    vault: &Vault,
    mut each: impl FnMut(Line) -> Result<(), E>,
) -> Result<(), E> {
    type Row = (i64, i64, String, String, Option<String>, Vec<u8>);
    let trouble = |error: sqlx::Error| E::from(Trouble::from(error));
    // One view: a line that is written meanwhile is in all pages or in none.
    let mut view = store.read().begin().await.map_err(trouble)?;
    let newest = head(&mut view, vault).await.map_err(Trouble::from)?;
    let mut last = 0;
    loop {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT n, at, actor, kind, lid, sealed FROM ledger WHERE n > ? ORDER BY n LIMIT ?",
        )
        .bind(last)
        .bind(PAGE)
        .fetch_all(&mut *view)
        .await
        .map_err(trouble)?;
        if rows.is_empty() {
            break;
        }
        for (n, at, actor, kind, lid, sealed) in rows {
            if n != last + 1 {
                return Err(Trouble::from(StoreError::Inconsistent("ledger.n")).into());
            }
            last = n;
            let row = place_of(n, at, &actor, &kind, lid.as_deref());
            let what = vault
                .open_json(Place::new("ledger", "sealed", &row), &sealed)
                .map_err(|error| E::from(error.into()))?;
            let actor = Actor::from_str(&actor)
                .ok_or_else(|| Trouble::from(StoreError::Inconsistent("ledger.actor")))?;
            each(Line { n, at: Timestamp(at), actor, kind, lid, what })?;
        }
    }
    if last != newest {
        return Err(Trouble::from(StoreError::Inconsistent("ledger.n")).into());
    }
    Ok(())
}

/// All lines, oldest first.
///
/// # Errors
/// The store fails, or a line was changed, taken out or cut off.
pub async fn read(store: &Store, vault: &Vault) -> Result<Vec<Line>, Trouble> {
    let mut lines = Vec::new();
    walk::<Trouble>(store, vault, |line| {
        lines.push(line);
        Ok(())
    })
    .await?;
    Ok(lines)
}
