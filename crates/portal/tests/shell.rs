//! The app as it is served.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use kit::{Answer, HOST, Kit};
use postern_protocol::error_code::ErrorCode;
use std::fs;
use tempfile::TempDir;

const SHELL: &str = "<html lang=\"{{language}}\" data-build=\"{{build}}\"><style>p{color:{{clinic_accent_light}}}</style>\
    <header><p>{{clinic_name}}</p></header><!-- when policy -->Version<!-- end policy --><h1>{{clinic_name}}</h1><a href=\"{{clinic_phone_href}}\">x</a>\
    <!-- when m --><form></form><!-- end m --><!-- when bare --><p>whose</p><!-- end bare --><footer>{{clinic_hours}}</footer></html>";

fn built() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("assets")).unwrap();
    fs::write(path("shell.en.html"), SHELL).unwrap();
    fs::write(path("shell.es.html"), SHELL).unwrap();
    fs::write(path("assets/app-1.js"), "the script").unwrap();
    fs::write(path("assets/app-1.js.br"), "in brotli").unwrap();
    fs::write(path("assets/app-1.js.gz"), "in gzip").unwrap();
    fs::write(path("assets/plain-2.wasm"), "a module").unwrap();
    fs::write(path("assets/secret.pem"), "not for the door").unwrap();
    folder
}

async fn get(kit: &Kit, host: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(Method::GET).uri(path).header(header::HOST, host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    kit.call(request.body(Body::empty()).unwrap()).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

#[tokio::test]
async fn the_first_paint_carries_the_clinic_of_the_host_and_its_own_section() {
    let built = built();
    let kit = Kit::with_app(Some(built.path())).await;
    let page = get(&kit, HOST, "/m", &[]).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(text(&page).contains("<h1>The oak clinic</h1><a href=\"tel:+15550100100\">"));
    assert!(text(&page).contains("<form>") && !text(&page).contains("whose"));
    let bare = text(&get(&kit, "DOOR.oak.example:443", "/", &[]).await);
    assert!(bare.contains("whose") && !bare.contains("<form>"));
}

#[tokio::test]
async fn the_policy_names_the_inline_style_that_is_served_and_nothing_else_runs() {
    let built = built();
    let kit = Kit::with_app(Some(built.path())).await;
    let page = get(&kit, HOST, "/m", &[]).await;
    let policy = page.header("content-security-policy");
    let style = text(&page);
    let style = style.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    assert!(!style.contains("{{"));
    use base64ct::{Base64, Encoding};
    let hash = Base64::encode_string(&postern_protocol::digest::sha256(style.as_bytes()).0);
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'sha256-{hash}'; \
             connect-src 'self'; img-src 'self' data:; font-src 'none'; form-action 'none'; base-uri 'none'; \
             frame-ancestors 'none'"
        )
    );
}

#[tokio::test]
async fn the_language_and_encoding_asked_for_are_served() {
    let built = built();
    let kit = Kit::with_app(Some(built.path())).await;
    let page = get(&kit, HOST, "/m", &[("accept-language", "es-MX"), ("accept-encoding", "gzip, br")]).await;
    assert_eq!((page.header("content-language"), page.header("content-encoding")), ("es", "br"));
    assert_eq!(page.header("vary"), "accept-encoding, accept-language");
    let page = get(&kit, HOST, "/m", &[("accept-language", "de")]).await;
    assert_eq!((page.header("content-language"), page.header("content-encoding")), ("en", ""));
}

#[tokio::test]
async fn an_unknown_host_is_a_plain_404_and_an_unknown_path_one_in_the_same_dress() {
    let built = built();
    let kit = Kit::with_app(Some(built.path())).await;
    for path in ["/", "/m", "/nothing"] {
        assert_eq!(get(&kit, "door.elm.example", path, &[]).await.code(), ErrorCode::NotFound);
    }
    let page = get(&kit, HOST, "/nothing", &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(text(&page).contains("The oak clinic"));
}

#[tokio::test]
async fn assets_are_immutable_and_precompressed_and_only_of_known_kinds() {
    let built = built();
    let kit = Kit::with_app(Some(built.path())).await;
    for (accepted, encoding, body) in
        [("br, gzip", "br", "in brotli"), ("gzip", "gzip", "in gzip"), ("identity", "", "the script")]
    {
        let answer = get(&kit, HOST, "/assets/app-1.js", &[("accept-encoding", accepted)]).await;
        assert_eq!((answer.header("content-encoding"), text(&answer).as_str()), (encoding, body));
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let answer = get(&kit, HOST, "/assets/plain-2.wasm", &[("accept-encoding", "br")]).await;
    assert_eq!((answer.header("content-encoding"), answer.header("content-type")), ("", "application/wasm"));
    for path in ["/assets/secret.pem", "/assets/app-1.js.br", "/assets/..%2fshell.en.html", "/assets/"] {
        assert_eq!(get(&kit, HOST, path, &[]).await.code(), ErrorCode::NotFound, "{path}");
    }
}

#[tokio::test]
async fn a_folder_without_a_shell_is_refused_at_start() {
    let kit = Kit::new().await;
    let empty = tempfile::tempdir().unwrap();
    fs::create_dir(empty.path().join("assets")).unwrap();
    assert!(kit.portal.start(Some(empty.path())).await.is_err());
    fs::write(empty.path().join("shell.en.html"), "<style></style>{{nobody_fills_this}}").unwrap();
    assert!(kit.portal.start(Some(empty.path())).await.is_err());
}
