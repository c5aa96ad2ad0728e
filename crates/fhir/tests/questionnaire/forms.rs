//! Whole forms, as clinics have them: each is imported, filled in, and its response good by the checker, by the desk and by
//! HL7's schema.

use crate::{Library, checker, completed, dice::Dice, filling, import, schema, start};
use postern_fhir::questionnaire::{Session, audit, receive};
use postern_json::Value;
use std::{env, fs, path::Path, path::PathBuf};

fn forms_in(folder: &Path) -> Vec<(String, Value)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let form = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), form)
    };
    paths.into_iter().map(read).collect()
}

/// The forms kept beside this test; those of a folder on demand; and those that stand beside the checkout, where they do.
fn all() -> Vec<(String, Value)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut forms = forms_in(&here.join("tests/fixtures/forms"));
    assert!(forms.len() >= 3, "the forms beside this test");
    let beside = here.join("../../../shared/fhir/questionnaires");
    match env::var_os("POSTERN_FORMS") {
        Some(folder) => forms.extend(forms_in(Path::new(&folder))),
        None if beside.is_dir() => forms.extend(forms_in(&beside)),
        None => {}
    }
    forms
}

/// Fills the form in several ways and checks each.
fn check(name: &str, form: &Value) -> usize {
    let start = start(form);
    let mut filled: Vec<Session> = Vec::new();
    for round in 0..12u32 {
        let numbers: Vec<u32> =
            (0..400).map(|number| (number * 7 + round * 131) ^ (number * round)).collect();
        let mut dice = Dice::new(&numbers);
        let mut session = start.clone();
        for _ in 0..round * 8 {
            filling::act(&mut session, &mut dice);
        }
        filling::complete(&mut session);
        assert_eq!(session.problems(&Library), [], "{name}: everything can be answered");
        filled.push(session);
    }
    for session in &filled {
        let response = completed(session);
        assert_eq!(checker::check(form, &response), Vec::<String>::new(), "{name}: {response:#}");
        assert_eq!(schema::complaints(&response), Vec::<String>::new(), "{name}: {response:#}");
        let received = receive(session.form().clone(), &response, &Library);
        assert_eq!(received.err(), None, "{name}: {response:#}");
        assert!(!session.pages().is_empty(), "{name}: there is something to see");
    }
    filled.iter().map(|session| completed(session)["item"].as_array().map_or(0, Vec::len)).max().unwrap_or(0)
}

#[test]
fn every_form_is_imported_and_filled_in_and_its_responses_are_good() {
    for (name, form) in all() {
        let imported = import(&form).unwrap_or_else(|refusals| panic!("{name}: {refusals:?}"));
        let answers = check(&name, &form);
        let askable = imported.items().any(|(_, item)| {
            item.kind.is_question()
                && !item.read_only
                && (item.kind.code() != "choice" || !item.choices.is_empty())
        });
        assert_eq!(answers > 0, askable, "{name}: a form that asks has answers");
    }
}

#[test]
fn the_forms_beside_this_test_hold_nothing_that_is_left_aside() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/forms");
    for (name, form) in forms_in(&here) {
        assert_eq!(audit(&form), [], "{name}");
        assert_eq!(schema::complaints(&form), Vec::<String>::new(), "{name}");
        assert!(import(&form).is_ok(), "{name}");
    }
}
