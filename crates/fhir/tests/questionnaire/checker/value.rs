//! Whether values are answers to a question.

use super::{compare, extension, list, whole};
use postern_json::Value;

/// The type and value of a `value[x]`.
pub fn of<'a>(object: &'a Value, prefix: &str) -> Option<(&'a str, &'a Value)> {
    object.as_object()?.iter().find_map(|(name, value)| Some((name.strip_prefix(prefix)?, value)))
}

/// What is wrong with the answers of a question.
pub fn wrong(form: &Value, item: &Value, answers: &[Value]) -> Vec<String> {
    let mut wrong = Vec::new();
    let kind = item["type"].as_str().unwrap_or_default();
    let options = options(form, item);
    let mut before: Vec<&Value> = Vec::new();
    for answer in answers {
        let Some((data_type, value)) = of(answer, "value") else {
            wrong.push("an answer without a value".into());
            continue;
        };
        if !fits(kind, data_type) {
            wrong.push(format!("a {data_type} answers a {kind}"));
            continue;
        }
        let own_words = kind == "open-choice" && data_type == "String";
        let closed = kind.ends_with("choice") || !options.is_empty();
        if closed && !own_words && !options.iter().any(|option| compare::equal(option, value)) {
            wrong.push(format!("{value} is none of the options"));
        }
        if kind.ends_with("choice") && before.iter().any(|one| compare::equal(one, value)) {
            wrong.push(format!("{value} twice"));
        }
        before.push(value);
        wrong.extend(form_of(data_type, value));
        wrong.extend(beyond(item, kind, data_type, value));
    }
    let exclusive = |value: &&Value| {
        list(item, "answerOption").iter().any(|option| {
            let excludes = extension(option, "questionnaire-optionExclusive");
            excludes.is_some_and(|one| one["valueBoolean"] == true)
                && of(option, "value").is_some_and(|(_, option)| compare::equal(option, value))
        })
    };
    if before.len() > 1 && before.iter().any(exclusive) {
        wrong.push("an exclusive option beside others".into());
    }
    if item["readOnly"] == true || kind == "reference" {
        let initial: Vec<&Value> =
            list(item, "initial").iter().filter_map(|one| of(one, "value")).map(|(_, value)| value).collect();
        let same = initial.len() == before.len()
            && initial.iter().zip(&before).all(|(one, two)| compare::equal(one, two));
        if !same {
            wrong.push("what is read-only was changed".into());
        }
    }
    wrong
}

fn fits(kind: &str, data_type: &str) -> bool {
    match kind {
        "string" | "text" => data_type == "String",
        "url" => data_type == "Uri",
        "choice" | "open-choice" => {
            ["Integer", "Date", "Time", "String", "Coding", "Reference"].contains(&data_type)
        }
        other => other.eq_ignore_ascii_case(data_type) && other[1..] == data_type[1..],
    }
}

/// The form of a value, as far as the schema does not know it: days that exist, texts with letters.
fn form_of(data_type: &str, value: &Value) -> Option<String> {
    let text = value.as_str().unwrap_or_default();
    let good = match data_type {
        "String" | "Uri" => !text.trim().is_empty(),
        "Date" | "DateTime" => {
            match text.split('T').next().unwrap_or_default().split('-').collect::<Vec<_>>()[..] {
                [year, month, day] => {
                    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
                    let (year, leap) = (number(year), number(year) % 4 == 0);
                    let leap = leap && (year % 100 != 0 || year % 400 == 0);
                    let days = match number(month) {
                        2 if leap => 29,
                        2 => 28,
                        4 | 6 | 9 | 11 => 30,
                        _ => 31,
                    };
                    (1..=days).contains(&number(day))
                }
                _ => true,
            }
        }
        "Quantity" => value["value"].is_number(),
        "Attachment" => value["url"].is_string() || value["data"].is_string(),
        _ => true,
    };
    (!good).then(|| format!("{value} is no {data_type}"))
}

