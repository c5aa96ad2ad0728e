//! Two portals on one store, in processes of their own: safe together, and either may be killed.

use crate::{
    answers::{Stream, all, streams},
    house::{House, free_address},
    kills,
    node::Node,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_portals_on_one_store_serve_together_and_one_goes_on_when_the_other_is_killed() {
    let mut house = House::build();
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let elsewhere = free_address();
    let mut node = Some(Node::portal(&house, elsewhere));
    let mut open = streams(&house, &desk, &way, 4).await;
    for stream in open.iter_mut().skip(2) {
        stream.opened.caller = crate::patient::Caller::to(&format!("http://{elsewhere}"));
    }
    for kill in 0..kills().min(60) {
        let stop = Arc::new(AtomicBool::new(false));
        let answering: Vec<_> = open
            .into_iter()
            .map(|mut stream: Stream| {
                let stop = stop.clone();
                tokio::spawn(async move {
                    stream.answer_until(&stop).await;
                    stream
                })
            })
            .collect();
        sleep(Duration::from_millis(30)).await;
        if kill % 2 == 0 {
            drop(node.take());
            sleep(Duration::from_millis(10)).await;
            node = Some(Node::portal(&house, elsewhere));
        } else {
            house.stop_portal();
            sleep(Duration::from_millis(10)).await;
            house.start_portal();
        }
        stop.store(true, Ordering::SeqCst);
        open = Vec::new();
        for stream in answering {
            open.push(stream.await.unwrap());
        }
    }
    for stream in &open {
        stream.holds().await;
    }
    let epochs: std::collections::BTreeSet<_> = all(&open).map(|one| one.receipt.epoch.0).collect();
    assert_eq!(epochs.len(), 1);
    assert!(all(&open).count() > kills().min(60), "both answered");
}
