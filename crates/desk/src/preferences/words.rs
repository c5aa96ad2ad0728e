//! A wish for the clinic's staff.

use postern_fhir::preferences::Wish;
use serde_json::Value;

/// The wish of a record, if it is one.
pub(crate) fn wish(kind: &str, resource: &Value) -> Option<Wish> {
    if kind == "Preferences" { Wish::read(&resource.into()).ok() } else { None }
}

/// Its stable code.
pub(crate) fn code(wish: &Wish) -> &'static str {
    match wish {
        Wish::Texts { .. } => "texts",
        Wish::Nothing => "no-texts",
        Wish::Pause(Some(_)) => "pause",
        Wish::Pause(None) => "no-pause",
        Wish::Language(_) => "language",
        Wish::OtherLanguage(_) => "other-language",
        Wish::Contact { .. } => "new-contact",
    }
}

/// What is wished, and what staff have to do where it takes somebody.
pub(crate) fn in_words(wish: &Wish) -> String {
    match wish {
        Wish::Texts { wanted, unwanted, ask } => {
            let named =
                |name: &str, all: &[String]| (!all.is_empty()).then(|| format!("{name} {}", all.join(", ")));
            let ask = named("asks to be asked for consent to", ask);
            let said = [named("wants texts about", wanted), named("wants none about", unwanted), ask];
            said.into_iter().flatten().collect::<Vec<_>>().join("; ")
        }
        Wish::Nothing => "wants no more texts".to_owned(),
        Wish::Pause(Some(until)) => format!("wants no texts until {until}"),
        Wish::Pause(None) => "wants texts again, the pause is over".to_owned(),
        Wish::Language(language) => format!("wants texts in {language}"),
        Wish::OtherLanguage(words) => format!("would like another language: {words:?}. Call the patient"),
        Wish::Contact { number, email } => {
            let named = |name: &str, new: &Option<String>| new.as_ref().map(|new| format!("{name} {new:?}"));
            let new = [named("new number", number), named("new e-mail", email)];
            let new = new.into_iter().flatten().collect::<Vec<_>>().join(", ");
            format!("gives a {new}. It counts once somebody confirmed it: then import the patient with it")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wish_is_told_with_what_is_to_be_done() {
        let texts = Wish::Texts {
            wanted: vec!["appointments".into()],
            unwanted: vec!["forms".into(), "messages".into()],
            ask: vec!["surveys".into()],
        };
        assert_eq!(
            in_words(&texts),
            "wants texts about appointments; wants none about forms, messages; asks to be asked for consent to surveys"
        );
        let contact = Wish::Contact { number: Some("202 555 0199".into()), email: None };
        assert_eq!(
            in_words(&contact),
            "gives a new number \"202 555 0199\". It counts once somebody confirmed it: then import the patient with it"
        );
        // What a patient typed cannot make a line of its own.
        assert!(!in_words(&Wish::OtherLanguage("a\nINCIDENT 1".into())).contains('\n'));
    }
}
