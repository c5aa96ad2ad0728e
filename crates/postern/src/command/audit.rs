//! `postern audit`.

use super::{open, print};
use crate::{
    cli::{AuditCommand, ClockSetting, Output, State},
    failure::Failure,
};
use postern_portal::{AuditHead, AuditVerdict, Inspection};
use serde::Serialize;
use std::path::PathBuf;

pub async fn run(command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify { state, head, output } => verify(&state, &head, output).await,
        AuditCommand::Head { state } => head(&state).await,
    }
}

async fn head(state: &State) -> Result<(), Failure> {
    let desk = open::desk(state, &ClockSetting { clock: None }).await?;
    let newest = desk.newest_audit_head().await?;
    desk.shut().await;
    match newest {
        Some(newest) => print::json(&newest),
        None => Err(Failure::failed(
            "this desk holds no receipt yet, and so no row of the portal's log: it has one after the first answer",
        )),
    }
}

/// What the log came to, for programs.
#[derive(Serialize)]
#[serde(tag = "audit", rename_all = "kebab-case")]
enum Said {
    Whole { n: u64, head: String, compared_with: Vec<u64> },
    Changed { first_changed_row: u64 },
    NotAsKept { row: u64 },
    NotAsNoted { row: u64 },
}

async fn verify(state: &State, heads: &[PathBuf], output: Output) -> Result<(), Failure> {
    let portal = open::inspection(&state.folder)?;
    let kept: Vec<AuditHead> = heads.iter().map(|file| open::json(file)).collect::<Result<_, _>>()?;
    let said = said(&portal, &kept).await?;
    if output.json {
        print::json(&said)?;
    }
    match said {
        Said::Whole { n, compared_with, .. } => {
            if output.json {
                return Ok(());
            }
            let compared = match compared_with.as_slice() {
                [] => "not compared with what a desk kept: see --head".to_owned(),
                rows => format!("row {} is as the desk kept it", join(rows)),
            };
            print::line(&format!("whole: {n} rows, each follows from the one before; {compared}"))
        }
        Said::Changed { first_changed_row } => Err(Failure::failed(format!(
            "the audit log was changed: row {first_changed_row} is the first that does not follow from the one before it. \
             Keep a copy of the whole folder, and compare with a backup from before"
        ))),
        Said::NotAsKept { row } => Err(Failure::failed(format!(
            "the audit log holds in itself, but row {row} is not the one that the desk kept: it was rewritten or cut at or \
             before that row, or the store is an older backup. Keep a copy of the whole folder"
        ))),
        Said::NotAsNoted { row } => Err(Failure::failed(format!(
            "the audit log holds in itself, but row {row} is not the one that audit-head.json notes: it was rewritten or cut \
             at or before that row, or the store is an older backup that was not started yet"
        ))),
    }
}

async fn said(portal: &Inspection, kept: &[AuditHead]) -> Result<Said, Failure> {
    for head in kept {
        match portal.verify_audit(Some(*head)).await? {
            AuditVerdict::Whole(_) => {}
            AuditVerdict::BrokenAt(row) => return Ok(Said::Changed { first_changed_row: row }),
            AuditVerdict::NotAsKept(row) => return Ok(Said::NotAsKept { row }),
        }
    }
    // The portal's own note may be missing, as after a restore: then it says nothing.
    match portal.verify_audit(portal.noted_audit_head()?).await? {
        AuditVerdict::Whole(newest) => Ok(Said::Whole {
            n: newest.n,
            head: newest.head.to_text(),
            compared_with: kept.iter().map(|head| head.n).collect(),
        }),
        AuditVerdict::BrokenAt(row) => Ok(Said::Changed { first_changed_row: row }),
        AuditVerdict::NotAsKept(row) => Ok(Said::NotAsNoted { row }),
    }
}

fn join(rows: &[u64]) -> String {
    rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}
