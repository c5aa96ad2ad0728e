//! What the portal's process holds, sampled while it works.

use std::{fs, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

const EVERY: Duration = Duration::from_millis(250);
/// Shorter runs say nothing about growth: the process is still warming up.
const ENOUGH: usize = 80;

/// A running watch.
pub struct Watch {
    stop: oneshot::Sender<()>,
    watching: JoinHandle<Vec<f64>>,
}

/// Samples a process until it is stopped.
pub fn watch(process: u32) -> Watch {
    let (stop, mut stopped) = oneshot::channel();
    let watching = tokio::spawn(async move {
        let mut samples = Vec::new();
        loop {
            samples.push(resident(process));
            tokio::select! {
                _ = &mut stopped => return samples,
                () = sleep(EVERY) => {}
            }
        }
    });
    Watch { stop, watching }
}

impl Watch {
    /// The samples, in MiB.
    pub async fn stop(self) -> Vec<f64> {
        let _ = self.stop.send(());
        self.watching.await.unwrap()
    }
}

/// Resident memory in MiB.
fn resident(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the portal runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line with VmRSS");
    line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok()).expect("a number") / 1024.0
}

/// Prints them, and fails where the last third of a long run holds clearly more than the third before.
pub fn print_and_check(samples: &[f64]) {
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let third = samples.len() / 3;
    let (first, middle, last) =
        (mean(&samples[..third]), mean(&samples[third..2 * third]), mean(&samples[2 * third..]));
    let most = samples.iter().copied().fold(0.0, f64::max);
    println!(
        "memory, MiB: {first:.1} in the first third, {middle:.1} in the second, {last:.1} in the last; at most {most:.1}"
    );
    assert!(most < 256.0, "the portal held {most:.0} MiB");
    if samples.len() >= ENOUGH {
        assert!(last < middle + 8.0, "the memory grows: {middle:.1} MiB, then {last:.1}");
    }
}
