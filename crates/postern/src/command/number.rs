//! `postern number`.

use super::{open, print};
use crate::{
    cli::{NumberCommand, Whose},
    failure::Failure,
};
use postern_desk::rules::confirm::Agreed;

pub async fn run(command: NumberCommand) -> Result<(), Failure> {
    match command {
        NumberCommand::Confirm { state, whose, how, agreed, paper, clock, output } => {
            let agreed = paper.map(|paper| Agreed { categories: agreed, paper });
            let (whose, desk) = (Whose::from(whose), open::desk(&state, &clock).await?);
            let confirmed = match &whose {
                Whose::Patient(id) => desk.confirm_number(id, &how, agreed.as_ref()).await,
                Whose::Helper(id) => desk.confirm_helper_number(id, &how).await,
            };
            desk.shut().await;
            confirmed?;
            print::result(output, &whose.told("confirmed"), || {
                format!("booked: the number of {whose} is theirs ({})", how.trim())
            })
        }
        NumberCommand::Settle { state, whose, how, clock, output } => {
            let (whose, desk) = (Whose::from(whose), open::desk(&state, &clock).await?);
            let settled = match &whose {
                Whose::Patient(id) => desk.settle_number(id, &how).await,
                Whose::Helper(id) => desk.settle_helper_number(id, &how).await,
            };
            desk.shut().await;
            settled?;
            print::result(output, &whose.told("settled"), || {
                format!("settled: texts may go to the number of {whose} again ({})", how.trim())
            })
        }
    }
}
