//! A clinic for one journey: a real portal and a real desk, run apart and talking HTTP, as the README sets them up.

mod executable;
mod fixture;
mod text;

pub use fixture::{BIRTH_DATE, CHILDREN, HELPERS_BIRTH_DATE, OTHER_PATIENT, PATIENT, Visit};
pub use text::Text;

use crate::port;
use crate::process::Process;
use anyhow::{Context, Result, bail, ensure};
use executable::Executable;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_secs(30);

/// The portal's and the desk's folders, and the programs that run on them.
pub struct Clinic {
    folder: PathBuf,
    port: u16,
    executable: Executable,
    portal: Option<Process>,
    reader: Option<Process>,
}

impl Clinic {
    /// Makes portal and desk, introduces them, imports two patients, starts both.
    pub async fn open(folder: &Path) -> Result<Self> {
        let port = port::free()?;
        let folder = folder.to_owned();
        let mut clinic = Self { folder, port, executable: Executable::built()?, portal: None, reader: None };
        let origin = format!("http://{}", clinic.origin());
        let (toml, patients) = (clinic.folder.join("clinic.toml"), clinic.folder.join("patients.json"));
        std::fs::write(&toml, fixture::CLINIC)?;
        std::fs::write(&patients, fixture::patients().to_string())?;
        clinic.portal_command(&["portal", "init", "--origin", &origin]).await?;
        clinic.desk_command(&["desk", "init", "--clinic", path(&toml)]).await?;
        let enrolment = clinic.desk_folder().join("enrolment.json");
        let pin = clinic.portal_command(&["portal", "enrol", path(&enrolment)]).await?;
        let pin_file = clinic.folder.join("portal.json");
        std::fs::write(&pin_file, pin)?;
        clinic.desk_command(&["desk", "pin", path(&pin_file)]).await?;
        clinic.start_portal(None).await?;
        for (kind, version, text) in fixture::POLICIES {
            clinic.publish(kind, version, text).await?;
        }
        clinic.start_reader().await?;
        clinic.desk_command(&["patients", "import", path(&patients)]).await?;
        for patient in [PATIENT, OTHER_PATIENT] {
            // Nothing of what these patients get is counted, and the quiet hours are kept by where they live.
            let agreed = ["--agreed", "appointments,messages,forms", "--paper", "folder 7"];
            let mut confirm = vec!["number", "confirm", "--patient", patient, "--how", "read back"];
            confirm.extend(agreed);
            clinic.desk_command(&confirm).await?;
        }
        Ok(clinic)
    }

    /// Publishes one of the clinic's own texts.
    pub async fn publish(&self, kind: &str, version: &str, text: &str) -> Result<()> {
        let file = self.folder.join("policy.md");
        std::fs::write(&file, text)?;
        self.desk_command(&["legal", "publish", "--kind", kind, "--as", version, path(&file)]).await.map(drop)
    }

