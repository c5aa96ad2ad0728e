//! RFC 7515, RFC 7520 and RFC 6979: HS256 and ES256, and base64url.

use super::{hex, to_hex};
use crate::{
    base64url,
    derive::Secret32,
    jose::signed::{hmac_sha256, hs256_mac},
    keys::{PublicKey, SigningKeyPair},
};
use alloc::format;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The payload of RFC 7515's appendices.
const CLAIMS: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

#[test]
fn rfc_7515_appendix_c_writes_base64url_without_padding() {
    assert_eq!(base64url::encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
    assert_eq!(base64url::decode("A-z_4ME"), Ok([3, 236, 255, 224, 193].into()));
}

#[test]
fn rfc_7515_appendix_a_1_macs_with_hs256() {
    let key = base64url::decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    );
    let signing_input = format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{CLAIMS}");
    let mac = hmac_sha256(&key.unwrap(), signing_input.as_bytes());
    assert_eq!(base64url::encode(&mac), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

#[test]
fn rfc_7515_appendix_a_3_verifies_with_es256() {
    let public: PublicKey = serde_json::from_str(
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    )
    .unwrap();
    let private = SigningKeyPair::from_bytes(
        &base64url::decode_array("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").unwrap(),
    );
    assert_eq!(private.unwrap().public(), public);
    let signing_input = format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}");
    let signature = base64url::decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    );
    assert!(public.verify(signing_input.as_bytes(), signature.as_ref().unwrap()));
    assert!(!public.verify(&signing_input.as_bytes()[1..], &signature.unwrap()));
}

#[test]
fn rfc_7520_sections_4_4_to_4_6_mac_with_hs256() {
    let key = base64url::decode_array("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg").unwrap();
    let payload = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4";
    for (header, mac) in [
        (
            "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9",
            "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0",
        ),
        ("eyJhbGciOiJIUzI1NiJ9", "bWUSVaxorn7bEF1djytBd0kHv70Ly5pvbomzMWSOr20"),
    ] {
        let signing_input = format!("{header}.{payload}");
        let made = hs256_mac(&Secret32::from_bytes(key), signing_input.as_bytes());
        assert_eq!(base64url::encode(&made), mac);
    }
}

#[test]
fn rfc_6979_appendix_a_2_5_signs_the_same_bytes_the_same_way() {
    let bytes = hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    let key = SigningKeyPair::from_bytes(&bytes.try_into().unwrap()).unwrap();
    for (message, r, s) in [
        (
            &b"sample"[..],
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
            "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            b"test",
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        ),
    ] {
        assert_eq!(to_hex(&key.sign(message)), format!("{r}{s}"));
    }
}
