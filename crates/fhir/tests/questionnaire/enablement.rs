//! Which items are asked, by R4's rules.

use crate::{completed, slot, start};
use postern_fhir::questionnaire::{Answer, Kind, Session};
use postern_json::{Value, json};

fn text(text: &str) -> Option<Answer> {
    Some(Answer::Text(text.into()))
}

/// A question `q`, and an item `r` under these conditions on it.
fn asked(question: Value, conditions: Value, behavior: Option<&str>) -> Session {
    let mut question = question;
    question["linkId"] = "q".into();
    let mut reader = json!({"linkId": "r", "type": "string", "enableWhen": conditions});
    if let Some(behavior) = behavior {
        reader["enableBehavior"] = behavior.into();
    }
    start(&json!({"resourceType": "Questionnaire", "item": [question, reader]}))
}

fn is_asked(session: &Session) -> bool {
    session.is_enabled(slot(session, "r"))
}

#[test]
fn each_operator_asks_what_it_says() {
    let integers = |values: &[i32]| values.iter().copied().map(Answer::Integer).collect::<Vec<_>>();
    for (operator, none, two, five, both) in [
        ("=", false, false, true, true),
        ("!=", true, true, false, false),
        (">", false, false, false, false),
        ("<", false, true, false, true),
        (">=", false, false, true, true),
        ("<=", false, true, true, true),
    ] {
        let condition = json!([{"question": "q", "operator": operator, "answerInteger": 5}]);
        let mut session = asked(json!({"type": "integer", "repeats": true}), condition, None);
        assert_eq!(is_asked(&session), none, "{operator}");
        for (values, expected) in [(&[2][..], two), (&[5], five), (&[2, 5], both)] {
            session.set_answers(slot(&session, "q"), integers(values)).unwrap();
            assert_eq!(is_asked(&session), expected, "{values:?} {operator} 5");
        }
    }
}

#[test]
fn exists_asks_for_an_answer_or_for_none() {
    for exists in [true, false] {
        let condition = json!([{"question": "q", "operator": "exists", "answerBoolean": exists}]);
        let mut session = asked(json!({"type": "string"}), condition, None);
        assert_eq!(is_asked(&session), !exists);
        session.set_answer(slot(&session, "q"), text("x")).unwrap();
        assert_eq!(is_asked(&session), exists);
        session.set_answer(slot(&session, "q"), text("  ")).unwrap();
        assert_eq!(is_asked(&session), !exists, "a blank text is no answer");
    }
}

#[test]
fn several_conditions_go_together_as_the_form_says_and_any_is_enough_when_it_does_not() {
    let conditions = json!([{"question": "q", "operator": ">", "answerInteger": 1},
        {"question": "q", "operator": "<", "answerInteger": 5}]);
    for (behavior, nine) in [(Some("all"), false), (Some("any"), true), (None, true)] {
        let mut session = asked(json!({"type": "integer"}), conditions.clone(), behavior);
        for (value, expected) in [(3, true), (9, nine)] {
            session.set_answer(slot(&session, "q"), Some(Answer::Integer(value))).unwrap();
            assert_eq!(is_asked(&session), expected, "{behavior:?} {value}");
        }
    }
}

#[test]
fn a_disabled_question_counts_as_unanswered_and_its_answer_comes_back_with_it() {
    let mut session = start(&json!({"resourceType": "Questionnaire", "item": [
        {"linkId": "a", "type": "boolean"},
        {"linkId": "g", "type": "group", "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": true}], "item": [
            {"linkId": "b", "type": "string"}]},
        {"linkId": "c", "type": "string", "enableWhen": [{"question": "b", "operator": "exists", "answerBoolean": true}]}]}));
    let (a, b, c) = (slot(&session, "a"), slot(&session, "b"), slot(&session, "c"));
    session.set_answer(a, Some(Answer::Boolean(true))).unwrap();
    session.set_answer(b, text("x")).unwrap();
    session.set_answer(c, text("y")).unwrap();
    assert!(session.is_enabled(c));
    let change = session.set_answer(a, Some(Answer::Boolean(false))).unwrap();
    assert_eq!((session.is_enabled(b), session.is_enabled(c)), (false, false));
    assert!(change.disabled.contains(&c));
    let response = completed(&session);
    assert_eq!(
        response["item"].as_array().unwrap().len(),
        1,
        "answers of disabled items are absent: {response}"
    );
    session.set_answer(a, Some(Answer::Boolean(true))).unwrap();
    assert!(session.is_enabled(c));
    assert_eq!(completed(&session)["item"][2]["answer"][0]["valueString"], "y");
}

