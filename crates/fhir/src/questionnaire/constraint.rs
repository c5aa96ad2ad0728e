//! The one rule between questions that is kept: an answer compared with the answer of another question. It is written as a
//! FHIRPath expression; this is not FHIRPath but the single form of it that forms use for "the same again":
//!
//! `%context.answer.value = %resource.descendants().where(linkId='1').answer.value`, with `=`, `!=`, `<`, `<=`, `>` or `>=`.

use super::{
    answer::Answer,
    compare::{order, same},
    condition::Operator,
    extension::{self, url},
    item::ItemId,
    words::Words,
};
use crate::code::codes;
use postern_json::Value;

/// A rule between two questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// What the clinic says when it is broken.
    pub words: Words,
    pub(crate) operator: Operator,
    pub(crate) question: ItemId,
}

codes! {
    /// `severity`; only an error is a rule.
    Severity {
        /// The response may not be sent.
        Error => "error",
    }
}

/// A rule as it is written.
pub(super) struct Written<'v> {
    pub(super) words: Words,
    pub(super) operator: Operator,
    pub(super) link_id: &'v str,
}

const HERE: &str = "%context.answer.value";
const THERE: &str = "%resource.descendants().where(linkId='";
const VALUE: &str = "').answer.value";

/// Reads the extension; `None` for any other expression.
pub(super) fn read(extension: &Value) -> Option<Written<'_>> {
    let part = |name: &str| extension::find(extension, name);
    Severity::from_code(part("severity")?.get("valueCode")?.as_str()?)?;
    let rest = part("expression")?.get("valueString")?.as_str()?.trim();
    let (operator, there) = rest.strip_prefix(HERE)?.trim_start().split_once(' ')?;
    let operator = Operator::from_code(operator).filter(|operator| *operator != Operator::Exists)?;
    let link_id = there.trim_start().strip_prefix(THERE)?.strip_suffix(VALUE)?;
    // A quoted sign in it would be another expression.
    let plain = !link_id.contains(['\'', '\\']) && extension::url_of(extension) == url::CONSTRAINT;
    let words = Words::read(part("human")?, "valueString")?;
    plain.then_some(Written { words, operator, link_id })
}

impl Constraint {
    /// Holds for the question's answers and the other's. Without an answer here nothing is asked of it.
    pub(super) fn holds(&self, here: &[Answer], there: &[Answer]) -> bool {
        let [here] = here else { return here.is_empty() };
        // "The same" is broken by no answer there; a comparison has nothing to compare with.
        let [there] = there else { return self.operator != Operator::Equal };
        match self.operator {
            Operator::Equal => same(here, there),
            Operator::NotEqual => !same(here, there),
            operator => order(here, there).is_some_and(|order| match operator {
                Operator::Greater => order.is_gt(),
                Operator::Less => order.is_lt(),
                Operator::AtLeast => order.is_ge(),
                _ => order.is_le(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    #[test]
    fn one_form_of_expression_is_read_and_no_other() {
        let of = |expression: &str, severity: &str| {
            let extension = json!({"url": url::CONSTRAINT, "extension": [
                {"url": "severity", "valueCode": severity}, {"url": "human", "valueString": "Not the same"},
                {"url": "expression", "valueString": expression}]});
            read(&extension).map(|written| (written.operator, String::from(written.link_id)))
        };
        let there = "%resource.descendants().where(linkId='1').answer.value";
        let same = alloc::format!("%context.answer.value = {there}");
        assert_eq!(of(&same, "error"), Some((Operator::Equal, "1".into())));
        assert_eq!(of(&same, "warning"), None);
        for other in [
            alloc::format!("{there} = %context.answer.value"),
            alloc::format!("%context.answer.value exists {there}"),
            alloc::format!("{same} or true"),
            same.replace("'1'", "'1' or '2'"),
            String::from("true"),
        ] {
            assert_eq!(of(&other, "error"), None, "{other}");
        }
    }

    #[test]
    fn nothing_is_asked_where_there_is_no_answer_yet() {
        let same = Constraint { words: Words::default(), operator: Operator::Equal, question: ItemId(0) };
        let text = |text: &str| [Answer::Text(text.into())];
        assert!(same.holds(&[], &[]) && same.holds(&[], &text("a")));
        assert!(same.holds(&text("a"), &text("a")));
        assert!(!same.holds(&text("a"), &text("b")) && !same.holds(&text("a"), &[]));
        let other = Constraint { operator: Operator::NotEqual, ..same };
        assert!(!other.holds(&text("a"), &text("a")) && other.holds(&text("a"), &[]));
    }
}
