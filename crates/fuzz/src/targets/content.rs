//! What is inside an envelope, once its seal held: the other side of it may be hostile, too.

use super::stable;
use crate::Target;
use postern_fhir::{AppointmentResponse, Bundle};
use postern_protocol::{
    desk_token::DeskClaims,
    envelope::{link_record::LinkRecord, message::Message},
    keys::PublicKey,
    receipt::Receipt,
    record::Record,
};
use serde_json::Value;

pub const TARGETS: &[Target] = &[
    Target { name: "content-message", law: message, cases: 500 },
    Target { name: "content-record", law: record, cases: 500 },
    Target { name: "content-signed", law: signed, cases: 500 },
];

fn message(bytes: &[u8]) {
    stable::<Message<Value>>(bytes);
    stable::<Message<Bundle>>(bytes);
}

fn record(bytes: &[u8]) {
    stable::<Record<Value>>(bytes);
    stable::<Record<AppointmentResponse>>(bytes);
}

fn signed(bytes: &[u8]) {
    stable::<LinkRecord>(bytes);
    stable::<Receipt>(bytes);
    stable::<DeskClaims>(bytes);
    stable::<PublicKey>(bytes);
}
