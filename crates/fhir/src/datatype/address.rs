//! `Address`, as lines to show.

use crate::json::{self, Object, ReadError};
use alloc::{format, string::String, vec::Vec};
use postern_json::Value;

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The whole as it should stand, lines separated by line feeds.
    pub text: Option<String>,
    /// Street, floor, door.
    pub lines: Vec<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
}

impl Address {
    /// An address known only as one text.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// The lines to show: those of the text, else street lines, then city, state and postal code.
    pub fn display_lines(&self) -> Vec<String> {
        if let Some(text) = &self.text {
            return text.lines().map(str::trim).filter(|line| !line.is_empty()).map(String::from).collect();
        }
        let mut lines = self.lines.clone();
        let region: Vec<&str> =
            [&self.state, &self.postal_code].into_iter().flatten().map(String::as_str).collect();
        let last = match (&self.city, region.join(" ")) {
            (Some(city), region) if region.is_empty() => city.clone(),
            (Some(city), region) => format!("{city}, {region}"),
            (None, region) => region,
        };
        if !last.is_empty() {
            lines.push(last);
        }
        lines
    }

    pub(crate) fn read(value: &Value) -> Result<Self, ReadError> {
        if !value.is_object() {
            return Err(ReadError::Wrong("address"));
        }
        Ok(Self {
            text: json::text(value, "address.text")?,
            lines: json::each(value, "address.line", |one| {
                one.as_str().map(String::from).ok_or(ReadError::Wrong("address.line"))
            })?,
            city: json::text(value, "address.city")?,
            state: json::text(value, "address.state")?,
            postal_code: json::text(value, "address.postalCode")?,
        })
    }

    pub(crate) fn write(&self) -> Value {
        Object::new()
            .text("text", &self.text)
            .list("line", self.lines.iter().map(|one| one.as_str().into()).collect())
            .text("city", &self.city)
            .text("state", &self.state)
            .text("postalCode", &self.postal_code)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_in_lines() {
        let address = Address {
            lines: alloc::vec!["12 Oak Street".into(), "2nd floor".into()],
            city: Some("Springfield".into()),
            state: Some("MA".into()),
            postal_code: Some("01101".into()),
            ..Address::default()
        };
        assert_eq!(address.display_lines(), ["12 Oak Street", "2nd floor", "Springfield, MA 01101"]);
        assert_eq!(
            Address::from_text("12 Oak Street\n\nSpringfield ").display_lines(),
            ["12 Oak Street", "Springfield"]
        );
        assert!(Address::default().display_lines().is_empty());
    }
}
