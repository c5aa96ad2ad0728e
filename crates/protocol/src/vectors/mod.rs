//! Published vectors for the primitives below the shapes: natively, and the same functions in a browser's WebAssembly
//! (`cargo xtask vectors`). They call the very functions that the shapes call; no shape is loosened for them.

mod hkdf;
mod jwe;
mod jws;
mod opaque;
mod wycheproof;

use alloc::{string::String, vec::Vec};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Hexadecimal as the documents print it.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| alloc::format!("{byte:02x}")).collect()
}
