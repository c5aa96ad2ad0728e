use clap::{ArgGroup, Args};
use std::fmt;

/// Whom it is about: a patient, or somebody who helps one.
#[derive(Args)]
#[command(group = ArgGroup::new("whose").required(true).args(["patient", "helper"]))]
pub struct WhoseArguments {
    /// The patient's id
    #[arg(long, value_name = "PATIENT")]
    pub patient: Option<String>,
    /// The id of somebody who may answer for a patient
    #[arg(long, value_name = "HELPER")]
    pub helper: Option<String>,
}

/// The same as one of the two.
pub enum Whose {
    /// A patient, by id.
    Patient(String),
    /// A helper, by id.
    Helper(String),
}

impl From<WhoseArguments> for Whose {
    fn from(arguments: WhoseArguments) -> Self {
        match (arguments.patient, arguments.helper) {
            (_, Some(id)) => Self::Helper(id),
            (Some(id), None) => Self::Patient(id),
            (None, None) => unreachable!("the command line asks for one of them"),
        }
    }
}

impl Whose {
    /// What was done, for programs.
    pub fn told(&self, done: &str) -> serde_json::Value {
        match self {
            Self::Patient(id) => serde_json::json!({ "patient": id, done: true }),
            Self::Helper(id) => serde_json::json!({ "helper": id, done: true }),
        }
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Patient(id) => write!(f, "patient {id}"),
            Self::Helper(id) => write!(f, "helper {id}"),
        }
    }
}
