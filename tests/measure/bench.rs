//! How long a patient on a slow phone waits: tap to form, tap to text, each beside a bare page of the same bytes and any
//! peer, in the same run. Only the ratios mean something: the machine is whatever it is.
//!
//! "To text" types the birth date in no time at all, as no person can; "waited" gives it the time that typing takes and does not
//! count that time: what a patient spends looking at a page that is not ready.

use postern_journeys::clinic::{PATIENT, Visit};
use postern_journeys::site::{Answer, Site};
use postern_journeys::{Browser, Clinic, Context, Kind, Options, Page, Result, Wire, bail};
use serde_json::Value;
use std::time::Duration;
use tokio::time::sleep;

/// Eight digits and two fields to go on to, at 0.28 s a key: the keystroke-level model's average typist, quicker than most on a phone.
const TYPING: Duration = Duration::from_millis(2800);

/// What one page took, in milliseconds since the tap.
struct Times {
    form: f64,
    text: f64,
    /// From the tap to the text without what was spent on typing.
    waited: f64,
    round_trips: Option<usize>,
}

/// Another product's page.
struct Peer {
    name: String,
    address: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let (rounds, peers) = arguments()?;
    let folder = tempfile::tempdir()?;
    let clinic = Clinic::open(folder.path()).await?;
    let bytes = sizes(&clinic, folder.path()).await?;
    let bare = bare_page(&bytes).await?;
    let bare_address = format!("http://{}/", bare.origin());

    let mut rows: Vec<(String, Vec<Times>)> =
        vec![("postern".to_owned(), Vec::new()), ("bare page".to_owned(), Vec::new())];
    rows.extend(peers.iter().map(|peer| (peer.name.clone(), Vec::new())));
    for round in 0..rounds {
        let text = clinic.send_visit(PATIENT, &Visit::default()).await?;
        eprintln!("round {} of {rounds}", round + 1);
        let place = folder.path().join(format!("round-{round}"));
        let at_once = time(text.link()?, Some(Visit::WORDS), Duration::ZERO, &place.join("postern")).await?;
        let text = clinic.send_visit(PATIENT, &Visit::default()).await?;
        let typed = time(text.link()?, Some(Visit::WORDS), TYPING, &place.join("typed")).await?;
        rows[0].1.push(Times { waited: typed.waited, ..at_once });
        let bare = time(&bare_address, Some("the bare text"), Duration::ZERO, &place.join("bare")).await?;
        rows[1].1.push(bare);
        for (peer, (_, times)) in peers.iter().zip(rows.iter_mut().skip(2)) {
            times.push(
                time(&peer.address, None, Duration::ZERO, &place.join(&peer.name))
                    .await
                    .with_context(|| peer.name.clone())?,
            );
        }
    }
    print(&rows);
    Ok(())
}

fn arguments() -> Result<(usize, Vec<Peer>)> {
    let (mut rounds, mut peers) = (5, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{argument} takes a value"))?;
        match argument.as_str() {
            "--rounds" => rounds = value.parse().context("--rounds takes a number")?,
            "--peer" => {
                let (name, address) = value.split_once('=').context("--peer takes NAME=URL")?;
                peers.push(Peer { name: name.to_owned(), address: address.to_owned() });
            }
            other => bail!("unknown: {other}"),
        }
    }
    Ok((rounds, peers))
}

/// How many bytes page, script and module have as they travel.
async fn sizes(clinic: &Clinic, folder: &std::path::Path) -> Result<[usize; 3]> {
    let wire = Wire::to(&clinic.origin()).await?;
    let browser = Browser::start(Kind::Chromium, &Options::default(), &wire, &folder.join("sizes")).await?;
    Page::of(&browser).open(&format!("http://{}/m", clinic.origin())).await?;
    let size = |ending: &str| {
        let exchanges = wire.exchanges();
        let found = exchanges.iter().find(|one| one.path().ends_with(ending)).map(|one| one.body_bytes);
        found.with_context(|| format!("nothing ended in {ending}"))
    };
    let sizes = [size("/m")?, size(".js")?, size(".wasm")?];
    browser.quit().await?;
    Ok(sizes)
}

