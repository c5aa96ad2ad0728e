//! The private half of a retired clinic key goes when no live link's message names it and the feed is past the last answer that
//! can have been sealed to it: the portal takes none for a link that has ended, so a page of the feed that was asked for after
//! the last such link ended, and says that there is no more, is past it.
//!
//! What the key opened stays openable: before it goes, each booked answer gets its own content encryption key beside it, sealed
//! in the vault. It opens that one answer and shows that the receipted bytes are what was booked.

use crate::{
    desk::Desk,
    feed::record::KeptRecord,
    ledger::{self, Actor, Entry},
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{base64url::FixedBytes, envelope::record, keys::ClinicKeyPair};

/// Whoever began to send before the key was retired has put its message into the store by then.
const BEGUN_SENDS_SECONDS: i64 = 60 * 60;

/// Retired keys that nothing live names. An answer that waits for an earlier one still needs its key.
const DUE: &str = "SELECT thumbprint FROM clinic_key WHERE retired_at < ? AND destroyed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM message JOIN link USING (lid) WHERE clinic_key = thumbprint
      AND (state IN ('new', 'active', 'locked', 'recalling', 'closing')
        OR EXISTS (SELECT 1 FROM incident WHERE incident.lid = link.lid AND reason = 'gap' AND resolved_at IS NULL)))
    ORDER BY made_at";

/// Keys that could go as soon as the feed is read to its end. Made before a page is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Due(Vec<String>);

impl Desk {
    pub(crate) async fn clinic_keys_due(&self) -> Result<Due, Trouble> {
        let before = self.now().plus_seconds(-BEGUN_SENDS_SECONDS);
        Ok(Due(sqlx::query_scalar(DUE).bind(before.0).fetch_all(self.store.read()).await?))
    }

    /// The feed was read to its end since `due` was made: destroys them. Gives how many went.
    pub(crate) async fn destroy_clinic_keys(&self, due: Due) -> Result<usize, Trouble> {
        let mut gone = 0;
        for thumbprint in due.0 {
            let mut write = self.store.write().await?;
            let now = self.now();
            let before = now.plus_seconds(-BEGUN_SENDS_SECONDS);
            let still: Vec<String> = sqlx::query_scalar(DUE).bind(before.0).fetch_all(&mut *write).await?;
            let pair = self.clinic_key_pair(&thumbprint).await?;
            let (true, Some(pair)) = (still.contains(&thumbprint), pair) else { continue };
            self.keep_each_answers_own_key(&mut write, &pair).await?;
            sqlx::query("UPDATE clinic_key SET private = x'', destroyed_at = ? WHERE thumbprint = ?")
                .bind(now.0)
                .bind(&thumbprint)
                .execute(&mut *write)
                .await?;
            let what = serde_json::json!({ "answers_key": thumbprint });
            let entry = Entry { at: now, actor: Actor::Desk, kind: "clinic-key-destroyed", lid: None, what };
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
            write.commit().await?;
            gone += 1;
        }
        if gone > 0 {
            self.store.forget().await?;
        }
        Ok(gone)
    }

    async fn keep_each_answers_own_key(
        &self,
        connection: &mut Connection,
        pair: &ClinicKeyPair,
    ) -> Result<(), Trouble> {
        let rows: Vec<(String, String, Vec<u8>)> =
            sqlx::query_as("SELECT rid, jwe, sealed FROM record").fetch_all(&mut *connection).await?;
        let thumbprint = pair.public().thumbprint();
        for (rid, jwe, sealed) in rows {
            if record::look(&jwe).map(|outside| outside.kid) != Ok(thumbprint) {
                continue;
            }
            let place = Place::new("record", "sealed", &rid);
            let mut kept: KeptRecord = self.vault.open_json(place, &sealed)?;
            let key = record::content_encryption_key(&jwe, pair)
                .map_err(|_| StoreError::Inconsistent("record.jwe"))?;
            kept.cek = Some(FixedBytes(*key.as_bytes()));
            let sealed = self.vault.seal_json(&mut self.rng(), place, &kept);
            sqlx::query("UPDATE record SET sealed = ? WHERE rid = ?")
                .bind(sealed)
                .bind(&rid)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}
