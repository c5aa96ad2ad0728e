//! Responses out and in, limits on both sides, scores and results.

use crate::{Library, checker, completed, import, schema, slot, start};
use postern_fhir::{
    datatype::Helper,
    questionnaire::{
        Answer, Fault, Heading, Problem, Session, Status, Words,
        extension::url,
        receive,
        response::{Lost, Why},
        results::{Count, net_promoter_score, results},
    },
};
use postern_json::{Value, json};

fn form(items: Value) -> Value {
    json!({"resourceType": "Questionnaire", "status": "active", "url": "http://clinic.example/f", "version": "2", "item": items})
}

fn text(text: &str) -> Answer {
    Answer::Text(text.into())
}

/// One question; what the engine, the desk and the checker say to an answer.
#[track_caller]
fn judged(question: Value, answers: Vec<Answer>, expected: &[Problem]) {
    let mut question = question;
    question["linkId"] = "q".into();
    let form = form(json!([question]));
    let mut session = start(&form);
    let q = slot(&session, "q");
    session.set_answers(q, answers).unwrap();
    assert_eq!(session.check(q, &Library), expected, "{question}");
    let response = completed(&session);
    assert_eq!(checker::check(&form, &response).is_empty(), expected.is_empty(), "{response}");
    let received = receive(session.form().clone(), &response, &Library);
    let faults: Vec<Fault> =
        expected.iter().map(|problem| Fault::Problem(vec!["q".into()], problem.clone())).collect();
    assert_eq!(received.err().unwrap_or_default(), faults, "{response}");
}

#[test]
fn required_and_out_of_range_are_refused_on_both_sides() {
    let with = |kind: &str, extension: Value| json!({"type": kind, "extension": [extension]});
    judged(json!({"type": "string", "required": true}), vec![], &[Problem::Required]);
    judged(json!({"type": "string", "maxLength": 3}), vec![text("née")], &[]);
    judged(json!({"type": "string", "maxLength": 3}), vec![text("four")], &[Problem::TooLong { most: 3 }]);
    judged(json!({"type": "string"}), vec![text("a\nb")], &[Problem::LineBreak]);
    judged(json!({"type": "text"}), vec![text("a\nb")], &[]);
    let shortest = with("text", json!({"url": url::MIN_LENGTH, "valueInteger": 3}));
    judged(shortest, vec![text("ab")], &[Problem::TooShort { least: 3 }]);
    let pattern = || with("string", json!({"url": url::REGEX, "valueString": "[0-9]{3}"}));
    judged(pattern(), vec![text("1234")], &[Problem::Pattern]);
    judged(pattern(), vec![text("123")], &[]);
    let least = with("integer", json!({"url": url::MIN_VALUE, "valueInteger": 3}));
    judged(least, vec![Answer::Integer(2)], &[Problem::TooSmall(Answer::Integer(3))]);
    let most = with("date", json!({"url": url::MAX_VALUE, "valueDate": "2024-05-17"}));
    let latest = Problem::TooLarge(Answer::Date("2024-05-17".into()));
    judged(most, vec![Answer::Date("2024-05-18".into())], &[latest]);
    let places = with("decimal", json!({"url": url::MAX_DECIMAL_PLACES, "valueInteger": 1}));
    judged(places.clone(), vec![Answer::Decimal(0.25)], &[Problem::TooManyDecimals { most: 1 }]);
    judged(places, vec![Answer::Decimal(12.5)], &[]);
    judged(json!({"type": "date"}), vec![Answer::Date("2024-05".into())], &[]);
    judged(
        json!({"type": "integer"}),
        vec![Answer::Integer(1), Answer::Integer(2)],
        &[Problem::TooMany { most: 1 }],
    );
    let options = json!([{"valueString": "a"}, {"valueString": "none",
        "extension": [{"url": url::OPTION_EXCLUSIVE, "valueBoolean": true}]}]);
    let choice = |kind: &str| json!({"type": kind, "repeats": true, "answerOption": options});
    judged(choice("choice"), vec![text("own")], &[Problem::NotListed]);
    judged(choice("open-choice"), vec![text("own")], &[]);
    judged(choice("choice"), vec![text("a"), text("a")], &[Problem::Twice]);
    judged(choice("choice"), vec![text("none"), text("a")], &[Problem::Excludes]);
    let occurs = with("string", json!({"url": url::MIN_OCCURS, "valueInteger": 2}));
    let mut occurs = occurs;
    occurs["repeats"] = true.into();
    judged(occurs, vec![text("one")], &[Problem::TooFew { least: 2 }]);
}

