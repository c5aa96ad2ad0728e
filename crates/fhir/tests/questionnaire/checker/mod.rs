//! Says whether a QuestionnaireResponse answers a Questionnaire, straight from the two JSONs and FHIR's rules. It shares no code
//! with the engine that it checks, nor its way of going about it: it walks the form over the response and keeps no state.

mod compare;
mod value;

use postern_json::Value;

/// What is wrong, in words for whoever reads a failed test.
pub fn check(form: &Value, response: &Value) -> Vec<String> {
    let mut checker = Checker { form, complaints: Vec::new() };
    if response["resourceType"] != "QuestionnaireResponse" {
        checker.complaints.push("not a response".into());
    }
    if !matches!(response["status"].as_str(), Some("completed" | "amended")) {
        checker.complaints.push("not finished".into());
    }
    checker.level(&[Scope { items: list(form, "item"), given: list(response, "item"), owner: None }]);
    checker.complaints
}

/// One level: the form's items there, and what the response has of them.
#[derive(Clone, Copy)]
struct Scope<'a> {
    items: &'a [Value],
    given: &'a [Value],
    /// The question under whose answer this level stands: the response's item.
    owner: Option<&'a Value>,
}

struct Checker<'a> {
    form: &'a Value,
    complaints: Vec<String>,
}

pub fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

pub fn extension<'a>(of: &'a Value, end: &str) -> Option<&'a Value> {
    list(of, "extension").iter().find(|one| one["url"].as_str().is_some_and(|url| url.ends_with(end)))
}

pub fn whole(of: &Value, end: &str) -> Option<u64> {
    extension(of, end)?["valueInteger"].as_u64()
}

fn link_id(of: &Value) -> &str {
    of["linkId"].as_str().unwrap_or_default()
}

/// The item with this linkId, or one within these.
fn holds(items: &[Value], wanted: &str) -> bool {
    items.iter().any(|item| link_id(item) == wanted || holds(list(item, "item"), wanted))
}

/// Every linkId in document order.
fn order<'a>(items: &'a [Value], all: &mut Vec<&'a str>) {
    for item in items {
        all.push(link_id(item));
        order(list(item, "item"), all);
    }
}

/// Every occurrence in a response, in document order.
fn occurrences<'a>(given: &'a [Value], wanted: &str, all: &mut Vec<&'a Value>) {
    for one in given {
        if link_id(one) == wanted {
            all.push(one);
        }
        occurrences(list(one, "item"), wanted, all);
        for answer in list(one, "answer") {
            occurrences(list(answer, "item"), wanted, all);
        }
    }
}

impl<'a> Checker<'a> {
    fn complain(&mut self, item: &Value, what: impl std::fmt::Display) {
        self.complaints.push(format!("{}: {what}", link_id(item)));
    }

