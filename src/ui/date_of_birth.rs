//! The three painted fields of the birth date: read, marked, never redrawn.

use crate::browser::dom;

/// The day's field.
pub const DAY: &str = "birth-day";
/// The month's field.
pub const MONTH: &str = "birth-month";
/// The year's field.
pub const YEAR: &str = "birth-year";
const FIELDS: [&str; 3] = [DAY, MONTH, YEAR];

/// As typed: day, month, year.
pub fn typed() -> [String; 3] {
    FIELDS.map(dom::value)
}

/// Marks the fields that need another look and says why under the question; `None` takes all marks away.
pub fn mark(error: Option<(String, Vec<&'static str>)>) {
    let (words, wrong) = error.unwrap_or_default();
    dom::set_text("birth-date-error", &words);
    dom::show("birth-date-error", !words.is_empty());
    for field in FIELDS {
        let is_wrong = wrong.contains(&field);
        dom::attribute(field, "aria-invalid", is_wrong.then_some("true"));
        dom::attribute(field, "aria-describedby", is_wrong.then_some("birth-date-error"));
    }
}

/// Empties the fields: the date was used, nobody who finds the page shall read it.
pub fn clear() {
    FIELDS.iter().for_each(|field| dom::clear(field));
}
