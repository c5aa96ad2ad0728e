//! What docs/LOGGING.md says is never written down cannot be written down by mistake: secrets have neither `Debug` nor
//! `Display`, and ids, sealed envelopes and factor messages print their name and nothing they hold.
#![cfg(all(feature = "client", feature = "server"))]
#![allow(clippy::unwrap_used, reason = "a test may fall")]

use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    derive::{ContentKey, ContentKeys, LinkKeys, Secret32},
    factor::{BirthDate, FactorKind},
    id::RecordId,
    keys::{ClinicKeyPair, PatientSigningKey, SigningKeyPair},
    link::LinkSecret,
    opaque::{
        client::{LoggedIn, Login, Registered, Registration},
        server::{Setup, Started},
    },
    time::Timestamp,
    wire::{
        authorization::Authorization, desk_feed::*, desk_links::*, desk_registration::*, desk_sync::*,
        link_open::OpenSlot, link_records::LinkRecordRequest, records::*, session::*, verify::*,
    },
};
use std::fmt::Debug;

/// Does not compile where a type has one of these.
macro_rules! cannot_be_printed {
    ($($type:ty),+ $(,)?) => {$(
        const _: fn() = || {
            trait Either<A> { fn one() {} }
            impl<T: ?Sized> Either<()> for T {}
            struct Debugged;
            impl<T: ?Sized + std::fmt::Debug> Either<Debugged> for T {}
            let _ = <$type as Either<_>>::one;
        };
        const _: fn() = || {
            trait Either<A> { fn one() {} }
            impl<T: ?Sized> Either<()> for T {}
            struct Displayed;
            impl<T: ?Sized + std::fmt::Display> Either<Displayed> for T {}
            let _ = <$type as Either<_>>::one;
        };
    )+};
}

cannot_be_printed!(
    LinkSecret,
    Secret32,
    LinkKeys,
    ContentKey,
    ContentKeys,
    Setup,
    Started,
    Registration,
    Registered,
    Login,
    LoggedIn,
    SigningKeyPair,
    ClinicKeyPair,
    PatientSigningKey,
    Authorization,
);

const ID: FixedBytes<16> = FixedBytes([0xa5; 16]);
const HASH: FixedBytes<32> = FixedBytes([0xa5; 32]);
const NUMBER: u16 = 54_321;

fn sealed() -> String {
    "eyJhbGciOiJkaXIi.sealed".to_owned()
}

fn bytes() -> Bytes {
    Bytes(vec![0xa5; 33])
}

#[test]
fn nothing_that_must_not_be_logged_can_be_printed() {
    let rid = RecordId::from_u128(0xa5a5_a5a5_a5a5_a5a5_a5a5_a5a5_a5a5_a5a5);
    let envelope = WireEnvelope { mid: ID, n: 1, level: 1, jwe: sealed() };
    let own = OwnCopy { rid, level: 1, jwe: sealed() };
    let record = FeedWhat::Record { rid, jwe: sealed(), receipt: sealed() };
    let event = FeedEvent { n: u64::from(NUMBER), at: Timestamp(1), lid: ID, what: record.clone() };
    let finish = FinishResponse {
        slot: sealed(),
        envelopes: vec![envelope.clone()],
        own: vec![own.clone()],
        receipts: vec![sealed()],
        session: SessionTimes { idle_seconds: 600, ends: Timestamp(1), now: Timestamp(1) },
    };
    let (slot, used) = (NUMBER, u32::from(NUMBER));
    let link = SyncLink { lid: ID, state: DeskLinkState::New, used };
    let all: Vec<Box<dyn Debug>> = vec![
        Box::new(ID),
        Box::new(HASH),
        Box::new(bytes()),
        Box::new(BirthDate::parse("1980-04-12").unwrap()),
        Box::new(envelope),
        Box::new(own),
        Box::new(record),
        Box::new(FeedPage { epoch: ID, events: vec![event.clone()], more: false }),
        Box::new(event),
        Box::new(finish),
        Box::new(StartRequest { slot, ke1: bytes() }),
        Box::new(StartResponse { login: ID, ke2: bytes(), tries_left: 1 }),
        Box::new(FinishRequest { login: ID, ke3: bytes() }),
        Box::new(RecordRequest { record: sealed(), own: sealed(), level: 1 }),
        Box::new(RecordResponse { receipt: sealed() }),
        Box::new(LinkRecordRequest { jws: sealed() }),
        Box::new(SeenRequest { mid: ID, shown: HASH, event: SeenEvent::Read, ms: u64::from(NUMBER) }),
        Box::new(OpenSlot { slot, factor: FactorKind::BirthDate, until: Timestamp(1) }),
        Box::new(LinkRequest { policy: FactorKind::BirthDate, claim_sha256: HASH, expires: Timestamp(1) }),
        Box::new(SlotRequest { factor: FactorKind::BirthDate, level: 1, record: bytes(), slot: sealed() }),
        Box::new(EnvelopeRequest { mid: ID, n: used, level: 1, jwe: sealed() }),
        Box::new(RegistrationRequest { lid: ID, slot, request: bytes() }),
        Box::new(RegistrationResponse { response: bytes() }),
        Box::new(SyncRequest { epoch: ID, links: vec![link], more: false }),
        Box::new(link),
    ];
    let never = ["eyJ", "sealed", "paWl", "a5a5", "165", "54321", "1980", "April"];
    for one in &all {
        let printed = format!("{one:?}{one:#?}");
        assert!(!printed.is_empty());
        for canary in never {
            assert!(!printed.contains(canary), "{printed} shows {canary}");
        }
    }
    assert!(ID.to_text().contains("paWl"), "the canary is what an id's text holds");
}
