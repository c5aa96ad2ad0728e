//! `postern keys show`.

use super::Side;
use crate::{
    cli::{ClockSetting, Output, State},
    command::{open, print},
    failure::Failure,
};
use postern_desk::keys::{ClinicKeyShown, KeysShown as DeskKeys};
use postern_fhir::instant;
use postern_portal::KeysShown as PortalKeys;
use postern_protocol::time::Timestamp;

pub async fn run(state: &State, output: Output) -> Result<(), Failure> {
    match Side::of(&state.folder)? {
        Side::Desk => {
            let desk = open::desk(state, &ClockSetting { clock: None }).await?;
            let keys = desk.keys_shown().await?;
            desk.shut().await;
            print::result(output, &keys, || desk_in_words(&keys))
        }
        Side::Portal => {
            let keys = open::inspection(&state.folder)?.keys().await?;
            print::result(output, &keys, || portal_in_words(&keys))
        }
    }
}

fn desk_in_words(keys: &DeskKeys) -> String {
    let mut lines = vec!["Answers are sealed to:".to_owned()];
    lines.extend(keys.clinic.iter().map(clinic_key_in_words));
    match keys.portal.as_slice() {
        [] => lines.push("No portal is pinned yet: postern desk pin".to_owned()),
        [used, next @ ..] => {
            lines.push(format!("The portal’s receipts: {used} (in use)"));
            lines.extend(next.iter().map(|key| format!("                       {key} (next)")));
        }
    }
    lines.push(format!(
        "The vault is opened by a {}. {}",
        keys.vault.replace('-', " "),
        printed(keys.recovery_printed)
    ));
    lines.join("\n")
}

fn clinic_key_in_words(key: &ClinicKeyShown) -> String {
    let state = match (key.retired_at, key.destroyed_at) {
        (_, Some(at)) => format!("private half destroyed {}", day(at)),
        (Some(at), None) => format!("retired {}; {} live links still name it", day(at), key.live_links),
        (None, None) => format!("in use; {} live links name it", key.live_links),
    };
    format!("  {} made {}, {state}", key.thumbprint, day(key.made_at))
}

fn portal_in_words(keys: &PortalKeys) -> String {
    let mut lines = vec![
        format!("Receipts are signed with {}", keys.signing.to_text()),
        format!("                    next {}", keys.signing_next.to_text()),
    ];
    for retired in &keys.retired {
        lines.push(format!("                 retired {} {}", retired.key.to_text(), day(retired.at.0)));
    }
    let setups: Vec<String> = keys
        .setups
        .iter()
        .map(|setup| {
            let state = match (setup.id == keys.setup, setup.in_use) {
                (true, _) => "new links",
                (false, true) => "older links",
                (false, false) => "no link any more",
            };
            format!("{} ({state})", setup.id)
        })
        .collect();
    lines.push(format!("OPAQUE setups: {}", setups.join(", ")));
    lines.push(printed(keys.recovery_printed));
    if keys.recovery_printed.is_some() && !keys.sealed_copy_fits {
        lines.push("keys.sealed is missing or not of these keys: print the recovery copy again".to_owned());
    }
    lines.join("\n")
}

fn printed(at: Option<Timestamp>) -> String {
    match at {
        Some(at) => format!("The recovery copy was last printed {}.", day(at.0)),
        None => "No recovery copy was printed yet: postern keys backup".to_owned(),
    }
}

fn day(milliseconds: i64) -> String {
    instant::to_text(milliseconds).chars().take(10).collect()
}
