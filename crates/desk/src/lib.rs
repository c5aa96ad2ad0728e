//! The clinic's own side. It knows patients, keys and answers, and only calls out: the portal and the SMS gateway never call
//! it. `Desk` is the door; each operation is a file.
//!
//! | operation | where |
//! |---|---|
//! | make, open, pin the portal | [`init`], [`desk`], [`pin`] |
//! | patients | [`patients`] |
//! | texts: words, rules, length | [`texts`] |
//! | send, dry run, resume after a crash | [`send`] |
//! | whether a text may go to a number now | [`rules`] |
//! | a code that was asked for | `codes` |
//! | hear what happened, check and book it | [`feed`] |
//! | a form before it is sent, an answer to one | [`forms`] |
//! | a consent: asked for, checked, kept, drawn again | [`consent`] |
//! | what patients wish about their texts | [`preferences`] |
//! | whether patients may write back, answering what they wrote | [`replies`] |
//! | see it, and what waits | [`inbox`], [`ledger`], [`history`], [`waiting`] |
//! | take back, end, settle a report | [`ending`], [`settle`] |
//! | whether it may send to real phones | [`live`] |
//! | how long what is kept, the purge | [`retention`] |
//! | keys over time, the vault's recovery copy | [`keys`] |
//! | keys for an independent check, the newest row of the portal's audit log | [`export_keys`], [`audit_head`] |
//!
//! Time and randomness are parameters ([`clock`], [`rng`]). Everything that names a patient and every key is sealed at rest
//! ([`vault`]).

pub mod audit_head;
pub mod clinic;
pub mod clock;
mod codes;
pub mod consent;
pub mod desk;
pub mod ending;
pub mod enrolment;
pub mod export_keys;
pub mod feed;
pub mod forms;
pub mod history;
pub mod inbox;
pub mod init;
pub mod keys;
pub mod ledger;
pub mod live;
pub mod patients;
pub mod pin;
pub mod portal;
pub mod preferences;
pub mod refusal;
pub mod replies;
pub mod retention;
pub mod rng;
pub mod rules;
pub mod send;
pub mod settle;
pub mod store;
pub mod texts;
pub mod transport;
pub mod trouble;
pub mod vault;
pub mod waiting;

pub use clinic::Clinic;
pub use desk::Desk;
pub use refusal::Refusal;
pub use vault::Unlock;
