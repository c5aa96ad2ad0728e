//! A person's texts: which come and why, since when, from which consent; what can be wished about them.

use super::{answer, page, whose};
use crate::{
    app::{self, look, peek, send},
    browser::{clock, dom, intl},
    flow::{
        Event,
        answer::Draft,
        preferences::{ASK, NONE, OTHER, PAUSES, Sheet, Topic, Typed, moment, pause_end},
        visit::{Step, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button, form, send_button},
        choice::{check_box, explained_box, list, radio},
        disclosure::opened,
        facts::Fact,
        field::{Field, Keys, field},
        notice::{paragraph, quiet, unbroken},
        tag::{all, live, nothing, tag},
    },
};
use leptos::prelude::*;
use postern_fhir::preferences::{Standing, Texts, Wish};
use postern_protocol::time::Timestamp;

/// The boxes' group.
pub const TEXTS: &str = "texts";
/// The pauses' group.
pub const PAUSE: &str = "pause";
/// The field for another language.
pub const LANGUAGE: &str = "other-language";
/// The field for a new number.
pub const NUMBER: &str = "new-number";
/// The field for a new e-mail address.
pub const EMAIL: &str = "new-email";

/// The way here, under every page but this one; not where no message says how the texts stand.
pub fn way() -> AnyView {
    let shown = Memo::new(|_| {
        look(|journey| {
            let visit = journey.visit();
            visit.is_some_and(|visit| {
                !matches!(visit.step, Step::Preferences { .. } | Step::Whose) && visit.sheet().is_some()
            })
        })
    });
    live(move || {
        let open = || send(Event::Visit(VisitEvent::OpenPreferences));
        shown.get().then(|| button(Weight::Text, words::texts_way(), open))
    })
}

/// Draws the page.
pub fn preferences() -> AnyView {
    let found = peek(|journey| {
        let visit = journey.visit()?;
        Some((visit.sheet()?, visit.draft.clone(), visit.clock(clock::now())))
    });
    let Some((sheet, draft, now)) = found else { return nothing() };
    let said = moment(Some(&sheet.sent.at)).map_or_else(String::new, |at| intl::date(at.0));
    let parts = vec![
        unbroken(&words::texts_lead(&sheet.sent.number), &sheet.sent.number),
        quiet(words::texts_as_of(&said)),
        texts(&sheet, &draft),
        pause(&sheet, &draft, now),
        language(&sheet, &draft),
        contact(&draft),
        button(Weight::Second, words::frame_back(), || send(Event::Visit(VisitEvent::Back))),
    ];
    all(vec![answer::summary(), whose::who_answers(), page(words::texts_heading(&app::clinic().name), parts)])
}

fn saves(topic: Topic, parts: Vec<AnyView>) -> AnyView {
    form(move || answer::try_to(VisitEvent::Wish(topic)), parts)
}

fn choose(change: impl FnOnce(&mut Typed)) {
    answer::typed(|draft| change(&mut draft.typed));
}

fn tick(code: &str, ticked: bool) {
    answer::typed(|draft| {
        draft.boxes.retain(|one| one != code);
        if ticked {
            draft.boxes.push(code.into());
        }
    });
}

fn box_id(code: &str) -> String {
    ["box-", code].concat()
}

fn texts(sheet: &Sheet, draft: &Draft) -> AnyView {
    let is_ticked = |code: &str| draft.boxes.iter().any(|one| one == code);
    let (chosen, others): (Vec<&Texts>, Vec<&Texts>) =
        sheet.sent.texts.iter().partition(|one| one.standing.is_a_wish_away());
    let codes: Vec<String> = chosen.iter().map(|one| one.category.clone()).collect();
    let mut boxes: Vec<AnyView> = chosen
        .iter()
        .map(|one| {
            let code = one.category.clone();
            let changed = sheet.wanted.contains(&code) != one.standing.comes();
            let why = if changed { words::texts_changed().into() } else { why(one) };
            let id = box_id(&code);
            explained_box(id, category(&code), Some(why), is_ticked(&one.category), move |ticked| {
                tick(&code, ticked);
                if ticked {
                    tick(NONE, false);
                    dom::tick(&box_id(NONE), false);
                }
            })
        })
        .collect();
    boxes.push(check_box(box_id(NONE), words::texts_none(), is_ticked(NONE), move |ticked| {
        tick(NONE, ticked);
        for code in codes.iter().filter(|_| ticked) {
            tick(code, false);
            dom::tick(&box_id(code), false);
        }
    }));
    let mut parts = vec![list(
        TEXTS,
        words::texts_question(),
        Some(words::texts_question_hint()),
        answer::error_of(TEXTS),
        boxes,
    )];
    if !others.is_empty() {
        parts.push(not_agreed(&others, is_ticked(ASK)));
    }
    parts.push(send_button(Weight::First, words::texts_save()));
    saves(Topic::Texts, parts)
}

