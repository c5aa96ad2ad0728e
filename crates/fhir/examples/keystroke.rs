//! What one keystroke costs the questionnaire engine, on this machine: `cargo run --release -p postern-fhir --example keystroke`.
//!
//! A page of 800 items, one text read by 100 conditions; every keystroke enables half of their items and disables the other
//! half. The same with the form doubled, and with the readers doubled. Only the ratios say something on another machine.

use postern_fhir::questionnaire::{Answer, Form, Patterns, Session};
use postern_json::{Value, json};
use std::{hint::black_box, sync::Arc, time::Instant};

/// The form has no regular expressions.
struct None;

impl Patterns for None {
    fn understands(&self, _: &str) -> bool {
        false
    }

    fn matches(&self, _: &str, _: &str) -> bool {
        false
    }
}

fn form(items: usize, readers: usize) -> Value {
    let item = |number: usize| {
        // Those that do not read the text read each other, so that they have conditions to leave alone.
        let (question, expected) = match number {
            0 | 1 => return json!({"linkId": format!("i{number}"), "type": "string"}),
            _ if number < 2 + readers => ("i0", format!("on{}", number % 2)),
            _ => ("i1", "never".into()),
        };
        let condition = json!([{"question": question, "operator": "=", "answerString": expected}]);
        json!({"linkId": format!("i{number}"), "type": "string", "text": "A question", "enableWhen": condition})
    };
    json!({"resourceType": "Questionnaire", "item": [
        {"linkId": "page", "type": "group", "item": (0..items).map(item).collect::<Vec<_>>()}]})
}

/// Microseconds, the median of many.
fn measure(mut act: impl FnMut(usize)) -> f64 {
    let mut took: Vec<f64> = (0..2001)
        .map(|round| {
            #[expect(clippy::disallowed_methods, reason = "this measures time")]
            let before = Instant::now();
            act(round);
            before.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    took.sort_by(f64::total_cmp);
    took[took.len() / 2]
}

/// One keystroke, with the check of its own field that the page makes.
fn keystroke(items: usize, readers: usize) -> f64 {
    let form = Form::import(&form(items, readers), &None).expect("the form is one");
    let mut session = Session::start(Arc::new(form));
    let typed = session.occurrences(session.form().by_link_id("i0").expect("it is there"))[0];
    measure(|round| {
        let text = Answer::Text(if round % 2 == 0 { "on0".into() } else { "on1".into() });
        black_box(session.set_answer(typed, Some(text)).expect("a text"));
        black_box(session.check(typed, &None));
    })
}

fn main() {
    let once = keystroke(800, 100);
    let doubled = keystroke(1600, 100);
    let readers = keystroke(800, 200);
    println!("keystroke, 800 items, 100 readers: {once:.1} µs");
    println!("the form doubled: {doubled:.1} µs, ratio {:.2}", doubled / once);
    println!("the readers doubled: {readers:.1} µs, ratio {:.2}", readers / once);
}