#[test]
fn a_response_names_its_form_its_time_and_who_helped() {
    let mut session = start(&form(json!([{"linkId": "1", "type": "boolean", "text": "First\u{a0}visit?"}])));
    let one = slot(&session, "1");
    session.set_answer(one, Some(Answer::Boolean(true))).unwrap();
    let helper = Helper { name: "Bo Example".into(), relationship: "daughter".into() };
    let heading = Heading {
        status: Status::Amended,
        authored: Some("2026-11-23T10:00:00-05:00".into()),
        helper: Some(helper),
    };
    let response = session.response(&heading);
    assert_eq!(schema::complaints(&response), Vec::<String>::new());
    assert_eq!(
        (&response["questionnaire"], &response["status"], &response["source"]["display"]),
        (&json!("http://clinic.example/f|2"), &json!("amended"), &json!("Bo Example"))
    );
    assert_eq!(
        response["item"],
        json!([{"linkId": "1", "text": "First visit?", "answer": [{"valueBoolean": true}]}])
    );
}

#[test]
fn the_desk_refuses_what_its_form_cannot_have_given() {
    let questionnaire = form(json!([
        {"linkId": "a", "type": "boolean"},
        {"linkId": "b", "type": "string", "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": true}]},
        {"linkId": "c", "type": "string", "readOnly": true, "initial": [{"valueString": "fixed"}]}]));
    let answer = |link_id: &str, value: Value| json!({"linkId": link_id, "answer": [value]});
    let fixed = || answer("c", json!({"valueString": "fixed"}));
    let judged = |changes: Value, items: Vec<Value>| {
        let mut response =
            json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": items});
        response.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        receive(import(&questionnaire).unwrap(), &response, &Library).err().unwrap_or_default()
    };
    let lost = |link_id: &str, why| vec![Fault::DoesNotFit(Lost { link_ids: vec![link_id.into()], why })];
    let path = |link_id: &str| vec![String::from(link_id)];
    assert_eq!(judged(json!({}), vec![fixed()]), []);
    assert_eq!(judged(json!({"status": "in-progress"}), vec![fixed()]), [Fault::NotFinished]);
    assert_eq!(judged(json!({"questionnaire": "urn:other"}), vec![fixed()]), [Fault::OtherForm]);
    assert_eq!(
        judged(json!({"questionnaire": "http://clinic.example/f|1"}), vec![fixed()]),
        [Fault::OtherForm]
    );
    assert_eq!(judged(json!({"resourceType": "Patient"}), vec![]), [Fault::NotAResponse]);
    let hidden = answer("b", json!({"valueString": "x"}));
    assert_eq!(judged(json!({}), vec![hidden, fixed()]), [Fault::Disabled(path("b"))]);
    assert_eq!(judged(json!({}), vec![answer("z", json!({})), fixed()]), lost("z", Why::Unknown));
    let wrong = answer("a", json!({"valueString": "yes"}));
    assert_eq!(judged(json!({}), vec![wrong, fixed()]), lost("a", Why::WrongType));
    assert_eq!(judged(json!({}), vec![fixed(), fixed()]), lost("c", Why::TooOften));
    let other = answer("c", json!({"valueString": "other"}));
    assert_eq!(judged(json!({}), vec![other]), lost("c", Why::Fixed));
    assert_eq!(judged(json!({}), vec![]), [Fault::Problem(path("c"), Problem::Fixed)]);
}

