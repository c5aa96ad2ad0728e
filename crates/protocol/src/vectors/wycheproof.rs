//! Wycheproof's vectors for the five primitives. Each test also counts, so that a set that no longer fits our sizes cannot
//! pass by being skipped.

use crate::{
    base64url::encode,
    derive::{Secret32, hkdf_fill},
    jose::{IV, TAG, gcm_open, gcm_seal, signed::hmac_sha256},
    keys::{ClinicKeyPair, PublicKey},
};
use ::wycheproof::{TestResult, aead, ecdh, ecdsa, hkdf, mac};
use alloc::{format, vec};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// An uncompressed point as the JWK that travels; anything else has no JWK of ours.
fn public_key(point: &[u8]) -> Option<PublicKey> {
    let (0x04, rest) = point.split_first().map(|(first, rest)| (*first, rest))? else { return None };
    let (x, y) = rest.split_at(rest.len() / 2);
    serde_json::from_str(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#, encode(x), encode(y)))
        .ok()
}

#[test]
fn aes_gcm_with_our_sizes_seals_and_refuses_as_wycheproof_says() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let groups = set
        .test_groups
        .iter()
        .filter(|group| group.key_size == 256 && group.nonce_size == 8 * IV && group.tag_size == 8 * TAG);
    let (mut held, mut refused) = (0, 0);
    for test in groups.flat_map(|group| &group.tests) {
        let key = Secret32::from_bytes(test.key[..].try_into().unwrap());
        let (iv, tag) = (test.nonce[..].try_into().unwrap(), test.tag[..].try_into().unwrap());
        let opened = gcm_open(&key, &iv, &test.aad, test.ct.to_vec(), &tag);
        if test.result.must_fail() {
            assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment);
            refused += 1;
        } else {
            assert_eq!(**opened.as_ref().unwrap(), test.pt[..], "{}: {}", test.tc_id, test.comment);
            let mut sealed = test.pt.to_vec();
            assert_eq!(gcm_seal(&key, &iv, &test.aad, &mut sealed), tag);
            assert_eq!(sealed, test.ct[..]);
            held += 1;
        }
    }
    assert_eq!((held, refused), (39, 27));
}

#[test]
fn ecdh_on_p_256_agrees_and_refuses_as_wycheproof_says() {
    let set = ecdh::TestSet::load(ecdh::TestName::EcdhSecp256r1Ecpoint).unwrap();
    let (mut agreed, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let compressed = matches!(test.public_key.first(), Some(2 | 3));
        let private = {
            let bytes = &test.private_key[test.private_key.iter().take_while(|byte| **byte == 0).count()..];
            let mut scalar = [0; 32];
            scalar[32 - bytes.len()..].copy_from_slice(bytes);
            ClinicKeyPair::from_bytes(&scalar).unwrap()
        };
        match public_key(&test.public_key) {
            Some(public) => {
                assert!(!test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
                let shared = private.agree(&public);
                assert_eq!(shared.raw_secret_bytes()[..], test.shared_secret[..], "{}", test.tc_id);
                agreed += 1;
            }
            None => {
                assert!(test.result != TestResult::Valid || compressed, "{}: {}", test.tc_id, test.comment);
                refused += 1;
            }
        }
    }
    assert_eq!((agreed, refused), (330, 25));
}

#[test]
fn ecdsa_on_p_256_verifies_and_refuses_as_wycheproof_says() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let (mut held, mut refused) = (0, 0);
    for group in &set.test_groups {
        let public = public_key(&group.key.key).unwrap();
        for test in &group.tests {
            let verdict = public.verify(&test.msg, &test.sig);
            assert_eq!(verdict, !test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
            if verdict { held += 1 } else { refused += 1 }
        }
    }
    assert_eq!((held, refused), (173, 89));
}

#[test]
fn hkdf_sha_256_derives_and_refuses_as_wycheproof_says() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    let (mut held, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut okm = vec![0; test.size];
        let derived = hkdf_fill(Some(&test.salt), &test.ikm, &[&test.info], &mut okm);
        if test.result.must_fail() {
            assert!(derived.is_err(), "{}: {}", test.tc_id, test.comment);
            refused += 1;
        } else {
            assert!(derived.is_ok() && okm == test.okm[..], "{}: {}", test.tc_id, test.comment);
            held += 1;
        }
    }
    assert_eq!((held, refused), (83, 3));
}

#[test]
fn hmac_sha_256_holds_and_refuses_as_wycheproof_says() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let (mut held, mut refused) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let made = hmac_sha256(&test.key, &test.msg);
            let holds = made[..group.tag_size / 8] == test.tag[..];
            assert_eq!(holds, !test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
            if holds { held += 1 } else { refused += 1 }
        }
    }
    assert_eq!((held, refused), (66, 108));
}
