//! Everything that is done to a shape: to its header, sealed again under the right key, and to the compact text.

use crate::{
    raw::{self, b64, unb64},
    shape::{APU, APV, Key, Shape},
};
use serde_json::{Map, Value, json};

/// A changed envelope.
pub struct Case {
    pub name: String,
    pub compact: String,
    /// JOSE itself (RFC 7515, 7516, 7518) forbids it, whatever the shape.
    #[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "there is no Node in a browser"))]
    pub against_jose: bool,
}

/// Every change of a shape.
pub fn all(shape: &Shape) -> Vec<Case> {
    let mut cases = Vec::new();
    members_added(shape, &mut cases);
    members_changed(shape, &mut cases);
    header_texts(shape, &mut cases);
    if let Key::Agreement(recipient) = shape.key {
        ephemeral_keys(shape, &mut cases);
        parties(shape, &recipient, &mut cases);
    }
    bits(shape, &mut cases);
    part_texts(shape, &mut cases);
    lengths(shape, &mut cases);
    compositions(shape, &mut cases);
    cases
}

fn add(cases: &mut Vec<Case>, against_jose: bool, name: String, compact: String) {
    cases.push(Case { name, compact, against_jose });
}

fn changed(shape: &Shape, change: impl FnOnce(&mut Map<String, Value>)) -> String {
    let mut header = shape.right_header();
    change(header.as_object_mut().unwrap());
    shape.under(&header.to_string())
}

fn members_added(shape: &Shape, cases: &mut Vec<Case>) {
    let cert = json!(["AA"]);
    for (member, value, forbidden) in [
        ("zip", json!("DEF"), shape.is_jwe()),
        ("crit", json!(["exp"]), true),
        ("crit", json!([]), true),
        ("b64", json!(false), false),
        ("jwk", json!({}), false),
        ("jwk", raw::jwk(&[10; 32]), false),
        ("jku", json!("https://elsewhere.example/keys"), false),
        ("x5u", json!("https://elsewhere.example/chain"), false),
        ("x5c", cert, false),
        ("x5t", json!("AA"), false),
        ("x5t#S256", json!("AA"), false),
        ("iv", json!(b64([0; 12])), false),
        ("tag", json!(b64([0; 16])), false),
        ("p2c", json!(1000), false),
        ("exp", json!(1), false),
        ("", json!(""), false),
        ("Alg", json!("dir"), false),
    ] {
        let compact = changed(shape, |header| drop(header.insert(member.into(), value.clone())));
        add(cases, forbidden, format!("{member}={value} added"), compact);
    }
    for member in ["epk", "apu", "apv", "cty", "enc"] {
        if shape.right_header().get(member).is_none() {
            for value in [json!("AA"), json!(null), json!({})] {
                let compact = changed(shape, |header| drop(header.insert(member.into(), value.clone())));
                add(cases, false, format!("{member}={value} added"), compact);
            }
        }
    }
}

fn members_changed(shape: &Shape, cases: &mut Vec<Case>) {
    let members: Vec<String> = shape.right_header().as_object().unwrap().keys().cloned().collect();
    for member in &members {
        let says_how = ["alg", "enc", "epk"].contains(&&member[..]);
        let without = changed(shape, |header| drop(header.remove(member)));
        // Without `apu` or `apv` another key is agreed on, so the tag fails.
        add(cases, says_how || member.starts_with("ap"), format!("{member} removed"), without);
        for value in [json!(null), json!(7), json!(true), json!([]), json!({}), json!(""), json!("other")] {
            let compact = changed(shape, |header| header[member] = value.clone());
            add(cases, says_how, format!("{member}={value}"), compact);
        }
        if let Some(text) = shape.right_header()[member].as_str() {
            for other in
                [format!("{text} "), text.to_uppercase(), text.to_lowercase(), format!("{text}\u{0}")]
            {
                if other != text {
                    let compact = changed(shape, |header| header[member] = json!(other));
                    add(cases, says_how, format!("{member}={other:?}"), compact);
                }
            }
        }
    }
    for algorithm in
        ["none", "HS256", "ES256", "ES384", "RS256", "dir", "ECDH-ES", "ECDH-ES+A256KW", "A256KW", "RSA-OAEP"]
    {
        if shape.header["alg"] != algorithm {
            let compact = changed(shape, |header| header["alg"] = json!(algorithm));
            add(cases, true, format!("alg={algorithm}"), compact);
        }
    }
    if shape.is_jwe() {
        for encryption in ["A128GCM", "A192GCM", "A128CBC-HS256", "A256CBC-HS512", "XC20P"] {
            let compact = changed(shape, |header| header["enc"] = json!(encryption));
            add(cases, true, format!("enc={encryption}"), compact);
        }
    }
}

