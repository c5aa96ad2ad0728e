//! HL7's JSON schema of R4, cut down to the resources of a form.

use postern_json::Value;
use std::sync::LazyLock;

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(include_str!("../schema/r4-forms.schema.json")).expect("is JSON");
    jsonschema::validator_for(&schema).expect("is a schema")
});

/// What the schema says against it.
pub fn complaints(resource: &Value) -> Vec<String> {
    let definition = resource["resourceType"].as_str().unwrap_or_default();
    assert!(definition.starts_with("Questionnaire"), "{definition}");
    SCHEMA.iter_errors(&resource.into()).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_refuses_what_is_no_response() {
    let good = serde_json::json!({"resourceType": "QuestionnaireResponse", "status": "completed",
        "item": [{"linkId": "1", "answer": [{"valueDate": "2026-11-23"}]}]});
    assert_eq!(complaints(&(&good).into()), Vec::<String>::new());
    for (path, wrong) in [
        ("/status", serde_json::json!("done")),
        ("/item/0/answer/0/valueDate", serde_json::json!("23.11.2026")),
        ("/item/0/answer/0", serde_json::json!({"valueColor": "red"})),
        ("/item/0", serde_json::json!({"link": "1"})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = wrong;
        assert!(!complaints(&(&bad).into()).is_empty(), "{path}");
    }
}
