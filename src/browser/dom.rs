//! What index.html painted: the app reads it, takes its fields over and shows or hides its parts; it never draws them anew.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Document, Element, HtmlElement, HtmlInputElement, window};

fn document() -> Option<Document> {
    window()?.document()
}

/// The element of this id.
pub fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Whether the page has an element of this id.
pub fn has(id: &str) -> bool {
    element(id).is_some()
}

/// The words in an element; empty if it is not there.
pub fn text(id: &str) -> String {
    element(id).and_then(|element| element.text_content()).unwrap_or_default()
}

/// The words in the first element of this class, and the address it points to.
pub fn class_text_and_href(class: &str) -> (String, String) {
    let element: Option<Element> =
        document().and_then(|document| document.get_elements_by_class_name(class).item(0));
    element.map_or_else(Default::default, |element| {
        (element.text_content().unwrap_or_default(), element.get_attribute("href").unwrap_or_default())
    })
}

/// Puts words into an element.
pub fn set_text(id: &str, words: &str) {
    if let Some(element) = element(id) {
        element.set_text_content(Some(words));
    }
}

/// Shows or hides an element.
pub fn show(id: &str, shown: bool) {
    if let Some(element) = element(id) {
        element.set_hidden(!shown);
    }
}

/// Sets an attribute, or takes it away.
pub fn attribute(id: &str, name: &str, value: Option<&str>) {
    if let Some(element) = element(id) {
        let _ = match value {
            Some(value) => element.set_attribute(name, value),
            None => element.remove_attribute(name),
        };
    }
}

/// Moves the focus, and brings what has it into view.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
    }
}

/// To the top of the page.
pub fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// What stands in the browser's title bar.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// The page's language.
pub fn language() -> String {
    document()
        .and_then(|document| document.document_element()?.get_attribute("lang"))
        .unwrap_or_else(|| "en".into())
}

/// The path of this page.
#[cfg(feature = "parts")]
pub fn path() -> String {
    window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// What the shell says of itself: `build`, `clinic`.
pub fn of_shell(name: &str) -> String {
    document()
        .and_then(|document| document.document_element()?.get_attribute(&["data-", name].concat()))
        .unwrap_or_default()
}

/// A class of the whole page.
pub fn mark_page(class: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.class_list().add_1(class);
    }
}

/// What a painted field holds.
pub fn value(id: &str) -> String {
    element(id)
        .and_then(|element| element.dyn_into::<HtmlInputElement>().ok())
        .map(|input| input.value())
        .unwrap_or_default()
}

/// Ticks a box or takes the tick away; nobody is told.
pub fn tick(id: &str, ticked: bool) {
    if let Some(input) = element(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
        input.set_checked(ticked);
    }
}

/// Empties a painted field: what was typed into it is used up.
pub fn clear(id: &str) {
    if let Some(input) = element(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value("");
    }
}

/// Calls `act` on each event of this name on a painted element, for as long as the page lives.
pub fn listen(id: &str, event: &str, act: impl Fn() + 'static) {
    if let Some(element) = element(id) {
        let closure = Closure::<dyn Fn()>::new(act);
        let _ = element.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        closure.forget();
    }
}

/// Whether boot.js noted that Continue was pressed before the app was there; takes the note away.
pub fn was_pressed(form: &str) -> bool {
    let Some(form) = element(form) else { return false };
    let pressed = form.has_attribute("data-pressed");
    let _ = form.remove_attribute("data-pressed");
    pressed
}

/// Opens a `<dialog>` over the page; the browser keeps the focus in it and gives it back.
pub fn open_dialog(id: &str) {
    if let Some(dialog) =
        element(id).and_then(|element| element.dyn_into::<web_sys::HtmlDialogElement>().ok())
    {
        let _ = dialog.show_modal();
    }
}
