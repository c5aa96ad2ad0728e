//! The clinic's own texts that everybody can read at the portal (terms, privacy notice, texting policy): published once a version and
//! language, kept here as they were published, named by every consent.

use crate::{
    desk::Desk,
    enrolment::PortalPin,
    feed::FeedError,
    ledger,
    portal::{PortalClient, PortalError},
    refusal::Refusal,
    store::StoreError,
    texts::render::render,
    trouble::{Trouble, takes_trouble},
};
use postern_fhir::consent::{Policy, PolicyKind as Kind};
use postern_protocol::{
    digest::{Digest, sha256},
    error_code::ErrorCode,
    time::Timestamp,
    wire::desk_policies::{PolicyKind, PolicyLanguage, PolicyRequest, PolicyVersion, title},
};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// A text is not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It has another form.
    #[error(
        "this is no text that can be published: `# ` and its title first, something under it, lines ending in LF, at most 32 KiB"
    )]
    Form,
    /// Another text has that name.
    #[error(
        "another text is published as {0}: a published text is never changed. Give yours a version of its own"
    )]
    Other(String),
    /// The portal.
    #[error("the portal did not take it")]
    Portal(#[source] PortalError),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(PublishError);

/// A published text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedText {
    /// What it is.
    pub kind: PolicyKind,
    /// The clinic's word for its version.
    pub version: PolicyVersion,
    /// Its language.
    pub language: PolicyLanguage,
    /// SHA-256 of its UTF-8.
    pub sha256: Digest,
    /// When it was published.
    pub published_at: Timestamp,
    /// Where everybody can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The text.
    pub text: String,
}

/// Path of a text at the portal.
fn path(kind: PolicyKind, version: &PolicyVersion, language: &PolicyLanguage) -> String {
    format!("{}/{version}/{language}", kind.as_str())
}

fn address(pin: &PortalPin, path: &str) -> String {
    format!("{}/policy/{path}", pin.links())
}

fn as_fhir(kind: PolicyKind) -> Kind {
    match kind {
        PolicyKind::Texting => Kind::Texting,
        PolicyKind::Terms => Kind::Terms,
        PolicyKind::Privacy => Kind::Privacy,
    }
}

/// The texting policy that comes with the program, to be read, changed and published.
const DRAFT: &str = include_str!("../../words/policies/texting.en.md");

type Row = (String, String, String, String, i64, String);

