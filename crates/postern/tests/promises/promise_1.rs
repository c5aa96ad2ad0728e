//! Promise 1: a copy of the portal's database, key files and logs together opens nothing: the link's secret is missing.

use crate::{
    house::{
        self, House,
        scan::{self, Canary},
    },
    patient::Patient,
    thief,
};
use postern_fhir::appointment_response::Answer;
use postern_protocol::envelope::link_record::LinkRecordKind;
use std::{fs, io::Write};

const MESSAGES: usize = 200;

struct Told {
    text: String,
    birth_date: String,
    patient: Patient,
}

fn birth_date(n: usize) -> String {
    format!("19{:02}-{:02}-{:02}", 20 + n / 4, 1 + n % 12, 1 + n % 28)
}

/// Two hundred messages to forty people, opened, answered, guessed at, asked about, taken back.
async fn a_busy_week(house: &House) -> (Vec<Told>, Vec<Canary>) {
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let mut canaries = Vec::new();
    let people: Vec<serde_json::Value> = (0..40)
        .map(|n| {
            let (name, number) = (format!("Quetzal{n:02} Example"), format!("+120255501{n:02}"));
            canaries.push(Canary::new(format!("name {n}"), format!("Quetzal{n:02}")));
            canaries.push(Canary::new(format!("number {n}"), &number[2..]));
            canaries.push(Canary::new(format!("number as written {n}"), format!("555-01{n:02}")));
            canaries.push(Canary::new(format!("birth date {n}"), birth_date(n)));
            house::patient(&format!("p{n}"), &name, &birth_date(n), &number)
        })
        .collect();
    house::import(&desk, &serde_json::Value::from(people)).await;

    let mut told = Vec::new();
    for n in 0..MESSAGES {
        let text = format!("Marzipan-{n:03} is what we found.");
        canaries.push(Canary::new(format!("text {n}"), format!("Marzipan-{n:03}")));
        house::send(&desk, &way, &format!("p{}", n % 40), house::visit_bundle(&text)).await;
        let sms = house.texts().pop().unwrap();
        let patient = Patient::with_text(&sms.text);
        canaries.push(Canary::new(format!("secret {n}"), patient.secret.as_bytes()));
        canaries.push(Canary::new(format!("link {n}"), patient.secret.to_text()));
        canaries.push(Canary::new(format!("link's factor {n}"), patient.keys.factor.as_bytes()));
        told.push(Told { text, birth_date: birth_date(n % 40), patient });
    }
    for (n, one) in told.iter().enumerate().step_by(5) {
        let _ = one.patient.verify("1999-12-31").await;
        let mut opened = one.patient.verify(&one.birth_date).await.unwrap();
        canaries.push(Canary::new(format!("content key {n}"), opened.keys.at(1).unwrap().as_bytes()));
        opened.seen().await.unwrap();
        let answer = if n % 2 == 0 { Answer::Confirm } else { Answer::Cancel };
        let mut record = opened.record(answer);
        record.resource.comment = Some(format!("Kumquat-{n:03} suits me"));
        canaries.push(Canary::new(format!("answer {n}"), format!("Kumquat-{n:03}")));
        let request = opened.seal(&record);
        let receipt = opened.put(&record.rid, &request).await.unwrap().receipt;
        opened.receipts.push(receipt);
        if n % 25 == 0 {
            opened.end().await.unwrap();
            one.patient.say(LinkRecordKind::BirthDateQuestion).await.unwrap();
        }
    }
    for one in told.iter().skip(3).step_by(40) {
        desk.recall(&way, &one.patient.keys.lid.to_text()).await.unwrap();
    }
    desk.read_feed(&way, std::time::Duration::ZERO).await.unwrap();
    desk.shut().await;
    (told, canaries)
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_1_a_copy_of_the_portal_opens_nothing_without_the_link() {
    let mut house = House::build();
    let (told, canaries) = a_busy_week(&house).await;
    let folders = [house.portal_state(), house.log()];
    let folders = [folders[0].as_path(), folders[1].as_path()];
    assert!(house.portal_log().contains("verify/finish"), "the log is where it is looked for");
    assert_eq!(scan::scan(&folders, &canaries), Default::default());

    // The same scan finds what is there: planted in a log line, and in a row of the store.
    let copies = tempfile::tempdir().unwrap();
    let (stolen, log) = (copies.path().join("portal"), copies.path().join("log"));
    thief::copy(&house.portal_state(), &stolen);
    thief::copy(&house.log(), &log);
    let planted: Vec<Canary> = canaries.iter().step_by(7).cloned().collect();
    let mut line = fs::File::options().append(true).open(scan::files(&[&log])[0].clone()).unwrap();
    for canary in planted.iter().step_by(2) {
        line.write_all(&canary.bytes).unwrap();
        line.write_all(b" ").unwrap();
    }
    let mut store = thief::store(&stolen.join("portal.sqlite")).await;
    sqlx::query("CREATE TABLE planted (value BLOB)").execute(&mut store).await.unwrap();
    for canary in planted.iter().skip(1).step_by(2) {
        let insert = sqlx::query("INSERT INTO planted (value) VALUES (?)").bind(canary.bytes.as_slice());
        insert.execute(&mut store).await.unwrap();
    }
    let found = scan::scan(&[copies.path()], &canaries);
    for canary in &planted {
        assert!(found.iter().any(|found| found.canary == canary.name), "{} was planted", canary.name);
    }
    sqlx::query("DROP TABLE planted").execute(&mut store).await.unwrap();
    drop(store);

    // The same program: with all that was stolen it opens nothing; with the secret from one text it opens that message.
    let one = &told[1];
    let mut files = scan::files(&[&house.portal_state(), &house.log()]);
    files.retain(|file| !file.to_string_lossy().ends_with("-shm"));
    let candidates = thief::candidates(&files);
    assert!(candidates.len() > 1000, "the files were searched");
    let opened = thief::open(&mut house, &stolen, &candidates, &one.birth_date).await;
    assert_eq!(opened, Vec::<String>::new());
    let with_secret = [one.patient.secret.clone()];
    let opened = thief::open(&mut house, &stolen, &with_secret, &one.birth_date).await;
    assert_eq!(opened, [format!("Please confirm your visit\n{}", one.text)]);
}
