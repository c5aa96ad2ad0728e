//! Every number PROTOCOL.md gives the portal, in one place.

/// Wrong tries allowed on a link.
pub const TRIES: u32 = 10;
/// Added by the one unlock.
pub const TRIES_UNLOCKED: u32 = 5;
/// Seconds in which a login must be finished, and in which a repeated message gets the same answer.
pub const LOGIN_SECONDS: i64 = 120;
/// Seconds without a sign of the patient after which a session ends.
pub const SESSION_IDLE_SECONDS: i64 = 10 * 60;
/// Seconds after which a session ends in any case.
pub const SESSION_SECONDS: i64 = 60 * 60;
/// A sign of the patient renews the idle time once in so many seconds.
pub const SESSION_RENEWED_SECONDS: i64 = 60;
/// A session whose newest sign of the patient lies further ahead than this has ended: the clock was set back, and nobody
/// knows how long the patient has been away. Nodes may differ by less.
pub const CLOCK_SET_BACK_SECONDS: i64 = 60;
/// Evaluations of the OPRF for one slot while it is registered.
pub const EVALUATIONS: u32 = 3;
/// Seconds a code lives, counted from its upload.
pub const CODE_SECONDS: i64 = 10 * 60;
/// Tries that a code lets through; each counts among the link's too.
pub const CODE_TRIES: u32 = 5;
/// No code is replaced in its first seconds.
pub const CODE_KEPT_SECONDS: i64 = 60;
/// Codes in an hour without a success between.
pub const CODES_AN_HOUR: usize = 3;
/// Codes in a day.
pub const CODES_A_DAY: usize = 10;
/// Shortest life of a link.
pub const LINK_SECONDS_LEAST: i64 = 60 * 60;
/// Longest life of a link.
pub const LINK_SECONDS_MOST: i64 = 90 * DAY;
/// What an ended link leaves (state, receipts) is kept so long.
pub const ENDED_LINK_SECONDS: i64 = 90 * DAY;
/// A record is kept so long after the desk's cursor passed it.
pub const PASSED_RECORD_SECONDS: i64 = 30 * DAY;
/// Records a link holds at most.
pub const RECORDS: u32 = 200;
/// A signing key is known so long before it is used: the longest life of a link, which pins what was next when it was sent, and
/// a week for every desk to have heard of it.
pub const PINNED_AHEAD_SECONDS: i64 = LINK_SECONDS_MOST + 7 * DAY;
/// A signing key stays published so long after its last receipt.
pub const PUBLISHED_SECONDS: i64 = 3653 * DAY;
/// Bytes of messages, records and own copies that a link holds at most.
pub const LINK_BYTES: u64 = 40 * 1024 * 1024;
/// Link records (opt-out and the like) that a link takes at most.
pub const LINK_RECORDS: u32 = 50;
/// Body of most calls.
pub const BODY_BYTES: usize = 64 * 1024;
/// Body of a call that carries a sealed record or message, and of `desk/sync`.
pub const SEALED_BODY_BYTES: usize = 1024 * 1024;
/// A body must be there after so many seconds: a megabyte from a phone on a poor line.
pub const BODY_SECONDS: u64 = 60;
/// A head must be there after so many seconds; a connection without a call is closed after as many.
pub const HEAD_SECONDS: u64 = 30;
/// A caller that takes nothing of its answer for so many seconds is let go.
pub const ANSWER_SECONDS: u64 = 30;
/// Bytes of a head.
pub const HEAD_BYTES: usize = 16 * 1024;
/// Headers of a call.
pub const HEADERS: usize = 64;
/// Bytes that must be free on the disk of the stores.
pub const DISK_BYTES: u64 = 64 * 1024 * 1024;
/// What readiness rests on is looked at once in so many seconds at most.
pub const LOOKED_SECONDS: u64 = 5;
/// The desk's clock may differ so much.
pub const DESK_CLOCK_SECONDS: i64 = 60;
/// Longest wait of `desk/feed`.
pub const FEED_WAIT_SECONDS: u64 = 30;
/// Events in one page of the feed.
pub const FEED_PAGE: u32 = 100;
/// Another node's events are looked for so often while a desk waits.
pub const FEED_LOOK_MILLISECONDS: u64 = 1000;
/// Time between two sweeps.
pub const SWEEP_MILLISECONDS: u64 = 2000;
/// Rows a sweep takes in one transaction.
pub const SWEEP_ROWS: u32 = 200;

/// Seconds of an hour.
pub const HOUR: i64 = 60 * 60;
/// Seconds of a day.
pub const DAY: i64 = 24 * HOUR;
