//! P-256 key pairs: the clinic's for sealing, the portal's and the desk's for signing, the patient's derived from the
//! content key.

use crate::{
    base64url::{self, FixedBytes},
    derive::{ContentKey, hkdf},
    digest::{Digest, sha256},
};
use alloc::{format, string::String};
use p256::{
    EncodedPoint, NonZeroScalar, Scalar, SecretKey,
    ecdsa::{Signature, SigningKey, VerifyingKey, signature::Signer, signature::Verifier},
    elliptic_curve::{generic_array::GenericArray, hash2curve::FromOkm, sec1::FromEncodedPoint},
};
use postern_json::{FromJson, Value};
use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

/// The bytes are no P-256 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a P-256 key")]
pub struct NotAKey;

/// A public P-256 key; a JWK `{kty, crv, x, y}` in JSON (RFC 7518 section 6.2), the point checked to be on the curve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(p256::PublicKey);

/// The members of an EC JWK, these and no others.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Jwk {
    kty: String,
    crv: String,
    x: FixedBytes<32>,
    y: FixedBytes<32>,
}

impl PublicKey {
    fn coordinates(&self) -> (FixedBytes<32>, FixedBytes<32>) {
        use p256::elliptic_curve::sec1::ToEncodedPoint;
        let point = self.0.to_encoded_point(false);
        let bytes = point.as_bytes();
        let half = |from: usize| FixedBytes(core::array::from_fn(|i| bytes[from + i]));
        (half(1), half(33))
    }

    fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, NotAKey> {
        let point = EncodedPoint::from_affine_coordinates(x.into(), y.into(), false);
        Option::from(p256::PublicKey::from_encoded_point(&point)).map(Self).ok_or(NotAKey)
    }

    /// RFC 7638: SHA-256 of `{"crv":"P-256","kty":"EC","x":"…","y":"…"}`.
    pub fn thumbprint(&self) -> Digest {
        let (x, y) = self.coordinates();
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, x.to_text(), y.to_text());
        sha256(members.as_bytes())
    }

    pub(crate) fn inner(&self) -> &p256::PublicKey {
        &self.0
    }

    /// Checks an ES256 signature (64 bytes, r ‖ s).
    pub(crate) fn verify(&self, signed: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| VerifyingKey::from(&self.0).verify(signed, &signature).is_ok())
    }
}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PublicKey({})", self.thumbprint().to_text())
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (x, y) = self.coordinates();
        Jwk { kty: "EC".into(), crv: "P-256".into(), x, y }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let jwk = Jwk::deserialize(deserializer)?;
        if jwk.kty != "EC" || jwk.crv != "P-256" {
            return Err(serde::de::Error::custom(NotAKey));
        }
        Self::from_coordinates(&jwk.x.0, &jwk.y.0).map_err(serde::de::Error::custom)
    }
}

impl FromJson for PublicKey {
    fn from_json(value: &Value) -> Option<Self> {
        let jwk = value.as_object().filter(|jwk| jwk.len() == 4)?;
        let is = |name: &str, text: &str| jwk.get(name).and_then(Value::as_str) == Some(text);
        let (x, y): (FixedBytes<32>, FixedBytes<32>) = (value.read("x")?, value.read("y")?);
        if is("kty", "EC") && is("crv", "P-256") { Self::from_coordinates(&x.0, &y.0).ok() } else { None }
    }
}

/// The clinic's key pair that answers are sealed to (ECDH-ES).
#[derive(Clone)]
pub struct ClinicKeyPair(SecretKey);

/// A key pair that signs ES256: the portal's receipts, the desk's requests. Deterministic nonces (RFC 6979).
#[derive(Clone)]
pub struct SigningKeyPair(SigningKey);

fn random_secret(rng: &mut (impl CryptoRng + RngCore)) -> SecretKey {
    loop {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        let key = SecretKey::from_bytes(GenericArray::from_slice(&bytes));
        bytes.zeroize();
        if let Ok(key) = key {
            return key;
        }
    }
}

impl ClinicKeyPair {
    /// A new key pair.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        Self(random_secret(rng))
    }

    /// From the private scalar, 32 bytes big-endian.
    ///
    /// # Errors
    /// Zero, or not below the group's order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAKey> {
        SecretKey::from_bytes(bytes.into()).map(Self).map_err(|_| NotAKey)
    }

    /// The private scalar, 32 bytes big-endian.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key())
    }

    /// The private JWK, for an independent check of what the clinic received.
    pub fn private_jwk(&self) -> String {
        let (x, y) = self.public().coordinates();
        let d = base64url::encode(&self.to_bytes());
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}","d":"{d}"}}"#, x.to_text(), y.to_text())
    }

    /// The shared secret with an ephemeral public key: the x coordinate (RFC 7518 section 4.6).
    pub(crate) fn agree(&self, ephemeral: &PublicKey) -> p256::ecdh::SharedSecret {
        p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), ephemeral.inner().as_affine())
    }
}

