//! The clock of a demo and of the commands that join it. It runs with the computer's, moved by a number of milliseconds,
//! which stands in the desk's state folder (`clock-offset`) so that every command on that folder lives in the same moment.

use postern_desk::clock::SystemClock;
use postern_protocol::time::{Clock, Timestamp};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

const FILE: &str = "clock-offset";

/// The computer's clock, moved.
#[derive(Debug, Default)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    /// Moved so that now is `moment`.
    pub fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.0.saturating_sub(SystemClock.now().0)))
    }

    /// Moves it by so many milliseconds, on top.
    pub fn shift(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Leaves the offset in a desk's folder, for the commands that come later.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn leave_in(&self, desk: &Path) -> io::Result<()> {
        match self.0.load(Ordering::SeqCst) {
            0 => match fs::remove_file(file(desk)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
            offset => fs::write(file(desk), offset.to_string()),
        }
    }

    /// As left in a desk's folder; the computer's own where nothing was left.
    fn left_in(desk: &Path) -> Self {
        let offset = fs::read_to_string(file(desk)).ok().and_then(|text| text.trim().parse().ok());
        Self(AtomicI64::new(offset.unwrap_or(0)))
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0.saturating_add(self.0.load(Ordering::SeqCst)))
    }
}

fn file(desk: &Path) -> PathBuf {
    desk.join(FILE)
}

/// The clock of a command on a desk: the moment given, else the one of a demo on this folder, else the computer's.
pub fn for_desk(given: Option<Timestamp>, desk: &Path) -> Arc<dyn Clock> {
    Arc::new(given.map_or_else(|| MovedClock::left_in(desk), MovedClock::at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_is_found_again_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let clock = MovedClock::at(Timestamp(1_000_000));
        clock.leave_in(folder.path()).unwrap();
        let found = for_desk(None, folder.path()).now();
        assert!((1_000_000..1_060_000).contains(&found.0), "{found:?}");
        MovedClock::default().leave_in(folder.path()).unwrap();
        assert!(for_desk(None, folder.path()).now().0 > 1_700_000_000_000);
    }
}
