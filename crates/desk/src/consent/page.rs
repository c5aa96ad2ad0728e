//! The two pages of a consent, made of the words of its language.

use crate::texts::{render::render, words::ConsentWords};
use postern_fhir::{
    Consent,
    consent::{ConsentKind, Policy, PolicyKind},
};
use postern_protocol::page::{Act, Page, Part};
use std::collections::BTreeMap;

/// The page that asks and the page that takes it back. `clinic` is the name patients know.
pub fn pages(consent: &Consent, clinic: &str, words: &ConsentWords) -> (Page, Page) {
    let asking = words.asking(consent.kind);
    let number =
        consent.elements.iter().find(|(element, _)| *element == postern_fhir::consent::Element::Number);
    let number = number.map_or("", |(_, written)| written);
    let values = BTreeMap::from([("clinic", clinic), ("number", number), ("title", consent.title.as_str())]);
    let filled = |text: &str| render(text, &values).unwrap_or_else(|_| text.to_owned());
    let mut parts = vec![
        Part::Heading(filled(&asking.heading)),
        Part::Paragraph(filled(&asking.why)),
        Part::Heading(words.text_heading.clone()),
        Part::Text(consent.text.clone()),
    ];
    if !consent.permissions.is_empty() {
        parts.push(Part::Paragraph(words.question.clone()));
    }
    parts.extend(consent.permissions.iter().map(|one| Part::Box {
        category: one.category.clone(),
        checked: false,
        words: words.boxes.get(&one.category).cloned().unwrap_or_else(|| one.category.clone()),
    }));
    parts.extend(consent.policies.iter().map(|policy| link(policy, words)));
    if consent.kind.is_signed() {
        parts.push(Part::Field {
            name: "signature".into(),
            words: words.signature.clone(),
            hint: words.signature_hint.clone(),
        });
    }
    parts.extend([
        button(Act::Agree, &words.agree),
        button(Act::Decline, &words.decline),
        button(Act::NotNow, &words.not_now),
    ]);
    if consent.kind != ConsentKind::Authorization {
        parts.push(button(Act::Stop, &words.stop));
    }
    let take_back = vec![
        Part::Heading(filled(&words.take_back_heading)),
        Part::Paragraph(filled(&words.take_back_lead)),
        Part::Heading(words.text_heading.clone()),
        Part::Text(consent.text.clone()),
        button(Act::TakeBack, &words.take_back),
        button(Act::Keep, &words.keep),
    ];
    let page = |parts| Page { language: consent.language.clone(), parts };
    (page(parts), page(take_back))
}

fn button(act: Act, words: &str) -> Part {
    Part::Button { act, words: words.to_owned() }
}

fn link(policy: &Policy, words: &ConsentWords) -> Part {
    let name = match policy.kind {
        PolicyKind::Texting => &words.texting,
        PolicyKind::Terms => &words.terms,
        PolicyKind::Privacy => &words.privacy,
    };
    let values = BTreeMap::from([("version", policy.version.as_str())]);
    Part::Link {
        name: policy.kind.code().to_owned(),
        address: policy.uri.clone(),
        version: policy.version.clone(),
        words: render(name, &values).unwrap_or_else(|_| name.clone()),
    }
}

/// A page in plain text, from its list alone.
pub fn as_text(page: &Page) -> String {
    let lines = page.parts.iter().map(|part| match part {
        Part::Heading(words) => format!("# {words}"),
        Part::Paragraph(words) | Part::Text(words) => words.clone(),
        Part::Link { address, version, words, .. } => format!("{words}: {address} (version {version})"),
        Part::Box { checked, words, .. } => format!("[{}] {words}", if *checked { "x" } else { " " }),
        Part::Field { words, hint, .. } => format!("{words} {hint} [          ]"),
        Part::Button { words, .. } => format!("( {words} )"),
    });
    lines.collect::<Vec<_>>().join("\n\n")
}
