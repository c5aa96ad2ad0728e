//! Every operation of the OpenAPI document under hostile input: whatever is sent, the answer is a problem document with a
//! known code that blames the caller, and not a byte of either store has changed. The cases are made from the document
//! itself, so an operation that is added is attacked without being named here.
//!
//! `POSTERN_HOSTILE_CASES` says how many cases an operation gets (40 without it).
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod document;
mod fitting;
#[path = "../kit/mod.rs"]
mod kit;
mod spoilt;

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, header},
};
use document::{Operation, operations};
use fitting::fitting;
use kit::{Answer, HOST, Kit};
use postern_protocol::{desk_token, error_code::ErrorCode, id::LinkId, wire::desk_policies::PolicyVersion};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestError, TestRunner},
};
use serde_json::{Value, json};
use spoilt::{spoil, spoiling};
use std::collections::BTreeMap;
use tokio::runtime::Runtime;

type Dump = BTreeMap<String, Vec<String>>;

/// A portal with a link that was opened: whoever calls it in a test has the right to, and only what is sent is wrong.
struct Target {
    kit: Kit,
    link: String,
    session: String,
    lid: String,
    /// What the stores held after the case before.
    known: Dump,
}

impl Target {
    async fn new() -> Self {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        let known = kit.dump().await;
        Self { link: sent.header(), session: opened.header, lid: sent.lid.to_text(), known, kit }
    }

    /// Path and query of an operation on the opened link.
    fn right_address(&self, operation: &Operation) -> String {
        operation
            .template
            .replace("{lid}", &self.lid)
            .replace("{slot}", "2")
            .replace("{kind}", "terms")
            .replace("{version}", "1")
            .replace("{language}", "en")
            .replace("{rid}", "01890a5d-ac96-774b-bcce-b302099a8057")
    }

    fn right_authority(&mut self, operation: &Operation, address: &str, body: &[u8]) -> String {
        match operation.authority.as_str() {
            "link" => self.link.clone(),
            "session" => self.session.clone(),
            _ => {
                let method: Method = operation.method.parse().unwrap();
                let mut claims = self.kit.claims(&method, address, body);
                claims.path = address.to_owned();
                format!("Desk {}", desk_token::sign(&self.kit.oak.desk_key, &claims))
            }
        }
    }

    fn request(&mut self, operation: &Operation, address: &str, body: Vec<u8>) -> Request<Body> {
        let authority = self.right_authority(operation, address, &body);
        Request::builder()
            .method(operation.method.as_str())
            .uri(address)
            .header(header::HOST, HOST)
            .header(header::AUTHORIZATION, authority)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap()
    }

    /// The answer is a refusal that blames the caller, and nothing has changed but the tables named.
    async fn refused(&mut self, answer: &Answer, but: &[&str]) -> Result<ErrorCode, TestCaseError> {
        prop_assert!(answer.status.is_client_error(), "{}", answer.status);
        let code = answer.code();
        prop_assert!(ErrorCode::ALL.contains(&code), "{code:?}");
        let now = self.kit.dump().await;
        let before = std::mem::replace(&mut self.known, now);
        for (table, rows) in &before {
            prop_assert!(
                but.contains(&table.as_str()) || self.known.get(table) == Some(rows),
                "{table} changed"
            );
        }
        Ok(code)
    }

    async fn send(&mut self, operation: &Operation, address: &str, body: Vec<u8>) -> Answer {
        let request = self.request(operation, address, body);
        self.kit.call(request).await
    }
}

fn runner() -> TestRunner {
    let cases =
        std::env::var("POSTERN_HOSTILE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(40);
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() })
}

/// Runs a property for each operation that `takes` part, and says which one it was that broke it.
fn each_operation<S: Strategy>(
    takes: impl Fn(&Operation) -> bool,
    strategy: impl Fn(&Operation) -> S,
    property: impl AsyncFn(&mut Target, &Operation, S::Value) -> Result<(), TestCaseError>,
) where
    S::Value: Clone,
{
    let runtime = Runtime::new().unwrap();
    let target = std::cell::RefCell::new(runtime.block_on(Target::new()));
    let operations: Vec<_> = operations().into_iter().filter(|operation| takes(operation)).collect();
    assert!(!operations.is_empty());
    for operation in operations {
        let outcome = runner().run(&strategy(&operation), |value| {
            runtime.block_on(property(&mut target.borrow_mut(), &operation, value))
        });
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(why, value)) => panic!("{}: {why}: {value:?}", operation.id),
            Err(error) => panic!("{}: {error}", operation.id),
        }
    }
}

