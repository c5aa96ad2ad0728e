//! The answers to choose from, and the answers that are there from the start.

use super::Import;
use crate::questionnaire::{
    answer::{Answer, Coding},
    check, compare,
    extension::{self, url},
    item::{Choice, Item, Kind},
    refusal::Reason,
    words::Words,
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

impl<'v> Import<'v> {
    /// `answerOption` or `answerValueSet`.
    pub(super) fn choices(&mut self, from: &'v Value, item: &mut Item) {
        let options = self.list(from, "answerOption");
        let set = self.text(from, "answerValueSet");
        if set.is_some() && !options.is_empty() {
            self.refuse("answerValueSet", Reason::TwoLists);
        }
        let chooses = matches!(item.kind, Kind::Choice | Kind::OpenChoice);
        let may_list = chooses
            || matches!(
                item.kind,
                Kind::Decimal | Kind::Integer | Kind::Date | Kind::DateTime | Kind::Time | Kind::String
            );
        if !options.is_empty() && !may_list {
            self.refuse("answerOption", Reason::NotForThisType);
        }
        if let Some(set) = set {
            if chooses {
                item.choices = self.value_set(&set, "answerValueSet");
            } else {
                self.refuse("answerValueSet", Reason::NotForThisType);
            }
        }
        for option in options {
            let answer = Answer::read(option, "value").filter(|answer| item.kind.answered_by(answer));
            let Some(answer) = answer else {
                self.refuse("answerOption", Reason::Wrong);
                continue;
            };
            if self.flag(option, "initialSelected") {
                item.initial.push(answer.clone());
            }
            item.choices.push(choice(option, answer));
        }
    }

    /// `initial`, after the choices are known.
    pub(super) fn initial(&mut self, from: &'v Value, item: &mut Item) {
        for initial in self.list(from, "initial") {
            match Answer::read(initial, "value") {
                // Only a unit: the number is the patient's.
                Some(Answer::Quantity(quantity))
                    if quantity.value.is_none() && item.kind == Kind::Quantity =>
                {
                    let unit = Coding {
                        system: quantity.system,
                        code: quantity.code,
                        display: quantity.unit,
                        version: None,
                    };
                    item.units.retain(|one| !one.same(&unit));
                    item.units.insert(0, unit);
                }
                Some(answer) if item.kind.answered_by(&answer) && answer.holds() => {
                    if !item.initial.iter().any(|one| compare::same(one, &answer)) {
                        item.initial.push(answer);
                    }
                }
                _ => self.refuse("initial", Reason::InitialDoesNotFit),
            }
        }
        if item.initial.len() > 1 && !item.repeats {
            self.refuse("initial", Reason::TooManyInitial);
        }
        let listed = check::is_listed;
        if item.initial.iter().any(|answer| !listed(item, answer)) {
            self.refuse("initial", Reason::InitialDoesNotFit);
        }
        // What the patient cannot mend has to be right from the start.
        let fixed = (item.read_only || item.hidden) && !item.initial.is_empty();
        if fixed && !check::answers(item, &item.initial, self.patterns).is_empty() {
            self.refuse("initial", Reason::InitialDoesNotFit);
        }
    }
}

fn choice(option: &Value, answer: Answer) -> Choice {
    let prefix = extension::find(option, url::OPTION_PREFIX);
    let exclusive = extension::find(option, url::OPTION_EXCLUSIVE);
    let words = match &answer {
        Answer::Coding(coding) => coding_words(option.get("valueCoding"), coding),
        Answer::Text(_) => Words::read(option, "valueString"),
        Answer::Reference(reference) => {
            Words::read(reference, "display").or_else(|| Words::read(reference, "reference"))
        }
        _ => None,
    };
    Choice {
        words,
        prefix: prefix.and_then(|one| Words::read(one, "valueString")),
        score: score(option).or_else(|| score(option.get("valueCoding")?)),
        exclusive: exclusive.and_then(|one| one.get("valueBoolean")) == Some(&Value::Bool(true)),
        answer,
    }
}

fn coding_words(from: Option<&Value>, coding: &Coding) -> Option<Words> {
    let displayed = from.and_then(|coding| Words::read(coding, "display"));
    displayed.or_else(|| coding.code.as_deref().map(Words::plain))
}

/// What an option, code or concept counts.
pub(super) fn score(element: &Value) -> Option<f64> {
    let addresses = [url::ORDINAL_VALUE, url::ITEM_WEIGHT, url::CODED_ORDINAL];
    let one = addresses.iter().find_map(|address| extension::find(element, address))?;
    let number = one.get("valueDecimal").or_else(|| one.get("valueInteger"))?;
    number.as_f64().filter(|score| score.is_finite())
}

/// A choice of a value set's concept.
pub(super) fn of_concept(system: Option<&str>, version: Option<&str>, concept: &Value) -> Option<Choice> {
    let text = |name: &str| concept.get(name).and_then(Value::as_str).map(String::from);
    let code = text("code")?;
    let coding = Coding {
        system: system.map(String::from),
        version: version.map(String::from),
        display: text("display"),
        code: Some(code),
    };
    let mut words = coding_words(Some(concept), &coding)?;
    let designations = concept.get("designation").and_then(Value::as_array);
    words.translations.extend(designations.into_iter().flatten().filter_map(|one| {
        Some(crate::questionnaire::words::Translation {
            language: one.get("language")?.as_str()?.into(),
            text: one.get("value")?.as_str()?.into(),
            markdown: false,
        })
    }));
    Some(Choice {
        answer: Answer::Coding(coding.into()),
        words: Some(words),
        prefix: None,
        score: score(concept),
        exclusive: false,
    })
}

/// Adds a choice that is not there yet.
pub(super) fn add(choices: &mut Vec<Choice>, choice: Choice) {
    if !choices.iter().any(|one| compare::same(&one.answer, &choice.answer)) {
        choices.push(choice);
    }
}
