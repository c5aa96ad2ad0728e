//! A patient without a browser: opens the link of a text, gives a birth date, reads, answers. It speaks the protocol with
//! `crates/protocol`'s client half over plain HTTP and checks what the page would check.
//!
//! Other tests take it in with `#[path = "…/patient/mod.rs"] mod patient;`.

#![allow(dead_code, reason = "each test takes what it needs")]

pub mod call;
pub mod opened;

pub use call::{Caller, Failure};
pub use opened::{Doubt, OpenedLink};

use postern_protocol::{derive::LinkKeys, envelope::link_record::LinkRecordKind};
use postern_protocol::{
    envelope::{link_record, slot},
    error_code::ErrorCode,
    factor::{BirthDate, Factor},
    id::{ClinicId, record_id},
    link::{self, LinkSecret},
    opaque::client::{FactorError, Login},
    time::Timestamp,
    wire::{
        authorization::Authorization,
        link_open::{OpenRequest, OpenResponse},
        link_records::{LinkRecordRequest, LinkRecordResponse},
        verify::{FinishRequest, FinishResponse, StartRequest, StartResponse},
    },
};
use rand_core::OsRng;
use std::time::{SystemTime, UNIX_EPOCH};

/// Somebody who holds the link of a text.
pub struct Patient {
    /// What follows from the link.
    pub keys: LinkKeys,
    /// The link's secret.
    pub secret: LinkSecret,
    /// How they reach the portal.
    pub caller: Caller,
}

/// Why the door stayed shut.
#[derive(Debug, PartialEq, Eq)]
pub enum Shut {
    /// Another birth date than the registered one; tries left.
    Wrong(u32),
    /// The portal refused.
    Refused(ErrorCode),
    /// Nothing can be typed now.
    NoSlot,
    /// What the portal gave does not hold.
    Doubtful(Doubt),
}

impl Patient {
    /// Takes the link out of a text message.
    pub fn with_text(text: &str) -> Self {
        let start = text.find("http").expect("the text has a link");
        let link = text[start..].split_whitespace().next().expect("the link ends");
        Self::with_link(link)
    }

    /// Takes a link.
    pub fn with_link(link: &str) -> Self {
        let secret = link::find_in_text(link).expect("the link carries a secret");
        let origin = link.split("/m#").next().expect("a link has an origin");
        Self { keys: LinkKeys::derive(&secret), secret, caller: Caller::to(origin) }
    }

    /// As anybody who holds the link.
    pub fn as_holder(&self) -> Authorization {
        Authorization::Link { lid: self.keys.lid, claim: self.keys.claim }
    }

    /// `link/open`.
    pub async fn open(&self) -> Result<OpenResponse, Failure> {
        self.caller.post("link/open", &self.as_holder(), &OpenRequest {}).await
    }

    /// `verify/start` with this birth date.
    pub async fn start(&self, date: &str) -> Result<(Login, StartResponse, ClinicId, u16), Shut> {
        let open = self.open().await.map_err(Shut::of)?;
        let slot = match open.slots.first() {
            Some(slot) => slot.slot,
            None => return Err(self.try_slot(1).await.err().map_or(Shut::NoSlot, Shut::of)),
        };
        let factor = Factor::BirthDate(BirthDate::parse(date).expect("a birth date"));
        let (login, ke1) = Login::start(&mut OsRng, &self.keys, &factor, &open.clinic.id);
        let request = StartRequest { slot, ke1: ke1.as_slice().into() };
        let response =
            self.caller.post("verify/start", &self.as_holder(), &request).await.map_err(Shut::of)?;
        Ok((login, response, open.clinic.id, slot))
    }

    /// `verify/start` on a slot, whatever `link/open` says.
    pub async fn try_slot(&self, slot: u16) -> Result<StartResponse, Failure> {
        let factor = Factor::BirthDate(BirthDate::parse("1980-04-12").expect("a birth date"));
        let clinic = ClinicId::new("oak").expect("an id");
        let (_, ke1) = Login::start(&mut OsRng, &self.keys, &factor, &clinic);
        let request = StartRequest { slot, ke1: ke1.as_slice().into() };
        self.caller.post("verify/start", &self.as_holder(), &request).await
    }

    /// The whole way from the birth date to the open messages.
    pub async fn verify(&self, date: &str) -> Result<OpenedLink, Shut> {
        let (login, started, clinic, slot_number) = self.start(date).await?;
        let proven = match login.finish(&mut OsRng, &started.ke2.0) {
            Ok(proven) => proven,
            Err(FactorError::Wrong) => return Err(Shut::Wrong(started.tries_left)),
            Err(error) => panic!("ke2: {error}"),
        };
        let request = FinishRequest { login: started.login, ke3: proven.ke3.as_slice().into() };
        let finish: FinishResponse =
            self.caller.post("verify/finish", &self.as_holder(), &request).await.map_err(Shut::of)?;
        let kind = postern_protocol::factor::FactorKind::BirthDate;
        let keys =
            slot::open(&finish.slot, &proven.export_key, &self.secret, &self.keys.lid, slot_number, kind)
                .map_err(|_| Shut::Doubtful(Doubt::Slot))?;
        let session = Authorization::Session { lid: self.keys.lid, token: proven.token };
        OpenedLink::read(self.caller.clone(), session, self.keys.lid, clinic, keys, finish)
            .map_err(Shut::Doubtful)
    }

    /// One link record.
    pub async fn say(&self, kind: LinkRecordKind) -> Result<LinkRecordResponse, Failure> {
        let open = self.open().await?;
        let jws = self.sealed_word(kind, &open.clinic.id);
        self.caller.post("link/records", &self.as_holder(), &LinkRecordRequest { jws }).await
    }

    /// A link record as the page seals it.
    pub fn sealed_word(&self, kind: LinkRecordKind, clinic: &ClinicId) -> String {
        let record = link_record::LinkRecord {
            v: 1,
            rid: record_id(now(), &mut OsRng),
            lid: self.keys.lid,
            clinic: clinic.clone(),
            kind,
            scope: None,
            at: now(),
        };
        link_record::seal(&self.keys.link_mac, &record)
    }
}

impl Shut {
    fn of(failure: Failure) -> Self {
        match failure.code() {
            Some(code) => Self::Refused(code),
            None => panic!("the portal did not answer: {failure:?}"),
        }
    }
}

/// The phone's clock.
#[expect(clippy::disallowed_methods, reason = "the phone of a test has the computer's clock")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp(i64::try_from(since.as_millis()).expect("before the year 292 million"))
}