fn header_texts(shape: &Shape, cases: &mut Vec<Case>) {
    let header = shape.right_header().to_string();
    let alg = shape.header["alg"].to_string();
    let list = json!(shape.right_header().as_object().unwrap().values().collect::<Vec<_>>()).to_string();
    // As our own reader declares them: what is left out at the end may be left out of a list, too.
    let mut in_order: Vec<Value> = ["alg", "enc", "typ", "cty", "kid", "epk", "apu", "apv"]
        .map(|member| shape.right_header().get(member).cloned().unwrap_or_default())
        .into();
    while in_order.last() == Some(&Value::Null) {
        in_order.pop();
    }
    let typ_twice = format!(r#"{{"typ":{},{}"#, shape.header["typ"], &header[1..]);
    for (name, text, forbidden) in [
        ("alg twice", header.replacen('{', &format!(r#"{{"alg":{alg},"#), 1), false),
        ("alg twice, once escaped", header.replacen('{', &format!(r#"{{"\u0061lg":{alg},"#), 1), false),
        ("another alg first", header.replacen('{', r#"{"alg":"none","#, 1), false),
        ("typ twice", typ_twice, false),
        ("a list of values", list, true),
        ("a list of values in our own order", json!(in_order).to_string(), true),
        ("bytes after it", format!("{header}{{}}"), true),
        ("a comma too many", header.replacen('}', ",}", 1), true),
        ("nothing", String::new(), true),
        ("null", "null".into(), true),
        ("a text", json!(header).to_string(), true),
        ("an empty object", "{}".into(), true),
        ("cut off", header[..header.len() - 1].into(), true),
        ("a comment", format!("/**/{header}"), true),
        ("in a list", format!("[{header}]"), true),
        ("deeply nested", format!("{}{}", r#"{"a":"#.repeat(2_000), "}".repeat(2_000)), true),
    ] {
        add(cases, forbidden, format!("header: {name}"), shape.under(&text));
    }
}

fn ephemeral_keys(shape: &Shape, cases: &mut Vec<Case>) {
    let right = raw::jwk(&[11; 32]);
    let mut each = |name: &str, forbidden: bool, change: &dyn Fn(&mut Map<String, Value>)| {
        let mut epk = right.clone();
        change(epk.as_object_mut().unwrap());
        let compact = changed(shape, |header| header["epk"] = epk);
        add(cases, forbidden, format!("epk: {name}"), compact);
    };
    each("off the curve", true, &|epk| epk["y"] = json!(b64([1; 32])));
    each("the point (0, 0)", true, &|epk| {
        epk["x"] = json!(b64([0; 32]));
        epk["y"] = json!(b64([0; 32]));
    });
    each("a coordinate above the field's prime", true, &|epk| epk["x"] = json!(b64([255; 32])));
    each("another point", true, &|epk| *epk = raw::jwk(&[12; 32]).as_object().unwrap().clone());
    for member in ["x", "y", "kty", "crv"] {
        each(&format!("without {member}"), true, &|epk| drop(epk.remove(member)));
        each(&format!("{member} null"), true, &|epk| epk[member] = json!(null));
    }
    for member in ["x", "y"] {
        let bytes = unb64(right[member].as_str().unwrap());
        each(&format!("{member} of 31 bytes"), true, &|epk| epk[member] = json!(b64(&bytes[1..])));
        each(&format!("{member} of 33 bytes"), true, &|epk| {
            epk[member] = json!(b64([&[0][..], &bytes].concat()))
        });
        each(&format!("{member} padded"), false, &|epk| epk[member] = json!(format!("{}=", b64(&bytes))));
    }
    each("of another curve", true, &|epk| epk["crv"] = json!("P-384"));
    each("of another kind", true, &|epk| epk["kty"] = json!("OKP"));
    each("with its private half", false, &|epk| drop(epk.insert("d".into(), json!(b64([11; 32])))));
    each("with another member", false, &|epk| drop(epk.insert("use".into(), json!("enc"))));
    let list = json!([right["kty"], right["crv"], right["x"], right["y"]]);
    let compact = changed(shape, |header| header["epk"] = list);
    add(cases, true, "epk: a list of values".into(), compact);
    let doubled = shape.right_header().to_string().replacen(r#""crv":"#, r#""crv":"P-256","crv":"#, 1);
    add(cases, false, "epk: crv twice".into(), shape.under(&doubled));
}

/// Sealed rightly, but with party infos that are missing, empty or of somebody else.
fn parties(shape: &Shape, recipient: &[u8; 32], cases: &mut Vec<Case>) {
    let mut each = |name: &str, apu: Option<&[u8]>, apv: Option<&[u8]>| {
        let mut header = shape.right_header();
        for (member, value) in [("apu", apu), ("apv", apv)] {
            match value {
                Some(value) => header[member] = json!(b64(value)),
                None => drop(header.as_object_mut().unwrap().remove(member)),
            }
        }
        let infos = (apu.unwrap_or_default(), apv.unwrap_or_default());
        let compact = raw::agreement(&header.to_string(), recipient, &[11; 32], infos, &shape.payload);
        add(cases, false, format!("parties: {name}"), compact);
    };
    each("none", None, None);
    each("no apu", None, Some(APV));
    each("no apv", Some(&APU), None);
    each("empty apu", Some(b""), Some(APV));
    each("empty apv", Some(&APU), Some(b""));
    each("apu of 15 bytes", Some(&APU[1..]), Some(APV));
    each("apu of another link", Some(&[2; 16]), Some(APV));
    each("apv of another clinic", Some(&APU), Some(b"elm"));
    each("apv that names no clinic", Some(&APU), Some(b"OAK!"));
    each("apv that is no text", Some(&APU), Some(&[0xff, 0xfe]));
    each("swapped", Some(APV), Some(&APU));
}

fn parts(shape: &Shape) -> Vec<String> {
    shape.compact.split('.').map(Into::into).collect()
}

fn with_part(shape: &Shape, at: usize, part: impl Into<String>) -> String {
    let mut parts = parts(shape);
    parts[at] = part.into();
    parts.join(".")
}

/// Single bits of every part: all of a short one, spread over a long one.
fn bits(shape: &Shape, cases: &mut Vec<Case>) {
    for (at, part) in parts(shape).iter().enumerate() {
        let bytes = unb64(part);
        let all = bytes.len() * 8;
        for bit in (0..all).step_by((all / 96).max(1)).chain(all.saturating_sub(8)..all) {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            add(cases, true, format!("part {at}: bit {bit}"), with_part(shape, at, b64(&bytes)));
        }
    }
}

/// The same bytes in another text.
fn part_texts(shape: &Shape, cases: &mut Vec<Case>) {
    for (at, part) in parts(shape).iter().enumerate() {
        let mut each = |name: &str, text: String| {
            if text != *part {
                add(cases, true, format!("part {at}: {name}"), with_part(shape, at, text));
            }
        };
        each("padding", format!("{part}="));
        each("two of padding", format!("{part}=="));
        each("a space before", format!(" {part}"));
        each("a line break after", format!("{part}\n"));
        each("a zero byte after", format!("{part}\u{0}"));
        each("a letter too many", format!("{part}A"));
        each("another script's letter", format!("{part}é"));
        each("the alphabet of RFC 4648 section 4", part.replace('-', "+").replace('_', "/"));
        if part.len() >= 8 {
            each("a line break inside", format!("{}\r\n{}", &part[..4], &part[4..]));
        }
        if let Some(text) = stray_bits(part) {
            each("stray trailing bits", text);
        }
    }
}

/// The same bytes with an unused bit of the last letter set, where there is one.
fn stray_bits(part: &str) -> Option<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if part.len() % 4 < 2 {
        return None;
    }
    let last = ALPHABET.iter().position(|letter| *letter == *part.as_bytes().last().unwrap()).unwrap();
    Some(format!("{}{}", &part[..part.len() - 1], char::from(ALPHABET[last ^ 1])))
}

fn lengths(shape: &Shape, cases: &mut Vec<Case>) {
    for (at, part) in parts(shape).iter().enumerate().skip(1) {
        let bytes = unb64(part);
        let mut each = |name: String, bytes: &[u8]| {
            add(cases, true, format!("part {at}: {name}"), with_part(shape, at, b64(bytes)));
        };
        for shorter in
            [1, 2, 3, 4, 8, 12, 15, 16, 31, 32].into_iter().filter(|shorter| *shorter <= bytes.len())
        {
            each(format!("{shorter} bytes cut"), &bytes[..bytes.len() - shorter]);
        }
        if !bytes.is_empty() {
            each("emptied".into(), &[]);
            each("first byte cut".into(), &bytes[1..]);
            each("first byte doubled".into(), &[&bytes[..1], &bytes].concat());
        }
        each("a byte too many".into(), &[&bytes[..], &[0]].concat());
        each("sixteen bytes too many".into(), &[&bytes[..], &[0; 16]].concat());
    }
}

fn compositions(shape: &Shape, cases: &mut Vec<Case>) {
    let compact = &shape.compact;
    let parts = parts(shape);
    let mut each = |name: &str, text: String| add(cases, true, format!("whole: {name}"), text);
    each("nothing", String::new());
    each("dots only", ".".repeat(parts.len() - 1));
    each("a dot after", format!("{compact}."));
    each("a dot before", format!(".{compact}"));
    each("a part too many", format!("{compact}.AAAA"));
    each("the last part missing", parts[..parts.len() - 1].join("."));
    each("a space before", format!(" {compact}"));
    each("a line break after", format!("{compact}\n"));
    each("in quotes", json!(compact).to_string());
    each("twice", format!("{compact}.{compact}"));
    if !shape.is_jwe() {
        each("without signature", format!("{}.{}.", parts[0], parts[1]));
        let json = json!({"payload": parts[1], "protected": parts[0], "signature": parts[2]});
        each("in JSON serialization", json.to_string());
        if matches!(shape.key, Key::Es256(_)) {
            let zero = |from: usize| {
                let mut signature = unb64(&parts[2]);
                signature[from..from + 32].fill(0);
                format!("{}.{}.{}", parts[0], parts[1], b64(&signature))
            };
            each("r of zero", zero(0));
            each("s of zero", zero(32));
        }
    } else {
        let json = json!({"protected": parts[0], "iv": parts[2], "ciphertext": parts[3], "tag": parts[4]});
        each("in JSON serialization", json.to_string());
    }
}
