//! The portal's receipt for a record: signed, numbered, chained by link.

use crate::{
    base64url::FixedBytes,
    digest::{Digest, sha256},
    id::{LinkId, RecordId, record_id_of},
    jose::{header::Form, signed},
    keys::{PublicKey, SigningKeyPair},
    time::Timestamp,
};
use alloc::{string::String, vec::Vec};
use postern_json::{FromJson, Value};
use serde::{Deserialize, Serialize};

const FORM: Form = signed::es256("postern-receipt+jwt");

/// `prev` of a link's first receipt.
pub const FIRST_PREV: Digest = FixedBytes([0; 32]);

/// What the portal vouches for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The portal's origin.
    pub iss: String,
    /// Of the portal's store; `seq` counts within it.
    pub epoch: FixedBytes<16>,
    /// The record.
    pub rid: RecordId,
    /// The link.
    pub lid: LinkId,
    /// From 1, without gap.
    pub seq: u32,
    /// Of the compact JWE's ASCII.
    pub sha256: Digest,
    /// Of the link's previous compact receipt's ASCII; [`FIRST_PREV`] for the first.
    pub prev: Digest,
    /// When the portal took it.
    pub received_at: Timestamp,
    /// The row of the portal's audit log that was the newest.
    pub audit: AuditHead,
}

/// A place in the portal's audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {
    /// Row number, from 1.
    pub n: u64,
    /// Hash of the chain up to it.
    pub head: Digest,
}

/// These members and no others.
impl FromJson for Receipt {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_object().filter(|members| members.len() == 9)?;
        Some(Self {
            iss: value.read("iss")?,
            epoch: value.read("epoch")?,
            rid: record_id_of(value.get("rid")?.as_str()?)?,
            lid: value.read("lid")?,
            seq: value.read("seq")?,
            sha256: value.read("sha256")?,
            prev: value.read("prev")?,
            received_at: value.read("received_at")?,
            audit: value.read("audit")?,
        })
    }
}

impl FromJson for AuditHead {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_object().filter(|members| members.len() == 2)?;
        Some(Self { n: value.get("n")?.as_u64()?, head: value.read("head")? })
    }
}

/// Why a receipt or a chain of them is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not a receipt's form.
    #[error("not a receipt")]
    Form,
    /// Signed with a key that is not pinned.
    #[error("the receipt's key is unknown")]
    UnknownKey,
    /// The signature does not hold.
    #[error("the receipt's signature does not hold")]
    Signature,
    /// A number is missing, doubled or out of order.
    #[error("the receipts have a gap")]
    Gap,
    /// `prev` is not the digest of the one before.
    #[error("the receipts do not follow each other")]
    Chain,
    /// A receipt of another link.
    #[error("the receipt is of another link")]
    OtherLink,
}

/// Signs one.
pub fn sign(key: &SigningKeyPair, receipt: &Receipt) -> String {
    let payload = serde_json::to_vec(receipt).expect("a receipt is plain JSON");
    signed::seal(&FORM, key.public().thumbprint().to_text(), &payload, |bytes| key.sign(bytes).to_vec())
}

/// Verifies one under the pinned keys.
///
/// # Errors
/// See [`ReceiptError`].
pub fn verify(compact: &str, pinned: &[PublicKey]) -> Result<Receipt, ReceiptError> {
    let signed = signed::Signed::read(compact, &FORM).map_err(|_| ReceiptError::Form)?;
    let key =
        pinned.iter().find(|key| key.thumbprint().to_text() == signed.kid).ok_or(ReceiptError::UnknownKey)?;
    let payload = signed.verify_es256(key).map_err(|_| ReceiptError::Signature)?;
    let value = postern_json::parse(&payload).map_err(|_| ReceiptError::Form)?;
    Receipt::from_json(&value).ok_or(ReceiptError::Form)
}

/// What the next receipt's `prev` must be.
pub fn digest_of(compact: &str) -> Digest {
    sha256(compact.as_bytes())
}

/// Checks that `next` follows `last` (`None`: is the first of its link in its epoch).
///
/// # Errors
/// [`ReceiptError::OtherLink`], [`ReceiptError::Gap`], [`ReceiptError::Chain`].
pub fn follows(last: Option<(&Receipt, &Digest)>, next: &Receipt) -> Result<(), ReceiptError> {
    // After a restore the count starts again in the new epoch, while `prev` still names the newest one that survived.
    let (seq, prev) = match last {
        None => (1, FIRST_PREV),
        Some((last, _)) if last.lid != next.lid => return Err(ReceiptError::OtherLink),
        Some((last, digest)) if last.epoch == next.epoch => (last.seq + 1, *digest),
        Some((_, digest)) => (1, *digest),
    };
    if next.seq != seq {
        return Err(ReceiptError::Gap);
    }
    if next.prev == prev { Ok(()) } else { Err(ReceiptError::Chain) }
}

