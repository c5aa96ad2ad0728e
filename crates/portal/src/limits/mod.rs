//! How much of everything: calls of an address, of a link, of a clinic and of its desk, and what may be under way at
//! once. Counted in this process's memory alone; a table's size is fixed, and it holds hashes under a random key that is
//! made at start (docs/LOGGING.md: no address is kept).

mod proxies;
mod rate;
mod room;
mod table;

pub use proxies::{Caller, TrustedProxies};
pub use rate::{NotARate, Rate};
pub use room::{Place, Room, Sizes, Weight};

use crate::{refusal::Refusal, sealing::generate_key};
use postern_protocol::id::{ClinicId, LinkId};
use rand_core::{CryptoRng, RngCore};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use table::Table;

/// Calls of one clinic's desk that may wait for news at the same time: it needs one, and one that was cut off may linger.
const WAITS_OF_A_DESK: u8 = 4;

/// What a portal lets through.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Calls from one address, or one /64 of IPv6.
    pub address: Rate,
    /// Calls with one link.
    pub link: Rate,
    /// Calls of patients to one clinic's host.
    pub clinic: Rate,
    /// Calls of one clinic's desk.
    pub desk: Rate,
    /// What may be under way at once.
    pub sizes: Sizes,
    /// Who says what address a caller has.
    pub proxies: TrustedProxies,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Many patients stand behind one address of a phone company; a page with its files is ten calls.
            address: Rate::limited(20, 300),
            link: Rate::limited(2, 120),
            clinic: Rate::limited(1000, 5000),
            desk: Rate::limited(100, 1000),
            sizes: Sizes::default(),
            proxies: TrustedProxies::default(),
        }
    }
}

impl Limits {
    /// No rate is limited: for tests that call a thousand times, and for measurements.
    #[must_use]
    pub fn without_rates(self) -> Self {
        let off = Rate::Unlimited;
        Self { address: off, link: off, clinic: off, desk: off, ..self }
    }
}

/// Which limit refused a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Its address's.
    Address,
    /// Its link's.
    Link,
    /// Its clinic's.
    Clinic,
    /// Its desk's.
    Desk,
    /// Its desk waits already.
    Waits,
    /// The portal's own.
    Room,
}

/// Counts.
pub struct Limiter {
    address: Option<Table>,
    link: Option<Table>,
    clinic: Option<Table>,
    desk: Option<Table>,
    proxies: TrustedProxies,
    /// The places of calls.
    pub room: Room,
    waiting: Arc<Mutex<HashMap<ClinicId, u8>>>,
}

impl Limiter {
    /// Nobody has called yet.
    pub fn new(limits: &Limits, rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut table = |rate| Table::new(rate, *generate_key(rng));
        Self {
            address: table(limits.address),
            link: table(limits.link),
            clinic: table(limits.clinic),
            desk: table(limits.desk),
            proxies: limits.proxies.clone(),
            room: Room::new(limits.sizes),
            waiting: Arc::default(),
        }
    }

    /// Who says what address a caller has.
    pub fn proxies(&self) -> &TrustedProxies {
        &self.proxies
    }

    /// One more call from an address.
    ///
    /// # Errors
    /// `too-many-requests`.
    pub fn address(&self, caller: Caller) -> Result<(), Refusal> {
        match caller {
            Caller::Address(address) => count(self.address.as_ref(), Limit::Address, &address),
            Caller::Anybody => Ok(()),
        }
    }

    /// One more call with a link. Only who holds it knows its id.
    ///
    /// # Errors
    /// `too-many-requests`.
    pub fn link(&self, lid: &LinkId) -> Result<(), Refusal> {
        count(self.link.as_ref(), Limit::Link, &lid.0)
    }

    /// One more call of a patient to a clinic's host.
    ///
    /// # Errors
    /// `too-many-requests`.
    pub fn clinic(&self, host: &str) -> Result<(), Refusal> {
        count(self.clinic.as_ref(), Limit::Clinic, host.as_bytes())
    }

    /// One more call of a desk whose token holds: nobody else's calls count against it.
    ///
    /// # Errors
    /// `too-many-requests`.
    pub fn desk(&self, clinic: &ClinicId) -> Result<(), Refusal> {
        count(self.desk.as_ref(), Limit::Desk, clinic.as_str().as_bytes())
    }

    /// A desk begins to wait.
    ///
    /// # Errors
    /// `too-many-requests` where it waits several times already.
    pub fn wait(&self, clinic: &ClinicId) -> Result<Waiting, Refusal> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.entry(clinic.clone()).or_default();
        if *count >= WAITS_OF_A_DESK {
            return Err(Refusal::too_many(Limit::Waits, 5));
        }
        *count += 1;
        Ok(Waiting { clinic: clinic.clone(), waiting: self.waiting.clone() })
    }

    /// Forgets who has not called lately.
    pub fn tidy(&self) {
        [&self.address, &self.link, &self.clinic, &self.desk].into_iter().flatten().for_each(Table::tidy);
    }
}

fn count(table: Option<&Table>, limit: Limit, caller: &[u8]) -> Result<(), Refusal> {
    let Some(table) = table else { return Ok(()) };
    table.count(caller).map_err(|wait| {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Refusal::too_many(limit, u32::try_from(seconds).unwrap_or(u32::MAX))
    })
}

/// A desk that waits; over when dropped.
pub struct Waiting {
    clinic: ClinicId,
    waiting: Arc<Mutex<HashMap<ClinicId, u8>>>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = waiting.get_mut(&self.clinic) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.clinic);
            }
        }
    }
}
