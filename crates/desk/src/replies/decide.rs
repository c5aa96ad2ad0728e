//! The decision: the message for the thread is sealed and numbered, the message for the text is composed, and both are written down
//! with their line in the ledger, in one transaction.

use super::answer::{ReplyRequest, refused};
use crate::{
    desk::Desk,
    feed::record::KeptRecord,
    ledger,
    refusal::Refusal,
    send::{Content, SendError, SendRequest, content, decide::KeptMessage},
    store::{Connection, StoreError},
    texts::{
        template::Template,
        words::{self, Chosen},
    },
    trouble::Trouble,
    vault::Place,
};
use postern_fhir::{Communication, instant};
use postern_protocol::{
    about::About,
    category::Category,
    derive::ContentKey,
    envelope::message::{self, Message, MessageClinic},
    id::{LinkId, random_id},
    record::RecordKind,
};
use serde_json::{Value, json};

/// The reply that is answered.
#[derive(sqlx::FromRow)]
struct Reply {
    lid: String,
    sealed: Vec<u8>,
    mid: String,
    message: Vec<u8>,
    about_key: String,
    helper_key: Option<String>,
}

/// The link that it came on, while it takes messages.
struct OpenLink {
    lid: LinkId,
    key: ContentKey,
    n: u32,
}

/// What is answered: the reply, the message that it replied to, and whom that was about.
struct Answered<'a> {
    rid: &'a str,
    mid: &'a str,
    about: Option<About>,
}

