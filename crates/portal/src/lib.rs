//! Postern portal: the internet-facing room. It keeps sealed envelopes, counts tries, gives receipts and tells the desk
//! what happened. It can read nothing of what it keeps (docs/PROTOCOL.md says what holds, docs/LOGGING.md what is
//! never written down).

pub mod randomness;
pub mod rules;
mod sealing;
pub mod store;
