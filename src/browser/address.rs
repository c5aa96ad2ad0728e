//! The address bar and this entry of the browser's history.

use crate::flow::arrival::Address;
use wasm_bindgen::JsValue;
use web_sys::window;

/// What stands there when the page starts.
pub fn read() -> Address {
    let fragment = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    let kept = window()
        .and_then(|window| window.history().ok())
        .and_then(|history| history.state().ok())
        .and_then(|state| state.as_string());
    Address { fragment: fragment.strip_prefix('#').unwrap_or_default().into(), kept }
}

/// The bare letter, with S in `history.state`, where no shared page and no screenshot carries it.
pub fn hide_link(secret: &str) {
    replace(&JsValue::from_str(secret));
}

/// The bare letter, and nothing behind it.
pub fn forget_link() {
    replace(&JsValue::NULL);
}

fn replace(state: &JsValue) {
    if let Some(window) = window()
        && let (Ok(history), Ok(path)) = (window.history(), window.location().pathname())
    {
        // The only failure is a browser that counts calls; the address then stays as it is, as before.
        let _ = history.replace_state_with_url(state, "", Some(&path));
    }
}

/// Loads the page of a link.
pub fn go_to(path: &str) {
    if let Some(window) = window() {
        let here = window.location();
        let same_page =
            here.pathname().is_ok_and(|pathname| path.split('#').next() == Some(pathname.as_str()));
        let _ = here.assign(path);
        if same_page {
            let _ = here.reload();
        }
    }
}

/// Loads another site in the place of this page, so that Back does not lead here.
pub fn leave_for(address: &str) {
    if let Some(window) = window() {
        let _ = window.location().replace(address);
    }
}

/// Loads this page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}
