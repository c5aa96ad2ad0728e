//! A login that was not finished in time: the factor was wrong, or the patient went away. Its try stays counted.

use crate::{
    code_life::after_login,
    refusal::Refusal,
    store::{Actor, AuditEntry, Event, Link, Login, NewEvent, Outcome, Progress, Transaction},
};
use postern_protocol::{time::Timestamp, wire::desk_feed::FeedWhat};

/// Removes a login whose time is over, and the code that ends with it. An unfinished one is told to the desk as a wrong try.
///
/// # Errors
/// The store's.
pub async fn lapse(transaction: &mut dyn Transaction, login: &Login, now: Timestamp) -> Result<(), Refusal> {
    transaction.drop_login(&login.id).await?;
    after_login(transaction, login).await?;
    if login.progress != Progress::Started {
        return Ok(());
    }
    let Some(link) = transaction.link(&login.lid).await? else { return Ok(()) };
    let wrong = FeedWhat::WrongTry { slot: login.slot, used: link.tries.used };
    transaction.feed(&link.clinic, &link.lid, NewEvent::Other(&wrong), now).await?;
    transaction
        .audit(AuditEntry {
            at: now,
            actor: Actor::System,
            lid: Some(&link.lid),
            event: Event::LoginLapsed,
            outcome: Outcome::Wrong,
        })
        .await?;
    if link.tries.left() == 0 {
        tell_locked(transaction, &link, now).await?;
    }
    Ok(())
}

/// Tells the desk, once, that no try is left.
///
/// # Errors
/// The store's.
pub async fn tell_locked(
    transaction: &mut dyn Transaction,
    link: &Link,
    now: Timestamp,
) -> Result<bool, Refusal> {
    if !transaction.mark_locked_told(&link.lid).await? {
        return Ok(false);
    }
    transaction.feed(&link.clinic, &link.lid, NewEvent::Other(&FeedWhat::Locked), now).await?;
    transaction
        .audit(AuditEntry {
            at: now,
            actor: Actor::System,
            lid: Some(&link.lid),
            event: Event::LinkLocked,
            outcome: Outcome::Refused,
        })
        .await?;
    Ok(true)
}
