//! Dates, times and counts in the page's language, by the browser's own `Intl`.

use super::dom;
use js_sys::{Array, Date, Intl, Object, Reflect};
use postern_protocol::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};

/// A day in words with its weekday, `Monday, November 23, 2026`, in this zone (an IANA name; empty: the phone's own).
pub fn long_date(millis: i64, zone: &str) -> String {
    format(millis, zone, &[("weekday", "long"), ("year", "numeric"), ("month", "long"), ("day", "numeric")])
}

/// A day, `November 23, 2026`, by the phone's own clock.
pub fn date(millis: i64) -> String {
    format(millis, "", &[("dateStyle", "long")])
}

/// What a language calls itself, `Español`; its tag where the browser does not know it.
pub fn language_name(tag: &str) -> String {
    let options = Object::new();
    let _ = Reflect::set(&options, &"type".into(), &"language".into());
    let named = || -> Option<String> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let names: js_sys::Function = Reflect::get(&intl, &"DisplayNames".into()).ok()?.dyn_into().ok()?;
        let names = Reflect::construct(&names, &Array::of2(&list(tag), &options)).ok()?;
        let of: js_sys::Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
        of.call1(&names, &tag.into()).ok()?.as_string()
    };
    let name = named().unwrap_or_else(|| tag.into());
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A time of day, `10:30 AM`.
pub fn time(millis: i64, zone: &str) -> String {
    format(millis, zone, &[("hour", "numeric"), ("minute", "2-digit")])
}

/// A time of day with its zone in letters, `11:00 AM EST`.
pub fn time_with_zone(millis: i64, zone: &str) -> String {
    format(millis, zone, &[("hour", "numeric"), ("minute", "2-digit"), ("timeZoneName", "short")])
}

/// What the clocks of a zone show at a moment, as if they showed UTC; to the minute.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of this age are whole and fit")]
pub fn wall(at: Timestamp, zone: &str) -> Timestamp {
    let options = [
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
    ];
    // Swedish writes `2026-11-23 14:05`.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this age fit a double exactly")]
    let shown = formatted("sv-SE", at.0 as f64, zone, &options);
    let millis = Date::parse(&[&*shown.replace(' ', "T"), "Z"].concat());
    if millis.is_finite() { Timestamp(millis as i64) } else { at }
}

/// Day and time, `November 22, 2026 at 4:05 PM`.
pub fn moment(millis: i64, zone: &str) -> String {
    unbroken(&format(millis, zone, &[("dateStyle", "long"), ("timeStyle", "short")]))
}

/// A time of day and what belongs to it stay on one line: `9:42 PM` does not wrap apart.
fn unbroken(words: &str) -> String {
    let (day, time) = words.split_at(words.rfind(':').unwrap_or(words.len()));
    [day, &time.replace(' ', "\u{a0}")].concat()
}

/// A calendar day without a zone, `April 12, 1980`, of a day that is in the calendar.
pub fn calendar_date(year: u16, month: u8, day: u8) -> String {
    calendar(year, month, day, &[("year", "numeric"), ("month", "long"), ("day", "numeric")])
}

/// A month with its year, `February 1980`.
pub fn month_of_year(year: u16, month: u8) -> String {
    calendar(year, month, 1, &[("year", "numeric"), ("month", "long")])
}

/// The names of the months in a language, January first.
pub fn months(language: &str) -> Vec<String> {
    (1..=12).map(|month| formatted(language, midnight(2001, month, 1), "UTC", &[("month", "long")])).collect()
}

/// The name of a day of the week, Monday is 0.
pub fn weekday(index: u8) -> String {
    // 1 January 2001 was a Monday.
    calendar(2001, 1, index + 1, &[("weekday", "long")])
}

/// The CLDR plural form of a count.
pub fn plural(count: u32) -> String {
    Intl::PluralRules::new(&list(&language()), &Object::new()).select(f64::from(count)).into()
}

fn calendar(year: u16, month: u8, day: u8, options: &[(&str, &str)]) -> String {
    formatted(&language(), midnight(year, month, day), "UTC", options)
}

fn midnight(year: u16, month: u8, day: u8) -> f64 {
    let two = |number: u8| [if number < 10 { "-0" } else { "-" }, &number.to_string()].concat();
    Date::parse(&[&year.to_string(), &*two(month), &two(day)].concat())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of this age fit a double exactly")]
fn format(millis: i64, zone: &str, options: &[(&str, &str)]) -> String {
    formatted(&language(), millis as f64, zone, options)
}

fn formatted(language: &str, millis: f64, zone: &str, options: &[(&str, &str)]) -> String {
    let wanted = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&wanted, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    if !zone.is_empty() {
        let _ = Reflect::set(&wanted, &"timeZone".into(), &JsValue::from_str(zone));
    }
    let format = Intl::DateTimeFormat::new(&list(language), &wanted).format();
    let words = format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(millis));
    words.ok().and_then(|words| words.as_string()).unwrap_or_default()
}

/// The page's language; plain English is America's here, for the order of its dates.
fn language() -> String {
    let language = dom::language();
    if language == "en" { "en-US".into() } else { language }
}

fn list(language: &str) -> Array {
    Array::of1(&JsValue::from_str(language))
}
