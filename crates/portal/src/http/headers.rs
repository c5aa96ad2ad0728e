use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Headers of every response. What a route has set stands.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
    (header::CACHE_CONTROL, "no-store"),
];

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), payment=(), publickey-credentials-get=(), usb=(), browsing-topics=()";

/// The policy of everything that is no page: it loads nothing.
#[derive(Clone)]
pub struct ApiHeaders(HeaderValue);

impl Default for ApiHeaders {
    fn default() -> Self {
        Self(HeaderValue::from_static(
            "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        ))
    }
}

/// Sets the headers of every response, those of refusals and panics too.
pub async fn harden(State(policy): State<ApiHeaders>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy.0);
    response
}
