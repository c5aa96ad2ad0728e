//! Pinning the portal's next signing key before it is used. The portal publishes which key is in use and which is next, signed
//! with the one in use; the desk goes along when that one is the next that it had pinned, and with nothing else.

use crate::{
    desk::Desk,
    enrolment::PortalPin,
    ledger::{self, Actor, Entry},
    portal::{PortalClient, PortalError},
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{
    portal_keys::{self, PortalKeys},
    receipt::ReceiptError,
    time::Timestamp,
};
use serde::Serialize;

/// What came of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Followed {
    /// The pinned keys are the portal's.
    Same,
    /// The portal had gone on to the next one; the one after it is pinned now.
    Pinned,
}

/// The portal's keys cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Nothing is pinned.
    #[error(
        "this desk knows no portal yet: run `postern desk pin` with the file the portal's `enrol` printed"
    )]
    NotPinned,
    /// The portal.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// What it says is not signed with a key that this desk pinned.
    #[error(
        "the portal's statement of its keys does not hold ({0}): ask its operator for PORTAL.json and run `postern desk pin`, \
         after comparing the thumbprints by telephone"
    )]
    Statement(ReceiptError),
    /// It is signed, and says something that does not follow from what is pinned.
    #[error(
        "the portal's keys do not follow from those this desk pinned: ask its operator for PORTAL.json and run `postern desk \
         pin`, after comparing the thumbprints by telephone"
    )]
    Other,
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(FollowError);

impl Desk {
    /// What the portal says of its keys, verified under the pinned ones.
    ///
    /// # Errors
    /// See [`FollowError`].
    pub async fn portal_says(&self, portal: &PortalClient) -> Result<PortalKeys, FollowError> {
        let pin = self.portal_pin().await?.ok_or(FollowError::NotPinned)?;
        let compact = portal.signed_keys().await?;
        let said = portal_keys::verify(&compact, &pin.keys).map_err(FollowError::Statement)?;
        if said.iss == pin.origin { Ok(said) } else { Err(FollowError::Other) }
    }

    /// Looks, and pins the next key where the portal has gone on.
    ///
    /// # Errors
    /// See [`FollowError`].
    pub async fn follow_portal_keys(&self, portal: &PortalClient) -> Result<Followed, FollowError> {
        let said = self.portal_says(portal).await?;
        let pin = self.portal_pin().await?.ok_or(FollowError::NotPinned)?;
        if said.keys == pin.keys {
            return Ok(Followed::Same);
        }
        // Also an old statement, sent again, ends here.
        if said.keys.len() < 2 || pin.keys.get(1) != said.keys.first() {
            return Err(FollowError::Other);
        }
        self.pin_as(&PortalPin { keys: said.keys, ..pin }, Actor::Desk).await?;
        Ok(Followed::Pinned)
    }

    /// When the portal's keys were last pinned.
    ///
    /// # Errors
    /// The store fails.
    pub async fn portal_pinned_at(&self) -> Result<Option<Timestamp>, Trouble> {
        let at: Option<i64> = sqlx::query_scalar("SELECT pinned_at FROM portal_pin WHERE id = 1")
            .fetch_optional(self.store.read())
            .await?;
        Ok(at.map(Timestamp))
    }

    async fn pin_as(&self, pin: &PortalPin, actor: Actor) -> Result<(), Trouble> {
        let now = self.now();
        let mut write = self.store.write().await?;
        self.put_pin(&mut write, pin, now).await?;
        let keys: Vec<String> = pin.keys.iter().map(|key| key.thumbprint().to_text()).collect();
        let what = serde_json::json!({ "origin": pin.origin, "keys": keys });
        let entry = Entry { at: now, actor, kind: "portal-keys-followed", lid: None, what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(())
    }
}
