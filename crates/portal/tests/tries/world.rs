//! The portal with those around it: a patient who types the right date on a line that loses answers, somebody who guesses, the
//! clinic, an operator; and what the properties speak of.

use crate::{
    act::Act,
    model::{Answer, CROWD, Desk, Ke1, Login, PATIENT, Portal, Rules},
};

/// Where the patient stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Patient {
    /// Nothing is typed.
    Idle,
    /// Typed; sends this until an answer is heard.
    Asking(Ke1),
    /// Knows that the date was right; sends the proof until an answer is heard.
    Proving(Ke1),
}

/// What nobody in the world can see whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Counted {
    /// Wrong evaluations whose answer left the portal.
    pub wrong: u8,
    /// Tries of the patient that they left behind: went away, or were silent for two minutes.
    pub left_behind: u8,
    /// Wrong evaluations that a restore forgot and that the desk did not know of.
    pub forgotten: u8,
    pub unlocked: bool,
    pub restores: u8,
    /// The patient was told that no try is left.
    pub shut_out: bool,
    /// The patient's last opening.
    pub opened: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    pub rules: Rules,
    pub portal: Portal,
    pub backup: Option<Portal>,
    pub desk: Desk,
    pub patient: Patient,
    pub counted: Counted,
}

impl World {
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            portal: Portal::new(rules),
            backup: None,
            desk: Desk::default(),
            patient: Patient::Idle,
            counted: Counted::default(),
        }
    }

    /// Wrong evaluations that the clinic allowed.
    pub fn budget(&self) -> u8 {
        self.rules.tries + if self.counted.unlocked { self.rules.more } else { 0 }
    }

    /// The number of the patient's next first message.
    pub fn next_of_patient(&self) -> Ke1 {
        let known = |ke1: &Ke1| self.portal.logins.contains_key(ke1) || self.portal.arrived.contains(ke1);
        (PATIENT..CROWD).find(|ke1| !known(ke1)).expect("a patient sends fewer than a hundred at once")
    }

    /// Whether it can happen now.
    pub fn can(&self, act: Act) -> bool {
        let asks = |ke1: Ke1| match self.patient {
            Patient::Idle => ke1 == self.next_of_patient(),
            Patient::Asking(asked) => ke1 == asked,
            Patient::Proving(_) => false,
        };
        match act {
            Act::Arrive { ke1, .. } => !self.portal.arrived.contains(&ke1) && (ke1 < PATIENT || asks(ke1)),
            Act::Start { ke1, .. } => ke1 < PATIENT || asks(ke1),
            Act::Count { ke1, .. } => self.portal.arrived.contains(&ke1),
            Act::Prove { .. } => matches!(self.patient, Patient::Proving(_)),
            Act::Abandon => self.patient != Patient::Idle,
            Act::BadProof(ke1) => self.portal.logins.contains_key(&ke1),
            Act::Restore => self.backup.is_some(),
            Act::Sync => !self.portal.synced,
            Act::Recall => !self.desk.recalled,
            Act::Rush(_) | Act::Minute | Act::Hear | Act::Unlock | Act::Backup => true,
        }
    }

    /// Lets it happen; gives what the caller learns.
    pub fn step(&mut self, act: Act) -> Answer {
        match act {
            Act::Arrive { ke1, heard } => self.arrive(ke1, heard).unwrap_or(Answer::Done),
            Act::Count { ke1, heard } => self.count(ke1, heard),
            Act::Start { ke1, heard } => match self.arrive(ke1, heard) {
                Some(answer) => answer,
                None => self.count(ke1, heard),
            },
            Act::Rush(callers) => self.rush(callers),
            Act::Prove { heard } => self.prove(heard),
            Act::BadProof(ke1) => self.portal.finish(ke1, false),
            Act::Abandon => self.abandon(),
            Act::Minute => self.minute(),
            Act::Hear => {
                self.desk.hear(&self.portal);
                Answer::Done
            }
            Act::Unlock => {
                let answer = self.portal.unlock(self.rules);
                if answer == Answer::Done {
                    self.counted.unlocked = true;
                    self.desk.locked = false;
                }
                answer
            }
            Act::Recall => {
                self.desk.recalled = true;
                self.portal.end();
                Answer::Done
            }
            Act::Backup => {
                self.backup = Some(self.portal.clone());
                Answer::Done
            }
            Act::Restore => self.restore(),
            Act::Sync => {
                let before = self.portal.used;
                self.portal.sync(&self.desk);
                let raised = self.portal.used - before;
                self.counted.forgotten = self.counted.forgotten.saturating_sub(raised);
                Answer::Done
            }
        }
    }

    fn arrive(&mut self, ke1: Ke1, heard: bool) -> Option<Answer> {
        if ke1 >= PATIENT && self.patient == Patient::Idle {
            self.patient = Patient::Asking(ke1);
        }
        let answer = self.portal.arrive(ke1)?;
        self.patient_hears(ke1, heard, answer);
        Some(answer)
    }

    fn count(&mut self, ke1: Ke1, heard: bool) -> Answer {
        let answer = self.portal.count(ke1);
        if answer == (Answer::Ke2 { counted_now: true }) {
            if ke1 < PATIENT {
                self.counted.wrong += 1;
            } else if self.patient != Patient::Asking(ke1) && self.patient != Patient::Proving(ke1) {
                // They went away while it was under way.
                self.counted.left_behind += 1;
            }
        }
        self.patient_hears(ke1, heard, answer);
        answer
    }

    fn patient_hears(&mut self, ke1: Ke1, heard: bool, answer: Answer) {
        if !heard || self.patient != Patient::Asking(ke1) {
            return;
        }
        self.patient = match answer {
            Answer::Ke2 { .. } => Patient::Proving(ke1),
            // They wait and send it again.
            Answer::Unsynced => return,
            Answer::Locked => {
                self.counted.shut_out = true;
                Patient::Idle
            }
            _ => Patient::Idle,
        };
    }

    fn rush(&mut self, callers: u8) -> Answer {
        let mut through = 0;
        for _ in 0..callers {
            let known = |ke1: &Ke1| self.portal.logins.contains_key(ke1);
            let Some(ke1) = (CROWD..Ke1::MAX).find(|ke1| !known(ke1)) else { break };
            let answer = match self.portal.arrive(ke1) {
                Some(answer) => answer,
                None => self.portal.count(ke1),
            };
            if answer == (Answer::Ke2 { counted_now: true }) {
                through += 1;
                self.counted.wrong += 1;
            }
        }
        Answer::Rushed(through)
    }

    fn prove(&mut self, heard: bool) -> Answer {
        let Patient::Proving(ke1) = self.patient else { return Answer::Unknown };
        let answer = self.portal.finish(ke1, true);
        match answer {
            Answer::Opened => self.counted.opened = true,
            Answer::Unsynced => return answer,
            _ => {}
        }
        if heard {
            self.patient = Patient::Idle;
        }
        answer
    }

    fn abandon(&mut self) -> Answer {
        if let Patient::Asking(ke1) | Patient::Proving(ke1) = self.patient
            && let Some(Login::Started { .. }) = self.portal.logins.get(&ke1)
        {
            self.counted.left_behind += 1;
        }
        self.patient = Patient::Idle;
        Answer::Done
    }

    fn minute(&mut self) -> Answer {
        for ke1 in self.portal.minute() {
            if self.patient == Patient::Asking(ke1) || self.patient == Patient::Proving(ke1) {
                self.counted.left_behind += 1;
            }
        }
        Answer::Done
    }

    fn restore(&mut self) -> Answer {
        let Some(backup) = &self.backup else { return Answer::Done };
        let refundable = u8::from(self.patients_try_is_counted());
        let lost = (self.portal.used - refundable).saturating_sub(backup.used);
        self.counted.forgotten += lost;
        self.counted.restores += 1;
        self.portal = Portal::restored_to(backup);
        Answer::Done
    }

    /// The patient's try under way stands counted at the portal.
    pub fn patients_try_is_counted(&self) -> bool {
        match self.patient {
            Patient::Idle => false,
            Patient::Asking(ke1) | Patient::Proving(ke1) => {
                matches!(self.portal.logins.get(&ke1), Some(Login::Started { .. }))
            }
        }
    }
}
