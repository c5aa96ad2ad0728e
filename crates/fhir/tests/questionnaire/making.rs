//! Makes Questionnaires: every type, every operator, every limit, nesting, repeats and value sets.

use crate::dice::Dice;
use postern_fhir::questionnaire::extension::url;
use postern_json::{Object, Value, json};

const TYPES: [&str; 16] = [
    "string",
    "group",
    "choice",
    "boolean",
    "integer",
    "decimal",
    "display",
    "date",
    "dateTime",
    "time",
    "text",
    "url",
    "open-choice",
    "attachment",
    "reference",
    "quantity",
];

/// A form of up to about forty items.
pub fn form(dice: &mut Dice) -> Value {
    let mut making = Making { dice, asked: Vec::new(), made: 0 };
    let items = making.items(0);
    json!({"resourceType": "Questionnaire", "status": "active", "url": "http://clinic.example/form", "version": "1",
        "contained": [
            {"resourceType": "ValueSet", "id": "listed", "status": "active", "compose": {"include": [
                {"system": "urn:s", "concept": [{"code": "a", "display": "A"}, {"code": "b"}, {"code": "c"}]}]}},
            {"resourceType": "ValueSet", "id": "expanded", "status": "active", "expansion": {
                "timestamp": "2026-11-23", "contains": [{"system": "urn:s", "code": "a",
                    "contains": [{"system": "urn:s", "code": "d", "display": "D"}]}]}},
            {"resourceType": "ValueSet", "id": "whole", "status": "active",
                "compose": {"include": [{"system": "urn:t"}]}},
            {"resourceType": "CodeSystem", "id": "system", "url": "urn:t", "status": "active",
                "content": "complete", "concept": [{"code": "x"}, {"code": "y"}]},
        ],
        "item": items})
}

struct Making<'d, 'n> {
    dice: &'d mut Dice<'n>,
    /// Questions so far: linkId and type.
    asked: Vec<(String, &'static str)>,
    made: usize,
}

impl Making<'_, '_> {
    fn items(&mut self, depth: usize) -> Vec<Value> {
        let count = 1 + self.dice.below(if depth == 0 { 6 } else { 3 });
        (0..count).map(|_| self.item(depth)).collect()
    }

    fn item(&mut self, depth: usize) -> Value {
        self.made += 1;
        let link_id = format!("i{}", self.made);
        let kind = if depth == 3 {
            *self.dice.pick(&["string", "choice", "display"])
        } else {
            *self.dice.pick(&TYPES)
        };
        let mut item = Object::new();
        item.insert("linkId".into(), link_id.clone().into());
        item.insert("type".into(), kind.into());
        item.insert("text".into(), format!("Text of {link_id}").into());
        let mut extensions = Vec::new();
        self.conditions(&mut item);
        let repeats = kind != "display" && self.dice.once_in(3);
        if repeats {
            item.insert("repeats".into(), true.into());
            if self.dice.once_in(3) {
                extensions.push(json!({"url": url::MAX_OCCURS, "valueInteger": 3}));
            }
        }
        if !matches!(kind, "display" | "group" | "reference") {
            self.limits(kind, &mut item, &mut extensions);
            self.options(kind, repeats, &mut item, &extensions);
            self.asked.push((link_id, kind));
        }
        if kind == "reference" && self.dice.once_in(2) {
            item.insert(
                "initial".into(),
                json!([{"valueReference": {"reference": "Location/1", "display": "Room 1"}}]),
            );
        }
        if kind == "group" && self.dice.once_in(3) {
            item.insert("required".into(), true.into());
        }
        if kind == "group" || depth < 3 && self.made < 40 && kind != "display" && self.dice.once_in(4) {
            let inner = self.items(depth + 1);
            item.insert("item".into(), inner.into());
        }
        // A required group in which nothing can ever be answered is refused; that is tested elsewhere.
        if item.get("required").is_some()
            && kind == "group"
            && !asks(item.get("item").unwrap_or(&Value::Null))
        {
            item.remove("required");
        }
        if !extensions.is_empty() {
            item.insert("extension".into(), extensions.into());
        }
        item.into()
    }

    fn conditions(&mut self, item: &mut Object) {
        let count = if self.asked.is_empty() { 0 } else { self.dice.below(6).saturating_sub(3) };
        let mut conditions = Vec::new();
        for _ in 0..count {
            let (question, kind) = self.dice.pick(&self.asked).clone();
            let operators: &[&str] = match kind {
                "attachment" => &["exists"],
                "boolean" => &["exists", "=", "!="],
                // The pool of their values holds codes.
                "choice" | "open-choice" => &["=", "!=", "exists"],
                _ => &["=", "!=", "exists", ">", "<", ">=", "<="],
            };
            let operator = *self.dice.pick(operators);
            let (data_type, value) = if operator == "exists" {
                ("Boolean", self.dice.once_in(2).into())
            } else {
                self.value(kind)
            };
            let data_type = if data_type == "Uri" { "String" } else { data_type };
            let mut condition = Object::new();
            condition.insert("question".into(), question.into());
            condition.insert("operator".into(), operator.into());
            condition.insert(format!("answer{data_type}"), value);
            conditions.push(Value::from(condition));
        }
        if count > 0 {
            item.insert("enableWhen".into(), conditions.into());
        }
        if count > 1 {
            item.insert("enableBehavior".into(), (*self.dice.pick(&["all", "any"])).into());
        }
    }