#[test]
fn in_a_repeated_group_each_repeat_reads_its_own_question() {
    let mut session = start(&json!({"resourceType": "Questionnaire", "item": [
        {"linkId": "g", "type": "group", "repeats": true, "item": [
            {"linkId": "a", "type": "boolean"},
            {"linkId": "b", "type": "string", "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": true}]}]},
        {"linkId": "behind", "type": "string", "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": true}]},
    ]}));
    let group = slot(&session, "g");
    session.add_instance(group).unwrap();
    let [first, second] = [0, 1].map(|index| session.children(group, index).to_vec());
    let behind = slot(&session, "behind");
    session.set_answer(second[0], Some(Answer::Boolean(true))).unwrap();
    assert_eq!((session.is_enabled(first[1]), session.is_enabled(second[1])), (false, true));
    assert!(session.is_enabled(behind), "from behind, the last repeat is the nearest");
    session.set_answer(first[0], Some(Answer::Boolean(true))).unwrap();
    session.set_answer(second[0], Some(Answer::Boolean(false))).unwrap();
    assert!(!session.is_enabled(behind));
    session.remove_instance(group, 1).unwrap();
    assert!(session.is_enabled(behind));
}

#[test]
fn questions_within_a_question_are_asked_for_each_answer() {
    let mut session = start(&json!({"resourceType": "Questionnaire", "item": [
        {"linkId": "which", "type": "choice", "repeats": true,
            "answerOption": [{"valueString": "one"}, {"valueString": "two"}],
            "item": [{"linkId": "since", "type": "date", "required": true}]}]}));
    let which = slot(&session, "which");
    assert_eq!(session.instances(which), 0);
    session.set_answers(which, vec![Answer::Text("one".into()), Answer::Text("two".into())]).unwrap();
    let since = session.children(which, 1)[0];
    session.set_answer(since, Some(Answer::Date("2024-05-17".into()))).unwrap();
    session.set_answers(which, vec![Answer::Text("two".into())]).unwrap();
    assert_eq!(session.children(which, 0), [since], "what stands under an answer goes with it");
    let response = completed(&session);
    assert_eq!(response["item"][0]["answer"][0]["item"][0]["answer"][0]["valueDate"], "2024-05-17");
}

#[test]
fn conditions_compare_by_type() {
    for (kind, answer, given, fits) in [
        ("decimal", json!({"answerDecimal": 2.50}), Answer::Decimal(2.5), true),
        ("decimal", json!({"answerInteger": 2}), Answer::Decimal(2.0), true),
        (
            "dateTime",
            json!({"answerDateTime": "2024-05-17T10:00:00Z"}),
            Answer::DateTime("2024-05-17T12:00:00+02:00".into()),
            true,
        ),
        ("time", json!({"answerTime": "12:00:00"}), Answer::Time("12:00:00.0".into()), true),
        ("date", json!({"answerDate": "2024"}), Answer::Date("2024-05-17".into()), false),
        ("url", json!({"answerString": "urn:a"}), Answer::Uri("urn:a".into()), true),
        ("string", json!({"answerString": "Yes"}), Answer::Text("yes".into()), false),
    ] {
        let mut condition = answer.clone();
        condition["question"] = "q".into();
        condition["operator"] = "=".into();
        let mut session = asked(json!({"type": kind}), json!([condition]), None);
        session.set_answer(slot(&session, "q"), Some(given)).unwrap();
        assert_eq!(is_asked(&session), fits, "{kind} {answer}");
        assert_eq!(session.item(slot(&session, "q")).kind, Kind::from_code(kind).unwrap());
    }
}
