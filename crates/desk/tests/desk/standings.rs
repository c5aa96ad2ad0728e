//! What is known of a number: kept beside the ledger, and the same as the ledger tells.

use crate::fixture::{Fixture, NUMBER};
use postern_desk::rules::{Scope, Standing, replay};
use postern_protocol::envelope::link_record::LinkRecordKind;
use serde_json::json;

async fn pool(fixture: &Fixture) -> sqlx::SqlitePool {
    let path = fixture.folder.path().join("desk.sqlite");
    sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(path)).await.unwrap()
}

/// Somebody opted out, was reported as somebody else, and was settled.
async fn lived() -> Fixture {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    for kind in [LinkRecordKind::OptOut, LinkRecordKind::WrongPerson] {
        let (_, jws) = holder.say(kind);
        fixture.portal.say(&holder.lid(), json!({ "kind": "link-record", "jws": jws }));
        fixture.clock.forward(1);
        fixture.read_feed().await;
    }
    fixture.desk.settle_number("p-1", "spoke on the telephone").await.unwrap();
    fixture
}

#[tokio::test]
async fn what_is_kept_of_a_number_is_what_the_ledger_tells_of_it() {
    let fixture = lived().await;
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
    let told = replay::standings(&fixture.desk.ledger().await.unwrap()).unwrap();
    let [standing] = &told.values().collect::<Vec<_>>()[..] else { panic!("one number") };
    assert!(standing.opted_out.contains_key(&Scope::Everything));
    assert!(standing.reported.is_none() && standing.confirmed.is_some());
}

#[tokio::test]
async fn a_standing_taken_out_put_back_or_moved_is_found() {
    for change in [
        "DELETE FROM standing",
        "UPDATE standing SET sealed = (SELECT sealed FROM earlier)",
        "UPDATE standing SET number_key = 'elsewhere'",
    ] {
        let fixture = Fixture::new().await;
        let pool = pool(&fixture).await;
        fixture.desk.settle_number("p-1", "spoke on the telephone").await.unwrap();
        sqlx::query("CREATE TABLE earlier AS SELECT sealed FROM standing").execute(&pool).await.unwrap();
        fixture.clock.forward(1);
        fixture.desk.settle_number("p-1", "spoke on the telephone").await.unwrap();
        assert!(fixture.desk.standings_that_differ().await.unwrap().is_empty());
        sqlx::query(change).execute(&pool).await.unwrap();
        assert!(!fixture.desk.standings_that_differ().await.unwrap().is_empty(), "{change}");
    }
}

#[tokio::test]
async fn an_opt_out_that_an_earlier_version_kept_still_stands() {
    let mut fixture = Fixture::new().await;
    let sent = fixture.send().await;
    let pool = pool(&fixture).await;
    // As that version wrote it.
    sqlx::query("INSERT INTO number (number_key, opted_out_at) SELECT number_key, 5 FROM link WHERE lid = ?")
        .bind(sent.lid.to_text())
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    fixture.restart().await;
    let preview = fixture.desk.dry_run(&fixture.request()).await.unwrap();
    assert_eq!(preview.refusals.iter().map(|one| one.code).collect::<Vec<_>>(), ["number-opted-out"]);
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
    let told = replay::standings(&fixture.desk.ledger().await.unwrap()).unwrap();
    assert_ne!(told.into_values().next().unwrap(), Standing::default());
    assert_eq!(fixture.texts()[0].to, NUMBER);
}
