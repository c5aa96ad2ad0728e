//! What a consent must have to be offered, and to be saved.

use super::{Consent, ConsentKind, ConsentStatus, Policy, PolicyKind, codes};
use crate::json::{self, Object, ReadError};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

const URL: &str = "urn:postern:consent-element";

codes! {
    /// A sentence that has to stand in the text. It is named beside the text, and found in it word for word.
    Element {
        /// The number that is texted, as it is written in the text.
        Number => "number",
        /// How often.
        Frequency => "frequency",
        /// That texts may cost something.
        Rates => "rates",
        /// What HELP and STOP do.
        HelpAndStop => "help-and-stop",
        /// That care does not depend on it.
        NotACondition => "not-a-condition",
        /// What others may see of a text.
        Risks => "risks",
        /// What signing electronically means, and that paper can be had.
        ElectronicSignature => "electronic-signature",
    }
}

impl Element {
    fn is_needed(self, kind: ConsentKind) -> bool {
        match self {
            Self::ElectronicSignature => kind.is_signed(),
            _ => kind.is_about_texts(),
        }
    }
}

/// Something without which a consent cannot be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The text itself.
    Text,
    /// The sender's legal name, in `organization` and in the text.
    Sender,
    /// The number that it is for.
    Number,
    /// One of the sentences.
    Element(Element),
    /// Texting policy, terms or privacy notice, with version, language and hash.
    Policy(PolicyKind),
    /// A box a category.
    Category,
    /// Given, and no box is ticked.
    Choice,
    /// Given, and no name is typed.
    Signature,
}

impl Lack {
    /// A stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Sender => "sender",
            Self::Number => "number",
            Self::Element(element) => element.code(),
            Self::Policy(kind) => kind.code(),
            Self::Category => "category",
            Self::Choice => "choice",
            Self::Signature => "signature",
        }
    }
}

pub(super) fn read(value: &Value) -> Result<Vec<(Element, String)>, ReadError> {
    let all = json::list(value, "Consent.extension")?;
    let own = all.iter().filter(|one| one.get("url").and_then(Value::as_str) == Some(URL));
    own.map(|one| {
        let code = json::text_extension(one, "name", "valueCode")?.ok_or(ReadError::Missing(URL))?;
        let words = json::text_extension(one, "words", "valueString")?.ok_or(ReadError::Missing(URL))?;
        Ok((Element::from_code(&code).ok_or(ReadError::UnknownCode(URL))?, words))
    })
    .collect()
}

pub(super) fn write(element: Element, words: &str) -> Value {
    let parts = alloc::vec![
        json::make_extension("name", "valueCode", element.code()),
        json::make_extension("words", "valueString", words),
    ];
    Object::new().put("url", URL).list("extension", parts).build()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

impl Consent {
    /// What it lacks: of a proposed one to be offered, of a given one to be saved. Empty is complete.
    pub fn lacks(&self) -> Vec<Lack> {
        let stands = |words: &str| !words.trim().is_empty() && self.text.contains(words);
        let mut lacks = Vec::new();
        if self.text.trim().is_empty() {
            lacks.push(Lack::Text);
        }
        if !stands(&self.organization) {
            lacks.push(Lack::Sender);
        }
        if self.kind.is_about_texts() && !self.names_its_number() {
            lacks.push(Lack::Number);
        }
        for element in Element::ALL.iter().copied().filter(|one| one.is_needed(self.kind)) {
            // The number has its own line above.
            let named = self.elements.iter().any(|(one, words)| *one == element && stands(words));
            if !named && element != Element::Number {
                lacks.push(Lack::Element(element));
            }
        }
        if self.kind.is_about_texts() {
            let missing = PolicyKind::ALL.iter().filter(|kind| {
                let whole = |policy: &Policy| {
                    [&policy.uri, &policy.version, &policy.language, &policy.sha256]
                        .iter()
                        .all(|one| !one.is_empty())
                };
                !self.policy(**kind).is_some_and(whole)
            });
            lacks.extend(missing.map(|kind| Lack::Policy(*kind)));
            if self.permissions.is_empty() {
                lacks.push(Lack::Category);
            }
        }
        if self.status == ConsentStatus::Active {
            if !self.permissions.is_empty() && self.permitted().next().is_none() {
                lacks.push(Lack::Choice);
            }
            let signed = self.signature.as_ref().is_some_and(|one| !one.name.trim().is_empty());
            if self.kind.is_signed() && !signed {
                lacks.push(Lack::Signature);
            }
        }
        lacks
    }

    /// Whether the number stands in the text, however it is written there.
    fn names_its_number(&self) -> bool {
        let (Some(number), Some((_, written))) =
            (&self.number, self.elements.iter().find(|(one, _)| *one == Element::Number))
        else {
            return false;
        };
        let (number, digits) = (digits(number), digits(written));
        digits.len() >= 7 && number.ends_with(&digits) && self.text.contains(written.as_str())
    }
}
