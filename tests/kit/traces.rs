//! What a visit must not leave: on the phone, on the wire, in the page's policy.

use crate::browser::Browser;
use crate::wire::{Exchange, Wire};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// What the page's own stores hold; a store that a browser lacks holds nothing.
const STORES: &str = "
const done = arguments[arguments.length - 1];
(async () => {
  const found = [];
  if (document.cookie) found.push('cookie: ' + document.cookie);
  for (const store of ['localStorage', 'sessionStorage']) {
    for (const key of Object.keys(window[store])) found.push(store + ': ' + key);
  }
  if (window.indexedDB && indexedDB.databases) {
    for (const base of await indexedDB.databases()) found.push('IndexedDB: ' + base.name);
  }
  if (window.caches) for (const name of await caches.keys()) found.push('cache: ' + name);
  if (navigator.serviceWorker) {
    for (const worker of await navigator.serviceWorker.getRegistrations()) found.push('worker: ' + worker.scope);
  }
  return found;
})().then(done, (error) => done(['cannot look: ' + error]));";

/// Fails if the page left anything in the browser's stores.
pub async fn none_on_phone(browser: &Browser) -> Result<()> {
    let found = browser.driver().execute_async(STORES, Vec::new()).await?;
    let found = found.json().as_array().context("the stores answer with a list")?.clone();
    ensure!(found.is_empty(), "left on the phone: {found:?}");
    let cookies = browser.driver().get_all_cookies().await?;
    ensure!(cookies.is_empty(), "cookies left on the phone: {cookies:?}");
    Ok(())
}

/// Whether the page's WebAssembly memory holds these words, in UTF-8 or UTF-16 (Chromium, which alone lets one look).
pub async fn in_memory(browser: &Browser, words: &str) -> Result<bool> {
    const SEARCH: &str = "const [words] = arguments;
        const utf8 = new TextEncoder().encode(words);
        const utf16 = new Uint8Array(new Uint16Array([...words].map((one) => one.charCodeAt(0))).buffer);
        const holds = (bytes, part) => {
            for (let at = bytes.indexOf(part[0]); at >= 0; at = bytes.indexOf(part[0], at + 1)) {
                if (part.every((byte, index) => bytes[at + index] === byte)) return true;
            }
            return false;
        };
        const memories = [...webAssemblyMemories].map((memory) => new Uint8Array(memory.buffer));
        return { memories: memories.length, held: memories.some((bytes) => holds(bytes, utf8) || holds(bytes, utf16)) };";
    let found = browser.driver().execute(SEARCH, vec![serde_json::json!(words)]).await?;
    let found = found.json();
    ensure!(
        found["memories"].as_u64().is_some_and(|count| count > 0),
        "there is no memory to look into: {found}"
    );
    found["held"].as_bool().context("the search gives no answer")
}

/// Fails if anything went to another host than those the patient asked for, if a secret was sent, or if the policy was breached.
pub fn none_on_wire(wire: &Wire, secrets: &[String], asked_for: &[String]) -> Result<()> {
    let exchanges = wire.exchanges();
    ensure!(!exchanges.is_empty(), "nothing went over the wire, so nothing was looked at");
    let elsewhere = exchanges.iter().filter(|one| !one.on_origin).map(|one| one.url.as_str());
    let elsewhere: Vec<&str> = elsewhere.filter(|url| asked_for.iter().all(|host| host != url)).collect();
    ensure!(elsewhere.is_empty(), "requests to other hosts: {elsewhere:?}");
    for secret in secrets {
        let told: Vec<&Exchange> = exchanges.iter().filter(|one| one.sent(secret.as_bytes())).collect();
        ensure!(told.is_empty(), "a link's secret was sent: {told:?}");
    }
    let set: Vec<&str> = exchanges
        .iter()
        .filter(|one| one.response_header("set-cookie").is_some())
        .map(Exchange::path)
        .collect();
    ensure!(set.is_empty(), "these answers set a cookie: {set:?}");
    let breaches: Vec<String> = wire.policy_reports().iter().map(|report| summary(report)).collect();
    ensure!(breaches.is_empty(), "the content security policy was breached: {breaches:?}");
    Ok(())
}

fn summary(report: &str) -> String {
    let value: Value = serde_json::from_str(report).unwrap_or_default();
    let report = &value["csp-report"];
    format!("{} blocked {} at {}", report["violated-directive"], report["blocked-uri"], report["source-file"])
}
