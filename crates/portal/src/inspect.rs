//! Looking at a portal's state folder without starting the portal: nothing is changed, nothing is taken for a restore. For the
//! operator's commands, which may run beside the portal.

use crate::{
    audit_check::{self, AuditVerdict},
    folder::{AuditMark, StateFolder},
    portal::{PortalError, Settings},
    store::{AuditHead, Clinic, Store, sqlite::SqliteStore},
};
use postern_protocol::keys::PublicKey;
use std::path::{Path, PathBuf};

/// A portal's state folder, looked at.
pub struct Inspection {
    pub(crate) folder: StateFolder,
    origin: String,
}

/// A clinic that the portal serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledClinic {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its host name.
    pub host: String,
    /// Verifies its desk's requests.
    pub desk_key: PublicKey,
}

impl Inspection {
    /// Of a folder.
    ///
    /// # Errors
    /// There is no portal in it.
    pub fn of(folder: &Path) -> Result<Self, PortalError> {
        let state = StateFolder::new(folder);
        if !state.settings().is_file() {
            return Err(PortalError::NoPortal(folder.display().to_string()));
        }
        let origin = Settings::read(&state)?.origin;
        Ok(Self { folder: state, origin })
    }

    /// Where the portal is reached.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Files that hold secrets or state, with what each is; those that are there.
    pub fn files(&self) -> Vec<PathBuf> {
        let all = [
            self.folder.keys(),
            self.folder.sealed_keys(),
            self.folder.settings(),
            self.folder.store(),
            self.folder.link_keys(),
            self.folder.audit_head(),
        ];
        all.into_iter().filter(|file| file.exists()).collect()
    }

    /// Every clinic that is served.
    ///
    /// # Errors
    /// The store's.
    pub async fn clinics(&self) -> Result<Vec<EnrolledClinic>, PortalError> {
        let store = self.store().await?;
        let clinics = store.read().await?.clinics().await?;
        store.close().await;
        let enrolled = |Clinic { public, host, desk_key, .. }| EnrolledClinic {
            id: public.id.to_string(),
            name: public.name,
            host,
            desk_key,
        };
        Ok(clinics.into_iter().map(enrolled).collect())
    }

    /// Compares the audit log with itself and, where given, with a head that the desk kept.
    ///
    /// # Errors
    /// The store's.
    pub async fn verify_audit(&self, kept: Option<AuditHead>) -> Result<AuditVerdict, PortalError> {
        let store = self.store().await?;
        let verdict = audit_check::verify(&store, kept.as_slice()).await;
        store.close().await;
        Ok(verdict?)
    }

    /// The newest row that the portal itself noted outside of its store; `None` where nothing is noted.
    ///
    /// # Errors
    /// The note cannot be read.
    pub fn noted_audit_head(&self) -> Result<Option<AuditHead>, PortalError> {
        let newest = AuditMark::read(&self.folder.audit_head())?.newest();
        Ok((newest.n > 0).then_some(newest))
    }

    pub(crate) async fn store(&self) -> Result<SqliteStore, PortalError> {
        if !self.folder.store().is_file() {
            return Err(PortalError::NoStore);
        }
        Ok(SqliteStore::look_into(&self.folder.store()).await?)
    }
}
