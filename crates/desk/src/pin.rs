//! `desk pin`: the portal whose receipts the desk accepts.

use crate::{
    desk::Desk,
    enrolment::PortalPin,
    ledger,
    store::{Connection, StoreError},
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{keys::PublicKey, time::Timestamp};

/// A pin cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// It names no key.
    #[error("PORTAL.json names no key")]
    NoKey,
    /// Its origin is no origin.
    #[error("PORTAL.json: an origin is https://HOST, without a path ({0})")]
    Origin(String),
    /// Another portal was pinned.
    #[error("this desk is pinned to {pinned}; links that were sent would end there")]
    OtherPortal {
        /// The pinned one.
        pinned: String,
    },
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}

takes_trouble!(PinError);

fn check_origin(origin: &str) -> Result<(), PinError> {
    let wrong = || PinError::Origin(origin.to_owned());
    let host =
        origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).ok_or_else(wrong)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    if host.is_empty() || !host.bytes().all(fits) { Err(wrong()) } else { Ok(()) }
}

impl Desk {
    /// Pins a portal, or new keys of the pinned one. Keys pinned before stay, for the receipts they signed.
    ///
    /// # Errors
    /// See [`PinError`].
    pub async fn pin(&self, pin: &PortalPin) -> Result<(), PinError> {
        if pin.keys.is_empty() {
            return Err(PinError::NoKey);
        }
        check_origin(&pin.origin)?;
        check_origin(pin.links())?;
        let now = self.now();
        let mut write = self.store.write().await?;
        if let Some(pinned) = self.portal_pin().await?
            && pinned.origin != pin.origin
        {
            return Err(PinError::OtherPortal { pinned: pinned.origin });
        }
        self.put_pin(&mut write, pin, now).await?;
        let keys: Vec<String> = pin.keys.iter().map(|key| key.thumbprint().to_text()).collect();
        let what = serde_json::json!({ "origin": pin.origin, "keys": keys });
        let entry = self.staff_entry(now, "portal-pinned", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(())
    }

    /// Writes the pin, and keeps every key of it for good.
    pub(crate) async fn put_pin(
        &self,
        connection: &mut Connection,
        pin: &PortalPin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO portal_pin (id, pin, pinned_at) VALUES (1, ?, ?)")
            .bind(serde_json::to_string(pin).expect("a pin is plain JSON"))
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        for key in &pin.keys {
            sqlx::query("INSERT OR IGNORE INTO portal_key (thumbprint, jwk, pinned_at) VALUES (?, ?, ?)")
                .bind(key.thumbprint().to_text())
                .bind(serde_json::to_string(key).expect("a key is plain JSON"))
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }

    /// The pinned portal.
    ///
    /// # Errors
    /// The store fails.
    pub async fn portal_pin(&self) -> Result<Option<PortalPin>, Trouble> {
        let text: Option<String> = sqlx::query_scalar("SELECT pin FROM portal_pin WHERE id = 1")
            .fetch_optional(self.store.read())
            .await?;
        let read = |text: String| {
            serde_json::from_str(&text).map_err(|_| StoreError::Inconsistent("portal_pin.pin"))
        };
        Ok(text.map(read).transpose()?)
    }

    /// Every portal key that was ever pinned.
    ///
    /// # Errors
    /// Store.
    pub async fn portal_keys(&self) -> Result<Vec<PublicKey>, Trouble> {
        let keys: Vec<String> = sqlx::query_scalar("SELECT jwk FROM portal_key ORDER BY pinned_at")
            .fetch_all(self.store.read())
            .await?;
        let read =
            |jwk: &String| serde_json::from_str(jwk).map_err(|_| StoreError::Inconsistent("portal_key.jwk"));
        Ok(keys.iter().map(read).collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_a_scheme_and_a_host_and_nothing_else() {
        for origin in ["https://door.oak.example", "http://127.0.0.1:8787", "http://[::1]:8787"] {
            assert!(check_origin(origin).is_ok(), "{origin}");
        }
        for origin in ["door.oak.example", "https://", "https://door.oak.example/", "https://a b", "ftp://a"]
        {
            assert!(check_origin(origin).is_err(), "{origin}");
        }
    }
}