#[test]
fn an_empty_repeat_that_a_response_names_lacks_what_is_required_in_it() {
    let form = form(json!([{"linkId": "g", "type": "group", "repeats": true, "item": [
        {"linkId": "a", "type": "string", "required": true}]}]));
    let full = json!({"linkId": "g", "item": [{"linkId": "a", "answer": [{"valueString": "x"}]}]});
    for (items, good) in [(json!([]), true), (json!([full]), true), (json!([full, {"linkId": "g"}]), false)] {
        let response = json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": items});
        assert_eq!(checker::check(&form, &response).is_empty(), good, "{response}");
        let received = receive(import(&form).unwrap(), &response, &Library);
        assert_eq!(received.is_ok(), good, "{response}");
    }
}

#[test]
fn a_response_of_a_million_repeats_does_not_fill_the_desks_memory() {
    let many: Vec<Value> =
        (0..500).map(|number| json!({"linkId": format!("i{number}"), "type": "string"})).collect();
    let form = form(json!([{"linkId": "g", "type": "group", "repeats": true, "item": many}]));
    let repeats: Vec<Value> = (0..20_000).map(|_| json!({"linkId": "g"})).collect();
    let response = json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": repeats});
    let faults = receive(import(&form).unwrap(), &response, &Library).unwrap_err();
    assert!(faults.len() > 19_000 && faults.iter().all(|fault| matches!(fault, Fault::DoesNotFit(_))));
}

#[test]
fn a_draft_keeps_what_is_disabled_now_and_a_corrected_answer_starts_from_the_first() {
    let form = form(json!([
        {"linkId": "a", "type": "boolean"},
        {"linkId": "b", "type": "string", "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": true}]},
        {"linkId": "c", "type": "string", "initial": [{"valueString": "offered"}]}]));
    let mut session = start(&form);
    let [a, b, c] = ["a", "b", "c"].map(|link_id| slot(&session, link_id));
    session.set_answer(a, Some(Answer::Boolean(true))).unwrap();
    session.set_answer(b, Some(text("kept"))).unwrap();
    session.set_answer(a, Some(Answer::Boolean(false))).unwrap();
    session.set_answer(c, None).unwrap();
    let resumed = Session::resume(session.form().clone(), &session.draft()).unwrap();
    assert_eq!((resumed.session.answers(b), resumed.session.is_enabled(b)), (&[text("kept")][..], false));
    assert_eq!(resumed.session.answers(c), [], "what was taken back is not offered again");
    let corrected = Session::resume(session.form().clone(), &completed(&session)).unwrap();
    assert_eq!(corrected.lost, []);
    assert_eq!(completed(&corrected.session), completed(&session));
}

#[test]
fn the_same_again_has_to_be_the_same_on_both_sides() {
    let rule = json!({"url": url::CONSTRAINT, "extension": [{"url": "severity", "valueCode": "error"},
        {"url": "human", "valueString": "Not the same"}, {"url": "expression",
            "valueString": "%context.answer.value = %resource.descendants().where(linkId='1').answer.value"}]});
    let form = form(
        json!([{"linkId": "1", "type": "string"}, {"linkId": "2", "type": "string", "extension": [rule]}]),
    );
    let mut session = start(&form);
    let [one, two] = ["1", "2"].map(|link_id| slot(&session, link_id));
    for (first, second, good) in [("a", "", true), ("a", "b", false), ("", "b", false), ("b", "b", true)] {
        session.set_answers(one, vec![text(first)]).unwrap();
        session.set_answers(two, vec![text(second)]).unwrap();
        let expected = if good { vec![] } else { vec![Problem::Constraint(Words::plain("Not the same"))] };
        assert_eq!(session.check(two, &Library), expected);
        let response = completed(&session);
        assert_eq!(checker::check(&form, &response).is_empty(), good, "{response}");
        assert_eq!(receive(session.form().clone(), &response, &Library).is_ok(), good, "{response}");
    }
}

/// A question of a questionnaire like PHQ-9: never to nearly every day.
fn scored(link_id: &str) -> Value {
    let options: Vec<Value> = (0..4)
        .map(|count| {
            json!({"valueCoding": {"system": "urn:often", "code": format!("c{count}")},
            "extension": [{"url": url::ORDINAL_VALUE, "valueDecimal": count}]})
        })
        .collect();
    json!({"linkId": link_id, "type": "choice", "answerOption": options})
}

