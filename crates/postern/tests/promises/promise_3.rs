//! Promise 3, over HTTP: GET, HEAD and `link/open` change nothing and raise no event.

use crate::{
    house::{self, House, scan},
    patient::{Patient, Shut},
};
use axum::http::Method;
use postern_protocol::{digest::Digest, digest::sha256, wire::link_open::LinkState};
use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

/// Every address there is, and some there are not. Only `/readyz` is left out: it says nothing of a link, and tries the stores
/// with a row that it takes out again (`asking_a_thousand_times_looks_once`, beside it), which files of a journal show.
const PATHS: &[&str] = &[
    "/",
    "/m",
    "/c",
    "/b",
    "/m/",
    "/m?utm_source=sms",
    "/healthz",
    "/robots.txt",
    "/favicon.ico",
    "/sitemap.xml",
    "/apple-touch-icon.png",
    "/assets/app-0011223344556677.js",
    "/.well-known/jwks.json",
    "/.well-known/security.txt",
    "/demo/phone",
    "/api/v1/link/open",
    "/api/v1/link/records",
    "/api/v1/verify/start",
    "/api/v1/verify/finish",
    "/api/v1/records/018f0000-0000-7000-8000-000000000000",
    "/api/v1/session/seen",
    "/api/v1/session/messages",
    "/api/v1/session/end",
    "/api/v1/desk/registration/start",
    "/api/v1/desk/links/{lid}",
    "/api/v1/desk/links/{lid}/slots/1",
    "/api/v1/desk/links/{lid}/envelopes",
    "/api/v1/desk/links/{lid}/recall",
    "/api/v1/desk/links/{lid}/unlock",
    "/api/v1/desk/links/{lid}/close",
    "/api/v1/desk/sync",
    "/api/v1/desk/feed?after=0&wait=0",
];

/// What the portal keeps: every file but SQLite's shared memory, which a reader writes too.
fn kept(house: &House) -> BTreeMap<PathBuf, Digest> {
    let mut files = scan::files(&[&house.portal_state()]);
    files.retain(|file| !file.to_string_lossy().ends_with("-shm"));
    files.into_iter().map(|file| (file.clone(), sha256(&fs::read(file).unwrap()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_3_looking_at_a_link_changes_nothing_and_raises_no_event() {
    let house = House::build();
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let people =
        serde_json::Value::from(vec![house::patient("p1", "Ana Example", "1980-04-12", "+12025550142")]);
    house::import(&desk, &people).await;
    house::send(&desk, &way, "p1", house::visit_bundle("Will you come?")).await;
    let ana = Patient::with_text(&house.texts()[0].text);
    assert_eq!(way.feed(0, Duration::ZERO).await.unwrap().events.len(), 0);

    let before = kept(&house);
    let lid = ana.keys.lid.to_text();
    let holder = ana.as_holder().to_header();
    for path in PATHS {
        let path = path.replace("{lid}", &lid);
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            for headers in
                [vec![], vec![("authorization", holder.as_str())], vec![("authorization", "Desk a.b.c")]]
            {
                ana.caller.request(method.clone(), &path, &headers, Vec::new()).await;
            }
        }
        // A press on whatever the page has, without anything typed.
        ana.caller
            .request(Method::POST, &path, &[("content-type", "application/json")], b"{}".to_vec())
            .await;
    }
    for _ in 0..20 {
        assert_eq!(ana.open().await.unwrap().state, LinkState::Active);
    }
    let after = kept(&house);
    let changed: Vec<_> = after.iter().filter(|(file, digest)| before.get(*file) != Some(digest)).collect();
    assert!(changed.is_empty() && after.len() == before.len(), "{changed:?}");
    assert_eq!(way.feed(0, Duration::ZERO).await.unwrap().events.len(), 0);

    // The same look sees one wrong birth date.
    let before = kept(&house);
    assert_eq!(ana.verify("1980-04-13").await.err(), Some(Shut::Wrong(9)));
    assert_ne!(kept(&house), before);
    let events = way.feed(0, Duration::ZERO).await.unwrap().events;
    assert_eq!(events.iter().map(|event| event["kind"].as_str().unwrap()).collect::<Vec<_>>(), ["opened"]);
}
