//! `HealthcareService` beside a message: that the patient may write back, the office hours in which somebody reads it, and how many of
//! them pass at most until an answer comes.

use crate::{
    code::Weekday,
    datatype::TIMEZONE_URL,
    json::{self, Object, ReadError, through_value},
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// Office hours until an answer comes, in [`Replies`]: `valueDuration` in hours.
pub const ANSWER_WITHIN_URL: &str = "urn:postern:answer-within";

/// Longest reply.
pub const REPLY_LETTERS: usize = 1000;

const HOURS: &str = "h";
const UNITS: &str = "http://unitsofmeasure.org";

/// A reply is offered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replies {
    /// Zone of the hours, an IANA name.
    pub zone: String,
    /// Office hours until somebody answers.
    pub answer_within_hours: u32,
    /// When the office is open in a week.
    pub open: Vec<OpenHours>,
    /// Days on which it is not: `YYYY-MM-DD`.
    pub closed: Vec<String>,
}

/// The same hours on some days of the week (`availableTime`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenHours {
    /// The days.
    pub days: Vec<Weekday>,
    /// Minutes after midnight.
    pub from: u32,
    /// The same; later than `from`.
    pub until: u32,
}

through_value!(Replies);

impl Replies {
    /// From JSON.
    ///
    /// # Errors
    /// Another resource, or a member that is missing or has another form.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "HealthcareService")?;
        let within = json::extension(value, ANSWER_WITHIN_URL, "valueDuration");
        let hours = within.and_then(|within| within.get("value")).and_then(Value::as_u64);
        let hours = hours.and_then(|hours| u32::try_from(hours).ok());
        Ok(Self {
            zone: json::text_extension(value, TIMEZONE_URL, "valueCode")?
                .ok_or(ReadError::Missing(TIMEZONE_URL))?,
            answer_within_hours: hours.ok_or(ReadError::Missing(ANSWER_WITHIN_URL))?,
            open: json::each(value, "HealthcareService.availableTime", OpenHours::read)?,
            closed: json::each(value, "HealthcareService.notAvailable", |one| {
                let during = json::get(one, "HealthcareService.notAvailable.during")
                    .ok_or(ReadError::Missing("HealthcareService.notAvailable.during"))?;
                json::needed(during, "HealthcareService.notAvailable.during.start")
            })?,
        })
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let within = Object::new()
            .put("value", u64::from(self.answer_within_hours))
            .put("unit", HOURS)
            .put("system", UNITS)
            .put("code", HOURS);
        let closed = |day: &String| {
            let during = Object::new().put("start", day.as_str()).put("end", day.as_str()).build();
            Object::new().put("description", "Closed").put("during", during).build()
        };
        Object::resource("HealthcareService")
            .list(
                "extension",
                alloc::vec![
                    json::make_extension(TIMEZONE_URL, "valueCode", self.zone.as_str()),
                    json::make_extension(ANSWER_WITHIN_URL, "valueDuration", within.build()),
                ],
            )
            .put("active", true)
            .list("availableTime", self.open.iter().map(OpenHours::write).collect())
            .list("notAvailable", self.closed.iter().map(closed).collect())
            .build()
    }
}

impl OpenHours {
    fn read(value: &Value) -> Result<Self, ReadError> {
        const DAYS: &str = "HealthcareService.availableTime.daysOfWeek";
        let time = |path: &'static str| time(&json::needed(value, path)?).ok_or(ReadError::Wrong(path));
        Ok(Self {
            days: json::each(value, DAYS, |one| {
                one.as_str().and_then(Weekday::from_code).ok_or(ReadError::UnknownCode(DAYS))
            })?,
            from: time("HealthcareService.availableTime.availableStartTime")?,
            until: time("HealthcareService.availableTime.availableEndTime")?,
        })
    }

    fn write(&self) -> Value {
        Object::new()
            .list("daysOfWeek", self.days.iter().map(|day| day.code().into()).collect())
            .put("availableStartTime", time_of(self.from))
            .put("availableEndTime", time_of(self.until))
            .build()
    }
}

/// Minutes after midnight of `HH:MM` or `HH:MM:SS`.
pub fn time(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let mut next = |most: u32| {
        let part = parts.next().filter(|part| part.len() == 2)?;
        part.parse::<u32>().ok().filter(|number| *number <= most)
    };
    let minutes = next(23)? * 60 + next(59)?;
    let seconds = next(59);
    (text.len() == 5 || (text.len() == 8 && seconds.is_some())).then_some(minutes)
}

fn time_of(minutes: u32) -> String {
    alloc::format!("{:02}:{:02}:00", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    fn week() -> Replies {
        let days = Weekday::ALL[..5].to_vec();
        Replies {
            zone: "America/New_York".into(),
            answer_within_hours: 4,
            open: alloc::vec![OpenHours { days, from: 8 * 60, until: 17 * 60 + 30 }],
            closed: alloc::vec!["2026-12-25".into()],
        }
    }

    #[test]
    fn hours_zone_and_days_without_them_read_back() {
        let written = week().write();
        assert_eq!(written["availableTime"][0]["availableEndTime"], "17:30:00");
        assert_eq!(written["availableTime"][0]["daysOfWeek"][4], "fri");
        assert_eq!(Replies::read(&written), Ok(week()));
    }

    #[test]
    fn what_an_answer_cannot_be_reckoned_from_is_refused() {
        let lacks = |name: &str| {
            let mut value = week().write();
            value.as_object_mut().unwrap().remove(name);
            Replies::read(&value)
        };
        assert!(lacks("extension").is_err() && lacks("resourceType").is_err());
        assert_eq!(lacks("notAvailable").unwrap().closed, Vec::<String>::new());
        let mut value = week().write();
        value["availableTime"][0]["daysOfWeek"][0] = json!("someday");
        assert!(matches!(Replies::read(&value), Err(ReadError::UnknownCode(_))));
        for wrong in ["8:00", "24:00", "08:60", "08:00:61", "0800", "08:00:", "08:00:00:00", ""] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        assert_eq!((time("00:00"), time("23:59:59")), (Some(0), Some(23 * 60 + 59)));
    }
}
