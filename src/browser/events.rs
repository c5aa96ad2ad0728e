//! What the browser tells a page: seen or hidden, left or restored, online, touched.

use crate::flow::BrowserEvent;
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{AddEventListenerOptions, Event, EventTarget, VisibilityState};

/// Whatever counts as a touch.
const TOUCHES: [&str; 6] = ["pointerdown", "touchstart", "keydown", "input", "wheel", "scroll"];

/// Calls `tell` on everything the browser tells, `touched` on each touch and `focused` with the id of each field that gets
/// the focus, for as long as the page lives.
pub fn listen(
    tell: impl Fn(BrowserEvent) + 'static,
    touched: impl Fn() + 'static,
    focused: impl Fn(String) + 'static,
) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    let tell = Rc::new(tell);
    let say = Rc::clone(&tell);
    let page = document.clone();
    on(&document, "visibilitychange", move |_| {
        let visible = page.visibility_state() == VisibilityState::Visible;
        say(if visible { BrowserEvent::Shown } else { BrowserEvent::Hidden });
    });
    for (name, event) in [
        ("pagehide", BrowserEvent::Leaving),
        ("online", BrowserEvent::Online),
        ("hashchange", BrowserEvent::AddressChanged),
    ] {
        let say = Rc::clone(&tell);
        on(&window, name, move |_| say(event.clone()));
    }
    on(&window, "pageshow", move |event| {
        let persisted = js_sys::Reflect::get(&event, &"persisted".into());
        if persisted.is_ok_and(|persisted| persisted.is_truthy()) {
            tell(BrowserEvent::Restored);
        }
    });
    on(&document, "focusin", move |event| {
        let field = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(field) = field.filter(|field| matches!(&*field.tag_name(), "INPUT" | "TEXTAREA")) {
            focused(field.id());
        }
    });
    let touched = Rc::new(touched);
    for name in TOUCHES {
        let touched = Rc::clone(&touched);
        on(&document, name, move |_| touched());
    }
}

fn on(target: &EventTarget, name: &str, act: impl Fn(Event) + 'static) {
    let act = Closure::<dyn Fn(Event)>::new(act);
    let options = AddEventListenerOptions::new();
    options.set_capture(true);
    options.set_passive(true);
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
        name,
        act.as_ref().unchecked_ref(),
        &options,
    );
    act.forget();
}

/// Takes everything off the screen at once, before any redraw: what a browser keeps of a page that is left shows nothing.
pub fn blank() {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) {
        root.set_hidden(true);
    }
}
