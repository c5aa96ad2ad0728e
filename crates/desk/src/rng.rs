//! Randomness is a parameter: the program hands over the operating system's generator, a test a seeded one.

use rand_core::{CryptoRng, CryptoRngCore, Error, RngCore};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One generator shared by everything a desk does.
#[derive(Clone)]
pub struct SharedRng(Arc<Mutex<Box<dyn CryptoRngCore + Send>>>);

impl SharedRng {
    /// Shares a generator.
    pub fn new(rng: impl CryptoRngCore + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(rng))))
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn CryptoRngCore + Send>> {
        // A generator has no state that a panic elsewhere could leave half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RngCore for SharedRng {
    fn next_u32(&mut self) -> u32 {
        self.lock().next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.lock().next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.lock().fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.lock().try_fill_bytes(bytes)
    }
}

impl CryptoRng for SharedRng {}
