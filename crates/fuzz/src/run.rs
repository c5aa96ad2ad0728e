//! Replays what is kept, then tries changes of it.

use crate::{Target, change, corpus};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Set for a long run: how many changes a target, new ones each time.
pub const CASES: &str = "POSTERN_FUZZ_CASES";

/// Runs one target.
///
/// # Panics
/// If its law does not hold for an input; then that input stands in its corpus.
pub fn run(target: &Target) {
    let inputs = corpus::read(target.name);
    assert!(!inputs.is_empty(), "{} has no corpus", target.name);
    for (name, bytes) in &inputs {
        let told = catch_unwind(AssertUnwindSafe(|| (target.law)(bytes)));
        assert!(told.is_ok(), "{}: the kept input {name} breaks it", target.name);
    }
    let long = std::env::var(CASES).ok().map(|cases| cases.parse().unwrap());
    if let Some((reason, bytes)) = breach(target, inputs.into_iter().map(|(_, bytes)| bytes).collect(), long)
    {
        let digest = postern_protocol::digest::sha256(&bytes).to_text();
        let path = corpus::keep(target.name, &format!("found-{}", &digest[..12]), &bytes);
        panic!("{}: {reason}\nkept as {}", target.name, path.display());
    }
}

/// Tries changes of the inputs, `long` new ones or the target's own number of always the same; gives a small one that breaks the
/// law.
pub fn breach(target: &Target, inputs: Vec<Vec<u8>>, long: Option<u32>) -> Option<(String, Vec<u8>)> {
    let config = Config {
        cases: long.unwrap_or(target.cases),
        failure_persistence: None, // the corpus is what persists
        ..Config::default()
    };
    let mut runner = match long {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let told = runner.run(&change::changed(inputs), |bytes| {
        (target.law)(&bytes);
        Ok(())
    });
    match told {
        Ok(()) => None,
        Err(TestError::Fail(reason, bytes)) => Some((reason.to_string(), bytes)),
        Err(TestError::Abort(reason)) => panic!("{}: {reason}", target.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forgets_the_depth(bytes: &[u8]) {
        let deepest = bytes.split(|byte| *byte != b'[').map(<[u8]>::len).max();
        assert!(deepest.unwrap_or_default() < 64, "too deep");
    }

    #[test]
    fn a_law_that_does_not_hold_is_found_out_and_the_input_is_made_small() {
        let target = Target { name: "none", law: forgets_the_depth, cases: 500 };
        let inputs = vec![br#"{"kid":"one","list":[1,2,3]}"#.to_vec()];
        let (_, bytes) = breach(&target, inputs.clone(), None).expect("500 changes find it");
        assert!(bytes.len() < 110, "{} bytes", bytes.len());
        assert_eq!(
            breach(&target, inputs.clone(), None).map(|(_, bytes)| bytes),
            Some(bytes),
            "the same each time"
        );
        let holds = Target { law: |_| {}, ..target };
        assert!(breach(&holds, inputs, None).is_none());
    }

    #[test]
    fn a_panic_inside_the_base64url_of_an_envelope_is_reached() {
        fn law(bytes: &[u8]) {
            let text = String::from_utf8_lossy(bytes);
            let header =
                text.split('.').next().and_then(|part| postern_protocol::base64url::decode(part).ok());
            let is_of_another_alg = header.is_some_and(|json| {
                let header: Option<serde_json::Value> = serde_json::from_slice(&json).ok();
                header.is_some_and(|header| header.get("alg").is_some_and(|alg| alg != "dir"))
            });
            assert!(!is_of_another_alg);
        }
        let inputs = corpus::read("message").into_iter().map(|(_, bytes)| bytes).collect();
        let target = Target { name: "none", law, cases: 1_000 };
        assert!(breach(&target, inputs, None).is_some());
    }
}
