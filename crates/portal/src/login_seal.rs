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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::generate_key;
    use postern_protocol::base64url::FixedBytes;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    const LID: LinkId = FixedBytes([1; 16]);
    const LOGIN: LoginId = FixedBytes([2; 16]);
    const HERE: LoginPlace<'static> = LoginPlace { lid: &LID, slot: 3, login: &LOGIN };

    #[test]
    fn a_login_opens_in_its_own_place_and_in_no_other() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let key = generate_key(&mut rng);
        let sealed = HERE.seal(&mut rng, &key, &[7; KE2], b"state");
        let opened = HERE.open(&key, &sealed).unwrap();
        assert_eq!((opened.ke2(), opened.state()), (&[7; KE2][..], &b"state"[..]));
        let other = FixedBytes([9; 16]);
        for place in [
            LoginPlace { lid: &other, ..HERE },
            LoginPlace { slot: 4, ..HERE },
            LoginPlace { login: &other, ..HERE },
        ] {
            assert!(place.open(&key, &sealed).is_err());
        }
        assert!(HERE.open(&generate_key(&mut rng), &sealed).is_err());
    }

    #[test]
    fn a_login_that_is_done_opens_without_its_state_and_less_than_its_message_does_not() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let key = generate_key(&mut rng);
        let done = HERE.seal(&mut rng, &key, &[7; KE2], &[]);
        assert_eq!(HERE.open(&key, &done).unwrap().state(), b"");
        let short = HERE.seal(&mut rng, &key, &[7; KE2 - 1], &[]);
        assert!(HERE.open(&key, &short).is_err());
    }
}
