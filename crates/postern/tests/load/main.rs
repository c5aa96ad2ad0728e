//! Two hundred patients at once on one portal, the real executable over HTTP: each gives the birth date, reads, answers,
//! leaves, and comes back. No call may fail, the memory must stand still, and what the slowest in a hundred waited is
//! printed.
//!
//! `POSTERN_LOAD_SECONDS` says for how long (4 without it, as in CI; 60 for the figures in docs/BENCH.md).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "../house/mod.rs"]
mod house;
mod memory;
#[path = "../patient/mod.rs"]
mod patient;
mod times;

use house::{House, patient as person, send, visit_bundle};
use patient::Patient;
use postern_fhir::appointment_response::Answer;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

const PATIENTS: usize = 200;
const BORN: &str = "1980-04-12";
/// What a visit takes a person, at the very least.
const PAUSE: Duration = Duration::from_secs(3);
/// A link takes 200 answers; nobody sends so many.
const ANSWERS: usize = 20;

/// One patient, coming back until the time is over.
async fn come_and_go(patient: Patient, end: Instant, late: Duration, visits: Arc<AtomicUsize>) {
    sleep(late).await;
    let mut answers = 0;
    while Instant::now() < end {
        let mut opened = patient.verify(BORN).await.expect("the door opens");
        opened.seen().await.expect("it is noted");
        if answers < ANSWERS {
            opened.answer(Answer::Confirm).await;
            answers += 1;
        }
        opened.end().await.expect("the session ends");
        visits.fetch_add(1, Ordering::Relaxed);
        sleep(PAUSE).await;
    }
}

fn seconds() -> u64 {
    std::env::var("POSTERN_LOAD_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_patients_at_once_meet_no_error_and_the_memory_stands_still() {
    let mut house = House::build();
    let state = house.portal_state();
    // A server in front is played, which names each patient's address; every limit is as it comes.
    house.start_portal_as(&state, &["--trusted-proxy", "127.0.0.1"], "info");
    let desk = house.desk().await;
    let people =
        (0..PATIENTS).map(|n| person(&format!("p{n}"), "Ana Example", BORN, &format!("+1202555{n:04}")));
    let people = serde_json::Value::from_iter(people);
    house::import(&desk, &people).await;
    let way = house.way(&desk).await;
    let taken = times::Taken::default();
    let mut patients = Vec::new();
    for n in 0..PATIENTS {
        send(&desk, &way, &format!("p{n}"), visit_bundle("See you soon.")).await;
    }
    for (n, text) in house.texts().iter().enumerate() {
        let mut patient = Patient::with_text(&text.text);
        patient.caller.from = Some(format!("198.51.{}.{}", 100 + n / 250, n % 250));
        patient.caller.taken = Some(taken.clone());
        patients.push(patient);
    }
    assert_eq!(patients.len(), PATIENTS);

    let run = Duration::from_secs(seconds());
    let began = Instant::now();
    let memory = memory::watch(house.portal_process());
    let visits = Arc::new(AtomicUsize::new(0));
    let coming: Vec<_> = patients
        .into_iter()
        .enumerate()
        .map(|(n, patient)| {
            let late = PAUSE.mul_f64(n as f64 / PATIENTS as f64);
            tokio::spawn(come_and_go(patient, began + run, late, visits.clone()))
        })
        .collect();
    for one in coming {
        one.await.expect("no patient met an error");
    }
    let samples = memory.stop().await;
    let took = began.elapsed().as_secs_f64();
    let visits = visits.load(Ordering::Relaxed);
    assert!(visits >= PATIENTS, "every patient came at least once: {visits}");
    println!("{PATIENTS} patients, {took:.0} s: {visits} visits, {:.1} a second", visits as f64 / took);
    times::print(&taken.lock().unwrap(), took);
    memory::print_and_check(&samples);
    let log = house.portal_log();
    assert!(!log.contains("\"level\":\"ERROR\""), "the portal logged an error");
    let refused = log.lines().filter(|line| line.contains("\"code\":\"")).count();
    assert_eq!(refused, 0, "no call was refused");
}
