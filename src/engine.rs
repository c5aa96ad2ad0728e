//! Owns the one state of the app: feeds events in, runs what comes out.

use crate::{
    browser::{address, clock, dom, events, random::BrowserRng, timers},
    flow::{
        Context, Event, Journey, Screen, Setting, arrival,
        effect::{Effect, Timer},
        visit::VisitEvent,
    },
    later, portal,
};
use leptos::{
    prelude::{LocalStorage, Notify, RwSignal, Set, UpdateUntracked, WithUntracked},
    task::spawn_local,
};
use postern_protocol::{factor::Policy, link, time::Timestamp};
use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
};

/// A handle on the app's state, to be copied freely. Pages read [`Engine::journey`] and [`Engine::send`] what happens.
#[derive(Clone, Copy)]
pub struct Engine {
    /// What the pages look at. Read it with `with`; it holds secrets, so it is never cloned.
    pub journey: RwSignal<Journey, LocalStorage>,
    /// Whether [`later`] is here; tells the pages that wait for it.
    pub later: RwSignal<bool>,
}

thread_local! {
    static SETTING: OnceCell<Setting> = const { OnceCell::new() };
    static LAST_INPUT: Cell<Timestamp> = const { Cell::new(Timestamp(0)) };
    static TIMERS: RefCell<[Option<timers::Timeout>; 6]> = const { RefCell::new([const { None }; 6]) };
    /// Events that came while another one was being worked on.
    static WAITING: RefCell<VecDeque<Event>> = const { RefCell::new(VecDeque::new()) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
    /// Events that wait for [`later`].
    static HELD: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
    static FETCHING: Cell<bool> = const { Cell::new(false) };
    static FETCH: RefCell<Option<timers::Timeout>> = const { RefCell::new(None) };
}

impl Engine {
    /// Starts: reads the address, asks about the link, listens to the browser. Once a page load.
    pub fn start(setting: Setting) -> Self {
        SETTING.with(|cell| {
            cell.get_or_init(|| setting);
        });
        LAST_INPUT.set(clock::now());
        let turn = with_context(|context| arrival::arrive(&address::read(), context));
        let engine =
            Self { journey: RwSignal::new_local(turn.journey), later: RwSignal::new(later::is_here()) };
        engine.run(turn.effects);
        engine.look_ahead();
        events::listen(
            move |event| engine.send(Event::Browser(event)),
            || LAST_INPUT.set(clock::now()),
            move |field| engine.send(Event::Visit(VisitEvent::Focused(field))),
        );
        engine
    }

    /// Something happened.
    pub fn send(self, event: Event) {
        WAITING.with_borrow_mut(|waiting| waiting.push_back(event));
        self.drain();
    }

    fn drain(self) {
        if BUSY.replace(true) {
            return;
        }
        while let Some(event) = WAITING.with_borrow_mut(VecDeque::pop_front) {
            if !later::is_here() && self.journey.with_untracked(|journey| journey.awaits_later(&event)) {
                HELD.with_borrow_mut(|held| held.push(event));
                self.await_later();
            } else {
                self.turn(event);
            }
        }
        BUSY.set(false);
    }

    fn turn(self, event: Event) {
        let taken = self.journey.try_update_untracked(|journey| core::mem::replace(journey, Journey::Gone));
        let Some(journey) = taken else { return };
        let turn = with_context(|context| journey.on(event, context));
        self.journey.try_update_untracked(|journey| *journey = turn.journey);
        self.run(turn.effects);
        if !turn.quiet {
            self.journey.notify();
        }
        self.look_ahead();
    }

    /// The second file is fetched when the text stands there, or at once for a page that is in it.
    fn look_ahead(self) {
        if later::is_here() || FETCHING.get() {
            return;
        }
        match self.journey.with_untracked(Journey::screen) {
            Screen::Door | Screen::Gone => {}
            Screen::Message => wait(AFTER_THE_TEXT, move || self.fetch_later()),
            _ => self.await_later(),
        }
    }

    /// Somebody waits for it: say so.
    fn await_later(self) {
        dom::show("later", true);
        self.fetch_later();
    }

    /// Fetches what comes after the first text, until it is here; then what waited for it happens.
    fn fetch_later(self) {
        if later::is_here() || FETCHING.replace(true) {
            return;
        }
        spawn_local(async move {
            let came = later::fetch().await.is_ok();
            FETCHING.set(false);
            let held = HELD.with_borrow_mut(core::mem::take);
            let waits =
                !held.is_empty() || self.journey.with_untracked(|one| one.screen() != Screen::Message);
            // Somebody waits for what cannot happen yet: say so.
            dom::show("no-load", !came && waits);
            dom::show("later", false);
            if came {
                WAITING.with_borrow_mut(|waiting| waiting.extend(held));
                self.later.set(true);
                self.drain();
            } else {
                HELD.set(held);
                wait(FETCH_AGAIN, move || self.fetch_later());
            }
        });
    }

    fn run(self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Call(request) => spawn_local(async move {
                    let reply = portal::call(request).await;
                    self.send(Event::Answered(reply));
                }),
                Effect::Wake(timer, milliseconds) => {
                    let timeout = timers::after(milliseconds, move || self.send(Event::Elapsed(timer)));
                    set(timer, timeout);
                }
                Effect::Stop(timer) => set(timer, None),
                Effect::GoTo(secret) => address::go_to(&link::url("", Policy::BirthDate, &secret)),
                Effect::HideLink(secret) => address::hide_link(&secret),
                Effect::ForgetLink => address::forget_link(),
                Effect::Reload => address::reload(),
                Effect::Blank => events::blank(),
            }
        }
    }
}

/// Milliseconds that the first text has the phone to itself.
const AFTER_THE_TEXT: u32 = 300;
/// Milliseconds until what did not come is fetched again.
const FETCH_AGAIN: u32 = 3_000;

fn wait(milliseconds: u32, act: impl FnOnce() + 'static) {
    FETCH.set(timers::after(milliseconds, act));
}

fn set(timer: Timer, timeout: Option<timers::Timeout>) {
    let index = Timer::ALL.iter().position(|one| *one == timer).unwrap_or_default();
    TIMERS.with_borrow_mut(|timers| timers[index] = timeout);
}

fn with_context<T>(act: impl FnOnce(&mut Context<'_>) -> T) -> T {
    SETTING.with(|setting| {
        let setting = setting.get().expect("Engine::start sets it first");
        act(&mut Context { now: clock::now(), last_input: LAST_INPUT.get(), rng: &mut BrowserRng, setting })
    })
}
