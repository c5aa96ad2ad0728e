//! What a patient needs only once the first text stands on the screen: answering, watching over the open page, what needs no
//! proof, dead ends, and their pages. The build cuts these functions, with all that only they use, into a file of its own. It is
//! fetched when the text is there, the same whatever the message holds, or when one of these pages is needed before.

use crate::{
    flow::{
        BrowserEvent, Context, Event, Journey, Screen, Turn,
        aside::{self, Aside, AsideDoor},
        effect::{Effect, Reply, Timer},
        visit::{Kept, Visit, VisitEvent},
    },
    page,
};
use leptos::prelude::AnyView;
use postern_protocol::wire::verify::FinishResponse;
use std::cell::OnceCell;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// The ways into the second file.
#[expect(missing_docs, reason = "each is named as the function it leads to")]
#[derive(Clone, Copy)]
pub struct Later {
    pub pressed: fn(Box<Visit>, VisitEvent, &mut Context<'_>) -> Turn,
    pub browser: fn(Box<Visit>, &BrowserEvent, &mut Context<'_>) -> Turn,
    pub elapsed: fn(Box<Visit>, Timer, &mut Context<'_>) -> Turn,
    pub answered: fn(Box<Visit>, Reply, &mut Context<'_>) -> Turn,
    pub(crate) resume: fn(&mut Visit, &FinishResponse, Kept) -> Vec<Effect>,
    pub open_aside: fn(Journey, AsideDoor, &mut Context<'_>) -> Turn,
    pub aside: fn(Box<Aside>, Event, &mut Context<'_>) -> Turn,
    pub page: fn(Screen) -> AnyView,
    pub item: fn(usize) -> AnyView,
    pub summary: fn() -> AnyView,
    pub over: fn() -> AnyView,
    pub way: fn() -> AnyView,
    pub fresh: fn() -> AnyView,
    pub replies: fn(u32) -> AnyView,
    pub reply: fn() -> AnyView,
}

impl Later {
    fn ways() -> Self {
        Self {
            pressed: Visit::on,
            browser: Visit::browser,
            elapsed: Visit::elapsed,
            answered: Visit::heard,
            resume: Visit::resume,
            open_aside: aside::open,
            aside: Aside::on,
            page: page::later,
            item: page::visit::item,
            summary: page::whose::above,
            over: page::over,
            way: page::preferences::way,
            fresh: page::thread::fresh,
            replies: page::thread::replies,
            reply: page::thread::way,
        }
    }
}

thread_local! {
    static LATER: OnceCell<Later> = const { OnceCell::new() };
}

#[wasm_split(later, fallible)]
fn ways() -> Result<Box<Later>, SplitLoaderError> {
    Ok(Box::new(Later::ways()))
}

/// Fetches it, once. Nothing is kept of a failure: it may be tried again.
///
/// # Errors
/// The file did not come.
pub async fn fetch() -> Result<(), SplitLoaderError> {
    let ways = ways().await?;
    LATER.with(|later| {
        later.get_or_init(|| *ways);
    });
    Ok(())
}

/// Whether it is here.
pub fn is_here() -> bool {
    get().is_some()
}

/// The ways, if it is here. On the host, where nothing is cut, it always is.
pub fn get() -> Option<Later> {
    #[cfg(not(target_family = "wasm"))]
    LATER.with(|later| {
        later.get_or_init(Later::ways);
    });
    LATER.with(|later| later.get().copied())
}
