//! What can happen.

use crate::model::Ke1;

/// One step of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// A first message comes to the portal and is looked at. `heard`: an answer reaches the patient.
    Arrive { ke1: Ke1, heard: bool },
    /// Its transaction.
    Count { ke1: Ke1, heard: bool },
    /// Both at once, as one caller sees it.
    Start { ke1: Ke1, heard: bool },
    /// So many first messages at once, all wrong, none sent again.
    Rush(u8),
    /// The patient's third message.
    Prove { heard: bool },
    /// A third message that proves nothing.
    BadProof(Ke1),
    /// The patient goes away with a try under way.
    Abandon,
    /// A minute passes.
    Minute,
    /// The desk reads the feed.
    Hear,
    /// The clinic unlocks the link.
    Unlock,
    /// The clinic takes the link back; the portal hears of it.
    Recall,
    /// The portal's operator makes a backup.
    Backup,
    /// The portal is restored from it.
    Restore,
    /// The desk tells the restored portal what it knows.
    Sync,
}