impl Desk {
    pub(super) async fn is_decided(&self, key: &str) -> Result<bool, Trouble> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM answer WHERE answer_key = ?")
            .bind(key)
            .fetch_optional(self.store.read())
            .await?;
        Ok(found.is_some())
    }

    /// Writes both halves of an answer down.
    pub(super) async fn decide_answer(
        &self,
        key: &str,
        rid: &str,
        request: &ReplyRequest,
    ) -> Result<(), SendError> {
        let reply: Reply = sqlx::query_as(
            "SELECT record.lid, record.sealed, record.mid, message.sealed AS message,
               coalesce(about_key, patient_key) AS about_key, helper_key
             FROM record JOIN message ON message.mid = record.mid JOIN link ON link.lid = record.lid WHERE rid = ?",
        )
        .bind(rid)
        .fetch_one(self.store.read())
        .await?;
        let kept: KeptRecord = self
            .vault
            .open_json(Place::new("record", "sealed", rid), &reply.sealed)
            .map_err(Trouble::from)?;
        let asked: KeptMessage = self
            .vault
            .open_json(Place::new("message", "sealed", &reply.mid), &reply.message)
            .map_err(Trouble::from)?;
        let reached = self.patient_reached(&reply.about_key, reply.helper_key.as_deref()).await?;
        let reached = reached.ok_or(StoreError::Inconsistent("link.patient_key"))?;
        let (person, helper) = (reached.person, reached.helper.map(|helper| helper.helper.id));
        let words = words::choose(person.language.as_deref());
        let subject = words.words.answer.subject(asked.subject.as_deref());
        let written = Communication::read(&(&kept.resource).into()).map(|one| one.payload.concat());
        let written = written.map_err(|_| StoreError::Inconsistent("record.sealed"))?;

        let answer = request.words.trim();
        let alone = format!("{answer}\n\n{}\n\n{}", words.words.answer.quote, letters(&written));
        let in_thread = self.answering(rid, &subject, answer, words)?;
        let text = SendRequest {
            template: Some(Template::SecureMessage),
            category: Some(Category::Messages),
            idempotency_key: Some(format!("answer {key}")),
            helper,
            ..SendRequest::new(&person.id, Content::Bundle(self.answering(rid, &subject, &alone, words)?))
        };
        let now = self.now();
        let mut write = self.store.write().await?;
        let link = self.open_link(&mut write, &reply.lid).await?;
        let lid = link.as_ref().map(|link| link.lid);
        let mid = match link {
            Some(link) => {
                let answered = Answered { rid, mid: &reply.mid, about: asked.about.clone() };
                Some(self.add_to_thread(&mut write, link, answered, in_thread, &subject, words).await?)
            }
            None => None,
        };
        let (mid, jwe) = mid.unzip();
        let due_at = now.plus_seconds(if mid.is_some() { request.text_after.into() } else { 0 });
        let sealed = self.vault.seal_json(&mut self.rng(), Place::new("answer", "sealed", key), &text);
        sqlx::query(
            "INSERT INTO answer (answer_key, rid, mid, jwe, text, sealed, due_at, decided_at)
             VALUES (?, ?, ?, ?, 'due', ?, ?, ?)",
        )
        .bind(key)
        .bind(rid)
        .bind(&mid)
        .bind(jwe)
        .bind(sealed)
        .bind(due_at.0)
        .bind(now.0)
        .execute(&mut *write)
        .await?;
        let what = json!({ "patient": person.id, "rid": rid, "mid": mid, "text_due_at": due_at });
        let entry = self.staff_entry(now, "answer-decided", lid, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await.map_err(Trouble::from)?;
        write.commit().await?;
        Ok(())
    }

    /// A Bundle of one text that answers the reply, checked as any content is.
    fn answering(&self, rid: &str, subject: &str, text: &str, words: Chosen) -> Result<Value, SendError> {
        let remedy = "Write the answer into the file.";
        if text.is_empty() {
            return Err(refused("content-empty", "The answer is empty", remedy));
        }
        let mut communication = Communication::text(subject, text);
        communication.sender = Some(self.clinic.public.name.clone());
        communication.sent = Some(instant::to_text(self.now().0));
        let resource: Value = communication.write_as_answer(rid).into();
        let bundle =
            json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": resource }] });
        let checked = content::compose(
            &Content::Bundle(bundle.clone()),
            words.template(Template::SecureMessage),
            &self.clinic.public.name,
            "",
        );
        checked.map(|_| bundle).map_err(|refusals: Vec<Refusal>| SendError::Refused(refusals))
    }

    /// The link, if it takes a message more.
    async fn open_link(&self, connection: &mut Connection, lid: &str) -> Result<Option<OpenLink>, Trouble> {
        let row: Option<(Vec<u8>, u32)> = sqlx::query_as(
            "SELECT content_key, (SELECT max(n) FROM message WHERE message.lid = link.lid) FROM link
             WHERE lid = ? AND state IN ('active', 'locked') AND content_key IS NOT NULL AND expires_at > ?",
        )
        .bind(lid)
        .bind(self.now().0)
        .fetch_optional(connection)
        .await?;
        let Some((sealed, last)) = row else { return Ok(None) };
        let key = self.vault.open(Place::new("link", "content_key", lid), &sealed)?;
        let key = <[u8; 32]>::try_from(&key[..]).map_err(|_| StoreError::Inconsistent("link.content_key"))?;
        let lid = lid.parse().map_err(|_| StoreError::Inconsistent("link.lid"))?;
        Ok(Some(OpenLink { lid, key: ContentKey::from_bytes(key), n: last + 1 }))
    }

    /// The next message of the link: its id and sealed form.
    async fn add_to_thread(
        &self,
        connection: &mut Connection,
        link: OpenLink,
        answered: Answered<'_>,
        mut bundle: Value,
        subject: &str,
        words: Chosen,
    ) -> Result<(String, String), SendError> {
        let Answered { rid, mid: asked, about } = answered;
        let offer = self.reply_offer();
        let offers: Vec<RecordKind> = offer.iter().map(|_| RecordKind::Communication).collect();
        if let (Some(offer), Some(entries)) = (offer, bundle["entry"].as_array_mut()) {
            entries.push(json!({ "resource": offer }));
        }
        let pin = self.portal_pin().await?.ok_or_else(|| {
            refused("portal-not-pinned", "This desk knows no portal yet", "Run `postern desk pin`.")
        })?;
        let clinic_key = self.clinic_key().await?;
        let mut rng = self.rng();
        let mid = random_id(&mut rng);
        let clinic = MessageClinic {
            display: self.clinic.public.name.clone(),
            key: clinic_key,
            portal_keys: pin.keys.clone(),
        };
        let told = about.as_ref().map(|about| serde_json::to_value(about).expect("it is plain JSON"));
        let message =
            Message { v: 1, n: link.n, about: told.as_ref().map(Into::into), bundle: &bundle, clinic };
        let sealed = message::seal(&mut rng, &link.key, &mid, &message);
        let mid = mid.to_text();
        let language = words.language.to_owned();
        let kept = KeptMessage { subject: Some(subject.to_owned()), bundle, language, about };
        let kept = self.vault.seal_json(&mut rng, Place::new("message", "sealed", &mid), &kept);
        sqlx::query(
            "INSERT INTO message (mid, lid, n, template, kinds, plaintext_sha256, sealed, decided_at, clinic_key, category,
             answers, about_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT about_key FROM message WHERE mid = ?))",
        )
        .bind(&mid)
        .bind(link.lid.to_text())
        .bind(link.n)
        .bind(Template::SecureMessage.as_str())
        .bind(serde_json::to_string(&offers).expect("kinds are plain JSON"))
        .bind(sealed.plaintext_sha256.to_text())
        .bind(kept)
        .bind(self.now().0)
        .bind(clinic_key.thumbprint().to_text())
        .bind(Category::Messages.as_str())
        .bind(rid)
        .bind(asked)
        .execute(connection)
        .await?;
        Ok((mid, sealed.jwe))
    }
}

/// What a patient wrote, as letters of the small Markdown and no marks of it.
fn letters(words: &str) -> String {
    let line = |line: &str| {
        let line = line.trim();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let mut out = String::with_capacity(line.len() + 8);
        for (at, letter) in line.char_indices() {
            let begins_a_list =
                (at == 0 && matches!(letter, '-' | '+')) || (at == digits && matches!(letter, '.' | ')'));
            if begins_a_list || matches!(letter, '\\' | '*' | '[') {
                out.push('\\');
            }
            out.push(letter);
        }
        out
    };
    words.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_fhir::markdown::{Block, Inline, parse};

    #[test]
    fn nothing_that_a_patient_wrote_is_a_mark_in_what_quotes_it() {
        let lines = [
            "*Is* this [right](https://x.example)?",
            "- one",
            "+ two",
            "1. three",
            "12) four",
            r"a \* b",
            "* c",
        ];
        let quoted = letters(&lines.join("\n"));
        let blocks = parse(&quoted);
        let [Block::Paragraph(inlines)] = &blocks[..] else { panic!("one paragraph: {blocks:?}") };
        let read: String = inlines
            .iter()
            .map(|one| match one {
                Inline::Text(text) => text.as_str(),
                Inline::LineBreak => "\n",
                other => panic!("a mark: {other:?}"),
            })
            .collect();
        assert_eq!(read, lines.join("\n"));
    }
}
