//! The templates of a text message, by name. Their words are data, in `words/<language>.toml`.

use postern_protocol::category::Category;
use serde::{Deserialize, Serialize};

macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A template's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Template {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Template {
            /// Every template.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its stable name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

templates! {
    /// A message waits behind the link.
    SecureMessage = "secure-message";
    /// A visit to confirm.
    AppointmentReminder = "appointment-reminder";
    /// The room is ready.
    RoomReady = "room-ready";
    /// A visit was missed.
    MissedAppointment = "missed-appointment";
    /// To read before a visit.
    VisitGuidelines = "visit-guidelines";
    /// Asks whether the number is right.
    Number = "number";
    /// Carries a code.
    Code = "code";
    /// The new link that was asked for.
    NewLink = "new-link";
    /// After consent.
    Welcome = "welcome";
    /// Answers HELP.
    Help = "help";
    /// Answers what no machine reads.
    NotUnderstood = "not-understood";
    /// Confirms an opt-out.
    OptOutDone = "opt-out-done";
}

impl Template {
    /// What a message under it is about, where nothing else says so.
    pub fn category(self) -> Category {
        match self {
            Self::SecureMessage | Self::NewLink => Category::Messages,
            Self::AppointmentReminder | Self::RoomReady | Self::MissedAppointment | Self::VisitGuidelines => {
                Category::Appointments
            }
            Self::Number
            | Self::Code
            | Self::Welcome
            | Self::Help
            | Self::NotUnderstood
            | Self::OptOutDone => Category::Security,
        }
    }

    /// Whether it carries a link to a message.
    pub fn carries_link(self) -> bool {
        matches!(
            self,
            Self::SecureMessage
                | Self::AppointmentReminder
                | Self::RoomReady
                | Self::MissedAppointment
                | Self::VisitGuidelines
                | Self::NewLink
        )
    }
}

/// There is no such template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no template {0}: choose one of {list}", list = names())]
pub struct NoSuchTemplate(pub String);

fn names() -> String {
    let names: Vec<&str> =
        Template::ALL.iter().filter(|one| one.carries_link()).map(|one| one.as_str()).collect();
    names.join(", ")
}

impl std::str::FromStr for Template {
    type Err = NoSuchTemplate;
    fn from_str(text: &str) -> Result<Self, NoSuchTemplate> {
        Self::ALL
            .iter()
            .copied()
            .find(|one| one.as_str() == text)
            .ok_or_else(|| NoSuchTemplate(text.to_owned()))
    }
}
