//! The clinics' own texts as pages.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use kit::{Answer, HOST, Kit};
use postern_protocol::wire::desk_policies::{PolicyRequest, PolicyStatus};
use std::fs;
use tempfile::TempDir;

const SHELL: &str = "<html lang=\"{{language}}\"><style>p{color:{{clinic_accent_light}}}</style>\
    <script type=\"module\" src=\"/assets/app-1.js\"></script>\
    <header><p>{{clinic_name}}</p></header><!-- when policy -->Version<!-- end policy --><main></main>\
    <footer>{{clinic_hours}}</footer></html>";

fn built() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    fs::write(folder.path().join("shell.en.html"), SHELL).unwrap();
    folder
}

async fn get(kit: &Kit, host: &str, path: &str, language: &str) -> Answer {
    let request = Request::builder().method(Method::GET).uri(path).header(header::HOST, host);
    kit.call(request.header("accept-language", language).body(Body::empty()).unwrap()).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

async fn publish(kit: &mut Kit, name: &str, text: &str) {
    let path = format!("policies/{name}");
    let _: PolicyStatus = kit.desk(Method::PUT, &path, &PolicyRequest { text: text.to_owned() }).await.json();
    kit.pass(60);
}

async fn published(built: &TempDir) -> Kit {
    let mut kit = Kit::with_app(Some(built.path())).await;
    publish(&mut kit, "terms/2026-11/en", "# Our terms\n\nWe text you.\n\n## How often\n\nOften.").await;
    publish(&mut kit, "terms/2026-11/es", "# Condiciones\n\nLe escribimos.").await;
    publish(&mut kit, "terms/2027-01/en", "# Our new terms\n\nWe text you less.").await;
    kit
}

#[tokio::test]
async fn each_version_stays_at_its_address_and_the_newest_stands_without_one() {
    let built = built();
    let kit = published(&built).await;
    for (path, language, words) in [
        ("/policy/terms", "en", "Our new terms"),
        ("/policy/terms/2027-01", "es", "Our new terms"),
        ("/policy/terms/2026-11", "en-US", "Our terms"),
        ("/policy/terms/2026-11", "es-MX,en;q=0.5", "Condiciones"),
        ("/policy/terms/2026-11/en", "es", "Our terms"),
    ] {
        let page = get(&kit, HOST, path, language).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(text(&page).contains(&format!("<h1>{words}</h1>")), "{path}: {}", text(&page));
    }
    let page = get(&kit, HOST, "/policy/terms/2026-11/es", "en").await;
    assert_eq!(
        (page.header("content-language"), page.header("content-type")),
        ("es", "text/html; charset=utf-8")
    );
    assert!(text(&page).contains("<html lang=\"es\">") && text(&page).contains("Version 2026-11"));
}

#[tokio::test]
async fn a_text_stands_in_the_clinics_dress_and_no_script_runs_in_it() {
    let built = built();
    let kit = published(&built).await;
    let page = get(&kit, HOST, "/policy/terms/2026-11/en", "en").await;
    let html = text(&page);
    assert!(html.contains("<header><p>The oak clinic</p></header>") && html.contains("<h2>How often</h2>"));
    assert!(!html.contains("<script") && !html.contains("{{"), "{html}");
    let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    use base64ct::{Base64, Encoding};
    let hash = Base64::encode_string(&postern_protocol::digest::sha256(style.as_bytes()).0);
    assert_eq!(
        page.header("content-security-policy"),
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; form-action 'none'; base-uri 'none'; \
             frame-ancestors 'none'"
        )
    );
    assert_eq!(
        (page.header("referrer-policy"), page.header("x-content-type-options")),
        ("no-referrer", "nosniff")
    );
}

#[tokio::test]
async fn what_is_not_there_leads_nowhere() {
    let built = built();
    let kit = published(&built).await;
    for path in [
        "/policy",
        "/policy/privacy",
        "/policy/other",
        "/policy/terms/2026-12",
        "/policy/terms/2026-11/fr",
        "/policy/terms/..%2f/en",
        "/policy/terms/2026-11/en/more",
    ] {
        let page = get(&kit, HOST, path, "en").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    let other = get(&kit, "door.elm.example", "/policy/terms", "en").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "another host's");
}
