//! Lists of answers that the form carries: contained ValueSets and the contained CodeSystems that they take whole.

use super::{
    Import,
    options::{add, of_concept},
};
use crate::questionnaire::{compare, item::Choice, refusal::Reason};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// Value sets that take in value sets.
const DEEPEST: usize = 8;

impl<'v> Import<'v> {
    /// The choices of `#id`, or of a canonical address that a contained value set has.
    pub(super) fn value_set(&mut self, reference: &str, element: &'static str) -> Vec<Choice> {
        let listed = match self.contained("ValueSet", reference) {
            Some(set) => self.listed(set, DEEPEST),
            None => Err(Reason::ExternalValueSet(reference.into())),
        };
        let none = || Reason::ValueSetNotListed(reference.into());
        let listed = listed.and_then(|listed| if listed.is_empty() { Err(none()) } else { Ok(listed) });
        listed.unwrap_or_else(|reason| {
            self.refuse(element, reason);
            Vec::new()
        })
    }

    fn contained(&self, kind: &str, reference: &str) -> Option<&'v Value> {
        let all = self.questionnaire.get("contained")?.as_array()?;
        let is =
            |one: &Value, member: &str, text: &str| one.get(member).and_then(Value::as_str) == Some(text);
        let address = reference.split('|').next().unwrap_or(reference);
        all.iter().filter(|one| is(one, "resourceType", kind)).find(|one| match reference.strip_prefix('#') {
            Some(id) => is(one, "id", id),
            None => !address.is_empty() && is(one, "url", address),
        })
    }

    /// What is expanded, else what is composed.
    fn listed(&self, set: &'v Value, depth: usize) -> Result<Vec<Choice>, Reason> {
        let name = || name_of(set);
        if depth == 0 {
            return Err(Reason::ValueSetNotListed(name()));
        }
        let mut choices = Vec::new();
        if let Some(expanded) = set.get("expansion").and_then(|all| all.get("contains")) {
            expansion(expanded, &mut choices);
            return Ok(choices);
        }
        let compose = set.get("compose").ok_or_else(|| Reason::ValueSetNotListed(name()))?;
        for include in array(compose, "include") {
            self.part(include, depth, name)?.into_iter().for_each(|choice| add(&mut choices, choice));
        }
        for exclude in array(compose, "exclude") {
            let out = self.part(exclude, depth, name)?;
            choices.retain(|choice| !out.iter().any(|one| compare::same(&one.answer, &choice.answer)));
        }
        Ok(choices)
    }

    /// One `include` or `exclude`: the codes that it lists, a whole contained code system, other contained value sets; of
    /// several of these, what is in all.
    fn part(&self, part: &'v Value, depth: usize, name: impl Fn() -> String) -> Result<Vec<Choice>, Reason> {
        if !array(part, "filter").is_empty() {
            return Err(Reason::ValueSetNotListed(name()));
        }
        let text = |member: &str| part.get(member).and_then(Value::as_str);
        let (system, version) = (text("system"), text("version"));
        let concepts = array(part, "concept");
        let mut found: Option<Vec<Choice>> = None;
        if !concepts.is_empty() {
            found = Some(concepts.iter().filter_map(|one| of_concept(system, version, one)).collect());
        } else if let Some(address) = system {
            let whole = self.contained("CodeSystem", address);
            let whole =
                whole.filter(|system| system.get("content").and_then(Value::as_str) == Some("complete"));
            let whole = whole.ok_or_else(|| Reason::ValueSetNotListed(name()))?;
            let mut choices = Vec::new();
            code_system(array(whole, "concept"), address, &mut choices);
            found = Some(choices);
        }
        for reference in array(part, "valueSet") {
            let reference = reference.as_str().unwrap_or_default();
            let set = self.contained("ValueSet", reference);
            let set = set.ok_or_else(|| Reason::ExternalValueSet(reference.into()))?;
            let listed = self.listed(set, depth - 1)?;
            found = Some(match found {
                None => listed,
                Some(mut found) => {
                    let kept =
                        |one: &Choice| listed.iter().any(|two| compare::same(&one.answer, &two.answer));
                    found.retain(kept);
                    found
                }
            });
        }
        found.ok_or_else(|| Reason::ValueSetNotListed(name()))
    }
}

fn expansion(contains: &Value, choices: &mut Vec<Choice>) {
    for one in contains.as_array().map(Vec::as_slice).unwrap_or_default() {
        let told = |member: &str| one.get(member).and_then(Value::as_str);
        let not = |member: &str| one.get(member) != Some(&Value::Bool(true));
        if not("abstract") && not("inactive") {
            of_concept(told("system"), told("version"), one).into_iter().for_each(|one| add(choices, one));
        }
        if let Some(inner) = one.get("contains") {
            expansion(inner, choices);
        }
    }
}

fn code_system(concepts: &[Value], system: &str, choices: &mut Vec<Choice>) {
    for one in concepts {
        of_concept(Some(system), None, one).into_iter().for_each(|one| add(choices, one));
        code_system(array(one, "concept"), system, choices);
    }
}

fn array<'v>(object: &'v Value, name: &str) -> &'v [Value] {
    object.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn name_of(set: &Value) -> String {
    let text = |member: &str| set.get(member).and_then(Value::as_str);
    text("id").or_else(|| text("url")).unwrap_or_default().into()
}