/// Verifies a link's whole chain, in order.
///
/// # Errors
/// The first thing that does not hold.
pub fn chain(lid: &LinkId, receipts: &[String], pinned: &[PublicKey]) -> Result<Vec<Receipt>, ReceiptError> {
    let mut checked: Vec<Receipt> = Vec::with_capacity(receipts.len());
    let mut last_digest = FIRST_PREV;
    for compact in receipts {
        let receipt = verify(compact, pinned)?;
        if receipt.lid != *lid {
            return Err(ReceiptError::OtherLink);
        }
        follows(checked.last().map(|last| (last, &last_digest)), &receipt)?;
        last_digest = digest_of(compact);
        checked.push(receipt);
    }
    Ok(checked)
}

crate::undisclosed!(Receipt);

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    const LID: LinkId = FixedBytes([1; 16]);

    fn key(seed: u64) -> SigningKeyPair {
        SigningKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(seed))
    }

    fn three() -> Vec<String> {
        let mut prev = FIRST_PREV;
        (1..=3)
            .map(|seq| {
                let receipt = Receipt {
                    iss: "https://door.example".into(),
                    epoch: FixedBytes([2; 16]),
                    rid: uuid::Uuid::from_u128(u128::from(seq)),
                    lid: LID,
                    seq,
                    sha256: sha256(b"jwe"),
                    prev,
                    received_at: Timestamp(1_000),
                    audit: AuditHead { n: 1, head: FIRST_PREV },
                };
                let compact = sign(&key(1), &receipt);
                prev = digest_of(&compact);
                compact
            })
            .collect()
    }

    fn read(compact: &str) -> Receipt {
        verify(compact, &[key(1).public()]).unwrap()
    }

    #[test]
    fn a_new_epoch_counts_from_1_and_names_the_newest_receipt_that_survived() {
        let receipts = three();
        let (last, digest) = (read(&receipts[1]), digest_of(&receipts[1]));
        let next = Receipt { epoch: FixedBytes([3; 16]), seq: 1, prev: digest, ..read(&receipts[2]) };
        let after = |next: &Receipt| follows(Some((&last, &digest)), next);
        assert_eq!(after(&next), Ok(()));
        assert_eq!(after(&Receipt { seq: 3, ..next.clone() }), Err(ReceiptError::Gap));
        assert_eq!(after(&Receipt { prev: FIRST_PREV, ..next.clone() }), Err(ReceiptError::Chain));
        assert_eq!(after(&Receipt { lid: FixedBytes([9; 16]), ..next }), Err(ReceiptError::OtherLink));
        assert_eq!(after(&read(&receipts[2])), Ok(()), "the same epoch counts on");
        assert_eq!(follows(None, &read(&receipts[1])), Err(ReceiptError::Gap));
    }

    #[test]
    fn a_whole_chain_is_accepted_and_every_prefix_too() {
        let receipts = three();
        for length in 0..=3 {
            assert_eq!(chain(&LID, &receipts[..length], &[key(1).public()]).unwrap().len(), length);
        }
    }

    #[test]
    fn a_gap_a_swap_another_link_and_another_key_are_told_apart() {
        let receipts = three();
        let pinned = [key(1).public()];
        let of = |order: &[usize]| -> Vec<String> { order.iter().map(|i| receipts[*i].clone()).collect() };
        assert_eq!(chain(&LID, &of(&[0, 2]), &pinned), Err(ReceiptError::Gap));
        assert_eq!(chain(&LID, &of(&[1, 0]), &pinned), Err(ReceiptError::Gap));
        assert_eq!(chain(&LID, &of(&[0, 0]), &pinned), Err(ReceiptError::Gap));
        assert_eq!(chain(&FixedBytes([9; 16]), &receipts, &pinned), Err(ReceiptError::OtherLink));
        assert_eq!(chain(&LID, &receipts, &[key(2).public()]), Err(ReceiptError::UnknownKey));
        assert_eq!(chain(&LID, &receipts, &[]), Err(ReceiptError::UnknownKey));
    }

    #[test]
    fn a_changed_byte_anywhere_is_refused() {
        let receipt = three().remove(0);
        let pinned = [key(1).public()];
        for at in 0..receipt.len() {
            let mut bytes = receipt.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(verify(&changed, &pinned).is_err(), "byte {at}");
        }
    }

    #[test]
    fn the_same_number_with_another_past_breaks_the_chain() {
        let receipts = three();
        let pinned = [key(1).public()];
        let mut second = verify(&receipts[1], &pinned).unwrap();
        second.prev = sha256(b"another");
        let forged = alloc::vec![receipts[0].clone(), sign(&key(1), &second)];
        assert_eq!(chain(&LID, &forged, &pinned), Err(ReceiptError::Chain));
    }
}
