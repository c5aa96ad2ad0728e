//! The desk's logs name no patient, no link and no secret (docs/LOGGING.md), however much is asked of them.

use crate::{
    house::{
        self, House, postern,
        scan::{self, Canary},
    },
    patient::Patient,
};
use postern_fhir::appointment_response::Answer;
use postern_protocol::envelope::link_record::LinkRecordKind;
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
    process::Child,
    time::Duration,
};

struct Reader(Child);

impl Reader {
    fn start(house: &House, log: &Path) -> Self {
        let state = house.desk_state();
        let log = File::create(log).unwrap();
        let mut command = postern(&["desk", "run", "--state", state.to_str().unwrap()]);
        command.env("POSTERN_LOG", "trace").stdout(log.try_clone().unwrap()).stderr(log);
        Self(command.spawn().unwrap())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn until(log: &Path, words: &str) {
    for _ in 0..600 {
        if fs::read_to_string(log).unwrap().contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the desk never said {words:?}: {}", fs::read_to_string(log).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desks_logs_at_their_most_talkative_name_no_patient_no_link_and_no_secret() {
    let mut house = House::build();
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let people = serde_json::json!([
        house::patient("p-quetzal", "Quetzal Example", "1980-04-12", "+12025550171"),
        house::patient("p-kestrel", "Kestrel Example", "1951-11-30", "+12025550172"),
    ]);
    house::import(&desk, &people).await;
    let mut canaries = vec![
        Canary::new("patient's id", "p-quetzal"),
        Canary::new("name", "Quetzal"),
        Canary::new("other's name", "Kestrel"),
        Canary::new("birth date", "1980-04-12"),
        Canary::new("other's birth date", "1951-11-30"),
        Canary::new("number", "2025550171"),
        Canary::new("other's number", "2025550172"),
        Canary::new("text", "Marzipan"),
        Canary::new("answer", "Kumquat"),
    ];
    let mut patients = Vec::new();
    for to in ["p-quetzal", "p-kestrel"] {
        house::send(&desk, &way, to, house::visit_bundle("Marzipan is what we found.")).await;
        let patient = Patient::with_text(&house.texts().pop().unwrap().text);
        canaries.push(Canary::new(format!("{to}'s secret"), patient.secret.as_bytes()));
        canaries.push(Canary::new(format!("{to}'s link"), patient.secret.to_text()));
        canaries.push(Canary::new(format!("{to}'s link id"), patient.keys.lid.0));
        canaries.push(Canary::new(format!("{to}'s claim"), patient.keys.claim.0));
        canaries.push(Canary::new(format!("{to}'s link mac"), patient.keys.link_mac.as_bytes()));
        patients.push(patient);
    }
    // One more is decided and does not get away before the portal is gone.
    house.stop_portal();
    let words =
        postern_desk::send::Content::Text { subject: "Results".into(), text: "Marzipan again.".into() };
    let request = postern_desk::send::SendRequest::new("p-quetzal", words);
    let transport = postern_desk::transport::FileTransport::in_state(desk.state());
    assert!(desk.send(&way, &transport, &request).await.is_err());
    desk.shut().await;

    let logs = house.folder.path().join("desk-log");
    fs::create_dir(&logs).unwrap();
    let log = logs.join("desk.log");
    let reader = Reader::start(&house, &log);
    until(&log, "a waiting message was not sent").await;
    until(&log, "the feed cannot be read").await;
    house.start_portal();
    until(&log, "a waiting message was sent").await;
    let _ = patients[0].verify("1999-12-31").await;
    let opened = patients[0].verify("1980-04-12").await.unwrap();
    canaries.push(Canary::new("content key", opened.keys.at(1).unwrap().as_bytes()));
    opened.seen().await.unwrap();
    let mut record = opened.record(Answer::Cancel);
    record.resource.comment = Some("Kumquat".into());
    canaries.push(Canary::new("record id", record.rid.to_string()));
    let request = opened.seal(&record);
    opened.put(&record.rid, &request).await.unwrap();
    patients[1].say(LinkRecordKind::WrongPerson).await.unwrap();
    until(&log, "\"records\":1").await;
    until(&log, "\"link_records\":1").await;
    drop(reader);

    let found = scan::scan(&[&logs], &canaries);
    assert_eq!(found, Default::default());
    // The same scan finds what is planted.
    let mut file = OpenOptions::new().append(true).open(&log).unwrap();
    for canary in &canaries {
        file.write_all(&canary.bytes).unwrap();
        file.write_all(b" ").unwrap();
    }
    assert_eq!(scan::scan(&[&logs], &canaries).len(), canaries.len());
}
