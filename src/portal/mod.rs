//! The only caller of the portal's API.

mod read;

use crate::{
    browser::net,
    flow::effect::{Failure, Reply, Request},
};
use postern_json::Value;
use postern_protocol::wire::{
    authorization::Authorization,
    link_open::OpenRequest,
    session::{EndRequest, MessagesRequest},
};
use serde::Serialize;

/// One HTTP request, ready to go. One plain form for all calls: a generic one a type would be built seven times.
struct Outgoing {
    method: &'static str,
    path: String,
    authorization: String,
    body: String,
}

/// Makes the call and says how it ended.
pub async fn call(request: Request) -> Reply {
    let mut answer = Err(Failure::Unreachable);
    for one in outgoing(&request) {
        answer = send(one).await;
        if answer.is_err() {
            break;
        }
    }
    reply(&request, answer)
}

fn outgoing(request: &Request) -> Vec<Outgoing> {
    match request {
        Request::Open(who) => vec![post(who, "link/open", &OpenRequest {})],
        Request::Start(who, body) => vec![post(who, "verify/start", body)],
        Request::Finish(who, body) => vec![post(who, "verify/finish", body)],
        Request::LinkRecord(who, body) => vec![post(who, "link/records", body)],
        Request::Record(who, rid, body) => {
            vec![Outgoing { method: "PUT", ..post(who, &["records/", &rid.to_string()].concat(), body) }]
        }
        Request::Messages(who, after) => {
            vec![post(who, "session/messages", &MessagesRequest { after: *after })]
        }
        Request::Seen(who, all) => all.iter().map(|one| post(who, "session/seen", one)).collect(),
        Request::End(who, all) => {
            let mut calls: Vec<Outgoing> = all.iter().map(|one| post(who, "session/seen", one)).collect();
            calls.push(post(who, "session/end", &EndRequest {}));
            calls
        }
    }
}

fn post(who: &Authorization, path: &str, body: &impl Serialize) -> Outgoing {
    Outgoing {
        method: "POST",
        path: ["/api/v1/", path].concat(),
        authorization: who.to_header(),
        body: serde_json::to_string(body).expect("wire types are plain JSON"),
    }
}

async fn send(call: Outgoing) -> Result<Value, Failure> {
    let answer = net::send(call.method, &call.path, &call.authorization, &call.body).await;
    let (status, text) = answer.map_err(|net::NoAnswer| Failure::Unreachable)?;
    understand(status, &text)
}

/// What is neither the call's answer nor a problem document is not the portal's: a café's login page, a broken proxy.
fn understand(status: u16, text: &str) -> Result<Value, Failure> {
    let value = postern_json::parse(text.as_bytes()).map_err(|_| Failure::Unreachable)?;
    if (200..300).contains(&status) {
        return Ok(value);
    }
    Err(read::problem(&value).map_or(Failure::Unreachable, Failure::Refused))
}

fn reply(request: &Request, answer: Result<Value, Failure>) -> Reply {
    fn of<T>(answer: Result<Value, Failure>, read: fn(&Value) -> Option<T>) -> Result<T, Failure> {
        answer.and_then(|value| read(&value).ok_or(Failure::Unreachable))
    }
    match request {
        Request::Open(_) => Reply::Open(of(answer, read::open)),
        Request::Start(..) => Reply::Start(of(answer, read::start)),
        Request::Finish(..) => Reply::Finish(of(answer, read::finish)),
        Request::LinkRecord(..) => Reply::LinkRecord(of(answer, read::link_record)),
        Request::Record(_, rid, _) => Reply::Record(*rid, of(answer, read::record)),
        Request::Messages(..) => Reply::Messages(of(answer, read::messages)),
        Request::Seen(..) | Request::End(..) => Reply::Told(answer.map(|_| ())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_protocol::error_code::{ErrorCode, Problem};

    #[test]
    fn a_problem_document_is_a_refusal_and_anything_else_is_no_answer() {
        for code in ErrorCode::ALL {
            let problem = serde_json::to_string(&Problem::from(*code)).unwrap();
            assert_eq!(understand(code.status(), &problem), Err(Failure::Refused(*code)));
        }
        assert!(understand(200, "{}").is_ok());
        for (status, text) in [(200, "<html>Log in to this network</html>"), (502, "Bad gateway"), (404, "")]
        {
            assert_eq!(understand(status, text), Err(Failure::Unreachable), "{status}");
        }
        let unknown = r#"{"type":"urn:postern:error:new","status":418,"code":"new"}"#;
        assert_eq!(understand(418, unknown), Err(Failure::Refused(ErrorCode::Unknown)));
    }

    #[test]
    fn an_answer_of_another_form_is_no_answer() {
        let who = Authorization::Link {
            lid: postern_protocol::base64url::FixedBytes([0; 16]),
            claim: postern_protocol::base64url::FixedBytes([0; 32]),
        };
        let Reply::Open(answer) = reply(&Request::Open(who), Ok(Value::Null)) else {
            panic!("the same call")
        };
        assert_eq!(answer, Err(Failure::Unreachable));
    }

    #[test]
    fn leaving_is_told_before_the_session_ends() {
        let who = Authorization::Session {
            lid: postern_protocol::base64url::FixedBytes([0; 16]),
            token: postern_protocol::base64url::FixedBytes([0; 32]),
        };
        let seen = postern_protocol::wire::session::SeenRequest {
            mid: postern_protocol::base64url::FixedBytes([0; 16]),
            shown: postern_protocol::base64url::FixedBytes([0; 32]),
            event: postern_protocol::wire::session::SeenEvent::Left,
            ms: 1,
        };
        let paths: Vec<String> =
            outgoing(&Request::End(who, vec![seen])).into_iter().map(|call| call.path).collect();
        assert_eq!(paths, ["/api/v1/session/seen", "/api/v1/session/end"]);
    }
}
