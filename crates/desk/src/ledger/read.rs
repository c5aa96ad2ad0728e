//! Reading the ledger: every line opens and follows on the one before, up to the newest that was written.

use super::{Actor, Line, head, place_of};
use crate::{
    rng::SharedRng,
    store::{Connection, Store, StoreError},
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
    let mut last = first_line(&mut view, vault).await.map_err(E::from)? - 1;
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

const START: Place<'static> = Place::new("ledger_start", "sealed", "1");

/// The number of the oldest line that is still there: 1 until the first purge.
pub(crate) async fn first_line(connection: &mut Connection, vault: &Vault) -> Result<i64, Trouble> {
    let start: Option<(i64, Vec<u8>)> = sqlx::query_as("SELECT first, sealed FROM ledger_start WHERE id = 1")
        .fetch_optional(connection)
        .await?;
    let Some((first, sealed)) = start else { return Ok(1) };
    // What stands in clear is what the store's own guard reads; the sealed number is the one that counts.
    match vault.open_json::<i64>(START, &sealed) {
        Ok(meant) if meant == first => Ok(first),
        _ => Err(StoreError::Inconsistent("ledger_start.sealed").into()),
    }
}

/// From now on the ledger begins there.
pub(crate) async fn start_at(
    connection: &mut Connection,
    vault: &Vault,
    rng: &mut SharedRng,
    first: i64,
) -> Result<(), StoreError> {
    let sealed = vault.seal_json(rng, START, &first);
    sqlx::query("INSERT OR REPLACE INTO ledger_start (id, first, sealed) VALUES (1, ?, ?)")
        .bind(first)
        .bind(sealed)
        .execute(connection)
        .await?;
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
