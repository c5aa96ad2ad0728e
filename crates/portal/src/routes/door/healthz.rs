//! `GET /healthz`: the process answers.

/// Says so.
pub async fn handle() -> &'static str {
    "ok"
}
