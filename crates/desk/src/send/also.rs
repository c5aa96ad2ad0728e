//! Messages about several patients behind one link, and how the page tells whom a message is about.

use super::{
    plan::Plan,
    recipient::Addressee,
    request::{Also, SendRequest},
};
use crate::{desk::Desk, patients::helper::KeptHelper, refusal::Refusal, trouble::Trouble};
use postern_protocol::about::{About, Named, initials};
use std::collections::BTreeSet;

/// More than this is no family.
const MOST: usize = 8;

/// Plans the messages about others, and says of each message whom it is about where somebody could be mistaken.
///
/// # Errors
/// Store or vault.
pub(super) async fn join(desk: &Desk, plan: &mut Plan, request: &SendRequest) -> Result<(), Trouble> {
    let mut refusals = of_the_list(request);
    if refusals.is_empty() {
        for also in &request.also {
            let found = other(desk, plan, request, also).await?;
            let known: BTreeSet<&str> = plan.refusals.iter().chain(&refusals).map(|one| one.code).collect();
            let new = found.refusals.iter().filter(|one| !known.contains(one.code)).cloned();
            let new: Vec<Refusal> = new
                .map(|one| Refusal { reason: format!("About patient {}: {}", also.to, one.reason), ..one })
                .collect();
            refusals.extend(new);
            refusals.extend(opens_otherwise(plan, &found, also));
            plan.expires = plan.expires.min(found.expires);
            plan.also.push(found);
        }
    }
    plan.refusals.extend(refusals);
    tell_apart(desk, plan).await
}

fn of_the_list(request: &SendRequest) -> Vec<Refusal> {
    let mut ids = BTreeSet::from([request.to.as_str()]);
    let twice = !request.also.iter().all(|also| ids.insert(&also.to));
    let twice = twice.then(|| {
        Refusal::new(
            "also-twice",
            "A patient stands there twice",
            "Put what is about one patient into one message.",
        )
    });
    let many = (request.also.len() > MOST).then(|| {
        Refusal::new("also-too-many", "The link would carry more than nine messages", "Send them one by one.")
    });
    twice.into_iter().chain(many).collect()
}

/// The plan of a message about another patient: reached as the first is.
async fn other(desk: &Desk, plan: &Plan, request: &SendRequest, also: &Also) -> Result<Plan, Trouble> {
    let main = plan.addressee.kept().and_then(|kept| kept.helper.as_ref());
    let helper = match main {
        Some(helper) => desk.same_helper(helper, &also.to).await?,
        None => None,
    };
    let about = SendRequest {
        helper: helper.map(|helper| helper.helper.id),
        expires: request.expires,
        category: request.category,
        ..SendRequest::new(also.to.clone(), also.content.clone())
    };
    let mut found = desk.plan_one(&about).await?;
    if main.is_some() && about.helper.is_none() && found.addressee.kept().is_some() {
        let reason = "The helper is not named for this patient as well";
        let remedy =
            "Import a RelatedPerson of the same number and birth date for this patient, or send them apart.";
        found.refusals = vec![Refusal::new("also-not-helped", reason, remedy)];
        found.addressee = Addressee::Unknown;
    }
    Ok(found)
}

/// One link has one number and one factor.
fn opens_otherwise(plan: &Plan, other: &Plan, also: &Also) -> Option<Refusal> {
    let (Addressee::Fit(first), Addressee::Fit(second)) = (&plan.addressee, &other.addressee) else {
        return None;
    };
    let same = first.number_key == second.number_key && first.birth_date == second.birth_date;
    (!same).then(|| {
        Refusal::new(
            "also-opens-otherwise",
            format!(
                "Patient {} has another number or another birth date: one link cannot open for both",
                also.to
            ),
            "Send them apart, or to a helper of both.",
        )
    })
}

/// Says whom each message is about, where the number reaches several people.
async fn tell_apart(desk: &Desk, plan: &mut Plan) -> Result<(), Trouble> {
    let Addressee::Fit(recipient) = &plan.addressee else { return Ok(()) };
    let helper = recipient.kept.helper.is_some();
    let alone = !helper && plan.also.is_empty();
    if alone && !desk.is_shared(&recipient.number_key, &recipient.kept.patient_key).await? {
        return Ok(());
    }
    let kept = std::iter::once(&*plan).chain(&plan.also).map(|one| one.addressee.kept());
    let kept: Vec<_> = kept.flatten().collect();
    let letters: Vec<String> = kept.iter().map(|kept| initials(&kept.person.name)).collect();
    let days: Vec<Option<u8>> =
        kept.iter().map(|kept| kept.born.as_deref()?.get(8..10)?.parse().ok()).collect();
    let abouts: Vec<About> = (0..kept.len())
        .map(|one| {
            let alike = || (0..kept.len()).filter(|other| *other != one && letters[*other] == letters[one]);
            let by_day = alike().next().is_some() && alike().all(|other| days[other] != days[one]);
            About {
                place: u8::try_from(one + 1).unwrap_or(u8::MAX),
                initials: letters[one].clone(),
                day: days[one].filter(|_| by_day),
                helper: kept[one].helper.as_ref().map(named),
            }
        })
        .collect();
    let mut abouts = abouts.into_iter();
    plan.about = abouts.next();
    for (other, about) in plan.also.iter_mut().zip(abouts) {
        other.about = Some(about);
    }
    Ok(())
}

fn named(helper: &KeptHelper) -> Named {
    Named { name: helper.helper.name.clone(), relationship: helper.helper.relationship.clone() }
}

impl Desk {
    /// The same person as the helper of another patient.
    async fn same_helper(&self, helper: &KeptHelper, patient: &str) -> Result<Option<KeptHelper>, Trouble> {
        let all = self.helpers_of(&self.patient_key(patient)).await?;
        let mut same: Vec<KeptHelper> = all
            .into_iter()
            .filter(|one| one.proof_key.is_some() && one.proof_key == helper.proof_key)
            .collect();
        // Of several parts for one patient the last named is the one that counts.
        Ok(same.pop())
    }

    /// Whether others than this patient are reached under a number.
    async fn is_shared(&self, number_key: &str, patient_key: &str) -> Result<bool, Trouble> {
        let shared = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM patient WHERE number_key = ?1 AND patient_key <> ?2)
               OR EXISTS (SELECT 1 FROM helper WHERE number_key = ?1)",
        )
        .bind(number_key)
        .bind(patient_key)
        .fetch_one(self.store.read())
        .await?;
        Ok(shared)
    }
}
