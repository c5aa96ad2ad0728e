//! The portal as the desk calls it: a typed client over any way to exchange one request for one answer.

pub mod client;
pub mod error;
pub mod exchange;
pub mod http;
pub mod published;

pub use client::PortalClient;
pub use error::PortalError;
pub use exchange::{Answer, Exchange, ExchangeError, Request};
pub use http::HttpExchange;
