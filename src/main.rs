//! The patient's door: one page, one message.

pub mod app;
pub mod browser;
pub mod engine;
pub mod flow;
pub mod i18n;
pub mod later;
pub mod page;
#[cfg(feature = "parts")]
pub mod parts;
pub mod portal;
pub mod ui;

use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

/// What is freed is cleared: after the lock no word of the message is left in memory.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() {
    app::mount();
}
