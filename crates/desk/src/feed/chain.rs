//! The receipts of a link, in their order. A receipt that holds is kept even when the answer it came with does not: it is the
//! portal's word, and the next one follows it.

use super::incident::Reason;
use crate::{
    enrolment::PortalPin,
    store::{Connection, StoreError},
};
use postern_protocol::{
    digest::{Digest, sha256},
    id::{LinkId, RecordId},
    keys::PublicKey,
    receipt::{self, FIRST_PREV, Receipt, ReceiptError},
};

/// Where a receipt stands.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was held before.
    Held,
    /// It follows the newest and is held from now on.
    Next,
    /// One before it is missing.
    Early,
}

/// Verifies that a receipt is the pinned portal's, for this link.
///
/// # Errors
/// What does not hold.
pub fn verify(compact: &str, lid: &LinkId, keys: &[PublicKey], pin: &PortalPin) -> Result<Receipt, Reason> {
    let receipt = receipt::verify(compact, keys).map_err(|error| match error {
        ReceiptError::UnknownKey => Reason::ReceiptKey,
        ReceiptError::Signature => Reason::ReceiptSignature,
        _ => Reason::ReceiptForm,
    })?;
    if receipt.iss == pin.origin && receipt.lid == *lid { Ok(receipt) } else { Err(Reason::ReceiptOther) }
}

/// Whether a receipt is for the answer it came with.
///
/// # Errors
/// What does not agree.
pub fn agrees(receipt: &Receipt, rid: &RecordId, jwe: &str) -> Result<(), Reason> {
    if receipt.rid != *rid {
        return Err(Reason::ReceiptOther);
    }
    if receipt.sha256 == sha256(jwe.as_bytes()) { Ok(()) } else { Err(Reason::ReceiptBytes) }
}

/// Places a verified receipt in its link's chain, and keeps it if it is the next.
///
/// # Errors
/// The store fails; inside, what does not hold.
pub async fn place(
    connection: &mut Connection,
    receipt: &Receipt,
    compact: &str,
) -> Result<Result<Standing, Reason>, StoreError> {
    let lid = receipt.lid.to_text();
    let own_epoch = receipt.epoch.to_text();
    let same_number: Option<String> =
        sqlx::query_scalar("SELECT compact FROM receipt WHERE lid = ? AND epoch = ? AND seq = ?")
            .bind(&lid)
            .bind(&own_epoch)
            .bind(receipt.seq)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(held) = same_number {
        return Ok(if held == compact { Ok(Standing::Held) } else { Err(Reason::SeqTwice) });
    }
    let last: Option<(u32, String)> = sqlx::query_as(
        "SELECT seq, digest FROM receipt WHERE lid = ? AND epoch = ? ORDER BY seq DESC LIMIT 1",
    )
    .bind(&lid)
    .bind(&own_epoch)
    .fetch_optional(&mut *connection)
    .await?;
    let next = last.as_ref().map_or(1, |(seq, _)| seq.saturating_add(1));
    let met: Option<i64> = sqlx::query_scalar("SELECT 1 FROM feed_epoch WHERE epoch = ?")
        .bind(&own_epoch)
        .fetch_optional(&mut *connection)
        .await?;
    if met.is_none() {
        return Ok(Err(Reason::ReceiptOther));
    }
    if receipt.seq > next {
        return Ok(Ok(Standing::Early));
    }
    let follows = match &last {
        // A number below the newest that is not held cannot be: they are kept without a gap.
        _ if receipt.seq < next => return Ok(Err(Reason::SeqTwice)),
        Some((_, digest)) => receipt.prev.to_text() == *digest,
        None if receipt.prev == FIRST_PREV => true,
        // The first of a restored portal names the newest that survived there, which may not be our newest.
        None => holds(&mut *connection, &receipt.lid, &receipt.prev).await?,
    };
    if !follows {
        return Ok(Err(Reason::ChainBroken));
    }
    sqlx::query("INSERT INTO receipt (lid, epoch, seq, rid, digest, compact) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(&lid)
        .bind(&own_epoch)
        .bind(receipt.seq)
        .bind(receipt.rid.to_string())
        .bind(receipt::digest_of(compact).to_text())
        .bind(compact)
        .execute(connection)
        .await?;
    Ok(Ok(Standing::Next))
}

/// Whether a receipt of this digest is held for the link.
///
/// # Errors
/// The store fails.
pub async fn holds(connection: &mut Connection, lid: &LinkId, digest: &Digest) -> Result<bool, StoreError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM receipt WHERE lid = ? AND digest = ?")
        .bind(lid.to_text())
        .bind(digest.to_text())
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}
