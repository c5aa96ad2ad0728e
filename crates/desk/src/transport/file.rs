//! Texts as files, `outbox/<n>.json`: for the demo, for tests, and for a clinic whose own program carries them on. A file is
//! there whole or not at all. What carries them on leaves the files where they are, or marks them beside: a file that was taken
//! away between a crash and the next start would be written again.

use super::{Sms, Transport, TransportError};
use async_trait::async_trait;
use postern_protocol::{id::LinkId, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// One file of the outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxFile {
    /// To whom, E.164.
    pub to: String,
    /// The whole text.
    pub text: String,
    /// When it was handed over.
    pub at: Timestamp,
    /// Its link, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lid: Option<LinkId>,
}

/// A folder that takes texts.
#[derive(Debug, Clone)]
pub struct FileTransport {
    folder: PathBuf,
}

impl FileTransport {
    /// The outbox of a state folder.
    pub fn in_state(state: &Path) -> Self {
        Self { folder: state.join("outbox") }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self, sms: &Sms) -> Result<(), TransportError> {
        let failed = |error: io::Error| TransportError::Failed(error.into());
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(failed)?;
        let path = self.folder.join(format!("{}.json", sms.n));
        if let Ok(there) = fs::read(&path) {
            let there: Option<OutboxFile> = serde_json::from_slice(&there).ok();
            let same = there
                .is_some_and(|there| there.to == sms.to && there.text == sms.text && there.lid == sms.lid);
            return if same { Ok(()) } else { Err(TransportError::NumberTaken(sms.n)) };
        }
        let file = OutboxFile { to: sms.to.clone(), text: sms.text.clone(), at: sms.at, lid: sms.lid };
        let json = serde_json::to_vec(&file).map_err(|error| TransportError::Failed(error.into()))?;
        let part = self.folder.join(format!(".{}.part", sms.n));
        let mut out = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)
            .map_err(failed)?;
        out.write_all(&json).and_then(|()| out.sync_all()).map_err(failed)?;
        fs::rename(&part, &path).map_err(failed)?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

#[async_trait]
impl Transport for FileTransport {
    fn reaches_patients(&self) -> bool {
        // A folder: what carries the files on is not this program.
        false
    }

    async fn hand_over(&self, sms: &Sms) -> Result<(), TransportError> {
        let (this, sms) = (self.clone(), sms.clone());
        tokio::task::spawn_blocking(move || this.write(&sms))
            .await
            .map_err(|error| TransportError::Failed(error.into()))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_protocol::base64url::FixedBytes;

    fn sms(text: &str) -> Sms {
        Sms {
            n: 1,
            to: "+12025550143".into(),
            text: text.into(),
            at: Timestamp(5),
            lid: Some(FixedBytes([1; 16])),
        }
    }

    #[tokio::test]
    async fn the_same_text_handed_over_twice_is_one_file() {
        let state = tempfile::tempdir().unwrap();
        let transport = FileTransport::in_state(state.path());
        for _ in 0..2 {
            transport.hand_over(&sms("hello")).await.unwrap();
        }
        let names: Vec<_> =
            fs::read_dir(transport.folder()).unwrap().map(|one| one.unwrap().file_name()).collect();
        assert_eq!(names, ["1.json"]);
        let text = fs::read_to_string(transport.folder().join("1.json")).unwrap();
        assert_eq!(text, r#"{"to":"+12025550143","text":"hello","at":5,"lid":"AQEBAQEBAQEBAQEBAQEBAQ"}"#);
    }

    #[tokio::test]
    async fn another_text_under_the_same_number_is_refused() {
        let state = tempfile::tempdir().unwrap();
        let transport = FileTransport::in_state(state.path());
        transport.hand_over(&sms("hello")).await.unwrap();
        assert!(matches!(transport.hand_over(&sms("other")).await, Err(TransportError::NumberTaken(1))));
    }

    #[tokio::test]
    async fn a_half_written_file_of_a_crash_is_no_text_and_is_written_anew() {
        let state = tempfile::tempdir().unwrap();
        let transport = FileTransport::in_state(state.path());
        fs::create_dir(transport.folder()).unwrap();
        fs::write(transport.folder().join(".1.part"), "{\"to\"").unwrap();
        transport.hand_over(&sms("hello")).await.unwrap();
        assert!(transport.folder().join("1.json").exists());
        assert!(!transport.folder().join(".1.part").exists());
    }
}
