use super::{LimitSettings, State};
use clap::{Args, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

/// The internet-facing side: it keeps sealed messages and can read none.
#[derive(Args)]
pub struct Portal {
    #[command(subcommand)]
    pub command: PortalCommand,
}

/// What to do with it.
#[derive(Subcommand)]
pub enum PortalCommand {
    /// Make a portal: its keys and its empty store
    Init {
        #[command(flatten)]
        state: State,
        /// Where patients and desks reach it, `https://HOST`
        #[arg(long, value_name = "URL")]
        origin: String,
        #[command(flatten)]
        shared: Option<SharedStoresSetting>,
    },
    /// Serve a clinic: reads the file of its `desk init`, prints the file for its `desk pin`
    Enrol {
        #[command(flatten)]
        state: State,
        /// The clinic's enrolment file
        #[arg(value_name = "CLINIC.json")]
        file: PathBuf,
    },
    /// Serve, until stopped
    Run {
        #[command(flatten)]
        state: State,
        /// Folder of the built app
        #[arg(long, value_name = "DIR", default_value = "dist")]
        app: PathBuf,
        /// Address and port to listen on; TLS is the business of the server in front
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
        listen: SocketAddr,
        /// Address and port for `GET /metrics` (OpenMetrics text), where only those who watch over the portal reach it
        #[arg(long, value_name = "ADDRESS")]
        metrics: Option<SocketAddr>,
        #[command(flatten)]
        limits: Box<LimitSettings>,
    },
}

/// Stores for a portal of many nodes; without them both are files of the state folder.
#[derive(Args)]
pub struct SharedStoresSetting {
    /// PostgreSQL database for the main store; its password belongs into POSTERN_STORE_PASSWORD
    #[arg(long, value_name = "postgres://USER@HOST/DATABASE", required = false, requires = "link_keys")]
    pub store: String,
    /// Folder for the link keys that every node reaches; it must be there
    #[arg(long, value_name = "DIR", required = false, requires = "store")]
    pub link_keys: PathBuf,
}
