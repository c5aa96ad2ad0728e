//! What a patient typed, as an answer.

use super::{
    answer::{Answer, Coding, Quantity},
    calendar,
    item::Kind,
};

/// The text is no answer to a question of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is no answer to a question of this type")]
pub struct NotRead;

/// Reads a typed text: numbers with a point or a comma, days as `2026-11-23`, times as `9:05` or `14:30:00`, moments as FHIR
/// writes them, a web address with or without `https://`. A blank text is no answer. Choices are not typed: for them, and for
/// pictures and references, only the own words of an open choice are read.
///
/// # Errors
/// The text cannot be read so.
pub fn read(kind: Kind, typed: &str) -> Result<Option<Answer>, NotRead> {
    let text = typed.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let answer = match kind {
        Kind::Integer => Answer::Integer(number(text)?.parse().map_err(|_| NotRead)?),
        Kind::Decimal => Answer::Decimal(decimal(text)?),
        Kind::Date if calendar::is_date(text) => Answer::Date(text.into()),
        Kind::DateTime if calendar::is_date_time(text) => Answer::DateTime(text.into()),
        Kind::Time => Answer::Time(time(text)?),
        Kind::String | Kind::Text | Kind::OpenChoice => return Ok(Answer::text(typed)),
        Kind::Url => Answer::Uri(address(text)?),
        _ => return Err(NotRead),
    };
    Ok(Some(answer))
}

/// An amount: a typed number in a unit.
///
/// # Errors
/// The text is no number.
pub fn amount(typed: &str, unit: Option<&Coding>) -> Result<Option<Answer>, NotRead> {
    let text = typed.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut quantity = Quantity { value: Some(decimal(text)?), ..Quantity::default() };
    if let Some(unit) = unit {
        quantity.unit = unit.display.clone().or_else(|| unit.code.clone());
        quantity.system = unit.system.clone();
        quantity.code = unit.code.clone();
    }
    Ok(Some(Answer::Quantity(quantity.into())))
}

/// A number's text as JSON writes it: a point, no plus, no leading zeros, a digit on both sides of the point.
fn number(text: &str) -> Result<alloc::string::String, NotRead> {
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, behind) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    // "1,000" is a thousand to some and one to others.
    let two_meanings = digits.contains(',') && behind.len() == 3;
    if two_meanings || !numeric(whole) || !numeric(behind) || whole.is_empty() && behind.is_empty() {
        return Err(NotRead);
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Ok(if behind.is_empty() { [sign, whole].concat() } else { [sign, whole, ".", behind].concat() })
}

fn decimal(text: &str) -> Result<f64, NotRead> {
    // JSON's reader is in the download already; another one for numbers is not.
    let read = postern_json::parse(number(text)?.as_bytes()).map_err(|_| NotRead)?;
    read.as_f64().filter(|decimal| decimal.is_finite()).ok_or(NotRead)
}

fn time(text: &str) -> Result<alloc::string::String, NotRead> {
    let hour = if text.find(':') == Some(1) { "0" } else { "" };
    let seconds = if text.matches(':').count() == 1 { ":00" } else { "" };
    let time = [hour, text, seconds].concat();
    if calendar::is_time(&time) { Ok(time) } else { Err(NotRead) }
}

fn address(text: &str) -> Result<alloc::string::String, NotRead> {
    let whole = if text.contains(':') { text.into() } else { ["https://", text].concat() };
    let answer = Answer::Uri(whole);
    match answer {
        Answer::Uri(ref address) if answer.holds() && address.contains(['.', ':']) => Ok(address.clone()),
        _ => Err(NotRead),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let decimal = |typed| read(Kind::Decimal, typed);
        assert_eq!(decimal(" 1,5 "), Ok(Some(Answer::Decimal(1.5))));
        assert_eq!(decimal("−.5"), Ok(Some(Answer::Decimal(-0.5))));
        assert_eq!(decimal("007"), Ok(Some(Answer::Decimal(7.0))));
        assert_eq!(decimal(""), Ok(None));
        for bad in ["1e5", "1.2.3", "12a", "-", ".", "NaN", "1 000", "1,000"] {
            assert_eq!(decimal(bad), Err(NotRead), "{bad}");
        }
        assert_eq!(read(Kind::Integer, "+12"), Ok(Some(Answer::Integer(12))));
        assert_eq!(read(Kind::Integer, "1.5"), Err(NotRead));
        assert_eq!(read(Kind::Integer, "3000000000"), Err(NotRead));
    }

    #[test]
    fn times_and_addresses_are_completed() {
        assert_eq!(read(Kind::Time, "9:05"), Ok(Some(Answer::Time("09:05:00".into()))));
        assert_eq!(read(Kind::Time, "14:30:10"), Ok(Some(Answer::Time("14:30:10".into()))));
        assert_eq!(read(Kind::Time, "25:00"), Err(NotRead));
        assert_eq!(
            read(Kind::Url, "clinic.example/a"),
            Ok(Some(Answer::Uri("https://clinic.example/a".into())))
        );
        assert_eq!(read(Kind::Url, "not an address"), Err(NotRead));
    }

    #[test]
    fn rare_spaces_become_plain_ones_and_a_blank_text_is_no_answer() {
        assert_eq!(read(Kind::Text, "ten\u{a0}mg\u{0}"), Ok(Some(Answer::Text("ten mg".into()))));
        assert_eq!(read(Kind::Text, " \u{a0} "), Ok(None));
    }
}
