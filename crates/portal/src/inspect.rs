//! Looking at a portal's state folder without starting the portal: nothing is changed, nothing is taken for a restore. For the
//! operator's commands, which may run beside the portal.

use crate::{
    audit_check::{self, AuditVerdict},
    folder::{AuditMark, StateFolder},
    portal::PortalError,
    settings::Settings,
    store::{AuditHead, Clinic, Engine, Store, StorePassword},
};
use postern_protocol::keys::PublicKey;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// A portal's state folder, looked at.
pub struct Inspection {
    pub(crate) folder: StateFolder,
    settings: Settings,
    password: Option<StorePassword>,
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
        Ok(Self { settings: Settings::read(&state)?, folder: state, password: None })
    }

    /// With the password of the shared store's database.
    #[must_use]
    pub fn with_password(mut self, password: Option<StorePassword>) -> Self {
        self.password = password;
        self
    }

    /// Where the portal is reached.
    pub fn origin(&self) -> &str {
        &self.settings.origin
    }

    /// Whether its stores lie outside of the folder, for many nodes.
    pub fn is_shared(&self) -> bool {
        self.settings.shared.is_some()
    }

    /// Whether the link keys that this node reaches are those that the main store belongs to.
    ///
    /// # Errors
    /// The stores'.
    pub async fn link_keys_fit(&self) -> Result<bool, PortalError> {
        let found = self.engine()?.look_at_link_keys()?;
        let store = self.store().await?;
        let known = store.read().await?.key_store().await;
        store.close().await;
        Ok(known? == found)
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
        let verdict = audit_check::verify(&*store, kept.as_slice()).await;
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

    pub(crate) fn engine(&self) -> Result<Engine, PortalError> {
        Ok(self.settings.engine(&self.folder, self.password.as_ref())?)
    }

    pub(crate) async fn store(&self) -> Result<Arc<dyn Store>, PortalError> {
        self.engine()?.look_into().await?.ok_or(PortalError::NoStore)
    }
}
