//! The decision: link secret, content key and sealed message are made and written down together with their outbox row and
//! their line in the ledger, in one transaction.

use super::{error::SendError, job::Pending, plan::Ready, remind, request::SendRequest};
use crate::{desk::Desk, ledger::Actor, rules, vault::Place};
use postern_protocol::{
    base64url::FixedBytes,
    derive::{ContentKey, LinkKeys},
    envelope::message::{self, Message, MessageClinic},
    factor::Policy,
    id::random_id,
    keys::PatientSigningKey,
    link::{self, LinkSecret},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the desk keeps of a message's content; sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptMessage {
    /// Heading for lists.
    pub subject: Option<String>,
    /// The Bundle as sent.
    pub bundle: Value,
    /// The text's language.
    pub language: String,
}

/// What a message comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// Somebody's command just now.
    Staff,
    /// A command whose message waited for its number to be confirmed.
    Waited,
    /// It reminds of this message.
    Reminds(&'a str),
}

impl<'a> Origin<'a> {
    fn reminds(self) -> Option<&'a str> {
        match self {
            Self::Reminds(mid) => Some(mid),
            Self::Staff | Self::Waited => None,
        }
    }
}

impl Desk {
    /// Decides a message: link secret, content key, outbox row and ledger line come to be together.
    pub(crate) async fn decide(
        &self,
        ready: Ready,
        request: &SendRequest,
        request_key: &str,
        origin: Origin<'_>,
    ) -> Result<i64, SendError> {
        let Ready { recipient, composed, pin, asked, plan } = ready;
        let mut rng = self.rng();
        let now = self.now();
        // One content key in 2^256 gives no signing key: take another.
        let (content_key, signer) = loop {
            let content_key = ContentKey::generate(&mut rng);
            if let Ok(signer) = PatientSigningKey::derive(&content_key) {
                break (content_key, signer);
            }
        };
        let secret = LinkSecret::generate(&mut rng);
        let keys = LinkKeys::derive(&secret);
        let (lid, mid) = (keys.lid.to_text(), random_id(&mut rng));
        let clinic_key = self.clinic_key().await?;
        let sealed = message::seal(
            &mut rng,
            &content_key,
            &mid,
            &Message {
                v: 1,
                n: 1,
                bundle: &composed.json,
                clinic: MessageClinic {
                    display: self.clinic.public.name.clone(),
                    key: clinic_key,
                    portal_keys: pin.keys.clone(),
                },
            },
        );
        let text = plan.text(&link::url(pin.links(), Policy::BirthDate, &secret)).unwrap_or_default();
        let pending = Pending {
            secret: FixedBytes(*secret.as_bytes()),
            content_key: FixedBytes(*content_key.as_bytes()),
            to: recipient.number.clone(),
            text,
            birth_date: recipient.birth_date.to_text(),
            jwe: sealed.jwe,
            n: 1,
            registered: None,
            asked: Some(asked.clone()),
        };
        let kept = KeptMessage {
            subject: composed.subject(),
            bundle: composed.json,
            language: plan.words.language.to_owned(),
        };
        let mid_text = mid.to_text();
        let link_mac =
            self.vault.seal(&mut rng, Place::new("link", "link_mac", &lid), keys.link_mac.as_bytes());
        let sealed_key =
            self.vault.seal(&mut rng, Place::new("link", "content_key", &lid), content_key.as_bytes());
        let sealed_message =
            self.vault.seal_json(&mut rng, Place::new("message", "sealed", &mid_text), &kept);
        let sealed_pending = self.seal_pending(&keys.lid, &pending);

        let mut write = self.store.write().await?;
        // Asked again where nothing can come in between: what was said since the plan counts.
        let standing = rules::book::read(&mut write, &self.vault, &recipient.number_key).await?;
        let permit = rules::decide(&plan.policy, &standing, &asked, now)
            .map_err(|denied| SendError::Refused(denied.refusals()))?;
        if let Some(reminded) = origin.reminds()
            && !remind::is_unread(&mut write, reminded, now).await?
        {
            return Err(SendError::Refused(vec![remind::needless()]));
        }
        rules::in_force::keep(&mut write, &plan.policy, now).await?;
        sqlx::query(
            "INSERT INTO link (lid, patient_key, number_key, policy, state, made_at, expires_at, link_mac, content_key,
             signer) VALUES (?, ?, ?, 'dob', 'new', ?, ?, ?, ?, ?)",
        )
        .bind(&lid)
        .bind(&recipient.kept.patient_key)
        .bind(&recipient.number_key)
        .bind(now.0)
        .bind(plan.expires.0)
        .bind(link_mac)
        .bind(sealed_key)
        .bind(serde_json::to_string(&signer.public()).expect("a key is plain JSON"))
        .execute(&mut *write)
        .await?;
        sqlx::query(
            "INSERT INTO message (mid, lid, n, template, kinds, plaintext_sha256, sealed, decided_at, clinic_key, category,
             reminds) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&mid_text)
        .bind(&lid)
        .bind(plan.template.as_str())
        .bind(serde_json::to_string(&plan.offers).expect("kinds are plain JSON"))
        .bind(sealed.plaintext_sha256.to_text())
        .bind(sealed_message)
        .bind(now.0)
        .bind(clinic_key.thumbprint().to_text())
        .bind(asked.category.as_str())
        .bind(origin.reminds())
        .execute(&mut *write)
        .await?;
        let idempotency_key =
            request.idempotency_key.as_deref().map(|key| self.vault.index("idempotency", key));
        let n: i64 = sqlx::query_scalar(
            "INSERT INTO outbox (lid, mid, request_key, idempotency_key, step, slot, sealed, decided_at)
             VALUES (?, ?, ?, ?, 'decided', 1, ?, ?) RETURNING n",
        )
        .bind(&lid)
        .bind(&mid_text)
        .bind(request_key)
        .bind(idempotency_key)
        .bind(sealed_pending)
        .bind(now.0)
        .fetch_one(&mut *write)
        .await?;
        let mut what = json!({ "patient": recipient.kept.person.id, "mid": mid_text, "template": plan.template,
            "offers": plan.offers, "expires": plan.expires });
        let (actor, kind) = match origin {
            Origin::Staff => (Actor::Staff, "send-decided"),
            Origin::Waited => (Actor::Desk, "send-decided"),
            Origin::Reminds(reminded) => {
                what["reminds"] = json!(reminded);
                (Actor::Desk, "reminder-decided")
            }
        };
        let entry = self.entry(now, actor, kind, Some(keys.lid), what);
        // In the same transaction, so that what waited goes once.
        sqlx::query("DELETE FROM waiting_send WHERE request_key = ?")
            .bind(request_key)
            .execute(&mut *write)
            .await?;
        let fact = permit.fact(mid_text, &asked);
        self.book_facts(&mut write, &recipient.number_key, vec![fact], entry).await?;
        write.commit().await?;
        Ok(n)
    }
}
