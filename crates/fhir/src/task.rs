//! `Task`: one thing to do on a page elsewhere (pay, join a visit), and that this page was opened.
//!
//! The clinic asks with status `requested`; the answer is the same task with status `in-progress` and the business status `opened`. What
//! became of it there (paid, or not) nobody on this side knows, so no answer says `completed`.

use crate::{
    code::codes,
    json::{self, Object, ReadError, through_value},
};
use alloc::string::String;
use postern_json::Value;

const ACTIONS: &str = "urn:postern:action";
const STATES: &str = "urn:postern:action-status";
const INPUTS: &str = "urn:postern:action-input";
const ADDRESS: &str = "address";
const OPENED: &str = "opened";

codes! {
    /// What is done there.
    ActionKind {
        /// Pay.
        Pay => "pay",
        /// Join a visit by video.
        JoinVisit => "join-visit",
    }
}

/// A thing to do elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Logical id.
    pub id: Option<String>,
    /// What is done there: `code`.
    pub kind: ActionKind,
    /// The page where it is done: `input.valueUrl`. Whether a patient may be sent there this crate does not say.
    pub address: String,
    /// When the page was opened, FHIR `dateTime` (`executionPeriod.start`); `None` while it is only asked for.
    pub opened: Option<String>,
}

through_value!(Task);

/// The code of a member, if it is there.
fn coded<'v>(concept: Option<&'v Value>, system: &str) -> Option<&'v str> {
    json::coded(concept?, system)
}

impl Task {
    /// Something to do at this address.
    pub fn new(kind: ActionKind, address: impl Into<String>) -> Self {
        Self { id: None, kind, address: address.into(), opened: None }
    }

    /// The answer: its page was opened then (FHIR `dateTime`).
    pub fn opened_at(&self, at: impl Into<String>) -> Self {
        Self { opened: Some(at.into()), ..self.clone() }
    }

    /// Whether this says that the page of `asked` was opened, and nothing else.
    pub fn answers(&self, asked: &Self) -> bool {
        let opened = self.opened.is_some() && asked.opened.is_none();
        opened && Self { opened: None, ..self.clone() } == *asked
    }

    /// From JSON.
    ///
    /// # Errors
    /// Another resource, a task of another kind or state, no address, or a member of another type.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Task")?;
        json::needed(value, "Task.intent")?;
        let kind = coded(json::get(value, "Task.code"), ACTIONS).and_then(ActionKind::from_code);
        let inputs = json::list(value, "Task.input")?;
        let input = inputs.iter().find(|one| coded(one.get("type"), INPUTS) == Some(ADDRESS));
        let input = input.ok_or(ReadError::Missing("Task.input"))?;
        let opened = match json::needed(value, "Task.status")?.as_str() {
            "requested" => None,
            "in-progress" => {
                if coded(json::get(value, "Task.businessStatus"), STATES) != Some(OPENED) {
                    return Err(ReadError::UnknownCode("Task.businessStatus"));
                }
                let period = json::get(value, "Task.executionPeriod")
                    .ok_or(ReadError::Missing("Task.executionPeriod"))?;
                Some(json::needed(period, "Task.executionPeriod.start")?)
            }
            _ => return Err(ReadError::UnknownCode("Task.status")),
        };
        Ok(Self {
            id: json::text(value, "Task.id")?,
            kind: kind.ok_or(ReadError::UnknownCode("Task.code"))?,
            address: json::needed(input, "Task.input.valueUrl")?,
            opened,
        })
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let status = if self.opened.is_some() { "in-progress" } else { "requested" };
        let input = Object::new()
            .put("type", json::code(INPUTS, ADDRESS))
            .put("valueUrl", self.address.as_str())
            .build();
        let period = self.opened.as_deref().map(|at| Object::new().put("start", at).build());
        Object::resource("Task")
            .text("id", &self.id)
            .put("status", status)
            .maybe("businessStatus", self.opened.as_ref().map(|_| json::code(STATES, OPENED)))
            .put("intent", "proposal")
            .put("code", json::code(ACTIONS, self.kind.code()))
            .maybe("executionPeriod", period)
            .list("input", alloc::vec![input])
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    fn asked() -> Task {
        Task { id: Some("t1".into()), ..Task::new(ActionKind::Pay, "https://pay.oak.example/bill?n=1") }
    }

    #[test]
    fn what_is_asked_and_that_it_was_opened_read_back() {
        let opened = asked().opened_at("2026-11-23T10:00:00Z");
        for task in [asked(), opened.clone()] {
            assert_eq!(Task::read(&task.write()), Ok(task));
        }
        assert_eq!(opened.write().get("status").and_then(Value::as_str), Some("in-progress"));
    }

    #[test]
    fn only_the_same_task_opened_answers_it() {
        let opened = asked().opened_at("2026-11-23T10:00:00Z");
        assert!(opened.answers(&asked()));
        let elsewhere = Task { address: "https://pay.elm.example/".into(), ..opened.clone() };
        let other = Task { kind: ActionKind::JoinVisit, ..opened.clone() };
        for wrong in [asked(), elsewhere, other, Task { id: None, ..opened.clone() }] {
            assert!(!wrong.answers(&asked()), "{wrong:?}");
        }
        assert!(!opened.answers(&opened), "what was opened is not asked for any more");
    }

    #[test]
    fn another_state_kind_or_a_task_without_address_is_refused() {
        let with = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut value = serde_json::to_value(asked()).unwrap();
            change(&mut value);
            Task::read(&(&value).into())
        };
        assert_eq!(
            with(&|one| one["status"] = "completed".into()),
            Err(ReadError::UnknownCode("Task.status"))
        );
        assert_eq!(
            with(&|one| one["status"] = "in-progress".into()),
            Err(ReadError::UnknownCode("Task.businessStatus"))
        );
        assert_eq!(
            with(&|one| one["code"]["coding"][0]["code"] = "buy".into()),
            Err(ReadError::UnknownCode("Task.code"))
        );
        assert_eq!(with(&|one| one["input"] = serde_json::json!([])), Err(ReadError::Missing("Task.input")));
        assert_eq!(Task::read(&json!({"resourceType": "Task"})), Err(ReadError::Missing("Task.intent")));
    }
}
