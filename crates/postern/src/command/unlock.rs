//! `postern unlock`.

use super::{open, print};
use crate::{cli::Unlock, failure::Failure};
use postern_desk::{portal::PortalError, refusal::Refusal, settle::SettleError};
use postern_protocol::error_code::ErrorCode;

pub async fn run(command: Unlock) -> Result<(), Failure> {
    let desk = open::desk(&command.state, &command.clock).await?;
    let portal = open::portal(&desk).await?;
    let unlocked = desk.unlock(&portal, &command.link).await;
    desk.shut().await;
    let status = unlocked.map_err(refused)?;
    let left = status.max.saturating_sub(status.used);
    print::result(command.output, &status, || {
        format!("unlocked: {left} tries are left on this link; it can be unlocked only this once")
    })
}

fn refused(error: SettleError) -> Failure {
    let SettleError::Portal(PortalError::Refused(code)) = &error else { return error.into() };
    let (reason, remedy) = match code {
        ErrorCode::UnlockUsed => {
            ("This link was unlocked once already", "Speak to the patient, recall it, and send a new one.")
        }
        ErrorCode::LinkExpired | ErrorCode::LinkRecalled | ErrorCode::LinkClosed | ErrorCode::LinkUnknown => {
            ("This link has ended", "Send the patient a new one.")
        }
        _ => return error.into(),
    };
    Failure::Refused(vec![Refusal::new(code.as_str(), reason, remedy)])
}