    /// A value of a type: few different ones, so that conditions meet answers.
    pub fn value(&mut self, kind: &str) -> (&'static str, Value) {
        match kind {
            "boolean" => ("Boolean", self.dice.once_in(2).into()),
            "integer" => ("Integer", (self.dice.below(5) as i32 - 1).into()),
            "decimal" => ("Decimal", self.dice.pick(&[json!(0.5), json!(1), json!(2.25), json!(-3)]).clone()),
            "date" => ("Date", (*self.dice.pick(&["2024-05-17", "2024-05", "2025", "2023-12-31"])).into()),
            "dateTime" => {
                let moments = ["2024-05-17T10:00:00Z", "2024-05-17T12:00:00+02:00", "2024-05-17", "2025"];
                ("DateTime", (*self.dice.pick(&moments)).into())
            }
            "time" => ("Time", (*self.dice.pick(&["08:00:00", "12:30:00", "12:30:00.00"])).into()),
            "url" => ("Uri", (*self.dice.pick(&["https://a.example", "urn:b"])).into()),
            "choice" | "open-choice" => {
                ("Coding", json!({"system": "urn:s", "code": self.dice.pick(&["a", "b", "c", "d"])}))
            }
            "quantity" => {
                let (value, unit) = (*self.dice.pick(&[1, 2, 70]), *self.dice.pick(&["kg", "kg", "lb"]));
                (
                    "Quantity",
                    json!({"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}),
                )
            }
            _ => ("String", (*self.dice.pick(&["alpha", "Beta 2", "AB123"])).into()),
        }
    }

    fn limits(&mut self, kind: &str, item: &mut Object, extensions: &mut Vec<Value>) {
        if self.dice.once_in(3) {
            item.insert("required".into(), true.into());
        }
        let texts = matches!(kind, "string" | "text" | "open-choice");
        match self.dice.below(5) {
            1 if texts => drop(item.insert("maxLength".into(), 6.into())),
            2 if texts => extensions.push(json!({"url": url::MIN_LENGTH, "valueInteger": 5})),
            3 if texts => {
                extensions.push(json!({"url": url::REGEX, "valueString": "(?=[A-Z])[A-Z]{2}[0-9]{3}"}))
            }
            1 if kind == "integer" => extensions.push(json!({"url": url::MIN_VALUE, "valueInteger": 1})),
            2 if kind == "integer" => extensions.push(json!({"url": url::MAX_VALUE, "valueInteger": 2})),
            1 if kind == "decimal" => {
                extensions.push(json!({"url": url::MAX_DECIMAL_PLACES, "valueInteger": 1}))
            }
            2 if kind == "decimal" => extensions.push(json!({"url": url::MAX_VALUE, "valueDecimal": 1.5})),
            1 if kind == "date" => extensions.push(json!({"url": url::MIN_VALUE, "valueDate": "2024-05-01"})),
            1 if kind == "dateTime" => {
                extensions.push(json!({"url": url::MAX_VALUE, "valueDateTime": "2024-12-31T00:00:00Z"}));
            }
            1 if kind == "time" => extensions.push(json!({"url": url::MIN_VALUE, "valueTime": "09:00:00"})),
            1 if kind == "quantity" => extensions.push(json!({"url": url::UNIT_OPTION,
                "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg", "display": "kg"}})),
            1 if kind == "attachment" => {
                extensions.push(json!({"url": url::MIME_TYPE, "valueCode": "image/*"}));
                extensions.push(json!({"url": url::MAX_SIZE, "valueDecimal": 1000}));
            }
            _ => {}
        }
    }

    fn options(&mut self, kind: &str, repeats: bool, item: &mut Object, extensions: &[Value]) {
        let coding = |code: &str| json!({"valueCoding": {"system": "urn:s", "code": code, "display": code}});
        match kind {
            "choice" | "open-choice" => match self.dice.below(6) {
                0 => drop(item.insert("answerValueSet".into(), "#listed".into())),
                1 => drop(item.insert("answerValueSet".into(), "#expanded".into())),
                2 => drop(item.insert("answerValueSet".into(), "#whole".into())),
                3 => drop(item.insert(
                    "answerOption".into(),
                    json!([{"valueString": "alpha"}, {"valueInteger": 3},
                    {"valueDate": "2024-05-17"}, {"valueTime": "08:00:00"}]),
                )),
                _ => {
                    let mut options = vec![coding("a"), coding("b"), coding("c")];
                    if self.dice.once_in(3) {
                        options[1]["initialSelected"] = true.into();
                    }
                    if self.dice.once_in(2) {
                        options[2]["extension"] =
                            json!([{"url": url::OPTION_EXCLUSIVE, "valueBoolean": true}]);
                    }
                    item.insert("answerOption".into(), options.into());
                }
            },
            "integer" if extensions.is_empty() && self.dice.once_in(3) => {
                item.insert("answerOption".into(), json!([{"valueInteger": 1}, {"valueInteger": 2}]));
            }
            "string" | "boolean" | "integer" | "date" | "quantity" if self.dice.once_in(4) => {
                let mut initial = vec![self.initial(kind)];
                if repeats && self.dice.once_in(2) {
                    initial.push(self.initial(kind));
                }
                item.insert("initial".into(), initial.into());
            }
            _ => {}
        }
    }

    fn initial(&mut self, kind: &str) -> Value {
        let (data_type, value) = self.value(kind);
        json!({format!("value{data_type}"): value})
    }
}

/// A question that can be answered stands in it.
fn asks(items: &Value) -> bool {
    items.as_array().into_iter().flatten().any(|item| {
        !matches!(item["type"].as_str(), Some("display" | "reference" | "group"))
            || asks(item.get("item").unwrap_or(&Value::Null))
    })
}
