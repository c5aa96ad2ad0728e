//! A page as a person meets it: things with a role and a name, not tags and classes.

mod element;
mod role;

pub use element::Element;
pub use role::Role;

use crate::browser::Browser;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use thirtyfour::{By, Key};
use tokio::time::{Instant, sleep};

/// How long a thing may take to appear. Browsers share two processors with each other.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(100);

/// The open page of a browser.
pub struct Page<'a> {
    browser: &'a Browser,
    patience: Duration,
}

impl<'a> Page<'a> {
    /// The page that this browser shows.
    pub fn of(browser: &'a Browser) -> Self {
        Self { browser, patience: PATIENCE }
    }

    /// The same page, for what takes longer.
    pub fn patient(&self, patience: Duration) -> Self {
        Self { browser: self.browser, patience }
    }

    /// Goes to an address.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.browser.driver().goto(address).await.with_context(|| format!("{address} does not open"))
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<()> {
        self.browser.driver().refresh().await.context("the page does not reload")
    }

    /// Waits for a thing with this role whose name is `name`.
    pub async fn find(&self, role: Role, name: &str) -> Result<Element> {
        let deadline = Instant::now() + self.patience;
        loop {
            if let Some(element) = self.now(role, name).await? {
                return Ok(element);
            }
            if Instant::now() > deadline {
                let seen = self.names(role).await.unwrap_or_default();
                bail!(
                    "no {role:?} named {name:?}; there are {seen:?}; the page says:\n{}",
                    self.text().await?
                );
            }
            sleep(PAUSE).await;
        }
    }

    /// The thing with this role and name, if it is there now.
    pub async fn now(&self, role: Role, name: &str) -> Result<Option<Element>> {
        for element in self.all(role).await? {
            if element.name().await.is_ok_and(|found| found == name) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Names of all things with this role, in order.
    pub async fn names(&self, role: Role) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for element in self.all(role).await? {
            names.extend(element.name().await);
        }
        Ok(names)
    }

    /// All that can be seen with this role now.
    pub async fn all(&self, role: Role) -> Result<Vec<Element>> {
        let mut found = Vec::new();
        for element in self.browser.driver().find_all(By::Css(role.candidates())).await? {
            let element = Element::new(element);
            // What vanishes while it is looked at is not there.
            if element.is_shown().await.unwrap_or(false) && element.has_role(role).await.unwrap_or(false) {
                found.push(element);
            }
        }
        Ok(found)
    }

    /// Waits for a heading.
    pub async fn heading(&self, name: &str) -> Result<Element> {
        self.find(Role::Heading, name).await
    }

    /// Waits for a button.
    pub async fn button(&self, name: &str) -> Result<Element> {
        self.find(Role::Button, name).await
    }

    /// Waits for a link.
    pub async fn link(&self, name: &str) -> Result<Element> {
        self.find(Role::Link, name).await
    }

    /// Waits for something to type into.
    pub async fn field(&self, name: &str) -> Result<Element> {
        self.find(Role::Field, name).await
    }

    /// Waits for a box to check.
    pub async fn checkbox(&self, name: &str) -> Result<Element> {
        self.find(Role::Checkbox, name).await
    }

    /// Waits for one of several choices.
    pub async fn choice(&self, name: &str) -> Result<Element> {
        self.find(Role::Radio, name).await
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.button(name).await?.press().await
    }

    /// Unfolds a line.
    pub async fn unfold(&self, name: &str) -> Result<()> {
        self.find(Role::Disclosure, name).await?.press().await
    }

    /// Empties a field and types into it.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        self.field(name).await?.fill(text).await
    }

    /// The text that can be seen.
    pub async fn text(&self) -> Result<String> {
        let body = self.browser.driver().find(By::Tag("body")).await?;
        Ok(body.text().await?)
    }

    /// Waits until the page says this.
    pub async fn says(&self, words: &str) -> Result<()> {
        self.waits(|text| text.contains(words))
            .await
            .with_context(|| format!("the page never says {words:?}"))
    }

    /// Waits until the page no longer says this.
    pub async fn no_longer_says(&self, words: &str) -> Result<()> {
        self.waits(|text| !text.contains(words))
            .await
            .with_context(|| format!("the page still says {words:?}"))
    }

    async fn waits(&self, holds: impl Fn(&str) -> bool) -> Result<()> {
        let deadline = Instant::now() + self.patience;
        loop {
            let text = self.text().await.unwrap_or_default();
            if holds(&text) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the page says:\n{text}");
            }
            sleep(PAUSE).await;
        }
    }

    /// The address in the address bar.
    pub async fn address(&self) -> Result<String> {
        Ok(self.script("return location.href").await?.as_str().unwrap_or_default().to_owned())
    }

    /// The page's title.
    pub async fn title(&self) -> Result<String> {
        Ok(self.browser.driver().title().await?)
    }

    /// Everything in the document, shown or not, as markup. Between two pages a browser has none for a moment: then of the next.
    pub async fn document(&self) -> Result<String> {
        let deadline = Instant::now() + self.patience;
        loop {
            match self.browser.driver().source().await {
                Ok(markup) => return Ok(markup),
                Err(error) if Instant::now() > deadline => return Err(error.into()),
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    /// Presses a key where the focus is.
    pub async fn key(&self, key: Key) -> Result<()> {
        let element = self.browser.driver().active_element().await?;
        element.send_keys(key + "").await.context("the key cannot be pressed")
    }

    /// Name of what has the focus, if anything has.
    pub async fn focused(&self) -> Result<Option<String>> {
        let element = self.browser.driver().active_element().await?;
        let element = Element::new(element);
        Ok(element.name().await.ok())
    }

    /// Runs a script in the page, for what a person cannot see.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.browser.driver().execute(script, Vec::new()).await?.json().clone())
    }

    /// Takes a picture.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        self.browser
            .driver()
            .screenshot(path)
            .await
            .with_context(|| format!("no picture at {}", path.display()))
    }
}
