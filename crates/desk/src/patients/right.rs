//! How long a helper may answer for a patient.

use super::{helper::KeptHelper, of_age::of_age_at, person::Kept};
use crate::{desk::Desk, refusal::Refusal, rules::Policy, trouble::Trouble};
use postern_protocol::time::Timestamp;

/// The shortest life of a link, in seconds: a helper whose time is over sooner gets none.
const SHORTEST_LINK: i64 = 60 * 60;

/// From when until when a helper may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Right {
    /// From when, where that is said.
    pub from: Option<Timestamp>,
    /// From when not any more, where it ends.
    pub until: Option<Timestamp>,
    /// It ends because a child comes of age.
    pub of_age: bool,
}

impl Right {
    /// Whether it holds at this moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

impl Desk {
    /// When the patient comes of age, where the birth date is known.
    pub(crate) fn of_age(&self, kept: &Kept, policy: &Policy) -> Option<Timestamp> {
        of_age_at(kept.born.as_deref()?, policy.of_age, &self.zone_of(kept.own_zone.as_deref()))
    }

    /// Whether the patient speaks for themselves at this moment. One whose birth date nobody knows does.
    pub(crate) fn is_of_age(&self, kept: &Kept, policy: &Policy, at: Timestamp) -> bool {
        self.of_age(kept, policy).is_none_or(|of_age| of_age <= at)
    }

    pub(crate) fn right_of(&self, kept: &Kept, helper: &KeptHelper, policy: &Policy) -> Right {
        let zone = self.zone_of(kept.own_zone.as_deref());
        let named = helper.named(&zone);
        let ends = helper.helper.ends(&zone);
        // Who was named for a child was not named by the adult.
        let of_age = self.of_age(kept, policy).filter(|of_age| named < *of_age);
        let (until, of_age) = match (ends, of_age) {
            (Some(ends), Some(of_age)) => (Some(ends.min(of_age)), of_age < ends),
            (ends, of_age) => (ends.or(of_age), ends.is_none()),
        };
        Right { from: helper.helper.begins(&zone), until, of_age }
    }

    /// What stands against sending to a helper now, apart from what the message is about.
    pub(crate) async fn helper_refusals(
        &self,
        kept: &Kept,
        helper: &KeptHelper,
    ) -> Result<Vec<Refusal>, Trouble> {
        if helper.helper.patient != kept.person.id {
            return Ok(vec![Refusal::new(
                "helper-of-another-patient",
                "This helper is not named for this patient",
                "Choose one that `postern patients show` lists for the patient.",
            )]);
        }
        let now = self.now();
        let right = self.right_of(kept, helper, &self.policy().await?);
        let mut refusals = Vec::new();
        if right.from.is_some_and(|from| now < from) {
            refusals.push(Refusal::new(
                "helper-not-yet",
                "The time for which this helper is named has not begun",
                "Send it later, or to the patient.",
            ));
        }
        if right.until.is_some_and(|until| until <= now.plus_seconds(SHORTEST_LINK)) {
            refusals.push(if right.of_age {
                Refusal::new(
                    "helper-of-a-child",
                    "This helper was named for a child, and the patient has come of age",
                    "Ask the patient. If they want this helper, import it again with a period that starts now.",
                )
            } else {
                Refusal::new(
                    "helper-ended",
                    "The time for which this helper is named is over",
                    "Send it to the patient, or import the helper again with another period.",
                )
            });
        }
        if helper.helper.number.is_none() {
            refusals.push(Refusal::new(
                "helper-without-number",
                "The helper has no number for texts",
                "Add a telecom of system sms, or a mobile phone, and import again.",
            ));
        }
        if helper.helper.birth_date.is_none() {
            refusals.push(Refusal::new(
                "helper-without-birth-date",
                "The helper has no birth date, which the link asks for",
                "Add RelatedPerson.birthDate, the helper's own, and import again.",
            ));
        }
        Ok(refusals)
    }
}
