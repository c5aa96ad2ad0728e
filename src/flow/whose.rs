//! Whom a message is about and who is written to for them, as the sealed message says it.

use super::{content::Letter, visit::Visit};
use postern_fhir::datatype::Helper;
use postern_json::FromJson;
use postern_protocol::about::About;

/// One of the link's patients.
#[derive(Clone, PartialEq, Eq)]
pub struct Whose {
    /// The value for [`super::visit::VisitEvent::Whose`].
    pub place: u64,
    /// Their initials.
    pub initials: String,
    /// The day of the month they were born on, where that tells two of the same initials apart.
    pub day: Option<u8>,
    helper: Option<Helper>,
}

impl Whose {
    fn of(letter: &Letter) -> Option<Self> {
        let About { place, initials, day, helper } = About::from_json(letter.about.as_ref()?)?;
        let helper = helper.map(|one| Helper { name: one.name, relationship: one.relationship });
        Some(Self { place: place.into(), initials, day, helper })
    }
}

impl Visit {
    /// The link's patients, in order, where the messages say whom they are about.
    pub fn patients(&self) -> Vec<Whose> {
        let mut patients: Vec<Whose> = Vec::new();
        for whose in self.letters.iter().filter_map(Whose::of) {
            if patients.iter().all(|one| one.place != whose.place) {
                patients.push(whose);
            }
        }
        patients
    }

    /// The one whom the page is about.
    pub fn whose(&self) -> Option<Whose> {
        self.patients().into_iter().find(|one| one.place == self.place)
    }

    /// The helper whom the link was made for, if it was made for one: whatever is answered is by them.
    pub fn helper(&self) -> Option<Helper> {
        self.whose()?.helper
    }
}
