use super::Result;
use async_trait::async_trait;
use postern_protocol::{
    digest::Digest,
    id::ClinicId,
    time::Timestamp,
    wire::desk_policies::{PolicyKind, PolicyLanguage, PolicyVersion},
};

/// Names a text that everybody can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyName {
    /// What it is.
    pub kind: PolicyKind,
    /// The clinic's word for its version.
    pub version: PolicyVersion,
    /// Its language.
    pub language: PolicyLanguage,
}

/// A published text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyText {
    /// Small Markdown, as it came.
    pub text: String,
    /// SHA-256 of its UTF-8.
    pub sha256: Digest,
    /// When it was published.
    pub published: Timestamp,
}

/// Texts that everybody can read: written once, changed and taken away by nothing.
#[async_trait]
pub trait Policies {
    /// A clinic's text.
    async fn policy(&mut self, clinic: &ClinicId, name: &PolicyName) -> Result<Option<PolicyText>>;

    /// Publishes a text; `false` where there is one of this name.
    async fn insert_policy(
        &mut self,
        clinic: &ClinicId,
        name: &PolicyName,
        text: &PolicyText,
    ) -> Result<bool>;

    /// The version that was published last, in whatever language it came first.
    async fn newest_policy(&mut self, clinic: &ClinicId, kind: PolicyKind) -> Result<Option<PolicyVersion>>;

    /// The languages of a version, ascending.
    async fn policy_languages(
        &mut self,
        clinic: &ClinicId,
        kind: PolicyKind,
        version: &PolicyVersion,
    ) -> Result<Vec<PolicyLanguage>>;
}
