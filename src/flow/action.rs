//! Something to do on a page elsewhere: pay, join a visit.

use postern_fhir::{
    Task,
    markdown::{Scheme, Target},
};
use postern_json::Value;

/// What is offered, checked: an `https` page at a named host.
pub struct Offer {
    /// As asked.
    pub task: Task,
    /// The host, to be named on the button.
    pub host: String,
}

impl Offer {
    /// `None` if this page cannot show it.
    pub fn read(value: &Value) -> Option<Self> {
        let task = Task::read(value).ok().filter(|task| task.opened.is_none())?;
        let target = Target::parse(&task.address).filter(|target| target.scheme == Scheme::Https)?;
        let host = target.host()?.into();
        Some(Self { task, host })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_fhir::task::ActionKind;

    #[test]
    fn a_button_names_the_host_it_leads_to_or_there_is_none() {
        let host =
            |address: &str| Offer::read(&Task::new(ActionKind::Pay, address).write()).map(|one| one.host);
        assert_eq!(host("https://pay.oak.example/bill?n=1#a").as_deref(), Some("pay.oak.example"));
        for address in [
            "http://pay.oak.example/",
            "tel:+12025550143",
            "javascript:alert(1)",
            "https://a@pay.oak.example/",
            "/m",
            "",
        ] {
            assert_eq!(host(address), None, "{address}");
        }
        let opened = Task::new(ActionKind::Pay, "https://pay.oak.example/").opened_at("2026-11-23");
        assert!(Offer::read(&opened.write()).is_none(), "what was opened is not asked for");
    }
}
