//! How a desk shows the portal who it is: an ES256 JWT for each request, bound to method, path and body.

use crate::{
    base64url::FixedBytes,
    digest::Digest,
    id::ClinicId,
    jose::{header::Form, signed},
    keys::{PublicKey, SigningKeyPair},
    time::Timestamp,
};
use alloc::string::String;
use serde::{Deserialize, Serialize};

const FORM: Form = signed::es256("postern-desk+jwt");

/// Seconds that `iat` may differ from the portal's clock.
pub const LEEWAY_SECONDS: i64 = 60;

/// The claims, these and no others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskClaims {
    /// The clinic.
    pub iss: ClinicId,
    /// The portal's origin.
    pub aud: String,
    /// NumericDate, seconds.
    pub iat: i64,
    /// Used once.
    pub jti: FixedBytes<16>,
    /// HTTP method, upper case.
    pub method: String,
    /// Path and query as sent.
    pub path: String,
    /// Of the body; of nothing where there is none.
    pub body_sha256: Digest,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeskTokenError {
    /// Not a desk token's form.
    #[error("not a desk token")]
    Form,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// More than a minute from the portal's clock.
    #[error("the token is not of this minute")]
    Time,
}

/// Signs one.
pub fn sign(key: &SigningKeyPair, claims: &DeskClaims) -> String {
    let payload = serde_json::to_vec(claims).expect("claims are plain JSON");
    signed::seal(&FORM, key.public().thumbprint().to_text(), &payload, |bytes| key.sign(bytes).to_vec())
}

/// The clinic a token says it is of, to find its key. Nothing is verified.
pub fn issuer(compact: &str) -> Option<ClinicId> {
    let payload = compact.split('.').nth(1)?;
    let claims: DeskClaims = serde_json::from_slice(&crate::base64url::decode(payload).ok()?).ok()?;
    Some(claims.iss)
}

/// Verifies one under the clinic's key. The caller compares `aud`, `method`, `path`, `body_sha256` and spends `jti`.
///
/// # Errors
/// See [`DeskTokenError`].
pub fn verify(compact: &str, key: &PublicKey, now: Timestamp) -> Result<DeskClaims, DeskTokenError> {
    let signed = signed::Signed::read(compact, &FORM).map_err(|_| DeskTokenError::Form)?;
    if signed.kid != key.thumbprint().to_text() {
        return Err(DeskTokenError::Signature);
    }
    let payload = signed.verify_es256(key).map_err(|_| DeskTokenError::Signature)?;
    let claims: DeskClaims = serde_json::from_slice(&payload).map_err(|_| DeskTokenError::Form)?;
    if claims.iat.abs_diff(now.seconds()) <= LEEWAY_SECONDS.unsigned_abs() {
        Ok(claims)
    } else {
        Err(DeskTokenError::Time)
    }
}

crate::undisclosed!(DeskClaims);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    fn claims() -> DeskClaims {
        DeskClaims {
            iss: ClinicId::new("oak").unwrap(),
            aud: "https://door.example".into(),
            iat: 1_000,
            jti: FixedBytes([4; 16]),
            method: "POST".into(),
            path: "/api/v1/desk/sync".into(),
            body_sha256: sha256(b"{}"),
        }
    }

    #[test]
    fn a_token_holds_for_a_minute_either_way_and_only_under_its_key() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (key, other) = (SigningKeyPair::generate(&mut rng), SigningKeyPair::generate(&mut rng));
        let token = sign(&key, &claims());
        assert_eq!(issuer(&token), Some(claims().iss));
        for (seconds, fits) in [(939, false), (940, true), (1_000, true), (1_060, true), (1_061, false)] {
            let verdict = verify(&token, &key.public(), Timestamp(seconds * 1_000));
            assert_eq!(verdict.is_ok(), fits, "{seconds}");
        }
        assert_eq!(verify(&token, &other.public(), Timestamp(1_000_000)), Err(DeskTokenError::Signature));
    }

    #[test]
    fn what_is_no_token_names_no_clinic() {
        for text in ["", "a", "a.b", "a.b.c", "e30.e30.AA"] {
            assert_eq!(issuer(text), None);
        }
    }

    #[test]
    fn an_extreme_time_is_refused_without_overflow() {
        let key = SigningKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let token = sign(&key, &DeskClaims { iat: i64::MIN, ..claims() });
        assert_eq!(verify(&token, &key.public(), Timestamp(0)), Err(DeskTokenError::Time));
    }
}
