//! The half that knows the factor: the patient's page at login, the desk at registration.

use super::{CONTEXT, Identities, KE2, Malformed, REGISTRATION_RESPONSE, Suite, exact};
use crate::{
    base64url::FixedBytes,
    derive::{LinkKeys, Secret32, hkdf},
    factor::Factor,
    id::ClinicId,
};
use alloc::vec::Vec;
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters,
    CredentialResponse, RegistrationResponse, errors::ProtocolError,
};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// What only the right factor gives; the slot is sealed under it.
pub type ExportKey = Secret32;

/// Why no factor was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FactorError {
    /// Another factor than the registered one.
    #[error("the factor is wrong")]
    Wrong,
    /// The portal's message is none.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

fn password(keys: &LinkKeys, factor: &Factor) -> Zeroizing<Vec<u8>> {
    let text = Zeroizing::new(factor.canonical_text());
    let mut password = Zeroizing::new(Vec::with_capacity(32 + text.len()));
    password.extend_from_slice(keys.factor.as_bytes());
    password.extend_from_slice(text.as_bytes());
    password
}

/// A registration between its two messages.
pub struct Registration {
    state: ClientRegistration<Suite>,
    password: Zeroizing<Vec<u8>>,
    identities: Identities,
}

/// A finished registration.
pub struct Registered {
    /// What the portal stores, 129 bytes.
    pub record: Vec<u8>,
    /// What the slot is sealed under.
    pub export_key: ExportKey,
}

impl Registration {
    /// Makes the request, 33 bytes.
    pub fn start(
        rng: &mut (impl CryptoRng + RngCore),
        keys: &LinkKeys,
        factor: &Factor,
        clinic: &ClinicId,
    ) -> (Self, Vec<u8>) {
        let password = password(keys, factor);
        let start = ClientRegistration::<Suite>::start(rng, &password)
            .expect("a password of at most 64 bytes can be blinded");
        let identities = Identities::new(clinic, &keys.lid);
        (Self { state: start.state, password, identities }, start.message.serialize().to_vec())
    }

    /// Takes the portal's evaluation, 66 bytes.
    ///
    /// # Errors
    /// The evaluation has another length or is no valid point.
    pub fn finish(
        self,
        rng: &mut (impl CryptoRng + RngCore),
        response: &[u8],
    ) -> Result<Registered, Malformed> {
        let response = RegistrationResponse::deserialize(exact(response, REGISTRATION_RESPONSE)?)
            .map_err(|_| Malformed)?;
        let parameters = ClientRegistrationFinishParameters::new(self.identities.get(), None);
        let done = self.state.finish(rng, &self.password, response, parameters).map_err(|_| Malformed)?;
        Ok(Registered {
            record: done.message.serialize().to_vec(),
            export_key: Secret32::from_bytes(done.export_key.into()),
        })
    }
}

/// A login between its messages. Keep it until the portal answers: the same KE1 may be sent again.
pub struct Login {
    state: ClientLogin<Suite>,
    password: Zeroizing<Vec<u8>>,
    identities: Identities,
}

/// The factor was right.
pub struct LoggedIn {
    /// Third message, 32 bytes.
    pub ke3: Vec<u8>,
    /// What the slot is sealed under.
    pub export_key: ExportKey,
    /// The session token: derived on both sides, never sent before it is used.
    pub token: FixedBytes<32>,
}

impl Login {
    /// Makes KE1, 98 bytes.
    pub fn start(
        rng: &mut (impl CryptoRng + RngCore),
        keys: &LinkKeys,
        factor: &Factor,
        clinic: &ClinicId,
    ) -> (Self, Vec<u8>) {
        let password = password(keys, factor);
        let start = ClientLogin::<Suite>::start(rng, &password)
            .expect("a password of at most 64 bytes can be blinded");
        let identities = Identities::new(clinic, &keys.lid);
        (Self { state: start.state, password, identities }, start.message.serialize().to_vec())
    }

    /// Takes KE2, 259 bytes: here it shows whether the factor was right.
    ///
    /// # Errors
    /// [`FactorError::Wrong`], or a message that is none.
    pub fn finish(self, rng: &mut (impl CryptoRng + RngCore), ke2: &[u8]) -> Result<LoggedIn, FactorError> {
        let response = CredentialResponse::deserialize(exact(ke2, KE2)?)
            .map_err(|_| FactorError::Malformed(Malformed))?;
        let parameters = ClientLoginFinishParameters::new(Some(CONTEXT), self.identities.get(), None);
        let done =
            self.state.finish(rng, &self.password, response, parameters).map_err(|error| match error {
                ProtocolError::InvalidLoginError => FactorError::Wrong,
                _ => FactorError::Malformed(Malformed),
            })?;
        let session_key = Zeroizing::new(done.session_key);
        Ok(LoggedIn {
            ke3: done.message.serialize().to_vec(),
            export_key: Secret32::from_bytes(done.export_key.into()),
            token: FixedBytes(hkdf(None, &session_key, &[b"postern/v1 session"])),
        })
    }
}
