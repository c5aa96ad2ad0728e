//! Asking for a consent: the resource, its two pages, and what stands against it.

use super::{page, texting::Texting};
use crate::{
    clinic::Clinic,
    patients::number,
    refusal::Refusal,
    texts::{
        render::render,
        words::{self, ConsentWords},
    },
};
use postern_fhir::{
    Consent,
    consent::{ConsentKind, ConsentStatus, Element, Lack, Permission, Policy},
    datatype::Reference,
};
use postern_protocol::{category::Category, digest::sha256};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Texts about care, a box a category.
    CareTexts,
    /// Marketing texts, in writing.
    Marketing,
    /// An authorization in the clinic's own words.
    Authorization {
        /// What it is called.
        title: String,
        /// The exact text.
        text: String,
    },
}

/// Whom a consent is asked of.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub clinic: &'a Clinic,
    /// The clinic's id of the patient.
    pub patient: &'a str,
    /// E.164.
    pub number: &'a str,
    /// The language of the words.
    pub language: &'a str,
    /// The published texts that it names, or why there are none.
    pub policies: Result<&'a [Policy], &'a [Refusal]>,
}

/// What a care text can be about, in the order of the boxes.
const CARE: [Category; 6] = [
    Category::Appointments,
    Category::Messages,
    Category::Forms,
    Category::Payments,
    Category::Recall,
    Category::Surveys,
];

/// A Bundle that asks.
///
/// # Errors
/// The clinic has not said what a consent must say.
pub(crate) fn bundle(ask: &Ask, asked: Asked<'_>) -> Result<Value, Vec<Refusal>> {
    let consent = match ask {
        Ask::CareTexts => form(ConsentKind::CareTexts, asked)?,
        Ask::Marketing => form(ConsentKind::Marketing, asked)?,
        Ask::Authorization { title, text } => {
            own_words(title, text, asked, texting(asked)?, words_of(asked.language))
        }
    };
    let consent: Value = consent.write().into();
    Ok(json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": consent }] }))
}

/// The clinic's own form for texts. An authorization has none: its words are the clinic's each time.
///
/// # Errors
/// As of [`bundle`].
pub(crate) fn form(kind: ConsentKind, asked: Asked<'_>) -> Result<Consent, Vec<Refusal>> {
    let categories: &[Category] = match kind {
        ConsentKind::CareTexts => &CARE,
        ConsentKind::Marketing => &[Category::Marketing],
        ConsentKind::Authorization => {
            return Err(vec![Refusal::new(
                "consent-without-form",
                "There is no form of the clinic's for an authorization",
                "Keep the paper; ask for it on the page with its own text.",
            )]);
        }
    };
    let texting = texting(asked)?;
    asked.policies.map_err(<[Refusal]>::to_vec)?;
    Ok(about_texts(kind, categories, asked, texting, words_of(asked.language)))
}

fn words_of(language: &str) -> &'static ConsentWords {
    &words::choose(Some(language)).words.consent
}

fn texting<'a>(asked: Asked<'a>) -> Result<&'a Texting, Vec<Refusal>> {
    asked.clinic.texting.as_ref().filter(|one| one.is_complete()).ok_or_else(|| {
        vec![Refusal::new(
            "consent-without-texting",
            "The clinic has not said who sends its texts, how often, and under which texts of its own",
            "Add [texting] with legal_name, texts_a_month and policies to CLINIC.toml.",
        )]
    })
}

fn patient(id: &str) -> Reference {
    Reference { reference: Some(format!("Patient/{id}")), kind: Some("Patient".into()), display: None }
}

fn blank(kind: ConsentKind, asked: Asked<'_>, texting: &Texting) -> Consent {
    Consent {
        id: None,
        status: ConsentStatus::Proposed,
        kind,
        patient: Some(patient(asked.patient)),
        date_time: None,
        helper: None,
        organization: texting.legal_name.clone(),
        title: String::new(),
        text: String::new(),
        language: asked.language.to_owned(),
        text_sha256: String::new(),
        number: Some(asked.number.to_owned()),
        elements: Vec::new(),
        policies: asked.policies.unwrap_or_default().to_vec(),
        permissions: Vec::new(),
        page: None,
        take_back_page: None,
        page_sha256: None,
        signature: None,
    }
}

fn about_texts(
    kind: ConsentKind,
    categories: &[Category],
    asked: Asked<'_>,
    texting: &Texting,
    words: &ConsentWords,
) -> Consent {
    let number = number::as_written(asked.number, &asked.clinic.country);
    let often =
        if kind == ConsentKind::Marketing { texting.marketing_a_month } else { texting.texts_a_month };
    let often = often.to_string();
    let values =
        BTreeMap::from([("sender", texting.legal_name.as_str()), ("number", &number), ("n", &often)]);
    let filled = |text: &str| render(text, &values).unwrap_or_else(|_| text.to_owned());
    let asking = words.asking(kind);
    let mut elements = vec![
        (Element::Frequency, filled(&words.frequency)),
        (Element::Rates, words.rates.clone()),
        (Element::HelpAndStop, words.help_and_stop.clone()),
        (Element::NotACondition, words.not_a_condition.clone()),
        (Element::Risks, words.risks.clone()),
    ];
    if kind.is_signed() {
        elements.push((Element::ElectronicSignature, words.electronic_signature.clone()));
    }
    let mut paragraphs = vec![filled(&asking.opening)];
    paragraphs.extend(elements.iter().map(|(_, sentence)| sentence.clone()));
    elements.insert(0, (Element::Number, number.clone()));
    let permission = |category: &Category| Permission { category: category.as_str().into(), permit: true };
    Consent {
        title: asking.title.clone(),
        text: paragraphs.join("\n\n"),
        elements,
        permissions: categories.iter().map(permission).collect(),
        ..blank(kind, asked, texting)
    }
}

