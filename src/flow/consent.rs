//! A consent: what is asked, how the answer is made. The page is the list that came with it, and nothing else.

use super::answer::{Draft, DraftProblem};
use postern_fhir::{
    Consent,
    consent::{ConsentStatus, Lack, Signature},
};
use postern_json::Value;
use postern_protocol::{
    digest::sha256,
    page::{Act, Page, Part},
};

/// A consent that was asked for, checked: both pages say exactly what its resource says.
pub struct Offer {
    /// As proposed.
    pub consent: Consent,
    ask: Page,
    take_back: Page,
}

/// Which of its two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one that asks.
    Ask,
    /// The one that takes it back.
    TakeBack,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Given, refused or taken back.
    pub status: ConsentStatus,
    /// The words of the boxes that were ticked.
    pub boxes: Vec<String>,
    /// The typed name; empty if none.
    pub signature: String,
}

impl Offer {
    /// `None` if this page cannot show it, or if a page says something else than the resource.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let consent = Consent::read(value).ok()?;
        let ask = Page::from_canonical(consent.page.as_deref()?)?;
        let take_back = Page::from_canonical(consent.take_back_page.as_deref()?)?;
        let holds = consent.status == ConsentStatus::Proposed
            && sha256(consent.text.as_bytes()).to_text() == consent.text_sha256
            && ask.asks(&consent.text, &consent.categories(), consent.kind.is_signed())
            && take_back.takes_back(&consent.text);
        holds.then_some(Self { consent, ask, take_back })
    }

    /// One of its pages.
    pub fn page(&self, which: Which) -> &Page {
        match which {
            Which::Ask => &self.ask,
            Which::TakeBack => &self.take_back,
        }
    }

    /// The words of the boxes of these categories.
    pub fn boxes(&self, categories: &[&str]) -> Vec<String> {
        let ticked = self.ask.parts.iter().filter_map(|part| match part {
            Part::Box { category, words, .. } if categories.contains(&category.as_str()) => {
                Some(words.clone())
            }
            _ => None,
        });
        ticked.collect()
    }

    /// The answer that a press makes of what was ticked and typed, with the page it was made on. `now` is a FHIR instant.
    ///
    /// # Errors
    /// What it lacks to be saved.
    pub(crate) fn answer(&self, act: Act, draft: &Draft, now: &str) -> Result<(Consent, Page), DraftProblem> {
        let (status, which) = match act {
            Act::Agree => (ConsentStatus::Active, Which::Ask),
            Act::TakeBack => (ConsentStatus::Inactive, Which::TakeBack),
            _ => (ConsentStatus::Rejected, Which::Ask),
        };
        let page = self.page(which).clone();
        let mut answer = self.consent.answer(status, &draft.boxes, page.sha256().to_text());
        answer.date_time = Some(now.into());
        let name = draft.signature.trim();
        if status == ConsentStatus::Active && answer.kind.is_signed() && !name.is_empty() {
            answer.signature = Some(Signature { name: name.into(), when: now.into() });
        }
        if status != ConsentStatus::Active {
            return Ok((answer, page));
        }
        match answer.lacks().first() {
            None if draft.signature_is_too_long() => {
                Err(DraftProblem::TooLong(super::answer::Field::Signature))
            }
            None => Ok((answer, page)),
            Some(Lack::Choice) => Err(DraftProblem::NothingTicked),
            Some(Lack::Signature) => Err(DraftProblem::NotSigned),
            Some(_) => Err(DraftProblem::NotComplete),
        }
    }
}
