//! Moments as the demo's pages show them: in UTC, since the pages are made where nobody's zone is known.

use postern_fhir::instant;
use postern_protocol::time::Timestamp;

/// For `datetime` attributes.
pub fn machine(at: Timestamp) -> String {
    instant::to_text(at.0)
}

/// `2026-11-23 15:04 UTC`.
pub fn short(at: Timestamp) -> String {
    let text = instant::to_text(at.0);
    format!("{} {} UTC", &text[..10], &text[11..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_short_and_says_its_zone() {
        assert_eq!(short(Timestamp(1_795_446_245_000)), "2026-11-23 15:04 UTC");
    }
}