/// What takes a consent: named, with a box to be asked for it.
fn not_agreed(others: &[&Texts], ask: bool) -> AnyView {
    let line = |one: &&Texts| {
        let since = moment(one.since.as_deref()).map(|since| words::texts_declined(&intl::date(since.0)));
        let since = since.map(|words| tag("span").class("hint why").text(words));
        tag("li").text(category(&one.category)).child(since).view()
    };
    let lines = tag("ul").child(others.iter().map(line).collect::<Vec<_>>()).view();
    let ask = check_box(box_id(ASK), words::texts_ask(), ask, |ticked| tick(ASK, ticked));
    let parts = vec![paragraph(words::texts_not_agreed()), lines, ask];
    tag("div").class("inset flow").child(parts).view()
}

/// Why texts of a category come or do not, and since when.
fn why(texts: &Texts) -> String {
    let since = moment(texts.since.as_deref()).map_or_else(String::new, |since| intl::date(since.0));
    match (texts.standing, &texts.receipt) {
        (Standing::Given, _) => words::texts_given(&since),
        (Standing::Agreed, Some(code)) => words::texts_agreed(&since, code),
        (Standing::Agreed, None) => words::texts_agreed_on_paper(&since),
        _ => words::texts_opted_out(&since),
    }
}

fn pause(sheet: &Sheet, draft: &Draft, now: Timestamp) -> AnyView {
    let chosen = &draft.typed.pause;
    let until = sheet.paused_until.filter(|until| *until > now);
    let one = |days: u16, words: String| {
        let code = days.to_string();
        let is_chosen = *chosen == code;
        radio(PAUSE, &code.clone(), words, is_chosen, move || choose(|typed| typed.pause = code.clone()))
    };
    let mut choices: Vec<AnyView> =
        until.iter().map(|_| one(0, words::texts_no_pause_now().into())).collect();
    choices.extend(PAUSES.map(|days| {
        let date = intl::date(pause_end(days, now).0);
        one(days, words::texts_pause_until(u32::from(days), &date))
    }));
    let said = until.map(|until| paragraph(words::texts_paused(&intl::date(until.0))));
    let mut parts: Vec<AnyView> = said.into_iter().collect();
    parts.extend([
        list(PAUSE, words::texts_pause_question(), None, answer::error_of(PAUSE), choices),
        send_button(Weight::Second, words::texts_pause_save()),
    ]);
    opened(words::texts_pause(), !chosen.is_empty(), vec![saves(Topic::Pause, parts)])
}

fn language(sheet: &Sheet, draft: &Draft) -> AnyView {
    let Typed { language, other_language, .. } = &*draft.typed;
    let all = core::iter::once(&sheet.sent.language).chain(&sheet.sent.other_languages);
    let one = |code: String, words: String| {
        let is_chosen = *language == code;
        radio("language", &code.clone(), words, is_chosen, move || {
            choose(|typed| typed.language = code.clone());
        })
    };
    let mut choices: Vec<AnyView> = all.map(|code| one(code.clone(), intl::language_name(code))).collect();
    choices.push(one(OTHER.into(), words::texts_other_language().into()));
    let which = Field {
        id: LANGUAGE,
        label: words::texts_which_language().into(),
        hint: None,
        value: other_language.clone(),
        autocomplete: "off",
        keys: Keys::Letters,
    };
    // Who types a language has chosen the other one.
    let which = field(which, answer::error_of(LANGUAGE), |text| {
        choose(|typed| {
            typed.language = OTHER.into();
            typed.other_language = text;
        });
        dom::tick("language-other", true);
    });
    let parts = vec![
        list("language", words::texts_language_question(), None, || None, choices),
        which,
        send_button(Weight::Second, words::texts_language_save()),
    ];
    let open = *language != sheet.language || !other_language.is_empty();
    opened(words::texts_language(), open, vec![saves(Topic::Language, parts)])
}

