//! What both engines are asked, in the SQL that both understand. Compiled once for each: the engine that includes this folder says
//! what its row and its transaction are. What differs between them stands in the engine's own module.

mod audit;
mod clinics;
mod codes;
pub(super) mod columns;
mod desk_tokens;
mod envelopes;
mod feed;
mod link_records;
mod links;
mod logins;
mod policies;
mod queues;
mod records;
mod sessions;
mod slots;
mod transaction;

use super::{EngineRow, EngineTransaction};
