//! Promise 4: the portal can forge neither a message nor an answer, nor change what was receipted. An envelope, record or
//! receipt that is altered, reordered, swapped between messages or links, or made with the portal's keys is refused by the
//! patient's page, or is an incident at the desk.

use crate::{
    house::{self, House},
    patient::{Doubt, OpenedLink, Patient},
    tamper::Tamper,
};
use postern_desk::{
    desk::Desk,
    inbox::Inbox,
    portal::{HttpExchange, PortalClient},
};
use postern_fhir::{Bundle, appointment_response::Answer};
use postern_protocol::{
    base64url::FixedBytes,
    derive::ContentKey,
    digest::sha256,
    envelope::{link_record::LinkRecordKind, message, record},
    id::random_id,
    keys::{PatientSigningKey, SigningKeyPair},
    receipt::{self, FIRST_PREV, Receipt},
    wire::verify::{FinishResponse, OwnCopy, WireEnvelope},
};
use rand_core::OsRng;
use serde_json::Value;
use std::{collections::BTreeSet, fs, sync::Arc, time::Duration};

const RIGHT: &str = "1980-04-12";

struct Scene {
    house: House,
    desk: Desk,
    way: PortalClient,
    tamper: Tamper,
}

impl Scene {
    async fn set() -> Self {
        let house = House::build();
        let desk = house.desk().await;
        let people = Value::from(vec![house::patient("p1", "Ana Example", RIGHT, "+12025550142")]);
        house::import(&desk, &people).await;
        let tamper = Tamper::on(HttpExchange::new(&house.origin).unwrap());
        let way = desk.portal(Arc::new(tamper.clone())).await.unwrap();
        Self { house, desk, way, tamper }
    }

    async fn link(&self, text: &str) -> Patient {
        house::send(&self.desk, &self.way, "p1", house::visit_bundle(text)).await;
        Patient::with_text(&self.house.texts().last().unwrap().text)
    }

    /// The portal's own signing key, as somebody who runs the portal has it.
    fn portal_key(&self) -> SigningKeyPair {
        let keys = fs::read_to_string(self.house.portal_state().join("keys.json")).unwrap();
        let keys: Value = serde_json::from_str(&keys).unwrap();
        let signing: FixedBytes<32> = serde_json::from_value(keys["signing"].clone()).unwrap();
        SigningKeyPair::from_bytes(&signing.0).unwrap()
    }
}

fn reread(opened: &OpenedLink, patient: &Patient, given: FinishResponse) -> Option<Doubt> {
    let clinic = postern_protocol::id::ClinicId::new("oak").unwrap();
    let (caller, session, keys) = (opened.caller.clone(), opened.session, opened.keys.clone());
    OpenedLink::read(caller, session, patient.keys.lid, clinic, keys, given).err()
}

