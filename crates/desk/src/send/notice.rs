//! Texts without a link: decided and kept in one transaction, handed over under a number of the outbox, then wiped.

use super::resume::STALE_SECONDS;
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    rules::{self, Scope, decide::OPT_OUT_DONE_SECONDS},
    store::{Connection, StoreError},
    texts::{render::render, template::Template, words},
    transport::{Sms, Transport},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{category::Category, id::LinkId, time::Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// What is needed until it is handed over.
#[derive(Serialize, Deserialize)]
struct Kept {
    to: String,
    text: String,
    asked: rules::Request,
    /// What an opt-out reached, where it confirms one.
    #[serde(default)]
    scope: Option<Scope>,
}

impl Kept {
    /// Whether it is still news. That an opt-out was heard is for five minutes, and while that very opt-out stands.
    fn is_news(&self, standing: &rules::Standing, decided_at: Timestamp, now: Timestamp) -> bool {
        let (seconds, stands) = match &self.scope {
            Some(scope) => (OPT_OUT_DONE_SECONDS, standing.opted_out.contains_key(scope)),
            None => (STALE_SECONDS, true),
        };
        stands && now <= decided_at.plus_seconds(seconds)
    }
}

/// To whom a notice goes.
pub(crate) struct Notice<'a> {
    /// E.164.
    pub number: &'a str,
    /// Its keyed hash.
    pub number_key: &'a str,
    /// The patient's language.
    pub language: Option<&'a str>,
    /// Its words.
    pub template: Template,
    /// What an opt-out reached, where it confirms one.
    pub scope: Option<Scope>,
    /// How many texts a month come at most, where it confirms a consent.
    pub most: Option<u32>,
    /// What the rules are asked.
    pub asked: rules::Request,
}

impl Desk {
    /// Decides a notice inside a transaction. Says whether it goes.
    pub(crate) async fn decide_notice(
        &self,
        connection: &mut Connection,
        policy: &rules::Policy,
        notice: Notice<'_>,
    ) -> Result<bool, Trouble> {
        let Notice { number, number_key, language, template, scope, most, asked } = notice;
        let now = self.now();
        let standing = rules::book::read(&mut *connection, &self.vault, number_key).await?;
        let Ok(permit) = rules::decide(policy, &standing, &asked, now) else { return Ok(false) };
        let words = words::choose(language);
        let most = most.map(|most| most.to_string());
        let mut values = BTreeMap::from([
            ("clinic", self.clinic.text_name.as_str()),
            ("phone", self.clinic.public.phone.as_str()),
        ]);
        values.extend(most.as_deref().map(|most| ("n", most)));
        values.extend(scope.map(|scope| ("scope", words.scope(scope))));
        let text =
            render(&words.template(template).text, &values).map_err(|_| StoreError::Inconsistent("words"))?;
        rules::in_force::keep(&mut *connection, policy, now).await?;
        let n = next_number(&mut *connection).await?;
        let kept = Kept { to: number.to_owned(), text, asked, scope };
        let sealed =
            self.vault.seal_json(&mut self.rng(), Place::new("notice", "sealed", &n.to_string()), &kept);
        sqlx::query("INSERT INTO notice (n, number_key, sealed, decided_at) VALUES (?, ?, ?, ?)")
            .bind(n)
            .bind(number_key)
            .bind(sealed)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        let fact = permit.fact(text_id(n), &kept.asked);
        let what = json!({ "patient": kept.asked.person, "outbox": n, "template": template });
        let entry = Entry { at: now, actor: Actor::Desk, kind: "notice-decided", lid: None, what };
        self.book_facts(connection, number_key, vec![fact], entry).await?;
        Ok(true)
    }

    /// Tells whoever opted out on the page of a link that it was heard, in the transaction that books it.
    pub(crate) async fn confirm_opt_out(
        &self,
        connection: &mut Connection,
        lid: &LinkId,
        scope: Scope,
    ) -> Result<(), Trouble> {
        let reached = self.reached(&mut *connection, lid, None).await?;
        // The text went to the number that they had then.
        let Some(number) = reached.number(self) else { return Ok(()) };
        let (person, number_key) = (&reached.kept.person, &reached.number_key);
        let asked = rules::Request {
            person: person.id.clone(),
            category: Category::Security,
            kind: rules::Kind::OptOutDone,
            zone: person.zone.clone().or_else(|| self.clinic.zone.clone()),
            of_age: false,
        };
        let notice = Notice {
            number,
            number_key,
            language: person.language.as_deref(),
            template: Template::OptOutDone,
            scope: Some(scope),
            most: None,
            asked,
        };
        let policy = self.policy().await?;
        self.decide_notice(connection, &policy, notice).await?;
        Ok(())
    }

    /// Hands over every notice that was not yet. One that may not go any more is given up; a transport that fails is asked
    /// again next time.
    pub(crate) async fn hand_over_notices(&self, transport: &dyn Transport) -> Result<(), Trouble> {
        if self.not_live(transport).await?.is_some() {
            return Ok(());
        }
        let open: Vec<(i64, String, Vec<u8>, i64)> = sqlx::query_as(
            "SELECT n, number_key, sealed, decided_at FROM notice WHERE handed_at IS NULL AND abandoned_at IS NULL ORDER BY n",
        )
        .fetch_all(self.store.read())
        .await?;
        for (n, number_key, sealed, decided_at) in open {
            let place = n.to_string();
            let kept: Kept = self.vault.open_json(Place::new("notice", "sealed", &place), &sealed)?;
            let mut connection = self.store.read().acquire().await?;
            let standing = rules::book::read(&mut connection, &self.vault, &number_key).await?;
            drop(connection);
            let policy = self.policy().await?;
            let (now, asked) = (self.now(), &kept.asked);
            let news = kept.is_news(&standing, Timestamp(decided_at), now);
            let may = news && rules::decide::still(&policy, &standing, asked, &text_id(n), now).is_ok();
            if may {
                let sms = Sms { n, to: kept.to.clone(), text: kept.text.clone(), at: now, lid: None };
                if transport.hand_over(&sms).await.is_err() {
                    continue;
                }
            }
            let mut write = self.store.write().await?;
            let done = if may { "handed_at" } else { "abandoned_at" };
            sqlx::query(match may {
                true => "UPDATE notice SET sealed = NULL, handed_at = ? WHERE n = ?",
                false => "UPDATE notice SET sealed = NULL, abandoned_at = ? WHERE n = ?",
            })
            .bind(now.0)
            .bind(n)
            .execute(&mut *write)
            .await?;
            let what = json!({ "patient": asked.person, "outbox": n, "step": done });
            let kind = if may { "text-handed-over" } else { "notice-given-up" };
            let entry = Entry { at: now, actor: Actor::Desk, kind, lid: None, what };
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
            write.commit().await?;
        }
        Ok(())
    }
}

fn text_id(n: i64) -> String {
    format!("notice {n}")
}

/// The outbox's next number: one transport carries both kinds.
pub(crate) async fn next_number(connection: &mut Connection) -> Result<i64, StoreError> {
    let n: Option<i64> =
        sqlx::query_scalar("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'outbox' RETURNING seq")
            .fetch_optional(&mut *connection)
            .await?;
    match n {
        Some(n) => Ok(n),
        None => {
            sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', 1)")
                .execute(connection)
                .await?;
            Ok(1)
        }
    }
}
