//! Random lives of a desk: texts, reminders, opt-outs on every way, reports, lost calls, restarts, nights. After each step every text
//! that went out is held against what was said before, kept apart in a few lines here; at the end the ledger gives the same
//! standings and the same decisions again. `POSTERN_LIVES` is how many lives; without it a few.

use crate::fixture::{BIRTH_DATE, Fixture, NUMBER, patient};
use crate::patient::Patient;
use crate::portal::Break;
use postern_desk::{
    Desk,
    history::About,
    ledger::Line,
    rules::{self, Fact, Kind, Scope, TextKind, confirm::Agreed, replay, suppress::Suppression},
    send::{
        Content, SendError, SendRequest,
        refused::{self, DeniedThen},
    },
};
use postern_protocol::{
    category::Category, envelope::link_record::LinkRecordKind, id::LinkId, time::Timestamp,
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde_json::json;
use std::collections::BTreeSet;

const STEPS: usize = 60;
const OTHER: &str = "+12025550177";

/// What the holder of a number wants, told apart from the desk's own reckoning.
#[derive(Default)]
struct Holder {
    everything: bool,
    categories: BTreeSet<Category>,
    reported: bool,
    /// When they last said on the page that they want something no more, and were not yet told that it was heard.
    unheard: Option<Timestamp>,
}

impl Holder {
    fn out(&mut self, scope: Scope) {
        match scope {
            Scope::Everything => self.everything = true,
            Scope::Category(category) => drop(self.categories.insert(category)),
        }
    }

    fn back(&mut self, scope: Scope) {
        match scope {
            Scope::Everything => {
                self.everything = false;
                self.categories.clear();
            }
            Scope::Category(wanted) => {
                if self.everything {
                    let others = Category::ALL.iter().filter(|one| **one != Category::Security);
                    self.categories.extend(others);
                }
                self.everything = false;
                self.categories.remove(&wanted);
            }
        }
    }

    fn may_get(&self, category: Category) -> bool {
        !self.reported && !self.everything && !self.categories.contains(&category)
    }
}

struct Life {
    fixture: Fixture,
    rng: ChaCha20Rng,
    /// Of the number that two patients share, and of the third's.
    holders: [Holder; 2],
    /// Somebody with a link of each number.
    pages: [Patient; 2],
    seen: BTreeSet<(String, Timestamp)>,
    went: usize,
    stopped: usize,
    heard: usize,
}

fn to(id: &str, subject: &str, category: Option<Category>) -> SendRequest {
    let content = Content::Text { subject: subject.into(), text: "All well.".into() };
    SendRequest { category, ..SendRequest::new(id, content) }
}

impl Life {
    async fn begin(seed: u64) -> Self {
        let fixture = Fixture::new().await;
        for (id, number) in [("p-2", NUMBER), ("p-3", OTHER)] {
            let one = patient(id, "Bo Example", Some(number), Some(BIRTH_DATE));
            fixture.desk.import_patients(&one.to_string()).await.unwrap();
            let categories = vec![Category::Messages, Category::Recall, Category::Surveys];
            let agreed = Agreed { categories, paper: "folder 8".into() };
            fixture.desk.confirm_number(id, "read back", Some(&agreed)).await.unwrap();
        }
        let mut pages = Vec::new();
        for id in ["p-1", "p-3"] {
            fixture
                .desk
                .send(&fixture.client().await, &fixture.transport(), &to(id, "First", None))
                .await
                .unwrap();
            let text = fixture.texts().pop().unwrap().text;
            pages.push(crate::patient::open(&fixture.portal, &text, BIRTH_DATE, fixture.desk.now()).unwrap());
        }
        let pages = pages.try_into().unwrap_or_else(|_| unreachable!("two were made"));
        let (holders, rng) = (Default::default(), ChaCha20Rng::seed_from_u64(seed));
        let seen = fixture.texts().into_iter().map(|text| (text.text, text.at)).collect();
        Self { fixture, rng, holders, pages, seen, went: 0, stopped: 0, heard: 0 }
    }

    fn below(&mut self, most: u64) -> u64 {
        self.rng.next_u64() % most
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap();
        from[at]
    }

    fn scope(&mut self) -> Scope {
        let wanted = [Category::Messages, Category::Recall, Category::Forms, Category::Security];
        if self.below(3) == 0 { Scope::Everything } else { Scope::Category(self.pick(&wanted)) }
    }

    async fn step(&mut self, n: usize) {
        let which = usize::try_from(self.below(2)).unwrap();
        match self.below(20) {
            0..=2 => {
                let seconds = self.below(30 * 60 * 60);
                self.fixture.clock.forward(i64::try_from(seconds).unwrap());
            }
            3..=9 => {
                let id = self.pick(&["p-1", "p-2", "p-3"]);
                let category = self.pick(&[
                    None,
                    Some(Category::Forms),
                    Some(Category::Recall),
                    Some(Category::Surveys),
                ]);
                self.send(&to(id, &format!("Text {n}"), category)).await;
            }
            10..=12 => self.resume().await,
            13 => {
                let scope = self.scope();
                self.suppress(which, Suppression::Add, scope).await;
                self.holders[which].out(scope);
            }
            14 | 15 => {
                let scope = self.scope();
                self.suppress(which, Suppression::Lift, scope).await;
                self.holders[which].back(scope);
            }
            16 => {
                let scope = self.scope();
                let said = match scope {
                    Scope::Everything => None,
                    Scope::Category(category) => Some(category.as_str()),
                };
                let (_, jws) = self.pages[which].say_about(LinkRecordKind::OptOut, said);
                self.hear(which, json!({ "kind": "link-record", "jws": jws })).await;
                self.holders[which].out(scope);
                self.holders[which].unheard = Some(self.fixture.desk.now());
            }
            17 if self.below(3) == 0 => {
                let (_, jws) = self.pages[which].say(LinkRecordKind::WrongPerson);
                self.hear(which, json!({ "kind": "link-record", "jws": jws })).await;
                self.holders[which].reported = true;
            }
            17 => {
                self.fixture.desk.settle_number(["p-2", "p-3"][which], "called").await.unwrap();
                self.holders[which].reported = false;
            }
            18 => self.fixture.restart().await,
            _ => {
                let (ahead, how) = (self.below(5), self.pick(&[Break::Before, Break::After]));
                let mut inside = self.fixture.portal.inside();
                inside.fault = Some((inside.calls.len() + usize::try_from(ahead).unwrap(), how));
            }
        }
    }

    async fn hear(&mut self, which: usize, what: serde_json::Value) {
        self.fixture.portal.inside().fault = None;
        self.fixture.portal.say(&self.pages[which].lid(), what);
        self.fixture.read_feed().await;
    }

    async fn suppress(&mut self, which: usize, what: Suppression, scope: Scope) {
        let about = match self.below(2) {
            0 => About::Number([NUMBER, OTHER][which].into()),
            _ => About::Patient(["p-1", "p-3"][which].into()),
        };
        self.fixture.desk.suppress(&about, what, scope, "called").await.unwrap();
    }

    async fn send(&mut self, request: &SendRequest) {
        let sent =
            self.fixture.desk.send(&self.fixture.client().await, &self.fixture.transport(), request).await;
        if let Err(SendError::Refused(refusals)) = sent {
            let codes = ["number-opted-out", "number-reported"];
            self.stopped += usize::from(refusals.iter().any(|one| codes.contains(&one.code)));
        }
    }

    async fn resume(&mut self) {
        let client = self.fixture.client().await;
        let resumed = self.fixture.desk.resume(&client, &self.fixture.transport()).await;
        // A call that broke off fails its own text alone.
        assert!(resumed.is_ok(), "{resumed:?}");
    }

    /// Every text that went out since the last look went to somebody who wanted it.
    async fn look(&mut self) {
        let mut news = self.fixture.texts();
        // Not by place: one that was held up has an earlier number than those that went before it.
        news.retain(|text| self.seen.insert((text.text.clone(), text.at)));
        if news.is_empty() {
            return;
        }
        let ledger = self.fixture.desk.ledger().await.unwrap();
        for text in &news {
            if text.lid.is_none() && text.text.contains("you will get no more") {
                let which = usize::from(text.to == OTHER);
                let said = self.holders[which].unheard.take().expect("somebody waits for it");
                assert!(text.at <= said.plus_seconds(5 * 60), "within five minutes");
                self.heard += 1;
                continue;
            }
            let category = text.lid.map_or(Category::Security, |lid| category_of(&ledger, lid));
            let which =
                [NUMBER, OTHER].iter().position(|number| *number == text.to).expect("a number of this life");
            assert!(self.holders[which].may_get(category), "a text about {category} to a suppressed number");
        }
        self.went += news.len();
    }
}

fn category_of(ledger: &[Line], lid: LinkId) -> Category {
    let lid = lid.to_text();
    let facts = ledger.iter().filter(|line| line.lid.as_deref() == Some(lid.as_str()));
    let mut facts = facts.filter_map(|line| replay::facts_of(line).unwrap()).flat_map(|told| told.facts);
    let decided = facts.find_map(|fact| match fact {
        Fact::TextDecided { category, .. } => Some(category),
        _ => None,
    });
    decided.expect("every text was decided")
}

/// Every decision of the ledger once more, from the lines before it and under the policy it names. Gives the policies' versions
/// of what went, and counts what was refused.
pub async fn decided_again(desk: &Desk, refusals: &mut usize) -> Vec<String> {
    let lines = desk.ledger().await.unwrap();
    let mut standings = std::collections::BTreeMap::<String, rules::Standing>::new();
    let mut versions = Vec::new();
    for line in &lines {
        if let Some(denied) = line.what.get(refused::MEMBER) {
            let then: DeniedThen = serde_json::from_value(denied.clone()).unwrap();
            let policy =
                desk.policy_of(&then.policy).await.unwrap().expect("the store keeps every policy's words");
            let standing = standings.entry(then.number.clone()).or_default();
            let again = rules::decide(&policy, standing, &then.asked, line.at);
            assert!(
                again.as_ref().is_err_and(|again| then.says(again)),
                "line {}: {then:?}, {again:?}",
                line.n
            );
            *refusals += 1;
        }
        let Some(told) = replay::facts_of(line).unwrap() else { continue };
        let standing = standings.entry(told.number).or_default();
        for fact in &told.facts {
            if let Fact::TextDecided {
                category,
                basis,
                counted,
                occasion,
                person,
                zone,
                checked_in,
                policy,
                ..
            } = fact
            {
                let kind = match (occasion, checked_in) {
                    (TextKind::RoomReady, Some(checked_in)) => Kind::RoomReady { checked_in: *checked_in },
                    (TextKind::Number, _) => Kind::Number,
                    (TextKind::OptOutDone, _) => Kind::OptOutDone,
                    (TextKind::Asked, _) => Kind::Asked,
                    _ => Kind::Message,
                };
                let request = rules::Request {
                    person: person.clone(),
                    category: *category,
                    kind,
                    zone: zone.clone(),
                    of_age: false,
                };
                let then =
                    desk.policy_of(policy).await.unwrap().expect("the store keeps every policy's words");
                let permit = rules::decide(&then, standing, &request, line.at);
                let permit = permit.unwrap_or_else(|denied| panic!("line {}: {denied:?}", line.n));
                assert_eq!((permit.basis, permit.counted, &permit.policy), (*basis, *counted, policy));
                versions.push(policy.split(' ').next().unwrap().to_owned());
            }
            standing.apply(line.at, fact);
        }
    }
    versions
}

#[tokio::test]
async fn in_no_life_of_a_desk_a_text_goes_to_a_suppressed_number_and_the_ledger_decides_the_same_again() {
    let lives =
        std::env::var("POSTERN_LIVES").ok().map_or(6, |lives| lives.parse().expect("a number of lives"));
    let (mut went, mut stopped, mut heard, mut decided, mut refused) = (0, 0, 0, 0, 0);
    for seed in 0..lives {
        let mut life = Life::begin(seed).await;
        for n in 0..STEPS {
            life.step(n).await;
            life.look().await;
        }
        assert_eq!(
            life.fixture.desk.standings_that_differ().await.unwrap(),
            [] as [String; 0],
            "life {seed}"
        );
        decided += decided_again(&life.fixture.desk, &mut refused).await.len();
        went += life.went;
        stopped += life.stopped;
        heard += life.heard;
    }
    println!(
        "{lives} lives: {went} texts went, {stopped} were stopped, {heard} opt-outs were confirmed; {decided} decisions to \
         send and {refused} refusals came out the same again"
    );
    assert!(
        went > 0 && stopped > 0 && heard > 0 && refused > stopped,
        "lives in which something happens: {went} went, {stopped} were stopped"
    );
}
