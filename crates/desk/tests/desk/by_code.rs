//! A link that is opened by a code, through a real portal: asked for, made, registered, texted, typed.

use crate::real_portal::World;
use postern_desk::{ledger::Line, transport::FileTransport};
use postern_protocol::{
    derive::LinkKeys,
    envelope::link_record::{self, LinkRecord, LinkRecordKind},
    factor::{Code, Factor, FactorKind},
    id::{self, ClinicId},
    link,
    wire::{
        authorization::Authorization,
        link_open::{OpenRequest, OpenResponse},
        link_records::{LinkRecordRequest, LinkRecordResponse},
    },
};

impl World {
    /// The patient presses "Send me a code".
    async fn ask(&mut self, text: &str) -> LinkRecordResponse {
        self.say(text, LinkRecordKind::Code).await
    }

    async fn say(&mut self, text: &str, kind: LinkRecordKind) -> LinkRecordResponse {
        let keys = LinkKeys::derive(&link::find_in_text(text).unwrap());
        let holder = Authorization::Link { lid: keys.lid, claim: keys.claim };
        let said = LinkRecord {
            v: 1,
            rid: id::record_id(self.desk.now(), &mut self.rng),
            lid: keys.lid,
            clinic: ClinicId::new("oak").unwrap(),
            kind,
            scope: None,
            at: self.desk.now(),
        };
        let request = LinkRecordRequest { jws: link_record::seal(&keys.link_mac, &said) };
        self.call("POST", "link/records", &holder, &request).await.unwrap()
    }

    /// The desk hears and does what is due, as its loop does.
    async fn work(&self, transport: &FileTransport) {
        self.read_feed().await;
        self.desk.resume(&self.client().await, transport).await.unwrap();
    }

    /// Texts with a code in them, oldest first.
    fn codes(&self) -> Vec<String> {
        let mut found: Vec<(i64, String)> = std::fs::read_dir(self.transport().folder())
            .unwrap()
            .filter_map(|file| file.unwrap().path().file_stem()?.to_str()?.parse().ok())
            .map(|n| (n, self.text(n)))
            .filter(|(_, text)| text.contains("is your code"))
            .collect();
        found.sort();
        found.into_iter().map(|(_, text)| text).collect()
    }

    async fn lines(&self, kind: &str) -> Vec<Line> {
        self.desk.ledger().await.unwrap().into_iter().filter(|line| line.kind == kind).collect()
    }

    async fn open_slots(&self, text: &str) -> usize {
        let keys = LinkKeys::derive(&link::find_in_text(text).unwrap());
        let holder = Authorization::Link { lid: keys.lid, claim: keys.claim };
        let open: OpenResponse = self.call("POST", "link/open", &holder, &OpenRequest {}).await.unwrap();
        open.slots.len()
    }
}

fn code_in(text: &str) -> Factor {
    Factor::Code(Code::parse(text.rsplit_once('#').unwrap().1).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_was_asked_for_opens_the_message_once() {
    let mut world = World::new().await;
    let text = world.send_by(FactorKind::Code).await;
    assert!(text.contains("/c#"), "{text}");
    assert_eq!(world.open_slots(&text).await, 0, "nothing can be typed before a code was asked for");
    world.ask(&text).await;
    world.work(&world.transport()).await;
    let [code] = &world.codes()[..] else { panic!("one text") };
    let host = world.origin.trim_start_matches("http://");
    let last = code.lines().last().unwrap();
    assert!(last.starts_with(&format!("@{host} #")), "{code}");
    assert!(code.contains(&format!(": {} is your code", last.rsplit_once('#').unwrap().1)), "{code}");
    let session = world.prove(&text, code_in(code)).await.unwrap();
    world.confirm(&session).await;
    assert_eq!(world.read_feed().await.records, 1);
    assert_eq!(world.open_slots(&text).await, 0, "it opens once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_press_within_a_minute_brings_no_second_text_and_the_first_code_works() {
    let mut world = World::new().await;
    let text = world.send_by(FactorKind::Code).await;
    world.ask(&text).await;
    world.work(&world.transport()).await;
    world.clock.forward(59);
    assert!(world.ask(&text).await.code_until.is_some(), "the page learns that one lives");
    world.work(&world.transport()).await;
    assert_eq!(world.codes().len(), 1);
    assert_eq!(world.lines("code-refused").await[0].what["why"][0], "code-too-soon");
    let first = code_in(&world.codes()[0]);
    world.prove(&text, first).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_minute_a_new_code_comes_and_the_old_one_is_gone() {
    let mut world = World::new().await;
    let text = world.send_by(FactorKind::Code).await;
    for _ in 0..2 {
        world.ask(&text).await;
        world.work(&world.transport()).await;
        world.clock.forward(61);
    }
    let codes = world.codes();
    assert_eq!((codes.len(), world.open_slots(&text).await), (2, 1));
    assert!(world.prove(&text, code_in(&codes[0])).await.is_err());
    world.prove(&text, code_in(&codes[1])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_of_ten_minutes_dies_and_brings_no_text() {
    let mut world = World::new().await;
    let text = world.send_by(FactorKind::Code).await;
    world.ask(&text).await;
    world.clock.forward(600);
    world.work(&world.transport()).await;
    assert!(world.codes().is_empty());
    assert_eq!(world.lines("code-lapsed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opted_out_of_everything_gets_no_code() {
    let mut world = World::new().await;
    let text = world.send_by(FactorKind::Code).await;
    world.say(&text, LinkRecordKind::OptOut).await;
    world.ask(&text).await;
    world.work(&world.transport()).await;
    assert!(world.codes().is_empty());
    assert_eq!(world.lines("code-refused").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_by_birth_date_has_no_code_and_keeps_no_secret() {
    let mut world = World::new().await;
    let text = world.send_by(FactorKind::BirthDate).await;
    world.ask(&text).await;
    world.work(&world.transport()).await;
    assert!(world.codes().is_empty());
    assert_eq!(world.lines("code").await.len(), 1, "staff see that somebody asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transport_that_fails_brings_the_same_code_once_later() {
    let mut world = World::new().await;
    let text = world.send_by(FactorKind::Code).await;
    world.ask(&text).await;
    // A file where the folder should be: nothing can be handed over.
    let folder = world.transport().folder().to_owned();
    let aside = folder.with_extension("aside");
    std::fs::rename(&folder, &aside).unwrap();
    std::fs::write(&folder, b"").unwrap();
    world.work(&world.transport()).await;
    assert_eq!(world.open_slots(&text).await, 1, "the portal has it");
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();
    for _ in 0..2 {
        world.work(&world.transport()).await;
    }
    let [code] = &world.codes()[..] else { panic!("one text") };
    let code = code_in(code);
    world.prove(&text, code).await.unwrap();
}
