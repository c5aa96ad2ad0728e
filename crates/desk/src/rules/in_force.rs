//! The policy in force, and the words of each that a decision was made under.

use super::policy::{Policy, PolicyError};
use crate::{
    desk::Desk,
    ledger,
    store::{Connection, StoreError},
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::time::Timestamp;
use serde_json::json;

/// A clinic's own policy is not taken.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    /// It cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(UseError);

impl Desk {
    /// The policy in force: the clinic's own, else the program's.
    ///
    /// # Errors
    /// The store fails, or holds a policy that this program cannot read.
    pub async fn policy(&self) -> Result<Policy, Trouble> {
        let own: Option<String> = sqlx::query_scalar(
            "SELECT toml FROM policy_in_force JOIN policy ON policy.id = policy WHERE policy_in_force.id = 1",
        )
        .fetch_optional(self.store.read())
        .await?;
        own.map_or_else(|| Ok(Policy::built_in()), |toml| read(&toml))
    }

    /// The policy that a decision was made under, by the id that stands on it.
    ///
    /// # Errors
    /// The store fails, or holds a policy that this program cannot read.
    pub async fn policy_of(&self, id: &str) -> Result<Option<Policy>, Trouble> {
        let toml: Option<String> = sqlx::query_scalar("SELECT toml FROM policy WHERE id = ?")
            .bind(id)
            .fetch_optional(self.store.read())
            .await?;
        toml.map(|toml| read(&toml)).transpose()
    }

    /// Takes the clinic's own policy into force, for every decision from now on.
    ///
    /// # Errors
    /// It has another form or is wider than it may be; store or vault.
    pub async fn use_policy(&self, toml: &str) -> Result<Policy, UseError> {
        let policy = Policy::from_toml(toml)?;
        let now = self.now();
        let mut write = self.store.write().await?;
        keep(&mut write, &policy, now).await?;
        sqlx::query("INSERT OR REPLACE INTO policy_in_force (id, policy) VALUES (1, ?)")
            .bind(&policy.id)
            .execute(&mut *write)
            .await?;
        let what = json!({ "policy": policy.id });
        let entry = self.staff_entry(now, "policy-in-force", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(policy)
    }
}

fn read(toml: &str) -> Result<Policy, Trouble> {
    Ok(Policy::from_toml(toml).map_err(|_| StoreError::Inconsistent("policy.toml"))?)
}

/// Keeps a policy's words beside the decisions made under it.
pub(crate) async fn keep(
    connection: &mut Connection,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO policy (id, toml, kept_at) VALUES (?, ?, ?)")
        .bind(&policy.id)
        .bind(&policy.toml)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}
