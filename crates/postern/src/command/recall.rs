//! `postern recall`.

use super::{open, print};
use crate::{cli::Recall, failure::Failure};
use postern_desk::ending::Ended;

pub async fn run(recall: Recall) -> Result<(), Failure> {
    let desk = open::desk(&recall.state, &recall.clock).await?;
    let portal = open::portal(&desk).await?;
    let ended = desk.recall(&portal, &recall.link).await?;
    desk.shut().await;
    let words = match ended {
        Ended::Everywhere => "recalled: the link opens nothing any more",
        Ended::HereOnly => {
            "recalled at this desk; the portal cannot be reached and is told as soon as it can: leave `postern desk run` on"
        }
        Ended::Before => "this link had ended before; nothing changed",
    };
    print::result(recall.output, &serde_json::json!({ "ended": ended }), || words.to_owned())
}
