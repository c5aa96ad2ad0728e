use super::*;
use alloc::vec;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn page() -> Page {
    Page {
        language: "en".into(),
        parts: vec![
            Part::Heading("Texts".into()),
            Part::Paragraph("Why we ask.".into()),
            Part::Text("One.\n\n\"Two\" \u{1}\u{7f}\u{2028}\u{1f600} é\\/".into()),
            Part::Link {
                name: "terms".into(),
                address: "https://oak.example/terms".into(),
                version: "1".into(),
                words: "Terms".into(),
            },
            Part::Box { category: "appointments".into(), checked: false, words: "Visits".into() },
            Part::Field { name: "signature".into(), words: "Your name".into(), hint: "".into() },
            Part::Button { act: Act::Agree, words: "I agree".into() },
            Part::Button { act: Act::Decline, words: "I do not agree".into() },
        ],
    }
}

/// The vector: these bytes and this hash, whatever program writes them.
const CANONICAL: &str = concat!(
    r#"{"language":"en","parts":[{"kind":"heading","words":"Texts"},{"kind":"paragraph","words":"Why we ask."},"#,
    r#"{"kind":"text","words":"One.\n\n\"Two\" \u0001"#,
    "\u{7f}\u{2028}\u{1f600} é",
    r#"\\/"},{"address":"https://oak.example/terms","kind":"link","name":"terms","version":"1","words":"Terms"},"#,
    r#"{"category":"appointments","checked":false,"kind":"box","words":"Visits"},"#,
    r#"{"hint":"","kind":"field","name":"signature","words":"Your name"},"#,
    r#"{"act":"agree","kind":"button","words":"I agree"},{"act":"decline","kind":"button","words":"I do not agree"}]}"#,
);

#[test]
fn a_page_has_these_bytes_and_this_hash() {
    assert_eq!(page().canonical(), CANONICAL);
    assert_eq!(page().sha256().to_text(), "Rtz_zrBdVbrIxRGXesD4W8KeXRE9UEPmhTEzpTAyRK8");
    assert_eq!(Page::from_canonical(CANONICAL), Some(page()));
}

#[test]
fn another_text_of_the_same_page_is_refused() {
    let reordered =
        CANONICAL.replace(r#"{"kind":"heading","words":"Texts"}"#, r#"{"words":"Texts","kind":"heading"}"#);
    let spaced = CANONICAL.replace(r#""language":"#, r#""language": "#);
    let escaped = CANONICAL.replace('é', "\\u00e9");
    let more = CANONICAL.replace(r#""kind":"heading""#, r#""kind":"heading","level":"1""#);
    let unknown = CANONICAL.replace(r#""kind":"heading""#, r#""kind":"banner""#);
    for text in [reordered, spaced, escaped, more, unknown] {
        assert_ne!(text, CANONICAL);
        assert_eq!(Page::from_canonical(&text), None, "{text}");
    }
}

#[test]
fn a_page_asks_for_one_text_with_unticked_boxes_and_both_buttons() {
    let Part::Text(text) = &page().parts[2] else { panic!("the text") };
    let asks = |change: &dyn Fn(&mut Page)| {
        let mut changed = page();
        change(&mut changed);
        changed.asks(text, &["appointments"], true)
    };
    assert!(asks(&|_| ()));
    assert!(!page().asks("Other", &["appointments"], true));
    assert!(!page().asks(text, &["surveys"], true));
    assert!(!page().asks(text, &["appointments"], false));
    let ticked = |page: &mut Page| {
        page.parts[4] = Part::Box { category: "appointments".into(), checked: true, words: "Visits".into() };
    };
    assert!(!asks(&ticked), "a box that is ticked already");
    for missing in [2, 4, 5, 6, 7] {
        assert!(!asks(&|page| drop(page.parts.remove(missing))), "part {missing}");
    }
    assert!(!asks(&|page| page.parts.push(Part::Text("More".into()))), "a second text");
}

#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use super::*;
    use proptest::prelude::*;

    fn words() -> impl Strategy<Value = String> {
        // Every kind of letter that escaping could treat in its own way.
        proptest::collection::vec(
            prop_oneof![any::<char>(), (0_u8..0x80).prop_map(char::from), Just('"'), Just('\\')]
                .prop_map(String::from),
            0..12,
        )
        .prop_map(|all| all.concat())
    }

    fn part() -> impl Strategy<Value = Part> {
        let acts = proptest::sample::select(Act::ALL.map(|(act, _)| act).to_vec());
        prop_oneof![
            words().prop_map(Part::Heading),
            words().prop_map(Part::Paragraph),
            words().prop_map(Part::Text),
            (words(), words(), words(), words()).prop_map(|(name, address, version, words)| Part::Link {
                name,
                address,
                version,
                words
            }),
            (words(), any::<bool>(), words()).prop_map(|(category, checked, words)| Part::Box {
                category,
                checked,
                words
            }),
            (words(), words(), words()).prop_map(|(name, words, hint)| Part::Field { name, words, hint }),
            (acts, words()).prop_map(|(act, words)| Part::Button { act, words }),
        ]
    }

    proptest! {
        #[test]
        fn every_page_is_written_as_rfc_8785_writes_it(language in words(), parts in proptest::collection::vec(part(), 0..8)) {
            let page = Page { language, parts };
            let canonical = page.canonical();
            let value: serde_json::Value = serde_json::from_str(&canonical).unwrap();
            prop_assert_eq!(&serde_json_canonicalizer::to_string(&value).unwrap(), &canonical);
            prop_assert_eq!(Page::from_canonical(&canonical), Some(page));
        }
    }
}
