use super::ClockSetting;
use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

/// Portal and desk in one process with a made-up clinic, to try everything.
///
/// Prints `demo phone: <address>` when it is ready. Open that address: the texts are there, each with its link.
#[derive(Args)]
pub struct Demo {
    /// Folder for the state, `DIR/portal` and `DIR/desk`; default: a temporary one that goes at the end
    #[arg(long, value_name = "DIR", env = "POSTERN_STATE", hide_env_values = true)]
    pub state: Option<PathBuf>,
    /// Folder of the built app (`cargo xtask build` makes it)
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub app: PathBuf,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    pub listen: SocketAddr,
    /// Do not send the demo texts
    #[arg(long)]
    pub empty: bool,
    #[command(flatten)]
    pub clock: ClockSetting,
}
