//! `cargo xtask vectors`: crates/protocol's published vectors and hostile envelopes, natively and in a browser's WebAssembly.

use crate::{step, tools};
use anyhow::Result;

/// Runs them here, then in Chromium.
pub fn run() -> Result<()> {
    tools::browsers()?;
    tools::node()?;
    let mut tests = step::cargo(["test", "--package=postern-protocol", "--locked"]);
    step::run("vectors and hostile envelopes, natively", &mut tests)?;
    in_a_browser()
}

/// Only in Chromium: the tests that are marked for it, as WebAssembly.
pub fn in_a_browser() -> Result<()> {
    tools::browsers()?;
    tools::wasm_target()?;
    tools::WASM_BINDGEN.ensure()?;
    let mut tests = step::cargo(["test", "--package=postern-protocol", "--locked", "--lib", "--test=shapes"]);
    tests.arg("--target=wasm32-unknown-unknown");
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner"); // comes with wasm-bindgen-cli
    tests.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    tests.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1"); // what is generic in the ciphers is compiled with the tests
    tests.envs(step::find("chromedriver").map(|path| ("CHROMEDRIVER", path)));
    step::run("vectors and hostile envelopes, in a browser's WebAssembly", &mut tests)
}
