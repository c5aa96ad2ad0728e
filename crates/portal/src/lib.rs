//! Postern portal: the internet-facing room. It keeps sealed envelopes, counts tries, gives receipts and tells the desk
//! what happened. It can read nothing of what it keeps (docs/PROTOCOL.md says what holds, docs/LOGGING.md what is
//! never written down).
//!
//! [`Portal::init`] makes a state folder, [`Portal::open`] opens it, [`Portal::enrol`] adds a clinic, [`Portal::serve`]
//! serves it. [`Inspection`] looks at its folder, and changes its keys, without starting it.

#[cfg(test)]
extern crate self as postern_portal;

mod audit_check;
mod authorization;
mod clock;
mod code_life;
mod ending;
mod folder;
mod host_name;
mod http;
mod inspect;
mod keys;
#[cfg(test)]
#[path = "../tests/kit/mod.rs"]
mod kit;
mod lapse;
mod limits;
mod log;
mod login_seal;
mod metrics;
mod openapi;
mod operation;
mod pairing;
mod portal;
mod randomness;
mod readiness;
mod refusal;
mod restore;
mod router;
mod routes;
mod rules;
mod running;
mod sealing;
mod service;
mod serving;
mod settings;
mod shell;
mod slot_seal;
mod store;
mod sweep;

pub use audit_check::AuditVerdict;
pub use clock::SystemClock;
pub use folder::{KeyFileError, NotPinnedYet};
pub use host_name::HostNameError;
pub use inspect::{EnrolledClinic, Inspection};
pub use keys::{KeysShown, RetiredShown, SetupShown, restore as restore_keys};
pub use limits::{Limits, NotARate, Rate, Sizes, TrustedProxies};
pub use openapi::document as openapi;
pub use portal::{Enrolment, Portal, PortalError, PortalPin};
pub use randomness::Entropy;
pub use running::{Running, SweepError};
pub use serving::Patience;
pub use settings::SharedStores;
pub use shell::{AppFilesError, BuiltApp, BuiltPage, NotServed, decode};
pub use store::{AddressError, AuditHead, StoreAddress, StoreError, StorePassword};
