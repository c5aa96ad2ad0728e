//! One event and the cursor that passes it, in one transaction.

use super::{
    event::Event,
    incident::Reason,
    link_record::Heard,
    record::{Incoming, Verdict},
    said::Said,
};
use crate::{desk::Desk, store::Connection, trouble::Trouble};
use postern_protocol::{
    base64url,
    id::LinkId,
    wire::desk_feed::{FeedEvent, FeedWhat},
};

/// What booking one event came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Booked {
    pub records: usize,
    pub link_records: usize,
    pub incidents: usize,
}

impl Desk {
    /// Books one event, unless another reader did.
    pub(crate) async fn book(&self, event: &Event, epoch: &str) -> Result<Booked, Trouble> {
        let mut write = self.store.write().await?;
        let (held_epoch, cursor): (Option<String>, i64) =
            sqlx::query_as("SELECT epoch, cursor FROM feed WHERE id = 1").fetch_one(&mut *write).await?;
        let Some(n) = event.n.and_then(|n| i64::try_from(n).ok()) else {
            // Without a number it cannot move the cursor; it is kept, and known again when it comes again.
            self.keep_incident(&mut write, event, None, Reason::Unreadable, None).await?;
            write.commit().await?;
            return Ok(Booked { incidents: 1, ..Booked::default() });
        };
        if held_epoch.as_deref() != Some(epoch) || n <= cursor {
            return Ok(Booked::default());
        }
        let booked = self.book_inside(&mut write, event).await?;
        sqlx::query("UPDATE feed SET cursor = ? WHERE id = 1").bind(n).execute(&mut *write).await?;
        write.commit().await?;
        Ok(booked)
    }

    async fn book_inside(&self, connection: &mut Connection, event: &Event) -> Result<Booked, Trouble> {
        let incident = Booked { incidents: 1, ..Booked::default() };
        let Some(FeedEvent { n, at, lid, what }) = &event.read else {
            self.keep_incident(connection, event, None, Reason::Unreadable, None).await?;
            return Ok(incident);
        };
        if !knows_link(&mut *connection, lid).await? {
            self.keep_incident(connection, event, Some(lid), Reason::LinkUnknown, None).await?;
            return Ok(incident);
        }
        let reason = match what {
            FeedWhat::Record { rid, jwe, receipt } => {
                let incoming = Incoming { lid, rid, jwe, receipt };
                let verdict = self.book_record(&mut *connection, incoming).await?;
                if let Verdict::Early { seq, epoch } = verdict {
                    let epoch = base64url::encode(&epoch);
                    let place = Some((epoch.as_str(), seq));
                    self.keep_incident(connection, event, Some(lid), Reason::Gap, place).await?;
                    return Ok(incident);
                }
                // A receipt that holds lets the next one follow, whatever became of its own answer.
                let after = self.book_waiting(&mut *connection, lid).await?;
                let records = after + usize::from(verdict == Verdict::Booked);
                if let Verdict::Incident(reason) = verdict {
                    self.keep_incident(connection, event, Some(lid), reason, None).await?;
                    return Ok(Booked { records, ..incident });
                }
                return Ok(Booked { records, ..Booked::default() });
            }
            FeedWhat::LinkRecord { jws } => {
                match self.book_link_record(&mut *connection, lid, *at, jws).await? {
                    Heard::Acted => return Ok(Booked { link_records: 1, ..Booked::default() }),
                    Heard::Known => return Ok(Booked::default()),
                    Heard::Incident(reason) => Err(reason),
                }
            }
            FeedWhat::Opened => self.book_said(&mut *connection, lid, *at, Said::Opened).await?,
            FeedWhat::Verified { .. } => self.book_said(&mut *connection, lid, *at, Said::Verified).await?,
            FeedWhat::WrongTry { used, .. } => {
                self.book_said(&mut *connection, lid, *at, Said::WrongTry { used: *used, n: *n }).await?
            }
            FeedWhat::Locked => self.book_said(&mut *connection, lid, *at, Said::Locked).await?,
            FeedWhat::Expired => self.book_said(&mut *connection, lid, *at, Said::Expired).await?,
            FeedWhat::Seen { mid, shown, ms, .. } => {
                let seen = Said::Seen { mid: *mid, shown: *shown, ms: *ms };
                self.book_said(&mut *connection, lid, *at, seen).await?
            }
        };
        match reason {
            Ok(()) => Ok(Booked::default()),
            Err(reason) => {
                self.keep_incident(connection, event, Some(lid), reason, None).await?;
                Ok(incident)
            }
        }
    }
}

async fn knows_link(connection: &mut Connection, lid: &LinkId) -> Result<bool, Trouble> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM link WHERE lid = ?")
        .bind(lid.to_text())
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}
