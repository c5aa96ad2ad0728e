//! Equal, less, greater, on the JSON of two values of one type.

use postern_json::Value;
use std::cmp::Ordering;

pub fn equal(one: &Value, two: &Value) -> bool {
    let member = |name: &str| one[name] == two[name];
    if one.get("code").is_some() && one.get("value").is_none() {
        let versions = one["version"].is_null() || two["version"].is_null() || member("version");
        return versions && member("system") && member("code");
    }
    if one.get("reference").is_some() || two.get("reference").is_some() {
        return member("reference");
    }
    if one.get("value").is_some() {
        return order(one, two) == Some(Ordering::Equal);
    }
    match (one.as_str(), two.as_str()) {
        (Some(_), Some(_)) => order(one, two) == Some(Ordering::Equal),
        _ if one.is_number() => order(one, two) == Some(Ordering::Equal),
        _ => one == two,
    }
}

pub fn order(one: &Value, two: &Value) -> Option<Ordering> {
    if let (Some(one), Some(two)) = (one.as_f64(), two.as_f64()) {
        return one.partial_cmp(&two);
    }
    if one.is_object() {
        let same_unit = if one["code"].is_string() && two["code"].is_string() {
            one["code"] == two["code"] && one["system"] == two["system"]
        } else {
            one["unit"] == two["unit"]
        };
        let comparable = same_unit && one["comparator"] == two["comparator"];
        return comparable.then(|| order(&one["value"], &two["value"])).flatten();
    }
    let (one, two) = (one.as_str()?, two.as_str()?);
    match (Moment::read(one), Moment::read(two)) {
        (Some(one), Some(two)) => one.order(&two),
        _ => match (seconds_of_day(one), seconds_of_day(two)) {
            (Some(one), Some(two)) => one.partial_cmp(&two),
            _ => Some(one.cmp(two)),
        },
    }
}

/// A date or a moment, by its parts.
struct Moment {
    date: Vec<i64>,
    /// Seconds of the day, and minutes east of UTC.
    time: Option<(f64, i64)>,
}

impl Moment {
    fn read(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let shape: Vec<usize> = date.split('-').map(str::len).collect();
        if !matches!(shape[..], [4] | [4, 2] | [4, 2, 2]) {
            return None;
        }
        let date: Option<Vec<i64>> = date.split('-').map(|part| part.parse().ok()).collect();
        let time = match time {
            None => None,
            Some(time) => {
                let (clock, offset) = match time.strip_suffix('Z') {
                    Some(clock) => (clock, 0),
                    None => {
                        let (clock, offset) = time.split_at(time.len().checked_sub(6)?);
                        let minutes: i64 =
                            offset[1..3].parse::<i64>().ok()? * 60 + offset[4..6].parse::<i64>().ok()?;
                        (clock, if offset.starts_with('-') { -minutes } else { minutes })
                    }
                };
                Some((seconds_of_day(clock)?, offset))
            }
        };
        Some(Self { date: date?, time })
    }

    /// Where both are exact, by the time itself; else by the parts that both have, if those differ.
    fn order(&self, other: &Self) -> Option<Ordering> {
        if let (Some(one), Some(two)) = (self.seconds(), other.seconds()) {
            return one.partial_cmp(&two);
        }
        let shared = self.date.len().min(other.date.len());
        let order = self.date[..shared].cmp(&other.date[..shared]);
        let as_exact = self.date.len() == other.date.len() && self.time.is_none() && other.time.is_none();
        (order.is_ne() || as_exact).then_some(order)
    }

    fn seconds(&self) -> Option<f64> {
        let (seconds, offset) = self.time?;
        let [year, month, day] = self.date[..] else { return None };
        let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let days_before: i64 = (1..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
        let months = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let days = days_before + months[..month as usize - 1].iter().sum::<i64>() + day;
        Some((days * 86_400 - offset * 60) as f64 + seconds)
    }
}

fn seconds_of_day(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else { return None };
    let whole = |part: &str| (part.len() == 2).then(|| part.parse::<f64>().ok()).flatten();
    Some(whole(hours)? * 3600.0 + whole(minutes)? * 60.0 + seconds.parse::<f64>().ok()?)
}
