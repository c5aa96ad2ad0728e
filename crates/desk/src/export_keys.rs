//! `desk export-keys`: everything an independent program needs to open and verify what the clinic received. It holds private
//! keys: whoever has it reads every answer.

use crate::{
    desk::Desk, feed::record::KeptRecord, ledger, store::StoreError, trouble::Trouble, vault::Place,
};
use postern_protocol::{base64url::FixedBytes, id::ClinicId, keys::PublicKey};
use serde::Serialize;
use serde_json::Value;

/// Keys and sealed answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportedKeys {
    /// The clinic.
    pub clinic: ClinicId,
    /// Private JWKs that answers are sealed to.
    pub clinic_keys: Vec<Value>,
    /// Public JWKs of the portal's receipts.
    pub portal_keys: Vec<PublicKey>,
    /// Every link with its patient's public signing key.
    pub links: Vec<ExportedLink>,
    /// Every answer that was booked.
    pub records: Vec<ExportedRecord>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportedLink {
    /// Its id.
    pub lid: String,
    /// Verifies the answers' signatures.
    pub signer: PublicKey,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedRecord {
    /// Its id.
    pub rid: String,
    /// Its link.
    pub lid: String,
    /// The message it answers.
    pub mid: String,
    /// As it came: `postern-record+jwe`.
    pub jwe: String,
    /// Its receipt: `postern-receipt+jwt`.
    pub receipt: String,
    /// Its own content encryption key, where the clinic's private key is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cek: Option<FixedBytes<32>>,
}

impl Desk {
    /// Exports them, and says so in the ledger.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn export_keys(&self) -> Result<ExportedKeys, Trouble> {
        let pairs = self.clinic_key_pairs().await?;
        let jwk = |text: String| {
            serde_json::from_str(&text).map_err(|_| StoreError::Inconsistent("clinic_key.private"))
        };
        let clinic_keys = pairs.iter().map(|(_, pair)| jwk(pair.private_jwk())).collect::<Result<_, _>>()?;
        let links: Vec<(String, String)> = sqlx::query_as("SELECT lid, signer FROM link ORDER BY made_at")
            .fetch_all(self.store.read())
            .await?;
        let link = |(lid, signer): (String, String)| {
            let signer =
                serde_json::from_str(&signer).map_err(|_| StoreError::Inconsistent("link.signer"))?;
            Ok(ExportedLink { lid, signer })
        };
        let links = links.into_iter().map(link).collect::<Result<_, StoreError>>()?;
        let records = self.exported_records().await?;
        let mut write = self.store.write().await?;
        let entry = self.staff_entry(self.now(), "keys-exported", None, Value::Null);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(ExportedKeys {
            clinic: self.clinic.public.id.clone(),
            clinic_keys,
            portal_keys: self.portal_keys().await?,
            links,
            records,
        })
    }

    async fn exported_records(&self) -> Result<Vec<ExportedRecord>, Trouble> {
        type Row = (String, String, String, String, String, Vec<u8>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT rid, lid, mid, jwe, receipt, sealed FROM record ORDER BY booked_at, rowid",
        )
        .fetch_all(self.store.read())
        .await?;
        rows.into_iter()
            .map(|(rid, lid, mid, jwe, receipt, sealed)| {
                let kept: KeptRecord = self.vault.open_json(Place::new("record", "sealed", &rid), &sealed)?;
                Ok(ExportedRecord { rid, lid, mid, jwe, receipt, cek: kept.cek })
            })
            .collect()
    }

    /// The ledger, oldest line first.
    ///
    /// # Errors
    /// Store or vault; a line that was changed.
    pub async fn ledger(&self) -> Result<Vec<ledger::Line>, Trouble> {
        ledger::read(&self.store, &self.vault).await
    }
}
