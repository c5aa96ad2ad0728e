use super::{Epoch, Result};
use async_trait::async_trait;
use postern_protocol::{id::ClinicId, keys::PublicKey, time::Timestamp, wire::link_open::PublicClinic};

/// A clinic that this portal serves.
#[derive(Debug, Clone, PartialEq)]
pub struct Clinic {
    /// What stands on the first page; its `id` names the clinic.
    pub public: PublicClinic,
    /// Its host name, lower case, without port.
    pub host: String,
    /// Verifies its desk's tokens.
    pub desk_key: PublicKey,
    /// The epoch for which its desk has told the state of its links.
    pub synced: Epoch,
    /// When its desk last asked for news.
    pub heard: Option<Timestamp>,
    /// Everything up to here has reached its desk.
    pub cursor: u64,
}

/// Clinics.
#[async_trait]
pub trait Clinics {
    /// By id.
    async fn clinic(&mut self, id: &ClinicId) -> Result<Option<Clinic>>;

    /// By host name.
    async fn clinic_at(&mut self, host: &str) -> Result<Option<Clinic>>;

    /// All, ascending by id.
    async fn clinics(&mut self) -> Result<Vec<Clinic>>;

    /// Adds a clinic, or changes public block, host and key of a known one.
    async fn put_clinic(&mut self, clinic: &Clinic) -> Result<()>;

    /// Its desk asked for news.
    async fn note_heard(&mut self, id: &ClinicId, at: Timestamp) -> Result<()>;

    /// Its desk told the state of all its links.
    async fn note_synced(&mut self, id: &ClinicId, epoch: &Epoch) -> Result<()>;
}
