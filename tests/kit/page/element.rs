//! One thing on a page.

use super::Role;
use anyhow::{Context, Result};
use std::sync::Arc;
use thirtyfour::common::command::{Command, ExtensionCommand};
use thirtyfour::{Key, WebElement};

/// Something on the page.
#[derive(Clone)]
pub struct Element(WebElement);

/// `Get Computed Role` and `Get Computed Label` of the WebDriver standard.
#[derive(Debug)]
struct Computed {
    element: String,
    what: &'static str,
}

impl ExtensionCommand for Computed {
    fn parameters_json(&self) -> Option<serde_json::Value> {
        None
    }

    fn method(&self) -> http::Method {
        http::Method::GET
    }

    fn endpoint(&self) -> Arc<str> {
        format!("/element/{}/{}", self.element, self.what).into()
    }
}

impl Element {
    pub(super) fn new(element: WebElement) -> Self {
        Self(element)
    }

    /// Its accessible name, spaces made single.
    pub async fn name(&self) -> Result<String> {
        let name = self.computed("computedlabel").await?;
        Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    pub(super) async fn has_role(&self, role: Role) -> Result<bool> {
        Ok(role.is(&self.computed("computedrole").await?))
    }

    pub(super) async fn is_shown(&self) -> Result<bool> {
        Ok(self.0.is_displayed().await?)
    }

    async fn computed(&self, what: &'static str) -> Result<String> {
        let command = Computed { element: self.0.element_id().to_string(), what };
        let answer = self.0.handle().cmd(Command::ExtensionCommand(Box::new(command))).await?;
        Ok(answer.value::<String>()?)
    }

    /// Presses it as a finger would.
    pub async fn press(&self) -> Result<()> {
        self.0.scroll_into_view().await?;
        self.0.click().await.context("it cannot be pressed")
    }

    /// Types into it, after what is there.
    pub async fn type_in(&self, text: &str) -> Result<()> {
        self.0.send_keys(text).await.context("it cannot be typed into")
    }

    /// Empties it and types into it.
    pub async fn fill(&self, text: &str) -> Result<()> {
        self.0.clear().await?;
        self.type_in(text).await
    }

    /// Presses Enter in it.
    pub async fn enter(&self) -> Result<()> {
        self.0.send_keys(Key::Enter + "").await.context("Enter cannot be pressed in it")
    }

    /// What stands in a field.
    pub async fn value(&self) -> Result<String> {
        Ok(self.0.prop("value").await?.unwrap_or_default())
    }

    /// The words it shows.
    pub async fn text(&self) -> Result<String> {
        Ok(self.0.text().await?)
    }

    /// Whether it can be used now.
    pub async fn is_enabled(&self) -> Result<bool> {
        Ok(self.0.is_enabled().await?)
    }

    /// Whether it is checked or chosen.
    pub async fn is_chosen(&self) -> Result<bool> {
        Ok(self.0.is_selected().await?)
    }

    /// Where a link leads.
    pub async fn leads_to(&self) -> Result<String> {
        Ok(self.0.prop("href").await?.unwrap_or_default())
    }

    /// Width and height in CSS pixels.
    pub async fn size(&self) -> Result<(f64, f64)> {
        let rectangle = self.0.rect().await?;
        Ok((rectangle.width, rectangle.height))
    }
}
