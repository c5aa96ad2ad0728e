//! `postern doctor`: findings about a desk or a portal, each with a stable code, what was found and what to do.

mod desk;
mod files;
mod live;
mod portal;
mod reach;
mod served;

use crate::{
    cli,
    command::{keys::Side, open, print},
    failure::Failure,
};
use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// As it should be.
    Good,
    /// It works, and should be better.
    Warning,
    /// It does not work, or must not go live so.
    Failure,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable, for programs.
    pub code: &'static str,
    /// How bad.
    pub level: Level,
    /// What was found.
    pub found: String,
    /// What to do; empty where all is well.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// Everything that was found.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    /// No failure among them.
    pub healthy: bool,
    /// The list before the first real text was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// In the order of looking.
    pub findings: Vec<Finding>,
}

impl Findings {
    fn good(&mut self, code: &'static str, found: impl Into<String>) {
        self.push(code, Level::Good, found, "");
    }

    fn warn(&mut self, code: &'static str, found: impl Into<String>, remedy: impl Into<String>) {
        self.push(code, Level::Warning, found, remedy);
    }

    fn fail(&mut self, code: &'static str, found: impl Into<String>, remedy: impl Into<String>) {
        self.push(code, Level::Failure, found, remedy);
    }

    fn push(
        &mut self,
        code: &'static str,
        level: Level,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.findings.push(Finding { code, level, found: found.into(), remedy: remedy.into() });
    }

    fn fails(&self) -> usize {
        self.findings.iter().filter(|finding| finding.level == Level::Failure).count()
    }

    fn in_words(&self) -> String {
        let mut lines = Vec::new();
        for finding in &self.findings {
            let mark = match finding.level {
                Level::Good => "ok     ",
                Level::Warning => "warning",
                Level::Failure => "FAILURE",
            };
            lines.push(format!("{mark} {}: {}", finding.code, finding.found));
            if !finding.remedy.is_empty() {
                lines.push(format!("        {}", finding.remedy));
            }
        }
        match self.live {
            Some(true) => lines.push("The list is passed: this desk may send to real phones.".to_owned()),
            Some(false) => lines.push("The list is not passed: nothing is sent to real phones.".to_owned()),
            None => {}
        }
        lines.join("\n")
    }
}

/// Looks, prints, fails where something fails.
pub async fn run(command: cli::Doctor) -> Result<(), Failure> {
    let mut findings = Findings::default();
    if let Some(state) = command.state.named() {
        match Side::of(&state.folder)? {
            Side::Desk => on_desk(&state, &command, &mut findings).await?,
            Side::Portal if command.live => {
                return Err(Failure::failed(
                    "--live is for the desk, which sends; at the portal run doctor without it",
                ));
            }
            Side::Portal => portal::look(&state.folder, &mut findings).await,
        }
    } else if command.live {
        return Err(Failure::failed("--live needs the desk's folder: say --state"));
    }
    if let Some(origin) = &command.served {
        served::look(origin, &command.dist, &mut findings).await?;
    }
    findings.healthy = findings.fails() == 0;
    print::result(command.output, &findings, || findings.in_words())?;
    match findings.fails() {
        0 => Ok(()),
        1 => Err(Failure::failed("one failure: do what it says above, then run this again")),
        fails => {
            Err(Failure::failed(format!("{fails} failures: do what they say above, then run this again")))
        }
    }
}

async fn on_desk(state: &cli::State, command: &cli::Doctor, findings: &mut Findings) -> Result<(), Failure> {
    files::look_at_folder(&state.folder, findings);
    let unlock = open::unlock(&state.folder);
    files::look_at_vault_key(&state.folder, &unlock, findings);
    let desk = match open::desk(state, &command.clock).await {
        Ok(desk) => desk,
        Err(failure) => {
            findings.fail(
                "desk-shut",
                failure.words(),
                "Nothing else can be looked at until the desk opens.",
            );
            return Ok(());
        }
    };
    findings.good("desk-open", "the vault opens and the store can be read");
    desk::look(&desk, findings).await?;
    if command.live {
        live::look(&desk, &command.confirm, findings).await?;
        let passed = findings.fails() == 0;
        findings.live = Some(passed);
        if passed {
            desk.pass_live().await?;
        }
    }
    desk.shut().await;
    Ok(())
}
