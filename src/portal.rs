//! The only caller of the portal's API.

use crate::{
    browser::net,
    flow::effect::{Failure, Reply, Request},
};
use postern_protocol::{
    error_code::Problem,
    wire::{
        authorization::Authorization,
        link_open::OpenRequest,
        session::{Done, EndRequest, SeenRequest},
    },
};
use serde::{Serialize, de::DeserializeOwned};

/// Makes the call and says how it ended.
pub async fn call(request: Request) -> Reply {
    match request {
        Request::Open(who) => Reply::Open(post(who, "link/open", &OpenRequest {}).await),
        Request::Start(who, body) => Reply::Start(post(who, "verify/start", &body).await),
        Request::Finish(who, body) => Reply::Finish(post(who, "verify/finish", &body).await),
        Request::LinkRecord(who, body) => Reply::LinkRecord(post(who, "link/records", &body).await),
        Request::Record(who, rid, body) => Reply::Record(
            rid,
            send(who, "PUT", &["/api/v1/records/", &rid.to_string()].concat(), &body).await,
        ),
        Request::Seen(who, all) => Reply::Told(tell(who, &all).await),
        Request::End(who, all) => {
            let told = tell(who, &all).await;
            let ended: Result<Done, Failure> = post(who, "session/end", &EndRequest {}).await;
            Reply::Told(told.and(ended.map(|_| ())))
        }
    }
}

async fn tell(who: Authorization, all: &[SeenRequest]) -> Result<(), Failure> {
    for one in all {
        let Done {} = post(who, "session/seen", one).await?;
    }
    Ok(())
}

async fn post<T: DeserializeOwned>(
    who: Authorization,
    path: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    send(who, "POST", &["/api/v1/", path].concat(), body).await
}

async fn send<T: DeserializeOwned>(
    who: Authorization,
    method: &str,
    path: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    let body = serde_json::to_string(body).map_err(|_| Failure::Unreachable)?;
    let answer = net::send(method, path, &who.to_header(), &body).await;
    let (status, text) = answer.map_err(|net::NoAnswer| Failure::Unreachable)?;
    read(status, &text)
}

/// What is neither the call's answer nor a problem document is not the portal's: a café's login page, a broken proxy.
fn read<T: DeserializeOwned>(status: u16, text: &str) -> Result<T, Failure> {
    if (200..300).contains(&status) {
        return serde_json::from_str(text).map_err(|_| Failure::Unreachable);
    }
    match serde_json::from_str::<Problem>(text) {
        Ok(problem) => Err(Failure::Refused(problem.code)),
        Err(_) => Err(Failure::Unreachable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_protocol::error_code::ErrorCode;

    #[test]
    fn a_problem_document_is_a_refusal_and_anything_else_is_no_answer() {
        let problem = serde_json::to_string(&Problem::from(ErrorCode::LinkLocked)).unwrap();
        assert_eq!(read::<Done>(423, &problem), Err(Failure::Refused(ErrorCode::LinkLocked)));
        assert_eq!(read::<Done>(200, "{}"), Ok(Done {}));
        assert_eq!(read::<Done>(200, r#"{"new":"member"}"#), Ok(Done {}));
        for (status, text) in [(200, "<html>Log in to this network</html>"), (502, "Bad gateway"), (404, "")]
        {
            assert_eq!(read::<Done>(status, text), Err(Failure::Unreachable), "{status}");
        }
        let unknown = r#"{"type":"urn:postern:error:new","status":418,"code":"new"}"#;
        assert_eq!(read::<Done>(418, unknown), Err(Failure::Refused(ErrorCode::Unknown)));
    }
}
