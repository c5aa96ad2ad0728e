//! The decision: policy, standing, what is to go, and the moment. Nothing else, so that it can be made again from the ledger.

use super::{
    fact::{Basis, ConsentForm, Fact, TextKind, is_false},
    policy::{Cap, Policy},
    refused::Refused,
    standing::{Choice, Standing, Text},
};
use crate::refusal::Refusal;
use jiff::tz::TimeZone;
use postern_protocol::{category::Category, time::Timestamp};
use serde::{Deserialize, Serialize};

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// So soon after an opt-out it is confirmed, or not at all.
pub(crate) const OPT_OUT_DONE_SECONDS: i64 = 5 * 60;
/// Each step passes a window, a pause or a night; more than this is no plan.
const STEPS: usize = 64;

/// A text that is to go to a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The clinic's id of the patient it is about.
    pub person: String,
    /// About what.
    pub category: Category,
    /// Of which kind.
    pub kind: Kind,
    /// Where the patient is, an IANA name.
    pub zone: Option<String>,
    /// A helper gave a consent for the patient as a child, and the patient has come of age since.
    #[serde(default, skip_serializing_if = "is_false")]
    pub of_age: bool,
}

/// Of which kind a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A message of the clinic.
    Message,
    /// A room is ready.
    RoomReady {
        /// When the patient checked in.
        checked_in: Timestamp,
    },
    /// Asks whether the number is right.
    Number,
    /// Confirms an opt-out.
    OptOutDone,
    /// Anything else that the person's own act asks for.
    Asked,
}

impl Kind {
    /// As it stands in the ledger.
    pub fn in_ledger(self) -> TextKind {
        match self {
            Self::Message => TextKind::Message,
            Self::RoomReady { .. } => TextKind::RoomReady,
            Self::Number => TextKind::Number,
            Self::OptOutDone => TextKind::OptOutDone,
            Self::Asked => TextKind::Asked,
        }
    }
}

/// A text that may go now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// Why it may.
    pub basis: Basis,
    /// Whether it counts among the texts without consent.
    pub counted: bool,
    /// The policy it was decided under.
    pub policy: String,
}

impl Permit {
    /// The fact of this decision, for a text of this id.
    pub fn fact(&self, text: impl Into<String>, request: &Request) -> Fact {
        let checked_in = match request.kind {
            Kind::RoomReady { checked_in } => Some(checked_in),
            _ => None,
        };
        Fact::TextDecided {
            text: text.into(),
            category: request.category,
            basis: self.basis,
            counted: self.counted,
            occasion: request.kind.in_ledger(),
            person: request.person.clone(),
            zone: request.zone.clone(),
            checked_in,
            policy: self.policy.clone(),
        }
    }
}

/// A text that may not go now: everything that stands against it, and when that is over, where it passes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What stands against it.
    pub refused: Vec<Refused>,
    /// The first moment at which nothing does, if nothing else happens.
    pub may_go_at: Option<Timestamp>,
}

impl Denied {
    /// For people and programs.
    pub fn refusals(&self) -> Vec<Refusal> {
        let at = |one: &Refused| if one.passes() { self.may_go_at } else { None };
        self.refused.iter().map(|one| one.refusal(at(one))).collect()
    }

    /// Nothing but the number's confirmation is missing.
    pub fn only_unconfirmed(&self) -> bool {
        matches!(self.refused[..], [Refused::Unconfirmed { .. }])
    }
}

/// Whether the text may go now.
///
/// # Errors
/// Everything that stands against it.
pub fn decide(
    policy: &Policy,
    standing: &Standing,
    request: &Request,
    now: Timestamp,
) -> Result<Permit, Denied> {
    let case = Case { policy, standing, request };
    let first = match case.at(now) {
        Ok(permit) => return Ok(permit),
        Err(against) => against,
    };
    let may_go_at = case.first_moment(&first);
    Err(Denied { refused: first.into_iter().map(|(refused, _)| refused).collect(), may_go_at })
}

/// What stands against it, and until when where it passes.
type Against = Vec<(Refused, Option<Timestamp>)>;

struct Case<'a> {
    policy: &'a Policy,
    standing: &'a Standing,
    request: &'a Request,
}

