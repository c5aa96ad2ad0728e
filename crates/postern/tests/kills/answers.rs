//! Patients who answer without pause over a line that breaks, and resend the same bytes until they hold the receipt.

use crate::{
    house::{self, House},
    patient::{OpenedLink, Patient, now},
};
use axum::http::{Method, StatusCode};
use postern_desk::{Desk, portal::PortalClient};
use postern_fhir::appointment_response;
use postern_protocol::{
    digest::sha256,
    id::RecordId,
    receipt::{self, Receipt},
    time::Timestamp,
    wire::records::{RecordRequest, RecordResponse},
};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::time::sleep;

const RIGHT: &str = "1980-04-12";
/// A link takes 200.
const MOST: usize = 190;
/// Between two answers of one patient.
const BREATH: Duration = Duration::from_millis(6);

/// An answer that was acknowledged.
pub struct Acknowledged {
    pub rid: RecordId,
    pub request: RecordRequest,
    pub compact: String,
    pub receipt: Receipt,
    /// When the patient heard it.
    pub heard: Timestamp,
    /// It was sent more than once.
    pub resent: bool,
}

/// One patient, one link, answer after answer.
pub struct Stream {
    pub patient: Patient,
    pub opened: OpenedLink,
    pub acknowledged: Vec<Acknowledged>,
}

/// Patients of the house, each with an open link. `desk` and `way` stay the caller's.
pub async fn streams(house: &House, desk: &Desk, way: &PortalClient, patients: usize) -> Vec<Stream> {
    let person = |n| house::patient(&format!("p{n}"), "Ana Example", RIGHT, &format!("+120255501{n:02}"));
    let people: Vec<serde_json::Value> = (0..patients).map(person).collect();
    house::import(desk, &serde_json::Value::from(people)).await;
    let mut streams = Vec::new();
    for n in 0..patients {
        streams.push(Stream::on_a_new_link(house, desk, way, n).await);
    }
    streams
}

impl Stream {
    /// Sends a message to patient `n` and opens it.
    pub async fn on_a_new_link(house: &House, desk: &Desk, way: &PortalClient, n: usize) -> Self {
        house::send(desk, way, &format!("p{n}"), house::visit_bundle("Will you come?")).await;
        let patient = Patient::with_text(&house.texts().pop().unwrap().text);
        let opened = patient.verify(RIGHT).await.unwrap();
        Self { patient, opened, acknowledged: Vec::new() }
    }

    /// The link takes no more, or soon will not.
    pub fn is_full(&self) -> bool {
        self.acknowledged.len() >= MOST - 30
    }

    /// Answers until `stop`; the answer under way is brought to its receipt.
    pub async fn answer_until(&mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) && self.acknowledged.len() < MOST {
            self.answer().await;
            sleep(BREATH).await;
        }
    }

    /// One answer, resent until its receipt is there.
    pub async fn answer(&mut self) {
        let record = self.opened.record(appointment_response::Answer::Confirm);
        let request = self.opened.seal(&record);
        let (rid, path) = (record.rid, format!("records/{}", record.rid));
        let mut resent = false;
        let compact = loop {
            let call = self.opened.caller.attempt_json(Method::PUT, &path, &self.opened.session, &request);
            match call.await {
                Some(answer) if answer.status == StatusCode::OK => {
                    break answer.read::<RecordResponse>().unwrap().receipt;
                }
                // The portal is there and refuses: it forgot the session, or the link.
                Some(answer) if answer.status.is_client_error() => panic!("refused: {answer:?}"),
                Some(_) | None => sleep(Duration::from_millis(10)).await,
            }
            resent = true;
        };
        let receipt = receipt::verify(&compact, &self.opened.portal_keys).unwrap();
        assert_eq!((receipt.rid, receipt.sha256), (rid, sha256(request.record.as_bytes())));
        self.opened.receipts.push(compact.clone());
        self.acknowledged.push(Acknowledged { rid, request, compact, receipt, heard: now(), resent });
    }

    /// How many answers the portal had taken before `killed` without a word of it reaching the patient.
    pub fn taken_unheard(&self, killed: Timestamp, from: usize) -> usize {
        let newer = self.acknowledged.iter().skip(from);
        newer.filter(|one| one.resent && one.receipt.received_at < killed).count()
    }

    /// What a new opening shows is exactly what was acknowledged, once each and in order; the chain holds, and a resent answer
    /// gets the receipt it got before.
    pub async fn holds(&self) {
        let again = self.patient.verify(RIGHT).await.unwrap();
        let mine: Vec<&str> = self.acknowledged.iter().map(|one| one.compact.as_str()).collect();
        assert_eq!(again.receipts, mine, "every acknowledged answer once, in order, and no other");
        assert_eq!(again.own.len(), mine.len());
        receipt::chain(&self.patient.keys.lid, &again.receipts, &again.portal_keys).unwrap();
        for one in self.acknowledged.iter().rev().take(3) {
            let repeated = again.put(&one.rid, &one.request).await.unwrap();
            assert_eq!(repeated.receipt, one.compact);
        }
    }
}

/// Every acknowledged answer of all streams.
pub fn all(streams: &[Stream]) -> impl Iterator<Item = &Acknowledged> {
    streams.iter().flat_map(|stream| &stream.acknowledged)
}
