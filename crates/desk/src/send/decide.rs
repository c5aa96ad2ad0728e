//! The decision: link secret, content key and sealed message are made and written down together with their outbox row and
//! their line in the ledger, in one transaction.

use super::{
    error::SendError,
    job::{Pending, PendingAlso},
    plan::{Part, Ready},
    remind,
    request::SendRequest,
};
use crate::{
    desk::Desk,
    ledger::{self, Actor},
    rng::SharedRng,
    rules,
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{
    about::About,
    base64url::FixedBytes,
    derive::{ContentKey, LinkKeys},
    digest::Digest,
    envelope::message::{self, Message, MessageClinic},
    factor::Policy,
    id::{MessageId, random_id},
    keys::PatientSigningKey,
    link::{self, LinkSecret},
    time::Timestamp,
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
    /// Whom it is about, where somebody could be mistaken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
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
        let Ready { recipient, pin, parts, plan } = ready;
        let (mut rng, now, policy) = (self.rng(), self.now(), request.policy);
        // One content key in 2^256 gives no signing key: take another.
        let (content_key, signer) = loop {
            let content_key = ContentKey::generate(&mut rng);
            if let Ok(signer) = PatientSigningKey::derive(&content_key) {
                break (content_key, signer);
            }
        };
        let secret = LinkSecret::generate(&mut rng);
        let keys = LinkKeys::derive(&secret);
        let lid = keys.lid.to_text();
        let clinic = MessageClinic {
            display: self.clinic.public.name.clone(),
            key: self.clinic_key().await?,
            portal_keys: pin.keys.clone(),
        };
        let sealed: Vec<SealedPart> =
            (1..).zip(parts).map(|(n, part)| seal(&mut rng, &content_key, n, part, &clinic)).collect();
        let text = plan.text(&link::url(pin.links(), policy, &secret)).unwrap_or_default();
        let link_mac =
            self.vault.seal(&mut rng, Place::new("link", "link_mac", &lid), keys.link_mac.as_bytes());
        let sealed_key =
            self.vault.seal(&mut rng, Place::new("link", "content_key", &lid), content_key.as_bytes());
        // Each code is registered with it.
        let kept_secret = (policy == Policy::Code)
            .then(|| self.vault.seal(&mut rng, Place::new("link", "secret", &lid), secret.as_bytes()));

        let mut write = self.store.write().await?;
        // Asked again where nothing can come in between: what was said since the plan counts.
        let standing = rules::book::read(&mut write, &self.vault, &recipient.number_key).await?;
        let mut permits = Vec::with_capacity(sealed.len());
        for one in &sealed {
            let permit = rules::decide(&plan.policy, &standing, &one.part.asked, now);
            permits.push(permit.map_err(|denied| SendError::Refused(denied.refusals()))?);
        }
        // It is one text: it counts if it would for any of those it is about.
        let counts = permits.iter().position(|permit| permit.counted).unwrap_or(0);
        let (permit, asked) = (&permits[counts], sealed[counts].part.asked.clone());
        if let Some(reminded) = origin.reminds()
            && !remind::is_unread(&mut write, reminded, now).await?
        {
            return Err(SendError::Refused(vec![remind::needless()]));
        }
        rules::in_force::keep(&mut write, &plan.policy, now).await?;
        sqlx::query(
            "INSERT INTO link (lid, patient_key, number_key, state, made_at, expires_at, link_mac, content_key,
             signer, helper_key, policy, secret) VALUES (?, ?, ?, 'new', ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&lid)
        .bind(&recipient.kept.patient_key)
        .bind(&recipient.number_key)
        .bind(now.0)
        .bind(plan.expires.0)
        .bind(link_mac)
        .bind(sealed_key)
        .bind(serde_json::to_string(&signer.public()).expect("a key is plain JSON"))
        .bind(recipient.kept.helper.as_ref().map(|helper| &helper.helper_key))
        .bind(policy.as_str())
        .bind(kept_secret)
        .execute(&mut *write)
        .await?;
        for one in &sealed {
            self.keep_message(&mut write, &lid, one, clinic.key.thumbprint(), origin, now).await?;
        }
        let mut sealed = sealed.into_iter();
        let first = sealed.next().ok_or(StoreError::Inconsistent("plan"))?;
        let mid_text = first.mid.to_text();
        let also: Vec<PendingAlso> = sealed
            .map(|one| PendingAlso { mid: one.mid, n: one.n, jwe: one.jwe, asked: one.part.asked })
            .collect();
        let others: Vec<(String, MessageId)> =
            also.iter().map(|one| (one.asked.person.clone(), one.mid)).collect();
        let pending = Pending {
            secret: FixedBytes(*secret.as_bytes()),
            content_key: FixedBytes(*content_key.as_bytes()),
            to: recipient.number.clone(),
            text,
            birth_date: recipient.birth_date.to_text(),
            jwe: first.jwe,
            n: first.n,
            registered: None,
            policy,
            asked: Some(first.part.asked),
            also,
        };
        let sealed_pending = self.seal_pending(&keys.lid, &pending);
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
        let helper = recipient.kept.helper.as_ref().map(|helper| &helper.helper.id);
        if let Some(helper) = helper {
            what["helper"] = json!(helper);
        }
        let entry = self.entry(now, actor, kind, Some(keys.lid), what);
        // In the same transaction, so that what waited goes once.
        sqlx::query("DELETE FROM waiting_send WHERE request_key = ?")
            .bind(request_key)
            .execute(&mut *write)
            .await?;
        let fact = permit.fact(mid_text, &asked);
        self.book_facts(&mut write, &recipient.number_key, vec![fact], entry).await?;
        for (patient, mid) in others {
            let mut what = json!({ "patient": patient, "mid": mid, "expires": plan.expires });
            if let Some(helper) = helper {
                what["helper"] = json!(helper);
            }
            let entry = self.entry(now, actor, kind, Some(keys.lid), what);
            ledger::append(&mut write, &self.vault, &mut rng, entry).await.map_err(Trouble::from)?;
        }
        write.commit().await?;
        Ok(n)
    }
}

