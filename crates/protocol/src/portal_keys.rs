//! What a portal says of its own signing keys, signed with the one in use: how a desk that pinned a key learns of the next.

use crate::{
    jose::{header::Form, signed},
    keys::{PublicKey, SigningKeyPair},
    receipt::ReceiptError,
    time::Timestamp,
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

const FORM: Form = signed::es256("postern-portal-keys+jwt");

/// The statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalKeys {
    /// The portal's origin.
    pub iss: String,
    /// The portal's clock when it said so.
    pub at: Timestamp,
    /// The key in use, then the next.
    pub keys: Vec<PublicKey>,
}

/// Signs one.
pub fn sign(key: &SigningKeyPair, said: &PortalKeys) -> String {
    let payload = serde_json::to_vec(said).expect("keys are plain JSON");
    signed::seal(&FORM, key.public().thumbprint().to_text(), &payload, |bytes| key.sign(bytes).to_vec())
}

/// Verifies one under the pinned keys.
///
/// # Errors
/// As of a receipt: another form, a key that is not pinned, a signature that does not hold.
pub fn verify(compact: &str, pinned: &[PublicKey]) -> Result<PortalKeys, ReceiptError> {
    let signed = signed::Signed::read(compact, &FORM).map_err(|_| ReceiptError::Form)?;
    let key =
        pinned.iter().find(|key| key.thumbprint().to_text() == signed.kid).ok_or(ReceiptError::UnknownKey)?;
    let payload = signed.verify_es256(key).map_err(|_| ReceiptError::Signature)?;
    serde_json::from_slice(&payload).map_err(|_| ReceiptError::Form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn a_statement_holds_under_its_own_key_and_no_other_and_every_changed_byte_is_noticed() {
        let key = |seed| SigningKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(seed));
        let keys = alloc::vec![key(1).public(), key(2).public()];
        let said = PortalKeys { iss: "https://door.example".into(), at: Timestamp(5), keys };
        let compact = sign(&key(1), &said);
        assert_eq!(verify(&compact, &[key(2).public(), key(1).public()]).unwrap(), said);
        assert_eq!(verify(&compact, &[key(2).public()]), Err(ReceiptError::UnknownKey));
        for at in 0..compact.len() {
            let mut bytes = compact.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(verify(&String::from_utf8(bytes).unwrap(), &[key(1).public()]).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_receipt_is_no_statement_of_keys() {
        let key = SigningKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let other = signed::es256("postern-receipt+jwt");
        let payload = br#"{"iss":"https://door.example","at":5,"keys":[]}"#;
        let compact = signed::seal(&other, key.public().thumbprint().to_text(), payload, |bytes| {
            key.sign(bytes).to_vec()
        });
        assert_eq!(verify(&compact, &[key.public()]), Err(ReceiptError::Form));
    }
}
