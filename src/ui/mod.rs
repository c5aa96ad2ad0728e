//! The parts that pages are made of. Each draws plain HTML with the words it is given; none knows a flow.

pub mod button;
pub mod choice;
pub mod date_of_birth;
pub mod dialog;
pub mod disclosure;
pub mod error_summary;
pub mod facts;
pub mod field;
pub mod heading;
pub mod notice;
pub mod receipt;
pub mod rich_text;
pub mod tag;
