//! One HTTP request, same origin, nothing kept.

use super::timers;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
    Response,
};

/// No answer came: offline, refused by the network, or slower than [`PATIENCE_MILLISECONDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer;

/// A phone on a bad line needs seconds; after this many the call is made again.
const PATIENCE_MILLISECONDS: u32 = 15_000;
/// Browsers keep at most 64 KiB alive after the page is gone.
const KEPT_ALIVE_BYTES: usize = 60_000;

/// Sends JSON and gives status and body.
///
/// # Errors
/// [`NoAnswer`].
pub async fn send(
    method: &str,
    path: &str,
    authorization: &str,
    body: &str,
) -> Result<(u16, String), NoAnswer> {
    attempt(method, path, authorization, body).await.map_err(|_| NoAnswer)
}

async fn attempt(
    method: &str,
    path: &str,
    authorization: &str,
    body: &str,
) -> Result<(u16, String), JsValue> {
    let headers = Headers::new()?;
    headers.set("authorization", authorization)?;
    headers.set("content-type", "application/json")?;
    let controller = AbortController::new()?;
    let request = RequestInit::new();
    request.set_method(method);
    request.set_headers_headers(&headers);
    request.set_body_opt_str(Some(body));
    request.set_signal(Some(&controller.signal()));
    request.set_cache(RequestCache::NoStore);
    request.set_credentials(RequestCredentials::Omit);
    request.set_redirect(RequestRedirect::Error);
    request.set_referrer_policy(ReferrerPolicy::NoReferrer);
    if body.len() < KEPT_ALIVE_BYTES {
        Reflect::set(&request, &"keepalive".into(), &JsValue::TRUE)?;
    }
    let patience = timers::after(PATIENCE_MILLISECONDS, move || controller.abort());
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response =
        JsFuture::from(window.fetch_with_str_and_init(path, &request)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    drop(patience);
    Ok((response.status(), text.as_string().unwrap_or_default()))
}
