//! The accessibility audit of axe-core, run in the page.

use crate::browser::Browser;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;

/// WCAG 2.2 AA and what axe calls best practice; nothing is fetched for it. A page that is still fading in has not its colours yet, so
/// its animations are brought to their end first. A bar that stays in sight while the page scrolls under it covers something
/// wherever one has scrolled to, and everything can be scrolled free of it: for the audit it stands in its place on the page.
const RUN: &str = "
const done = arguments[arguments.length - 1];
for (const one of document.getAnimations()) {
  if (one.effect?.getComputedTiming().endTime !== Infinity) one.finish();
}
const bars = [...document.querySelectorAll('body *')].filter((one) => getComputedStyle(one).position === 'sticky');
for (const one of bars) one.style.position = 'static';
const found = (violations) => {
  for (const one of bars) one.style.removeProperty('position');
  done(violations);
};
axe.run(document, {
  preload: false,
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}).then(
  (result) => found(result.violations.map((violation) => ({
    rule: violation.id,
    help: violation.help,
    where: violation.nodes.map((node) => node.target.join(' ') + ': ' + node.failureSummary),
  }))),
  (error) => found([{ rule: 'axe itself', help: String(error), where: [] }]),
);";

/// Fails with what axe finds wrong on the page.
pub async fn audit(browser: &Browser) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("node/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&path).context("axe-core is not installed: run `cargo xtask e2e`")?;
    let script = format!("{axe};\n{RUN}");
    let found = browser.driver().execute_async(script, Vec::new()).await?;
    let found = found.json().as_array().context("axe answers with a list")?.clone();
    let words: Vec<String> = found.iter().map(describe).collect();
    ensure!(words.is_empty(), "axe finds:\n{}", words.join("\n"));
    Ok(())
}

fn describe(violation: &Value) -> String {
    let text = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
    let places = violation["where"].as_array().into_iter().flatten().filter_map(Value::as_str);
    format!("{} ({})\n    {}", text("rule"), text("help"), places.collect::<Vec<_>>().join("\n    "))
}
