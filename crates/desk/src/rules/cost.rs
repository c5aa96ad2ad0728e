//! What a decision costs at a large clinic: 100,000 patients, a year of ledger. Only ratios of one run count. `cargo xtask bench --rules` runs it
//! with the release build; docs/RULES.md keeps the figures. `POSTERN_PATIENTS` and `POSTERN_TEXTS` (a patient, a year) change the sizes.

use super::{
    book,
    decide::{Kind, Request, decide},
    fact::{Basis, Confirmation, Fact, TextKind},
    policy::Policy,
};
use crate::{
    Clinic, Desk, Unlock,
    enrolment::PortalPin,
    ledger::{self, Actor, Entry},
    rng::SharedRng,
    send::{Content, SendRequest, decide::Origin},
};
use postern_protocol::{
    base64url,
    category::Category,
    id::LinkId,
    keys::SigningKeyPair,
    time::{Clock, Timestamp},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde_json::json;
use std::{env, fmt::Write, path::Path, sync::Arc, time::Duration};
use tokio::time::Instant;

/// A Wednesday, 11:06 in UTC.
const NOW: Timestamp = Timestamp(1_795_000_000_000);
const DAY: i64 = 24 * 60 * 60;
/// Of so many patients a decision is timed.
const DECISIONS: usize = 300;
/// So many patients' lines are written in one transaction.
const BATCH: usize = 2_000;
/// A median decision may take so long, and may grow by so much with ten times the patients or a year of ledger.
const LONGEST: Duration = Duration::from_millis(5);
const MOST_GROWTH: f64 = 1.5;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

fn setting(name: &str, usual: usize) -> usize {
    env::var(name).ok().map_or(usual, |text| text.parse().expect("a number"))
}

/// A number of New York that exists in form.
fn number(patient: usize) -> String {
    format!("+1212{}{:04}", 200 + patient / 10_000, patient % 10_000)
}

async fn clinic_of(patients: usize, folder: &Path) -> Desk {
    let clinic = "id = \"oak\"\nname = \"Oak\"\nphone = \"(202) 555-0100\"\ncountry = \"US\"\nzone = \"Etc/UTC\"\naccent = \"#1d5c4d\"";
    let unlock = Unlock::KeyFile(folder.join("vault.key"));
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let keys = vec![SigningKeyPair::generate(&mut rng).public()];
    let clinic = Clinic::from_toml(clinic).unwrap();
    let desk =
        Desk::init(folder, clinic, &unlock, Arc::new(Still), SharedRng::new(rng), "bench").await.unwrap();
    desk.pin(&PortalPin { origin: "https://door.oak.example".into(), link_origin: None, keys })
        .await
        .unwrap();
    let mut file = String::new();
    for patient in 0..patients {
        let row = json!({ "resourceType": "Patient", "id": format!("p-{patient}"), "name": [{ "text": "Ana Example" }],
            "birthDate": "1980-04-12", "telecom": [{ "system": "sms", "value": number(patient) }] });
        let _ = writeln!(file, "{row}");
    }
    let began = Instant::now();
    desk.import_patients(&file).await.unwrap();
    println!("{patients} patients imported in {:.1} s", began.elapsed().as_secs_f64());
    for batch in batches(patients) {
        let mut write = desk.store.write().await.unwrap();
        for patient in batch {
            let fact = Fact::NumberConfirmed { how: Confirmation::Yes };
            let entry = Entry {
                at: NOW.plus_seconds(-200 * DAY),
                actor: Actor::Desk,
                kind: "number-confirmed",
                lid: None,
                what: json!({}),
            };
            desk.book_facts(&mut write, &desk.number_key(&number(patient)), vec![fact], entry).await.unwrap();
        }
        write.commit().await.unwrap();
    }
    desk
}

fn batches(patients: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..patients).step_by(BATCH).map(move |from| from..(from + BATCH).min(patients))
}

/// What the desk wrote of `texts` texts to each patient over a year, each sent, opened, read: the rows and the lines.
async fn a_year(desk: &Desk, patients: usize, texts: usize) {
    let policy = Policy::built_in();
    let mut ids = ChaCha20Rng::seed_from_u64(2);
    let mut id = || {
        let mut bytes = [0; 16];
        ids.fill_bytes(&mut bytes);
        base64url::encode(&bytes)
    };
    for text in 0..texts {
        // The last of them eight days ago or more, and so out of what is counted in a week, so that a decision says yes.
        let days = i64::try_from((texts - text) * 360 / (texts + 1) + 8).unwrap();
        let at = NOW.plus_seconds(-days * DAY);
        for batch in batches(patients) {
            let mut write = desk.store.write().await.unwrap();
            for patient in batch {
                let (lid, mid) = (id(), id());
                let number_key = desk.number_key(&number(patient));
                let patient_key = desk.patient_key(&format!("p-{patient}"));
                sqlx::query(
                    "INSERT INTO link (lid, patient_key, number_key, policy, state, made_at, expires_at, ended_at, link_mac, signer)
                     VALUES (?, ?, ?, 'dob', 'expired', ?4, ?4, ?4, zeroblob(60), '')",
                )
                .bind(&lid)
                .bind(patient_key)
                .bind(&number_key)
                .bind(at.0)
                .execute(&mut *write)
                .await
                .unwrap();
                sqlx::query(
                    "INSERT INTO message (mid, lid, n, template, kinds, plaintext_sha256, sealed, decided_at, handed_at, read_at)
                     VALUES (?, ?, 1, 'secure-message', '[]', '', zeroblob(900), ?3, ?3, ?3)",
                )
                .bind(&mid)
                .bind(&lid)
                .bind(at.0)
                .execute(&mut *write)
                .await
                .unwrap();
                sqlx::query(
                    "INSERT INTO outbox (lid, mid, request_key, step, slot, decided_at) VALUES (?1, ?2, ?1, 'handed', 1, ?3)",
                )
                .bind(&lid)
                .bind(&mid)
                .bind(at.0)
                .execute(&mut *write)
                .await
                .unwrap();
                let link: LinkId = lid.parse().unwrap();
                let decided = Fact::TextDecided {
                    text: mid.clone(),
                    category: Category::Messages,
                    basis: Basis::Transactional,
                    counted: true,
                    occasion: TextKind::Message,
                    person: format!("p-{patient}"),
                    zone: Some("Etc/UTC".into()),
                    checked_in: None,
                    policy: policy.id.clone(),
                };
                let opened = Fact::NumberConfirmed { how: Confirmation::LinkOpened };
                for (kind, facts) in [
                    ("send-decided", vec![decided]),
                    ("send-uploaded", vec![]),
                    ("text-handed-over", vec![]),
                    ("opened", vec![]),
                    ("verified", vec![opened]),
                    ("read", vec![]),
                ] {
                    let what = json!({ "mid": mid });
                    let entry = Entry { at, actor: Actor::Desk, kind, lid: Some(link), what };
                    if facts.is_empty() {
                        ledger::append(&mut write, &desk.vault, &mut desk.rng(), entry).await.unwrap();
                    } else {
                        desk.book_facts(&mut write, &number_key, facts, entry).await.unwrap();
                    }
                }
            }
            write.commit().await.unwrap();
        }
    }
}