fn contact(draft: &Draft) -> AnyView {
    let Typed { number, email, .. } = &*draft.typed;
    let new = |id, label: &str, value: &String, autocomplete, keys| Field {
        id,
        label: label.into(),
        hint: None,
        value: value.clone(),
        autocomplete,
        keys,
    };
    let by_phone = new(NUMBER, words::texts_new_number(), number, "tel", Keys::Phone);
    let by_mail = new(EMAIL, words::texts_new_email(), email, "email", Keys::Email);
    let parts = vec![
        paragraph(words::texts_contact_lead()),
        field(by_phone, answer::error_of(NUMBER), |text| choose(|typed| typed.number = text)),
        field(by_mail, answer::error_of(EMAIL), |text| choose(|typed| typed.email = text)),
        send_button(Weight::Second, words::texts_contact_save()),
    ];
    let open = !number.is_empty() || !email.is_empty();
    opened(words::texts_contact(), open, vec![saves(Topic::Contact, parts)])
}

fn category(code: &str) -> &'static str {
    match code {
        "appointments" => words::category_appointments(),
        "messages" => words::category_messages(),
        "forms" => words::category_forms(),
        "payments" => words::category_payments(),
        "recall" => words::category_recall(),
        "surveys" => words::category_surveys(),
        _ => words::category_marketing(),
    }
}

/// A wish in words.
pub fn in_words(wish: &Wish) -> &'static str {
    match wish {
        Wish::Texts { .. } => words::texts_chose(),
        Wish::Nothing => words::texts_none(),
        Wish::Pause(Some(_)) => words::texts_pause(),
        Wish::Pause(None) => words::texts_no_pause_now(),
        Wish::Language(_) | Wish::OtherLanguage(_) => words::texts_language(),
        Wish::Contact { .. } => words::texts_contact(),
    }
}

/// What happens after it.
pub fn next(wish: &Wish) -> &'static str {
    match wish {
        Wish::Texts { .. } => words::texts_next(),
        Wish::Nothing => words::texts_next_none(),
        Wish::Pause(Some(_)) => words::texts_next_pause(),
        Wish::Pause(None) => words::texts_next_no_pause(),
        Wish::Language(_) => words::texts_next_language(),
        Wish::OtherLanguage(_) => words::texts_next_other_language(),
        Wish::Contact { .. } => words::texts_next_contact(),
    }
}

/// What was wished.
pub fn rows(wish: &Wish) -> Vec<Fact> {
    let named = |name, all: &[String]| Fact {
        name,
        lines: all.iter().map(|one| category(one).into()).collect(),
        first: false,
    };
    match wish {
        Wish::Texts { wanted, unwanted, ask } => vec![
            named(words::texts_get(), wanted),
            named(words::texts_do_not_get(), unwanted),
            named(words::texts_be_asked(), ask),
        ],
        Wish::Pause(Some(until)) => {
            let until = moment(Some(until)).map_or_else(String::new, |until| intl::date(until.0));
            vec![Fact::of(words::texts_until(), until)]
        }
        Wish::Language(code) => vec![Fact::of(words::texts_in_language(), intl::language_name(code))],
        Wish::OtherLanguage(typed) => vec![Fact::of(words::texts_in_language(), typed.clone())],
        Wish::Contact { number, email } => vec![
            Fact::of(words::texts_new_number(), number.clone().unwrap_or_default()),
            Fact::of(words::texts_new_email(), email.clone().unwrap_or_default()),
        ],
        Wish::Nothing | Wish::Pause(None) => Vec::new(),
    }
}
