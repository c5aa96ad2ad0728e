//! The ledger: everything the desk did or learned, append-only (the store refuses changes). A line has time, actor and
//! kind in clear, its particulars sealed; no secret of a link is ever in it. The number of the newest line stands sealed
//! beside it, so that a cut is found as a change or a gap is.

pub mod export;
pub mod read;

use crate::{
    desk::Desk,
    rng::SharedRng,
    store::{Connection, StoreError},
    vault::{Place, Vault},
};
use postern_protocol::{id::LinkId, time::Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use read::read;

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

/// The member of a staff line's particulars that says who it was.
pub const BY: &str = "by";

impl Desk {
    /// A line to write; of staff, it says who gave the command.
    pub(crate) fn entry(
        &self,
        at: Timestamp,
        actor: Actor,
        kind: &'static str,
        lid: Option<LinkId>,
        mut what: Value,
    ) -> Entry {
        if actor == Actor::Staff {
            if what.is_null() {
                what = Value::Object(serde_json::Map::new());
            }
            what[BY] = Value::from(&*self.staff);
        }
        Entry { at, actor, kind, lid, what }
    }

    /// A line of somebody at the clinic who gave a command.
    pub(crate) fn staff_entry(
        &self,
        at: Timestamp,
        kind: &'static str,
        lid: Option<LinkId>,
        what: Value,
    ) -> Entry {
        self.entry(at, Actor::Staff, kind, lid, what)
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
    // Writers come one at a time (`Store::write`), so the number is this line's alone. After a cut it leaves a gap.
    let n = head(&mut *connection, vault).await? + 1;
    let row = place_of(n, entry.at.0, entry.actor.as_str(), entry.kind, lid.as_deref());
    let sealed = vault.seal_json(rng, Place::new("ledger", "sealed", &row), &entry.what);
    sqlx::query("INSERT INTO ledger (n, at, actor, kind, lid, sealed) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(n)
        .bind(entry.at.0)
        .bind(entry.actor.as_str())
        .bind(entry.kind)
        .bind(lid)
        .bind(sealed)
        .execute(&mut *connection)
        .await?;
    let head = vault.seal_json(rng, HEAD, &n);
    sqlx::query(
        "INSERT INTO ledger_head (id, sealed) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET sealed = ?1",
    )
    .bind(head)
    .execute(connection)
    .await?;
    Ok(())
}

const HEAD: Place<'static> = Place::new("ledger_head", "sealed", "1");

/// The number of the newest line that was written; 0 before the first.
async fn head(connection: &mut Connection, vault: &Vault) -> Result<i64, StoreError> {
    let damaged = || StoreError::Inconsistent("ledger_head.sealed");
    let (sealed, lines): (Option<Vec<u8>>, bool) =
        sqlx::query_as("SELECT (SELECT sealed FROM ledger_head WHERE id = 1), EXISTS (SELECT 1 FROM ledger)")
            .fetch_one(connection)
            .await?;
    match sealed {
        Some(sealed) => vault.open_json(HEAD, &sealed).map_err(|_| damaged()),
        None if lines => Err(damaged()),
        None => Ok(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clinic, Unlock};
    use postern_protocol::time::Clock;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use std::sync::Arc;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp(1_795_000_000_000)
        }
    }

    /// A desk with a ledger of five lines.
    async fn written() -> (Desk, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let clinic = "id = \"oak\"\nname = \"Oak\"\nphone = \"(202) 555-0100\"\ncountry = \"US\"\naccent = \"#1d5c4d\"";
        let clinic = Clinic::from_toml(clinic).unwrap();
        let unlock = Unlock::KeyFile(folder.path().join("vault.key"));
        let rng = SharedRng::new(ChaCha20Rng::seed_from_u64(1));
        let desk =
            Desk::init(folder.path(), clinic, &unlock, Arc::new(Still), rng, "front desk").await.unwrap();
        for _ in 0..4 {
            append_one(&desk).await.unwrap();
        }
        (desk, folder)
    }

    async fn append_one(desk: &Desk) -> Result<(), StoreError> {
        let mut write = desk.store.write().await?;
        let entry =
            Entry { at: desk.now(), actor: Actor::Desk, kind: "test-line", lid: None, what: Value::Null };
        append(&mut write, &desk.vault, &mut desk.rng(), entry).await?;
        Ok(write.commit().await?)
    }

    /// As somebody does who can write the file.
    async fn tamper(desk: &Desk, change: &'static str) {
        for trigger in ["DROP TRIGGER ledger_is_not_changed", "DROP TRIGGER ledger_is_not_shortened"] {
            sqlx::query(trigger).execute(desk.store.read()).await.unwrap();
        }
        sqlx::query(change).execute(desk.store.read()).await.unwrap();
    }

    #[tokio::test]
    async fn a_ledger_that_nobody_touched_reads_whole() {
        let (desk, _folder) = written().await;
        let lines = read(&desk.store, &desk.vault).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.n).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }

    /// Whoever writes a staff line by hand forgets who it was.
    #[test]
    fn staff_lines_are_made_where_their_name_is_put_in() {
        fn visit(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, found);
                } else if std::fs::read_to_string(&path).unwrap().contains("actor: Actor::Staff") {
                    found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        let mut found = Vec::new();
        visit(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        found.sort();
        assert_eq!(found, ["mod.rs", "recovery.rs"], "without a desk there is only the recovery copy");
    }

    #[tokio::test]
    async fn a_line_changed_removed_or_cut_off_is_found() {
        for change in [
            "UPDATE ledger SET at = at + 1 WHERE n = 3",
            "UPDATE ledger SET actor = 'staff' WHERE n = 3",
            "UPDATE ledger SET sealed = (SELECT sealed FROM ledger WHERE n = 2) WHERE n = 3",
            "DELETE FROM ledger WHERE n = 3",
            "DELETE FROM ledger WHERE n = 5",
            "DELETE FROM ledger WHERE n > 2",
            "DELETE FROM ledger",
        ] {
            let (desk, _folder) = written().await;
            tamper(&desk, change).await;
            assert!(read(&desk.store, &desk.vault).await.is_err(), "{change}");
        }
    }

    #[tokio::test]
    async fn a_cut_is_still_found_after_the_desk_went_on_writing() {
        let (desk, _folder) = written().await;
        tamper(&desk, "DELETE FROM ledger WHERE n = 5").await;
        append_one(&desk).await.unwrap();
        assert!(read(&desk.store, &desk.vault).await.is_err());
    }

    #[tokio::test]
    async fn without_its_head_the_ledger_is_neither_read_nor_written() {
        for change in ["DELETE FROM ledger_head", "UPDATE ledger_head SET sealed = zeroblob(29)"] {
            let (desk, _folder) = written().await;
            tamper(&desk, change).await;
            assert!(read(&desk.store, &desk.vault).await.is_err(), "{change}");
            assert!(append_one(&desk).await.is_err(), "{change}");
        }
    }
}
