//! How a link ends: its rows go in one transaction, then its key is overwritten (PROTOCOL.md, promise 5).

use crate::{
    code_life::destroy_code_keys,
    refusal::Refusal,
    service::Service,
    store::{Actor, AuditEntry, Ending, Event, Link, NewEvent, Outcome, Transaction},
};
use postern_protocol::{id::LinkId, time::Timestamp, wire::desk_feed::FeedWhat};

/// Ends a live link inside a transaction: slots, messages, own copies, logins and sessions are gone with its commit.
/// `false` if it had ended before.
///
/// # Errors
/// The store's.
pub async fn end_link(
    transaction: &mut dyn Transaction,
    link: &Link,
    ending: Ending,
    actor: Actor,
    now: Timestamp,
) -> Result<bool, Refusal> {
    if !transaction.end_link(&link.lid, ending, now).await? {
        return Ok(false);
    }
    transaction.drop_slots(&link.lid).await?;
    transaction.kill_codes(&link.lid).await?;
    transaction.drop_envelopes(&link.lid).await?;
    transaction.drop_own_copies(&link.lid).await?;
    transaction.drop_logins(&link.lid).await?;
    transaction.drop_sessions(&link.lid).await?;
    let event = match ending {
        Ending::Expired => Event::LinkExpired,
        Ending::Recalled => Event::LinkRecalled,
        Ending::Closed => Event::LinkClosed,
    };
    transaction
        .audit(AuditEntry { at: now, actor, lid: Some(&link.lid), event, outcome: Outcome::Done })
        .await?;
    if ending == Ending::Expired {
        transaction.feed(&link.clinic, &link.lid, NewEvent::Other(&FeedWhat::Expired), now).await?;
    }
    Ok(true)
}

/// Destroys the keys of ended links and of their codes. When this returns, the bytes are in no file of the link-key store.
///
/// # Errors
/// The stores'. What failed is done again by the next sweep.
pub async fn destroy_keys(service: &Service, lids: &[LinkId]) -> Result<(), Refusal> {
    if lids.is_empty() {
        return Ok(());
    }
    for lid in lids {
        service.link_keys.destroy(lid).await?;
    }
    let mut transaction = service.store.write().await?;
    for lid in lids {
        transaction.note_key_destroyed(lid).await?;
    }
    service.commit(transaction).await?;
    destroy_code_keys(service).await?;
    Ok(service.store.scrub().await?)
}
