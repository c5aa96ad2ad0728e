//! What the patient's browser (**app**), the internet-facing **portal** and the clinic's own **desk** agree on:
//! the link and what is derived from it, the factor (OPAQUE, RFC 9807), the sealed envelopes (JOSE), records,
//! receipts, the wire types of the HTTP API and its error codes.
//!
//! No input or output, no clock and no generator of its own: time and randomness are parameters.
//! The contract in words is `docs/PROTOCOL.md`.

extern crate alloc;

pub mod about;
pub mod base64url;
pub mod category;
pub mod derive;
pub mod desk_token;
pub mod digest;
pub mod envelope;
pub mod error_code;
pub mod factor;
pub mod id;
mod jose;
pub mod keys;
pub mod link;
#[cfg(any(feature = "client", feature = "server"))]
pub mod opaque;
pub mod padding;
pub mod page;
pub mod portal_keys;
pub mod receipt;
pub mod record;
pub mod record_code;
#[cfg(feature = "schema")]
mod schema;
pub mod stop_words;
pub mod time;
mod undisclosed;
#[cfg(test)]
mod vectors;
pub mod wire;
