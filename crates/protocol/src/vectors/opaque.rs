//! RFC 9807, appendix D: the vectors on P-256 (real 5 and 6, fake 3), whole, from the password to the session key.
//!
//! The library has no entry for given randomness, but it draws every random value once, in a fixed order, and takes a scalar
//! from the very bytes it draws: a generator that gives the printed bytes in that order makes it repeat the printed run.

use super::{hex, to_hex};
use crate::opaque::Suite;
use alloc::vec::Vec;
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialRequest, Identifiers, ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
};
use rand_core::{CryptoRng, Error, RngCore};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const CONTEXT: &[u8] = b"OPAQUE-POC";

/// Gives prepared bytes, and nothing when they are used up.
struct Scripted(Vec<u8>);

impl Scripted {
    fn of(parts: &[&[u8]]) -> Self {
        Self(parts.concat())
    }

    fn ends_here(self) {
        assert!(self.0.is_empty(), "{} bytes were not drawn", self.0.len());
    }
}

impl RngCore for Scripted {
    fn next_u32(&mut self) -> u32 {
        unreachable!("bytes only")
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("bytes only")
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        let rest = self.0.split_off(dest.len());
        dest.copy_from_slice(&self.0);
        self.0 = rest;
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Scripted {}

/// One printed vector: a name and its bytes a line.
struct Vector(Vec<(&'static str, Vec<u8>)>);

impl Vector {
    fn read(text: &'static str) -> Self {
        let line = |line: &'static str| line.split_once(": ").map(|(name, value)| (name, hex(value)));
        Self(text.lines().filter_map(line).collect())
    }

    fn maybe(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, bytes)| &bytes[..])
    }

    fn get(&self, name: &str) -> &[u8] {
        self.maybe(name).unwrap_or_else(|| panic!("{name} is missing"))
    }

    fn same(&self, name: &str, bytes: &[u8]) {
        assert_eq!(to_hex(bytes), to_hex(self.get(name)), "{name}");
    }

    fn identities(&self) -> Identifiers<'_> {
        Identifiers { client: self.maybe("client_identity"), server: self.maybe("server_identity") }
    }

    /// OPRF seed, private key, and the public key that stands in for a client who is not there.
    fn setup(&self, stand_in: &str) -> ServerSetup<Suite> {
        let bytes = [self.get("oprf_seed"), self.get("server_private_key"), self.get(stand_in)].concat();
        ServerSetup::deserialize(&bytes).unwrap()
    }

    fn parameters(&self) -> ServerLoginParameters<'_, '_> {
        ServerLoginParameters { context: Some(CONTEXT), identifiers: self.identities() }
    }
}

fn the_whole_run_is_repeated(text: &'static str) {
    let vector = Vector::read(text);
    let setup = vector.setup("server_public_key");
    vector.same("server_public_key", &setup.keypair().public().serialize());
    let password = vector.get("password");

    let mut rng = Scripted::of(&[vector.get("blind_registration"), vector.get("envelope_nonce")]);
    let started = ClientRegistration::<Suite>::start(&mut rng, password).unwrap();
    vector.same("registration_request", &started.message.serialize());
    let response =
        ServerRegistration::<Suite>::start(&setup, started.message, vector.get("credential_identifier"))
            .unwrap();
    vector.same("registration_response", &response.message.serialize());
    let parameters = ClientRegistrationFinishParameters::new(vector.identities(), None);
    let registered = started.state.finish(&mut rng, password, response.message, parameters).unwrap();
    vector.same("registration_upload", &registered.message.serialize());
    vector.same("export_key", &registered.export_key);
    rng.ends_here();

    let mut rng = Scripted::of(&[
        vector.get("blind_login"),
        vector.get("client_keyshare_seed"),
        vector.get("client_nonce"),
    ]);
    let login = ClientLogin::<Suite>::start(&mut rng, password).unwrap();
    vector.same("KE1", &login.message.serialize());
    rng.ends_here();

    // The first 32 bytes would be a stand-in's masking key: drawn always, used only where nobody is registered.
    let mut rng = Scripted::of(&[
        &[0; 32],
        vector.get("masking_nonce"),
        vector.get("server_keyshare_seed"),
        vector.get("server_nonce"),
    ]);
    let record = ServerRegistration::<Suite>::finish(registered.message);
    let identifier = vector.get("credential_identifier");
    let answered =
        ServerLogin::start(&mut rng, &setup, Some(record), login.message, identifier, vector.parameters())
            .unwrap();
    vector.same("KE2", &answered.message.serialize());
    rng.ends_here();

    let parameters = ClientLoginFinishParameters::new(Some(CONTEXT), vector.identities(), None);
    let mut none = Scripted::of(&[]);
    let done = login.state.finish(&mut none, password, answered.message, parameters).unwrap();
    vector.same("KE3", &done.message.serialize());
    vector.same("session_key", &done.session_key);
    vector.same("export_key", &done.export_key);
    let finished = answered.state.finish(done.message, vector.parameters()).unwrap();
    vector.same("session_key", &finished.session_key);
}

#[test]
fn rfc_9807_real_vector_5_without_identities() {
    the_whole_run_is_repeated(include_str!("../../vectors/rfc9807-real-5.txt"));
}

#[test]
fn rfc_9807_real_vector_6_with_identities() {
    the_whole_run_is_repeated(include_str!("../../vectors/rfc9807-real-6.txt"));
}

#[test]
fn rfc_9807_fake_vector_3_answers_for_nobody() {
    let vector = Vector::read(include_str!("../../vectors/rfc9807-fake-3.txt"));
    let setup = vector.setup("client_public_key");
    let mut rng = Scripted::of(&[
        vector.get("masking_key"),
        vector.get("masking_nonce"),
        vector.get("server_keyshare_seed"),
        vector.get("server_nonce"),
    ]);
    let request = CredentialRequest::<Suite>::deserialize(vector.get("KE1")).unwrap();
    let identifier = vector.get("credential_identifier");
    let answered =
        ServerLogin::start(&mut rng, &setup, None, request, identifier, vector.parameters()).unwrap();
    vector.same("KE2", &answered.message.serialize());
    rng.ends_here();
}