    /// Host and port of the portal.
    pub fn origin(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The desk's folder.
    pub fn desk_folder(&self) -> PathBuf {
        self.folder.join("desk")
    }

    /// The portal's folder.
    pub fn portal_folder(&self) -> PathBuf {
        self.folder.join("portal")
    }

    /// Starts the portal; `later` moves the clock it sees.
    pub async fn start_portal(&mut self, later: Option<Duration>) -> Result<()> {
        ensure!(self.portal.is_none(), "the portal runs already");
        let app = executable::built_app()?;
        let state = self.portal_folder();
        let listen = self.origin();
        let arguments = ["portal", "run", "--state", path(&state), "--app", path(&app), "--listen", &listen];
        let log = self.folder.join("portal.log");
        let mut portal = Process::start("portal", &mut self.executable.command(&arguments, later), &log)?;
        portal.listens(self.port, PATIENCE).await?;
        self.portal = Some(portal);
        Ok(())
    }

    /// Stops the portal.
    pub async fn stop_portal(&mut self) -> Result<()> {
        self.portal.take().context("the portal does not run")?.stop().await
    }

    /// Starts the reader of answers.
    pub async fn start_reader(&mut self) -> Result<()> {
        ensure!(self.reader.is_none(), "the reader runs already");
        let state = self.desk_folder();
        let mut command = self.executable.command(&["desk", "run", "--state", path(&state)], None);
        self.reader = Some(Process::start("desk", &mut command, &self.folder.join("desk.log"))?);
        Ok(())
    }

    /// Stops the reader of answers.
    pub async fn stop_reader(&mut self) -> Result<()> {
        self.reader.take().context("the reader does not run")?.stop().await
    }

    /// Runs `postern … --state <desk>` and gives what it prints.
    pub async fn desk_command(&self, arguments: &[&str]) -> Result<String> {
        self.executable.run(arguments, &self.desk_folder()).await
    }

    async fn portal_command(&self, arguments: &[&str]) -> Result<String> {
        self.executable.run(arguments, &self.portal_folder()).await
    }

    /// Sends a plain message and gives the text that the phone gets.
    pub async fn send_words(&self, to: &str, subject: &str, words: &str) -> Result<Text> {
        let file = self.folder.join("words.txt");
        std::fs::write(&file, words)?;
        self.send(&["--to", to, "--subject", subject, "--text-file", path(&file)]).await
    }

    /// Sends a visit to answer and gives the text that the phone gets.
    pub async fn send_visit(&self, to: &str, visit: &Visit) -> Result<Text> {
        let file = self.folder.join("visit.json");
        std::fs::write(&file, visit.bundle().to_string())?;
        self.send(&["--to", to, "--template", "appointment-reminder", "--bundle", path(&file)]).await
    }

    /// Takes in a family: two children without a phone, and their mother with her own.
    pub async fn family_comes(&self) -> Result<()> {
        let file = self.folder.join("family.json");
        std::fs::write(&file, fixture::family().to_string())?;
        self.desk_command(&["patients", "import", path(&file)]).await?;
        self.desk_command(&["number", "confirm", "--helper", "mother-1", "--how", "read back"])
            .await
            .map(drop)
    }

    /// Sends the mother a visit of each of these children, behind one link.
    pub async fn send_to_mother(&self, children: &[&str]) -> Result<Text> {
        let file = self.folder.join("visit.json");
        std::fs::write(&file, Visit::default().bundle().to_string())?;
        let (first, others) = children.split_first().context("about whom?")?;
        let also: Vec<String> =
            others.iter().map(|child| format!("--also={child}={}", path(&file))).collect();
        let mut all = vec!["--to", first, "--helper", "mother-1", "--bundle", path(&file)];
        all.extend(also.iter().map(String::as_str));
        self.send(&all).await
    }

    /// Asks for a consent and gives the text that the phone gets.
    pub async fn send_consent(&self, to: &str, kind: &str) -> Result<Text> {
        self.send(&["--to", to, "--consent", kind]).await
    }

    /// Answers what a patient wrote back; what the command tells.
    pub async fn reply(&self, to: &str, words: &str) -> Result<Value> {
        let file = self.folder.join("answer.txt");
        std::fs::write(&file, words)?;
        let told = self.desk_command(&["reply", to, "--text-file", path(&file), "--json"]).await?;
        Ok(serde_json::from_str(&told)?)
    }

    /// Asks for a payment elsewhere and gives the text that the phone gets.
    pub async fn send_bill(&self, to: &str, address: &str) -> Result<Text> {
        let (words, file) = (self.folder.join("words.txt"), self.folder.join("address.txt"));
        std::fs::write(&words, "Thank you for your visit. You can pay your part online.")?;
        std::fs::write(&file, address)?;
        let agreed = ["--agreed", "payments", "--paper", "folder 8"];
        let mut confirm = vec!["number", "confirm", "--patient", to, "--how", "read back"];
        confirm.extend(agreed);
        self.desk_command(&confirm).await?;
        let (words, file) = (path(&words), path(&file));
        self.send(&["--to", to, "--subject", "Your bill", "--text-file", words, "--pay", file]).await
    }

    /// Runs `postern send` with these arguments and gives the text.
    pub async fn send(&self, arguments: &[&str]) -> Result<Text> {
        let mut all = vec!["send", "--json"];
        all.extend(arguments);
        self.text_of(&serde_json::from_str(&self.desk_command(&all).await?)?)
    }

    /// The text that the phone gets of what was sent.
    pub fn text_of(&self, sent: &Value) -> Result<Text> {
        let number =
            sent["n"].as_u64().with_context(|| format!("send tells no number of the text: {sent}"))?;
        Text::read(&self.desk_folder().join(format!("outbox/{number}.json")))
    }

    /// What the clinic sees.
    pub async fn inbox(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.desk_command(&["inbox", "--json"]).await?)?)
    }

    /// What the clinic sees once `what` holds of it.
    pub async fn inbox_when(&self, words: &str, what: impl Fn(&Value) -> bool) -> Result<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let inbox = self.inbox().await?;
            if what(&inbox) {
                return Ok(inbox);
            }
            if Instant::now() > deadline {
                bail!("the inbox never shows {words}:\n{inbox:#}");
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// The inbox once it holds this many answers.
    pub async fn answers(&self, count: usize) -> Result<Vec<Value>> {
        let inbox = self
            .inbox_when(&format!("{count} answers"), |inbox| list(&inbox["records"]).len() >= count)
            .await?;
        let answers = list(&inbox["records"]);
        ensure!(answers.len() == count, "more than {count} answers: {inbox:#}");
        ensure!(list(&inbox["incidents"]).is_empty(), "incidents: {inbox:#}");
        Ok(answers)
    }

    /// Takes a link back.
    pub async fn recall(&self, text: &Text) -> Result<()> {
        self.desk_command(&["recall", &text.lid]).await.map(drop)
    }
}

/// The members of a JSON list, none if it is none.
pub fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the test's folders are text")
}
