//! Where numbers stood before the ledger's first line, once older lines were purged.

use super::super::standing::Standing;
use crate::{
    desk::Desk,
    rng::SharedRng,
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::{Place, Vault},
};
use std::collections::BTreeMap;

fn place(number_key: &str) -> Place<'_> {
    Place::new("standing_base", "sealed", number_key)
}

/// Keeps it.
///
/// # Errors
/// The store fails.
pub(crate) async fn keep(
    connection: &mut Connection,
    vault: &Vault,
    rng: &mut SharedRng,
    number_key: &str,
    standing: &Standing,
) -> Result<(), StoreError> {
    let sealed = vault.seal_json(rng, place(number_key), standing);
    sqlx::query("INSERT OR REPLACE INTO standing_base (number_key, sealed) VALUES (?, ?)")
        .bind(number_key)
        .bind(sealed)
        .execute(connection)
        .await?;
    Ok(())
}

impl Desk {
    /// Where each number stood then.
    pub(crate) async fn standings_before(&self) -> Result<BTreeMap<String, Standing>, Trouble> {
        let rows: Vec<(String, Vec<u8>)> = sqlx::query_as("SELECT number_key, sealed FROM standing_base")
            .fetch_all(self.store.read())
            .await?;
        let open = |(number_key, sealed): (String, Vec<u8>)| {
            let standing = self.vault.open_json(place(&number_key), &sealed)?;
            Ok((number_key, standing))
        };
        rows.into_iter().map(open).collect()
    }
}
