//! Values that fit a schema.

use proptest::{prelude::*, string::string_regex};
use serde_json::{Map, Value, json};

/// Any value that the schema allows.
pub fn fitting(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(one) = schema.get("const") {
        return Just(one.clone()).boxed();
    }
    if let Some(all) = schema.get("enum").and_then(Value::as_array) {
        return proptest::sample::select(all.clone()).boxed();
    }
    for either in ["oneOf", "anyOf"] {
        if let Some(all) = schema.get(either).and_then(Value::as_array) {
            let all: Vec<_> = all.iter().map(fitting).collect();
            return proptest::strategy::Union::new(all).boxed();
        }
    }
    match schema["type"].as_str() {
        Some("object") => object(schema),
        Some("array") => {
            proptest::collection::vec(fitting(&schema["items"]), 0..3).prop_map(Value::from).boxed()
        }
        Some("string") => string(schema),
        Some("integer") => integer(schema),
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        other => panic!("no values of type {other:?} are known: {schema}"),
    }
}

fn object(schema: &Value) -> BoxedStrategy<Value> {
    let empty = Map::new();
    let members = schema["properties"].as_object().unwrap_or(&empty);
    let (names, values): (Vec<_>, Vec<_>) =
        members.iter().map(|(name, schema)| (name.clone(), fitting(schema))).unzip();
    values.prop_map(move |values| names.iter().cloned().zip(values).collect()).boxed()
}

fn string(schema: &Value) -> BoxedStrategy<Value> {
    match schema["pattern"].as_str() {
        Some(pattern) => {
            let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
            string_regex(pattern).unwrap().prop_map(Value::from).boxed()
        }
        None => prop_oneof![
            any::<String>().prop_map(Value::from),
            "[A-Za-z0-9_-]{1,40}(\\.[A-Za-z0-9_-]{0,40}){2,4}".prop_map(Value::from),
        ]
        .boxed(),
    }
}

fn integer(schema: &Value) -> BoxedStrategy<Value> {
    // OpenAPI's formats say what the schema's bounds leave out.
    let (low, high) = match schema["format"].as_str() {
        Some("uint8") => (0, i64::from(u8::MAX)),
        Some("uint16") => (0, i64::from(u16::MAX)),
        Some("uint32") => (0, i64::from(u32::MAX)),
        Some("uint64") => (0, i64::MAX),
        _ => (i64::MIN, i64::MAX),
    };
    let least = schema["minimum"].as_i64().unwrap_or(low);
    let most = schema["maximum"].as_i64().unwrap_or(high);
    (least..=most).prop_map(|number| json!(number)).boxed()
}
