//! What a change costs grows with what it changes, not with the form: counted in conditions looked at, not in time.

use crate::{slot, start};
use postern_fhir::questionnaire::{Answer, Change};
use postern_json::{Value, json};

/// So many items, so many of which are enabled by one text; each of those enables another.
fn form(items: usize, readers: usize) -> Value {
    let mut all = vec![json!({"linkId": "read", "type": "string"})];
    for number in 0..readers {
        all.push(json!({"linkId": format!("reader{number}"), "type": "string",
            "enableWhen": [{"question": "read", "operator": "=", "answerString": format!("on{}", number % 2)}]}));
    }
    for number in all.len()..items {
        // They have conditions too, on each other.
        let conditions = json!([{"question": "other", "operator": "exists", "answerBoolean": true}]);
        let conditions = if number == readers + 1 { json!([]) } else { conditions };
        let link_id = if number == readers + 1 { "other".into() } else { format!("item{number}") };
        all.push(json!({"linkId": link_id, "type": "string", "enableWhen": conditions}));
    }
    json!({"resourceType": "Questionnaire", "status": "active", "item": [
        {"linkId": "page", "type": "group", "item": all}]})
}

fn keystroke(items: usize, readers: usize) -> Change {
    let mut session = start(&form(items, readers));
    let read = slot(&session, "read");
    session.set_answer(read, Some(Answer::Text("on".into()))).unwrap();
    session.set_answer(read, Some(Answer::Text("on1".into()))).unwrap()
}

#[test]
fn a_keystroke_looks_at_the_conditions_that_read_it_and_at_no_others() {
    assert_eq!(keystroke(800, 100).looked_at, 100);
    assert_eq!(keystroke(800, 100).enabled.len(), 50);
}

#[test]
fn a_form_twice_as_long_costs_a_keystroke_nothing_more() {
    assert_eq!(keystroke(1600, 100).looked_at, keystroke(800, 100).looked_at);
}

#[test]
fn twice_as_many_readers_cost_twice() {
    assert_eq!(keystroke(800, 200).looked_at, 2 * keystroke(800, 100).looked_at);
}

#[test]
fn a_chain_is_walked_as_far_as_it_changes_and_each_link_once() {
    let chain = |length: usize| {
        let items: Vec<Value> = (0..length)
            .map(|number| {
                let before = number.saturating_sub(1);
                let condition =
                    json!([{"question": format!("i{before}"), "operator": "exists", "answerBoolean": true}]);
                let condition = if number == 0 { json!([]) } else { condition };
                json!({"linkId": format!("i{number}"), "type": "boolean", "enableWhen": condition,
                    "initial": [{"valueBoolean": true}]})
            })
            .collect();
        start(&json!({"resourceType": "Questionnaire", "item": items}))
    };
    for length in [400, 800] {
        let mut session = chain(length);
        let last = slot(&session, &format!("i{}", length - 1));
        assert!(session.is_enabled(last));
        let first = slot(&session, "i0");
        assert_eq!(session.set_answer(first, None).unwrap().looked_at, length - 1);
        assert!(!session.is_enabled(last));
        let middle = slot(&session, &format!("i{}", length / 2));
        // Nobody sees the middle now: what reads it has nothing to find out twice.
        assert_eq!(session.set_answer(middle, Some(Answer::Boolean(false))).unwrap().looked_at, 1);
    }
}
