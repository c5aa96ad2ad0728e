//! Handing something to the patient to keep: a file, the printer.

use super::timers;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url, window};

/// Milliseconds until the offered file may go.
const READ_BY: u32 = 40_000;

/// Offers a file to be saved or opened. Whether the phone can is not known afterwards: the page offers the text to copy as well.
pub fn file(name: &str, kind: &str, content: &str) {
    let _ = offer(name, kind, content);
}

fn offer(name: &str, kind: &str, content: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&content.into()), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // Some browsers begin to read the file only after a while; this page is seldom open for longer than that.
    let drop = timers::after(READ_BY, move || {
        let _ = Url::revoke_object_url(&address);
    });
    core::mem::forget(drop);
    Ok(())
}

/// Opens the browser's print dialog.
pub fn print() {
    if let Some(window) = window() {
        let _ = window.print();
    }
}
