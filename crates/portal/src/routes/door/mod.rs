//! What needs no authority: pages, assets, keys, health.

pub mod assets;
pub mod healthz;
pub mod jwks;
pub mod policy;
pub mod readyz;
pub mod shell;
