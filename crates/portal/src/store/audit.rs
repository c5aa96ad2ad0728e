use super::Result;
use async_trait::async_trait;
use postern_protocol::{
    digest::{Digest, sha256},
    id::LinkId,
    time::Timestamp,
};

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A holder of the link, verified or not.
    Link,
    /// The clinic's desk.
    Desk,
    /// The portal by itself, or its operator.
    System,
}

impl Actor {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Desk => "desk",
            Self::System => "system",
        }
    }
}

macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$one])* $variant,)* }
        impl $name {
            /// The stored text.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

texts! {
    /// What happened.
    Event {
        /// A clinic was enrolled or changed.
        ClinicEnrolled = "clinic-enrolled",
        /// The next signing key came into use.
        SigningKeyRotated = "signing-key-rotated",
        /// New records are made under a new server setup.
        SetupMade = "setup-made",
        /// The recovery copy was printed.
        RecoveryCopyPrinted = "recovery-copy-printed",
        /// The store was found restored; a new epoch began.
        StoreRestored = "store-restored",
        /// A text that everybody can read was published.
        PolicyPublished = "policy-published",
        /// A desk told the state of its links.
        DeskSynced = "desk-synced",
        /// A link was made.
        LinkMade = "link-made",
        /// The OPRF was evaluated for a registration.
        RegistrationEvaluated = "registration-evaluated",
        /// A slot was stored.
        SlotStored = "slot-stored",
        /// A message was stored.
        EnvelopeStored = "envelope-stored",
        /// A try was counted.
        VerifyStarted = "verify-started",
        /// A login succeeded; its try was given back.
        VerifyFinished = "verify-finished",
        /// A login lapsed unfinished.
        LoginLapsed = "login-lapsed",
        /// The link was found without tries.
        LinkLocked = "link-locked",
        /// The page said that a message was read or left.
        MessageSeen = "message-seen",
        /// A session was ended by the patient.
        SessionEnded = "session-ended",
        /// A record was taken and receipted.
        RecordReceived = "record-received",
        /// A link record was taken.
        LinkRecordReceived = "link-record-received",
        /// More tries were allowed.
        LinkUnlocked = "link-unlocked",
        /// The link was taken back.
        LinkRecalled = "link-recalled",
        /// The link was ended after its answer.
        LinkClosed = "link-closed",
        /// The link ended by itself.
        LinkExpired = "link-expired",
    }
}

texts! {
    /// How it came out.
    Outcome {
        /// It was done.
        Done = "done",
        /// The factor was not proved.
        Wrong = "wrong",
        /// It was refused.
        Refused = "refused",
    }
}

/// A row to append.
#[derive(Clone, Copy)]
pub struct AuditEntry<'a> {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// On which link, if on one.
    pub lid: Option<&'a LinkId>,
    /// What.
    pub event: Event,
    /// How it came out.
    pub outcome: Outcome,
}

/// The end of the chain: number and hash of its newest row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuditHead {
    /// Its number, from 1; 0 for an empty log.
    pub n: u64,
    /// Its hash.
    pub head: Digest,
}

impl AuditHead {
    /// The head of an empty log.
    pub const EMPTY: Self = Self { n: 0, head: postern_protocol::base64url::FixedBytes([0; 32]) };
}

/// A row as stored, with texts as they stand there so that verification sees what was written.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub n: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// On which link.
    pub lid: Option<LinkId>,
    /// What.
    pub event: String,
    /// How it came out.
    pub outcome: String,
    /// Hash of the row before and this one.
    pub hash: Digest,
}

impl AuditRow {
    /// The row that follows `before`.
    pub fn after(before: &AuditHead, entry: &AuditEntry<'_>) -> Self {
        let mut row = Self {
            n: before.n + 1,
            at: entry.at,
            actor: entry.actor.as_str().to_owned(),
            lid: entry.lid.copied(),
            event: entry.event.as_str().to_owned(),
            outcome: entry.outcome.as_str().to_owned(),
            hash: before.head,
        };
        row.hash = row.hash_after(&before.head);
        row
    }

    /// SHA-256 of the previous row's hash ‖ this row as a JSON array `[n, at, actor, lid or null, event, outcome]`.
    pub fn hash_after(&self, before: &Digest) -> Digest {
        let row = serde_json::json!([self.n, self.at, self.actor, self.lid, self.event, self.outcome]);
        sha256(&[&before.0[..], row.to_string().as_bytes()].concat())
    }
}

/// The audit log.
#[async_trait]
pub trait Audit {
    /// Appends a row.
    async fn audit(&mut self, entry: AuditEntry<'_>) -> Result<AuditHead>;

    /// The newest row.
    async fn audit_head(&mut self) -> Result<AuditHead>;

    /// One row.
    async fn audit_row(&mut self, n: u64) -> Result<Option<AuditRow>>;

    /// Rows after a number, ascending.
    async fn audit_rows(&mut self, after: u64, limit: u32) -> Result<Vec<AuditRow>>;
}

postern_protocol::undisclosed!(AuditEntry<'_>, AuditRow);
