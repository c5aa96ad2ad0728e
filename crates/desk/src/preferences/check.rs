//! A wish, held against the sheet that was sent.

use crate::feed::Reason;
use postern_fhir::{
    Bundle, Preferences, instant,
    preferences::{Texts, Wish},
};
use postern_protocol::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// A pause ends at most so long after it was asked for. A phone's clock may be a day behind.
const LONGEST_PAUSE_SECONDS: i64 = 367 * DAY_SECONDS;
/// What is typed freely has at most so many letters.
const LETTERS: usize = 254;

/// The wish is one, and about nothing that the sheet did not offer.
///
/// # Errors
/// What does not hold.
pub(crate) fn check(resource: &Value, received_at: Timestamp, sent: &Value) -> Result<Wish, Reason> {
    let sent = Bundle::read(&sent.into()).map_err(|_| Reason::Resource)?;
    let sheet = sent.preferences().ok_or(Reason::KindNotOffered)?;
    let sheet = Preferences::read(sheet).map_err(|_| Reason::Resource)?;
    let wish = Wish::read(&resource.into()).map_err(|_| Reason::Resource)?;
    // What this program does not read of the resource was signed all the same.
    let is_whole = wish.write() == postern_json::Value::from(resource);
    if is_whole && is_offered(&wish, &sheet, received_at) { Ok(wish) } else { Err(Reason::WishOther) }
}

fn is_offered(wish: &Wish, sheet: &Preferences, received_at: Timestamp) -> bool {
    let typed = |text: &String| !text.trim().is_empty() && text.chars().count() <= LETTERS;
    match wish {
        Wish::Texts { wanted, unwanted, ask } => {
            let set = |all: &[String]| all.iter().cloned().collect::<BTreeSet<_>>();
            let (chosen, asked) = (set(&[wanted.as_slice(), unwanted].concat()), set(ask));
            let of_sheet = |wanted: fn(&Texts) -> bool| {
                sheet
                    .texts
                    .iter()
                    .filter(|one| wanted(one))
                    .map(|one| one.category.clone())
                    .collect::<BTreeSet<_>>()
            };
            let none_twice = chosen.len() == wanted.len() + unwanted.len() && asked.len() == ask.len();
            none_twice
                && chosen == of_sheet(|one| one.standing.is_a_wish_away())
                && asked.is_subset(&of_sheet(|one| !one.standing.is_a_wish_away()))
        }
        Wish::Nothing | Wish::Pause(None) => true,
        Wish::Pause(Some(until)) => instant::parse(until).is_ok_and(|until| {
            let until = Timestamp(until.milliseconds);
            until > received_at.plus_seconds(-DAY_SECONDS)
                && until < received_at.plus_seconds(LONGEST_PAUSE_SECONDS)
        }),
        Wish::Language(language) => *language == sheet.language || sheet.other_languages.contains(language),
        Wish::OtherLanguage(words) => typed(words),
        Wish::Contact { number, email } => {
            let given = [number, email].into_iter().flatten();
            given.clone().count() > 0 && given.clone().all(typed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_fhir::preferences::Standing;
    use serde_json::json;

    const RECEIVED: Timestamp = Timestamp(1_795_000_000_000);

    fn sent() -> Value {
        let texts = |category: &str, standing| Texts {
            category: category.into(),
            standing,
            since: None,
            receipt: None,
        };
        let sheet = Preferences {
            at: instant::to_text(RECEIVED.0),
            number: "(202) 555-0143".into(),
            language: "en".into(),
            other_languages: vec!["es".into()],
            paused_until: None,
            texts: vec![
                texts("appointments", Standing::Given),
                texts("messages", Standing::OptedOut),
                texts("surveys", Standing::NotAgreed),
            ],
        };
        let sheet: Value = sheet.write().into();
        json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": sheet}]})
    }

    fn checked(wish: &Wish) -> Result<Wish, Reason> {
        check(&wish.write().into(), RECEIVED, &sent())
    }

    fn texts(wanted: &[&str], unwanted: &[&str], ask: &[&str]) -> Wish {
        let list = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        Wish::Texts { wanted: list(wanted), unwanted: list(unwanted), ask: list(ask) }
    }

    fn until(seconds: i64) -> Wish {
        Wish::Pause(Some(instant::to_text(RECEIVED.plus_seconds(seconds).0)))
    }

    fn number(text: &str) -> Wish {
        Wish::Contact { number: Some(text.into()), email: None }
    }

    #[test]
    fn what_the_page_offers_is_taken() {
        for wish in [
            texts(&["appointments", "messages"], &[], &[]),
            texts(&["messages"], &["appointments"], &["surveys"]),
            Wish::Nothing,
            until(7 * DAY_SECONDS),
            Wish::Pause(None),
            Wish::Language("es".into()),
            Wish::Language("en".into()),
            Wish::OtherLanguage("Kreyòl".into()),
            number("202 555 0199"),
        ] {
            assert_eq!(checked(&wish), Ok(wish));
        }
    }

    #[test]
    fn a_wish_is_no_way_around_a_consent_and_says_of_every_category_what_holds() {
        for wish in [
            texts(&["appointments", "messages", "surveys"], &[], &[]),
            texts(&["appointments"], &[], &[]),
            texts(&["appointments", "messages"], &["messages"], &[]),
            texts(&["appointments", "messages"], &[], &["appointments"]),
            texts(&["appointments", "messages"], &[], &["surveys", "surveys"]),
            texts(&["appointments", "messages", "marketing"], &[], &[]),
            until(400 * DAY_SECONDS),
            until(-2 * DAY_SECONDS),
            Wish::Pause(Some("soon".into())),
            Wish::Language("fr".into()),
            Wish::OtherLanguage("  ".into()),
            number(&"9".repeat(LETTERS + 1)),
        ] {
            assert_eq!(checked(&wish), Err(Reason::WishOther), "{wish:?}");
        }
    }

    #[test]
    fn nothing_may_stand_beside_the_wish_and_a_sheet_must_have_been_sent() {
        let mut more: Value = Wish::Nothing.write().into();
        more["parameter"].as_array_mut().unwrap().push(json!({"name": "new-number", "valueString": "1"}));
        assert_eq!(check(&more, RECEIVED, &sent()), Err(Reason::WishOther));
        let bare = json!({"resourceType": "Bundle", "type": "collection", "entry": []});
        let wish = Wish::Nothing.write().into();
        assert_eq!(check(&wish, RECEIVED, &bare), Err(Reason::KindNotOffered));
    }
}
