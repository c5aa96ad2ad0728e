//! The demo's own pages: the patient's phone and the clinic's desk. Plain HTML from the server, one style, one small script
//! that brings what is new.

pub mod desk;
pub mod headers;
pub mod phone;

use maud::{DOCTYPE, Markup, html};

/// Which page is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// The phone.
    Phone,
    /// The desk.
    Desk,
}

/// A whole page; `live` is the part that is kept fresh.
fn frame(here: Here, title: &str, fixed: &Markup, live: &Markup) -> Markup {
    let tab = |to: Here, href: &str, name: &str| {
        html! { a href=(href) aria-current=[(here == to).then_some("page")] { (name) } }
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Postern demo" }
                link rel="icon" href="/demo/icon.svg";
                link rel="stylesheet" href="/demo/demo.css";
                script src="/demo/live.js" defer {}
            }
            body {
                nav.bar aria-label="Demo" {
                    strong { "Postern demo" }
                    (tab(Here::Phone, "/demo/phone", "Patient’s phone"))
                    (tab(Here::Desk, "/demo/desk", "Clinic’s desk"))
                }
                main {
                    (fixed)
                    div id="live" { (live) }
                }
            }
        }
    }
}
