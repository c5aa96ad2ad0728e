//! The portal's process is killed while answers stream in.

use crate::{
    answers::{Stream, all, streams},
    house::{House, free_address},
    kills,
    moment::Moment,
    patient::now,
    relay::{Fault, Relay},
};
use postern_portal::{AuditHead, AuditVerdict, Portal, SystemClock};
use rand_core::OsRng;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::sleep;

const PATIENTS: usize = 4;
const PUT: &str = "PUT /api/v1/records/";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_portal_killed_again_and_again_loses_and_doubles_no_acknowledged_answer() {
    let listen = free_address();
    let relay = Relay::to(listen).await;
    let mut house = House::build_behind(relay.origin.clone(), listen);
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let mut open = streams(&house, &desk, &way, PATIENTS).await;
    let mut full = Vec::new();
    let store = house.portal_state().join("portal.sqlite");
    let (mut met, mut unheard) = (0, 0);
    for kill in 0..kills() {
        let moment = match kill % 3 {
            0 => Moment::Within(60),
            1 => Moment::Writing,
            _ => Moment::Met(Fault::Swallow { request: PUT }, 0),
        };
        let before: Vec<usize> = open.iter().map(|stream| stream.acknowledged.len()).collect();
        let stop = Arc::new(AtomicBool::new(false));
        let answering: Vec<_> = open
            .into_iter()
            .map(|mut stream| {
                let stop = stop.clone();
                tokio::spawn(async move {
                    stream.answer_until(&stop).await;
                    stream
                })
            })
            .collect();
        sleep(Duration::from_millis(20)).await;
        met += usize::from(moment.come(&relay, &store).await);
        house.stop_portal();
        let killed = now();
        relay.plan(Fault::None);
        stop.store(true, Ordering::SeqCst);
        house.start_portal();
        open = Vec::new();
        for (stream, before) in answering.into_iter().zip(before) {
            let stream = stream.await.unwrap();
            unheard += stream.taken_unheard(killed, before);
            open.push(stream);
        }
        for (n, stream) in open.iter_mut().enumerate() {
            if stream.is_full() {
                full.push(std::mem::replace(stream, Stream::on_a_new_link(&house, &desk, &way, n).await));
            } else if kill % 20 == 19 {
                stream.opened.seen().await.unwrap();
            }
        }
    }
    open.append(&mut full);
    for stream in &open {
        stream.holds().await;
    }
    let acknowledged = all(&open).count();
    println!(
        "portal: {} kills ({met} at their moment), {acknowledged} answers acknowledged, {unheard} of them taken before \
         a kill that kept the receipt from the patient",
        kills()
    );
    let epochs: BTreeSet<_> = all(&open).map(|one| one.receipt.epoch.0).collect();
    assert_eq!(epochs.len(), 1, "a kill is not a restore");
    assert!(kills() < 9 || unheard > 0, "some kills fell between commit and answer");
    desk_books_all(&house, &open).await;
    audit_holds(&mut house, &open).await;
}

/// The clinic has every acknowledged answer once.
async fn desk_books_all(house: &House, streams: &[Stream]) {
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    while {
        let polled = desk.read_feed(&way, Duration::ZERO).await.unwrap();
        polled.more || polled.resynced
    } {}
    let inbox = desk.inbox().await.unwrap();
    assert_eq!(inbox.incidents.len(), 0, "{:?}", inbox.incidents);
    let booked: BTreeSet<String> = inbox.records.iter().map(|record| record.rid.clone()).collect();
    let acknowledged: BTreeSet<String> = all(streams).map(|one| one.rid.to_string()).collect();
    assert_eq!(inbox.records.len(), booked.len());
    assert_eq!(booked, acknowledged);
}

/// The audit log is whole, and every receipt's row stands in it.
async fn audit_holds(house: &mut House, streams: &[Stream]) {
    house.stop_portal();
    let portal = Portal::open(&house.portal_state(), Arc::new(SystemClock), Box::new(OsRng)).await.unwrap();
    let mut heads: Vec<AuditHead> =
        all(streams).map(|one| AuditHead { n: one.receipt.audit.n, head: one.receipt.audit.head }).collect();
    heads.sort_by_key(|head| head.n);
    let numbers: BTreeSet<u64> = heads.iter().map(|head| head.n).collect();
    assert_eq!(numbers.len(), heads.len(), "each answer has an audit row of its own");
    let middle = heads[heads.len() / 2];
    for kept in [heads[0], middle, heads[heads.len() - 1]] {
        let verdict = portal.verify_audit(Some(kept)).await.unwrap();
        assert!(matches!(verdict, AuditVerdict::Whole(_)), "{verdict:?}");
    }
    portal.close().await;
}
