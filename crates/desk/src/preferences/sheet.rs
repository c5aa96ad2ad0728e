//! How a patient's texts stand, as it travels with a message: which come and why, since when, from which consent.

use crate::{
    desk::Desk,
    patients::{number, person::Kept},
    rules::{self, Choice, ConsentForm, Source},
    store::{Connection, StoreError},
    texts::words,
    trouble::Trouble,
};
use postern_fhir::{
    instant,
    preferences::{Preferences, Standing, Texts},
};
use postern_protocol::{category::Category, record_code, time::Timestamp};

/// What a patient can choose about: everything but what their own act asks for.
const CHOSEN: [Category; 7] = [
    Category::Appointments,
    Category::Messages,
    Category::Forms,
    Category::Payments,
    Category::Recall,
    Category::Surveys,
    Category::Marketing,
];

impl Desk {
    /// For the message that is being made.
    pub(crate) async fn preferences_sheet(&self, kept: &Kept, number: &str) -> Result<Preferences, Trouble> {
        let now = self.now();
        let mut connection = self.store.read().acquire().await?;
        let standing = rules::book::read(&mut connection, &self.vault, &self.number_key(number)).await?;
        let given: Option<i64> = match &kept.helper {
            Some(helper) => Some(helper.number_since.0),
            None => {
                sqlx::query_scalar("SELECT number_since FROM patient WHERE patient_key = ?")
                    .bind(&kept.patient_key)
                    .fetch_one(&mut *connection)
                    .await?
            }
        };
        let of_age = self.is_of_age(kept, &self.policy().await?, now);
        let mut texts = Vec::with_capacity(CHOSEN.len());
        for category in CHOSEN {
            let stands = stand(&standing, &kept.person.id, category, now, of_age);
            let receipt = match &stands.source {
                Some(Source::Record(rid)) => receipt_code(&mut connection, rid).await?,
                _ => None,
            };
            let since = stands.since.or(given.map(Timestamp).filter(|_| stands.standing == Standing::Given));
            texts.push(Texts {
                category: category.as_str().to_owned(),
                standing: stands.standing,
                since: since.map(|since| instant::to_text(since.0)),
                receipt,
            });
        }
        let language = words::choose(kept.person.language.as_deref()).language;
        Ok(Preferences {
            at: instant::to_text(now.0),
            number: number::as_written(number, &self.clinic.country),
            language: language.to_owned(),
            other_languages: words::languages().filter(|one| *one != language).map(str::to_owned).collect(),
            paused_until: standing.paused.filter(|until| *until > now).map(|until| instant::to_text(until.0)),
            texts,
        })
    }
}

struct Stands {
    standing: Standing,
    since: Option<Timestamp>,
    source: Option<Source>,
}

/// One category, by the same facts as [`rules::decide`] looks at.
fn stand(
    standing: &rules::Standing,
    person: &str,
    category: Category,
    now: Timestamp,
    of_age: bool,
) -> Stands {
    let plain = |standing, since| Stands { standing, since, source: None };
    let fits = |form: &ConsentForm| category != Category::Marketing || *form == ConsentForm::MarketingWritten;
    let basis = match standing.choice(person, category) {
        Some(Choice::Given { for_child: true, .. }) if of_age => plain(Standing::NotAgreed, None),
        Some(Choice::Given { form, since, until, source, .. })
            if fits(form) && *since <= now && until.is_none_or(|until| now < until) =>
        {
            Stands { standing: Standing::Agreed, since: Some(*since), source: Some(source.clone()) }
        }
        Some(Choice::Withdrawn { at }) => plain(Standing::Declined, Some(*at)),
        _ if matches!(category, Category::Appointments | Category::Messages | Category::Forms) => {
            plain(Standing::Given, None)
        }
        _ => plain(Standing::NotAgreed, None),
    };
    match standing.opt_out_of(category) {
        // Where a consent is missing as well, that is what the patient has to know.
        Some((_, out)) if basis.standing.comes() => plain(Standing::OptedOut, Some(out.at)),
        _ => basis,
    }
}

/// The code that the patient got for the record a consent rests on.
async fn receipt_code(connection: &mut Connection, rid: &str) -> Result<Option<String>, StoreError> {
    let receipt: Option<String> = sqlx::query_scalar("SELECT receipt FROM record WHERE rid = ?")
        .bind(rid)
        .fetch_optional(connection)
        .await?;
    Ok(receipt.as_deref().map(record_code::of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Channel, Fact, Kind, Policy, Refused, Request, Scope};
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn any_fact() -> impl Strategy<Value = Fact> {
        let category = prop::sample::select(Category::ALL.to_vec());
        let form = prop::sample::select(vec![ConsentForm::CareTexts, ConsentForm::MarketingWritten]);
        let scope = prop_oneof![Just(Scope::Everything), category.clone().prop_map(Scope::Category)];
        let source = Source::Paper("folder 7".into());
        let (given, withdrawn) = (source.clone(), source);
        prop_oneof![
            (category.clone(), form, -9i64..9, prop::option::of(-9i64..9), any::<bool>()).prop_map(
                move |(category, form, since, until, for_child)| Fact::ConsentGiven {
                    category,
                    person: "p-1".into(),
                    form,
                    since: NOW.plus_seconds(since),
                    until: until.map(|until| NOW.plus_seconds(until)),
                    source: given.clone(),
                    for_child,
                }
            ),
            category.prop_map(move |category| Fact::ConsentWithdrawn {
                category,
                person: "p-1".into(),
                source: withdrawn.clone()
            }),
            scope.clone().prop_map(|scope| Fact::OptedOut { scope, channel: Channel::Page }),
            scope.prop_map(|scope| Fact::OptedIn { scope, channel: Channel::ProvenPage }),
        ]
    }

    proptest! {
        #[test]
        fn the_page_says_that_texts_come_exactly_where_the_rules_know_a_basis_for_them(
            facts in prop::collection::vec(any_fact(), 0..12), of_age in any::<bool>()
        ) {
            let mut standing = rules::Standing::default();
            facts.iter().for_each(|fact| standing.apply(NOW, fact));
            for category in CHOSEN {
                let asked = Request {
                    person: "p-1".into(),
                    category,
                    kind: Kind::Message,
                    zone: Some("Etc/UTC".into()),
                    of_age,
                };
                let refused = rules::decide(&Policy::built_in(), &standing, &asked, NOW)
                    .err()
                    .map(|denied| denied.refused)
                    .unwrap_or_default();
                let against = |one: &Refused| {
                    matches!(
                        one,
                        Refused::OptedOut(_)
                            | Refused::ConsentWithdrawn(_)
                            | Refused::ConsentMissing(_)
                            | Refused::ConsentAgedOut(_)
                    )
                };
                let stands = stand(&standing, "p-1", category, NOW, of_age).standing;
                prop_assert_eq!(stands.comes(), !refused.iter().any(against), "{} {:?}", category, stands);
                let consent = |one: &Refused| against(one) && !matches!(one, Refused::OptedOut(_));
                let consent = refused.iter().any(consent);
                prop_assert_eq!(stands.is_a_wish_away(), !consent, "{} {:?}", category, stands);
            }
        }
    }
}
