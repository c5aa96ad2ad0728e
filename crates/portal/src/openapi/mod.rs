//! The OpenAPI document of the API, made from the router: a route is in it because it is served, its request and answer
//! are the types that its handler takes and gives, its authority is the kind of its call. docs/openapi.json is this,
//! committed (`cargo xtask openapi`), and a test holds the two together.

mod inputs;

use crate::{operation::Operation, router::api_routes};
use aide::{
    generate::in_context,
    openapi::{OpenApi, Parameter, ReferenceOr},
    transform::{TransformOpenApi, TransformOperation},
};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// The document.
pub fn document() -> Value {
    in_context(|context| {
        let settings = SchemaSettings::draft2020_12();
        context.schema = settings
            .with(|settings| settings.definitions_path = "/components/schemas".into())
            .into_generator();
    });
    let mut document = OpenApi::default();
    let _served = api_routes().finish_api_with(&mut document, whole);
    serde_json::to_value(document).expect("the document is plain JSON")
}

fn whole(document: TransformOpenApi<'_>) -> TransformOpenApi<'_> {
    let mut document = document
        .title("Postern portal")
        .version("1")
        .description(
            "What the patient's page and the clinic's desk call. Authority is in `Authorization` alone; bodies are \
             `application/json`, unknown members are refused; times are milliseconds since the Unix epoch, bytes are \
             base64url without padding. The contract in words is docs/PROTOCOL.md.",
        );
    for (name, description) in [
        ("link", "`Link <lid>.<claim>`, base64url: somebody who holds the link."),
        ("session", "`Session <lid>.<token>`, base64url: somebody who gave the right factor."),
        ("desk", "`Desk <jwt>`: an ES256 token for this one request (method, path, SHA-256 of the body)."),
    ] {
        let scheme =
            json!({ "type": "apiKey", "in": "header", "name": "authorization", "description": description });
        let scheme = serde_json::from_value(scheme).expect("a security scheme");
        document = document.security_scheme(name, scheme);
    }
    document
}

/// Name, sentence, path parameters and largest body of an operation.
pub fn described(operation: Operation) -> impl FnOnce(TransformOperation<'_>) -> TransformOperation<'_> {
    move |described| {
        let mut described = described.id(operation.as_str()).summary(operation.summary());
        let inner = described.inner_mut();
        inner.parameters.extend(path_parameters(operation.template()).map(ReferenceOr::Item));
        inner.extensions.insert("x-max-body-bytes".to_owned(), json!(operation.body_bytes()));
        described
    }
}

fn path_parameters(template: &str) -> impl Iterator<Item = Parameter> {
    let names = template.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| {
        let schema = match name {
            "lid" => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$" }),
            "kind" => json!({ "type": "string", "enum": ["texting", "terms", "privacy"] }),
            "version" => json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$" }),
            "language" => json!({ "type": "string", "pattern": "^[a-z]{2,3}(-[A-Z]{2})?$" }),
            "slot" => json!({ "type": "integer", "minimum": 0, "maximum": 65535 }),
            "rid" => json!({
                "type": "string",
                "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
            }),
            _ => json!({ "type": "string" }),
        };
        let parameter =
            json!({ "in": "path", "name": name, "required": true, "schema": schema, "style": "simple" });
        serde_json::from_value(parameter).expect("a parameter")
    })
}
