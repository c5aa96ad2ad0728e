//! Comparing two answers by their type.

use super::{
    answer::Answer,
    calendar::{compare_date_times, compare_dates, compare_times},
};
use core::cmp::Ordering;

/// The two are the same answer.
pub fn same(one: &Answer, two: &Answer) -> bool {
    match (one, two) {
        (Answer::Coding(one), Answer::Coding(two)) => one.same(two),
        (Answer::Attachment(one), Answer::Attachment(two)) => one == two,
        (Answer::Reference(one), Answer::Reference(two)) => {
            match (one.get("reference"), two.get("reference")) {
                (Some(one), Some(two)) => one == two,
                _ => one == two,
            }
        }
        (Answer::Boolean(one), Answer::Boolean(two)) => one == two,
        (Answer::Uri(one) | Answer::Text(one), Answer::Uri(two) | Answer::Text(two)) => one == two,
        _ => order(one, two) == Some(Ordering::Equal),
    }
}

/// Which is the smaller. `None` for types without an order, for two types, for amounts in two units, and where a less exact
/// date covers the other.
pub fn order(one: &Answer, two: &Answer) -> Option<Ordering> {
    if let (Some(one), Some(two)) = (as_number(one), as_number(two)) {
        return one.partial_cmp(&two);
    }
    match (one, two) {
        (Answer::Quantity(one), Answer::Quantity(two)) if one.same_unit(two) => {
            one.value?.partial_cmp(&two.value?).filter(|_| one.comparator == two.comparator)
        }
        (Answer::Date(one), Answer::Date(two)) => compare_dates(one, two),
        (Answer::Date(one) | Answer::DateTime(one), Answer::Date(two) | Answer::DateTime(two)) => {
            compare_date_times(one, two)
        }
        (Answer::Time(one), Answer::Time(two)) => Some(compare_times(one, two)),
        (Answer::Uri(one) | Answer::Text(one), Answer::Uri(two) | Answer::Text(two)) => Some(one.cmp(two)),
        _ => None,
    }
}

/// A whole or decimal number; the two compare with each other.
pub(crate) fn as_number(answer: &Answer) -> Option<f64> {
    match answer {
        Answer::Integer(integer) => Some(f64::from(*integer)),
        Answer::Decimal(decimal) => Some(*decimal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::answer::Quantity;
    use postern_json::json;

    fn answer(value: postern_json::Value) -> Answer {
        Answer::read(&value, "value").unwrap()
    }

    #[test]
    fn a_code_is_the_same_by_system_and_code_whatever_its_words() {
        let one = answer(json!({"valueCoding": {"system": "s", "code": "a", "display": "A"}}));
        assert!(same(&one, &answer(json!({"valueCoding": {"system": "s", "code": "a", "version": "2"}}))));
        assert!(!same(&one, &answer(json!({"valueCoding": {"code": "a", "display": "A"}}))));
        assert!(!same(&one, &answer(json!({"valueString": "A"}))));
    }

    #[test]
    fn amounts_compare_in_one_unit_only() {
        let of = |value, unit: &str| {
            let unit = Some(unit.into());
            Answer::Quantity(Quantity { value: Some(value), unit, ..Quantity::default() }.into())
        };
        assert_eq!(order(&of(2.0, "kg"), &of(10.0, "kg")), Some(Ordering::Less));
        assert_eq!(order(&of(2.0, "kg"), &of(10.0, "lb")), None);
    }

    #[test]
    fn whole_and_decimal_numbers_compare_with_each_other() {
        assert_eq!(order(&Answer::Integer(3), &Answer::Decimal(2.5)), Some(Ordering::Greater));
        assert!(same(&Answer::Integer(3), &Answer::Decimal(3.0)));
        assert_eq!(order(&Answer::Integer(3), &Answer::Text("2".into())), None);
    }
}
