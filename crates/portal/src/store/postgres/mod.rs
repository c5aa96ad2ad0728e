//! The engine for a portal of many nodes: a PostgreSQL database (docs/POSTGRES.md). Whoever writes holds one advisory lock of the
//! database until its commit, over all nodes, as SQLite's one writer does; a view is one snapshot.

mod address;
#[path = "../sql/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "the same questions to two engines: compiled once for each")]
mod sql;

pub use address::{AddressError, StoreAddress, StorePassword};

use super::{Committed, Result, Store, StoreError, Transaction};
use async_trait::async_trait;
use sqlx::{
    PgPool, Postgres, Row,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow as EngineRow},
};

const READERS: u32 = 8;
/// One writes; the other stands in line for the lock meanwhile.
const WRITERS: u32 = 2;
const BEGIN_VIEW: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Each statement sees what was committed before it: with the lock held from the start, that is all there is.
const BEGIN_CHANGE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// The writer's lock: the letters of `postern!`.
const WRITER: i64 = 0x706f_7374_6572_6e21;
/// Of each connection. A node that vanishes in the middle of a transaction holds the lock no longer than this.
const SETTINGS: [(&str, &str); 4] = [
    ("lock_timeout", "10s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "20s"),
    // The driver would write the server's notices into the portal's log.
    ("client_min_messages", "error"),
];

/// The main store in a PostgreSQL database.
pub struct PostgresStore {
    writers: PgPool,
    readers: PgPool,
}

/// One transaction on one connection.
pub struct EngineTransaction {
    connection: sqlx::Transaction<'static, Postgres>,
    committed: Committed,
}

async fn pool(options: PgConnectOptions, connections: u32) -> Result<PgPool> {
    Ok(PgPoolOptions::new().max_connections(connections).connect_with(options.options(SETTINGS)).await?)
}

impl PostgresStore {
    /// Opens the database, making its tables where missing.
    ///
    /// # Errors
    /// It cannot be reached, is no such store, or its server may lose what it acknowledged.
    pub async fn open(options: PgConnectOptions) -> Result<Self> {
        let writers = pool(options.clone(), WRITERS).await?;
        refuse_forgetful(&writers).await?;
        // Nodes that start at once wait for each other here.
        let migrations = sqlx::migrate!("src/store/postgres/migrations");
        migrations.run(&writers).await.map_err(|error| StoreError::Engine(Box::new(error)))?;
        Ok(Self { writers, readers: pool(options, READERS).await? })
    }

    /// Opens a store that is there, only to look into it; `None` where the database has none yet.
    ///
    /// # Errors
    /// It cannot be reached.
    pub async fn look_into(options: PgConnectOptions) -> Result<Option<Self>> {
        let readers = pool(options.options([("default_transaction_read_only", "on")]), 1).await?;
        let row = sqlx::query("SELECT to_regclass('audit') IS NOT NULL").fetch_one(&readers).await?;
        Ok(row.try_get::<bool, _>(0)?.then(|| Self { writers: readers.clone(), readers }))
    }

    async fn begin_change(&self) -> Result<sqlx::Transaction<'static, Postgres>> {
        let mut connection = self.writers.begin_with(BEGIN_CHANGE).await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(WRITER).execute(&mut *connection).await?;
        Ok(connection)
    }
}

/// A commit is durable before it is answered: not on a server that is told to answer first.
async fn refuse_forgetful(pool: &PgPool) -> Result<()> {
    let forgetful = [("fsync", "fsync is off"), ("synchronous_commit", "synchronous_commit is off")];
    for (setting, words) in forgetful {
        let row = sqlx::query("SELECT current_setting($1)").bind(setting).fetch_one(pool).await?;
        if row.try_get::<&str, _>(0)? == "off" {
            return Err(StoreError::Unfit(words));
        }
    }
    Ok(())
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self) -> Result<Box<dyn Transaction>> {
        let connection = self.readers.begin_with(BEGIN_VIEW).await?;
        Ok(Box::new(EngineTransaction { connection, committed: Committed::default() }))
    }

    async fn write(&self) -> Result<Box<dyn Transaction>> {
        let connection = self.begin_change().await?;
        Ok(Box::new(EngineTransaction { connection, committed: Committed::default() }))
    }

    async fn scrub(&self) -> Result<()> {
        // Old row versions go in the server's own time. What was in them is sealed under keys that are destroyed elsewhere.
        Ok(())
    }

    async fn probe(&self) -> Result<()> {
        let mut transaction = self.begin_change().await?;
        // Both in one transaction: the row goes to the log and nobody ever sees it.
        for sql in
            ["INSERT INTO meta (name, value) VALUES ('probe', '')", "DELETE FROM meta WHERE name = 'probe'"]
        {
            sqlx::query(sql).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}