impl Desk {
    /// Publishes a text: at the portal, then here. The same text again is the same.
    ///
    /// # Errors
    /// Its form, another text of that name, the portal; store or vault.
    pub async fn publish_policy(
        &self,
        portal: &PortalClient,
        kind: PolicyKind,
        version: &PolicyVersion,
        language: &PolicyLanguage,
        text: &str,
    ) -> Result<PublishedText, PublishError> {
        title(text).ok_or(PublishError::Form)?;
        let path = path(kind, version, language);
        let sha256 = sha256(text.as_bytes());
        let known = self.published_policies().await?;
        let known = known
            .into_iter()
            .find(|one| (one.kind, &one.version, &one.language) == (kind, version, language));
        if let Some(known) = &known
            && known.sha256 != sha256
        {
            return Err(PublishError::Other(path));
        }
        let told = portal.put_policy(&path, &PolicyRequest { text: text.to_owned() }).await;
        let told = told.map_err(|error| match error {
            PortalError::Refused(ErrorCode::Conflict) => PublishError::Other(path.clone()),
            error => PublishError::Portal(error),
        })?;
        if told.sha256 != sha256 {
            return Err(PublishError::Portal(PortalError::Answer { call: "put policy", status: 200 }));
        }
        if let Some(known) = known {
            return Ok(known);
        }
        let mut write = self.store.write().await?;
        sqlx::query(
            "INSERT INTO policy_text (kind, version, language, sha256, published_at, words) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (kind, version, language) DO NOTHING",
        )
        .bind(kind.as_str())
        .bind(version.as_str())
        .bind(language.as_str())
        .bind(sha256.to_text())
        .bind(told.published.0)
        .bind(text)
        .execute(&mut *write)
        .await?;
        let what = json!({ "policy": kind, "version": version, "language": language, "sha256": sha256 });
        let entry = self.staff_entry(self.now(), "policy-text-published", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        let pin = self.portal_pin().await?;
        Ok(PublishedText {
            kind,
            version: version.clone(),
            language: language.clone(),
            sha256,
            published_at: told.published,
            address: pin.map(|pin| address(&pin, &path)),
            text: text.to_owned(),
        })
    }

    /// The texting policy that comes with the program, in English, with the clinic's own names and counts in it. It is a draft: the clinic
    /// reads it, changes what is not so, and publishes it as its own words. `None` without `[texting]`.
    pub fn draft_texting_policy(&self) -> Option<String> {
        let texting = self.clinic.texting.as_ref()?;
        let (most, most_offers) = (texting.texts_a_month.to_string(), texting.marketing_a_month.to_string());
        let values = BTreeMap::from([
            ("clinic", self.clinic.public.name.as_str()),
            ("legal_name", texting.legal_name.as_str()),
            ("phone", self.clinic.public.phone.as_str()),
            ("n", most.as_str()),
            ("m", most_offers.as_str()),
        ]);
        render(DRAFT, &values).ok()
    }

    /// Every text that was published, oldest first.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn published_policies(&self) -> Result<Vec<PublishedText>, Trouble> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT kind, version, language, sha256, published_at, words FROM policy_text ORDER BY published_at, rowid",
        )
        .fetch_all(self.store.read())
        .await?;
        let pin = self.portal_pin().await?;
        let read = |(kind, version, language, sha256, at, text): Row| {
            let wrong = |_| StoreError::Inconsistent("policy_text");
            let (kind, version, language) = (
                kind.parse().map_err(wrong)?,
                version.parse().map_err(wrong)?,
                language.parse().map_err(wrong)?,
            );
            let sha256 = sha256.parse().map_err(|_| StoreError::Inconsistent("policy_text.sha256"))?;
            let address = pin.as_ref().map(|pin| address(pin, &path(kind, &version, &language)));
            Ok(PublishedText { kind, version, language, sha256, published_at: Timestamp(at), address, text })
        };
        Ok(rows.into_iter().map(read).collect::<Result<_, StoreError>>()?)
    }

    /// Puts all of them at a portal that may have lost some: what is there stays as it is.
    pub(crate) async fn publish_again(&self, portal: &PortalClient) -> Result<(), FeedError> {
        for one in self.published_policies().await? {
            let path = path(one.kind, &one.version, &one.language);
            match portal.put_policy(&path, &PolicyRequest { text: one.text }).await {
                // That it has another one there is for people to settle; what else it does must go on.
                Ok(_) | Err(PortalError::Refused(ErrorCode::Conflict)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What a consent in this language names, in the versions that the clinic asks with today.
    pub(crate) async fn policies_to_name(
        &self,
        language: &str,
    ) -> Result<Result<Vec<Policy>, Vec<Refusal>>, Trouble> {
        // Without it nothing is asked for, and that is said elsewhere.
        let Some(texting) = &self.clinic.texting else { return Ok(Ok(Vec::new())) };
        let published = self.published_policies().await?;
        let (mut named, mut refusals) = (Vec::new(), Vec::new());
        for kind in PolicyKind::ALL {
            let version = texting.policies.version(kind);
            let found = published
                .iter()
                .find(|one| one.kind == kind && one.version == *version && one.language.as_str() == language);
            match found.and_then(|one| Some((one, one.address.clone()?))) {
                Some((one, uri)) => named.push(Policy {
                    kind: as_fhir(kind),
                    uri,
                    version: one.version.to_string(),
                    language: language.to_owned(),
                    sha256: one.sha256.to_text(),
                }),
                None => refusals.push(Refusal::new(
                    "consent-policy-not-published",
                    format!("Version {version} of {} is not published in {language}", kind.as_str()),
                    format!(
                        "Publish it: postern legal publish --kind {} --as {version} --language {language} FILE",
                        kind.as_str()
                    ),
                )),
            }
        }
        Ok(if refusals.is_empty() { Ok(named) } else { Err(refusals) })
    }
}
