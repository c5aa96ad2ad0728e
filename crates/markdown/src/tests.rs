use super::*;
use alloc::vec;
use proptest::prelude::*;

fn text(letters: &str) -> Inline {
    Inline::Text(letters.into())
}

fn paragraph(of: &str) -> Vec<Inline> {
    match parse(of).as_slice() {
        [Block::Paragraph(inner)] => inner.clone(),
        other => panic!("{of:?} is not one paragraph: {other:?}"),
    }
}

/// Every letter that would be drawn.
fn drawn(blocks: &[Block]) -> String {
    fn add(out: &mut String, inner: &[Inline]) {
        for one in inner {
            match one {
                Inline::Text(letters) => out.push_str(letters),
                Inline::LineBreak => out.push('\n'),
                Inline::Emphasis(inner) | Inline::Strong(inner) => add(out, inner),
                Inline::Link { words, .. } => out.push_str(words),
            }
        }
    }
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(inner) => add(&mut out, inner),
            Block::Bullets(items) | Block::Numbers { items, .. } => {
                items.iter().for_each(|item| add(&mut out, item))
            }
        }
    }
    out
}

#[test]
fn a_blank_line_ends_a_paragraph_and_a_line_break_is_kept() {
    assert_eq!(
        parse("One\ntwo\n\n\nThree"),
        [
            Block::Paragraph(vec![text("One"), Inline::LineBreak, text("two")]),
            Block::Paragraph(vec![text("Three")])
        ]
    );
    assert_eq!(parse(""), []);
    assert_eq!(parse(" \n\t\n"), []);
}

#[test]
fn stars_give_emphasis_and_strength_also_one_in_the_other() {
    assert_eq!(
        paragraph("a *b* **c**."),
        [
            text("a "),
            Inline::Emphasis(vec![text("b")]),
            text(" "),
            Inline::Strong(vec![text("c")]),
            text(".")
        ]
    );
    assert_eq!(paragraph("**a *b***"), [Inline::Strong(vec![text("a "), Inline::Emphasis(vec![text("b")])])]);
    assert_eq!(
        paragraph("*a **b** c*"),
        [Inline::Emphasis(vec![text("a "), Inline::Strong(vec![text("b")]), text(" c")])]
    );
}

#[test]
fn stars_that_close_nothing_are_stars() {
    for letters in ["2 * 3 * 4", "*", "**", "***", "a* b", "*a", "**a", "5*"] {
        assert_eq!(paragraph(letters), [text(letters)], "{letters}");
    }
    assert_eq!(paragraph(r"\*a\* \\ \q"), [text(r"*a* \ \q")]);
    assert_eq!(
        paragraph("*a* and 2 * 3, *b*"),
        [Inline::Emphasis(vec![text("a")]), text(" and 2 * 3, "), Inline::Emphasis(vec![text("b")])]
    );
}

#[test]
fn dashes_stars_and_numbers_make_lists() {
    assert_eq!(
        parse("Bring:\n- card\n* *list*\n  of drugs\n\n3. first\n4. second"),
        [
            Block::Paragraph(vec![text("Bring:")]),
            Block::Bullets(vec![
                vec![text("card")],
                vec![Inline::Emphasis(vec![text("list")]), Inline::LineBreak, text("of drugs")]
            ]),
            Block::Numbers { start: 3, items: vec![vec![text("first")], vec![text("second")]] },
        ]
    );
    assert!(matches!(parse("2025550142. Call")[..], [Block::Paragraph(_)]));
    assert!(matches!(parse("-5 degrees")[..], [Block::Paragraph(_)]));
}

#[test]
fn links_go_only_where_they_may() {
    let link = |of: &str| match paragraph(of).as_slice() {
        [Inline::Link { target, words }] => Some((target.scheme, words.clone())),
        _ => None,
    };
    assert_eq!(link("[map](https://maps.example/a?b#c)"), Some((Scheme::Https, "map".into())));
    assert_eq!(link("[call](tel:+12025550100)"), Some((Scheme::Tel, "call".into())));
    assert_eq!(link("[write](mailto:desk@clinic.example)"), Some((Scheme::Mailto, "write".into())));
    for refused in [
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:1)",
        "[x](http://clinic.example)",
        "[x](data:text/html,1)",
        "[x](//clinic.example)",
        "[x](/m)",
        "[x](https:/clinic.example)",
        "[x](https://)",
        "[x](https://clinic.example@evil.example)",
        "[x](https://évil.example)",
        "[x](https://a b)",
        "[x](https://a\tb)",
        "[x](https://a\\b.example)",
        "[x](tel:)",
        "[x](tel:1;ext=2)",
        "[x](mailto:)",
        "[x](mailto:a@b.example?body=c)",
        "[](https://clinic.example)",
        "[a\nb](https://clinic.example)",
    ] {
        assert_eq!(link(refused), None, "{refused}");
        assert!(drawn(&parse(refused)).contains("]("), "{refused} is shown as it is");
    }
}

#[test]
fn a_page_elsewhere_names_its_host() {
    let host = |href: &str| Target::parse(href).and_then(|target| target.host().map(String::from));
    assert_eq!(host("https://www.clinic.example:8443/x"), Some("www.clinic.example".into()));
    assert_eq!(host("tel:911"), None);
}

#[test]
fn html_is_letters() {
    assert_eq!(paragraph("<b onclick=x>hi</b>&amp;"), [text("<b onclick=x>hi</b>&amp;")]);
}

#[test]
fn a_long_hostile_text_is_read_in_one_go() {
    for letters in ["*a ", "**a ", "[", "[a](", "*", "\\", "[a](https:", "***a* "] {
        let long = letters.repeat(40_000);
        assert!(!parse(&long).is_empty());
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(letters in "\\PC*") {
        let _ = parse(&letters);
    }

    #[test]
    fn marks_in_any_order_never_panic_and_lose_no_letter(letters in "[-a-c0-2*\\[\\]().:\\\\ \n]{0,60}") {
        let kept = |from: &str| from.chars().filter(|letter| matches!(letter, 'a'..='c')).count();
        prop_assert_eq!(kept(&drawn(&parse(&letters))), kept(&letters));
    }

    #[test]
    fn a_text_without_marks_is_drawn_as_it_is(letters in "[a-z<>&\"'_`#~|]{1,40}( [a-z<>&]{1,8}){0,5}") {
        prop_assert_eq!(drawn(&parse(&letters)), letters);
    }
}
