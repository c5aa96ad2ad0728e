//! The phone's clock.

use postern_protocol::time::Timestamp;

/// The present moment. A wrong clock costs nothing but a remark: expiry and sessions run on the portal's.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    Timestamp(js_sys::Date::now() as i64)
}

/// The phone's time zone, an IANA name; `UTC` where the browser does not say.
pub fn zone() -> String {
    let options =
        js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".into())
}