/// Each of a compact text's letters in turn, some hundred of them, replaced by another.
fn altered(compact: &str) -> impl Iterator<Item = String> {
    let step = (compact.len() / 120).max(1);
    (0..compact.len()).step_by(step).map(move |at| {
        let mut letters = compact.as_bytes().to_vec();
        letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(letters).unwrap()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_4_the_page_refuses_what_is_altered_reordered_swapped_or_forged() {
    let scene = Scene::set().await;
    let (ana, other) = (scene.link("To the first link").await, scene.link("To the second link").await);
    let mut first = ana.verify(RIGHT).await.unwrap();
    for answer in [Answer::Confirm, Answer::Cancel, Answer::Confirm] {
        first.answer(answer).await;
    }
    let first = ana.verify(RIGHT).await.unwrap();
    let mut second = other.verify(RIGHT).await.unwrap();
    second.answer(Answer::Cancel).await;
    let second = other.verify(RIGHT).await.unwrap();
    let honest = first.sealed.clone();
    assert_eq!(reread(&first, &ana, honest.clone()), None, "untouched, it holds");
    let refuses = |what: &str, doubt: Doubt, change: &dyn Fn(&mut FinishResponse)| {
        let mut given = honest.clone();
        change(&mut given);
        assert_ne!(given, honest, "{what}: something was changed");
        assert_eq!(reread(&first, &ana, given), Some(doubt), "{what}");
    };

    for jwe in altered(&honest.envelopes[0].jwe) {
        refuses("an altered message", Doubt::Message, &|given| given.envelopes[0].jwe = jwe.clone());
    }
    for receipt in altered(&honest.receipts[1]) {
        refuses("an altered receipt", Doubt::Receipts, &|given| given.receipts[1] = receipt.clone());
    }
    for jwe in altered(&honest.own[0].jwe).step_by(4) {
        refuses("an altered own copy", Doubt::Own, &|given| given.own[0].jwe = jwe.clone());
    }
    refuses("a message of another link", Doubt::Message, &|given| {
        given.envelopes = second.sealed.envelopes.clone()
    });
    refuses("a message under another id", Doubt::Message, &|given| {
        given.envelopes[0].mid = FixedBytes([7; 16])
    });
    refuses("a message under another number", Doubt::Message, &|given| given.envelopes[0].n = 2);
    refuses("no message", Doubt::Empty, &|given| given.envelopes.clear());
    refuses("receipts in another order", Doubt::Receipts, &|given| given.receipts.swap(0, 1));
    refuses("a receipt left out", Doubt::Receipts, &|given| drop(given.receipts.remove(1)));
    refuses("a receipt of another link", Doubt::Receipts, &|given| {
        given.receipts[0].clone_from(&second.sealed.receipts[0]);
    });
    refuses("own copies swapped", Doubt::Own, &|given| {
        let [one, two, ..] = given.own.as_mut_slice() else { panic!("two answers") };
        std::mem::swap(&mut one.jwe, &mut two.jwe);
    });
    refuses("an own copy of another link", Doubt::Own, &|given| {
        given.own[0] = OwnCopy { rid: given.own[0].rid, ..second.sealed.own[0].clone() };
    });
    refuses("a receipt signed with a key that was not pinned", Doubt::Receipts, &|given| {
        let honest = receipt::verify(&given.receipts[2], &first.portal_keys).unwrap();
        given.receipts[2] = receipt::sign(&SigningKeyPair::generate(&mut OsRng), &honest);
    });

    // Two messages of one link, each under the other's name.
    let key = first.keys.at(1).unwrap();
    let mut opened =
        message::open::<Bundle>(&honest.envelopes[0].jwe, key, &honest.envelopes[0].mid).unwrap().message;
    opened.n = 2;
    let mid = random_id(&mut OsRng);
    let sealed = message::seal(&mut OsRng, key, &mid, &opened);
    let two = FinishResponse {
        envelopes: vec![honest.envelopes[0].clone(), WireEnvelope { mid, n: 2, level: 1, jwe: sealed.jwe }],
        ..honest.clone()
    };
    assert_eq!(reread(&first, &ana, two.clone()), None, "two messages hold");
    let mut swapped = two;
    let [one, two] = swapped.envelopes.as_mut_slice() else { panic!("two messages") };
    std::mem::swap(&mut one.jwe, &mut two.jwe);
    assert_eq!(reread(&first, &ana, swapped), Some(Doubt::Message));

    // All that the portal holds makes no message: its keys are not the content key.
    for secret in [scene.portal_key().to_bytes(), sha256(&ana.keys.claim.0).0, [0; 32]] {
        let mid = honest.envelopes[0].mid;
        let forged = message::seal(&mut OsRng, &ContentKey::from_bytes(secret), &mid, &opened).jwe;
        refuses("a message made with what the portal has", Doubt::Message, &|given| {
            given.envelopes[0].jwe = forged.clone()
        });
    }
}

/// The events of one link that carry answers.
fn records<'e>(events: &'e mut [Value], patient: &Patient) -> Vec<&'e mut Value> {
    let lid = patient.keys.lid.to_text();
    events.iter_mut().filter(|event| event["kind"] == "record" && event["lid"] == lid.as_str()).collect()
}

fn alter(text: &mut Value, at: usize) {
    let mut letters = text.as_str().unwrap().as_bytes().to_vec();
    letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
    *text = Value::from(String::from_utf8(letters).unwrap());
}

fn reasons(inbox: &Inbox, patient: &Patient) -> BTreeSet<String> {
    let lid = patient.keys.lid.to_text();
    let of_link = inbox.incidents.iter().filter(|incident| incident.lid.as_deref() == Some(&lid));
    of_link.map(|incident| incident.reason.clone()).collect()
}

fn booked(inbox: &Inbox, patient: &Patient) -> usize {
    inbox.records.iter().filter(|record| record.lid == patient.keys.lid.to_text()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_4_the_desk_keeps_as_incidents_what_is_altered_reordered_swapped_or_forged() {
    let scene = Scene::set().await;
    // Changes of one answer: in which member, what, and what the desk must say.
    type Change = fn(&mut Value, &Scene, &OpenedLink);
    let cases: &[(&str, &[&str], Change)] = &[
        ("an altered answer", &["receipt-bytes"], |event, _, _| alter(&mut event["jwe"], 900)),
        ("an altered header of the answer", &["receipt-bytes"], |event, _, _| alter(&mut event["jwe"], 20)),
        ("an altered receipt", &["receipt-form", "receipt-signature"], |event, _, _| {
            alter(&mut event["receipt"], 300)
        }),
        ("an altered signature of the receipt", &["receipt-signature"], |event, _, _| {
            let end = event["receipt"].as_str().unwrap().len() - 20;
            alter(&mut event["receipt"], end);
        }),
        ("a receipt by another portal", &["receipt-key-unknown"], |event, _, opened| {
            let honest = receipt::verify(event["receipt"].as_str().unwrap(), &opened.portal_keys).unwrap();
            event["receipt"] = receipt::sign(&SigningKeyPair::generate(&mut OsRng), &honest).into();
        }),
        ("another id outside than in the receipt", &["receipt-other"], |event, _, _| {
            event["rid"] = "018f0000-0000-7000-8000-000000000000".into();
        }),
        ("an answer that the portal made, receipted by it", &["signature"], |event, scene, opened| {
            forge(event, scene, opened, |_| {});
        }),
        ("an answer re-dated by the portal", &["signature"], |event, scene, opened| {
            forge(event, scene, opened, |record| record.at = record.at.plus_seconds(-86_400));
        }),
    ];
    let mut links = Vec::new();
    for (what, ..) in cases {
        let patient = scene.link(what).await;
        let mut opened = patient.verify(RIGHT).await.unwrap();
        opened.answer(Answer::Confirm).await;
        links.push((patient, opened));
    }
    let control = scene.link("left alone").await;
    control.verify(RIGHT).await.unwrap().answer(Answer::Confirm).await;

    // The feed as it was, to be changed by each case before the desk hears it.
    let honest = scene.way.feed(0, Duration::ZERO).await.unwrap();
    assert!(!honest.more);
    let mut events = honest.events;
    for ((_, _, change), (patient, opened)) in cases.iter().zip(&links) {
        let mut of_link = records(&mut events, patient);
        let [event] = of_link.as_mut_slice() else { panic!("one answer a link") };
        change(event, &scene, opened);
    }
    scene.tamper.with(move |page| page.clone_from(&events));
    scene.desk.read_feed(&scene.way, Duration::ZERO).await.unwrap();
    let inbox = scene.desk.inbox().await.unwrap();
    for ((what, expected, _), (patient, _)) in cases.iter().zip(&links) {
        let found = reasons(&inbox, patient);
        assert!(found.len() == 1 && expected.iter().any(|one| found.contains(*one)), "{what}: {found:?}");
        assert_eq!(booked(&inbox, patient), 0, "{what}");
    }
    assert_eq!(
        (booked(&inbox, &control), reasons(&inbox, &control)),
        (1, BTreeSet::new()),
        "left alone, it is booked"
    );
}

/// What the portal can make: a record sealed to the clinic's public key, signed with a key it has, receipted by itself.
fn forge(
    event: &mut Value,
    scene: &Scene,
    opened: &OpenedLink,
    change: impl Fn(&mut postern_protocol::record::Record<postern_fhir::AppointmentResponse>),
) {
    let mut forged = opened.record(Answer::Cancel);
    forged.rid = serde_json::from_value(event["rid"].clone()).unwrap();
    change(&mut forged);
    let portal = scene.portal_key();
    let signer = PatientSigningKey::derive(&ContentKey::from_bytes(portal.to_bytes())).unwrap();
    let jwe = record::seal(&mut OsRng, &signer, &opened.clinic_key, &forged).jwe;
    let honest = receipt::verify(event["receipt"].as_str().unwrap(), &opened.portal_keys).unwrap();
    event["receipt"] = receipt::sign(&portal, &Receipt { sha256: sha256(jwe.as_bytes()), ..honest }).into();
    event["jwe"] = jwe.into();
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_4_answers_left_out_doubled_or_moved_to_another_link_are_incidents() {
    let scene = Scene::set().await;
    let mut links = Vec::new();
    for what in ["left out", "swapped", "moved", "numbered twice", "wrong person forged"] {
        let patient = scene.link(what).await;
        let mut opened = patient.verify(RIGHT).await.unwrap();
        opened.answer(Answer::Confirm).await;
        opened.answer(Answer::Cancel).await;
        links.push((patient, opened));
    }
    let target = scene.link("the target of the move").await;
    links[4].0.say(LinkRecordKind::Help).await.unwrap();
    let mut events = scene.way.feed(0, Duration::ZERO).await.unwrap().events;
    let lid = |n: usize| Value::from(links[n].0.keys.lid.to_text());

    // Left out: the first answer never comes.
    let mut seen = 0;
    events.retain(|event| {
        let of_link = event["kind"] == "record" && event["lid"] == lid(0);
        seen += usize::from(of_link);
        !(of_link && seen == 1)
    });
    // Swapped: each answer under the other's receipt.
    if let [one, two] = records(&mut events, &links[1].0).as_mut_slice() {
        std::mem::swap(&mut one["jwe"], &mut two["jwe"]);
    }
    // Moved: to another link of the same patient.
    for event in records(&mut events, &links[2].0) {
        event["lid"] = target.keys.lid.to_text().into();
    }
    // Numbered twice: the second answer under a receipt of the portal's own with the first one's number.
    let portal = scene.portal_key();
    if let [_, two] = records(&mut events, &links[3].0).as_mut_slice() {
        let honest = receipt::verify(two["receipt"].as_str().unwrap(), &links[3].1.portal_keys).unwrap();
        two["receipt"] = receipt::sign(&portal, &Receipt { seq: 1, prev: FIRST_PREV, ..honest }).into();
    }
    // A request from the page turned into another.
    let mut forged = 0;
    for event in events.iter_mut().filter(|event| event["kind"] == "link-record") {
        let jws = event["jws"].as_str().unwrap().to_owned();
        let mut parts: Vec<String> = jws.split('.').map(String::from).collect();
        let payload = postern_protocol::base64url::decode(&parts[1]).unwrap();
        let payload = String::from_utf8(payload).unwrap().replace("help", "wrong-person");
        parts[1] = postern_protocol::base64url::encode(payload.as_bytes());
        event["jws"] = parts.join(".").into();
        forged += 1;
    }
    assert_eq!(forged, 1);
    scene.tamper.with(move |page| page.clone_from(&events));
    scene.desk.read_feed(&scene.way, Duration::ZERO).await.unwrap();
    let inbox = scene.desk.inbox().await.unwrap();
    let set = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<_>>();

    assert_eq!((reasons(&inbox, &links[0].0), booked(&inbox, &links[0].0)), (set(&["gap"]), 0));
    assert_eq!((reasons(&inbox, &links[1].0), booked(&inbox, &links[1].0)), (set(&["receipt-bytes"]), 0));
    assert_eq!((reasons(&inbox, &target), booked(&inbox, &target)), (set(&["receipt-other"]), 0));
    assert_eq!(booked(&inbox, &links[3].0), 1);
    assert_eq!(reasons(&inbox, &links[3].0), set(&["seq-twice"]));
    assert_eq!(reasons(&inbox, &links[4].0), set(&["link-record-forged"]));
    assert_eq!(inbox.requests.len(), 0, "the number is not stopped by a forged report");
    assert_eq!(booked(&inbox, &links[4].0), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_4_answers_heard_late_are_booked_in_the_receipts_order_and_the_gap_is_resolved() {
    let scene = Scene::set().await;
    let ana = scene.link("late").await;
    let mut opened = ana.verify(RIGHT).await.unwrap();
    opened.answer(Answer::Confirm).await;
    opened.answer(Answer::Cancel).await;
    let honest = scene.way.feed(0, Duration::ZERO).await.unwrap().events;
    // The two answers come under each other's numbers.
    let mut late = honest.clone();
    let places: Vec<usize> = (0..late.len()).filter(|n| late[*n]["kind"] == "record").collect();
    let numbers: Vec<Value> = places.iter().map(|place| late[*place]["n"].clone()).collect();
    late[places[0]]["n"] = numbers[1].clone();
    late[places[1]]["n"] = numbers[0].clone();
    scene.tamper.with(move |page| page.clone_from(&late));
    scene.desk.read_feed(&scene.way, Duration::ZERO).await.unwrap();
    let inbox = scene.desk.inbox().await.unwrap();
    let answers: Vec<(u32, Option<&str>)> =
        inbox.records.iter().map(|record| (record.seq, record.status.as_deref())).collect();
    assert_eq!(answers, [(1, Some("accepted")), (2, Some("declined"))]);
    assert!(inbox.incidents.iter().all(|incident| incident.resolved_at.is_some()), "{:?}", inbox.incidents);
    assert_eq!(inbox.incidents.len(), 1);
}
