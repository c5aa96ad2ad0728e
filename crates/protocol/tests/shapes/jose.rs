//! With npm's `jose`: it opens what we seal, we open what it seals, in every shape; and it refuses what JOSE itself forbids.

use crate::{
    mutation, raw,
    raw::b64,
    shape::{self, Key, Shape},
};
use serde_json::{Value, json};
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Forbidden by the RFCs, and yet `jose` opens it where nothing else goes wrong: its base64url forgives what ours refuses, and its
/// coordinates may have a zero in front.
const FORGIVEN: [&str; 9] = [
    "padding",
    "two of padding",
    "a space before",
    "a line break after",
    "a line break inside",
    "the alphabet of RFC 4648 section 4",
    "stray trailing bits",
    "x of 33 bytes",
    "y of 33 bytes",
];

fn node(tasks: &[Value]) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/node");
    assert!(
        folder.join("node_modules/jose").exists(),
        "npm's jose is missing: run `npm ci --ignore-scripts` in tests/node, or `cargo xtask test`"
    );
    let mut child = Command::new("node")
        .arg(folder.join("interop.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node starts");
    child.stdin.take().unwrap().write_all(json!(tasks).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), tasks.len());
    answers
}

fn with_private(mut public: Value, secret: &[u8; 32]) -> Value {
    public["d"] = json!(b64(secret));
    public
}

/// The key as a JWK for who opens.
fn opening_key(shape: &Shape) -> Value {
    match shape.key {
        Key::Direct(key) | Key::Hs256(key) => json!({"kty": "oct", "k": b64(key)}),
        Key::Agreement(secret) => with_private(raw::jwk(&secret), &secret),
        Key::Es256(secret) => raw::jwk(&secret),
    }
}

/// The key as a JWK for who seals.
fn sealing_key(shape: &Shape) -> Value {
    match shape.key {
        Key::Direct(key) | Key::Hs256(key) => json!({"kty": "oct", "k": b64(key)}),
        Key::Agreement(secret) => raw::jwk(&secret),
        Key::Es256(secret) => with_private(raw::jwk(&secret), &secret),
    }
}

fn open(shape: &Shape, compact: &str) -> Value {
    json!({"do": "open", "compact": compact, "key": opening_key(shape), "alg": shape.header["alg"]})
}

/// What the payload says: a compact signature as it is, JSON without its padding.
fn read(shape: &Shape, payload: &[u8]) -> Value {
    match shape.name {
        "slot" => b64(payload).into(),
        "record" => (shape.open)(&shape::around(core::str::from_utf8(payload).unwrap())).unwrap(),
        _ => serde_json::from_slice(payload).unwrap(),
    }
}

#[test]
fn jose_opens_what_we_seal_in_every_shape() {
    let shapes = shape::all();
    let tasks: Vec<Value> = shapes.iter().map(|shape| open(shape, &shape.compact)).collect();
    for (shape, mut answer) in shapes.iter().zip(node(&tasks)) {
        assert!(answer["payload"].is_string(), "{}: {answer}", shape.name);
        assert_eq!(
            read(shape, &raw::unb64(answer["payload"].as_str().unwrap())),
            shape.content(),
            "{}",
            shape.name
        );
        let header = answer["header"].as_object_mut().unwrap();
        header.remove("epk");
        assert_eq!(answer["header"], shape.header, "{}", shape.name);
    }
}

#[test]
fn we_open_what_jose_seals_in_every_shape() {
    let shapes = shape::all();
    let task = |shape: &Shape| {
        json!({
            "do": "seal", "header": shape.header, "payload": b64(&shape.payload), "key": sealing_key(shape),
            "alg": shape.header["alg"],
        })
    };
    let tasks: Vec<Value> = shapes.iter().map(task).collect();
    for (shape, answer) in shapes.iter().zip(node(&tasks)) {
        let compact = answer["compact"].as_str().unwrap_or_else(|| panic!("{}: {answer}", shape.name));
        assert_eq!((shape.open)(compact), Ok(shape.content()), "{}", shape.name);
    }
}

#[test]
fn jose_refuses_what_jose_itself_forbids() {
    let shapes = shape::all();
    let (mut tasks, mut names) = (Vec::new(), Vec::new());
    for shape in &shapes {
        for case in mutation::all(shape).into_iter().filter(|case| case.against_jose) {
            names.push(format!("{}: {}", shape.name, case.name));
            tasks.push(open(shape, &case.compact));
        }
    }
    let forgiven = |name: &str| FORGIVEN.iter().any(|known| name.ends_with(&format!(": {known}")));
    let accepted: Vec<&String> = node(&tasks)
        .iter()
        .zip(&names)
        .filter(|(answer, name)| answer.get("refused").is_none() && !forgiven(name))
        .map(|(_, name)| name)
        .collect();
    assert!(accepted.is_empty(), "{} of {} were opened by jose:\n{accepted:#?}", accepted.len(), names.len());
    assert!(names.len() > 3_000, "only {} changes are forbidden by JOSE", names.len());
}
