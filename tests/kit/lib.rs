//! The kit that journeys are written with: a real portal and desk, a real browser, and a wire between them that can
//! be listened to and cut. Elements are found by role and visible name, as a screen reader finds them.

pub mod axe;
pub mod browser;
pub mod clinic;
pub mod elsewhere;
pub mod journey;
pub mod page;
pub mod port;
pub mod process;
pub mod site;
pub mod traces;
pub mod wire;

pub use anyhow::{Context, Result, bail, ensure};
pub use browser::{Browser, Kind, Options, Viewport};
pub use clinic::{Clinic, Text};
pub use journey::{Journey, journey};
pub use page::{Element, Page, Role};
pub use thirtyfour::Key;
pub use wire::{Fault, Wire};
