//! What docs/CODES.md says of codes, and nothing else: the portal's side as a value, each of its transactions a transition. Times are
//! whole minutes.

use std::collections::BTreeMap;

/// A first message, by the number the model gives it.
pub type Ke1 = u8;

/// Minutes in which a login must be finished, and in which a repeated third message gets the same answer.
const LOGIN_MINUTES: u16 = 2;

/// The numbers, so that the exhaustive check can make them small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Tries of the link.
    pub tries: u8,
    /// Tries of a code.
    pub code_tries: u8,
    /// Minutes a code lives.
    pub lives: u16,
    /// Minutes in which it is not replaced.
    pub kept: u16,
    /// Codes in an hour without a success between.
    pub an_hour: usize,
    /// Minutes of that hour.
    pub hour: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    Live,
    Accepted,
    Dead,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    pub age: u16,
    pub tries: u8,
    /// Minutes since it opened the link.
    pub accepted: Option<u16>,
    pub state: State,
    /// How often it opened the link.
    pub openings: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Login {
    pub slot: usize,
    pub right: bool,
    pub finished: bool,
    pub minutes: u16,
}

/// What a caller learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    Done,
    TooSoon,
    Limit,
    /// No code can be typed there.
    Gone,
    Locked,
    Ended,
    Ke2,
    Opened,
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Portal {
    pub rules: Rules,
    pub used: u8,
    pub ended: bool,
    pub codes: Vec<Code>,
    pub logins: BTreeMap<Ke1, Login>,
    /// Evaluated, and not come to their transaction.
    pub arrived: BTreeMap<Ke1, (usize, bool)>,
    /// Wrong evaluations whose answer left.
    pub wrong: u8,
}

impl Portal {
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            used: 0,
            ended: false,
            codes: Vec::new(),
            logins: BTreeMap::new(),
            arrived: BTreeMap::new(),
            wrong: 0,
        }
    }

    /// The newest code's place, whatever became of it.
    pub fn newest(&self) -> Option<usize> {
        self.codes.len().checked_sub(1)
    }

    fn can_be_typed(&self, slot: usize) -> bool {
        let most = self.rules.code_tries;
        self.codes.get(slot).is_some_and(|code| code.state == State::Live && code.tries < most)
    }

    /// The desk uploads a code.
    pub fn upload(&mut self) -> Answer {
        if self.ended {
            return Answer::Ended;
        }
        if self.used >= self.rules.tries {
            return Answer::Locked;
        }
        if self.newest().is_some_and(|slot| self.can_be_typed(slot) && self.codes[slot].age < self.rules.kept)
        {
            return Answer::TooSoon;
        }
        let success = self.codes.iter().filter_map(|code| code.accepted).min();
        let counts = |code: &&Code| code.age < self.rules.hour && success.is_none_or(|ago| code.age < ago);
        if self.codes.iter().filter(counts).count() >= self.rules.an_hour {
            return Answer::Limit;
        }
        for code in &mut self.codes {
            code.state = State::Dead;
        }
        self.codes.push(Code { age: 0, tries: 0, accepted: None, state: State::Live, openings: 0 });
        Answer::Done
    }

    /// A first message is looked at; `None`: evaluated, its transaction comes.
    pub fn arrive(&mut self, ke1: Ke1, slot: usize, right: bool) -> Option<Answer> {
        if self.ended {
            return Some(Answer::Ended);
        }
        if self.logins.contains_key(&ke1) {
            return Some(Answer::Ke2);
        }
        if !self.can_be_typed(slot) {
            return Some(Answer::Gone);
        }
        if self.used >= self.rules.tries {
            return Some(Answer::Locked);
        }
        self.arrived.insert(ke1, (slot, right));
        None
    }

    /// The transaction that counts, on link and code.
    pub fn count(&mut self, ke1: Ke1) -> Answer {
        let Some((slot, right)) = self.arrived.remove(&ke1) else { return Answer::Unknown };
        if self.ended {
            return Answer::Ended;
        }
        if self.codes[slot].state == State::Dead {
            return Answer::Gone;
        }
        if self.used >= self.rules.tries {
            return Answer::Locked;
        }
        if !self.can_be_typed(slot) {
            return Answer::Gone;
        }
        self.used += 1;
        self.codes[slot].tries += 1;
        self.wrong += u8::from(!right);
        self.logins.insert(ke1, Login { slot, right, finished: false, minutes: 0 });
        Answer::Ke2
    }

    /// The third message of a login; who typed wrong has none.
    pub fn finish(&mut self, ke1: Ke1) -> Answer {
        if self.ended {
            return Answer::Ended;
        }
        let Some(login) = self.logins.get_mut(&ke1).filter(|login| login.right) else {
            return Answer::Unknown;
        };
        let code = &mut self.codes[login.slot];
        match (login.finished, code.state) {
            (true, State::Dead) => Answer::Gone,
            (true, _) => Answer::Opened,
            (false, State::Live) => {
                login.finished = true;
                login.minutes = 0;
                code.state = State::Accepted;
                code.accepted = Some(0);
                code.openings += 1;
                self.used -= 1;
                Answer::Opened
            }
            (false, _) => Answer::Gone,
        }
    }

    /// A minute passes and the sweep runs.
    pub fn minute(&mut self) {
        for code in &mut self.codes {
            code.age += 1;
            code.accepted = code.accepted.map(|ago| ago + 1);
        }
        for login in self.logins.values_mut() {
            login.minutes += 1;
        }
        let over: Vec<Login> =
            self.logins.values().copied().filter(|login| login.minutes >= LOGIN_MINUTES).collect();
        self.logins.retain(|_, login| login.minutes < LOGIN_MINUTES);
        for login in over {
            let under_way = self.logins.values().any(|other| other.slot == login.slot && !other.finished);
            let code = &mut self.codes[login.slot];
            if login.finished || (code.tries >= self.rules.code_tries && !under_way) {
                code.state = State::Dead;
            }
        }
        for code in &mut self.codes {
            if code.state == State::Live && code.age >= self.rules.lives {
                code.state = State::Dead;
            }
        }
    }

    pub fn recall(&mut self) {
        self.ended = true;
        self.logins.clear();
        for code in &mut self.codes {
            code.state = State::Dead;
        }
    }

    /// The portal comes back from a backup of this moment.
    pub fn restore(&mut self) {
        self.logins.clear();
        self.arrived.clear();
        for code in &mut self.codes {
            code.state = State::Dead;
        }
    }

    /// Slots of codes that lie in the store.
    pub fn slots(&self) -> usize {
        self.codes.iter().filter(|code| code.state != State::Dead).count()
    }
}
