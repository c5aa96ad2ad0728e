//! What the portal counts, as OpenMetrics text on a listener of its own (`--metrics`): who may read it is settled by where
//! it listens. Rates, latencies, how far each queue is behind; nothing that names anybody (docs/LOGGING.md).

mod labels;
mod route;

pub use route::router;

use crate::{limits::Weight, operation::Operation, refusal::RefusedWith};
use labels::{OfCall, OfLimit, OfOperation, OfQueue, Outcome, Queue};
use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use std::{fmt, time::Duration};

type Seconds = Gauge<f64, std::sync::atomic::AtomicU64>;

/// What is counted.
pub struct Metrics {
    registry: Registry,
    calls: Family<OfCall, Counter>,
    latencies: Family<OfOperation, Histogram, fn() -> Histogram>,
    commits: Histogram,
    refused: Family<OfLimit, Counter>,
    under_way: Gauge,
    waiting: Gauge,
    queues: Family<OfQueue, Seconds>,
    unsynced: Gauge,
    ready: Gauge,
}

/// How far each queue is behind, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueAges {
    /// Age of the oldest event that no desk has taken.
    pub feed: i64,
    /// Age of the oldest unfinished login.
    pub logins: i64,
    /// How long the oldest link is past its time without being ended.
    pub expiry: i64,
    /// How long ago the oldest link ended whose key is not destroyed.
    pub keys: i64,
    /// How long ago the quietest desk asked for news.
    pub desk: i64,
    /// Clinics that wait for their desk's word after a restore.
    pub unsynced: i64,
}

fn latency() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 16))
}

impl Metrics {
    /// Nothing has been counted.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("postern");
        let calls = Family::default();
        registry.register("calls", "Calls by operation and outcome", calls.clone());
        let latencies = Family::<OfOperation, Histogram, fn() -> Histogram>::new_with_constructor(latency);
        let help = "Time from a call's head to its answer's";
        registry.register_with_unit("call", help, Unit::Seconds, latencies.clone());
        let commits = latency();
        registry.register_with_unit("commit", "Time of the store's commits", Unit::Seconds, commits.clone());
        let refused = Family::default();
        registry.register("limited", "Calls that were one too many, by limit", refused.clone());
        let under_way = Gauge::default();
        registry.register("calls_under_way", "Calls under way", under_way.clone());
        let waiting = Gauge::default();
        registry.register("desks_waiting", "Calls of desks that wait for news", waiting.clone());
        let queues = Family::default();
        registry.register_with_unit("behind", "How far a queue is behind", Unit::Seconds, queues.clone());
        let unsynced = Gauge::default();
        let help = "Clinics that wait for their desk's word after a restore";
        registry.register("clinics_unsynced", help, unsynced.clone());
        let ready = Gauge::default();
        registry.register("ready", "1 while the portal can do its work", ready.clone());
        Self { registry, calls, latencies, commits, refused, under_way, waiting, queues, unsynced, ready }
    }

    /// A call was answered.
    pub fn called(&self, operation: Operation, took: Duration, refused: Option<RefusedWith>) {
        let outcome = Outcome(refused.map(|refused| refused.code));
        self.calls.get_or_create(&OfCall { operation, outcome }).inc();
        self.latencies.get_or_create(&OfOperation { operation }).observe(took.as_secs_f64());
        if let Some(limit) = refused.and_then(|refused| refused.limit) {
            self.refused.get_or_create(&OfLimit { limit }).inc();
        }
    }

    /// A commit was durable.
    pub fn committed(&self, took: Duration) {
        self.commits.observe(took.as_secs_f64());
    }

    /// A call is under way until what this gives is dropped.
    pub fn under_way(&self, weight: Weight) -> UnderWay {
        let gauge = if weight == Weight::Wait { &self.waiting } else { &self.under_way };
        gauge.inc();
        UnderWay(gauge.clone())
    }

    /// Takes over what was looked up for this reading.
    fn note(&self, ages: &QueueAges, ready: bool) {
        let each = [
            (Queue::Feed, ages.feed),
            (Queue::Logins, ages.logins),
            (Queue::Expiry, ages.expiry),
            (Queue::Keys, ages.keys),
            (Queue::Desk, ages.desk),
        ];
        for (queue, milliseconds) in each {
            #[expect(clippy::cast_precision_loss, reason = "a queue is not behind by thousands of years")]
            let seconds = milliseconds as f64 / 1000.0;
            self.queues.get_or_create(&OfQueue { queue }).set(seconds);
        }
        self.unsynced.set(ages.unsynced);
        self.ready.set(i64::from(ready));
    }

    /// All of it, as OpenMetrics text.
    fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A call that is counted as under way.
pub struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}
