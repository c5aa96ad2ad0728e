//! Days and times of day that suit, as the `Timing` that FHIR has for it.

use crate::{
    code::{TimeOfDay, Weekday},
    json::{self, Object, ReadError},
};
use alloc::vec::Vec;
use postern_json::Value;

/// When another visit would suit. Empty lists mean "any".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreferredTimes {
    /// `Timing.repeat.dayOfWeek`.
    pub days: Vec<Weekday>,
    /// `Timing.repeat.when`.
    pub times: Vec<TimeOfDay>,
}

impl PreferredTimes {
    /// Nothing was preferred.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty() && self.times.is_empty()
    }

    pub(crate) fn read(timing: &Value) -> Result<Self, ReadError> {
        let Some(repeat) = timing.get("repeat") else { return Ok(Self::default()) };
        let code = |one: &Value, path: &'static str| -> Result<alloc::string::String, ReadError> {
            one.as_str().map(Into::into).ok_or(ReadError::Wrong(path))
        };
        Ok(Self {
            days: json::each(repeat, "repeat.dayOfWeek", |one| {
                Weekday::from_code(&code(one, "repeat.dayOfWeek")?)
                    .ok_or(ReadError::UnknownCode("repeat.dayOfWeek"))
            })?,
            times: json::each(repeat, "repeat.when", |one| {
                TimeOfDay::from_code(&code(one, "repeat.when")?).ok_or(ReadError::UnknownCode("repeat.when"))
            })?,
        })
    }

    pub(crate) fn write(&self) -> Value {
        let repeat = Object::new()
            .list("dayOfWeek", self.days.iter().map(|one| one.code().into()).collect())
            .list("when", self.times.iter().map(|one| one.code().into()).collect());
        Object::new().put("repeat", repeat.build()).build()
    }
}
