//! `postern keys rotate-clinic`, `rotate-signing`, `new-setup`.

use crate::{
    cli::{ClockSetting, Output, State},
    command::{open, print},
    failure::{Failure, in_words},
};
use postern_desk::{keys::Followed, ledger::Actor, refusal::Refusal};
use postern_fhir::instant;
use postern_portal::{PortalError, SystemClock};
use postern_protocol::time::Clock;
use rand_core::OsRng;
use serde_json::json;

pub async fn clinic(state: &State, clock: &ClockSetting, output: Output) -> Result<(), Failure> {
    let desk = open::desk(state, clock).await?;
    let key = desk.rotate_clinic_key(Actor::Staff).await?;
    let pinned = match desk.portal_pin().await? {
        None => None,
        Some(_) => Some(desk.follow_portal_keys(&open::portal(&desk).await?).await),
    };
    desk.shut().await;
    let thumbprint = key.thumbprint().to_text();
    let (portal, failed) = match &pinned {
        None => ("not-pinned", None),
        Some(Ok(Followed::Same)) => ("same", None),
        Some(Ok(Followed::Pinned)) => ("next-pinned", None),
        Some(Err(error)) => ("failed", Some(in_words(error))),
    };
    let done = json!({ "answers_key": thumbprint, "portal_keys": portal, "portal_keys_error": failed });
    print::result(output, &done, || {
        let portal = match portal {
            "not-pinned" => "no portal is pinned yet",
            "next-pinned" => "the portal’s next signing key is pinned now",
            "same" => "the portal’s keys are the pinned ones",
            _ => "the portal’s keys could not be followed",
        };
        format!("Messages from now on ask for answers sealed to {thumbprint}; {portal}.")
    })?;
    match failed {
        Some(words) => Err(Failure::failed(words)),
        None => Ok(()),
    }
}

pub async fn signing(state: &State, at_once: bool, output: Output) -> Result<(), Failure> {
    let portal = open::inspection(&state.folder)?;
    let pins = match portal.rotate_signing(&mut OsRng, SystemClock.now(), at_once).await {
        Err(PortalError::NotPinned(not_yet)) => {
            let refusal = Refusal::new(
                "next-key-too-young",
                "Desks and links that are out do not all know the next signing key yet",
                format!(
                    "Wait until {}. If the key in use was stolen, say --at-once, then recall what is out and send it anew.",
                    instant::to_text(not_yet.ready.0)
                ),
            );
            return Err(Failure::Refused(vec![refusal]));
        }
        pins => pins?,
    };
    let thumbprints: Vec<String> = pins.iter().map(|key| key.thumbprint().to_text()).collect();
    let done = json!({ "signing": thumbprints[0], "signing_next": thumbprints[1], "keys": pins });
    print::result(output, &done, || {
        format!(
            "From the portal’s next start receipts are signed with {}; the key after it is {}. Start the portal again now. Desks \
             that run pin the next key by themselves within a day; for any other, give its staff what `portal enrol` prints.",
            thumbprints[0], thumbprints[1]
        )
    })
}

pub async fn setup(state: &State, output: Output) -> Result<(), Failure> {
    let id = open::inspection(&state.folder)?.new_setup(&mut OsRng, SystemClock.now()).await?;
    print::result(output, &json!({ "setup": id }), || {
        format!("New links are registered under setup {id} from the portal’s next start: start it again now.")
    })
}
