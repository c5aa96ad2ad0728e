//! How far an opt-out reaches: one category, or everything.

use postern_protocol::category::Category;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How far an opt-out or an opt-in reaches. Its text form is `everything` or a category's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// Every text, those the person's own act asks for included.
    Everything,
    /// The texts of one category.
    Category(Category),
}

impl Scope {
    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Category(category) => category.as_str(),
        }
    }
}

/// There is no such scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no such scope: choose everything, appointments, messages, forms, payments, recall, surveys, marketing or security"
)]
pub struct NoSuchScope;

impl FromStr for Scope {
    type Err = NoSuchScope;
    fn from_str(text: &str) -> Result<Self, NoSuchScope> {
        match text {
            "everything" => Ok(Self::Everything),
            category => category.parse().map(Self::Category).map_err(|_| NoSuchScope),
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = NoSuchScope;
    fn try_from(text: String) -> Result<Self, NoSuchScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.as_str().into()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reads_back_from_its_text_and_another_text_is_none() {
        let categories = Category::ALL.iter().map(|one| Scope::Category(*one));
        for scope in categories.chain([Scope::Everything]) {
            assert_eq!(scope.as_str().parse(), Ok(scope));
            assert!(NoSuchScope.to_string().contains(scope.as_str()), "the error names every choice");
        }
        assert!("all".parse::<Scope>().is_err());
    }
}
