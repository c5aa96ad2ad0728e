//! The routes under `/demo`. They stand beside the portal's router and touch none of its routes or headers.

use super::{
    content,
    content::PATIENTS,
    outbox,
    page::{self, desk::Notice, headers::HEADERS, phone::PhoneText},
};
use crate::failure::Failure;
use axum::{
    Form, Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header},
    middleware::map_response,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::Markup;
use postern_desk::{
    desk::Desk,
    inbox::Inbox,
    portal::PortalClient,
    replies::{Answered, ReplyRequest, Texted},
    send::{Content, SendError, SendRequest},
    transport::FileTransport,
};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use tower::ServiceExt;

/// What the demo's pages work with.
pub struct Demo {
    /// The desk.
    pub desk: Desk,
    /// Its way to the portal.
    pub portal: PortalClient,
    /// The portal's own router, for the page of parts.
    pub router: Router,
    /// What the last button did.
    pub notice: Mutex<Option<Notice>>,
}

/// All routes under `/demo`.
pub fn router(demo: Arc<Demo>) -> Router {
    let own = Router::new()
        .route("/demo", get(|| async { Redirect::to("/demo/phone") }))
        .route("/demo/phone", get(phone))
        .route("/demo/desk", get(desk))
        .route("/demo/desk/send", post(send))
        .route("/demo/desk/reply", post(reply))
        .route("/demo/desk/recall", post(recall))
        .route("/demo/demo.css", get(|| file("text/css; charset=utf-8", include_str!("demo.css"))))
        .route("/demo/icon.svg", get(|| file("image/svg+xml", include_str!("icon.svg"))))
        .route("/demo/live.js", get(|| file("text/javascript; charset=utf-8", include_str!("live.js"))))
        .layer(map_response(|mut response: Response| async move {
            response.headers_mut().extend(HEADERS);
            response
        }));
    own.route("/demo/parts", get(parts)).with_state(demo)
}

async fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], content)
}

/// Shown to whoever tries the demo.
struct Trouble(Failure);

impl<E: Into<Failure>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let words = match self.0 {
            Failure::Failed(words) => words,
            Failure::Refused(refusals) => {
                refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
        };
        (StatusCode::INTERNAL_SERVER_ERROR, format!("The demo failed: {words}")).into_response()
    }
}

fn html(page: Markup) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.into_string()).into_response()
}

async fn phone(State(demo): State<Arc<Demo>>) -> Result<Response, Trouble> {
    let inbox = demo.desk.inbox().await?;
    let texts = outbox::read(demo.desk.state())?.into_iter().map(|text| PhoneText {
        to: PATIENTS.iter().find(|one| one.number == text.to),
        link_state: text.lid.and_then(|lid| link_state(&inbox, &lid.to_text())),
        text: text.text,
        at: text.at,
    });
    Ok(html(page::phone::page(&demo.desk.clinic().public.name, &texts.collect::<Vec<_>>())))
}

fn link_state(inbox: &Inbox, lid: &str) -> Option<String> {
    inbox.messages.iter().find(|message| message.lid == lid).map(|message| message.link_state.clone())
}

async fn desk(State(demo): State<Arc<Demo>>) -> Result<Response, Trouble> {
    let inbox = demo.desk.inbox().await?;
    let notice = demo.notice.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(html(page::desk::page(&demo.desk.clinic().public.name, &inbox, notice.as_ref())))
}

#[derive(Deserialize)]
struct SendForm {
    to: String,
    what: String,
    subject: String,
    text: String,
}

async fn send(State(demo): State<Arc<Demo>>, headers: HeaderMap, Form(form): Form<SendForm>) -> Response {
    let content = match form.what.as_str() {
        "visit" => Content::Bundle(content::visit(demo.desk.now()).write().into()),
        _ => Content::Text { subject: form.subject, text: form.text },
    };
    let request = SendRequest::new(form.to, content);
    act(&demo, &headers, async {
        let sent = demo.desk.send(&demo.portal, &FileTransport::in_state(demo.desk.state()), &request).await;
        match sent {
            Ok(_) => Ok("Sent. The text is on the patient’s phone.".to_owned()),
            Err(SendError::Refused(refusals)) => Err(Failure::Refused(refusals)),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

#[derive(Deserialize)]
struct ReplyForm {
    text: String,
}

async fn reply(State(demo): State<Arc<Demo>>, headers: HeaderMap, Form(form): Form<ReplyForm>) -> Response {
    act(&demo, &headers, async {
        let records = demo.desk.inbox().await?.records;
        let newest = records.into_iter().rev().find(|record| record.words.is_some());
        let newest = newest.ok_or_else(|| Failure::failed("No patient has written anything yet."))?;
        let request = ReplyRequest { to: newest.rid, words: form.text, text_after: 0, idempotency_key: None };
        let transport = FileTransport::in_state(demo.desk.state());
        match demo.desk.reply(&demo.portal, &transport, &request).await {
            Ok(Answered { text: Texted::Refused(refusals), .. }) | Err(SendError::Refused(refusals)) => {
                Err(Failure::Refused(refusals))
            }
            Ok(_) => Ok("Answered. It stands on the open page within ten seconds.".to_owned()),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

#[derive(Deserialize)]
struct RecallForm {
    link: String,
}

async fn recall(State(demo): State<Arc<Demo>>, headers: HeaderMap, Form(form): Form<RecallForm>) -> Response {
    act(&demo, &headers, async {
        demo.desk.recall(&demo.portal, &form.link).await?;
        Ok("Taken back. An open page closes within ten seconds.".to_owned())
    })
    .await
}

/// Does what a button says, keeps what came of it, and goes back to the desk's page.
async fn act(
    demo: &Demo,
    headers: &HeaderMap,
    what: impl Future<Output = Result<String, Failure>>,
) -> Response {
    // The buttons of this page only: another site must not press them.
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let notice = match what.await {
        Ok(words) => Notice::Done(words),
        Err(Failure::Failed(words)) => Notice::Failed(words),
        Err(Failure::Refused(refusals)) => {
            Notice::Failed(refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        }
    };
    *demo.notice.lock().unwrap_or_else(PoisonError::into_inner) = Some(notice);
    Redirect::to("/demo/desk").into_response()
}

/// The app's page, with its own headers: the app itself shows its parts at this address.
async fn parts(State(demo): State<Arc<Demo>>, mut request: Request) -> Response {
    *request.uri_mut() = Uri::from_static("/");
    match demo.router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
