//! `close`: ends a link after its answer. The patient then reads that it is done, not that it was taken back.

use super::{EndError, Ended, Ending};
use crate::{desk::Desk, portal::PortalClient};

impl Desk {
    /// Closes the link of this id, or of this message.
    ///
    /// # Errors
    /// No such link; store or vault.
    pub async fn close(&self, portal: &PortalClient, link_or_message: &str) -> Result<Ended, EndError> {
        self.end(portal, link_or_message, Ending::Close, "link-closed").await
    }
}
