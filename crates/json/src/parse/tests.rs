use super::*;
use alloc::{format, string::ToString, vec};
use proptest::prelude::*;

fn text(text: &str) -> Result<Value, NotJson> {
    parse(text.as_bytes())
}

#[test]
fn each_kind_of_value_is_read() {
    assert_eq!(text(" null "), Ok(Value::Null));
    assert_eq!(text("true"), Ok(Value::Bool(true)));
    assert_eq!(text("\t[ ]\r\n"), Ok(Value::Array(vec![])));
    assert_eq!(text("{ }"), Ok(Value::Object(Object::new())));
    assert_eq!(text(r#"{"a":[1,"b",{"c":false}]}"#).unwrap()["a"][2]["c"], Value::Bool(false));
}

#[test]
fn a_number_stays_as_it_was_written() {
    for number in ["0", "-0", "1.50", "-12.5e+30", "18446744073709551615", "1E-2"] {
        assert_eq!(text(number).unwrap().as_number().unwrap().as_str(), number);
    }
    assert_eq!(text("-9007199254740993").unwrap().as_i64(), Some(-9_007_199_254_740_993));
    assert_eq!(text("1.5").unwrap().as_i64(), None);
    assert_eq!(text("1.5").unwrap().as_f64(), Some(1.5));
    assert_eq!(text("1e999").unwrap().as_f64(), None);
}

#[test]
fn what_json_forbids_is_refused() {
    for wrong in [
        "",
        " ",
        "nul",
        "nullx",
        "tru",
        "{",
        "}",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "1 2",
        "[] []",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\n\"",
        "\"\u{1}\"",
        "\u{feff}null",
        "// a\n1",
        "[1 /* a */]",
        "\u{a0}1",
        "tRue",
        "{\"a\":1 \"b\":2}",
    ] {
        assert_eq!(text(wrong), Err(NotJson), "{wrong:?}");
    }
    assert_eq!(parse(&[b'"', 0xff, b'"']), Err(NotJson));
}

#[test]
fn a_member_named_twice_is_refused_also_under_another_spelling() {
    assert_eq!(text(r#"{"a":1,"b":2,"a":1}"#), Err(NotJson));
    assert_eq!(text(r#"{"a":1,"\u0061":2}"#), Err(NotJson));
    assert!(text(r#"{"a":{"a":1},"b":{"a":1}}"#).is_ok());
}

#[test]
fn escapes_are_read() {
    let read = text(r#""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00""#).unwrap();
    assert_eq!(read.as_str(), Some("\"\\/\u{8}\u{c}\n\r\té€😀"));
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(text(&nested(DEPTH)).is_ok());
    assert_eq!(text(&nested(DEPTH + 1)), Err(NotJson));
    assert_eq!(text(&"[{\"a\":".repeat(100_000)), Err(NotJson));
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_as_the_same_and_written_the_same(value in values()) {
        let written = value.to_string();
        let read = text(&written).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), value.clone());
        prop_assert_eq!(serde_json::from_value::<Value>(value).unwrap(), read);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn what_is_read_is_what_an_independent_reader_reads(
        pieces in proptest::collection::vec("[\\[\\]{},:\"\\\\a0-9.eE+\\- tnu]{1,3}|true|null|\"a\":|\"\\\\u00e9\"", 0..12)
    ) {
        let pieces = pieces.concat();
        let other = serde_json::from_str::<Value>(&pieces);
        match text(&pieces) {
            // What is beyond binary fractions is kept here and refused there.
            Ok(read) if has_number_beyond(&read) => prop_assert!(other.is_err()),
            Ok(read) => prop_assert!(other.is_ok_and(|other| alike(&read, &other)), "{pieces}"),
            Err(NotJson) => prop_assert!(other.is_err(), "{pieces}"),
        }
    }
}

fn has_number_beyond(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_none(),
        Value::Array(values) => values.iter().any(has_number_beyond),
        Value::Object(object) => object.values().any(has_number_beyond),
        _ => false,
    }
}

/// The same but for how numbers are written: through serde they come as the nearest binary fraction.
fn alike(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => one.as_f64() == two.as_f64(),
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| alike(one, two))
        }
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one.iter().all(|(name, one)| two.get(name).is_some_and(|two| alike(one, two)))
        }
        (one, two) => one == two,
    }
}

#[test]
fn an_object_of_more_than_256_members_is_refused_soon() {
    let object = |members: usize| {
        let members: Vec<_> = (0..members).map(|n| format!("\"{n}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert_eq!(text(&object(256)).unwrap().as_object().unwrap().len(), 256);
    for members in [257, 100_000] {
        assert_eq!(text(&object(members)), Err(NotJson));
        assert!(serde_json::from_str::<Value>(&object(members)).is_err());
    }
}
