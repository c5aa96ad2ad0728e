//! A sealing side of its own, from the RFCs and the primitives' crates alone: it writes whatever header a test wants, under
//! the right key, so that a refusal is the shape's and not the tag's.

use aes_gcm::{AeadInPlace, Aes256Gcm, KeyInit};
use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
    elliptic_curve::sec1::ToEncodedPoint,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Base64url.
pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

/// Base64url back to bytes.
pub fn unb64(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).unwrap()
}

/// HKDF-SHA-256 to 32 bytes.
pub fn hkdf(salt: &[u8], ikm: &[u8], info: &[&[u8]]) -> [u8; 32] {
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), ikm).expand_multi_info(info, &mut out).unwrap();
    out
}

/// The public JWK of a private scalar.
pub fn jwk(secret: &[u8; 32]) -> Value {
    let point = SecretKey::from_slice(secret).unwrap().public_key().to_encoded_point(false);
    json!({"kty": "EC", "crv": "P-256", "x": b64(point.x().unwrap()), "y": b64(point.y().unwrap())})
}

fn five_parts(header: &str, key: &[u8; 32], plaintext: &[u8]) -> String {
    let header = b64(header);
    let (iv, mut text) = ([9; 12], plaintext.to_vec());
    let tag = Aes256Gcm::new(key.into())
        .encrypt_in_place_detached(&iv.into(), header.as_bytes(), &mut text)
        .unwrap();
    format!("{header}..{}.{}.{}", b64(iv), b64(&text), b64(tag))
}

/// JWE `dir` with `A256GCM`, under this header text.
pub fn dir(header: &str, key: &[u8; 32], plaintext: &[u8]) -> String {
    five_parts(header, key, plaintext)
}

/// JWE `ECDH-ES` with `A256GCM` to `recipient`, under this header text; `ephemeral` is the key that `epk` should name.
pub fn agreement(
    header: &str,
    recipient: &[u8; 32],
    ephemeral: &[u8; 32],
    (apu, apv): (&[u8], &[u8]),
    plaintext: &[u8],
) -> String {
    let public = SecretKey::from_slice(recipient).unwrap().public_key();
    let private = SecretKey::from_slice(ephemeral).unwrap();
    let shared = p256::ecdh::diffie_hellman(private.to_nonzero_scalar(), public.as_affine());
    let mut hash = Sha256::new();
    hash.update([0, 0, 0, 1]);
    hash.update(shared.raw_secret_bytes());
    for part in [b"A256GCM".as_slice(), apu, apv] {
        hash.update(u32::try_from(part.len()).unwrap().to_be_bytes());
        hash.update(part);
    }
    hash.update(256u32.to_be_bytes());
    five_parts(header, &hash.finalize().into(), plaintext)
}

/// JWS with `ES256`, under this header text.
pub fn es256(header: &str, secret: &[u8; 32], payload: &[u8]) -> String {
    let input = format!("{}.{}", b64(header), b64(payload));
    let signature: Signature = SigningKey::from_slice(secret).unwrap().sign(input.as_bytes());
    format!("{input}.{}", b64(signature.to_bytes()))
}

/// JWS with `HS256`, under this header text.
pub fn hs256(header: &str, key: &[u8; 32], payload: &[u8]) -> String {
    let input = format!("{}.{}", b64(header), b64(payload));
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).unwrap();
    mac.update(input.as_bytes());
    format!("{input}.{}", b64(mac.finalize().into_bytes()))
}

/// The public point of a private scalar, compressed.
#[cfg(not(target_arch = "wasm32"))]
pub fn compressed(secret: &[u8]) -> Vec<u8> {
    SecretKey::from_slice(secret).unwrap().public_key().to_encoded_point(true).as_bytes().to_vec()
}
