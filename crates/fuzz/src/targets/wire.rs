//! The JSON of the portal's API, every type of it.

use super::stable;
use crate::Target;
use postern_protocol::{
    error_code::Problem,
    wire::{
        desk_feed::FeedPage,
        desk_links::{EmptyRequest, EnvelopeRequest, LinkRequest, LinkStatus, SlotRequest},
        desk_registration::{RegistrationRequest, RegistrationResponse},
        desk_sync::SyncRequest,
        link_open::{OpenRequest, OpenResponse},
        link_records::{LinkRecordRequest, LinkRecordResponse},
        records::{RecordRequest, RecordResponse},
        session::{Done, EndRequest, SeenRequest},
        verify::{FinishRequest, FinishResponse, StartRequest, StartResponse},
    },
};

pub const TARGETS: &[Target] = &[
    Target { name: "wire-requests", law: requests, cases: 800 },
    Target { name: "wire-responses", law: responses, cases: 800 },
];

fn requests(bytes: &[u8]) {
    stable::<OpenRequest>(bytes);
    stable::<StartRequest>(bytes);
    stable::<FinishRequest>(bytes);
    stable::<LinkRecordRequest>(bytes);
    stable::<RecordRequest>(bytes);
    stable::<SeenRequest>(bytes);
    stable::<EndRequest>(bytes);
    stable::<LinkRequest>(bytes);
    stable::<SlotRequest>(bytes);
    stable::<EnvelopeRequest>(bytes);
    stable::<EmptyRequest>(bytes);
    stable::<RegistrationRequest>(bytes);
    stable::<SyncRequest>(bytes);
}

fn responses(bytes: &[u8]) {
    stable::<Problem>(bytes);
    stable::<OpenResponse>(bytes);
    stable::<StartResponse>(bytes);
    stable::<FinishResponse>(bytes);
    stable::<LinkRecordResponse>(bytes);
    stable::<RecordResponse>(bytes);
    stable::<Done>(bytes);
    stable::<LinkStatus>(bytes);
    stable::<RegistrationResponse>(bytes);
    stable::<FeedPage>(bytes);
}
