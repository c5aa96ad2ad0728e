//! RFC 7516, RFC 7518 appendix C and RFC 7520: A256GCM, and the agreement of `ECDH-ES`.

use crate::{
    base64url::{decode, decode_array, encode},
    derive::Secret32,
    jose::{ecdh_es::concat_kdf, gcm_open, gcm_seal},
    keys::{ClinicKeyPair, PublicKey},
};
use alloc::{string::String, vec::Vec};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// One use of A256GCM, all of it base64url but the plaintext and, as in a JWE, the associated data.
struct Gcm {
    key: &'static str,
    iv: &'static str,
    aad: &'static str,
    ciphertext: &'static str,
    tag: &'static str,
    plaintext: Vec<u8>,
}

impl Gcm {
    /// Opens it, seals it again to the same bytes, and refuses it with one bit of the associated data changed.
    fn holds(self) {
        let key = Secret32::from_bytes(decode_array(self.key).unwrap());
        let (iv, tag) = (decode_array(self.iv).unwrap(), decode_array(self.tag).unwrap());
        let ciphertext = decode(self.ciphertext).unwrap();
        let opened = gcm_open(&key, &iv, self.aad.as_bytes(), ciphertext.clone(), &tag).unwrap();
        assert_eq!(*opened, self.plaintext);
        let mut sealed = self.plaintext;
        assert_eq!(gcm_seal(&key, &iv, self.aad.as_bytes(), &mut sealed), tag);
        assert_eq!(sealed, ciphertext);
        let other = [self.aad.as_bytes(), b"A"].concat();
        assert!(gcm_open(&key, &iv, &other, ciphertext, &tag).is_err());
    }
}

fn public(x: &str, y: &str) -> PublicKey {
    serde_json::from_str(&alloc::format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#)).unwrap()
}

fn private(d: &str) -> ClinicKeyPair {
    ClinicKeyPair::from_bytes(&decode_array(d).unwrap()).unwrap()
}

#[test]
fn rfc_7516_appendix_a_1_seals_its_content() {
    let cek = [
        177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46,
        34, 105, 47, 130, 203, 46, 122, 234, 64, 252,
    ];
    assert_eq!(encode(&cek), "saH0gFSP4XM_tAP_a5rU9ooHbltwLiJpL4LLLnrqQPw");
    Gcm {
        key: "saH0gFSP4XM_tAP_a5rU9ooHbltwLiJpL4LLLnrqQPw",
        iv: "48V1_ALb6US04U3b",
        aad: "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ",
        ciphertext: "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A",
        tag: "XFBoMYUZodetZdvTiFvSkQ",
        plaintext: b"The true sign of intelligence is not knowledge but imagination.".into(),
    }
    .holds();
}

#[test]
fn rfc_7518_appendix_c_agrees_on_its_key_from_both_sides() {
    let alice = private("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
    let bob = private("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
    assert_eq!(
        bob.public(),
        public("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck")
    );
    assert_eq!(
        alice.public(),
        public("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps")
    );
    let z = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218,
        128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    for shared in [alice.agree(&bob.public()), bob.agree(&alice.public())] {
        assert_eq!(shared.raw_secret_bytes()[..], z);
        let key = concat_kdf(shared.raw_secret_bytes(), b"A128GCM", b"Alice", b"Bob", 128);
        assert_eq!(encode(&key.as_bytes()[..16]), "VqqN6vgjbSBcIijNcacQGg");
    }
}

#[test]
fn rfc_7520_section_5_2_seals_its_content() {
    let plaintext = "You can trust us to stick with you through thick and thin\u{2013}to the bitter end. And you can \
                     trust us to keep any secret of yours\u{2013}closer than you keep it yourself. But you cannot \
                     trust us to let you face trouble alone, and go off without a word. We are your friends, Frodo.";
    Gcm {
        key: "mYMfsggkTAm0TbvtlFh2hyoXnbEzJQjMxmgLN3d8xXA",
        iv: "-nBoKLH0YkLZPSI9",
        aad: "eyJhbGciOiJSU0EtT0FFUCIsImtpZCI6InNhbXdpc2UuZ2FtZ2VlQGhvYmJpdG9uLmV4YW1wbGUiLCJlbmMiOiJBMjU2R0NNIn0",
        ciphertext: "o4k2cnGN8rSSw3IDo1YuySkqeS_t2m1GXklSgqBdpACm6UJuJowOHC5ytjqYgRL-I-soPlwqMUf4UgRWWeaOGNw6vGW-xyM01lTYxrXfVzIIaRdhYtEMRBvBWbEwP7ua1DRfvaOjgZv6Ifa3brcAM64d8p5lhhNcizPersuhw5f-pGYzseva-TUaL8iWnctc-sSwy7SQmRkfhDjwbz0fz6kFovEgj64X1I5s7E6GLp5fnbYGLa1QUiML7Cc2GxgvI7zqWo0YIEc7aCflLG1-8BboVWFdZKLK9vNoycrYHumwzKluLWEbSVmaPpOslY2n525DxDfWaVFUfKQxMF56vn4B9QMpWAbnypNimbM8zVOw",
        tag: "UCGiqJxhBI3IFVdPalHHvA",
        plaintext: String::from(plaintext).into_bytes(),
    }
    .holds();
}

#[test]
fn rfc_7520_section_5_5_agrees_on_its_key_from_both_sides() {
    let recipient = private("r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8");
    let ephemeral = private("AtH35vJsQ9SGjYfOsjUxYXQKrPH3FjZHmEtSKoSN8cM");
    assert_eq!(
        recipient.public(),
        public("Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0", "HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw")
    );
    let epk =
        public("mPUKT_bAWGHIhg0TpjjqVsP1rXWQu_vwVOHHtNkdYoA", "8BQAsImGeAS46fyWw5MhYfGTT0IjBpFw2SS34Dv4Irs");
    for shared in [recipient.agree(&epk), ephemeral.agree(&recipient.public())] {
        let key = concat_kdf(shared.raw_secret_bytes(), b"A128CBC-HS256", b"", b"", 256);
        assert_eq!(encode(key.as_bytes()), "hzHdlfQIAEehb8Hrd_mFRhKsKLEzPfshfXs9l6areCc");
    }
}

#[test]
fn rfc_7520_sections_5_7_and_5_13_seal_their_keys() {
    for (iv, ciphertext, tag, plaintext) in [
        (
            "KkYT0GX_2jHlfqN_",
            "lJf3HbOApxMEBkCMOoTnnABxs_CvTWUmZQ2ElLvYNok",
            "kfPduVQ3T3H6vnewt--ksw",
            "UWxARpat23nL9ReIj4WG3D1ee9I4r-Mv5QLuFXdy_rE",
        ),
        (
            "AvpeoPZ9Ncn9mkBn",
            "a7CclAejo_7JSuPB8zeagxXRam8dwCfmkt9-WyTpS1E",
            "59Nqh1LlYtVIhfD3pgRGvw",
            "zXayeJ4gvm8NJr3IUInyokTUO-LbQNKEhe_zWlYbdpQ",
        ),
    ] {
        Gcm {
            key: "qC57l_uxcm7Nm3K-ct4GFjx8tM1U8CZ0NLBvdQstiS8",
            iv,
            aad: "",
            ciphertext,
            tag,
            plaintext: decode(plaintext).unwrap(),
        }
        .holds();
    }
}
