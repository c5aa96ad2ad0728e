//! The frame of every page: which page stands there, its title, its focus, and the way from a page to the flow.

use crate::{
    browser::{clock, dom, intl},
    engine::Engine,
    flow::{Event, Journey, Setting},
    i18n::{self, words},
    later::{self, Later},
    page,
    ui::tag::live,
};
use leptos::prelude::*;
use postern_protocol::id::ClinicId;
use std::cell::OnceCell;

thread_local! {
    static CLINIC: OnceCell<&'static Clinic> = const { OnceCell::new() };
    static ENGINE: OnceCell<Engine> = const { OnceCell::new() };
}

/// What the shell says of the clinic: the portal's word, there before any message is open.
#[derive(Debug)]
pub struct Clinic {
    /// Its name as patients know it.
    pub name: String,
    /// Its telephone number, for people.
    pub phone: String,
    /// The same as an address that dials.
    pub phone_href: String,
}

/// The clinic of this page.
pub fn clinic() -> &'static Clinic {
    CLINIC.with(|cell| {
        *cell.get_or_init(|| {
            let (name, _) = dom::class_text_and_href("clinic-name");
            let (phone, _) = dom::class_text_and_href("phone");
            let (_, phone_href) = dom::class_text_and_href("call");
            Box::leak(Box::new(Clinic { name, phone, phone_href }))
        })
    })
}

fn engine() -> Engine {
    ENGINE.with(|cell| *cell.get().expect("mount() starts the engine before any page is drawn"))
}

fn setting(clinic: ClinicId) -> Setting {
    let locale = dom::language();
    let months = ["en", &locale, "es"]
        .into_iter()
        .flat_map(intl::months)
        .map(|name| &*name.leak())
        .collect::<Vec<_>>();
    Setting { clinic, zone: clock::zone(), build: dom::of_shell("build"), months: months.leak(), locale }
}

/// Looks at the journey, now and whenever it turns.
pub fn look<T>(read: impl FnOnce(&Journey) -> T) -> T {
    engine().journey.with(read)
}

/// Looks at the journey once.
pub fn peek<T>(read: impl FnOnce(&Journey) -> T) -> T {
    engine().journey.with_untracked(read)
}

/// What comes after the first text, once it is here.
pub fn later() -> Option<Later> {
    engine().later.get().then(later::get).flatten()
}

/// Tells the flow what the patient did.
pub fn send(event: Event) {
    engine().send(event);
}

/// Puts the app into the painted page.
pub fn mount() {
    i18n::load(dom::text("words"), intl::plural);
    let (Ok(clinic), Some(place)) = (ClinicId::new(dom::of_shell("clinic")), dom::element("app")) else {
        return dom::show("no-load", true);
    };
    #[cfg(feature = "parts")]
    if dom::path() == crate::parts::PATH {
        return leptos::mount::mount_to(place, crate::parts::parts).forget();
    }
    leptos::mount::mount_to(place, move || {
        ENGINE.with(|cell| cell.get_or_init(|| Engine::start(setting(clinic))).journey);
        let screen = Memo::new(|_| look(Journey::screen));
        put("door-notice", page::door::notices);
        put("under", page::under);
        put("cover", || live(|| later().map(|later| (later.over)())));
        page::door::adopt(screen);
        live(move || page::of(screen.get()))
    })
    .forget();
}

fn put(id: &str, part: fn() -> AnyView) {
    if let Some(place) = dom::element(id) {
        leptos::mount::mount_to(place, part).forget();
    }
}

/// A page starts: its title stands in the title bar, its heading has the focus, or after a cover the field that had it.
pub fn starts(heading: &str) {
    let title = words::frame_title(&clinic().name, heading);
    let field = peek(|journey| journey.visit().and_then(|visit| visit.resume.clone()));
    Effect::new(move |_| {
        dom::set_title(&title);
        dom::scroll_to_top();
        dom::focus(field.as_deref().filter(|id| dom::has(id)).unwrap_or(crate::ui::heading::ID));
    });
}
