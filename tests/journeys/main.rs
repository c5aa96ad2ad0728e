//! Whole journeys in real browsers. `cargo xtask e2e` builds what they need and runs them.

/// A journey: a test in each browser. A core one runs in all three always, any other in Chromium, and with
/// `--include-ignored` (`cargo xtask e2e --all`) in the other two.
macro_rules! journey {
    (core $name:ident) => {
        journey!($name,);
    };
    ($name:ident) => {
        journey!($name, #[ignore = "not core: cargo xtask e2e --all"]);
    };
    ($name:ident, $(#[$ignore:meta])?) => {
        mod $name {
            use postern_journeys::{Kind, Result};

            #[tokio::test]
            async fn in_chromium() -> Result<()> {
                super::$name(Kind::Chromium).await
            }
            #[tokio::test]
            $(#[$ignore])?
            async fn in_firefox() -> Result<()> {
                super::$name(Kind::Firefox).await
            }
            #[tokio::test]
            $(#[$ignore])?
            async fn in_webkit() -> Result<()> {
                super::$name(Kind::Webkit).await
            }
        }
    };
}

mod action;
mod alike;
mod answers;
mod asides;
mod consent;
mod dead_ends;
mod download;
mod family;
mod leaving;
mod line;
mod locale;
mod preferences;
mod proof;
mod replies;
mod robot;
mod small;
mod spine;
mod the_kit_itself;
mod waiting;
