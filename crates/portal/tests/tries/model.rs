//! What PROTOCOL.md says of tries, and nothing else: the portal's side as a value, each of its transactions a transition.

use std::collections::{BTreeMap, BTreeSet};

/// A first message, by the number the model gives it. Who sends it again is given the same number.
pub type Ke1 = u8;

/// Numbers from here on are the patient's own; below, those of somebody who guesses.
pub const PATIENT: Ke1 = 100;
/// Numbers from here on are of messages sent at once and never again.
pub const CROWD: Ke1 = 200;
/// Minutes in which a login must be finished, and in which a repeated message gets the same answer.
const MINUTES: u8 = 2;

/// The budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Wrong tries allowed on a link.
    pub tries: u8,
    /// Added by the one unlock.
    pub more: u8,
}

/// What a caller learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The second message; of an evaluation that was counted before, or just now.
    Ke2 { counted_now: bool },
    /// The session, as often as it is asked for.
    Opened,
    /// The third message does not prove the factor.
    WrongProof,
    /// No such login.
    Unknown,
    /// No try is left.
    Locked,
    /// The link was taken back.
    Ended,
    /// The portal was restored and waits for the desk.
    Unsynced,
    /// So many of a crowd got a second message.
    Rushed(u8),
    /// It was done.
    Done,
    /// It had been done before.
    Before,
}

/// A counted try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Login {
    /// Its second message is out for so many minutes.
    Started { minutes: u8 },
    /// It succeeded so many minutes ago.
    Finished { minutes: u8 },
}

/// One link at the portal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Portal {
    pub used: u8,
    pub max: u8,
    pub unlocked: bool,
    pub ended: bool,
    pub synced: bool,
    pub logins: BTreeMap<Ke1, Login>,
    /// Calls that were looked at and evaluated, and have not come to their transaction.
    pub arrived: BTreeSet<Ke1>,
    /// What the feed says: the highest count of a wrong try, and whether the link was locked.
    pub told_used: u8,
    pub told_locked: bool,
}

impl Portal {
    pub fn new(rules: Rules) -> Self {
        Self {
            used: 0,
            max: rules.tries,
            unlocked: false,
            ended: false,
            synced: true,
            logins: BTreeMap::new(),
            arrived: BTreeSet::new(),
            told_used: 0,
            told_locked: false,
        }
    }

    fn closed(&self) -> Option<Answer> {
        match (self.ended, self.synced) {
            (true, _) => Some(Answer::Ended),
            (false, false) => Some(Answer::Unsynced),
            (false, true) => None,
        }
    }

    fn locked(&mut self) -> Answer {
        self.told_locked = true;
        Answer::Locked
    }

    /// `verify/start` as far as it only looks. `None`: evaluated, its transaction comes.
    pub fn arrive(&mut self, ke1: Ke1) -> Option<Answer> {
        if let Some(closed) = self.closed() {
            return Some(closed);
        }
        if self.logins.contains_key(&ke1) {
            return Some(Answer::Ke2 { counted_now: false });
        }
        if self.used >= self.max {
            return Some(self.locked());
        }
        self.arrived.insert(ke1);
        None
    }

    /// The transaction that counts; only after it the second message leaves.
    pub fn count(&mut self, ke1: Ke1) -> Answer {
        self.arrived.remove(&ke1);
        if let Some(closed) = self.closed() {
            return closed;
        }
        if self.logins.contains_key(&ke1) {
            return Answer::Ke2 { counted_now: false };
        }
        if self.used >= self.max {
            return self.locked();
        }
        self.used += 1;
        self.logins.insert(ke1, Login::Started { minutes: 0 });
        Answer::Ke2 { counted_now: true }
    }

    /// `verify/finish`.
    pub fn finish(&mut self, ke1: Ke1, right: bool) -> Answer {
        if let Some(closed) = self.closed() {
            return closed;
        }
        match self.logins.get(&ke1) {
            None => Answer::Unknown,
            // Another third message than the one that succeeded is none of this login.
            Some(Login::Finished { .. }) if !right => Answer::Unknown,
            Some(Login::Finished { .. }) => Answer::Opened,
            Some(Login::Started { .. }) if !right => Answer::WrongProof,
            Some(Login::Started { .. }) => {
                self.used -= 1;
                self.logins.insert(ke1, Login::Finished { minutes: 0 });
                Answer::Opened
            }
        }
    }

    /// A minute passes and the sweep runs. Gives the tries that lapsed.
    pub fn minute(&mut self) -> Vec<Ke1> {
        let mut lapsed = Vec::new();
        self.logins.retain(|ke1, login| {
            let (Login::Started { minutes } | Login::Finished { minutes }) = login;
            *minutes += 1;
            let stays = *minutes < MINUTES;
            if !stays && matches!(login, Login::Started { .. }) {
                lapsed.push(*ke1);
            }
            stays
        });
        if !lapsed.is_empty() {
            self.told_used = self.told_used.max(self.used);
            self.told_locked |= self.used >= self.max;
        }
        lapsed
    }

    pub fn unlock(&mut self, rules: Rules) -> Answer {
        if self.ended {
            return Answer::Ended;
        }
        if self.unlocked {
            return Answer::Before;
        }
        self.unlocked = true;
        self.max += rules.more;
        Answer::Done
    }

    /// Recall: what was under way is gone.
    pub fn end(&mut self) {
        self.ended = true;
        self.logins.clear();
    }

    /// This portal after it was restored from a backup of itself.
    pub fn restored_to(backup: &Self) -> Self {
        Self { synced: false, logins: BTreeMap::new(), arrived: BTreeSet::new(), ..backup.clone() }
    }

    /// The desk's word after a restore.
    pub fn sync(&mut self, desk: &Desk) {
        if !self.ended {
            self.used = self.used.max(desk.used);
            // The desk says one state of a link: that it took it back comes before that it was locked.
            if desk.locked && !desk.recalled {
                self.used = self.used.max(self.max);
            }
            if desk.recalled {
                self.end();
            }
        }
        self.synced = true;
    }
}

/// What the desk knows of the link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Desk {
    pub used: u8,
    pub locked: bool,
    pub recalled: bool,
}

impl Desk {
    /// Reads the feed.
    pub fn hear(&mut self, portal: &Portal) {
        self.used = self.used.max(portal.told_used);
        self.locked |= portal.told_locked;
    }
}
