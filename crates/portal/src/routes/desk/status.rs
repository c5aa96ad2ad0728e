//! What every call about one link answers.

use crate::{
    refusal::Refusal,
    store::{Ending, Link, LinkState, Standing, Transaction},
};
use postern_protocol::{
    error_code::ErrorCode,
    factor::Policy,
    id::LinkId,
    time::Timestamp,
    wire::desk_links::{DeskLinkState, LinkStatus},
};

/// The link as its desk sees it.
pub fn status_of(link: &Link, now: Timestamp) -> LinkStatus {
    let state = match link.standing(now) {
        Standing::New => DeskLinkState::New,
        Standing::Active => DeskLinkState::Active,
        Standing::Locked => DeskLinkState::Locked,
        Standing::Ended(Ending::Expired) => DeskLinkState::Expired,
        Standing::Ended(Ending::Recalled) => DeskLinkState::Recalled,
        Standing::Ended(Ending::Closed) => DeskLinkState::Closed,
    };
    LinkStatus { state, used: link.tries.used, max: link.tries.max }
}

/// The link read again, after a change in the same transaction.
///
/// # Errors
/// The store's.
pub async fn status_now(
    store: &mut dyn Transaction,
    lid: &LinkId,
    now: Timestamp,
) -> Result<LinkStatus, Refusal> {
    let link = store.link(lid).await?.ok_or(ErrorCode::LinkUnknown)?;
    Ok(status_of(&link, now))
}

/// A new link becomes active with its first message and, where the policy is a birth date, a slot.
///
/// # Errors
/// The store's.
pub async fn activate_if_complete(store: &mut dyn Transaction, lid: &LinkId) -> Result<(), Refusal> {
    let link = store.link(lid).await?.ok_or(ErrorCode::LinkUnknown)?;
    let complete = match link.policy {
        Policy::BirthDate => link.highest_slot > 0,
        Policy::Code | Policy::Both => true,
    };
    if link.state == LinkState::New && complete && !store.envelopes(lid, u8::MAX, 0).await?.is_empty() {
        store.activate_link(lid).await?;
    }
    Ok(())
}
