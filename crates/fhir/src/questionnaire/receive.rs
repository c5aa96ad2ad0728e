//! The desk's side: a received response against the form that was sent.

use super::{
    Patterns,
    check::Problem,
    form::Form,
    item::Kind,
    response::{Lost, Resumed},
    session::{Session, SlotId},
};
use crate::json::{self, ReadError};
use alloc::{collections::BTreeSet, string::String, sync::Arc, vec::Vec};
use postern_json::Value;

/// Why a received response is not one to the form that was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Another resource.
    NotAResponse,
    /// Neither `completed` nor `amended`.
    NotFinished,
    /// It names another form.
    OtherForm,
    /// Something in it does not fit into the form.
    DoesNotFit(Lost),
    /// An answer to what is not enabled.
    Disabled(Vec<String>),
    /// An answer that the form does not take, or none where one is needed.
    Problem(Vec<String>, Problem),
}

/// Checks a received response and gives its answers, for scores and results.
///
/// # Errors
/// Everything that is wrong, never empty.
pub fn receive(form: Arc<Form>, response: &Value, patterns: &dyn Patterns) -> Result<Session, Vec<Fault>> {
    let mut faults = Vec::new();
    if !matches!(json::text(response, "status").ok().flatten().as_deref(), Some("completed" | "amended")) {
        faults.push(Fault::NotFinished);
    }
    if !names(response, &form) {
        faults.push(Fault::OtherForm);
    }
    let Resumed { session, lost, named } = match Session::resume(form, response) {
        Ok(resumed) => resumed,
        Err(ReadError::NotA(_) | ReadError::Missing(_) | ReadError::Wrong(_) | ReadError::UnknownCode(_)) => {
            return Err(alloc::vec![Fault::NotAResponse]);
        }
    };
    faults.extend(lost.into_iter().map(Fault::DoesNotFit));
    for slot in &named {
        if !session.is_enabled(*slot) {
            faults.push(Fault::Disabled(session.link_ids(*slot)));
        }
    }
    let named: BTreeSet<SlotId> = named.into_iter().collect();
    let fixed = session.every_slot().into_iter().filter(|slot| {
        let item = session.item(*slot);
        item.read_only && !item.initial.is_empty() && session.is_enabled(*slot) && !named.contains(slot)
    });
    faults.extend(fixed.map(|slot| Fault::Problem(session.link_ids(slot), Problem::Fixed)));
    let mut problems = session.problems(patterns);
    // A page may show an empty repeat that counts as not there; one that a response names is there.
    let repeated = |slot: &&SlotId| session.item(**slot).repeats && session.item(**slot).kind == Kind::Group;
    for slot in named.iter().filter(repeated) {
        for instance in (0..session.instances(*slot)).filter(|instance| !session.is_filled(*slot, *instance))
        {
            for inner in session.children(*slot, instance) {
                session.problems_within(*inner, patterns, &mut problems);
            }
        }
    }
    let problems = problems.into_iter();
    faults.extend(problems.map(|(slot, problem)| Fault::Problem(session.link_ids(slot), problem)));
    if faults.is_empty() { Ok(session) } else { Err(faults) }
}

/// The response names this form, or none.
fn names(response: &Value, form: &Form) -> bool {
    let Ok(Some(named)) = json::text(response, "questionnaire") else {
        return json::get(response, "questionnaire").is_none();
    };
    let (address, version) = match named.split_once('|') {
        Some((address, version)) => (address, Some(version)),
        None => (named.as_str(), None),
    };
    form.url.as_deref() == Some(address)
        && version.is_none_or(|version| form.version.as_deref() == Some(version))
}

impl Session {
    /// The `linkId`s of a slot and those around it, outermost first.
    pub fn link_ids(&self, slot: SlotId) -> Vec<String> {
        let form = self.form();
        let mut path: Vec<String> =
            form.with_ancestors(self.item_id(slot)).map(|id| form.item(id).link_id.clone()).collect();
        path.reverse();
        path
    }

    /// Every slot in document order.
    pub fn every_slot(&self) -> Vec<SlotId> {
        let mut all = Vec::new();
        self.add_all(self.roots(), &mut all);
        all
    }

    fn add_all(&self, slots: &[SlotId], all: &mut Vec<SlotId>) {
        for slot in slots {
            all.push(*slot);
            for instance in 0..self.instances(*slot) {
                self.add_all(self.children(*slot, instance), all);
            }
        }
    }
}