#[test]
fn a_score_adds_what_was_chosen_and_says_what_is_missing() {
    let mut session = start(&form(
        json!([{"linkId": "g", "type": "group", "item": [scored("1"), scored("2"), scored("3")]}]),
    ));
    for (link_id, chosen) in [("1", 3), ("2", 2)] {
        let answer = session.item(slot(&session, link_id)).choices[chosen].answer.clone();
        session.set_answer(slot(&session, link_id), Some(answer)).unwrap();
    }
    let score = session.score().unwrap();
    assert_eq!((score.total, score.answered, score.asked), (5.0, 2, 3));
    assert_eq!(session.score_within(slot(&session, "g")), Some(score));
    assert_eq!(start(&form(json!([{"linkId": "1", "type": "string"}]))).score(), None);
}

#[test]
fn the_net_promoter_score_is_promoters_less_detractors() {
    let of = |ratings: &[i32]| net_promoter_score(ratings.iter().map(|rating| f64::from(*rating)));
    assert_eq!(of(&[10, 9, 8, 7, 6, 0]), Some((0.0, [2, 2, 2])));
    assert_eq!(of(&[10, 10, 9, 6]), Some((50.0, [3, 0, 1])));
    assert_eq!(of(&[0, 3]), Some((-100.0, [0, 0, 2])));
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[11, -1]), None, "no ratings");
}

fn rated(ratings: &[i32]) -> (postern_fhir::questionnaire::results::Results, usize) {
    let edge = |address: &str, value: i32| json!({"url": address, "valueInteger": value});
    let form = form(json!([
        {"linkId": "n", "type": "integer", "extension": [edge(url::MIN_VALUE, 0), edge(url::MAX_VALUE, 10)]},
        {"linkId": "b", "type": "boolean"}, {"linkId": "t", "type": "text"}]));
    let responses: Vec<Session> = ratings
        .iter()
        .map(|rating| {
            let mut session = start(&form);
            let [n, b] = ["n", "b"].map(|link_id| slot(&session, link_id));
            session.set_answer(n, Some(Answer::Integer(*rating))).unwrap();
            session.set_answer(b, Some(Answer::Boolean(*rating > 5))).unwrap();
            session
        })
        .collect();
    (results(&import(&form).unwrap(), &responses, 5), responses.len())
}

#[test]
fn results_count_what_can_be_counted() {
    let (results, respondents) = rated(&[10, 10, 10, 10, 10, 3, 3, 3, 3, 3]);
    assert_eq!((results.respondents, results.questions.len()), (respondents, 2), "texts are not counted");
    let rating = results.questions[0].told.as_ref().unwrap();
    assert_eq!((rating.answered, rating.mean), (10, Some(6.5)));
    let promoters = rating.promoters.unwrap();
    assert_eq!(
        (promoters.score, promoters.promoters, promoters.detractors),
        (0.0, Count::Of(5), Count::Of(5))
    );
    let yes_no = results.questions[1].told.as_ref().unwrap();
    assert_eq!(yes_no.tally, [(Answer::Boolean(true), Count::Of(5)), (Answer::Boolean(false), Count::Of(5))]);
}

#[test]
fn small_groups_are_not_told_nor_what_would_give_them_away() {
    assert!(rated(&[10, 10, 3, 3]).0.questions.iter().all(|question| question.told.is_none()));
    let (results, _) = rated(&[10, 10, 10, 10, 10, 10, 3]);
    let yes_no = results.questions[1].told.as_ref().unwrap();
    assert!(yes_no.tally.iter().all(|(_, count)| *count == Count::Withheld), "seven less six is one");
    let rating = results.questions[0].told.as_ref().unwrap();
    assert!(rating.tally.iter().all(|(_, count)| *count == Count::Withheld), "the mean would tell");
    assert_eq!(rating.promoters.unwrap().detractors, Count::Withheld);
}
