use super::{
    phone::{NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    Screen,
    answer::{Draft, DraftProblem, Said},
    consent::{Offer, Which},
    visit::{Step, VisitEvent},
};
use postern_fhir::{
    Bundle, Communication, Consent, Entry,
    consent::{ConsentKind, ConsentStatus, Element, Permission, Policy, PolicyKind},
};
use postern_protocol::{
    digest::sha256,
    page::{Act, Page, Part},
    record::{Record, RecordKind},
};

const ELEMENTS: [(Element, &str); 7] = [
    (Element::Number, "(202) 555-0143"),
    (Element::Frequency, "Two a month."),
    (Element::Rates, "Rates may apply."),
    (Element::HelpAndStop, "HELP and STOP."),
    (Element::NotACondition, "You do not have to."),
    (Element::Risks, "Others may see it."),
    (Element::ElectronicSignature, "Typing a name signs."),
];

fn button(act: Act) -> Part {
    Part::Button { act, words: act.code().into() }
}

/// What a desk sends: pages that fit the resource.
fn paged(mut consent: Consent) -> Consent {
    let text = Part::Text(consent.text.clone());
    let mut parts = vec![Part::Heading("May we text you?".into()), text.clone()];
    parts.extend(consent.permissions.iter().map(|one| Part::Box {
        category: one.category.clone(),
        checked: false,
        words: one.category.to_uppercase(),
    }));
    if consent.kind.is_signed() {
        parts.push(Part::Field { name: "signature".into(), words: "Name".into(), hint: String::new() });
    }
    parts.extend([Act::Agree, Act::Decline, Act::NotNow, Act::Stop].map(button));
    let take_back =
        vec![Part::Heading("Take it back?".into()), text, button(Act::TakeBack), button(Act::Keep)];
    let page = |parts| Some(Page { language: "en".into(), parts }.canonical());
    consent.text_sha256 = sha256(consent.text.as_bytes()).to_text();
    consent.page = page(parts);
    consent.take_back_page = page(take_back);
    consent
}

fn consent(kind: ConsentKind, categories: &[&str]) -> Consent {
    let sentences: Vec<&str> = ELEMENTS.iter().map(|(_, words)| *words).collect();
    let policy = |kind, uri: &str| Policy {
        kind,
        uri: uri.into(),
        version: "1".into(),
        language: "en".into(),
        sha256: "x".into(),
    };
    let permission = |category: &&str| Permission { category: (*category).into(), permit: true };
    paged(Consent {
        id: Some("consent-1".into()),
        status: ConsentStatus::Proposed,
        kind,
        patient: None,
        date_time: None,
        helper: None,
        organization: "Oak Clinic LLC".into(),
        title: "Texts".into(),
        text: format!("Oak Clinic LLC may text you. {}", sentences.join(" ")),
        language: "en".into(),
        text_sha256: String::new(),
        number: Some("+12025550143".into()),
        elements: ELEMENTS.map(|(element, words)| (element, words.into())).to_vec(),
        policies: vec![
            policy(PolicyKind::Texting, "https://oak.example/texting"),
            policy(PolicyKind::Terms, "https://oak.example/terms"),
            policy(PolicyKind::Privacy, "https://oak.example/privacy"),
        ],
        permissions: categories.iter().map(permission).collect(),
        page: None,
        take_back_page: None,
        page_sha256: None,
        signature: None,
    })
}

fn care() -> Consent {
    consent(ConsentKind::CareTexts, &["appointments", "surveys"])
}

fn marketing() -> Consent {
    consent(ConsentKind::Marketing, &["marketing"])
}

/// The link carries a visit, then this consent; the right date was given.
fn asked(consent: &Consent) -> Phone {
    let mut portal = FakePortal::new(NOW);
    let told = Entry::Communication(Communication::text("A question", "Please choose."));
    portal.send(2, Bundle::of([told, Entry::Consent(consent.write())]));
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    phone
}

fn ticks(phone: &mut Phone, boxes: &[&str], signature: &str) {
    let draft = Draft {
        boxes: boxes.iter().map(|one| (*one).into()).collect(),
        signature: signature.into(),
        ..Draft::default()
    };
    phone.visit_sends(VisitEvent::Typed(draft));
}

fn act(phone: &mut Phone, act: Act) {
    phone.visit_sends(VisitEvent::Act(act));
}

fn record(phone: &Phone, index: usize) -> (Record<Consent>, Consent) {
    let record: Record<Consent> = phone.portal.opened_as(index);
    let resource = record.resource.clone();
    (record, resource)
}

fn problem(phone: &Phone) -> Option<DraftProblem> {
    match &phone.visit().step {
        Step::Consent { problem, .. } => *problem,
        _ => panic!("the consent stands there"),
    }
}

#[test]
fn a_consent_stands_first_and_not_now_opens_the_message_and_sends_nothing() {
    let mut phone = asked(&care());
    assert_eq!(phone.screen(), Screen::Consent);
    act(&mut phone, Act::NotNow);
    assert_eq!(phone.screen(), Screen::Message);
    assert_eq!(phone.count("records"), 0);
    phone.visit_sends(VisitEvent::OpenConsent { item: 1, which: Which::Ask });
    assert_eq!(phone.screen(), Screen::Consent);
}

#[test]
fn agreeing_needs_a_tick_and_gives_a_record_with_the_page_as_it_was_drawn() {
    let proposed = care();
    let mut phone = asked(&proposed);
    act(&mut phone, Act::Agree);
    assert_eq!(problem(&phone), Some(DraftProblem::NothingTicked));
    ticks(&mut phone, &["surveys"], "");
    act(&mut phone, Act::Agree);
    assert_eq!(phone.screen(), Screen::Receipt);
    let (record, given) = record(&phone, 0);
    assert_eq!(record.kind, RecordKind::Consent);
    assert_eq!(given.status, ConsentStatus::Active);
    assert_eq!(given.permitted().collect::<Vec<_>>(), ["surveys"]);
    assert!(given.answers(&proposed) && given.lacks().is_empty());
    let page = record.shown.page.unwrap();
    assert_eq!(Some(page.canonical()), proposed.page);
    assert_eq!(given.page_sha256, Some(page.sha256().to_text()));
    let Said::Consent(chosen) = &phone.last_answer().said else { panic!("a consent") };
    assert_eq!((chosen.status, &chosen.boxes[..]), (ConsentStatus::Active, &["SURVEYS".to_owned()][..]));
}

#[test]
fn refusing_needs_nothing_and_permits_nothing() {
    let mut phone = asked(&care());
    ticks(&mut phone, &["surveys"], "");
    act(&mut phone, Act::Decline);
    let (_, refused) = record(&phone, 0);
    assert_eq!((refused.status, refused.permitted().count()), (ConsentStatus::Rejected, 0));
}

#[test]
fn the_next_day_shows_what_was_chosen_and_it_can_be_taken_back() {
    let mut phone = asked(&care());
    ticks(&mut phone, &["appointments"], "");
    act(&mut phone, Act::Agree);
    let mut phone = Phone::tap(phone.portal);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Message, "nothing is asked twice");
    let first = phone.visit().answer_to(1).unwrap().rid;
    phone.visit_sends(VisitEvent::OpenConsent { item: 1, which: Which::TakeBack });
    act(&mut phone, Act::Agree);
    assert_eq!(phone.count("records"), 0, "the page that takes back has no such button");
    act(&mut phone, Act::TakeBack);
    assert_eq!(phone.screen(), Screen::Receipt);
    let (taken, back) = record(&phone, 1);
    assert_eq!((back.status, taken.replaces), (ConsentStatus::Inactive, Some(first)));
    assert_eq!(taken.shown.page.map(|page| page.canonical()), care().take_back_page);
    assert!(phone.visit().answers[0].replaced);
}

