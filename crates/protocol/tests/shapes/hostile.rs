//! What is not exactly a fixed shape is refused before or by its key, and nothing panics.

use crate::{
    mutation,
    raw::b64,
    shape::{self, Key, Shape},
};
use serde_json::{Map, Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn every_shape_opens_as_it_was_sealed_by_us_and_by_the_sealing_side_of_this_test() {
    for shape in shape::all() {
        assert_eq!((shape.open)(&shape.compact), Ok(shape.content()), "{}", shape.name);
        let theirs = shape.under(&shape.right_header().to_string());
        assert_eq!((shape.open)(&theirs), Ok(shape.content()), "{}", shape.name);
    }
}

#[test]
fn the_order_of_members_and_white_space_between_them_do_not_matter() {
    for shape in shape::all() {
        let header = shape.right_header();
        let backwards: Vec<String> = header
            .as_object()
            .unwrap()
            .iter()
            .rev()
            .map(|(name, value)| format!(" {} :\n{value}", json!(name)))
            .collect();
        let compact = shape.under(&format!("\t{{{} }} ", backwards.join(",")));
        assert_eq!((shape.open)(&compact), Ok(shape.content()), "{}", shape.name);
    }
}

#[test]
fn every_change_of_every_shape_is_refused() {
    let mut count = 0;
    let mut accepted = Vec::new();
    for shape in shape::all() {
        for case in mutation::all(&shape) {
            count += 1;
            if (shape.open)(&case.compact).is_ok() {
                accepted.push(format!("{}: {}", shape.name, case.name));
            }
        }
    }
    assert!(accepted.is_empty(), "{} of {count} were accepted:\n{}", accepted.len(), accepted.join("\n"));
    assert!(count > 4_000, "only {count} changes were tried");
}

#[test]
fn a_shape_opens_as_no_other_shape() {
    for sealed in shape::all() {
        for other in shape::all().iter().filter(|other| other.name != sealed.name) {
            assert!((other.open)(&sealed.compact).is_err(), "{} as {}", sealed.name, other.name);
        }
    }
}

/// Under the right key and header, but with another content.
fn with_payload(shape: Shape, payload: Vec<u8>) -> Result<Value, String> {
    let shape = Shape { payload, ..shape };
    (shape.open)(&shape.under(&shape.right_header().to_string()))
}

#[test]
fn content_of_another_form_is_refused_although_its_seal_holds() {
    let fresh = |name: &str| shape::all().into_iter().find(|shape| shape.name == name).unwrap();
    for payload in [&b""[..], b"{", b"null", b"[]", b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}"] {
        for shape in shape::all() {
            let name = shape.name;
            assert!(with_payload(shape, payload.into()).is_err(), "{name}: {payload:?}");
        }
    }
    for name in ["message", "own copy", "signature in a record", "link record", "receipt", "desk token"] {
        let content: Map<String, Value> = fresh(name).content().as_object().unwrap().clone();
        for member in content.keys() {
            for value in [None, Some(json!(null)), Some(json!([])), Some(json!(-1)), Some(json!({"a": 1}))] {
                let mut content = content.clone();
                let free = ["resource", "bundle"].contains(&&member[..]);
                match value {
                    Some(value) if !free => content[member] = value,
                    Some(_) => continue,
                    None => drop(content.remove(member)),
                }
                if content == *fresh(name).content().as_object().unwrap() {
                    continue;
                }
                let told = with_payload(fresh(name), json!(content).to_string().into());
                let is_absent_when_null = ["seen", "replaces", "scope"].contains(&&member[..]);
                let is_a_time =
                    ["at", "received_at"].contains(&&member[..]) && content.get(member) == Some(&json!(-1));
                let may = is_absent_when_null || is_a_time;
                assert!(told.is_err() || may, "{name}: {member}={:?}", content.get(member));
            }
        }
        // What an own copy holds is its writer's to number.
        if content.contains_key("v") && name != "own copy" {
            let mut content = content.clone();
            content["v"] = json!(2);
            assert!(with_payload(fresh(name), json!(content).to_string().into()).is_err(), "{name}: v=2");
        }
        // A sealed message may say more to a newer page; all else has exactly its members.
        let mut more = content.clone();
        more.insert("more".into(), json!(1));
        let told = with_payload(fresh(name), json!(more).to_string().into());
        assert_eq!(told.is_ok(), name == "message", "{name}");
        let twice = json!(content).to_string().replacen(
            '{',
            &format!(
                "{{{}:{},",
                json!(content.keys().next().unwrap()),
                json!(content.values().next().unwrap())
            ),
            1,
        );
        assert!(with_payload(fresh(name), twice.into()).is_err(), "{name}: a member twice");
    }
    for length in [0, 16, 31, 33, 63, 64, 65, 96] {
        assert!(with_payload(fresh("slot"), vec![6; length]).is_err(), "a slot of {length} bytes");
    }
}

#[test]
fn a_record_whose_link_clinic_or_version_differ_inside_and_outside_is_refused() {
    for (member, value) in [("lid", json!(b64([9; 16]))), ("clinic", json!("elm")), ("v", json!(2))] {
        for name in ["signature in a record", "link record"] {
            let shape = shape::all().into_iter().find(|shape| shape.name == name).unwrap();
            let mut content = shape.content();
            content[member] = value.clone();
            let told = with_payload(shape, content.to_string().into());
            // A link record is its clinic's by the link alone; the desk that holds the link compares.
            assert_eq!(told.is_err(), !(name == "link record" && member == "clinic"), "{name}: {member}");
        }
    }
}

#[test]
fn an_hs256_envelope_made_with_a_public_key_is_not_taken_for_es256() {
    for shape in shape::all() {
        let Key::Es256(secret) = shape.key else { continue };
        let public = crate::raw::jwk(&secret);
        let mut header = shape.right_header();
        header["alg"] = json!("HS256");
        for key in [public["x"].clone(), json!(b64(public.to_string()))] {
            let mut bytes = [0; 32];
            for (to, from) in bytes.iter_mut().zip(key.as_str().unwrap().bytes()) {
                *to = from;
            }
            let compact = crate::raw::hs256(&header.to_string(), &bytes, &shape.payload);
            assert!((shape.open)(&compact).is_err(), "{}", shape.name);
        }
    }
}
