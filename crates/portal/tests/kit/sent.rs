use super::{Answer, Kit};
use axum::http::Method;
use postern_protocol::{
    base64url::Bytes,
    derive::{ContentKey, ContentKeys, LinkKeys},
    digest::Digest,
    envelope::{message, slot},
    factor::{BirthDate, Factor, Policy},
    id::{LinkId, MessageId, random_id},
    link::LinkSecret,
    opaque::client::{Registered, Registration},
    wire::{
        authorization::Authorization,
        desk_links::{EnvelopeRequest, LinkRequest, LinkStatus, SlotRequest},
        desk_registration::{RegistrationRequest, RegistrationResponse},
    },
};
use serde_json::json;

/// A message that a desk sent: what the desk and the text know of it.
pub struct Sent {
    pub secret: LinkSecret,
    pub keys: LinkKeys,
    pub lid: LinkId,
    pub content: ContentKey,
    pub mid: MessageId,
    pub shown: Digest,
    pub right: Factor,
    pub request: LinkRequest,
    pub slot: SlotRequest,
    pub envelope: EnvelopeRequest,
}

pub fn birth_date(year: u16, month: u8, day: u8) -> Factor {
    Factor::BirthDate(BirthDate::new(year, month, day).unwrap())
}

impl Sent {
    pub fn header(&self) -> String {
        Authorization::Link { lid: self.lid, claim: self.keys.claim }.to_header()
    }

    pub fn path(&self, rest: &str) -> String {
        format!("links/{}{rest}", self.lid.to_text())
    }
}

impl Kit {
    /// Everything a desk does to send one message to a patient born on 12 April 1980.
    pub async fn send(&mut self) -> Sent {
        let mut sent = self.make_link().await;
        self.register(&mut sent, 1).await;
        let _: LinkStatus =
            self.desk(Method::POST, &sent.path("/envelopes"), &sent.envelope.clone()).await.json();
        sent
    }

    /// A link that is still new.
    pub async fn make_link(&mut self) -> Sent {
        let secret = LinkSecret::generate(&mut self.rng);
        let keys = LinkKeys::derive(&secret);
        let content = ContentKey::generate(&mut self.rng);
        let mid = random_id(&mut self.rng);
        let message = message::Message {
            about: None,
            v: 1,
            n: 1,
            bundle: json!({ "resourceType": "Bundle", "type": "collection" }),
            clinic: message::MessageClinic {
                display: "The oak clinic".to_owned(),
                key: self.oak.record_key.public(),
                portal_keys: self.oak.pin.keys.clone(),
            },
        };
        let sealed = message::seal(&mut self.rng, &content, &mid, &message);
        let request = LinkRequest {
            policy: Policy::BirthDate,
            claim_sha256: keys.claim_sha256(),
            expires: self.now().plus_seconds(7 * 24 * 3600),
        };
        let sent = Sent {
            lid: keys.lid,
            secret,
            keys,
            content,
            mid,
            shown: sealed.plaintext_sha256,
            right: birth_date(1980, 4, 12),
            request,
            slot: SlotRequest {
                factor: Policy::BirthDate,
                level: 1,
                record: Bytes(Vec::new()),
                slot: String::new(),
            },
            envelope: EnvelopeRequest { mid, n: 1, level: 1, jwe: sealed.jwe },
        };
        let _: LinkStatus = self.desk(Method::PUT, &sent.path(""), &sent.request.clone()).await.json();
        sent
    }

    /// Registers the right factor in a slot.
    pub async fn register(&mut self, sent: &mut Sent, number: u16) {
        let registered = self.evaluate(sent, number).await;
        let keys = ContentKeys::First(sent.content.clone());
        sent.slot = SlotRequest {
            factor: Policy::BirthDate,
            level: 1,
            record: Bytes(registered.record),
            slot: slot::seal(&mut self.rng, &registered.export_key, &sent.secret, &sent.lid, number, &keys),
        };
        let _: LinkStatus = self.put_slot(sent, number).await.json();
    }

    pub async fn put_slot(&mut self, sent: &Sent, number: u16) -> Answer {
        self.desk(Method::PUT, &sent.path(&format!("/slots/{number}")), &sent.slot.clone()).await
    }

    /// One evaluation, finished.
    pub async fn evaluate(&mut self, sent: &Sent, number: u16) -> Registered {
        let (registration, request) =
            Registration::start(&mut self.rng, &sent.keys, &sent.right, &self.oak.id);
        let answer: RegistrationResponse = self.ask_evaluation(sent, number, request).await.json();
        registration.finish(&mut self.rng, &answer.response.0).unwrap()
    }

    pub async fn ask_evaluation(&mut self, sent: &Sent, number: u16, request: Vec<u8>) -> Answer {
        let body = RegistrationRequest { lid: sent.lid, slot: number, request: Bytes(request) };
        self.desk(Method::POST, "registration/start", &body).await
    }
}