#[test]
fn a_body_spoilt_in_any_way_is_refused_and_changes_nothing() {
    let with_a_body = |operation: &Operation| operation.body.is_some();
    let strategy = |operation: &Operation| (fitting(operation.body.as_ref().unwrap()), spoiling());
    each_operation(with_a_body, strategy, async |target, operation, (value, spoiling)| {
        let Some(body) = spoil(operation, &value, &spoiling) else {
            return Err(TestCaseError::reject("not here"));
        };
        let address = target.right_address(operation);
        let answer = target.send(operation, &address, body).await;
        let code = target.refused(&answer, &[]).await?;
        let of_its_form = [ErrorCode::MalformedBody, ErrorCode::BodyTooLarge];
        prop_assert!(of_its_form.contains(&code), "{code:?}");
        Ok(())
    });
}

#[test]
fn a_body_that_fits_the_schema_and_means_nothing_is_refused_and_changes_nothing_but_the_spent_token() {
    let with_a_body = |operation: &Operation| operation.body.is_some();
    let strategy = |operation: &Operation| fitting(operation.body.as_ref().unwrap());
    each_operation(with_a_body, strategy, async |target, operation, value| {
        // Of somebody who has no right: a link, a session or a link of this desk that nobody knows.
        let nobody = "AAAAAAAAAAAAAAAAAAAAAA";
        let address = target.right_address(operation).replace(&target.lid, nobody);
        let mut request = target.request(operation, &address, value.to_string().into_bytes());
        if operation.authority != "desk" {
            let kind = if operation.authority == "link" { "Link" } else { "Session" };
            let claim = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
            let authority = HeaderValue::from_str(&format!("{kind} {nobody}.{claim}")).unwrap();
            request.headers_mut().insert(header::AUTHORIZATION, authority);
        }
        let answer = target.kit.call(request).await;
        if operation.id == "sync" {
            // Said to another life of the store than this one: the door stays as it is, and the desk asks again.
            prop_assert_eq!(answer.code(), ErrorCode::ResyncRequired);
            target.known.remove("portal.sqlite/desk_tokens");
            let mut now = target.kit.dump().await;
            now.remove("portal.sqlite/desk_tokens");
            prop_assert!(target.known == now, "the store changed");
            return Ok(());
        }
        target.refused(&answer, &["portal.sqlite/desk_tokens"]).await?;
        Ok(())
    });
}

#[test]
fn an_authority_that_is_missing_of_another_kind_or_garbage_is_refused_and_changes_nothing() {
    let garbage = prop_oneof![
        Just(None),
        select(vec!["link", "session", "desk"]).prop_map(|kind| Some(kind.as_bytes().to_vec())),
        proptest::collection::vec(prop_oneof![0x20..0x7fu8, 0x80..=0xffu8], 0..200).prop_map(Some),
        "(Link|Session|Desk|link|Bearer|Basic) [A-Za-z0-9_.=-]{0,90}"
            .prop_map(|text| Some(text.into_bytes())),
        (20_000..60_000usize).prop_map(|length| Some([&b"Link "[..], &vec![b'A'; length]].concat())),
    ];
    let strategy = |operation: &Operation| {
        let body = operation.body.as_ref().map_or_else(|| Just(Value::Null).boxed(), fitting);
        (body, garbage.clone(), any::<bool>())
    };
    each_operation(
        |_| true,
        strategy,
        async |target, operation, (value, garbage, twice)| {
            let address = target.right_address(operation);
            let body = if value.is_null() { Vec::new() } else { value.to_string().into_bytes() };
            let mut request = target.request(operation, &address, body);
            let right = request.headers_mut().remove(header::AUTHORIZATION).unwrap();
            let wrong = match garbage.as_deref() {
                None => None,
                Some(b"link") if operation.authority != "link" => Some(target.link.clone().into_bytes()),
                Some(b"session") if operation.authority != "session" => {
                    Some(target.session.clone().into_bytes())
                }
                Some(other) => Some(other.to_vec()),
            };
            if let Some(wrong) = wrong {
                request.headers_mut().append(header::AUTHORIZATION, HeaderValue::from_bytes(&wrong).unwrap());
                if twice {
                    request.headers_mut().append(header::AUTHORIZATION, right);
                }
            }
            let answer = target.kit.call(request).await;
            let code = target.refused(&answer, &[]).await?;
            let of_authority = [ErrorCode::AuthorizationMissing, ErrorCode::DeskTokenRefused];
            prop_assert!(of_authority.contains(&code), "{code:?}");
            Ok(())
        },
    );
}

