//! A request, from the press to the text.

use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    rules,
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{
    base64url::Bytes,
    id::{LinkId, RecordId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What is needed until the text went out; wiped then.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Making {
    /// OPAQUE registration record.
    pub record: Bytes,
    /// `postern-slot+jwe`.
    pub slot: String,
    /// E.164.
    pub to: String,
    /// The whole text, the code in it.
    pub text: String,
    /// What the rules were asked.
    pub asked: rules::Request,
}

/// How far it is.
pub(super) enum Step {
    /// Nothing is made yet.
    Asked,
    /// The code is made and kept; the portal may or may not have it.
    Made {
        /// Its slot on the link.
        slot: u16,
        /// Its number with the transport.
        n: i64,
        /// The rest.
        making: Making,
    },
}

/// One request that is not answered yet.
pub(super) struct Request {
    pub rid: String,
    pub lid: LinkId,
    pub asked_at: Timestamp,
    pub step: Step,
}

/// Notes a request in the transaction that books it, on a link that is opened by codes.
pub(crate) async fn ask(
    connection: &mut Connection,
    rid: &RecordId,
    lid: &LinkId,
    asked_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO code_request (rid, lid, asked_at, state)
         SELECT ?1, lid, ?3, 'asked' FROM link WHERE lid = ?2 AND policy = 'otp'",
    )
    .bind(rid.to_string())
    .bind(lid.to_text())
    .bind(asked_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

impl Desk {
    /// Requests that wait, oldest first.
    pub(super) async fn code_requests(&self) -> Result<Vec<Request>, Trouble> {
        type Row = (String, String, i64, Option<u16>, Option<i64>, Option<Vec<u8>>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT rid, lid, asked_at, slot, n, sealed FROM code_request WHERE state IN ('asked', 'made')
             ORDER BY asked_at, rid",
        )
        .fetch_all(self.store.read())
        .await?;
        let read = |(rid, lid, asked_at, slot, n, sealed): Row| -> Result<Request, Trouble> {
            let step = match (slot, n, sealed) {
                (Some(slot), Some(n), Some(sealed)) => {
                    let making = self.vault.open_json(Place::new("code_request", "sealed", &rid), &sealed)?;
                    Step::Made { slot, n, making }
                }
                _ => Step::Asked,
            };
            let lid = lid.parse().map_err(|_| StoreError::Inconsistent("code_request.lid"))?;
            Ok(Request { rid, lid, asked_at: Timestamp(asked_at), step })
        };
        rows.into_iter().map(read).collect()
    }

    /// Ends a request: what it held is wiped, and the ledger says why.
    pub(super) async fn end_code_request(&self, request: &Request, end: End) -> Result<(), Trouble> {
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE code_request SET state = ?, sealed = NULL WHERE rid = ?")
            .bind(end.state())
            .bind(&request.rid)
            .execute(&mut *write)
            .await?;
        let slot = match &request.step {
            Step::Made { slot, .. } => Some(*slot),
            Step::Asked => None,
        };
        let what = serde_json::json!({ "rid": request.rid, "slot": slot, "why": end.why() });
        let entry =
            Entry { at: self.now(), actor: Actor::Desk, kind: end.line(), lid: Some(request.lid), what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        self.store.forget().await?;
        Ok(())
    }
}

/// How a request ends.
pub(super) enum End {
    /// The transport took the text.
    Texted,
    /// It is ten minutes old.
    Lapsed,
    /// Something stands against it: the codes of the refusals.
    Refused(Vec<&'static str>),
}

impl End {
    fn state(&self) -> &'static str {
        match self {
            Self::Texted => "texted",
            Self::Lapsed => "lapsed",
            Self::Refused(_) => "refused",
        }
    }

    fn line(&self) -> &'static str {
        match self {
            Self::Texted => "code-texted",
            Self::Lapsed => "code-lapsed",
            Self::Refused(_) => "code-refused",
        }
    }

    fn why(&self) -> Option<&[&'static str]> {
        match self {
            Self::Refused(codes) => Some(codes),
            Self::Texted | Self::Lapsed => None,
        }
    }
}
