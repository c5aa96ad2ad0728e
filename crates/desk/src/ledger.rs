//! The ledger: everything the desk did or learned, append-only (the store refuses changes). A line has time, actor and
//! kind in clear, its particulars sealed; no secret of a link is ever in it.

use crate::{
    rng::SharedRng,
    store::{Connection, Store, StoreError},
    trouble::Trouble,
    vault::{Place, Vault},
};
use postern_protocol::{id::LinkId, time::Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Somebody at the clinic who gave a command.
    Staff,
    /// The desk by itself.
    Desk,
    /// Somebody who held the link (its MAC or signature held).
    LinkHolder,
    /// The portal's word.
    Portal,
}

impl Actor {
    fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Desk => "desk",
            Self::LinkHolder => "link-holder",
            Self::Portal => "portal",
        }
    }

    fn from_str(text: &str) -> Option<Self> {
        [Self::Staff, Self::Desk, Self::LinkHolder, Self::Portal]
            .into_iter()
            .find(|actor| actor.as_str() == text)
    }
}

/// A line to write.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, as a stable word.
    pub kind: &'static str,
    /// On which link.
    pub lid: Option<LinkId>,
    /// Particulars; sealed.
    pub what: Value,
}

/// A line read back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Its number.
    pub n: i64,
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub kind: String,
    /// On which link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lid: Option<String>,
    /// Particulars.
    pub what: Value,
}

/// What a sealed line is bound to: its number and everything in clear beside it, so that no line can be changed, moved or
/// doubled.
fn place_of(n: i64, at: i64, actor: &str, kind: &str, lid: Option<&str>) -> String {
    format!("{n} {at} {actor} {kind} {}", lid.unwrap_or("-"))
}

/// Writes a line inside the transaction of what it tells.
///
/// # Errors
/// The store fails.
pub async fn append(
    connection: &mut Connection,
    vault: &Vault,
    rng: &mut SharedRng,
    entry: Entry,
) -> Result<(), StoreError> {
    let lid = entry.lid.map(|lid| lid.to_text());
    // Writers come one at a time (`Store::write`), so the number is this line's alone.
    let n: i64 =
        sqlx::query_scalar("SELECT coalesce(max(n), 0) + 1 FROM ledger").fetch_one(&mut *connection).await?;
    let row = place_of(n, entry.at.0, entry.actor.as_str(), entry.kind, lid.as_deref());
    let sealed = vault.seal_json(rng, Place::new("ledger", "sealed", &row), &entry.what);
    sqlx::query("INSERT INTO ledger (n, at, actor, kind, lid, sealed) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(n)
        .bind(entry.at.0)
        .bind(entry.actor.as_str())
        .bind(entry.kind)
        .bind(lid)
        .bind(sealed)
        .execute(connection)
        .await?;
    Ok(())
}

/// All lines, oldest first.
///
/// # Errors
/// The store fails, or a line was changed or taken out.
pub async fn read(store: &Store, vault: &Vault) -> Result<Vec<Line>, Trouble> {
    type Row = (i64, i64, String, String, Option<String>, Vec<u8>);
    let rows: Vec<Row> = sqlx::query_as("SELECT n, at, actor, kind, lid, sealed FROM ledger ORDER BY n")
        .fetch_all(store.read())
        .await?;
    rows.into_iter()
        .zip(1..)
        .map(|((n, at, actor, kind, lid, sealed), expected)| {
            if n != expected {
                return Err(StoreError::Inconsistent("ledger.n").into());
            }
            let row = place_of(n, at, &actor, &kind, lid.as_deref());
            let what = vault.open_json(Place::new("ledger", "sealed", &row), &sealed)?;
            let actor = Actor::from_str(&actor).ok_or(StoreError::Inconsistent("ledger.actor"))?;
            Ok(Line { n, at: Timestamp(at), actor, kind, lid, what })
        })
        .collect()
}
