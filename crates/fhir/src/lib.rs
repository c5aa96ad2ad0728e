//! The few FHIR R4 (4.0.1) resources that travel inside a sealed message or answer, and the small Markdown their texts are
//! written in. Pure: no input or output, no clock. It lands in the patient's download, so the resources are read from and
//! written to one [`postern_json::Value`] by hand: a derived visitor a type weighs more than all of this crate.
//!
//! Reading ignores members it does not know, as FHIR asks of a receiver that only displays; a member that is known and has
//! the wrong type, or a required one that is missing, is a [`ReadError`]. Writing keeps what these types hold and nothing
//! else: who forwards a resource unchanged keeps the original JSON beside it.
//!
//! Questionnaires are more than read: [`questionnaire`] is the engine that fills them in.
//!
//! What FHIR leaves to extensions:
//!
//! | what | where | value |
//! |---|---|---|
//! | time zone of an appointment or a patient | `extension` `http://hl7.org/fhir/StructureDefinition/timezone` | `valueCode`, IANA name |
//! | until when an answer may be changed | `Appointment.extension` [`CHANGE_UNTIL_URL`] | `valueInstant` |
//! | "please give me another time" | `AppointmentResponse.extension` [`PROPOSED_NEW_TIME_URL`] (R5's own member, by HL7's cross-version rule) | `valueBoolean` |
//! | days and times of day that suit | `AppointmentResponse.extension` [`PREFERRED_TIMES_URL`] | `valueTiming` |
//! | pages, number, named sentences and signature of a consent | `Consent.extension`, see [`consent`] | |
//! | something to do on a page elsewhere, and that it was opened | `Task`, see [`task`] | |
//! | how texts stand, and what a person wishes of them | `Parameters`, see [`preferences`] | |
//! | that a reply is offered, and in how many office hours it is answered | `HealthcareService.extension` [`replies::ANSWER_WITHIN_URL`] | `valueDuration` |
//! | what may go to a patient's helper | `RelatedPerson.extension` [`related_person::SCOPE_URL`], repeated | `valueCode`, a category |
//! | who answers for the patient | `AppointmentResponse.contained` `RelatedPerson`, referred to by `actor` | name and relationship as text |
//!
//! ```
//! use postern_fhir::{Bundle, Communication, Entry};
//! let told = Bundle::of([Entry::Communication(Communication::text("Your results", "They are **good**."))]);
//! let json = serde_json::to_string(&told).unwrap();
//! assert_eq!(serde_json::from_str::<Bundle>(&json).unwrap(), told);
//! ```

extern crate alloc;

pub mod appointment;
pub mod appointment_response;
pub mod bundle;
pub mod code;
pub mod communication;
pub mod consent;
pub mod datatype;
pub mod instant;
mod json;
pub mod patient;
pub mod preferences;
pub mod questionnaire;
pub mod related_person;
pub mod replies;
pub mod task;

pub use appointment::{Appointment, CHANGE_UNTIL_URL};
pub use appointment_response::{AppointmentResponse, PREFERRED_TIMES_URL, PROPOSED_NEW_TIME_URL};
pub use bundle::{Bundle, Entry};
pub use communication::Communication;
pub use consent::Consent;
pub use json::ReadError;
pub use patient::Patient;
pub use postern_markdown as markdown;
pub use preferences::Preferences;
pub use related_person::RelatedPerson;
pub use replies::Replies;
pub use task::Task;
