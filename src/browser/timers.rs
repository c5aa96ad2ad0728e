//! `setTimeout`.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

/// A timer that runs; dropping it stops it.
#[must_use = "dropping a timer stops it"]
pub struct Timeout {
    /// As the browser gave it: a clock put in for a test gives numbers beyond 32 bits.
    id: JsValue,
    _act: Closure<dyn FnMut()>,
}

impl Drop for Timeout {
    fn drop(&mut self) {
        // A page without clearTimeout has no timers either.
        let _ = call("clearTimeout", &self.id, &JsValue::UNDEFINED);
    }
}

/// Calls `act` once, so many milliseconds from now.
pub fn after(milliseconds: u32, act: impl FnOnce() + 'static) -> Option<Timeout> {
    let act = Closure::once(act);
    // Browsers take a signed number; what is longer would fire at once.
    let wait = milliseconds.min(i32::MAX.unsigned_abs());
    let id = call("setTimeout", act.as_ref().unchecked_ref(), &wait.into())?;
    Some(Timeout { id, _act: act })
}

fn call(name: &str, first: &JsValue, second: &JsValue) -> Option<JsValue> {
    let window = web_sys::window()?;
    let function: Function = Reflect::get(&window, &name.into()).ok()?.dyn_into().ok()?;
    function.call2(&window, first, second).ok()
}
