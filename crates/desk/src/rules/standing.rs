//! What all facts of one number add up to: everything that a decision to send reads, and no more. It stays small however long
//! the ledger is.

use super::{
    fact::{Basis, Channel, Confirmation, ConsentForm, Fact, Source, TextKind, is_false},
    scope::Scope,
};
use postern_protocol::{category::Category, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Texts older than this count for no rule and are left out.
const COUNTED_SECONDS: i64 = 31 * 24 * 60 * 60;

/// Where a number stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// What its holder wants no texts of.
    pub opted_out: BTreeMap<Scope, OptOut>,
    /// Since when somebody else is said to hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<Timestamp>,
    /// That it is the patient's, as known last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmed>,
    /// Until when its holder wants no texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Timestamp>,
    /// What each patient at this number said to each category, by the clinic's id of them.
    pub consents: BTreeMap<String, BTreeMap<Category, Choice>>,
    /// The texts of the last 31 days, in order.
    pub texts: Vec<Text>,
}

/// An opt-out that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    /// Since when.
    pub at: Timestamp,
    /// On which way it was said.
    pub channel: Channel,
}

/// That the number is the patient's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// When it was known last.
    pub at: Timestamp,
    /// How.
    pub how: Confirmation,
}

/// The last word of a person on a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Agreed.
    Given {
        /// In which form.
        form: ConsentForm,
        /// From when.
        since: Timestamp,
        /// Until when.
        until: Option<Timestamp>,
        /// Where it stands.
        source: Source,
        /// A helper gave it for the patient as a child.
        #[serde(default, skip_serializing_if = "is_false")]
        for_child: bool,
    },
    /// Taken back, or refused.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

/// A text that was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Its id.
    pub id: String,
    /// When it was decided.
    pub at: Timestamp,
    /// About what.
    pub category: Category,
    /// On which basis.
    pub basis: Basis,
    /// Whether it counts among the texts without consent.
    pub counted: bool,
    /// Of which kind.
    pub kind: TextKind,
}

impl Standing {
    /// Takes in the next fact of this number, which the ledger tells at `at`.
    pub fn apply(&mut self, at: Timestamp, fact: &Fact) {
        match fact {
            Fact::ConsentGiven { category, person, form, since, until, source, for_child } => {
                let (form, since, until, for_child) = (*form, *since, *until, *for_child);
                let given = Choice::Given { form, since, until, source: source.clone(), for_child };
                self.consents.entry(person.clone()).or_default().insert(*category, given);
            }
            Fact::ConsentWithdrawn { category, person, .. } => {
                self.consents.entry(person.clone()).or_default().insert(*category, Choice::Withdrawn { at });
            }
            Fact::OptedOut { scope, channel } => {
                self.opted_out.entry(*scope).or_insert(OptOut { at, channel: *channel });
            }
            Fact::OptedIn { scope: Scope::Everything, .. } => self.opted_out.clear(),
            Fact::OptedIn { scope: Scope::Category(wanted), .. } => self.opt_in(*wanted),
            Fact::Paused { until } => self.paused = *until,
            Fact::NumberConfirmed { how } => self.confirmed = Some(Confirmed { at, how: how.clone() }),
            Fact::NumberReported => {
                self.reported.get_or_insert(at);
                // Whoever confirmed it may have been the wrong person.
                self.confirmed = None;
            }
            Fact::NumberSettled => self.reported = None,
            Fact::TextDecided { text, category, basis, counted, occasion, .. } => {
                let oldest = at.plus_seconds(-COUNTED_SECONDS);
                self.texts.retain(|text| text.at > oldest);
                self.texts.push(Text {
                    id: text.clone(),
                    at,
                    category: *category,
                    basis: *basis,
                    counted: *counted,
                    kind: *occasion,
                });
            }
            Fact::TextReturned { text } => self.texts.retain(|one| one.id != *text),
        }
    }

    /// One category is wanted again. Where everything was out, the others stay out one by one.
    fn opt_in(&mut self, wanted: Category) {
        self.opted_out.remove(&Scope::Category(wanted));
        if let Some(everything) = self.opted_out.remove(&Scope::Everything) {
            let others = Category::ALL.iter().filter(|one| **one != wanted && **one != Category::Security);
            for other in others {
                self.opted_out.entry(Scope::Category(*other)).or_insert(everything);
            }
        }
    }

