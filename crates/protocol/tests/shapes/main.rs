//! The fixed shapes of docs/PROTOCOL.md from outside: what is not exactly one of them is refused, and an independent JOSE and
//! an independent OPAQUE understand us and are understood.

#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that does not hold")]

mod hostile;
mod mutation;
mod opaque;
mod raw;
mod shape;

#[cfg(not(target_arch = "wasm32"))]
mod hofmann;
#[cfg(not(target_arch = "wasm32"))]
mod jose;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