fn own_words(title: &str, text: &str, asked: Asked<'_>, texting: &Texting, words: &ConsentWords) -> Consent {
    let values = BTreeMap::from([("sender", texting.legal_name.as_str())]);
    let given_to = render(&words.authorization.opening, &values).unwrap_or_default();
    let text = [text.trim(), &given_to, &words.electronic_signature].join("\n\n");
    Consent {
        title: title.trim().to_owned(),
        text,
        number: None,
        elements: vec![(Element::ElectronicSignature, words.electronic_signature.clone())],
        ..blank(ConsentKind::Authorization, asked, texting)
    }
}

/// Completes the consent of a Bundle with id, hash and pages, in place.
///
/// # Errors
/// Everything that stands against asking for it.
pub(crate) fn complete(bundle: &mut Value, asked: Asked<'_>) -> Result<(), Vec<Refusal>> {
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
    let resources = entries.filter_map(|entry| entry.get_mut("resource"));
    let mut consents: Vec<&mut Value> =
        resources.filter(|one| one.get("resourceType").is_some_and(|kind| kind == "Consent")).collect();
    let [resource] = &mut consents[..] else {
        return Err(vec![Refusal::new(
            "consent-twice",
            "The message asks for more than one consent",
            "Send a message for each.",
        )]);
    };
    let mut consent = Consent::read(&(&**resource).into()).map_err(|error| {
        vec![Refusal::new(
            "consent-unreadable",
            format!("The Consent cannot be read: {error}"),
            "Correct it.",
        )]
    })?;
    texting(asked)?;
    let named = asked.policies.map_err(<[Refusal]>::to_vec)?;
    if consent.policies.is_empty() {
        consent.policies = named.to_vec();
    }
    let refusals = check(&consent, asked, named);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let words = &words::choose(Some(&consent.language)).words.consent;
    consent.patient.get_or_insert_with(|| patient(asked.patient));
    consent.text_sha256 = sha256(consent.text.as_bytes()).to_text();
    let (ask, take_back) = page::pages(&consent, &asked.clinic.public.name, words);
    consent.page = Some(ask.canonical());
    consent.take_back_page = Some(take_back.canonical());
    **resource = consent.write().into();
    Ok(())
}

fn check(consent: &Consent, asked: Asked<'_>, named: &[Policy]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |code, reason: String, remedy: &str| refusals.push(Refusal::new(code, reason, remedy));
    if consent.status != ConsentStatus::Proposed {
        refuse("consent-not-proposed", "The Consent is not asked for".into(), "Give it the status proposed.");
    }
    for lack in consent.lacks() {
        refuse(
            "consent-lacks",
            format!("The consent lacks: {}", lack_in_words(lack)),
            "Add it to the text and name it.",
        );
    }
    if consent.page.is_some() || consent.take_back_page.is_some() || consent.page_sha256.is_some() {
        refuse(
            "consent-brings-page",
            "The Consent brings pages of its own".into(),
            "Leave them out: the desk makes them.",
        );
    }
    let wrong_number = consent.number.as_deref().is_some_and(|number| number != asked.number);
    if wrong_number {
        refuse(
            "consent-other-number",
            "The consent is for another number than the text goes to".into(),
            "Ask at that number.",
        );
    }
    let allowed: &[Category] = match consent.kind {
        ConsentKind::CareTexts => &CARE,
        ConsentKind::Marketing => &[Category::Marketing],
        ConsentKind::Authorization => &[],
    };
    let categories = consent.categories();
    let known = |one: &&str| allowed.iter().any(|category| category.as_str() == *one);
    let twice = categories.iter().enumerate().any(|(place, one)| categories[..place].contains(one));
    if twice || !categories.iter().all(known) {
        refuse(
            "consent-categories",
            "A box is there twice, or does not belong to this consent".into(),
            "Marketing stands apart from care.",
        );
    }
    if consent.policies.iter().any(|policy| !named.contains(policy)) {
        refuse(
            "consent-policy-older",
            "The consent names other texts, or other versions of them, than the clinic asks with today"
                .into(),
            "Leave them out: the desk adds those of today.",
        );
    }
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if primary(words::choose(Some(&consent.language)).language) != primary(&consent.language) {
        let remedy = "Ask in a language that is shipped.";
        refuse("consent-language", format!("There are no words in {} to ask with", consent.language), remedy);
    }
    refusals
}

/// What is lacking, for the clinic's staff.
pub fn lack_in_words(lack: Lack) -> String {
    lack.code().replace('-', " ")
}
