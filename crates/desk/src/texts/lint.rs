//! The rules on wording (docs: "Words in the text message"). A template is refused without clinic and phone, with a
//! reserved word as an instruction, with free text; a finished text over its length.

use super::{
    gsm7::{self, Alphabet, Length},
    render::{NAMES, Piece, pieces},
    template::Template,
    words::Words,
};
use crate::refusal::Refusal;
use postern_protocol::stop_words::STOP_WORDS;

/// Words besides [`STOP_WORDS`] that carriers act on by themselves.
const OTHER_RESERVED: [&str; 5] = ["START", "UNSTOP", "YES", "HELP", "INFO"];

/// A rule of wording that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wording {
    /// The clinic's name is missing.
    NoClinic,
    /// The clinic's telephone number is missing.
    NoPhone,
    /// A link is missing where the template carries one.
    NoLink,
    /// A name in braces outside the known ones lets anything into the text.
    FreeText(String),
    /// A reserved word stands where the patient is told what to reply.
    ReservedWord(&'static str),
    /// More parts than its alphabet may take.
    TooLong(Length),
}

impl Wording {
    /// Code, reason and remedy.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NoClinic => Refusal::new(
                "text-without-clinic",
                "The text does not name the clinic",
                "Put {clinic} first in the template.",
            ),
            Self::NoPhone => Refusal::new(
                "text-without-phone",
                "The text does not give the clinic's telephone number",
                "Put {phone} into the template.",
            ),
            Self::NoLink => Refusal::new(
                "text-without-link",
                "The template is for a message and has no link",
                "Put {link} into the template.",
            ),
            Self::FreeText(name) => Refusal::new(
                "text-with-free-text",
                format!("The template has {{{name}}}, which could carry anything about the patient"),
                format!("Use only {{{}}}.", NAMES.join("} {")),
            ),
            Self::ReservedWord(word) => Refusal::new(
                "text-with-reserved-word",
                format!("The template tells the patient to reply with {word}, a word that carriers act on"),
                "Use another word; STOP only to opt out, HELP only for help.",
            ),
            Self::TooLong(length) => Refusal::new(
                "text-too-long",
                format!("The text takes {} places in {} parts", length.places, length.segments),
                match length.alphabet {
                    Alphabet::Gsm7 => {
                        "Shorten the clinic's name for texts (text_name) or the portal's host name: 160 places."
                    }
                    Alphabet::Ucs2 => "Shorten it to 3 parts, or avoid letters outside the GSM-7 alphabet.",
                },
            ),
        }
    }
}

/// Checks a template's words.
pub fn check_template(template: Template, text: &str, words: &Words) -> Vec<Wording> {
    let pieces = pieces(text);
    let has = |name: &str| pieces.contains(&Piece::Name(name));
    let mut found = Vec::new();
    if !has("clinic") {
        found.push(Wording::NoClinic);
    }
    if !has("phone") && template != Template::Code {
        found.push(Wording::NoPhone);
    }
    if !has("link") && template.carries_link() {
        found.push(Wording::NoLink);
    }
    for piece in &pieces {
        if let Piece::Name(name) = piece
            && !NAMES.contains(name)
        {
            found.push(Wording::FreeText((*name).to_owned()));
        }
    }
    found.extend(reserved_instruction(text, words).map(Wording::ReservedWord));
    found
}

/// Checks a finished text's length: one part in GSM-7, up to three outside it.
pub fn check_length(text: &str) -> Result<Length, Wording> {
    let length = gsm7::measure(text);
    let most = match length.alphabet {
        Alphabet::Gsm7 => 1,
        Alphabet::Ucs2 => 3,
    };
    if length.segments <= most { Ok(length) } else { Err(Wording::TooLong(length)) }
}

/// A reserved word in capitals, or in any case after "reply", that is in none of the permitted phrases.
fn reserved_instruction(text: &str, words: &Words) -> Option<&'static str> {
    let mut rest = text.to_owned();
    for phrase in &words.permitted {
        rest = rest.replace(phrase.as_str(), " ");
    }
    let tokens: Vec<&str> =
        rest.split(|letter: char| !letter.is_alphanumeric()).filter(|token| !token.is_empty()).collect();
    STOP_WORDS.iter().chain(&OTHER_RESERVED).copied().find(|reserved| {
        let parts: Vec<&str> = reserved.split(' ').collect();
        tokens.windows(parts.len()).enumerate().any(|(at, window)| {
            let same = window.iter().zip(&parts).all(|(token, part)| token.eq_ignore_ascii_case(part));
            let shouted = window.iter().all(|token| token.chars().all(char::is_uppercase));
            let told =
                at > 0 && words.reply_verbs.iter().any(|verb| verb.eq_ignore_ascii_case(tokens[at - 1]));
            same && (shouted || told)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{render::render, words};
    use std::collections::BTreeMap;

    fn check(text: &str) -> Vec<Wording> {
        check_template(Template::SecureMessage, text, words::choose(None).words)
    }

    #[test]
    fn every_shipped_template_holds_to_the_rules() {
        for language in words::languages() {
            let chosen = words::choose(Some(language));
            for template in Template::ALL {
                let text = &chosen.template(*template).text;
                assert_eq!(check_template(*template, text, chosen.words), [], "{language} {template:?}");
            }
        }
    }

    #[test]
    fn every_shipped_text_fits_with_the_longest_clinic_name() {
        let link = format!("https://door.oak.example/m#{}", "Y".repeat(22));
        let values = BTreeMap::from([
            ("clinic", "Oak Street Family Clinic"),
            ("phone", "(202) 555-0143"),
            ("link", link.as_str()),
            ("n", "10"),
            ("code", "123456"),
            ("host", "door.oak.example"),
            ("scope", "appointment"),
        ]);
        for language in words::languages() {
            for template in Template::ALL {
                let text = render(&words::choose(Some(language)).template(*template).text, &values).unwrap();
                assert_eq!(check_length(&text).map(|_| ()), Ok(()), "{template:?}: {text}");
            }
        }
    }

    #[test]
    fn a_text_without_clinic_phone_or_link_is_refused() {
        assert_eq!(check("Open the message"), [Wording::NoClinic, Wording::NoPhone, Wording::NoLink]);
    }

    #[test]
    fn a_name_that_lets_anything_in_is_refused() {
        assert_eq!(check("{clinic} {phone} {link} {reason}"), [Wording::FreeText("reason".into())]);
    }

    #[test]
    fn a_reserved_word_as_an_instruction_is_refused_whatever_its_case() {
        for (words, reserved) in [
            ("Reply CANCEL to cancel.", "CANCEL"),
            ("Reply \"cancel\" to cancel.", "CANCEL"),
            ("Text opt out to us.", "OPT OUT"),
            ("STOP by any time.", "STOP"),
        ] {
            let text = format!("{{clinic}} {{phone}} {{link}} {words}");
            assert_eq!(check(&text), [Wording::ReservedWord(reserved)], "{words}");
        }
    }

    #[test]
    fn the_same_words_in_a_sentence_are_no_instruction() {
        assert_eq!(check("{clinic}: call {phone} for help, at the end of {link} you may remove it"), []);
    }

    #[test]
    fn one_letter_over_is_refused_and_outside_the_alphabet_three_parts_pass() {
        assert!(check_length(&"a".repeat(160)).is_ok());
        assert!(matches!(check_length(&"a".repeat(161)), Err(Wording::TooLong(_))));
        assert!(check_length(&"ш".repeat(201)).is_ok());
        assert!(matches!(check_length(&"ш".repeat(202)), Err(Wording::TooLong(_))));
    }
}
