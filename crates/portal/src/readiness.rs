//! Whether the portal can do its work: both stores can be written, the key file is there, the disk has room. Looked at
//! when somebody asks, at most once in a few seconds, so that asking costs nothing however often it is done.
//!
//! A clinic whose desk has not spoken since a restore does not make the portal unready: its desk speaks through the same
//! door, and the other clinics are served. It is counted (`postern_clinics_unsynced`) and said.

use crate::{
    folder::KeyFile,
    log::{self, Line},
    rules::{DISK_BYTES, LOOKED_SECONDS},
    service::Service,
    store::StoreError,
};
use std::{path::Path, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// A store that does not take a row after this time is not ready.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// All is there.
    Ready {
        /// Clinics that wait for their desk's word after a restore.
        unsynced: i64,
    },
    /// Something is missing.
    Not(Part),
}

/// What the portal cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The main store takes no row.
    Store,
    /// The link keys' store takes no row.
    LinkKeys,
    /// The key file is not there, or is not one.
    KeyFile,
    /// The disk has no room.
    Disk,
}

impl Part {
    /// For the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::LinkKeys => "link-keys",
            Self::KeyFile => "key-file",
            Self::Disk => "disk",
        }
    }
}

impl Standing {
    /// Whether calls can be served.
    pub fn is_ready(self) -> bool {
        matches!(self, Self::Ready { .. })
    }
}

/// What was found last, and when.
#[derive(Default)]
pub struct Readiness(Mutex<Option<(Instant, Standing)>>);

impl Readiness {
    /// Looks, unless it was done just now.
    pub async fn look(&self, service: &Service) -> Standing {
        // Who asks meanwhile waits for this look instead of taking one.
        let mut last = self.0.lock().await;
        if let Some((at, standing)) = *last
            && at.elapsed() < Duration::from_secs(LOOKED_SECONDS)
        {
            return standing;
        }
        let standing = examine(service).await;
        match (standing, last.map(|(_, before)| before)) {
            (Standing::Not(part), _) => log::write(&Line::NotReady(part.as_str())),
            (Standing::Ready { .. }, Some(Standing::Not(_))) => log::write(&Line::ReadyAgain),
            (Standing::Ready { .. }, _) => {}
        }
        *last = Some((Instant::now(), standing));
        standing
    }
}

async fn examine(service: &Service) -> Standing {
    if !has_room(&service.folder.store()) {
        return Standing::Not(Part::Disk);
    }
    if KeyFile::read(&service.folder.keys()).and_then(|keys| keys.ring()).is_err() {
        return Standing::Not(Part::KeyFile);
    }
    if !matches!(timeout(PATIENCE, service.link_keys.probe()).await, Ok(Ok(()))) {
        return Standing::Not(Part::LinkKeys);
    }
    let look = async {
        service.store.probe().await?;
        let ages = service.store.read().await?.queue_ages(service.now()).await?;
        Ok::<_, StoreError>(ages.unsynced)
    };
    match timeout(PATIENCE, look).await {
        Ok(Ok(unsynced)) => Standing::Ready { unsynced },
        _ => Standing::Not(Part::Store),
    }
}

fn has_room(file: &Path) -> bool {
    let folder = file.parent().unwrap_or(Path::new("."));
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= DISK_BYTES)
}

#[cfg(test)]
mod tests {
    use crate::kit::Kit;
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use postern_protocol::error_code::ErrorCode;
    use std::{fs, time::Duration};

    async fn ask(kit: &Kit) -> crate::kit::Answer {
        kit.call(Request::get("/readyz").body(Body::empty()).unwrap()).await
    }

    /// A fresh look: what was found before is kept for some seconds.
    async fn ask_later(kit: &mut Kit) -> crate::kit::Answer {
        kit.restart().await;
        ask(kit).await
    }

    #[tokio::test]
    async fn a_portal_without_its_key_file_is_not_ready_and_says_when_to_ask_again() {
        let mut kit = Kit::new().await;
        assert_eq!(ask(&kit).await.status, StatusCode::OK);
        kit.restart().await;
        let keys = kit.folder.path().join("keys.json");
        let away = keys.with_extension("away");
        fs::rename(&keys, &away).unwrap();
        let answer = ask(&kit).await;
        assert_eq!(answer.code(), ErrorCode::Unavailable);
        assert_eq!(answer.header("retry-after"), "5");
        fs::rename(&away, &keys).unwrap();
        assert_eq!(ask(&kit).await.code(), ErrorCode::Unavailable, "looked at just now");
        assert_eq!(ask_later(&mut kit).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_portal_whose_store_takes_no_row_is_not_ready() {
        for file in ["portal.sqlite", "link-keys.sqlite"] {
            let kit = Kit::new().await;
            let pool = crate::kit::files::look_into(&kit.folder.path().join(file)).await;
            let mut held = pool.acquire().await.unwrap();
            sqlx::query("BEGIN IMMEDIATE").execute(&mut *held).await.unwrap();
            let begun = tokio::time::Instant::now();
            assert_eq!(ask(&kit).await.code(), ErrorCode::Unavailable, "{file}");
            assert!(begun.elapsed() < Duration::from_secs(9));
        }
    }

    #[tokio::test]
    async fn a_portal_that_waits_for_a_desk_after_a_restore_is_ready_and_says_so() {
        let mut kit = Kit::new().await;
        fs::write(kit.folder.path().join("restored"), b"").unwrap();
        let answer = ask_later(&mut kit).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body, b"ready; clinics that wait for their desk: 1");
    }

    #[tokio::test]
    async fn asking_a_thousand_times_looks_once() {
        let kit = Kit::new().await;
        let before = kit.dump().await;
        for _ in 0..1000 {
            assert_eq!(ask(&kit).await.status, StatusCode::OK);
        }
        assert_eq!(kit.dump().await, before, "and leaves nothing");
        let commits = kit.metrics().await;
        assert!(commits.contains("postern_calls_total{operation=\"ready\",outcome=\"served\"} 1000"));
    }
}
