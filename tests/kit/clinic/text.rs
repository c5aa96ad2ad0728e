//! A text message as the phone gets it.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// One text.
#[derive(Clone, Debug)]
pub struct Text {
    /// The number it goes to.
    pub to: String,
    /// All of its words.
    pub words: String,
    /// The link's public id.
    pub lid: String,
}

impl Text {
    /// Reads a file of the outbox.
    pub fn read(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).with_context(|| format!("no text at {}", path.display()))?;
        let file: Value = serde_json::from_slice(&file)?;
        let member = |name: &str| Some(file.get(name)?.as_str()?.to_owned());
        Ok(Self {
            to: member("to").context("a text without a number")?,
            words: member("text").context("a text without words")?,
            lid: member("lid").context("a text without a link id")?,
        })
    }

    /// The link in it.
    pub fn link(&self) -> Result<&str> {
        let mut words = self.words.split_whitespace();
        words.find(|word| word.contains("/m#")).context("a text without a link")
    }

    /// What stands behind the `#`.
    pub fn secret(&self) -> Result<&str> {
        Ok(self.link()?.split_once('#').context("a link without a secret")?.1)
    }
}
