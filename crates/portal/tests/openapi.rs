//! docs/openapi.json is what the code says, and says all of it.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

use postern_protocol::error_code::ErrorCode;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_committed_document_is_what_the_code_says() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed: Value = serde_json::from_slice(&fs::read(committed).unwrap()).unwrap();
    assert!(committed == postern_portal::openapi(), "docs/openapi.json is stale: run `cargo xtask openapi`");
}

#[test]
fn the_document_is_made_the_same_each_time() {
    let texts: BTreeSet<String> =
        (0..3).map(|_| serde_json::to_string_pretty(&postern_portal::openapi()).unwrap()).collect();
    assert_eq!(texts.len(), 1);
}

#[test]
fn every_operation_names_its_authority_its_body_its_answer_and_the_problem_document() {
    let document = postern_portal::openapi();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}");
            let schemes = operation["security"].as_array().unwrap();
            let scheme = schemes[0].as_object().unwrap().keys().next().unwrap();
            assert_eq!(schemes.len(), 1, "{name}");
            assert_eq!(path.starts_with("/api/v1/desk/"), scheme == "desk", "{name}");
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert_eq!(body.is_object(), method != "get", "{name}");
            let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            assert!(answer.is_object(), "{name}");
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"];
            assert_eq!(problem["$ref"], "#/components/schemas/Problem", "{name}");
            let named = path.split('/').filter(|part| part.starts_with('{')).count();
            let parameters = operation["parameters"].as_array().map_or(0, |parameters| {
                parameters.iter().filter(|parameter| parameter["in"] == "path").count()
            });
            assert_eq!(named, parameters, "{name}");
        }
    }
    assert_eq!(ids.len(), 18, "{ids:?}");
}

#[test]
fn every_code_of_a_refusal_stands_in_the_document_and_no_request_takes_unknown_members() {
    let document = postern_portal::openapi();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let codes = schemas["ErrorCode"].to_string();
    for code in ErrorCode::ALL {
        assert!(codes.contains(&format!("\"{}\"", code.as_str())), "{code:?}");
    }
    let requests: Vec<_> = schemas.iter().filter(|(name, _)| name.ends_with("Request")).collect();
    assert!(requests.len() > 8);
    for (name, schema) in requests {
        assert_eq!(schema["additionalProperties"], false, "{name}");
    }
}
