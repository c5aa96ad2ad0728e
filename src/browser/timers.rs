//! `setTimeout`.

use wasm_bindgen::{JsCast, prelude::Closure};

/// A timer that runs; dropping it stops it.
#[must_use = "dropping a timer stops it"]
pub struct Timeout {
    id: i32,
    _act: Closure<dyn FnMut()>,
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// Calls `act` once, so many milliseconds from now.
pub fn after(milliseconds: u32, act: impl FnOnce() + 'static) -> Option<Timeout> {
    let act = Closure::once(act);
    let window = web_sys::window()?;
    let wait = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    let id = window
        .set_timeout_with_callback_and_timeout_and_arguments_0(act.as_ref().unchecked_ref(), wait)
        .ok()?;
    Some(Timeout { id, _act: act })
}
