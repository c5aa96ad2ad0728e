//! Whether a patient can be sent to.

use crate::{
    desk::Desk,
    patients::person::{Kept, Person},
    refusal::Refusal,
    trouble::Trouble,
};
use postern_protocol::{factor::BirthDate, time::Timestamp};

/// Wrong birth dates of one person, over all their links, before no further link is made.
pub const WRONG_TRIES: i64 = 20;
/// The time they are counted over.
pub const WRONG_TRIES_SECONDS: i64 = 90 * 24 * 60 * 60;

/// A patient who can be sent to.
#[derive(Clone)]
pub struct Recipient {
    /// Who.
    pub kept: Kept,
    /// E.164.
    pub number: String,
    /// Keyed hash of the number.
    pub number_key: String,
    /// The factor.
    pub birth_date: BirthDate,
}

/// What is known of whom a message is for.
#[derive(Clone)]
pub enum Addressee {
    /// Nobody of that id.
    Unknown,
    /// A patient who cannot be sent to.
    Unfit(Kept),
    /// A patient who can.
    Fit(Recipient),
}

impl Addressee {
    /// The patient, if there is one.
    pub fn kept(&self) -> Option<&Kept> {
        match self {
            Self::Unknown => None,
            Self::Unfit(kept) => Some(kept),
            Self::Fit(recipient) => Some(&recipient.kept),
        }
    }
}

impl Desk {
    /// The patient of an id, reached by themselves or through a helper.
    pub(crate) async fn addressee(
        &self,
        id: &str,
        helper: Option<&str>,
    ) -> Result<(Addressee, Vec<Refusal>), Trouble> {
        let Some(kept) = self.patient(id).await? else {
            let remedy = "Import the patient first, or check the id.";
            return Ok((
                Addressee::Unknown,
                vec![Refusal::new("patient-unknown", "There is no patient of this id", remedy)],
            ));
        };
        let (kept, mut refusals) = match helper {
            None => {
                let refusals = patient_refusals(&kept.person);
                (kept, refusals)
            }
            Some(id) => match self.helper(id).await? {
                None => {
                    let remedy =
                        "Import the helper first, or check the id: `postern patients show` lists them.";
                    return Ok((
                        Addressee::Unfit(kept),
                        vec![Refusal::new("helper-unknown", "There is no helper of this id", remedy)],
                    ));
                }
                Some(helper) => {
                    let refusals = self.helper_refusals(&kept, &helper).await?;
                    (self.through(kept, helper), refusals)
                }
            },
        };
        let birth_date = kept.person.birth_day()?;
        let number = kept.person.number.clone();
        if self.wrong_tries(&kept).await? >= WRONG_TRIES {
            refusals.push(Refusal::new(
                "wrong-birth-dates",
                "Too many wrong birth dates were typed on this person's links in the last 90 days",
                "Speak to them, check birth date and number, then run `postern patients clear-tries`.",
            ));
        }
        match (number, birth_date) {
            (Some(number), Some(birth_date)) if refusals.is_empty() => {
                let number_key = self.number_key(&number);
                Ok((Addressee::Fit(Recipient { kept, number, number_key, birth_date }), refusals))
            }
            _ => Ok((Addressee::Unfit(kept), refusals)),
        }
    }

    /// Wrong birth dates on all links of a person in the last 90 days, since staff last cleared them. On the link of a helper the
    /// helper is the person, whomever they help.
    pub(crate) async fn wrong_tries(&self, kept: &Kept) -> Result<i64, Trouble> {
        let since =
            self.now().plus_seconds(-WRONG_TRIES_SECONDS).max(kept.tries_cleared.unwrap_or(Timestamp(0)));
        let (query, who) = match &kept.helper {
            Some(helper) => (
                "SELECT count(*) FROM wrong_try JOIN link USING (lid) JOIN helper USING (helper_key)
                 WHERE helper.proof_key = ?1 AND link.policy = 'dob' AND wrong_try.at > ?2",
                helper.proof_key.as_ref(),
            ),
            None => (
                "SELECT count(*) FROM wrong_try JOIN link USING (lid)
                 WHERE (link.patient_key = ?1 OR link.lid IN (SELECT lid FROM message WHERE about_key = ?1))
                 AND link.helper_key IS NULL AND link.policy = 'dob' AND wrong_try.at > ?2",
                Some(&kept.patient_key),
            ),
        };
        Ok(sqlx::query_scalar(query).bind(who).bind(since.0).fetch_one(self.store.read()).await?)
    }
}

fn patient_refusals(person: &Person) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if person.birth_date.is_none() {
        refusals.push(Refusal::new(
            "patient-without-birth-date",
            "The patient has no birth date, which the link asks for",
            "Add Patient.birthDate and import again.",
        ));
    }
    // What stands against the number itself, the rules say.
    if person.number.is_none() {
        refusals.push(Refusal::new(
            "patient-without-number",
            "The patient has no number for texts",
            "Add a telecom of system sms, or a mobile phone, and import again.",
        ));
    }
    refusals
}
