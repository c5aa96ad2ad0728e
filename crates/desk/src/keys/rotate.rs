//! A new key for answers. Messages from now on name it; the old one stays until nothing can come sealed to it any more
//! ([`super::destroy`]).

use crate::{
    desk::Desk,
    ledger::{self, Actor},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::keys::{ClinicKeyPair, PublicKey};

/// The key changes after so many seconds.
pub const LIFE_SECONDS: i64 = 30 * 24 * 60 * 60;

impl Desk {
    /// Makes a new key and retires the one before.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn rotate_clinic_key(&self, actor: Actor) -> Result<PublicKey, Trouble> {
        let mut rng = self.rng();
        let now = self.now();
        let pair = ClinicKeyPair::generate(&mut rng);
        let thumbprint = pair.public().thumbprint().to_text();
        let place = Place::new("clinic_key", "private", &thumbprint);
        let private = self.vault.seal(&mut rng, place, &pair.to_bytes());
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE clinic_key SET retired_at = ? WHERE retired_at IS NULL")
            .bind(now.0)
            .execute(&mut *write)
            .await?;
        sqlx::query("INSERT INTO clinic_key (thumbprint, private, made_at) VALUES (?, ?, ?)")
            .bind(&thumbprint)
            .bind(private)
            .bind(now.0)
            .execute(&mut *write)
            .await?;
        let what = serde_json::json!({ "answers_key": thumbprint });
        let entry = self.entry(now, actor, "clinic-key-rotated", None, what);
        ledger::append(&mut write, &self.vault, &mut rng, entry).await?;
        write.commit().await?;
        Ok(pair.public())
    }

    /// Rotates where the key in use is 30 days old.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn rotate_clinic_key_when_due(&self) -> Result<Option<PublicKey>, Trouble> {
        let made: i64 = sqlx::query_scalar("SELECT max(made_at) FROM clinic_key WHERE retired_at IS NULL")
            .fetch_one(self.store.read())
            .await?;
        if self.now().plus_seconds(-LIFE_SECONDS).0 < made {
            return Ok(None);
        }
        Ok(Some(self.rotate_clinic_key(Actor::Desk).await?))
    }
}
