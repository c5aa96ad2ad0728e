//! A portal on a state folder: made once, opened, clinics enrolled, served.

use crate::{
    audit_check::{self, AuditVerdict},
    folder::{AuditMark, KeyFile, KeyFileError, NotPinnedYet, StateFolder, write_whole},
    host_name::{HostNameError, host_name_of},
    limits::{Limiter, Limits},
    metrics::Metrics,
    pairing::pair,
    randomness::{Entropy, Randomness},
    readiness::Readiness,
    restore::{self, RestoreError},
    running::Running,
    service::Service,
    settings::{Settings, SharedStores},
    shell::{AppFiles, AppFilesError},
    store::{
        Actor, AddressError, AuditEntry, AuditHead, Clinic, Event, LinkKeyStore, Outcome, Store, StoreError,
        StorePassword,
    },
};
use postern_protocol::{keys::PublicKey, time::Clock, wire::link_open::PublicClinic};
use serde::{Deserialize, Serialize};
use std::{future::Future, io, path::Path, sync::Arc};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
};

/// Why a portal cannot be made, opened, changed or served.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// The state folder cannot be read or written.
    #[error("the state folder cannot be read or written")]
    Folder(#[from] io::Error),
    /// The key file.
    #[error("the key file cannot be used")]
    Keys(#[from] KeyFileError),
    /// A store.
    #[error("the store cannot be used")]
    Store(#[from] StoreError),
    /// The main store's address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The link keys are another portal's.
    #[error(
        "the folder of the link keys is not the one that this store's links were made with. Is the right one mounted? Only if it is \
         lost for good: put an empty file named `restored` into the state folder"
    )]
    OtherLinkKeys,
    /// Settings in the folder are damaged.
    #[error("portal.json is damaged")]
    Settings,
    /// The origin or a host is not one.
    #[error(transparent)]
    Host(#[from] HostNameError),
    /// Another clinic has that host.
    #[error("another clinic has the host {0}")]
    HostTaken(String),
    /// The built app.
    #[error("the app cannot be served")]
    App(#[from] AppFilesError),
    /// There is no portal in the folder.
    #[error("there is no portal in {0}: make one with `postern portal init`")]
    NoPortal(String),
    /// The folder has settings and no store.
    #[error("the portal's store is missing: start the portal once, or restore it from a backup")]
    NoStore,
    /// The next signing key is not known everywhere yet.
    #[error(transparent)]
    NotPinned(#[from] NotPinnedYet),
}

impl From<RestoreError> for PortalError {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::Folder(error) => Self::Folder(error),
            RestoreError::Store(error) => Self::Store(error),
        }
    }
}

/// CLINIC.json: what a clinic brings to be enrolled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// What stands on the first page.
    pub clinic: PublicClinic,
    /// The clinic's host name, where it is not the portal's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Verifies its desk's requests.
    pub desk_key: PublicKey,
}

/// PORTAL.json: what the clinic's desk trusts from then on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalPin {
    /// `iss` of receipts, `aud` of the desk's tokens, where the API is.
    pub origin: String,
    /// Origin of this clinic's links, where the clinic has a host of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_origin: Option<String>,
    /// The keys of receipts: the one in use, then the next.
    pub keys: Vec<PublicKey>,
}

/// A portal on its state folder.
pub struct Portal {
    pub(crate) folder: StateFolder,
    pub(crate) origin: String,
    kept: AuditHead,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) link_keys: Arc<dyn LinkKeyStore>,
    clock: Arc<dyn Clock>,
    randomness: Arc<Randomness>,
    any_host: bool,
    limits: Limits,
    pins: Vec<PublicKey>,
}

impl Portal {
    /// Makes the state folder: settings and fresh keys; its stores will be in it too. A folder that has keys is left as it is.
    ///
    /// # Errors
    /// `origin` is not `https://HOST` (or `http` for a demo), or the folder has keys already.
    pub fn init(folder: &Path, origin: &str, entropy: Box<dyn Entropy>) -> Result<(), PortalError> {
        Self::make(folder, origin, None, entropy)
    }

    /// The same with stores that many nodes reach. The folder is copied to each of them.
    ///
    /// # Errors
    /// As [`Portal::init`].
    pub fn init_shared(
        folder: &Path,
        origin: &str,
        shared: SharedStores,
        entropy: Box<dyn Entropy>,
    ) -> Result<(), PortalError> {
        Self::make(folder, origin, Some(shared), entropy)
    }

    fn make(
        folder: &Path,
        origin: &str,
        shared: Option<SharedStores>,
        entropy: Box<dyn Entropy>,
    ) -> Result<(), PortalError> {
        host_name_of(origin)?;
        let folder = StateFolder::new(folder);
        folder.create()?;
        KeyFile::generate(&mut Randomness::new(entropy).generator()).create(&folder.keys())?;
        let settings = Settings::new(origin, shared);
        let json = serde_json::to_vec_pretty(&settings).map_err(|_| PortalError::Settings)?;
        Ok(write_whole(&folder.settings(), &json, true)?)
    }