impl SigningKeyPair {
    /// A new key pair.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        Self(random_secret(rng).into())
    }

    /// From the private scalar, 32 bytes big-endian.
    ///
    /// # Errors
    /// Zero, or not below the group's order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAKey> {
        SigningKey::from_bytes(bytes.into()).map(Self).map_err(|_| NotAKey)
    }

    /// The private scalar, 32 bytes big-endian.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(p256::PublicKey::from(self.0.verifying_key()))
    }

    /// ES256 over some bytes: 64 bytes, r ‖ s.
    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(bytes);
        signature.to_bytes().into()
    }
}

/// The key a patient's answers are signed with: 48 bytes of HKDF of the content key, reduced modulo the group's order.
#[derive(Clone)]
pub struct PatientSigningKey(SigningKeyPair);

impl PatientSigningKey {
    /// Derives it. The same content key gives the same signing key, so the desk knows its public half from the start.
    ///
    /// # Errors
    /// [`NotAKey`] for the one content key in 2^256 that gives zero.
    pub fn derive(content_key: &ContentKey) -> Result<Self, NotAKey> {
        let mut okm: [u8; 48] = hkdf(None, content_key.as_bytes(), &[b"postern/v1 sign"]);
        let scalar = Scalar::from_okm(GenericArray::from_slice(&okm));
        okm.zeroize();
        let scalar: NonZeroScalar = Option::from(NonZeroScalar::new(scalar)).ok_or(NotAKey)?;
        Ok(Self(SigningKeyPair(SigningKey::from(scalar))))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        self.0.public()
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn a_public_key_reads_back_from_its_jwk_and_refuses_other_members() {
        let key = ClinicKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(1)).public();
        let jwk = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<PublicKey>(&jwk).unwrap(), key);
        let on_the_phone =
            |jwk: &str| PublicKey::from_json(&postern_json::parse(jwk.as_bytes()).expect("JSON"));
        assert_eq!(on_the_phone(&jwk), Some(key));
        for (from, to) in [("}", r#","use":"sig"}"#), ("P-256", "P-384"), (r#""kty":"EC","#, "")] {
            let changed = jwk.replacen(from, to, 1);
            assert!(serde_json::from_str::<PublicKey>(&changed).is_err());
            assert_eq!(on_the_phone(&changed), None);
        }
    }

    #[test]
    fn a_key_of_another_kind_or_curve_is_refused_even_if_the_other_member_is_right() {
        let jwk =
            serde_json::to_string(&ClinicKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(1)).public());
        let jwk = jwk.unwrap();
        for (from, to) in [(r#""EC""#, r#""OKP""#), (r#""P-256""#, r#""P-384""#)] {
            assert!(serde_json::from_str::<PublicKey>(&jwk.replacen(from, to, 1)).is_err(), "{to}");
        }
    }

    #[test]
    fn a_private_jwk_holds_the_key_pair_and_a_debug_text_only_the_thumbprint() {
        let key = ClinicKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let jwk: serde_json::Value = serde_json::from_str(&key.private_jwk()).unwrap();
        let d = base64url::decode_array(jwk["d"].as_str().unwrap()).unwrap();
        assert_eq!(ClinicKeyPair::from_bytes(&d).unwrap().public(), key.public());
        let public = serde_json::to_value(key.public()).unwrap();
        assert_eq!((&jwk["x"], &jwk["y"], &jwk["kty"]), (&public["x"], &public["y"], &public["kty"]));
        assert_eq!(
            format!("{:?}", key.public()),
            format!("PublicKey({})", key.public().thumbprint().to_text())
        );
    }

    #[test]
    fn key_pairs_read_back_from_their_scalars_and_refuse_zero_and_the_order() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (sealing, signing) = (ClinicKeyPair::generate(&mut rng), SigningKeyPair::generate(&mut rng));
        assert_eq!(ClinicKeyPair::from_bytes(&sealing.to_bytes()).unwrap().public(), sealing.public());
        assert_eq!(SigningKeyPair::from_bytes(&signing.to_bytes()).unwrap().public(), signing.public());
        for bad in [[0; 32], [0xff; 32]] {
            assert!(ClinicKeyPair::from_bytes(&bad).is_err() && SigningKeyPair::from_bytes(&bad).is_err());
        }
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        assert!(PublicKey::from_coordinates(&[1; 32], &[1; 32]).is_err());
        assert!(PublicKey::from_coordinates(&[0; 32], &[0; 32]).is_err());
    }

    #[test]
    fn rfc_7517_appendix_a_key_has_the_thumbprint_that_other_libraries_give() {
        let jwk = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;
        let key: PublicKey = serde_json::from_str(jwk).unwrap();
        assert_eq!(key.thumbprint().to_text(), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }

    #[test]
    fn the_patients_key_follows_from_the_content_key() {
        let key = ContentKey::from_bytes([5; 32]);
        let (one, two) = (PatientSigningKey::derive(&key).unwrap(), PatientSigningKey::derive(&key).unwrap());
        assert_eq!(one.public(), two.public());
        assert!(one.public().verify(b"bytes", &two.sign(b"bytes")));
        assert!(!one.public().verify(b"other", &two.sign(b"bytes")));
    }
}
