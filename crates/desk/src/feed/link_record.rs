//! What somebody said without the factor: booked only if it carries the link's proof, acted on once.

use super::incident::Reason;
use crate::{
    desk::Desk,
    ending::{self, Ending},
    ledger::{self, Actor, Entry},
    send::job,
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{
    derive::Secret32,
    envelope::link_record::{self, LinkRecord, LinkRecordKind},
    id::LinkId,
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
        self.act(connection, &said, &number_key, jws).await?;
        Ok(Heard::Acted)
    }

    async fn act(
        &self,
        connection: &mut Connection,
        said: &LinkRecord,
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
        let recalled = match said.kind {
            LinkRecordKind::OptOut => {
                self.note_opt_out(&mut *connection, number_key, said.scope.as_deref()).await?;
                0
            }
            LinkRecordKind::WrongPerson => self.note_wrong_person(&mut *connection, number_key).await?,
            // A `dob` link has no code, and a new link is staff's to send: these are lines in the inbox.
            LinkRecordKind::Code
            | LinkRecordKind::NewLink
            | LinkRecordKind::BirthDateQuestion
            | LinkRecordKind::Help => 0,
        };
        let what = serde_json::json!({ "rid": said.rid, "scope": said.scope, "links_recalled": recalled });
        let entry = Entry {
            at: now,
            actor: Actor::LinkHolder,
            kind: kind_name(said.kind),
            lid: Some(said.lid),
            what,
        };
        ledger::append(connection, &self.vault, &mut self.rng(), entry).await?;
        Ok(())
    }

    /// No more texts to the number, whoever is reached under it. A scope narrower than everything counts as everything until
    /// messages have categories.
    async fn note_opt_out(
        &self,
        connection: &mut Connection,
        number_key: &str,
        scope: Option<&str>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO number (number_key, opted_out_at, opt_out_scope) VALUES (?1, ?2, ?3)
             ON CONFLICT (number_key) DO UPDATE SET opted_out_at = coalesce(opted_out_at, ?2), opt_out_scope = ?3",
        )
        .bind(number_key)
        .bind(self.now().0)
        .bind(scope)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// The number is blocked and every live link that went to it is taken back.
    async fn note_wrong_person(
        &self,
        connection: &mut Connection,
        number_key: &str,
    ) -> Result<usize, Trouble> {
        let now = self.now();
        sqlx::query(
            "INSERT INTO number (number_key, reported_at) VALUES (?1, ?2)
             ON CONFLICT (number_key) DO UPDATE SET reported_at = coalesce(reported_at, ?2)",
        )
        .bind(number_key)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
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
