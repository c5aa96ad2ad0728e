//! A login at rest: KE2 ‖ OPAQUE's state, sealed under the key file's login key, because the state holds the session key
//! and the expected KE3 in clear. Associated data: lid ‖ slot ‖ login.

use crate::sealing::{DoesNotOpen, Key, open, seal};
use postern_protocol::{
    id::{LinkId, LoginId},
    opaque::KE2,
};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// An opened login.
pub struct OpenedLogin(Zeroizing<Vec<u8>>);

impl OpenedLogin {
    /// The second message.
    pub fn ke2(&self) -> &[u8] {
        &self.0[..KE2]
    }

    /// OPAQUE's state; empty once the login is done.
    pub fn state(&self) -> &[u8] {
        &self.0[KE2..]
    }
}

/// Where a login belongs.
#[derive(Clone, Copy)]
pub struct LoginPlace<'a> {
    /// The link it was started with.
    pub lid: &'a LinkId,
    /// The slot it tries.
    pub slot: u16,
    /// Its id.
    pub login: &'a LoginId,
}

impl LoginPlace<'_> {
    fn bytes(&self) -> Vec<u8> {
        [&self.lid.0[..], &self.slot.to_be_bytes(), &self.login.0[..]].concat()
    }

    /// Seals a login.
    pub fn seal(&self, rng: &mut (impl CryptoRng + RngCore), key: &Key, ke2: &[u8], state: &[u8]) -> Vec<u8> {
        seal(rng, key, &self.bytes(), &Zeroizing::new([ke2, state].concat()))
    }

    /// Opens a login.
    ///
    /// # Errors
    /// Another key or place.
    pub fn open(&self, key: &Key, sealed: &[u8]) -> Result<OpenedLogin, DoesNotOpen> {
        let plain = open(key, &self.bytes(), sealed)?;
        if plain.len() < KE2 { Err(DoesNotOpen) } else { Ok(OpenedLogin(plain)) }
    }
}
