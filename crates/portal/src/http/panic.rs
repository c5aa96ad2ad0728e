use crate::{
    log::{self, Line},
    refusal::problem,
};
use axum::{body::Body, http::Response};
use postern_protocol::error_code::ErrorCode;
use std::any::Any;

/// A panic in a handler becomes `internal`. Its words are not logged: they may hold data.
pub fn problem_of_panic(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    log::write(&Line::Panicked);
    problem(ErrorCode::Internal)
}
