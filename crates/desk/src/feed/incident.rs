//! What did not hold: kept with everything that came, and shown.

use super::event::Event;
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    store::{Connection, StoreError},
    vault::Place,
};
use postern_protocol::{digest::sha256, id::LinkId};
use serde_json::json;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $words:literal;)*) => {
        /// Why an event was not booked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// In words, for the clinic's staff.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

reasons! {
    /// Not an event of this protocol.
    Unreadable = "event-unreadable", "The portal sent something this desk cannot read.";
    /// A link this desk never made.
    LinkUnknown = "link-unknown", "The portal told of a link this desk never made.";
    /// Not a receipt.
    ReceiptForm = "receipt-form", "The receipt of an answer does not have its form.";
    /// Signed with a key that was not pinned.
    ReceiptKey = "receipt-key-unknown", "The receipt of an answer is signed with a key that was never pinned.";
    /// Its signature does not hold.
    ReceiptSignature = "receipt-signature", "The receipt's signature does not hold.";
    /// For another link, record, portal or store.
    ReceiptOther = "receipt-other", "The receipt belongs to something else than the answer it came with.";
    /// Not over these bytes.
    ReceiptBytes = "receipt-bytes", "The answer is not the one that the receipt is for: it was changed or swapped.";
    /// Receipts before it are missing; booked when they come.
    Gap = "gap", "An earlier answer of this link is missing. This one is kept and booked when the earlier one comes.";
    /// A second receipt with a number that was given.
    SeqTwice = "seq-twice", "The portal gave the same number to two answers of this link.";
    /// Does not follow the receipt before.
    ChainBroken = "chain-broken", "The receipt does not follow the one before it.";
    /// The id was used for other bytes.
    RidTwice = "rid-twice", "The same id came with another content.";
    /// Not an envelope of its shape.
    EnvelopeForm = "envelope-form", "The sealed answer does not have its form.";
    /// Sealed to a key that this desk does not hold.
    EnvelopeKey = "envelope-key-unknown", "The answer is sealed to a key that this desk does not hold.";
    /// The seal does not hold.
    Seal = "seal", "The answer's seal does not hold: it was changed.";
    /// The patient's signature does not hold.
    Signature = "signature", "The patient's signature does not hold for this link.";
    /// Inside and outside disagree, or it is for another clinic, link or id.
    EnvelopeOther = "envelope-other", "The answer says inside that it belongs elsewhere.";
    /// What was signed is not a record.
    Content = "content", "What was signed is not an answer of this protocol.";
    /// A message that was never sent there.
    MessageUnknown = "message-unknown", "The answer is to a message that was not sent on this link.";
    /// Something else was on the screen.
    ShownOther = "shown-other", "What the patient saw is not what this desk sent.";
    /// This kind of answer was not offered.
    KindNotOffered = "kind-not-offered", "This kind of answer was not offered with the message.";
    /// The resource is not of its kind, or not readable.
    Resource = "resource", "The answer's FHIR resource is not what it says it is.";
    /// About another appointment.
    AppointmentOther = "appointment-other", "The answer is about a visit that the message did not have.";
    /// It says that a page was opened which the message did not lead to.
    ActionOther = "action-other", "The answer says that a page was opened which the message did not lead to.";
    /// The page that was answered is not the one that was sent.
    PageOther = "page-other", "The page that the patient answered on is not the one that this desk sent.";
    /// Something that was agreed to is not what was asked.
    ConsentOther = "consent-other", "The consent says something else than what was asked.";
    /// A given consent lacks what it must have.
    ConsentLacks = "consent-lacks", "The consent lacks something without which it cannot be saved.";
    /// A wish about texts that the page did not offer.
    WishOther = "wish-other", "The patient's wish about their texts is none that their page offered.";
    /// Somebody else than the helper that the link was made for.
    HelperOther = "helper-other", "The answer says that somebody else gave it than the helper whom the link was made for.";
    /// The helper may not answer any more.
    HelperEnded = "helper-ended", "The answer came after the time for which the helper is named.";
    /// It knows a receipt that this desk does not hold.
    SeenUnknown = "seen-unknown", "The patient's page knew a receipt that this desk never got: an answer is missing.";
    /// A link record whose MAC does not hold.
    LinkRecordForged = "link-record-forged", "A request from a link does not carry that link's proof.";
}

impl Desk {
    /// Keeps an incident inside the transaction that passes the event. The same event again is the same incident.
    pub(crate) async fn keep_incident(
        &self,
        connection: &mut Connection,
        event: &Event,
        lid: Option<&LinkId>,
        reason: Reason,
        place: Option<(&str, u32)>,
    ) -> Result<(), StoreError> {
        let mut rng = self.rng();
        let now = self.now();
        let fingerprint = fingerprint(event);
        let sealed =
            self.vault.seal_json(&mut rng, Place::new("incident", "sealed", &fingerprint), &event.raw);
        let done = sqlx::query(
            "INSERT INTO incident (fingerprint, n, lid, epoch, seq, reason, at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (fingerprint) DO NOTHING",
        )
        .bind(&fingerprint)
        .bind(event.n.and_then(|n| i64::try_from(n).ok()))
        .bind(lid.map(|lid| lid.to_text()))
        .bind(place.map(|(epoch, _)| epoch))
        .bind(place.map(|(_, seq)| seq))
        .bind(reason.as_str())
        .bind(now.0)
        .bind(sealed)
        .execute(&mut *connection)
        .await?;
        if done.rows_affected() > 0 {
            let what = json!({ "reason": reason.as_str(), "feed": event.n });
            let entry = Entry { at: now, actor: Actor::Desk, kind: "incident", lid: lid.copied(), what };
            ledger::append(connection, &self.vault, &mut rng, entry).await?;
        }
        Ok(())
    }
}

/// Names an event whatever number it came under: a restored portal numbers anew.
fn fingerprint(event: &Event) -> String {
    let mut unnumbered = event.raw.clone();
    if let Some(members) = unnumbered.as_object_mut() {
        members.remove("n");
    }
    sha256(unnumbered.to_string().as_bytes()).to_text()
}
