//! Laws that hold for every form and every way of filling it in.

use crate::{Library, checker, completed, dice::Dice, filling, import, making, schema};
use postern_fhir::questionnaire::{Session, SlotId, audit, receive};
use postern_json::{Number, Value};
use proptest::prelude::*;

fn numbers(most: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0u32..10_000, 0..most)
}

/// A form and a session in it after some acts.
fn filled(form: &Value, acts: &[u32]) -> Session {
    let mut session =
        Session::start(import(form).unwrap_or_else(|refusals| panic!("{refusals:?}\n{form:#}")));
    let mut dice = Dice::new(acts);
    for _ in 0..acts.len() / 3 {
        filling::act(&mut session, &mut dice);
    }
    session
}

fn enabled(session: &Session) -> Vec<(SlotId, bool)> {
    session.every_slot().into_iter().map(|slot| (slot, session.is_enabled(slot))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn every_form_that_is_made_is_one_by_the_schema(form in numbers(200)) {
        let form = making::form(&mut Dice::new(&form));
        prop_assert_eq!(schema::complaints(&form), Vec::<String>::new());
        prop_assert!(import(&form).is_ok());
        prop_assert_eq!(audit(&form).iter().filter(|note| note.place.element != "contained").count(), 0, "{:?}", audit(&form));
    }

    #[test]
    fn a_response_is_good_to_the_engine_exactly_when_it_is_good_to_the_checker(
        form in numbers(200), acts in numbers(120), whole in any::<bool>(),
    ) {
        let form = making::form(&mut Dice::new(&form));
        let mut session = filled(&form, &acts);
        if whole {
            filling::complete(&mut session);
        }
        let response = completed(&session);
        let problems = session.problems(&Library);
        let mut complaints = checker::check(&form, &response);
        complaints.extend(schema::complaints(&response));
        prop_assert_eq!(problems.is_empty(), complaints.is_empty(), "{:?}\n{:?}\n{:#}\n{:#}", problems, complaints, form, response);
        let received = receive(session.form().clone(), &response, &Library);
        prop_assert_eq!(received.is_ok(), complaints.is_empty(), "{:?}\n{:?}\n{:#}\n{:#}", received.err(), complaints, form, response);
    }

    #[test]
    fn enablement_is_a_fixed_point_whatever_came_before(form in numbers(200), acts in numbers(120)) {
        let form = making::form(&mut Dice::new(&form));
        let session = filled(&form, &acts);
        // Read back from its own draft, every condition is looked at anew.
        let again = Session::resume(session.form().clone(), &session.draft()).unwrap();
        prop_assert_eq!(&again.lost, &[]);
        prop_assert_eq!(completed(&again.session), completed(&session), "{:#}", form);
    }

    #[test]
    fn the_order_of_the_answers_makes_no_difference(
        form in numbers(200), answers in numbers(60), order in numbers(60),
    ) {
        let form = making::form(&mut Dice::new(&form));
        let start = Session::start(import(&form).unwrap());
        let mut dice = Dice::new(&answers);
        let slots = start.every_slot();
        let mut given = Vec::new();
        for slot in slots.into_iter().filter(|slot| start.form().children(Some(start.item_id(*slot))).next().is_none()) {
            let mut one = start.clone();
            for _ in 0..3 {
                filling::act(&mut one, &mut dice);
            }
            given.push((slot, one.answers(slot).to_vec()));
        }
        let mut forwards = start.clone();
        let mut backwards = start;
        for (slot, answers) in &given {
            let _ = forwards.set_answers(*slot, answers.clone());
        }
        let mut dice = Dice::new(&order);
        while !given.is_empty() {
            let (slot, answers) = given.swap_remove(dice.below(given.len()));
            // With another answer on the way.
            let _ = backwards.set_answers(slot, Vec::new());
            let _ = backwards.set_answers(slot, answers);
        }
        prop_assert_eq!(enabled(&forwards), enabled(&backwards), "{:#}", form);
        prop_assert_eq!(completed(&forwards), completed(&backwards));
    }

    #[test]
    fn what_a_change_tells_is_what_changed(form in numbers(200), acts in numbers(60)) {
        let form = making::form(&mut Dice::new(&form));
        let mut session = filled(&form, &acts);
        let mut dice = Dice::new(&acts);
        let before: Vec<(SlotId, bool)> = enabled(&session);
        let questions: Vec<SlotId> = before.iter().map(|(slot, _)| *slot).filter(|slot| session.item(*slot).kind.is_question()).collect();
        prop_assume!(!questions.is_empty());
        let slot = questions[dice.below(questions.len())];
        let Ok(change) = session.set_answers(slot, Vec::new()) else { return Ok(()) };
        for (slot, was) in before {
            let named = |named: &[SlotId]| {
                core::iter::successors(Some(slot), |slot| Some(session.around(*slot)?.0)).any(|slot| named.contains(&slot))
            };
            if session.every_slot().contains(&slot) && session.is_enabled(slot) != was {
                let told = if was { named(&change.disabled) } else { named(&change.enabled) };
                prop_assert!(told);
            }
        }
    }

    #[test]
    fn every_enabled_question_stands_on_exactly_one_screen(form in numbers(200), acts in numbers(60)) {
        let form = making::form(&mut Dice::new(&form));
        let session = filled(&form, &acts);
        let mut seen: Vec<SlotId> = Vec::new();
        for page in session.pages() {
            prop_assert!(!page.slots.is_empty());
            let mut open = page.slots;
            while let Some(slot) = open.pop() {
                if session.is_shown(slot) {
                    seen.push(slot);
                    (0..session.instances(slot)).for_each(|index| open.extend(session.children(slot, index)));
                }
            }
        }
        let asked: Vec<SlotId> = session.every_slot().into_iter().filter(|slot| {
            session.item(*slot).kind.is_question() && session.is_shown(*slot)
        }).collect();
        let mut on_screen: Vec<SlotId> = seen.into_iter().filter(|slot| session.item(*slot).kind.is_question()).collect();
        on_screen.sort();
        let mut asked_in_order = asked;
        asked_in_order.sort();
        prop_assert_eq!(on_screen, asked_in_order, "{:#}", form);
    }

    #[test]
    fn a_damaged_form_is_imported_or_refused_and_never_panics(
        form in numbers(200), at in any::<prop::sample::Index>(), with in arbitrary(),
    ) {
        let mut form = making::form(&mut Dice::new(&form));
        damage(&mut form, at, with);
        let _ = audit(&form);
        if let Ok(form) = import(&form) {
            let mut session = Session::start(form);
            filling::complete(&mut session);
            let _ = (completed(&session), session.pages(), session.score());
        }
    }

    #[test]
    fn a_damaged_response_is_received_or_refused_and_never_panics(
        form in numbers(200), acts in numbers(60), at in any::<prop::sample::Index>(), with in arbitrary(),
    ) {
        let form = making::form(&mut Dice::new(&form));
        let mut session = filled(&form, &acts);
        filling::complete(&mut session);
        let mut response = completed(&session);
        damage(&mut response, at, with);
        if receive(session.form().clone(), &response, &Library).is_ok() {
            prop_assert_eq!(checker::check(&form, &response), Vec::<String>::new(), "{:#}\n{:#}", form, response);
        }
    }

    #[test]
    fn arbitrary_json_is_imported_or_refused_and_never_panics(form in arbitrary(), items in prop::collection::vec(arbitrary(), 0..4)) {
        let _ = (import(&form).is_ok(), audit(&form));
        let form = postern_json::json!({"resourceType": "Questionnaire", "item": items, "contained": [form]});
        let _ = (import(&form).is_ok(), audit(&form));
    }
}

/// How many cases a law is tried on; more on demand.
fn cases() -> u32 {
    std::env::var("POSTERN_FORM_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(96)
}

/// Puts something else, or nothing, in the place of one value.
fn damage(value: &mut Value, at: prop::sample::Index, with: Value) {
    let mut paths = Vec::new();
    pointers(value, "", &mut paths);
    let path = &paths[at.index(paths.len())];
    // serde_json's value has pointers (RFC 6901) to write through.
    let mut damaged = serde_json::Value::from(&*value);
    match with {
        Value::Null => {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", ""));
            if let Some(object) = damaged.pointer_mut(parent).and_then(serde_json::Value::as_object_mut) {
                object.remove(name);
            }
        }
        with => *damaged.pointer_mut(path).unwrap() = with.into(),
    }
    *value = Value::from(&damaged);
}

fn pointers(value: &Value, path: &str, all: &mut Vec<String>) {
    all.push(path.into());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{path}/{index}"), all))
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| pointers(member, &format!("{path}/{name}"), all));
        }
        _ => {}
    }
}

fn arbitrary() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "resourceType",
        "item",
        "linkId",
        "type",
        "text",
        "_text",
        "extension",
        "url",
        "enableWhen",
        "question",
        "operator",
        "answerBoolean",
        "answerCoding",
        "answerOption",
        "valueCoding",
        "valueString",
        "valueInteger",
        "initial",
        "system",
        "code",
        "answerValueSet",
        "contained",
        "id",
        "compose",
        "include",
        "concept",
        "valueSet",
        "expansion",
        "contains",
        "required",
        "repeats",
        "maxLength",
        "answer",
        "valueDate",
        "modifierExtension",
        "valueQuantity",
        "value",
    ]);
    let words = prop::sample::select(vec![
        "Questionnaire",
        "ValueSet",
        "group",
        "choice",
        "date",
        "i1",
        "i2",
        "=",
        "exists",
        "#listed",
        "#a",
        "a",
        "2024-05-17",
        "é\u{1F600}",
        "",
        "-",
        "12:30:00",
        postern_fhir::questionnaire::extension::url::MIN_VALUE,
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names.clone(), inner, 0..6)
                .prop_map(|map| map.into_iter().map(|(name, value)| (String::from(name), value)).collect()),
        ]
    })
}