/// Medians of what a decision takes.
struct Took {
    rules: Duration,
    plan: Duration,
    booked: Duration,
}

async fn decisions(desk: &Desk, patients: usize, seed: u64) -> Took {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let (mut rules, mut plan, mut booked) = (Vec::new(), Vec::new(), Vec::new());
    let policy = Policy::built_in();
    while booked.len() < DECISIONS {
        let patient = usize::try_from(rng.next_u64() % patients as u64).unwrap();
        let id = format!("p-{patient}");
        let content = Content::Text { subject: format!("Text {}", rng.next_u64()), text: "All well.".into() };
        let request = SendRequest::new(id.clone(), content);

        let began = Instant::now();
        let mut connection = desk.store.read().acquire().await.unwrap();
        let standing =
            book::read(&mut connection, &desk.vault, &desk.number_key(&number(patient))).await.unwrap();
        let asked = Request {
            person: id,
            category: Category::Messages,
            kind: Kind::Message,
            zone: Some("Etc/UTC".into()),
            of_age: false,
        };
        let said = decide(&policy, &standing, &asked, NOW);
        rules.push(began.elapsed());
        drop(connection);
        // One that was drawn before in this run.
        if said.is_err() {
            rules.pop();
            continue;
        }

        let began = Instant::now();
        let planned = desk.plan(&request).await.unwrap();
        plan.push(began.elapsed());

        let ready = planned.ready().map_err(|refusals| format!("{refusals:?}")).unwrap();
        let request_key = desk.request_key(&request);
        let began = Instant::now();
        desk.decide(ready, &request, &request_key, Origin::Staff).await.unwrap();
        booked.push(began.elapsed());
    }
    let middle = |mut all: Vec<Duration>| {
        all.sort_unstable();
        all[all.len() / 2]
    };
    Took { rules: middle(rules), plan: middle(plan), booked: middle(booked) }
}

async fn measure(name: &str, desk: &Desk, patients: usize, seed: u64) -> Took {
    let lines: i64 =
        sqlx::query_scalar("SELECT count(*) FROM ledger").fetch_one(desk.store.read()).await.unwrap();
    let took = decisions(desk, patients, seed).await;
    println!(
        "{name}: {patients} patients, {lines} lines: the rules alone {:?}, all that is decided before a send {:?}, booking it {:?}",
        took.rules, took.plan, took.booked
    );
    took
}

#[tokio::test]
#[ignore = "minutes; `cargo xtask bench --rules` runs it"]
async fn a_decision_stays_under_five_milliseconds_and_does_not_grow_with_the_ledger() {
    let (patients, texts) = (setting("POSTERN_PATIENTS", 100_000), setting("POSTERN_TEXTS", 4));
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let few = clinic_of(patients / 10, folders[0].path()).await;
    let small = measure("a tenth of the patients, no ledger", &few, patients / 10, 3).await;
    few.shut().await;
    let desk = clinic_of(patients, folders[1].path()).await;
    let many = measure("all patients, no ledger", &desk, patients, 4).await;
    let began = Instant::now();
    a_year(&desk, patients, texts).await;
    println!("a year of ledger written in {:.0} s", began.elapsed().as_secs_f64());
    let year = measure("all patients, a year of ledger", &desk, patients, 5).await;
    for (name, before, after) in
        [("ten times the patients", &small, &many), ("a year of ledger", &many, &year)]
    {
        let ratio = |of: fn(&Took) -> Duration| of(after).as_secs_f64() / of(before).as_secs_f64();
        let ratios = [ratio(|took| took.rules), ratio(|took| took.plan), ratio(|took| took.booked)];
        println!("{name}: rules × {:.2}, plan × {:.2}, booking × {:.2}", ratios[0], ratios[1], ratios[2]);
        assert!(ratios[1] < MOST_GROWTH, "what is decided before a send grows with {name}: {:.2}", ratios[1]);
    }
    assert!(year.rules + year.plan < LONGEST, "{:?}", year.rules + year.plan);
}
