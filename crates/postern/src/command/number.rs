//! `postern number`.

use super::{open, print};
use crate::{cli::NumberCommand, failure::Failure};
use postern_desk::rules::confirm::Agreed;

pub async fn run(command: NumberCommand) -> Result<(), Failure> {
    let NumberCommand::Confirm { state, patient, how, agreed, paper, clock, output } = command;
    let agreed = paper.map(|paper| Agreed { categories: agreed, paper });
    let desk = open::desk(&state, &clock).await?;
    let confirmed = desk.confirm_number(&patient, &how, agreed.as_ref()).await;
    desk.shut().await;
    confirmed?;
    print::result(output, &serde_json::json!({ "patient": patient, "confirmed": true }), || {
        format!("booked: the number of patient {patient} is theirs ({})", how.trim())
    })
}
