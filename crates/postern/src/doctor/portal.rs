//! What is looked at on a portal's machine.

use super::{Findings, desk::look_at_recovery, files, reach};
use crate::{command::open, failure::in_words};
use postern_desk::portal::HttpExchange;
use postern_portal::{AuditVerdict, Inspection, SystemClock};
use postern_protocol::time::Clock;
use serde::Deserialize;
use std::path::Path;

pub async fn look(folder: &Path, findings: &mut Findings) {
    files::look_at_folder(folder, findings);
    let portal = match open::inspection(folder) {
        Ok(portal) => portal,
        Err(error) => {
            return findings.fail("portal", in_words(&error), "Restore portal.json from the backup.");
        }
    };
    let thumbprints = look_at_keys(&portal, findings).await;
    look_at_clinics(&portal, findings).await;
    if portal.is_shared() {
        look_at_link_keys(&portal, findings).await;
    }
    look_at_audit(&portal, findings).await;
    reach::look_at_origin(portal.origin(), findings);
    match HttpExchange::new(portal.origin()) {
        Err(error) => findings.fail("portal-ready", in_words(&error), "Look at this machine's certificates."),
        Ok(exchange) => {
            if reach::look_at_portal(&exchange, findings).await
                && let Some(thumbprints) = thumbprints
            {
                look_at_published(&exchange, &thumbprints, findings).await;
            }
        }
    }
}

/// Thumbprints of the signing keys, in use and next.
async fn look_at_keys(portal: &Inspection, findings: &mut Findings) -> Option<[String; 2]> {
    let keys = match portal.keys().await {
        Ok(keys) => keys,
        Err(error) => {
            findings.fail(
                "keys",
                in_words(&error),
                "With the sheets of the recovery copy and keys.sealed: `postern keys restore`. Wrong mode: chmod 600 keys.json.",
            );
            return None;
        }
    };
    findings.good("keys", "keys.json can be read, by its owner alone");
    look_at_recovery(keys.recovery_printed, SystemClock.now(), findings);
    if keys.recovery_printed.is_some() && !keys.sealed_copy_fits {
        findings.fail(
            "sealed-keys",
            "keys.sealed is missing, or is not of the keys as they are",
            "Run `postern keys backup` again and put the new keys.sealed into the backup; the old sheets stay good.",
        );
    }
    Some([keys.signing.to_text(), keys.signing_next.to_text()])
}

fn store_remedy(portal: &Inspection) -> &'static str {
    if portal.is_shared() {
        "Look at the database server, and whether POSTERN_STORE_PASSWORD holds the password."
    } else {
        "Restore portal.sqlite from the backup."
    }
}

async fn look_at_link_keys(portal: &Inspection, findings: &mut Findings) {
    let remedy = "Mount the folder of the link keys; no node starts without it.";
    match portal.link_keys_fit().await {
        Err(error) => findings.fail("link-keys", in_words(&error), remedy),
        Ok(true) => findings.good("link-keys", "the folder of the link keys is the one that the store knows"),
        Ok(false) => findings.fail(
            "link-keys",
            "the folder of the link keys is missing, or not the one that the store knows",
            remedy,
        ),
    }
}

async fn look_at_clinics(portal: &Inspection, findings: &mut Findings) {
    match portal.clinics().await {
        Err(error) => findings.fail("clinics", in_words(&error), store_remedy(portal)),
        Ok(clinics) if clinics.is_empty() => findings.warn(
            "clinics",
            "no clinic is enrolled",
            "Run `postern portal enrol` with the file of the clinic's `desk init`, then start the portal again.",
        ),
        Ok(clinics) => {
            let names: Vec<String> = clinics.iter().map(|clinic| format!("{} at {}", clinic.id, clinic.host)).collect();
            findings.good("clinics", format!("enrolled: {}", names.join(", ")));
        }
    }
}

async fn look_at_audit(portal: &Inspection, findings: &mut Findings) {
    let noted = portal.noted_audit_head().ok().flatten();
    match portal.verify_audit(noted).await {
        Ok(AuditVerdict::Whole(head)) => {
            findings.good("audit", format!("{} rows, each follows from the one before", head.n))
        }
        Ok(AuditVerdict::BrokenAt(row) | AuditVerdict::NotAsKept(row)) => findings.fail(
            "audit",
            format!("the audit log does not hold at row {row}"),
            "Run `postern audit verify`; keep a copy of the whole folder before anything else.",
        ),
        Err(error) => findings.fail("audit", in_words(&error), store_remedy(portal)),
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Published>,
}

#[derive(Deserialize)]
struct Published {
    kid: String,
}

/// The portal that runs works with the keys of its start.
async fn look_at_published(exchange: &HttpExchange, thumbprints: &[String; 2], findings: &mut Findings) {
    let answer = reach::get(exchange, "/.well-known/jwks.json").await;
    let set: Option<KeySet> = answer.ok().and_then(|answer| serde_json::from_slice(&answer.body).ok());
    let published: Vec<String> =
        set.into_iter().flat_map(|set| set.keys).map(|published| published.kid).take(2).collect();
    if published == thumbprints {
        findings.good("published-keys", "the running portal signs with the keys of this folder");
    } else {
        findings.fail(
            "published-keys",
            "the portal at this origin does not work with the keys of this folder",
            "Start it again: it takes its keys at start. Is another portal running under this name?",
        );
    }
}
