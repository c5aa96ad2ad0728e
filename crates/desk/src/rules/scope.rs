//! How far an opt-out reaches: one category, or everything.

use postern_protocol::category::{Category, NoSuchCategory};
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

impl FromStr for Scope {
    type Err = NoSuchCategory;
    fn from_str(text: &str) -> Result<Self, NoSuchCategory> {
        if text == "everything" { Ok(Self::Everything) } else { text.parse().map(Self::Category) }
    }
}

impl TryFrom<String> for Scope {
    type Error = NoSuchCategory;
    fn try_from(text: String) -> Result<Self, NoSuchCategory> {
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
        for scope in [Scope::Everything, Scope::Category(Category::Recall)] {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        assert!("all".parse::<Scope>().is_err());
    }
}