#[test]
fn a_path_whose_parts_have_another_form_is_refused_and_changes_nothing() {
    let strategy = |operation: &Operation| {
        let part = prop_oneof![
            "[A-Za-z0-9_~.-]{1,60}",
            "(%[89A-F][0-9A-F]){1,8}",
            select(vec![
                "-1",
                "65536",
                "99999999999999999999",
                "1.0",
                "0x1",
                "%00",
                "%2F",
                "..%2F..",
                "null"
            ])
            .prop_map(str::to_owned),
            (200..5000usize).prop_map(|length| "A".repeat(length)),
        ];
        let body = operation.body.as_ref().map_or_else(|| Just(Value::Null).boxed(), fitting);
        (body, any::<prop::sample::Index>(), part)
    };
    let with_parts = |operation: &Operation| !operation.in_path.is_empty();
    each_operation(with_parts, strategy, async |target, operation, (value, at, part)| {
        let (name, _) = &operation.in_path[at.index(operation.in_path.len())];
        let right = |name: &str| format!("{{{name}}}");
        if (name == "slot" && part.parse::<u16>().is_ok())
            || (name == "lid" && part.parse::<LinkId>().is_ok())
            || (name == "version" && part.parse::<PolicyVersion>().is_ok())
        {
            return Err(TestCaseError::reject("it has the form"));
        }
        let mut spoilt = operation.clone();
        spoilt.template = operation.template.replace(&right(name), &part);
        let address = target.right_address(&spoilt);
        let answer = target.send(operation, &address, value.to_string().into_bytes()).await;
        let code = target.refused(&answer, &[]).await?;
        let of_its_form = [ErrorCode::MalformedParameter, ErrorCode::NotFound];
        prop_assert!(of_its_form.contains(&code), "{code:?}");
        Ok(())
    });
}

#[test]
fn a_query_with_wrong_repeated_or_unknown_parts_is_refused_and_changes_nothing() {
    let strategy = |operation: &Operation| {
        let names: Vec<String> = operation.in_query.iter().map(|(name, _)| name.clone()).collect();
        let value = prop_oneof![
            select(vec!["-1", "18446744073709551616", "1.0", "abc", "", "%FF", "%", "null", "[]", "1e3"])
                .prop_map(str::to_owned),
            (100..5000usize).prop_map(|length| "9".repeat(length)),
        ];
        prop_oneof![
            (select(names.clone()), value).prop_map(|(name, value)| format!("{name}={value}")),
            (select(names.clone()), 0..9u8)
                .prop_map(|(name, number)| format!("{name}={number}&{name}={number}")),
            "[b-v]{1,9}".prop_map(|name| format!("after=0&x{name}=1")),
            select(names).prop_map(|name| format!("{name}[]=1")),
        ]
    };
    let with_a_query = |operation: &Operation| !operation.in_query.is_empty();
    each_operation(with_a_query, strategy, async |target, operation, query| {
        let address = format!("{}?{query}", target.right_address(operation));
        let answer = target.send(operation, &address, Vec::new()).await;
        let code = target.refused(&answer, &[]).await?;
        prop_assert_eq!(code, ErrorCode::MalformedParameter);
        Ok(())
    });
}

#[test]
fn a_body_of_another_type_or_where_none_belongs_is_refused_and_changes_nothing() {
    let kinds =
        vec!["", "text/plain", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "*/*"];
    let strategy = |operation: &Operation| {
        let body = operation.body.as_ref().map_or_else(|| Just(json!({})).boxed(), fitting);
        (body, prop_oneof![Just(None), select(kinds.clone()).prop_map(Some)], any::<bool>())
    };
    each_operation(
        |_| true,
        strategy,
        async |target, operation, (value, kind, twice)| {
            let address = target.right_address(operation);
            let mut request = target.request(operation, &address, value.to_string().into_bytes());
            let right = request.headers_mut().remove(header::CONTENT_TYPE).unwrap();
            if let Some(kind) = kind {
                if twice {
                    request.headers_mut().append(header::CONTENT_TYPE, right);
                }
                request.headers_mut().append(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            let answer = target.kit.call(request).await;
            let code = target.refused(&answer, &[]).await?;
            let of_its_kind = [ErrorCode::UnsupportedMediaType, ErrorCode::MalformedBody];
            prop_assert!(of_its_kind.contains(&code), "{code:?}");
            Ok(())
        },
    );
}

#[test]
fn every_operation_has_its_cases_and_the_comparison_sees_a_change() {
    let all = operations();
    assert_eq!(all.len(), 18);
    assert!(all.iter().filter(|operation| operation.body.is_some()).count() == 17);
    Runtime::new().unwrap().block_on(async {
        let mut target = Target::new().await;
        let end = all.iter().find(|operation| operation.id == "session-end").unwrap();
        let before = target.kit.dump().await;
        let address = target.right_address(end);
        let answer = target.send(end, &address, b"{}".to_vec()).await;
        assert!(answer.status.is_success(), "the same call, not spoilt, goes through");
        assert_ne!(before, target.kit.dump().await);
    });
}