    /// Opens it. Notices here whether the store was restored from a backup.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, PortalError> {
        Self::open_with_password(folder, clock, entropy, None).await
    }

    /// The same, with the password of the shared store's database.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn open_with_password(
        folder: &Path,
        clock: Arc<dyn Clock>,
        entropy: Box<dyn Entropy>,
        password: Option<StorePassword>,
    ) -> Result<Self, PortalError> {
        let folder = StateFolder::new(folder);
        let settings = Settings::read(&folder)?;
        let pins = KeyFile::read(&folder.keys())?.ring()?.pins();
        let engine = settings.engine(&folder, password.as_ref())?;
        let randomness = Arc::new(Randomness::new(entropy));
        let store = engine.open_store().await?;
        let link_keys = engine.open_link_keys(&mut randomness.generator()).await?;
        pair(&*store, &*link_keys, folder.restored().try_exists()?).await?;
        let kept = restore::begin(&folder, &*store, clock.now(), &randomness).await?;
        Ok(Self {
            folder,
            origin: settings.origin,
            kept,
            store,
            link_keys,
            clock,
            randomness,
            any_host: false,
            limits: Limits::default(),
            pins,
        })
    }

    /// Every host name is that of the one clinic: for demos and tests, where the host is an address.
    #[must_use]
    pub fn with_any_host(mut self) -> Self {
        self.any_host = true;
        self
    }

    /// Lets through as much as these say, from the next start on.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Adds a clinic, or changes a known one. A running portal serves it after its next start.
    ///
    /// # Errors
    /// The host is no host name, or another clinic's.
    pub async fn enrol(&self, enrolment: &Enrolment) -> Result<PortalPin, PortalError> {
        let own = host_name_of(&self.origin)?;
        let host = enrolment.host.as_deref().map_or_else(|| own.clone(), str::to_ascii_lowercase);
        // With a port it would be enrolled and never be found.
        if host_name_of(&format!("https://{host}"))? != host {
            return Err(HostNameError::with_port(&host).into());
        }
        let mut store = self.store.write().await?;
        if store.clinic_at(&host).await?.is_some_and(|clinic| clinic.public.id != enrolment.clinic.id) {
            return Err(PortalError::HostTaken(host));
        }
        let clinic = Clinic {
            public: enrolment.clinic.clone(),
            host: host.clone(),
            desk_key: enrolment.desk_key,
            synced: store.epoch().await?.ok_or(StoreError::Inconsistent("epoch"))?,
            heard: None,
            cursor: 0,
        };
        store.put_clinic(&clinic).await?;
        store
            .audit(AuditEntry {
                at: self.clock.now(),
                actor: Actor::System,
                lid: None,
                event: Event::ClinicEnrolled,
                outcome: Outcome::Done,
            })
            .await?;
        if let Some(head) = store.commit().await?.audit {
            AuditMark::read(&self.folder.audit_head())?.advance(head)?;
        }
        let link_origin = (host != own).then(|| format!("https://{host}"));
        Ok(PortalPin { origin: self.origin.clone(), link_origin, keys: self.pins.clone() })
    }

    /// Puts the parts together: the app filled for every clinic; nothing runs yet.
    ///
    /// # Errors
    /// The app cannot be read, or the keys.
    pub async fn start(&self, app: Option<&Path>) -> Result<Running, PortalError> {
        let clinics = self.store.read().await?.clinics().await?;
        let app = app.map(|folder| AppFiles::load(folder, &clinics)).transpose()?.unwrap_or_default();
        let (stop, stopping) = watch::channel(false);
        let service = Service {
            folder: self.folder.clone(),
            limiter: Limiter::new(&self.limits, &mut self.randomness.generator()),
            metrics: Metrics::new(),
            readiness: Readiness::default(),
            store: self.store.clone(),
            link_keys: self.link_keys.clone(),
            keys: KeyFile::read(&self.folder.keys())?.ring()?,
            origin: self.origin.clone(),
            clock: self.clock.clone(),
            randomness: self.randomness.clone(),
            mark: AuditMark::read(&self.folder.audit_head())?,
            fed: Notify::new(),
            stopping,
            any_host: self.any_host,
            app,
        };
        Ok(Running::new(service, stop, self.limits.sizes.connections))
    }

    /// Serves until `shutdown`, then lets running calls finish. `beside` holds routes of the caller's (the demo's).
    ///
    /// # Errors
    /// As [`Portal::start`], or the listener's.
    pub async fn serve(
        &self,
        listener: TcpListener,
        app: Option<&Path>,
        beside: axum::Router,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), PortalError> {
        let running = self.start(app).await?;
        running.serve(listener, beside, shutdown).await?;
        self.close().await;
        Ok(())
    }

    /// Compares the audit log with itself, with the mark that stood beside it when this portal was opened and, where given,
    /// with a head that the desk kept.
    ///
    /// # Errors
    /// The store's.
    pub async fn verify_audit(&self, kept: Option<AuditHead>) -> Result<AuditVerdict, PortalError> {
        let kept: Vec<AuditHead> = kept.into_iter().chain([self.kept]).collect();
        Ok(audit_check::verify(&*self.store, &kept).await?)
    }

    /// Closes both stores.
    pub async fn close(&self) {
        self.store.close().await;
        self.link_keys.close().await;
    }
}