/// A message that was sealed.
struct SealedPart {
    part: Part,
    n: u32,
    mid: MessageId,
    jwe: String,
    plaintext_sha256: Digest,
}

fn seal(
    rng: &mut SharedRng,
    content_key: &ContentKey,
    n: u32,
    part: Part,
    clinic: &MessageClinic,
) -> SealedPart {
    let mid = random_id(rng);
    let about = part.about.as_ref().map(|about| serde_json::to_value(about).expect("it is plain JSON"));
    let sealed = message::seal(
        rng,
        content_key,
        &mid,
        &Message {
            v: 1,
            n,
            about: about.as_ref().map(Into::into),
            bundle: &part.composed.json,
            clinic: clinic.clone(),
        },
    );
    SealedPart { part, n, mid, jwe: sealed.jwe, plaintext_sha256: sealed.plaintext_sha256 }
}

impl Desk {
    async fn keep_message(
        &self,
        write: &mut Connection,
        lid: &str,
        sealed: &SealedPart,
        clinic_key: Digest,
        origin: Origin<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let SealedPart { part, n, mid, plaintext_sha256, .. } = sealed;
        let kept = KeptMessage {
            subject: part.composed.subject(),
            bundle: part.composed.json.clone(),
            language: part.language.to_owned(),
            about: part.about.clone(),
        };
        let mid = mid.to_text();
        let sealed = self.vault.seal_json(&mut self.rng(), Place::new("message", "sealed", &mid), &kept);
        let first = *n == 1;
        sqlx::query(
            "INSERT INTO message (mid, lid, n, template, kinds, plaintext_sha256, sealed, decided_at, clinic_key, category,
             reminds, about_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&mid)
        .bind(lid)
        .bind(n)
        .bind(part.template.as_str())
        .bind(serde_json::to_string(&part.offers).expect("kinds are plain JSON"))
        .bind(plaintext_sha256.to_text())
        .bind(sealed)
        .bind(now.0)
        .bind(clinic_key.to_text())
        .bind(part.asked.category.as_str())
        .bind(origin.reminds().filter(|_| first))
        .bind((!first).then_some(&part.kept.patient_key))
        .execute(write)
        .await?;
        Ok(())
    }
}
