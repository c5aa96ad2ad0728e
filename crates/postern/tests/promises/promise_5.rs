//! Promise 5: after a recall the right birth date and a saved copy of the ciphertext open nothing.

use crate::{
    house::{
        self, House,
        scan::{self, Canary},
    },
    patient::{Patient, Shut},
    thief,
};
use postern_protocol::{derive::LinkKeys, envelope::slot, error_code::ErrorCode, factor::FactorKind};
use sqlx::Row;
use std::{fs, path::Path};

const RIGHT: &str = "1980-04-12";

/// The bytes that must go: factor record and slot as they are stored, and the key they are sealed under.
async fn bytes_of_the_link(state: &Path, keys: &LinkKeys) -> Vec<Canary> {
    let mut store = thief::store(&state.join("portal.sqlite")).await;
    let lid = &keys.lid.0[..];
    let row =
        sqlx::query("SELECT sealed FROM slots WHERE lid = ?").bind(lid).fetch_one(&mut store).await.unwrap();
    let sealed: Vec<u8> = row.get("sealed");
    let mut store = thief::store(&state.join("link-keys.sqlite")).await;
    let row =
        sqlx::query("SELECT key FROM link_keys WHERE lid = ?").bind(lid).fetch_one(&mut store).await.unwrap();
    let key: Vec<u8> = row.get("key");
    vec![
        Canary::new("the link's key", key),
        Canary::new("the sealed factor record and slot", &sealed[..64]),
        Canary::new("the end of the sealed factor record and slot", &sealed[sealed.len() - 64..]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_after_a_recall_the_right_date_and_a_saved_ciphertext_open_nothing() {
    let mut house = House::build();
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let people = serde_json::Value::from(vec![house::patient("p1", "Ana Example", RIGHT, "+12025550142")]);
    house::import(&desk, &people).await;
    house::send(&desk, &way, "p1", house::visit_bundle("To be taken back")).await;
    let ana = Patient::with_text(&house.texts()[0].text);
    let lid = ana.keys.lid.to_text();

    // What an observer saved before: everything that went over the wire, and a backup of the portal's main store.
    let opened = ana.verify(RIGHT).await.unwrap();
    let saved = opened.sealed.clone();
    let copies = tempfile::tempdir().unwrap();
    let before = copies.path().join("before");
    thief::copy(&house.portal_state(), &before);
    let bytes = bytes_of_the_link(&before, &ana.keys).await;
    let portal = house.portal_state();
    let found = scan::scan(&[&portal], &bytes);
    for canary in &bytes {
        assert!(
            found.iter().any(|found| found.canary == canary.name),
            "{} is found while the link lives",
            canary.name
        );
    }
    // The same program, before the recall: the stolen copy and the text open the message.
    let secret = [ana.secret.clone()];
    let control = copies.path().join("control");
    thief::copy(&before, &control);
    let read = thief::open(&mut house, &control, &secret, RIGHT).await;
    assert_eq!(read, ["Please confirm your visit\nTo be taken back"]);
    house.start_portal();

    desk.recall(&way, &lid).await.unwrap();
    let found = scan::scan(&[&portal], &bytes);
    assert!(!found.iter().any(|found| found.canary == "the link's key"), "{found:?}");
    assert_eq!(
        scan::scan(&[&portal], &bytes),
        Default::default(),
        "slot and factor record are in no file, WAL included"
    );
    assert_eq!(ana.verify(RIGHT).await.err(), Some(Shut::Refused(ErrorCode::LinkRecalled)));
    let refused = ana.try_slot(1).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::LinkRecalled));
    assert_eq!(opened.seen().await.unwrap_err().code(), Some(ErrorCode::SessionEnded));

    // What was saved does not open with all that the link and the right date still give.
    for guess in [&ana.keys.factor, &ana.keys.link_mac] {
        let opened = slot::open(&saved.slot, guess, &ana.secret, &ana.keys.lid, 1, FactorKind::BirthDate);
        assert!(opened.is_err());
    }
    // The backup of the main store, with the second store as it is after the recall: still nothing.
    let after = copies.path().join("after");
    thief::copy(&before, &after);
    for file in scan::files(&[&after]) {
        if file.file_name().unwrap().to_string_lossy().starts_with("link-keys") {
            fs::remove_file(file).unwrap();
        }
    }
    for file in scan::files(&[&portal]) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("link-keys") {
            fs::copy(&file, after.join(name)).unwrap();
        }
    }
    assert_eq!(thief::open(&mut house, &after, &secret, RIGHT).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_holds_at_the_desk_too_which_keeps_no_key_of_a_recalled_link() {
    let house = House::build();
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let people = serde_json::Value::from(vec![house::patient("p1", "Ana Example", RIGHT, "+12025550142")]);
    house::import(&desk, &people).await;
    let sent = house::send(&desk, &way, "p1", house::visit_bundle("To be taken back")).await;
    let sealed = |content_key: bool| {
        let state = house.desk_state();
        async move {
            let mut store = thief::store(&state.join("desk.sqlite")).await;
            let column = if content_key { "content_key" } else { "link_mac" };
            let rows = match column {
                "content_key" => sqlx::query("SELECT content_key AS value FROM link"),
                _ => sqlx::query("SELECT link_mac AS value FROM link"),
            };
            rows.fetch_one(&mut store).await.unwrap().get::<Option<Vec<u8>>, _>("value")
        }
    };
    let key = Canary::new("the sealed content key", sealed(true).await.unwrap());
    let state = house.desk_state();
    assert!(!scan::scan(&[&state], std::slice::from_ref(&key)).is_empty());
    desk.recall(&way, &sent.lid.to_text()).await.unwrap();
    assert_eq!(sealed(true).await, None);
    assert!(sealed(false).await.is_some(), "the look-up itself still works");
    assert_eq!(scan::scan(&[&state], &[key]), Default::default());
}
