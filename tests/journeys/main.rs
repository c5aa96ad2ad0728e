//! Whole journeys in real browsers. `cargo xtask e2e` builds what they need and runs them.

/// A journey in Chromium, and with `--include-ignored` (`cargo xtask e2e --all`) in the other two. A core one runs in all three always.
macro_rules! journey {
    ($(#[$doc:meta])* core $name:ident) => {
        $(#[$doc])*
        mod $name {
            #[tokio::test]
            async fn in_chromium() -> postern_journeys::Result<()> {
                super::$name(postern_journeys::Kind::Chromium).await
            }
            #[tokio::test]
            async fn in_firefox() -> postern_journeys::Result<()> {
                super::$name(postern_journeys::Kind::Firefox).await
            }
            #[tokio::test]
            async fn in_webkit() -> postern_journeys::Result<()> {
                super::$name(postern_journeys::Kind::Webkit).await
            }
        }
    };
}

mod spine;
mod the_kit_itself;
