//! Conditions, linked to the questions that they read, and put in an order in which one look at each is enough.

use super::Import;
use crate::{
    json,
    questionnaire::{
        answer::Answer,
        condition::{Condition, Enable, Operator},
        constraint::{self, Constraint},
        extension::{self, url},
        form::Form,
        item::{ItemId, Kind},
        refusal::Reason,
    },
};
use alloc::{string::String, vec, vec::Vec};
use postern_json::Value;

impl<'v> Import<'v> {
    pub(super) fn conditions(&mut self, form: &mut Form) {
        for (id, from) in core::mem::take(&mut self.pending) {
            let around: Vec<ItemId> = form.with_ancestors(id).collect();
            self.path = around.iter().rev().map(|id| form.item(*id).link_id.clone()).collect();
            let all = match json::text(from, "enableBehavior").ok().flatten().as_deref() {
                Some("all") => true,
                // R4 on several conditions without it: joined by "or".
                Some("any") => false,
                None if json::get(from, "enableBehavior").is_none() => false,
                _ => {
                    self.refuse("enableBehavior", Reason::UnknownCode);
                    false
                }
            };
            let conditions = self.list(from, "enableWhen").iter();
            let conditions: Vec<Condition> = conditions.filter_map(|one| self.condition(one, form)).collect();
            for condition in &conditions {
                let readers = &mut form.items[condition.question.index()].readers;
                if !readers.contains(&id) {
                    readers.push(id);
                }
            }
            let constraints = self.constraints(id, from, form);
            let item = &mut form.items[id.index()];
            (item.enable, item.constraints) = (Enable { all, conditions }, constraints);
        }
        self.path.clear();
        self.rank(form);
        for id in 0..form.items.len() {
            if !form.items[id].readers.is_empty() {
                #[expect(clippy::cast_possible_truncation, reason = "10,000 items at most")]
                let id = ItemId(id as u32);
                let around: Vec<ItemId> = form.with_ancestors(id).collect();
                around.into_iter().for_each(|outer| form.items[outer.index()].read_within.push(id));
            }
        }
    }

    /// Rules between this question and another, each asked once and answered once.
    fn constraints(&mut self, id: ItemId, from: &Value, form: &Form) -> Vec<Constraint> {
        let once = |id: ItemId| {
            let single = form.with_ancestors(id).all(|id| !form.item(id).repeats);
            let mut around = form.with_ancestors(id).skip(1);
            single && around.all(|id| form.item(id).kind == Kind::Group)
        };
        let mut constraints = Vec::new();
        for one in extension::each(from, url::CONSTRAINT) {
            // Another expression has been refused.
            let Some(constraint::Written { words, operator, link_id }) = constraint::read(one) else {
                continue;
            };
            let kind = form.item(id).kind;
            match self.by_link_id.get(link_id).copied().filter(|id| id.index() < form.items.len()) {
                Some(question)
                    if once(id)
                        && once(question)
                        && kind.is_question()
                        && form.item(question).kind == kind =>
                {
                    constraints.push(Constraint { words, operator, question });
                }
                Some(_) => self.refuse("questionnaire-constraint", Reason::CannotCompare),
                None => self.refuse("questionnaire-constraint", Reason::NoSuchQuestion(link_id.into())),
            }
        }
        constraints
    }

    fn condition(&mut self, from: &Value, form: &Form) -> Option<Condition> {
        if from.get("hasAnswer").is_some() {
            self.refuse("enableWhen.hasAnswer", Reason::FhirStu3);
            return None;
        }
        let told = |name| from.get(name).and_then(Value::as_str);
        let Some(operator) = told("operator") else {
            self.refuse("enableWhen.operator", Reason::Missing);
            return None;
        };
        let Some(operator) = Operator::from_code(operator) else {
            self.refuse("enableWhen.operator", Reason::UnknownCode);
            return None;
        };
        let link_id = told("question").unwrap_or_default();
        let Some(question) = self.by_link_id.get(link_id).copied().filter(|id| id.index() < form.items.len())
        else {
            self.refuse("enableWhen.question", Reason::NoSuchQuestion(link_id.into()));
            return None;
        };
        let Some(answer) = Answer::read(from, "answer") else {
            self.refuse("enableWhen.answer", Reason::Wrong);
            return None;
        };
        if !operator.fits(form.item(question).kind, &answer) {
            self.refuse("enableWhen.answer", Reason::CannotCompare);
            return None;
        }
        Some(Condition { question, operator, answer })
    }

    /// Gives every item with conditions a rank above all whose enablement its own can depend on: the questions that it reads
    /// and the items around those.
    fn rank(&mut self, form: &mut Form) {
        let conditional = |form: &Form, id: ItemId| !form.item(id).enable.conditions.is_empty();
        let mut waits_for = vec![0usize; form.items.len()];
        let mut waited_for: Vec<Vec<ItemId>> = vec![Vec::new(); form.items.len()];
        for (reader, item) in form.items() {
            for condition in &item.enable.conditions {
                let looked_at = form.with_ancestors(condition.question);
                for one in looked_at.filter(|one| conditional(form, *one)) {
                    waits_for[reader.index()] += 1;
                    waited_for[one.index()].push(reader);
                }
            }
        }
        let mut ready: Vec<ItemId> =
            form.items().map(|(id, _)| id).filter(|id| waits_for[id.index()] == 0).collect();
        while let Some(id) = ready.pop() {
            let next = form.item(id).rank + 1;
            for reader in core::mem::take(&mut waited_for[id.index()]) {
                let item = &mut form.items[reader.index()];
                item.rank = item.rank.max(next);
                waits_for[reader.index()] -= 1;
                if waits_for[reader.index()] == 0 {
                    ready.push(reader);
                }
            }
        }
        let waiting = form.items().filter(|(id, _)| waits_for[id.index()] > 0);
        let circle: Vec<String> = waiting.map(|(_, item)| item.link_id.clone()).collect();
        if !circle.is_empty() {
            self.refuse("enableWhen", Reason::Circle(circle));
        }
    }
}
