//! `postern policy`.

use super::{open, print};
use crate::{cli::PolicyCommand, failure::Failure};
use postern_desk::rules::Policy;

pub async fn run(command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Show { state, clock, output } => {
            let desk = open::desk(&state, &clock).await?;
            let policy = desk.policy().await;
            desk.shut().await;
            let Policy { id, toml, .. } = policy?;
            let told = serde_json::json!({ "policy": id, "toml": toml });
            print::result(output, &told, || toml.trim_end().to_owned())
        }
        PolicyCommand::Use { state, file, clock, output } => {
            let toml = open::text(&file)?;
            let desk = open::desk(&state, &clock).await?;
            let used = desk.use_policy(&toml).await;
            desk.shut().await;
            let Policy { id, .. } = used?;
            print::result(output, &serde_json::json!({ "policy": id }), || {
                format!("in force for every decision from now on: {id}")
            })
        }
    }
}
