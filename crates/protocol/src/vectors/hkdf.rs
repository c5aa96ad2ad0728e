//! RFC 5869, appendix A: the three cases with SHA-256.

use super::{hex, to_hex};
use crate::derive::hkdf_fill;
use alloc::{string::String, vec::Vec};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn okm(salt: Option<&[u8]>, ikm: &[u8], info: &[&[u8]], length: usize) -> String {
    let mut out = alloc::vec![0; length];
    hkdf_fill(salt, ikm, info, &mut out).unwrap();
    to_hex(&out)
}

#[test]
fn rfc_5869_case_1_a_short_key_with_salt_and_info() {
    let (salt, info) = (hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"));
    let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    assert_eq!(okm(Some(&salt), &[0x0b; 22], &[&info], 42), expected);
    assert_eq!(okm(Some(&salt), &[0x0b; 22], &[&info[..3], &info[3..]], 42), expected, "info in parts");
}

#[test]
fn rfc_5869_case_2_longer_inputs_and_outputs() {
    let run = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    assert_eq!(
        okm(Some(&run(0x60, 0xaf)), &run(0x00, 0x4f), &[&run(0xb0, 0xff)], 82),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09\
         da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
    );
}

#[test]
fn rfc_5869_case_3_without_salt_and_info() {
    assert_eq!(
        okm(None, &[0x0b; 22], &[], 42),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}
