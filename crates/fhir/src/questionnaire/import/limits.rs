//! What an answer must keep to.

use super::{Import, item::text_of};
use crate::{
    json,
    questionnaire::{
        answer::{Answer, Coding},
        compare,
        extension::{self, url},
        item::{Item, Kind, Limits},
        refusal::Reason,
    },
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// A group that must stand more often is a mistake, not a form.
const MOST_OCCURS: u32 = 100;

impl<'v> Import<'v> {
    pub(super) fn limits(&mut self, from: &'v Value, item: &Item) -> Limits {
        let mut limits = Limits {
            min_length: self.count(from, url::MIN_LENGTH),
            max_length: self.member_count(from, "maxLength"),
            pattern: text_of(from, url::REGEX, "valueString"),
            min: self.edge(from, item.kind, [url::MIN_VALUE, url::MIN_QUANTITY]),
            max: self.edge(from, item.kind, [url::MAX_VALUE, url::MAX_QUANTITY]),
            max_decimal_places: self.count(from, url::MAX_DECIMAL_PLACES),
            min_occurs: self.count(from, url::MIN_OCCURS).unwrap_or(0),
            max_occurs: self.count(from, url::MAX_OCCURS),
            media: extension::each(from, url::MIME_TYPE)
                .filter_map(|one| one.get("valueCode").and_then(Value::as_str))
                .map(String::from)
                .collect(),
            max_bytes: extension::find(from, url::MAX_SIZE).and_then(|one| one.get("valueDecimal")?.as_f64()),
            slider_step: self.count(from, url::SLIDER_STEP).filter(|step| *step > 0),
        };
        if extension::find(from, url::REGEX).is_some() && limits.pattern.is_none() {
            self.refuse("regex", Reason::Wrong);
        }
        if limits.pattern.as_deref().is_some_and(|pattern| !self.patterns.understands(pattern)) {
            self.refuse("regex", Reason::PatternNotUnderstood);
        }
        if item.kind == Kind::Display {
            (limits.min_occurs, limits.max_occurs) = (0, None);
        }
        let crossed = |least: Option<u32>, most: Option<u32>| least.zip(most).is_some_and(|(l, m)| l > m);
        let values = limits.min.as_ref().zip(limits.max.as_ref());
        let most = limits.max_occurs.or(if item.repeats { None } else { Some(1) });
        if crossed(limits.min_length, limits.max_length)
            || crossed(Some(limits.min_occurs), most)
            || limits.min_occurs > MOST_OCCURS
            || limits.max_occurs == Some(0)
            || limits.max_length == Some(0)
            || values
                .is_some_and(|(min, max)| compare::order(min, max).is_some_and(core::cmp::Ordering::is_gt))
        {
            self.refuse("limits", Reason::LimitsCross);
        }
        limits
    }

    /// A smallest or largest value of the question's own type.
    fn edge(&mut self, from: &Value, kind: Kind, addresses: [&'static str; 2]) -> Option<Answer> {
        let one = addresses.iter().find_map(|address| extension::find(from, address))?;
        let edge = Answer::read(one, "value");
        let fits = edge.as_ref().is_some_and(|edge| kind.takes(edge) && compare::order(edge, edge).is_some());
        if !fits {
            self.refuse("minValue, maxValue", Reason::Wrong);
        }
        edge.filter(|_| fits)
    }

    /// A whole number from 0 in an extension.
    fn count(&mut self, from: &Value, address: &'static str) -> Option<u32> {
        let one = extension::find(from, address)?;
        let number = one.get("valueInteger").or_else(|| one.get("valuePositiveInt"));
        self.whole_number(number.unwrap_or(&Value::Null), address)
    }

    fn member_count(&mut self, from: &Value, name: &'static str) -> Option<u32> {
        let number = json::get(from, name)?;
        self.whole_number(number, name)
    }

    fn whole_number(&mut self, number: &Value, element: &str) -> Option<u32> {
        let read = number.as_u64().and_then(|number| u32::try_from(number).ok());
        if read.is_none() {
            self.refuse(element, Reason::Wrong);
        }
        read
    }

    /// The units of a number: the one that is meant, or those to choose from.
    pub(super) fn units(&mut self, from: &'v Value, item: &mut Item) {
        let one = extension::each(from, url::UNIT).chain(extension::each(from, url::UNIT_OPTION));
        let units: Vec<Option<Coding>> =
            one.map(|one| one.get("valueCoding").and_then(Coding::read)).collect();
        if units.contains(&None) {
            self.refuse("unit", Reason::Wrong);
        }
        item.units.extend(units.into_iter().flatten());
        if let Some(set) = text_of(from, url::UNIT_VALUE_SET, "valueCanonical") {
            let listed = self.value_set(&set, "unitValueSet");
            item.units.extend(listed.into_iter().filter_map(|choice| match choice.answer {
                Answer::Coding(coding) => Some(*coding),
                _ => None,
            }));
        }
    }
}
