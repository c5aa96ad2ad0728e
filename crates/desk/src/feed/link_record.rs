//! What somebody said without the factor: booked only if it carries the link's proof, acted on once.

use super::incident::Reason;
use crate::{
    codes,
    desk::Desk,
    ending::{self, Ending},
    ledger::{self, Actor, Entry},
    rules::{Channel, Fact, Scope},
    send::job,
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{
    derive::Secret32,
    envelope::link_record::{self, LinkRecord, LinkRecordKind},
    id::LinkId,
    time::Timestamp,
};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Booked and acted on.
    Acted,
    /// It was acted on before.
    Known,
    /// Something does not hold.
    Incident(Reason),
}

pub(crate) fn kind_name(kind: LinkRecordKind) -> &'static str {
    match kind {
        LinkRecordKind::OptOut => "opt-out",
        LinkRecordKind::WrongPerson => "wrong-person",
        LinkRecordKind::Code => "code",
        LinkRecordKind::NewLink => "new-link",
        LinkRecordKind::BirthDateQuestion => "birth-date-question",
        LinkRecordKind::Help => "help",
    }
}

impl Desk {
    pub(crate) async fn book_link_record(
        &self,
        connection: &mut Connection,
        lid: &LinkId,
        heard_at: Timestamp,
        jws: &str,
    ) -> Result<Heard, Trouble> {
        let lid_text = lid.to_text();
        let (sealed, number_key): (Vec<u8>, String) =
            sqlx::query_as("SELECT link_mac, number_key FROM link WHERE lid = ?")
                .bind(&lid_text)
                .fetch_one(&mut *connection)
                .await?;
        let mac = self.vault.open(Place::new("link", "link_mac", &lid_text), &sealed)?;
        let mac: [u8; 32] =
            mac.as_slice().try_into().map_err(|_| StoreError::Inconsistent("link.link_mac"))?;
        let Ok(said) = link_record::open(jws, &Secret32::from_bytes(mac), lid) else {
            return Ok(Heard::Incident(Reason::LinkRecordForged));
        };
        if said.clinic != self.clinic.public.id {
            return Ok(Heard::Incident(Reason::EnvelopeOther));
        }
        let known: Option<String> = sqlx::query_scalar("SELECT jws FROM link_record WHERE rid = ?")
            .bind(said.rid.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(known) = known {
            return Ok(if known == jws { Heard::Known } else { Heard::Incident(Reason::RidTwice) });
        }
        self.act(connection, &said, heard_at, &number_key, jws).await?;
        Ok(Heard::Acted)
    }

    async fn act(
        &self,
        connection: &mut Connection,
        said: &LinkRecord,
        heard_at: Timestamp,
        number_key: &str,
        jws: &str,
    ) -> Result<(), Trouble> {
        let now = self.now();
        sqlx::query(
            "INSERT INTO link_record (rid, lid, kind, scope, at, booked_at, jws) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(said.rid.to_string())
        .bind(said.lid.to_text())
        .bind(kind_name(said.kind))
        .bind(&said.scope)
        .bind(said.at.0)
        .bind(now.0)
        .bind(jws)
        .execute(&mut *connection)
        .await?;
        let (facts, recalled) = match said.kind {
            LinkRecordKind::OptOut => {
                let scope = scope_of(said.scope.as_deref());
                (vec![Fact::OptedOut { scope, channel: Channel::Page }], 0)
            }
            LinkRecordKind::WrongPerson => {
                (vec![Fact::NumberReported], self.take_links_back(&mut *connection, number_key).await?)
            }
            LinkRecordKind::Code => {
                codes::ask(&mut *connection, &said.rid, &said.lid, heard_at).await?;
                (vec![], 0)
            }
            // A new link is staff's to send: these are lines in the inbox.
            LinkRecordKind::NewLink | LinkRecordKind::BirthDateQuestion | LinkRecordKind::Help => (vec![], 0),
        };
        let what = serde_json::json!({ "rid": said.rid, "scope": said.scope, "links_recalled": recalled });
        let entry = Entry {
            at: now,
            actor: Actor::LinkHolder,
            kind: kind_name(said.kind),
            lid: Some(said.lid),
            what,
        };
        if facts.is_empty() {
            ledger::append(connection, &self.vault, &mut self.rng(), entry).await?;
        } else {
            self.book_facts(&mut *connection, number_key, facts, entry).await?;
        }
        if said.kind == LinkRecordKind::OptOut {
            self.confirm_opt_out(connection, &said.lid, scope_of(said.scope.as_deref())).await?;
        }
        Ok(())
    }

    /// Every live link that went to the number is taken back.
    async fn take_links_back(&self, connection: &mut Connection, number_key: &str) -> Result<usize, Trouble> {
        let now = self.now();
        let links: Vec<String> = sqlx::query_scalar(
            "SELECT lid FROM link WHERE number_key = ? AND state IN ('new', 'active', 'locked') ORDER BY made_at",
        )
        .bind(number_key)
        .fetch_all(&mut *connection)
        .await?;
        for lid in &links {
            let lid = lid.parse().map_err(|_| StoreError::Inconsistent("link.lid"))?;
            ending::begin(&mut *connection, &lid, Ending::Recall, now).await?;
            job::abandon(&mut *connection, &lid, now).await?;
        }
        Ok(links.len())
    }
}

/// What a page asked to end. What this program does not know counts as everything.
fn scope_of(said: Option<&str>) -> Scope {
    said.and_then(|text| text.parse().ok()).unwrap_or(Scope::Everything)
}