    /// The opt-out that stands against a category, if one does.
    pub fn opt_out_of(&self, category: Category) -> Option<(Scope, OptOut)> {
        [Scope::Everything, Scope::Category(category)]
            .into_iter()
            .find_map(|scope| self.opted_out.get(&scope).map(|found| (scope, *found)))
    }

    /// Whether a helper agreed to anything for this patient as a child.
    pub(crate) fn has_consent_for_child(&self, person: &str) -> bool {
        let choices = self.consents.get(person).into_iter().flat_map(BTreeMap::values);
        choices.into_iter().any(|one| matches!(one, Choice::Given { for_child: true, .. }))
    }

    /// The last word of a person on a category.
    pub fn choice(&self, person: &str, category: Category) -> Option<&Choice> {
        self.consents.get(person)?.get(&category)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(facts: &[Fact]) -> Standing {
        let mut standing = Standing::default();
        for (at, fact) in facts.iter().enumerate() {
            standing.apply(Timestamp(i64::try_from(at).unwrap()), fact);
        }
        standing
    }

    fn out(scope: Scope) -> Fact {
        Fact::OptedOut { scope, channel: Channel::Page }
    }

    fn back(scope: Scope) -> Fact {
        Fact::OptedIn { scope, channel: Channel::ProvenPage }
    }

    #[test]
    fn one_category_back_after_everything_leaves_the_others_out() {
        let standing = after(&[out(Scope::Everything), back(Scope::Category(Category::Appointments))]);
        assert!(standing.opt_out_of(Category::Appointments).is_none());
        assert!(standing.opt_out_of(Category::Security).is_none());
        assert!(standing.opt_out_of(Category::Marketing).is_some());
        assert!(standing.opt_out_of(Category::Messages).is_some());
    }

    #[test]
    fn everything_back_lifts_every_opt_out() {
        let standing =
            after(&[out(Scope::Category(Category::Recall)), out(Scope::Everything), back(Scope::Everything)]);
        assert_eq!(standing, Standing::default());
    }

    #[test]
    fn an_opt_out_said_twice_keeps_its_first_moment() {
        let standing = after(&[out(Scope::Everything), out(Scope::Everything)]);
        assert_eq!(standing.opted_out[&Scope::Everything].at, Timestamp(0));
    }

    #[test]
    fn a_reported_number_is_no_longer_confirmed_and_settling_does_not_confirm_it() {
        let confirmed = Fact::NumberConfirmed { how: Confirmation::Yes };
        let standing = after(&[confirmed, Fact::NumberReported, Fact::NumberSettled]);
        assert_eq!(standing, Standing::default());
    }

    #[test]
    fn a_returned_text_leaves_no_trace_and_an_old_one_is_left_out() {
        let decided = |text: &str| Fact::TextDecided {
            text: text.into(),
            category: Category::Messages,
            basis: Basis::Transactional,
            counted: true,
            occasion: TextKind::Message,
            person: "p-1".into(),
            zone: None,
            checked_in: None,
            policy: "test".into(),
        };
        assert_eq!(after(&[decided("a"), Fact::TextReturned { text: "a".into() }]), Standing::default());
        let mut standing = after(&[decided("a")]);
        standing.apply(Timestamp(0).plus_seconds(COUNTED_SECONDS), &decided("b"));
        assert_eq!(standing.texts.iter().map(|text| text.id.as_str()).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn a_standing_reads_back_from_its_json() {
        let consent = Fact::ConsentGiven {
            category: Category::Marketing,
            person: "p-1".into(),
            form: ConsentForm::MarketingWritten,
            since: Timestamp(5),
            until: None,
            source: Source::Paper("box 7".into()),
            for_child: true,
        };
        let standing = after(&[out(Scope::Category(Category::Recall)), consent]);
        let json = serde_json::to_string(&standing).unwrap();
        assert_eq!(serde_json::from_str::<Standing>(&json).unwrap(), standing);
    }
}
