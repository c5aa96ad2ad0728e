//! A person's texts: how they stand, as the newest message says and as was wished since, and what is wished of them now.

use super::answer::{Draft, DraftProblem, Field, NAME_LETTERS};
use postern_fhir::{
    instant,
    preferences::{Preferences, Wish},
};
use postern_json::Value;
use postern_protocol::time::Timestamp;

/// In place of a category's box: no texts at all.
pub const NONE: &str = "none";
/// The box that asks to be asked for what takes a consent.
pub const ASK: &str = "ask";
/// In place of a language of the clinic's: another one.
pub const OTHER: &str = "other";
/// The pauses that are offered, in days.
pub const PAUSES: [u16; 4] = [7, 14, 30, 90];
/// Longest e-mail address.
const ADDRESS_LETTERS: usize = 254;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The parts of the page; each is saved by a button of its own and is a record of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Which texts come.
    Texts,
    /// None for a while.
    Pause,
    /// In which language.
    Language,
    /// A new number or e-mail address.
    Contact,
}

/// What is typed and chosen on the page beside its boxes, and on the page that writes back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Days of pause, as chosen; `0` ends one.
    pub pause: String,
    /// Language, as chosen: a tag, or [`OTHER`].
    pub language: String,
    /// The other language, in the person's words.
    pub other_language: String,
    /// The new number.
    pub number: String,
    /// The new e-mail address.
    pub email: String,
    /// What is written back to the clinic, at most [`postern_fhir::replies::REPLY_LETTERS`].
    pub reply: String,
}

/// How it stands now.
pub struct Sheet {
    /// As the clinic knew it.
    pub sent: Preferences,
    /// Categories that come, after what was wished on this link.
    pub wanted: Vec<String>,
    /// No texts until then.
    pub paused_until: Option<Timestamp>,
    /// The language of the texts.
    pub language: String,
}

impl Sheet {
    /// From the message, with what was wished since, oldest first. `None` if this page cannot show it.
    pub(crate) fn read<'a>(value: &Value, wishes: impl Iterator<Item = &'a Wish>) -> Option<Self> {
        let sent = Preferences::read(value).ok()?;
        let comes = sent.texts.iter().filter(|one| one.standing.comes());
        let mut sheet = Self {
            wanted: comes.map(|one| one.category.clone()).collect(),
            paused_until: moment(sent.paused_until.as_deref()),
            language: sent.language.clone(),
            sent,
        };
        for wish in wishes {
            match wish {
                Wish::Texts { wanted, .. } => sheet.wanted.clone_from(wanted),
                Wish::Nothing => sheet.wanted.clear(),
                Wish::Pause(until) => sheet.paused_until = moment(until.as_deref()),
                Wish::Language(language) => sheet.language.clone_from(language),
                Wish::OtherLanguage(_) | Wish::Contact { .. } => {}
            }
        }
        Some(sheet)
    }

    /// What the page starts with.
    pub(crate) fn draft(&self) -> Draft {
        let typed = Typed { language: self.language.clone(), ..Typed::default() };
        Draft { boxes: self.wanted.clone(), typed: Box::new(typed), ..Draft::default() }
    }

    /// What the button of a part says. `now` is the portal's time.
    ///
    /// # Errors
    /// What is missing or has another form.
    pub(crate) fn wish(&self, topic: Topic, draft: &Draft, now: Timestamp) -> Result<Wish, DraftProblem> {
        let Draft { boxes, typed, .. } = draft;
        match topic {
            Topic::Texts => self.texts(boxes),
            Topic::Pause => match typed.pause.parse::<u16>() {
                Ok(0) => Ok(Wish::Pause(None)),
                Ok(days) => Ok(Wish::Pause(Some(instant::to_text(pause_end(days, now).0)))),
                Err(_) => Err(DraftProblem::NoPause),
            },
            Topic::Language if typed.language != OTHER => Ok(Wish::Language(typed.language.clone())),
            Topic::Language => match typed.other_language.trim() {
                "" => Err(DraftProblem::NoLanguage),
                long if long.chars().count() > NAME_LETTERS => Err(DraftProblem::TooLong(Field::Language)),
                words => Ok(Wish::OtherLanguage(words.into())),
            },
            Topic::Contact => contact(typed.number.trim(), typed.email.trim()),
        }
    }

    fn texts(&self, boxes: &[String]) -> Result<Wish, DraftProblem> {
        let is_ticked = |category: &String| boxes.contains(category);
        if boxes.iter().any(|one| one == NONE) {
            return Ok(Wish::Nothing);
        }
        let of = |wish_is_enough: bool| {
            let texts =
                self.sent.texts.iter().filter(move |one| one.standing.is_a_wish_away() == wish_is_enough);
            texts.map(|one| one.category.clone())
        };
        let (wanted, unwanted): (Vec<_>, Vec<_>) = of(true).partition(is_ticked);
        let asks = boxes.iter().any(|one| one == ASK);
        let ask: Vec<String> = of(false).filter(|_| asks).collect();
        if wanted.is_empty() && !(unwanted.is_empty() && asks) {
            return Err(DraftProblem::NoTexts);
        }
        Ok(Wish::Texts { wanted, unwanted, ask })
    }
}

/// When a pause that begins now is over.
pub fn pause_end(days: u16, now: Timestamp) -> Timestamp {
    now.plus_seconds(i64::from(days) * DAY_SECONDS)
}

/// The moment that a FHIR `instant` names.
pub fn moment(text: Option<&str>) -> Option<Timestamp> {
    instant::parse(text?).ok().map(|moment| Timestamp(moment.milliseconds))
}

/// Somebody looks at it before it counts, so only what cannot be one is refused.
fn contact(number: &str, email: &str) -> Result<Wish, DraftProblem> {
    if number.is_empty() && email.is_empty() {
        return Err(DraftProblem::NoContact);
    }
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let of_a_number = |one: char| one.is_ascii_digit() || " +-().".contains(one);
    let is_number = (7..=15).contains(&digits) && number.chars().all(of_a_number);
    if !number.is_empty() && !is_number {
        return Err(DraftProblem::NotANumber);
    }
    let is_address = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !email.contains(char::is_whitespace)
            && email.chars().count() <= ADDRESS_LETTERS
    });
    if !email.is_empty() && !is_address {
        return Err(DraftProblem::NotAnAddress);
    }
    let given = |text: &str| (!text.is_empty()).then(|| text.into());
    Ok(Wish::Contact { number: given(number), email: given(email) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_an_address_are_taken_as_people_write_them() {
        for (number, email) in
            [("(202) 555-0143", ""), ("+44 20 7946 0958", "a.b@mail.example.com"), ("", "a@b.co")]
        {
            let given = |text: &str| Some(String::from(text)).filter(|text| !text.is_empty());
            let wish = Wish::Contact { number: given(number), email: given(email) };
            assert_eq!(contact(number, email), Ok(wish));
        }
    }

    #[test]
    fn what_cannot_be_a_number_or_an_address_is_said() {
        assert_eq!(contact("", ""), Err(DraftProblem::NoContact));
        for number in ["12", "call me", "202 555 0143 ext 7", "12345678901234567"] {
            assert_eq!(contact(number, ""), Err(DraftProblem::NotANumber), "{number}");
        }
        for email in ["a", "a@b", "@b.co", "a b@c.co", "a@.co", "a@b."] {
            assert_eq!(contact("", email), Err(DraftProblem::NotAnAddress), "{email}");
        }
    }
}
