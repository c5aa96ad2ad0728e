//! `postern reply`.

use super::{open, print};
use crate::{
    cli::Reply,
    failure::{Failure, in_words},
};
use postern_desk::{
    replies::{Answered, ReplyRequest, Texted, Threaded},
    send::SendError,
    transport::FileTransport,
};
use postern_fhir::instant;

pub async fn run(reply: Reply) -> Result<(), Failure> {
    let request = ReplyRequest {
        to: reply.to,
        words: open::text(&reply.text_file)?,
        text_after: reply.text_after,
        idempotency_key: reply.idempotency_key,
    };
    let desk = open::desk(&reply.state, &reply.clock).await?;
    let portal = open::portal(&desk).await?;
    let answered = desk.reply(&portal, &FileTransport::in_state(desk.state()), &request).await;
    desk.shut().await;
    let answered = match answered {
        Ok(answered) => answered,
        Err(SendError::Refused(refusals)) => return Err(Failure::Refused(refusals)),
        Err(error) => return Err(Failure::failed(in_words(&error))),
    };
    print::result(reply.output, &answered, || told(&answered))?;
    match answered.text {
        Texted::Refused(refusals) => Err(Failure::Refused(refusals)),
        _ => Ok(()),
    }
}

fn told(answered: &Answered) -> String {
    let thread = match &answered.thread {
        Threaded::Added { lid, .. } => format!("The answer stands on the patient's link {}.", lid.to_text()),
        Threaded::Ended => "The link that the patient wrote on has ended and takes no answer.".to_owned(),
    };
    let text = match &answered.text {
        Texted::Sent(sent) => format!("It was sent as text {}; link {}.", sent.n, sent.lid.to_text()),
        Texted::Done { read_in_the_page: true } => {
            "The patient has read it in the open page: no text is needed.".to_owned()
        }
        Texted::Done { read_in_the_page: false } => "Its text was sent before.".to_owned(),
        Texted::After { at } => {
            let at = instant::to_text(at.0);
            format!("The running desk sends a text at {at}, unless the patient has read it in the open page by then.")
        }
        Texted::Waits { .. } => {
            "Its text waits: nothing shows yet that the number is the patient's. It goes by itself once the number is confirmed."
                .to_owned()
        }
        Texted::Refused(_) => "No text went out:".to_owned(),
    };
    format!("{thread} {text}")
}
