//! A passphrase stretched by argon2id (RFC 9106).

use super::VaultError;
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

const SHORTEST: usize = 12;

/// Salt and cost, kept in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// 16 random bytes.
    pub salt: Vec<u8>,
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Stretch {
    /// A new salt with RFC 9106's second recommended cost (64 MiB, 3 passes, 4 lanes).
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut salt = vec![0; 16];
        rng.fill_bytes(&mut salt);
        Self { salt, memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }

    pub(super) fn apply(&self, passphrase: &str) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| VaultError::HeaderDamaged)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, key.as_mut())
            .map_err(|_| VaultError::HeaderDamaged)?;
        Ok(key)
    }
}

pub(super) fn check_length(passphrase: &str) -> Result<(), VaultError> {
    if passphrase.chars().count() < SHORTEST { Err(VaultError::PassphraseShort(SHORTEST)) } else { Ok(()) }
}
