//! What can go wrong on a line.

use super::lock;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::watch;

/// One way for an exchange to go wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The request is lost: the connection ends before it reaches the portal.
    LoseRequest,
    /// The same, this many times; then the line is whole again.
    LoseRequests(u32),
    /// The portal gets the request and acts on it; its answer is lost, this many times.
    LoseAnswers(u32),
    /// The request waits this long before it goes on.
    Delay(Duration),
}

/// What a connection has to do about an exchange.
pub(super) enum Verdict {
    Pass,
    LoseRequest,
    LoseAnswer,
    Delay(Duration),
    Wait(watch::Receiver<bool>),
}

/// A held-back path; releasing or dropping it lets the requests go on.
pub struct Held(watch::Sender<bool>);

impl Held {
    /// Lets the held requests go on.
    pub fn release(self) {
        let _ = self.0.send(true);
    }
}

enum Rule {
    Fault(Fault),
    Hold(watch::Receiver<bool>),
}

/// The faults of one wire, by path; the newest that fits counts.
#[derive(Default)]
pub(super) struct Faults(Mutex<Vec<(String, Rule)>>);

impl Faults {
    pub fn set(&self, path: &str, fault: Fault) {
        lock(&self.0).push((path.to_owned(), Rule::Fault(fault)));
    }

    pub fn hold(&self, path: &str) -> Held {
        let (sender, receiver) = watch::channel(false);
        lock(&self.0).push((path.to_owned(), Rule::Hold(receiver)));
        Held(sender)
    }

    pub fn clear(&self) {
        lock(&self.0).clear();
    }

    pub fn verdict(&self, path: &str) -> Verdict {
        let mut rules = lock(&self.0);
        let fitting = rules.iter_mut().rev().find(|(part, _)| path.contains(part.as_str()));
        match fitting.map(|(_, rule)| rule) {
            None => Verdict::Pass,
            Some(Rule::Hold(receiver)) => Verdict::Wait(receiver.clone()),
            Some(Rule::Fault(Fault::Delay(time))) => Verdict::Delay(*time),
            Some(Rule::Fault(Fault::LoseRequest)) => Verdict::LoseRequest,
            Some(Rule::Fault(Fault::LoseRequests(left))) => {
                take(left).map_or(Verdict::Pass, |()| Verdict::LoseRequest)
            }
            Some(Rule::Fault(Fault::LoseAnswers(left))) => {
                take(left).map_or(Verdict::Pass, |()| Verdict::LoseAnswer)
            }
        }
    }
}

fn take(left: &mut u32) -> Option<()> {
    *left = left.checked_sub(1)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_is_used_up_lets_pass() {
        let faults = Faults::default();
        faults.set("/records/", Fault::LoseAnswers(1));
        assert!(matches!(faults.verdict("/api/v1/records/1"), Verdict::LoseAnswer));
        assert!(matches!(faults.verdict("/api/v1/records/1"), Verdict::Pass));
        assert!(matches!(faults.verdict("/m"), Verdict::Pass));
    }
}
