//! Facts are written with the ledger line of the event they come from; the number's standing moves in the same transaction. So
//! a decision reads one row, and that row is what the ledger says.

use super::{fact::Fact, standing::Standing};
use crate::{
    desk::Desk,
    ledger::{self, Entry},
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::{Place, Vault},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The member of a ledger line's particulars that carries its facts.
pub(crate) const MEMBER: &str = "rules";

/// Facts as they stand in a ledger line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The keyed hash of the number.
    pub number: String,
    /// In order.
    pub facts: Vec<Fact>,
}

impl Desk {
    /// Writes a ledger line with facts about a number, and moves the number's standing.
    ///
    /// # Errors
    /// The store fails, or holds a standing that it cannot have written.
    pub(crate) async fn book_facts(
        &self,
        connection: &mut Connection,
        number_key: &str,
        facts: Vec<Fact>,
        mut entry: Entry,
    ) -> Result<Standing, Trouble> {
        let mut standing = read(&mut *connection, &self.vault, number_key).await?;
        facts.iter().for_each(|fact| standing.apply(entry.at, fact));
        let told = Told { number: number_key.to_owned(), facts };
        if entry.what.is_null() {
            entry.what = Value::Object(serde_json::Map::new());
        }
        entry.what[MEMBER] = serde_json::to_value(told).expect("facts are plain JSON");
        let mut rng = self.rng();
        ledger::append(&mut *connection, &self.vault, &mut rng, entry).await?;
        let sealed = self.vault.seal_json(&mut rng, place(number_key), &standing);
        sqlx::query(
            "INSERT INTO standing (number_key, sealed) VALUES (?1, ?2)
             ON CONFLICT (number_key) DO UPDATE SET sealed = ?2",
        )
        .bind(number_key)
        .bind(sealed)
        .execute(connection)
        .await?;
        Ok(standing)
    }
}

fn place(number_key: &str) -> Place<'_> {
    Place::new("standing", "sealed", number_key)
}

/// Where a number stands; one that nothing is known of stands nowhere.
///
/// # Errors
/// The store fails, or the row was changed.
pub(crate) async fn read(
    connection: &mut Connection,
    vault: &Vault,
    number_key: &str,
) -> Result<Standing, Trouble> {
    let sealed: Option<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM standing WHERE number_key = ?")
        .bind(number_key)
        .fetch_optional(connection)
        .await
        .map_err(StoreError::from)?;
    Ok(sealed.map(|sealed| vault.open_json(place(number_key), &sealed)).transpose()?.unwrap_or_default())
}
