//! FHIR data types that several resources share.

pub mod address;
pub mod helper;
pub mod human_name;
pub mod preferred_times;
pub mod reference;

pub use address::Address;
pub use helper::Helper;
pub use human_name::HumanName;
pub use preferred_times::PreferredTimes;
pub use reference::Reference;

/// The standard extension for an IANA time zone.
pub const TIMEZONE_URL: &str = "http://hl7.org/fhir/StructureDefinition/timezone";
