//! What a portal's machine can do: verifications a second a core and how much of that is P-256 arithmetic; records a
//! second beside what the disk alone commits. `cargo xtask bench --portal` runs it; docs/BENCH.md keeps the figures.
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement that cannot go on ends")]

#[path = "../tests/kit/mod.rs"]
mod kit;

use kit::{Kit, Opened, Sent, Typed};
use p256::{ProjectivePoint, Scalar, elliptic_curve::Field};
use postern_protocol::{
    base64url::Bytes,
    id::RecordId,
    wire::{
        records::RecordRequest,
        verify::{FinishRequest, FinishResponse, StartResponse},
    },
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rustix::time::{ClockId, clock_gettime};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::{future::Future, path::Path, sync::Arc, time::Duration};
use tokio::time::Instant;

const VERIFICATIONS: u64 = 400;
const RECORDS: usize = 600;
/// Evaluation of the OPRF, the ephemeral key, three Diffie-Hellmans.
const MULTIPLICATIONS: f64 = 5.0;

/// What something took: of the clock on the wall, and of all processors together.
#[derive(Default, Clone, Copy)]
struct Took {
    wall: Duration,
    processor: Duration,
}

fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

impl Took {
    async fn of<T>(&mut self, work: impl Future<Output = T>) -> T {
        let (wall, before) = (Instant::now(), processor());
        let done = work.await;
        self.wall += wall.elapsed();
        self.processor += processor() - before;
        done
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let one = multiplication();
        verifications(one).await;
        records().await;
    });
}

/// Seconds of one P-256 multiplication of a point that is not the generator.
fn multiplication() -> f64 {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let scalars: Vec<Scalar> = (0..500).map(|_| Scalar::random(&mut rng)).collect();
    let mut point = ProjectivePoint::GENERATOR;
    let before = processor();
    for scalar in &scalars {
        point = std::hint::black_box(point * scalar);
    }
    let seconds = (processor() - before).as_secs_f64() / scalars.len() as f64;
    println!("one P-256 multiplication: {:.0} µs", seconds * 1e6);
    seconds
}

async fn verifications(multiplication: f64) {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    kit.open(&sent, 1_000_000).await;
    let (mut start, mut finish) = (Took::default(), Took::default());
    for seed in 0..VERIFICATIONS {
        // The patient's half is not the portal's work: it is done outside of what is timed.
        let typed = Typed::new(&kit, &sent, &sent.right, 1, seed);
        let started: StartResponse = start.of(kit.start(&sent, &typed.request)).await.json();
        let done = typed.learn(&started.ke2.0).ok().unwrap();
        let request = FinishRequest { login: started.login, ke3: Bytes(done.ke3.clone()) };
        finish.of(kit.finish(&sent, &request)).await.json::<FinishResponse>();
    }
    let each = |took: Duration| took.as_secs_f64() / VERIFICATIONS as f64;
    let processor = each(start.processor) + each(finish.processor);
    let wall = each(start.wall) + each(finish.wall);
    println!(
        "a verification (start and finish): {:.2} ms of one processor, {:.2} ms on the wall one after the other",
        processor * 1e3,
        wall * 1e3
    );
    println!("verifications a second a core: {:.0}", 1.0 / processor);
    let share = MULTIPLICATIONS * multiplication / processor;
    println!("of which P-256 arithmetic ({MULTIPLICATIONS} multiplications): {:.0} %", share * 100.0);
    println!(
        "the same, of start alone: {:.0} %",
        MULTIPLICATIONS * multiplication / each(start.processor) * 100.0
    );
}

/// An answer that is sealed and ready to be sent.
struct Ready {
    opened: Arc<Opened>,
    rid: RecordId,
    request: RecordRequest,
}

async fn ready(kit: &mut Kit, count: usize) -> Vec<Ready> {
    let mut all = Vec::new();
    while all.len() < count {
        let sent: Sent = kit.send().await;
        let opened = Arc::new(kit.open(&sent, all.len() as u64).await);
        for _ in 0..150.min(count - all.len()) {
            let (rid, request) = kit.answer(&sent, None);
            all.push(Ready { opened: opened.clone(), rid, request });
        }
    }
    all
}

async fn records() {
    let mut kit = Kit::new().await;
    let answers = ready(&mut kit, 2 * RECORDS).await;
    let bytes = answers[0].request.record.len() + answers[0].request.own.len();
    let (alone, together) = answers.split_at(RECORDS);
    let bare = bare_commits(kit.folder.path(), bytes).await;
    let mut took = Took::default();
    for one in alone {
        let answer = took.of(kit.put(&one.opened, &one.rid, &one.request)).await;
        assert!(answer.status.is_success());
    }
    let sequential = RECORDS as f64 / took.wall.as_secs_f64();
    let processor = took.processor.as_secs_f64() / RECORDS as f64;
    let mut took = Took::default();
    let kit = &kit;
    took.of(async {
        for some in together.chunks(16) {
            let all = some.iter().map(|one| kit.put(&one.opened, &one.rid, &one.request));
            for answer in join(all).await {
                assert!(answer.status.is_success());
            }
        }
    })
    .await;
    let parallel = RECORDS as f64 / took.wall.as_secs_f64();
    println!(
        "a record with its own copy: {:.1} KiB, {:.2} ms of one processor",
        bytes as f64 / 1024.0,
        processor * 1e3
    );
    println!("the disk's own commits a second (one row of that size, as the store commits): {bare:.0}");
    println!(
        "records a second, one after the other: {sequential:.0}, {:.0} % of that",
        sequential / bare * 100.0
    );
    println!("records a second, 16 at a time: {parallel:.0}, {:.0} % of that", parallel / bare * 100.0);
}

/// Waits for all of them, each making progress while the others wait.
async fn join<T>(work: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut work: Vec<_> = work.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = work.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (one, done) in work.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// Commits a second of one row each, on the same disk with the same settings, and nothing else.
async fn bare_commits(folder: &Path, bytes: usize) -> f64 {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("bare.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON");
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    sqlx::query("CREATE TABLE bare (n INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT")
        .execute(&pool)
        .await
        .unwrap();
    let row = vec![7_u8; bytes];
    let began = Instant::now();
    for _ in 0..RECORDS {
        sqlx::query("INSERT INTO bare (row) VALUES (?1)").bind(&row).execute(&pool).await.unwrap();
    }
    let rate = RECORDS as f64 / began.elapsed().as_secs_f64();
    pool.close().await;
    rate
}
