//! `/demo/parts`: every part in all its states, for those who build and test them. Only in a build with the feature `parts`, which
//! `cargo xtask run` makes; patients never download it.

use crate::flow::retry::Call;
use crate::{
    app::clinic,
    browser::dom,
    i18n::words,
    page,
    ui::{
        button::{Weight, button, buttons, call_button, form, send_button},
        choice::{check_box, group},
        dialog::dialog,
        disclosure::disclosure,
        error_summary::{Line, error_summary},
        facts::{Fact, facts},
        field::{Field, Keys, field},
        heading::{card, second_heading, third_heading},
        notice::{Tone, notice, paragraph, quiet, status},
        receipt::{receipt, tick},
        rich_text::rich_text,
        tag::{all, live},
    },
};
use leptos::prelude::*;
use postern_protocol::time::Timestamp;

/// Where the page stands.
pub const PATH: &str = "/demo/parts";

/// Draws the page.
pub fn parts() -> AnyView {
    dom::show("bare", false);
    dom::show("door", false);
    let heading = crate::ui::heading::heading(PATH);
    all(vec![
        heading,
        button_states(),
        field_states(),
        choice_states(),
        notices(),
        values(),
        calls(),
        dialogs(),
    ])
}

fn part(name: &'static str, states: Vec<AnyView>) -> AnyView {
    let mut all = vec![second_heading(name)];
    all.extend(states);
    card(all)
}

fn button_states() -> AnyView {
    let weights = [Weight::First, Weight::Second, Weight::Danger, Weight::Text];
    let all_weights = weights.map(|weight| button(weight, words::visit_confirm(), || ()));
    part(
        "button",
        vec![
            buttons(all_weights.into()),
            call_button(Weight::First, words::frame_call(&clinic().phone), clinic().phone_href.clone()),
            form(|| (), vec![send_button(Weight::First, words::other_button())]),
            disclosure(words::door_aside_heading(), vec![quiet(words::visit_calendar_hint())]),
        ],
    )
}

fn sample(id: &'static str, keys: Keys, wrong: bool) -> AnyView {
    let question = Field {
        id,
        label: words::helper_name().into(),
        hint: Some(words::helper_relationship_hint()),
        value: String::new(),
        autocomplete: "off",
        keys,
    };
    field(question, move || wrong.then(|| words::helper_no_name().into()), |_| ())
}

fn field_states() -> AnyView {
    part(
        "field",
        vec![
            sample("part-letters", Keys::Letters, false),
            sample("part-letters-wrong", Keys::Letters, true),
            sample("part-digits", Keys::Digits, false),
            sample("part-digits-wrong", Keys::Digits, true),
            sample("part-lines", Keys::Lines, false),
            sample("part-lines-wrong", Keys::Lines, true),
        ],
    )
}

fn choice_states() -> AnyView {
    let boxes = |before: &str| {
        vec![
            check_box([before, "-1"].concat(), words::other_morning(), false, |_| ()),
            check_box([before, "-2"].concat(), words::other_afternoon(), true, |_| ()),
        ]
    };
    let wrong = || Some(words::other_nothing().into());
    part(
        "choice",
        vec![
            group("part-group", words::other_times(), None, || None, boxes("part")),
            group(
                "part-group-wrong",
                words::other_days(),
                Some(words::other_days_hint()),
                wrong,
                boxes("part-wrong"),
            ),
        ],
    )
}

fn notices() -> AnyView {
    let of = |tone, heading| notice(tone, heading, vec![paragraph(words::waiting_body())]);
    let line = Line { words: words::door_month().into(), field: "part-letters" };
    part(
        "notice, error summary, status",
        vec![
            of(Tone::Calm, words::waiting_heading()),
            of(Tone::Good, words::opt_out_sent_heading()),
            of(Tone::Danger, words::message_doubtful_heading()),
            error_summary(words::problem_heading(), vec![line], Some(words::door_tries_left(1))),
            status(|| Some(words::door_checking())),
        ],
    )
}

fn values() -> AnyView {
    let rows = || {
        vec![
            Fact { name: words::visit_when(), lines: vec![words::other_morning().into(); 2], first: true },
            Fact::of(words::visit_who(), clinic().name.clone()),
        ]
    };
    let text =
        [words::ended_expired(), " *", words::other_morning(), "* **", words::other_evening(), "**"].concat();
    let list = ["\n\n- ", words::other_morning(), "\n- ", words::other_evening()].concat();
    let mut parts = vec![
        facts(rows()),
        tick(),
        receipt(rows(), words::receipt_code(), "7F3K-9QXM".into(), words::receipt_code_hint()),
        third_heading(words::receipt_next()),
    ];
    parts.extend(rich_text(&[text, list].concat()));
    part("facts, receipt, text", parts)
}

fn calls() -> AnyView {
    let waits = page::waiting::waiting(Call::Waiting { failed: 1, again_at: Timestamp(0) }, || ());
    part("a call that waits", waits.into_iter().collect())
}

fn dialogs() -> AnyView {
    let open = RwSignal::new(false);
    let show = button(Weight::Second, words::idle_heading(), move || open.set(true));
    let shown = live(move || {
        open.get().then(|| {
            let close = move || open.set(false);
            let stay = button(Weight::First, words::idle_stay(), close);
            dialog("part-dialog", words::idle_heading(), vec![paragraph(words::idle_body()), stay], close)
        })
    });
    part("dialog", vec![show, shown])
}
