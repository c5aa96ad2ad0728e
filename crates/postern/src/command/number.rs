//! `postern number`.

use super::{open, print};
use crate::{cli::NumberCommand, failure::Failure};
use postern_desk::rules::confirm::Agreed;
use serde_json::json;

pub async fn run(command: NumberCommand) -> Result<(), Failure> {
    match command {
        NumberCommand::Confirm { state, patient, how, agreed, paper, clock, output } => {
            let agreed = paper.map(|paper| Agreed { categories: agreed, paper });
            let desk = open::desk(&state, &clock).await?;
            let confirmed = desk.confirm_number(&patient, &how, agreed.as_ref()).await;
            desk.shut().await;
            confirmed?;
            print::result(output, &json!({ "patient": patient, "confirmed": true }), || {
                format!("booked: the number of patient {patient} is theirs ({})", how.trim())
            })
        }
        NumberCommand::Settle { state, patient, how, clock, output } => {
            let desk = open::desk(&state, &clock).await?;
            let settled = desk.settle_number(&patient, &how).await;
            desk.shut().await;
            settled?;
            print::result(output, &json!({ "patient": patient, "settled": true }), || {
                format!("settled: texts may go to the number of patient {patient} again ({})", how.trim())
            })
        }
    }
}
