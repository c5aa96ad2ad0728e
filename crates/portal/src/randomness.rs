//! Randomness is a parameter: one source is handed in at start, every call forks a generator of its own from it.

use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, RngCore, SeedableRng};
use std::sync::{Mutex, PoisonError};

/// A source of randomness that can be handed to a portal: the operating system's, or a seeded one in tests.
pub trait Entropy: RngCore + CryptoRng + Send {}

impl<T: RngCore + CryptoRng + Send> Entropy for T {}

/// The portal's one source.
pub struct Randomness(Mutex<Box<dyn Entropy>>);

impl Randomness {
    /// Takes the source.
    pub fn new(source: Box<dyn Entropy>) -> Self {
        Self(Mutex::new(source))
    }

    /// A generator for one call, which may be held across an await.
    pub fn generator(&self) -> ChaCha20Rng {
        let mut seed = [0; 32];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut seed);
        ChaCha20Rng::from_seed(seed)
    }
}
