//! The operations as docs/openapi.json has them.

use serde_json::Value;

/// One operation.
#[derive(Clone)]
pub struct Operation {
    pub id: String,
    pub method: String,
    pub template: String,
    /// `link`, `session` or `desk`.
    pub authority: String,
    /// Schema of its body, with everything it refers to put in place.
    pub body: Option<Value>,
    /// Names and schemas.
    pub in_path: Vec<(String, Value)>,
    pub in_query: Vec<(String, Value)>,
    pub most_bytes: usize,
}

/// All of them.
pub fn operations() -> Vec<Operation> {
    let document = postern_portal::openapi();
    let mut operations = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = |place: &str| {
                let all = operation["parameters"].as_array().into_iter().flatten();
                all.filter(|one| one["in"] == place)
                    .map(|one| {
                        (one["name"].as_str().unwrap().to_owned(), resolved(&document, &one["schema"]))
                    })
                    .collect()
            };
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            let authority = operation["security"][0].as_object().unwrap().keys().next().unwrap();
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                template: template.clone(),
                authority: authority.clone(),
                body: body.is_object().then(|| resolved(&document, body)),
                in_path: parameters("path"),
                in_query: parameters("query"),
                most_bytes: usize::try_from(operation["x-max-body-bytes"].as_u64().unwrap()).unwrap(),
            });
        }
    }
    operations
}

fn resolved(document: &Value, schema: &Value) -> Value {
    match schema {
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let target = document.pointer(reference.strip_prefix('#').unwrap());
                resolved(document, target.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => members.iter().map(|(name, value)| (name.clone(), resolved(document, value))).collect(),
        },
        Value::Array(items) => items.iter().map(|item| resolved(document, item)).collect(),
        other => other.clone(),
    }
}
