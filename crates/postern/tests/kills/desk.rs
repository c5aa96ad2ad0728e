//! The desk's process is killed while it books.

use crate::{
    answers::{Stream, all, streams},
    house::{House, free_address, postern},
    kills,
    moment::Moment,
    relay::{Fault, Relay},
};
use std::{
    collections::BTreeMap,
    process::{Child, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

const PATIENTS: usize = 4;
const FEED: &str = "GET /api/v1/desk/feed";

/// A running `postern desk run`.
struct Reader(Child);

impl Reader {
    fn start(house: &House) -> Self {
        let state = house.desk_state();
        let mut command = postern(&["desk", "run", "--state", state.to_str().unwrap()]);
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn kill(&mut self) {
        assert!(self.0.try_wait().unwrap().is_none(), "the desk runs until it is killed");
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_desk_killed_again_and_again_books_every_answer_once() {
    let listen = free_address();
    let relay = Relay::to(listen).await;
    let house = House::build_behind(relay.origin.clone(), listen);
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let mut open = streams(&house, &desk, &way, PATIENTS).await;
    let mut full = Vec::new();
    let store = house.desk_state().join("desk.sqlite");
    let (mut met, mut between) = (0, 0);
    for kill in 0..kills() {
        let page = Fault::Tell { request: FEED, answer: "\"kind\":\"record\"" };
        let moment = match kill % 4 {
            0 => Moment::WritingAfter(page, 40),
            1 => Moment::Met(page, 0),
            2 => Moment::Met(page, 60),
            _ => Moment::Within(800),
        };
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
        let mut reader = Reader::start(&house);
        let came = moment.come(&relay, &store).await;
        reader.kill();
        relay.plan(Fault::None);
        met += usize::from(came);
        between += usize::from(came && kill % 4 == 1);
        stop.store(true, Ordering::SeqCst);
        open = Vec::new();
        for stream in answering {
            open.push(stream.await.unwrap());
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
    let before = desk.inbox().await.unwrap().records.len();
    while {
        let polled = desk.read_feed(&way, Duration::ZERO).await.unwrap();
        polled.more || polled.resynced
    } {}
    let acknowledged = all(&open).count();
    println!(
        "desk: {} kills ({met} at their moment, {between} between a page and its booking), {acknowledged} answers, \
         {before} of them booked under the kills",
        kills()
    );
    assert!(before > 0, "the killed desks booked some");
    let inbox = desk.inbox().await.unwrap();
    assert_eq!(inbox.incidents.len(), 0, "{:?}", inbox.incidents);
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stream in &open {
        let rids = stream.acknowledged.iter().map(|one| one.rid.to_string()).collect();
        expected.insert(stream.patient.keys.lid.to_text(), rids);
    }
    let mut booked: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    for record in &inbox.records {
        assert!(record.signature_valid && record.receipt_valid);
        booked.entry(record.lid.clone()).or_default().push((record.seq, record.rid.clone()));
    }
    let in_order = |mut records: Vec<(u32, String)>| {
        records.sort();
        assert!(records.iter().zip(1..).all(|((seq, _), expected)| *seq == expected), "seq without gap");
        records.into_iter().map(|(_, rid)| rid).collect()
    };
    let booked: BTreeMap<String, Vec<String>> =
        booked.into_iter().map(|(lid, records)| (lid, in_order(records))).collect();
    assert_eq!(booked, expected, "every acknowledged answer once, in the receipts' order, and no other");
    let ledger = desk.ledger().await.unwrap();
    let lines = ledger.iter().filter(|line| line.kind == "record-booked").count();
    assert_eq!(lines, acknowledged, "one line in the ledger for each");
}
