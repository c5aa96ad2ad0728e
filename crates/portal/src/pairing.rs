//! The main store and the link keys belong together: a portal that works with other link keys would note keys as destroyed
//! that lie elsewhere (docs/POSTGRES.md).

use crate::{
    portal::PortalError,
    store::{LinkKeyStore, Store},
};

/// Notes in a new store which link keys are its own; refuses to go on with others. `told`: the operator said that the stores were
/// restored, so these are its own from now on.
///
/// # Errors
/// `OtherLinkKeys`, or the store's.
pub async fn pair(store: &dyn Store, link_keys: &dyn LinkKeyStore, told: bool) -> Result<(), PortalError> {
    // A file of the state folder, beside the store's, has no name of its own.
    let Some(id) = link_keys.id() else { return Ok(()) };
    let mut store = store.write().await?;
    match store.key_store().await? {
        Some(known) if known == id => Ok(()),
        Some(_) if !told => Err(PortalError::OtherLinkKeys),
        _ => {
            store.set_key_store(&id).await?;
            store.commit().await?;
            Ok(())
        }
    }
}
