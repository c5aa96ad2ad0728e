//! What a text is about, as far as the rules on sending and a patient's choices tell it apart (docs/RULES.md).

use core::fmt;
use postern_json::{FromJson, Value};
use serde::{Deserialize, Serialize};

macro_rules! categories {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A category of texts. The text form is stable: it stands in consents, opt-outs and ledgers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Category {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Category {
            /// Every category, in the order in which a patient sees them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable text.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

categories! {
    /// Visits: reminders, changes, getting ready.
    Appointments = "appointments";
    /// What the clinic writes: results, answers.
    Messages = "messages";
    /// Forms for a visit.
    Forms = "forms";
    /// Bills and how to pay them.
    Payments = "payments";
    /// It is time for a check-up or a vaccination.
    Recall = "recall";
    /// How it was.
    Surveys = "surveys";
    /// Offers.
    Marketing = "marketing";
    /// What the person just asked for or has to know of their own act: a code, a new link, an opt-out done.
    Security = "security";
}

/// There is no such category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no such category: choose appointments, messages, forms, payments, recall, surveys, marketing or security"
)]
pub struct NoSuchCategory;

impl core::str::FromStr for Category {
    type Err = NoSuchCategory;
    fn from_str(text: &str) -> Result<Self, NoSuchCategory> {
        Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or(NoSuchCategory)
    }
}

impl FromJson for Category {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_reads_back_from_its_text_and_from_json() {
        for category in Category::ALL {
            assert_eq!(category.as_str().parse(), Ok(*category));
            assert_eq!(Category::from_json(&Value::String(category.as_str().into())), Some(*category));
        }
    }

    #[test]
    fn another_text_or_case_is_none() {
        for text in ["", "Marketing", "all", "messages "] {
            assert_eq!(text.parse::<Category>(), Err(NoSuchCategory), "{text}");
        }
    }
}
