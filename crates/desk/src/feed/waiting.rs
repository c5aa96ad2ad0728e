//! Answers that came before one with a lower number: booked in the order of their numbers as soon as the missing one is there.

use super::{
    event::Event,
    record::{Incoming, Verdict},
};
use crate::{desk::Desk, store::Connection, trouble::Trouble, vault::Place};
use postern_protocol::{id::LinkId, wire::desk_feed::FeedWhat};

impl Desk {
    /// Looks again at the answers of a link that wait for one before them. Gives how many were booked.
    pub(crate) async fn book_waiting(
        &self,
        connection: &mut Connection,
        lid: &LinkId,
    ) -> Result<usize, Trouble> {
        let mut booked = 0;
        loop {
            let next: Option<(i64, String, Vec<u8>)> = sqlx::query_as(
                "SELECT incident.id, fingerprint, sealed FROM incident
                 WHERE lid = ?1 AND reason = 'gap' AND resolved_at IS NULL AND seq <= (
                   SELECT coalesce(max(receipt.seq), 0) + 1 FROM receipt
                   WHERE receipt.lid = ?1 AND receipt.epoch = incident.epoch)
                 ORDER BY incident.seq, incident.id LIMIT 1",
            )
            .bind(lid.to_text())
            .fetch_optional(&mut *connection)
            .await?;
            let Some((id, fingerprint, sealed)) = next else { return Ok(booked) };
            let raw = self.vault.open_json(Place::new("incident", "sealed", &fingerprint), &sealed)?;
            let verdict = match Event::new(raw).read.map(|event| event.what) {
                Some(FeedWhat::Record { rid, jwe, receipt }) => {
                    let incoming = Incoming { lid, rid: &rid, jwe: &jwe, receipt: &receipt };
                    self.book_record(&mut *connection, incoming).await?
                }
                _ => Verdict::Incident(super::Reason::Unreadable),
            };
            match verdict {
                Verdict::Booked | Verdict::Known => {
                    booked += usize::from(verdict == Verdict::Booked);
                    sqlx::query("UPDATE incident SET resolved_at = ? WHERE id = ?")
                        .bind(self.now().0)
                        .bind(id)
                        .execute(&mut *connection)
                        .await?;
                }
                Verdict::Incident(reason) => {
                    sqlx::query("UPDATE incident SET reason = ? WHERE id = ?")
                        .bind(reason.as_str())
                        .bind(id)
                        .execute(&mut *connection)
                        .await?;
                }
                Verdict::Early { .. } => return Ok(booked),
            }
        }
    }
}