impl Case<'_> {
    fn first_moment(&self, first: &Against) -> Option<Timestamp> {
        let mut against = first.clone();
        for _ in 0..STEPS {
            let ends: Option<Vec<Timestamp>> = against.iter().map(|(_, until)| *until).collect();
            let at = ends?.into_iter().max()?;
            match self.at(at) {
                Ok(_) => return Some(at),
                Err(then) => against = then,
            }
        }
        None
    }

    fn at(&self, now: Timestamp) -> Result<Permit, Against> {
        let mut against = Against::new();
        let Request { category, kind, .. } = self.request;
        let just_opted_out = *kind == Kind::OptOutDone && self.confirms_opt_out(now);
        if let Some((scope, _)) = self.standing.opt_out_of(*category)
            && !just_opted_out
        {
            against.push((Refused::OptedOut(scope), None));
        }
        if self.standing.reported.is_some() {
            against.push((Refused::Reported, None));
        }
        let basis = match self.basis(now) {
            Ok(basis) => basis,
            Err(refused) => {
                against.push((refused, None));
                return Err(against);
            }
        };
        if basis != Basis::OwnAct {
            against.extend(self.unconfirmed(now).map(|refused| (refused, None)));
            against.extend(self.paused(now));
        }
        let free = self.is_free(now);
        let counted = basis == Basis::Transactional && !free;
        if basis != Basis::OwnAct && !free {
            against.extend(self.quiet(now));
        }
        if counted {
            let until = window(&self.policy.without_consent, self.texts(|text| text.counted), now);
            against.extend(until.map(|until| (Refused::WithoutConsentLimit, Some(until))));
        }
        if let Some(cap) = self.policy.own.get(category)
            && !just_opted_out
        {
            let of_category =
                self.texts(|text| text.category == *category && text.kind != TextKind::OptOutDone);
            let until = window(cap, of_category, now);
            against.extend(until.map(|until| (Refused::CategoryLimit(*category), Some(until))));
        }
        if against.is_empty() {
            Ok(Permit { basis, counted, policy: self.policy.id.clone() })
        } else {
            Err(against)
        }
    }

    /// Why it may go at all.
    fn basis(&self, now: Timestamp) -> Result<Basis, Refused> {
        let Request { person, category, kind, .. } = self.request;
        match kind {
            Kind::Message | Kind::RoomReady { .. } => {}
            Kind::Number => return self.number_may_be_asked(now),
            // More than five minutes after it, or a second time, nobody waits for it.
            Kind::OptOutDone if !self.confirms_opt_out(now) => return Err(Refused::NotAskedFor),
            Kind::OptOutDone | Kind::Asked => return Ok(Basis::OwnAct),
        }
        let choice = self.standing.choice(person, *category);
        let holds = match choice {
            // That the number was given for the child's care is no basis for the adult's either.
            Some(Choice::Given { for_child: true, .. }) if self.request.of_age => {
                return Err(Refused::ConsentAgedOut(*category));
            }
            Some(Choice::Given { form, since, until, .. }) => {
                let form_fits = *category != Category::Marketing || *form == ConsentForm::MarketingWritten;
                form_fits && *since <= now && until.is_none_or(|until| now < until)
            }
            Some(Choice::Withdrawn { .. }) => return Err(Refused::ConsentWithdrawn(*category)),
            None => false,
        };
        match category {
            Category::Security => Err(Refused::NotAskedFor),
            _ if holds => Ok(Basis::Consent),
            // The number was given to the clinic for the patient's care: that is what an import says.
            Category::Appointments | Category::Messages | Category::Forms => Ok(Basis::Transactional),
            Category::Payments | Category::Recall | Category::Surveys | Category::Marketing => {
                Err(Refused::ConsentMissing(*category))
            }
        }
    }

    /// The question is a part of the text it goes before, and not asked again for a while.
    fn number_may_be_asked(&self, now: Timestamp) -> Result<Basis, Refused> {
        let since = now.plus_seconds(-DAY_SECONDS * i64::from(self.policy.asked_days));
        let asked = self.texts(|text| text.kind == TextKind::Number && text.at > since).next().is_some();
        if asked { Err(Refused::NotAskedFor) } else { Ok(Basis::OwnAct) }
    }

    fn texts(&self, wanted: impl Fn(&&Text) -> bool) -> impl DoubleEndedIterator<Item = &Text> {
        self.standing.texts.iter().filter(wanted)
    }

    /// Whether an opt-out of the last five minutes was not confirmed yet.
    fn confirms_opt_out(&self, now: Timestamp) -> bool {
        let newest = self.standing.opted_out.values().map(|one| one.at).max();
        newest.is_some_and(|at| {
            let confirmed = self.texts(|text| text.kind == TextKind::OptOutDone && text.at >= at);
            now <= at.plus_seconds(OPT_OUT_DONE_SECONDS) && confirmed.count() == 0
        })
    }

    /// "Room ready" just after a check-in is outside hours and counts.
    fn is_free(&self, now: Timestamp) -> bool {
        let Kind::RoomReady { checked_in } = self.request.kind else { return false };
        let until = checked_in.plus_seconds(60 * i64::from(self.policy.room_ready_minutes));
        self.request.category == Category::Appointments && checked_in <= now && now <= until
    }

    fn unconfirmed(&self, now: Timestamp) -> Option<Refused> {
        let Some(confirmed) = &self.standing.confirmed else {
            return Some(Refused::Unconfirmed { lapsed: false });
        };
        let months = jiff::Span::new().months(self.policy.confirm_months);
        let until = jiff::Timestamp::from_millisecond(confirmed.at.0)
            .ok()
            .and_then(|at| at.to_zoned(TimeZone::UTC).checked_add(months).ok());
        let holds = until.is_some_and(|until| now.0 < until.timestamp().as_millisecond());
        (!holds).then_some(Refused::Unconfirmed { lapsed: true })
    }

    fn paused(&self, now: Timestamp) -> Option<(Refused, Option<Timestamp>)> {
        self.standing.paused.filter(|until| now < *until).map(|until| (Refused::Paused, Some(until)))
    }

    fn quiet(&self, now: Timestamp) -> Option<(Refused, Option<Timestamp>)> {
        let zone = self.request.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let Some(zone) = zone else { return Some((Refused::ZoneUnknown, None)) };
        let next = self.policy.hours.next(now, &zone);
        (next != Some(now)).then_some((Refused::QuietHours, next))
    }
}