/// What goes beyond the item's limits.
fn beyond(item: &Value, kind: &str, data_type: &str, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    if let ("String" | "Uri", Some(text)) = (data_type, value.as_str()) {
        let letters = text.chars().count() as u64;
        if matches!(kind, "string" | "text" | "url" | "open-choice") {
            if item["maxLength"].as_u64().is_some_and(|most| letters > most) {
                wrong.push(format!("{letters} letters are too many"));
            }
            if whole(item, "/minLength").is_some_and(|least| letters < least) {
                wrong.push(format!("{letters} letters are too few"));
            }
            if let Some(pattern) = extension(item, "/regex").and_then(|one| one["valueString"].as_str()) {
                let whole = fancy_regex::Regex::new(&format!("^(?:{pattern})$")).expect("was imported");
                if !whole.is_match(text).expect("the tests' patterns are simple") {
                    wrong.push(format!("{text:?} does not follow {pattern:?}"));
                }
            }
        }
        if kind == "string" && text.contains(['\n', '\r']) {
            wrong.push("a line break".into());
        }
    }
    let edge = |ends: [&str; 2]| {
        let one = ends.iter().find_map(|end| extension(item, end))?;
        of(one, "value").map(|(_, value)| value)
    };
    if edge(["/minValue", "-minQuantity"])
        .and_then(|min| compare::order(value, min))
        .is_some_and(|o| o.is_lt())
    {
        wrong.push(format!("{value} is too small"));
    }
    if edge(["/maxValue", "-maxQuantity"])
        .and_then(|max| compare::order(value, max))
        .is_some_and(|o| o.is_gt())
    {
        wrong.push(format!("{value} is too large"));
    }
    if let Some(most) = whole(item, "maxDecimalPlaces") {
        let number = if kind == "quantity" { &value["value"] } else { value };
        let scaled = number.as_f64().unwrap_or(0.0) * 10f64.powi(most as i32);
        if matches!(kind, "decimal" | "quantity") && (scaled - scaled.round()).abs() > 1e-9 {
            wrong.push(format!("{number} has too many decimal places"));
        }
    }
    wrong.extend(unit(item, kind, value));
    wrong.extend(file(item, kind, value));
    wrong
}

fn unit(item: &Value, kind: &str, value: &Value) -> Option<String> {
    let mut units: Vec<(Value, Value)> = list(item, "extension")
        .iter()
        .filter(|one| {
            one["url"].as_str().is_some_and(|url| url.ends_with("-unit") || url.ends_with("-unitOption"))
        })
        .map(|one| (one["valueCoding"]["system"].clone(), one["valueCoding"]["code"].clone()))
        .collect();
    let told = list(item, "initial").iter().map(|one| &one["valueQuantity"]);
    let told = told.filter(|quantity| quantity.is_object() && quantity["value"].is_null());
    units.extend(told.map(|quantity| (quantity["system"].clone(), quantity["code"].clone())));
    let given = (value["system"].clone(), value["code"].clone());
    (kind == "quantity" && !units.is_empty() && !units.contains(&given))
        .then(|| format!("{value} is in another unit"))
}

fn file(item: &Value, kind: &str, value: &Value) -> Option<String> {
    let types: Vec<&str> = list(item, "extension")
        .iter()
        .filter(|one| one["url"].as_str().is_some_and(|url| url.ends_with("/mimeType")))
        .filter_map(|one| one["valueCode"].as_str())
        .collect();
    let given = value["contentType"].as_str().unwrap_or_default();
    let is = |wanted: &&str| {
        given == *wanted || wanted.strip_suffix('*').is_some_and(|start| given.starts_with(start))
    };
    if kind == "attachment" && !types.is_empty() && !types.iter().any(is) {
        return Some(format!("{given:?} is none of {types:?}"));
    }
    let most = extension(item, "/maxSize").and_then(|one| one["valueDecimal"].as_f64());
    let size = value["size"].as_f64().unwrap_or(0.0);
    (kind == "attachment" && most.is_some_and(|most| size > most))
        .then(|| format!("{size} bytes are too many"))
}

/// The values of the options, written in the item or in a contained value set.
fn options(form: &Value, item: &Value) -> Vec<Value> {
    let written =
        list(item, "answerOption").iter().filter_map(|one| of(one, "value")).map(|(_, value)| value.clone());
    let mut options: Vec<Value> = written.collect();
    if let Some(reference) = item["answerValueSet"].as_str() {
        let set = list(form, "contained").iter().find(|one| {
            reference == format!("#{}", one["id"].as_str().unwrap_or_default()) || one["url"] == reference
        });
        let set = set.expect("the form was imported");
        let mut expanded = list(&set["expansion"], "contains").to_vec();
        while let Some(one) = expanded.pop() {
            expanded.extend_from_slice(list(&one, "contains"));
            options.push(one);
        }
        for include in list(&set["compose"], "include") {
            let system = list(form, "contained").iter().find(|one| one["url"] == include["system"]);
            let listed = list(include, "concept");
            let concepts = if listed.is_empty() {
                system.map_or(&[][..], |system| list(system, "concept"))
            } else {
                listed
            };
            options.extend(
                concepts.iter().map(
                    |concept| postern_json::json!({"system": include["system"], "code": concept["code"]}),
                ),
            );
        }
    }
    options
}
