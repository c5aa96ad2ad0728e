//! What an earlier version kept of numbers in columns becomes facts in the ledger, once.

use super::{
    fact::{Channel, Fact},
    scope::Scope,
};
use crate::{
    desk::Desk,
    ledger::{Actor, Entry},
    trouble::Trouble,
};
use serde_json::json;

impl Desk {
    pub(crate) async fn carry_over_numbers(&self) -> Result<(), Trouble> {
        type Row = (String, Option<i64>, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as("SELECT number_key, opted_out_at, reported_at FROM number")
            .fetch_all(self.store.read())
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut write = self.store.write().await?;
        for (number_key, opted_out, reported) in rows {
            // The scope was not kept apart then: every opt-out stopped everything.
            let opt_out =
                opted_out.map(|_| Fact::OptedOut { scope: Scope::Everything, channel: Channel::Page });
            let facts = opt_out.into_iter().chain(reported.map(|_| Fact::NumberReported)).collect();
            let what = json!({ "opted_out_at": opted_out, "reported_at": reported });
            let entry =
                Entry { at: self.now(), actor: Actor::Desk, kind: "number-carried-over", lid: None, what };
            self.book_facts(&mut write, &number_key, facts, entry).await?;
            sqlx::query("DELETE FROM number WHERE number_key = ?")
                .bind(&number_key)
                .execute(&mut *write)
                .await?;
        }
        write.commit().await?;
        Ok(())
    }
}
