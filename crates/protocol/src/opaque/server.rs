//! The half that answers: the portal. It learns neither factor nor export key.

use super::{
    CONTEXT, Identities, KE1, KE3, Malformed, REGISTRATION_RECORD, REGISTRATION_REQUEST, Suite,
    credential_identifier, exact,
};
use crate::{
    base64url::FixedBytes,
    derive::hkdf,
    id::{ClinicId, LinkId},
};
use alloc::vec::Vec;
use opaque_ke::{
    CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, ServerLogin,
    ServerLoginParameters, ServerRegistration, ServerSetup,
};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// Bytes of a serialized setup.
pub const SETUP: usize = 97;

/// The portal's long-term OPAQUE secret: OPRF seed and 3DH key pair. Lives in the key file, never in the database.
#[derive(Clone)]
pub struct Setup(ServerSetup<Suite>);

/// An evaluated login, to be stored before `ke2` leaves.
pub struct Started {
    /// Second message, 259 bytes.
    pub ke2: Vec<u8>,
    /// What `finish` needs. Holds the session key and the expected KE3 in clear: seal it.
    pub state: Zeroizing<Vec<u8>>,
}

/// Why a login did not finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FinishError {
    /// KE3 or the stored state has another form.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// KE3 does not hold.
    #[error("the proof does not hold")]
    Wrong,
}

impl Setup {
    /// A new setup.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        Self(ServerSetup::new(rng))
    }

    /// From its 97 bytes.
    ///
    /// # Errors
    /// Another length, or no valid key pair.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        ServerSetup::deserialize(exact(bytes, SETUP)?).map(Self).map_err(|_| Malformed)
    }

    /// Its 97 bytes.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.serialize().to_vec())
    }

    /// Evaluates a registration request (33 bytes) to its response (66 bytes).
    ///
    /// # Errors
    /// The request has another length or is no valid point.
    pub fn registration(
        &self,
        clinic: &ClinicId,
        lid: &LinkId,
        slot: u16,
        request: &[u8],
    ) -> Result<Vec<u8>, Malformed> {
        let request = RegistrationRequest::<Suite>::deserialize(exact(request, REGISTRATION_REQUEST)?)
            .map_err(|_| Malformed)?;
        let identifier = credential_identifier(clinic, lid, slot);
        let start = ServerRegistration::start(&self.0, request, &identifier).map_err(|_| Malformed)?;
        Ok(start.message.serialize().to_vec())
    }

    /// Evaluates KE1 (98 bytes) against a stored record (129 bytes).
    ///
    /// # Errors
    /// Either has another length or is not valid.
    #[allow(clippy::too_many_arguments, reason = "these are what OPAQUE binds a login to")]
    pub fn start(
        &self,
        rng: &mut (impl CryptoRng + RngCore),
        clinic: &ClinicId,
        lid: &LinkId,
        slot: u16,
        record: &[u8],
        ke1: &[u8],
    ) -> Result<Started, Malformed> {
        let record = ServerRegistration::<Suite>::finish(read_record(record)?);
        let request = read_ke1(ke1)?;
        let identifier = credential_identifier(clinic, lid, slot);
        let identities = Identities::new(clinic, lid);
        let parameters = ServerLoginParameters { context: Some(CONTEXT), identifiers: identities.get() };
        let start = ServerLogin::start(rng, &self.0, Some(record), request, &identifier, parameters)
            .map_err(|_| Malformed)?;
        Ok(Started {
            ke2: start.message.serialize().to_vec(),
            state: Zeroizing::new(start.state.serialize().to_vec()),
        })
    }
}

fn read_ke1(ke1: &[u8]) -> Result<CredentialRequest<Suite>, Malformed> {
    CredentialRequest::deserialize(exact(ke1, KE1)?).map_err(|_| Malformed)
}

fn read_record(record: &[u8]) -> Result<RegistrationUpload<Suite>, Malformed> {
    RegistrationUpload::deserialize(exact(record, REGISTRATION_RECORD)?).map_err(|_| Malformed)
}

/// Whether KE1 can be evaluated: a malformed one costs no try.
///
/// # Errors
/// Another length, or no valid points.
pub fn check_ke1(ke1: &[u8]) -> Result<(), Malformed> {
    read_ke1(ke1).map(|_| ())
}

/// Whether a registration record can be stored.
///
/// # Errors
/// Another length, or no valid key.
pub fn check_record(record: &[u8]) -> Result<(), Malformed> {
    read_record(record).map(|_| ())
}

/// Checks KE3 (32 bytes) against the stored state and gives the session token.
///
/// # Errors
/// [`FinishError::Wrong`] where it does not hold.
pub fn finish(
    state: &[u8],
    clinic: &ClinicId,
    lid: &LinkId,
    ke3: &[u8],
) -> Result<FixedBytes<32>, FinishError> {
    let state = ServerLogin::<Suite>::deserialize(state).map_err(|_| Malformed)?;
    let ke3 = CredentialFinalization::<Suite>::deserialize(exact(ke3, KE3)?).map_err(|_| Malformed)?;
    let identities = Identities::new(clinic, lid);
    let parameters = ServerLoginParameters { context: Some(CONTEXT), identifiers: identities.get() };
    let done = state.finish(ke3, parameters).map_err(|_| FinishError::Wrong)?;
    let session_key = Zeroizing::new(done.session_key);
    Ok(FixedBytes(hkdf(None, &session_key, &[b"postern/v1 session"])))
}
