//! What each kind of handler argument says about its operation.

use crate::{
    authorization::{DeskCall, LinkCall, Nothing, SessionCall},
    http::{Parameters, PathPart},
    refusal::Refusal,
};
use aide::{
    OperationInput, OperationOutput,
    generate::GenContext,
    openapi::{MediaType, Operation, ReferenceOr, RequestBody, Response, SchemaObject},
};
use axum::extract::Query;
use postern_protocol::error_code::Problem;
use schemars::JsonSchema;

impl<T: JsonSchema> OperationInput for LinkCall<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        authority(operation, "link");
        body::<T>(ctx, operation);
    }
}

impl<T: JsonSchema> OperationInput for SessionCall<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        authority(operation, "session");
        body::<T>(ctx, operation);
    }
}

impl<T: JsonSchema> OperationInput for DeskCall<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        authority(operation, "desk");
        body::<T>(ctx, operation);
    }
}

/// Names and forms of what stands in a path are settled by its template (see `described`).
impl<T> OperationInput for PathPart<T> {}

impl<T: JsonSchema> OperationInput for Parameters<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Query::<T>::operation_input(ctx, operation);
    }
}

impl OperationOutput for Refusal {
    type Inner = Self;

    fn operation_response(ctx: &mut GenContext, _: &mut Operation) -> Option<Response> {
        let description =
            "Refused: an RFC 9457 problem document. Nothing was changed unless the operation says so.";
        let content = [("application/problem+json".to_owned(), media::<Problem>(ctx))];
        Some(Response {
            description: description.to_owned(),
            content: content.into_iter().collect(),
            ..Response::default()
        })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Response)> {
        Self::operation_response(ctx, operation).into_iter().map(|response| (None, response)).collect()
    }
}

fn authority(operation: &mut Operation, scheme: &str) {
    operation.security.push([(scheme.to_owned(), Vec::new())].into_iter().collect());
}

/// [`Nothing`] has no schema of its own: such a call has no body.
fn body<T: JsonSchema>(ctx: &mut GenContext, operation: &mut Operation) {
    if T::schema_name() == Nothing::schema_name() {
        return;
    }
    let content = [("application/json".to_owned(), media::<T>(ctx))];
    operation.request_body = Some(ReferenceOr::Item(RequestBody {
        content: content.into_iter().collect(),
        required: true,
        ..RequestBody::default()
    }));
}

fn media<T: JsonSchema>(ctx: &mut GenContext) -> MediaType {
    let json_schema = ctx.schema.subschema_for::<T>();
    let schema = SchemaObject { json_schema, external_docs: None, example: None };
    MediaType { schema: Some(schema), ..MediaType::default() }
}
