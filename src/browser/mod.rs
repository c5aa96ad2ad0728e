//! The only user of the browser's interfaces.

pub mod address;
pub mod clock;
pub mod dom;
pub mod events;
pub mod intl;
pub mod net;
pub mod random;
pub mod save;
pub mod timers;