    fn level(&mut self, scopes: &[Scope<'a>]) {
        let here = scopes[scopes.len() - 1];
        for given in here.given {
            if !here.items.iter().any(|item| link_id(item) == link_id(given)) {
                self.complain(given, "is not in the form here");
            }
        }
        for item in here.items {
            let given: Vec<&'a Value> =
                here.given.iter().filter(|one| link_id(one) == link_id(item)).collect();
            if !self.enabled(item, scopes) {
                if !given.is_empty() {
                    self.complain(item, "is disabled and yet answered");
                }
                continue;
            }
            match item["type"].as_str() {
                Some("display") => {
                    if given.iter().any(|one| !one["answer"].is_null() || !one["item"].is_null()) {
                        self.complain(item, "is a text and yet answered");
                    }
                }
                Some("group") => self.group(item, &given, scopes),
                _ => self.question(item, &given, scopes),
            }
        }
    }

    fn group(&mut self, item: &'a Value, given: &[&'a Value], scopes: &[Scope<'a>]) {
        let repeats = item["repeats"] == true;
        let count = given.len() as u64;
        self.occurs(item, count, repeats);
        if given.iter().any(|one| !one["answer"].is_null()) {
            self.complain(item, "is a group and yet answered");
        }
        let items = list(item, "item");
        let mut inner = scopes.to_vec();
        inner.push(Scope { items, given: &[], owner: None });
        let last = inner.len() - 1;
        if given.is_empty() && !repeats {
            // What stands in it is asked all the same.
            self.level(&inner);
        }
        for one in given {
            inner[last].given = list(one, "item");
            self.level(&inner);
        }
    }

    fn occurs(&mut self, item: &Value, count: u64, repeats: bool) {
        let least = whole(item, "questionnaire-minOccurs").unwrap_or(0);
        let least = least.max(u64::from(item["required"] == true));
        let most = if repeats { whole(item, "questionnaire-maxOccurs") } else { Some(1) };
        if count < least {
            self.complain(item, format!("{count} of at least {least}"));
        }
        if most.is_some_and(|most| count > most) {
            self.complain(item, format!("{count} of at most {most:?}"));
        }
    }

    fn question(&mut self, item: &'a Value, given: &[&'a Value], scopes: &[Scope<'a>]) {
        if given.len() > 1 {
            self.complain(item, "several items for one question");
        }
        let answers = given.first().map_or(&[][..], |one| list(one, "answer"));
        if given.iter().any(|one| !one["item"].is_null()) {
            self.complain(item, "items beside the answers");
        }
        self.occurs(item, answers.len() as u64, item["repeats"] == true);
        for what in value::wrong(self.form, item, answers) {
            self.complain(item, what);
        }
        self.constraint(item, answers, scopes);
        let mut inner = scopes.to_vec();
        for answer in answers {
            let owner = given.first().copied();
            inner.push(Scope { items: list(item, "item"), given: list(answer, "item"), owner });
            self.level(&inner);
            inner.pop();
        }
    }

    /// "The same as the other answer": the one expression that is kept.
    fn constraint(&mut self, item: &Value, answers: &[Value], scopes: &[Scope<'a>]) {
        let Some(rule) = extension(item, "questionnaire-constraint") else { return };
        let expression = extension(rule, "expression").and_then(|one| one["valueString"].as_str());
        let words: Vec<&str> = expression.unwrap_or_default().split('\'').collect();
        let ["%context.answer.value = %resource.descendants().where(linkId=", other, ").answer.value"] =
            words[..]
        else {
            return self.complain(item, format!("a rule that the checker cannot read: {words:?}"));
        };
        let mut found = Vec::new();
        occurrences(scopes[0].given, other, &mut found);
        let there = found.first().map_or(&[][..], |one| list(one, "answer"));
        let value = |answer: &'_ Value| value::of(answer, "value").map(|(_, value)| value.clone());
        let equal = answers.iter().map(value).eq(there.iter().map(value));
        if !answers.is_empty() && !equal {
            self.complain(item, "is not the same as the other answer");
        }
    }

    fn enabled(&self, item: &Value, scopes: &[Scope<'a>]) -> bool {
        let conditions = list(item, "enableWhen");
        let holds = |condition: &Value| self.holds(condition, item, scopes);
        match item["enableBehavior"].as_str() {
            _ if conditions.is_empty() => true,
            Some("all") => conditions.iter().all(holds),
            _ => conditions.iter().any(holds),
        }
    }

    fn holds(&self, condition: &Value, item: &Value, scopes: &[Scope<'a>]) -> bool {
        let question = condition["question"].as_str().unwrap_or_default();
        let answers = self.read(question, item, scopes);
        let (_, expected) = value::of(condition, "answer").expect("the form was imported");
        let operator = condition["operator"].as_str().unwrap_or_default();
        let any = |fits: fn(std::cmp::Ordering) -> bool| {
            answers.iter().any(|answer| compare::order(answer, expected).is_some_and(fits))
        };
        match operator {
            "exists" => expected == &Value::Bool(!answers.is_empty()),
            "=" => answers.iter().any(|answer| compare::equal(answer, expected)),
            "!=" => answers.iter().all(|answer| !compare::equal(answer, expected)),
            ">" => any(std::cmp::Ordering::is_gt),
            "<" => any(std::cmp::Ordering::is_lt),
            ">=" => any(std::cmp::Ordering::is_ge),
            "<=" => any(std::cmp::Ordering::is_le),
            other => panic!("operator {other}"),
        }
    }

    /// The answers of the nearest occurrence of a question: an ancestor, else the last before, else the first behind.
    fn read(&self, question: &str, item: &Value, scopes: &[Scope<'a>]) -> Vec<&'a Value> {
        let mut found = Vec::new();
        for scope in scopes.iter().rev() {
            if holds(scope.items, question) {
                occurrences(scope.given, question, &mut found);
                break;
            }
            if scope.owner.is_some_and(|owner| link_id(owner) == question) {
                found.extend(scope.owner);
                break;
            }
        }
        let mut all = Vec::new();
        order(list(self.form, "item"), &mut all);
        let place = |wanted: &str| all.iter().position(|one| *one == wanted);
        let nearest = if place(question) < place(link_id(item)) { found.last() } else { found.first() };
        let answers = nearest.map_or(&[][..], |one| list(one, "answer"));
        answers.iter().filter_map(|answer| value::of(answer, "value")).map(|(_, value)| value).collect()
    }
}