/// Until when a cap stands against one more text, if it does: in any 24 hours and any 7 days, whatever the calendar says.
fn window<'a>(
    cap: &Cap,
    texts: impl DoubleEndedIterator<Item = &'a Text>,
    now: Timestamp,
) -> Option<Timestamp> {
    let ends: Vec<Timestamp> = texts.map(|text| text.at).collect();
    let until = |most: usize, seconds: i64| {
        let mut recent: Vec<Timestamp> =
            ends.iter().map(|at| at.plus_seconds(seconds)).filter(|end| *end > now).collect();
        // A clock that was set back leaves them out of order.
        recent.sort_unstable();
        // When this one is out of the window, `most` less one are left in it.
        (recent.len() >= most).then(|| match recent.len() - most {
            _ if most == 0 => Timestamp(i64::MAX),
            over => recent[over],
        })
    };
    until(cap.day, DAY_SECONDS).max(until(cap.week, 7 * DAY_SECONDS))
}

/// Whether a text that was decided may be handed over now: nothing said since then stands against it. Counts are not looked at
/// again, since it is counted already.
///
/// # Errors
/// Everything that stands against it.
pub fn still(
    policy: &Policy,
    standing: &Standing,
    request: &Request,
    text: &str,
    now: Timestamp,
) -> Result<(), Denied> {
    let mut without = standing.clone();
    without.apply(now, &Fact::TextReturned { text: text.to_owned() });
    match decide(policy, &without, request, now) {
        Ok(_) => Ok(()),
        Err(Denied { refused, may_go_at }) => {
            let refused: Vec<Refused> = refused
                .into_iter()
                .filter(|one| !matches!(one, Refused::WithoutConsentLimit | Refused::CategoryLimit(_)))
                .collect();
            if refused.is_empty() { Ok(()) } else { Err(Denied { refused, may_go_at }) }
        }
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
