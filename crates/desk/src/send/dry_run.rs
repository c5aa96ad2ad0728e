//! `send --dry-run`: the text, what it takes, what stands against it, and what the patient will read. Makes nothing.

use super::{plan::Plan, request::SendRequest, view};
use crate::{
    desk::Desk,
    refusal::Refusal,
    rules::Basis,
    texts::{gsm7, template::Template},
    trouble::Trouble,
};
use postern_protocol::{category::Category, record::RecordKind, time::Timestamp};
use serde::Serialize;

/// A message before it is sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// Whether it would be sent.
    pub would_send: bool,
    /// What stands against it.
    pub refusals: Vec<Refusal>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Why it may be sent at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// The rules it was looked at under: version and SHA-256.
    pub policy: String,
    /// The template of the text.
    pub template: Template,
    /// The language of the text.
    pub language: &'static str,
    /// The patient's own language, where the text is in another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language_missing: Option<String>,
    /// The text, with a link that opens nothing.
    pub text: String,
    /// What the text takes.
    pub length: gsm7::Length,
    /// What the patient will read behind the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_view: Option<String>,
    /// What can be answered.
    pub offers: Vec<RecordKind>,
    /// When the link would end.
    pub expires: Timestamp,
}

/// What is read behind the link; of several messages each with whom it is about.
fn view_of(plan: &Plan) -> Option<String> {
    let one = |plan: &Plan| {
        let text = view::as_text(&plan.composed.as_ref()?.bundle);
        let Some(about) = &plan.about else { return Some(text) };
        let helper =
            about.helper.as_ref().map(|helper| format!(", to {} ({})", helper.name, helper.relationship));
        Some(format!("For {}{}\n{text}", about.initials, helper.unwrap_or_default()))
    };
    let texts: Option<Vec<String>> = std::iter::once(one(plan)).chain(plan.also.iter().map(one)).collect();
    texts.map(|texts| texts.join("\n\n"))
}

impl Desk {
    /// What [`Desk::send`] would do now.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn dry_run(&self, request: &SendRequest) -> Result<Preview, Trouble> {
        let plan = self.plan(request).await?;
        let text = plan.text(&plan.specimen_link()).unwrap_or_default();
        let wanted = plan.addressee.kept().and_then(|kept| kept.person.language.clone());
        let is_other = |tag: &String| tag.split('-').next() != plan.words.language.split('-').next();
        Ok(Preview {
            would_send: plan.refusals.is_empty(),
            category: plan.asked.as_ref().map(|asked| asked.category),
            basis: plan.decided.as_ref().and_then(|one| one.as_ref().ok()).map(|permit| permit.basis),
            policy: plan.policy.id.clone(),
            template: plan.template,
            language: plan.words.language,
            language_missing: wanted.filter(is_other),
            length: gsm7::measure(&text),
            text,
            patient_view: view_of(&plan),
            offers: plan.offers,
            expires: plan.expires,
            refusals: plan.refusals,
        })
    }
}