#[test]
fn what_was_ticked_and_typed_comes_back_after_a_cover() {
    let mut phone = asked(&marketing());
    ticks(&mut phone, &["marketing"], "Ana Example");
    phone.visit_sends(VisitEvent::Close);
    assert_eq!(phone.screen(), Screen::Door);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Consent);
    act(&mut phone, Act::Agree);
    let (_, given) = record(&phone, 0);
    assert_eq!(given.signature.map(|one| one.name).as_deref(), Some("Ana Example"));
}

#[test]
fn a_marketing_consent_lacking_any_element_cannot_be_saved_in_the_app() {
    let try_to_save = |consent: &Consent, boxes: &[&str], name: &str| {
        let mut phone = asked(consent);
        ticks(&mut phone, boxes, name);
        act(&mut phone, Act::Agree);
        assert_eq!(phone.count("records"), 0, "it was sent");
        problem(&phone)
    };
    for (element, words) in ELEMENTS {
        let mut unnamed = marketing();
        unnamed.elements.retain(|(one, _)| *one != element);
        let mut unsaid = marketing();
        unsaid.text = unsaid.text.replace(words, "");
        for lacking in [paged(unnamed), paged(unsaid)] {
            let found = try_to_save(&lacking, &["marketing"], "Ana Example");
            assert_eq!(found, Some(DraftProblem::NotComplete), "{element:?}");
        }
    }
    let without: [fn(&mut Consent); 5] = [
        |one| one.number = None,
        |one| one.organization = "Elm Clinic".into(),
        |one| one.policies.clear(),
        |one| one.permissions.clear(),
        |one| one.text = String::new(),
    ];
    for change in without {
        let mut lacking = marketing();
        change(&mut lacking);
        let found = try_to_save(&paged(lacking), &["marketing"], "Ana Example");
        assert_eq!(found, Some(DraftProblem::NotComplete));
    }
    assert_eq!(try_to_save(&marketing(), &["marketing"], "  "), Some(DraftProblem::NotSigned));
    assert_eq!(try_to_save(&marketing(), &[], "Ana Example"), Some(DraftProblem::NothingTicked));
}

#[test]
fn a_page_that_says_something_else_than_the_consent_is_not_shown() {
    let reads = |change: &dyn Fn(&mut Page, &mut Consent)| {
        let mut consent = care();
        let mut page = Page::from_canonical(consent.page.as_deref().unwrap()).unwrap();
        change(&mut page, &mut consent);
        consent.page = Some(page.canonical());
        Offer::read(&consent.write()).is_some()
    };
    assert!(reads(&|_, _| ()));
    assert!(!reads(&|page, _| page.parts[1] = Part::Text("Something nicer".into())));
    assert!(!reads(&|page, _| {
        if let Part::Box { checked, .. } = &mut page.parts[2] {
            *checked = true;
        }
    }));
    assert!(!reads(&|page, _| drop(page.parts.remove(3))), "a box is missing");
    assert!(!reads(&|page, _| page.parts.retain(|part| *part != button(Act::Decline))));
    assert!(!reads(&|_, consent| consent.text_sha256 = sha256(b"other").to_text()));
    assert!(!reads(&|_, consent| consent.status = ConsentStatus::Active));
}
