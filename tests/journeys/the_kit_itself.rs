//! A check of absence is worth nothing unless it finds what is there: the kit's own checks, on pages that break the rules.

use postern_journeys::browser::{Kind, Options, Viewport};
use postern_journeys::site::{Answer, Site};
use postern_journeys::{Browser, Page, Result, Role, Wire, axe, ensure, traces};

const STRICT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'";

const CLEAN: &str = "<!doctype html><html lang=en><title>Clean</title><main><h1>Who are you?</h1>\
    <form><label for=month>Month</label> <input id=month> <button>Continue</button></form></main>";

const DIRTY: &str = "<!doctype html><html lang=en><title>Dirty</title><main><h1>Dirty</h1>\
    <img src='http://elsewhere.example/pixel.png'><input><script src=/dirty.js></script></main>";

const DIRTY_SCRIPT: &str = "document.cookie = 'a=1'; localStorage.setItem('b', '2'); sessionStorage.setItem('c', '3');\
    indexedDB.open('d').onsuccess = () => document.querySelector('h1').textContent = 'Dirty indeed'; fetch('/told?' + location.hash.slice(1)); new Image().src = 'http://elsewhere.example/p';";

const BREACHING: &str = "<!doctype html><html lang=en><title>Breach</title><main><h1>Breach</h1>\
    <script>document.title = 'ran'</script></main>";

async fn site() -> Result<Site> {
    let script = Answer {
        path: "/dirty.js".to_owned(),
        headers: "Content-Type: text/javascript\r\n".to_owned(),
        body: DIRTY_SCRIPT.as_bytes().to_vec(),
    };
    Site::serve(vec![
        Answer::page("/clean", STRICT, CLEAN),
        Answer::page("/dirty", "default-src * 'unsafe-inline'", DIRTY),
        Answer::page("/breaching", STRICT, BREACHING),
        Answer::page("/told?22letters", STRICT, ""),
        script,
    ])
    .await
}

async fn every_check_finds_what_it_looks_for(kind: Kind) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let site = site().await?;
    let wire = Wire::to(&site.origin()).await?;
    // WebKitGTK's windows do not go below 334 px.
    let viewport = if kind == Kind::Webkit { Viewport::PHONE } else { Viewport::SMALL_PHONE };
    let options = Options { viewport, ..Options::default() };
    let browser = Browser::start(kind, &options, &wire, folder.path()).await?;
    let page = Page::of(&browser);
    let secret = ["22letters".to_owned()];

    page.open(&format!("http://{}/clean", site.origin())).await?;
    page.heading("Who are you?").await?;
    page.fill("Month", "March").await?;
    ensure!(page.field("Month").await?.value().await? == "March");
    page.button("Continue").await?;
    ensure!(page.names(Role::Button).await? == ["Continue"]);
    let width = page.script("return innerWidth").await?;
    ensure!(width == viewport.width, "the viewport is {width} wide");
    traces::none_on_phone(&browser).await?;
    traces::none_on_wire(&wire, &secret, &[])?;
    axe::audit(&browser).await?;

    page.open(&format!("http://{}/dirty#22letters", site.origin())).await?;
    page.heading("Dirty indeed").await?; // a store stands there only once it is open
    let left = traces::none_on_phone(&browser).await.expect_err("the page left much").to_string();
    for trace in ["cookie: a=1", "localStorage: b", "sessionStorage: c", "IndexedDB: d"] {
        ensure!(left.contains(trace), "{trace} was not found: {left}");
    }
    let elsewhere = traces::none_on_wire(&wire, &[], &["elsewhere.example:443".to_owned()])
        .expect_err("the page asked elsewhere")
        .to_string();
    ensure!(elsewhere.contains("http://elsewhere.example/"), "{elsewhere}");
    let told = wire.exchanges().iter().any(|exchange| exchange.sent(b"22letters"));
    ensure!(told, "the secret was sent and not seen");
    let audit = axe::audit(&browser).await.expect_err("a field without a name").to_string();
    ensure!(audit.contains("label"), "{audit}");

    page.open(&format!("http://{}/breaching", site.origin())).await?;
    page.heading("Breach").await?;
    for _ in 0..50 {
        if !wire.policy_reports().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    ensure!(!wire.policy_reports().is_empty(), "the breach of the policy was not reported");
    ensure!(page.title().await? == "Breach");
    browser.quit().await
}

journey! { core every_check_finds_what_it_looks_for }