/// The same number of bytes in the same number of files, and nothing to do but show a form and then a text.
async fn bare_page([page, script, module]: &[usize; 3]) -> Result<Site> {
    let filler = |count: usize| "x".repeat(count);
    let html = "<!doctype html><html lang=en><title>Bare</title><link rel=preload as=fetch crossorigin href=/module>\
        <form><input><button>Go</button></form><p id=text></p><script type=module src=/script></script><!--";
    let html = format!("{html}{}-->", filler(page.saturating_sub(html.len() + 3)));
    let code = "const got = await (await fetch('/module')).arrayBuffer();\
        document.getElementById('text').textContent = 'the bare text ' + got.byteLength;//";
    let code = format!("{code}{}", filler(script.saturating_sub(code.len())));
    let answer = |path: &str, kind: &str, body: String| Answer {
        path: path.to_owned(),
        headers: format!("Content-Type: {kind}\r\n"),
        body: body.into_bytes(),
    };
    Site::serve(vec![
        answer("/", "text/html", html),
        answer("/script", "text/javascript", code),
        answer("/module", "application/octet-stream", filler(*module)),
    ])
    .await
}

/// Opens an address in a fresh browser on the phone profile and waits for form and text; `typing` passes between the form and Continue.
async fn time(
    address: &str,
    words: Option<&str>,
    typing: Duration,
    folder: &std::path::Path,
) -> Result<Times> {
    let wire = Wire::to("127.0.0.1:9").await?;
    let options = Options { direct: true, ..Options::default() };
    let browser = Browser::start(Kind::Chromium, &options, &wire, folder).await?;
    browser.become_a_slow_phone().await?;
    let watch = include_str!("watch.js")
        .replace("__WORDS__", words.unwrap_or_default())
        .replace("__TYPING__", &typing.as_millis().to_string());
    browser.watch_every_page(&watch).await?;
    let page = Page::of(&browser);
    page.open(address).await?;
    let mut seen = Value::Null;
    for _ in 0..300 {
        seen = page.script("return { ...window.__seen, fill: null, now: performance.now() }").await?;
        let settled = seen["now"].as_f64().unwrap_or(0.0) - seen["changed"].as_f64().unwrap_or(0.0) > 2000.0;
        // Of a peer nobody knows the words: its text is there when the page has stopped changing.
        if seen["text"].is_number() || (words.is_none() && settled) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let form = seen["form"].as_f64().context("no form appeared")?;
    let text = if words.is_some() { &seen["text"] } else { &seen["changed"] };
    let text = text.as_f64().context("no text appeared")?;
    let round_trips = if seen["pressed"].is_number() { Some(round_trips(&page).await?) } else { None };
    // Before Continue a patient has typed at least that long; what the page took longer than that is waiting.
    let waited = if seen["pressed"].is_number() { text - typing.as_secs_f64() * 1000.0 } else { text };
    browser.quit().await?;
    Ok(Times { form, text, waited, round_trips })
}

/// Calls that proving takes, one after the other; `link/open` goes out before anyone could have typed.
async fn round_trips(page: &Page<'_>) -> Result<usize> {
    let script = "return performance.getEntriesByType('resource').filter((one) =>
        one.name.includes('/api/') && !one.name.endsWith('/link/open') && one.responseEnd <= window.__seen.text).length";
    let count = page.script(script).await?;
    Ok(usize::try_from(count.as_u64().context("no count")?)?)
}

/// What a column is called and what stands in it.
type Column = (&'static str, fn(&Times) -> f64);

fn print(rows: &[(String, Vec<Times>)]) {
    let median = |times: &[Times], what: fn(&Times) -> f64| {
        let mut all: Vec<f64> = times.iter().map(what).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let of_ours = |what: fn(&Times) -> f64| median(&rows[0].1, what);
    let columns: [Column; 3] =
        [("to form", |one| one.form), ("waited", |one| one.waited), ("to text", |one| one.text)];
    print!("{:<14}", "median, ms");
    for (title, _) in columns {
        print!(" {title:>10} {:>8}", "ours /");
    }
    println!();
    for (name, times) in rows {
        print!("{name:<14}");
        for (_, what) in columns {
            let theirs = median(times, what);
            print!(" {theirs:>10.0} {:>8.2}", of_ours(what) / theirs);
        }
        println!();
    }
    println!("waited: to the text without the {} ms of typing the birth date", TYPING.as_millis());
    if let Some(count) = rows[0].1.iter().filter_map(|one| one.round_trips).max() {
        println!("round trips from Continue to the text: {count} (budget 2)");
    }
}
