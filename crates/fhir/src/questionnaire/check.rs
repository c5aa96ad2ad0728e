//! What is wrong with an answer, as data; the words are the reader's.

use super::{
    Patterns,
    answer::Answer,
    compare::{order, same},
    item::{Item, Kind},
    session::{Session, SlotId},
    words::Words,
};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Something wrong with the answers of one item.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// An answer is needed and there is none.
    Required,
    /// Too few answers, or repeats of a group.
    TooFew {
        /// How many are needed.
        least: u32,
    },
    /// Too many.
    TooMany {
        /// How many may be.
        most: u32,
    },
    /// An answer of another type.
    OtherType,
    /// Not what its type says: a day that does not exist, an amount without a number.
    NotAValue,
    /// Fewer letters than needed.
    TooShort {
        /// How many are needed.
        least: u32,
    },
    /// More letters than may be.
    TooLong {
        /// How many may be.
        most: u32,
    },
    /// A `string` has one line.
    LineBreak,
    /// The text does not follow the form's pattern; `entry_format` may say how it should look.
    Pattern,
    /// Below the smallest value.
    TooSmall(Answer),
    /// Above the largest value.
    TooLarge(Answer),
    /// More digits behind the point than may be.
    TooManyDecimals {
        /// How many may be.
        most: u32,
    },
    /// Not one of the answers to choose from, or of the units.
    NotListed,
    /// One answer twice.
    Twice,
    /// An answer that excludes others, together with others.
    Excludes,
    /// A photo or document of another kind than is wanted.
    MediaType,
    /// A photo or document with more bytes than may be.
    TooManyBytes {
        /// How many may be.
        most: f64,
    },
    /// It does not go with the answer to another question; the clinic's own words for it.
    Constraint(Words),
    /// An answer that cannot be changed was changed.
    Fixed,
}

/// What is wrong with these answers of an item, apart from there being none.
pub fn answers(item: &Item, answers: &[Answer], patterns: &dyn Patterns) -> Vec<Problem> {
    let mut problems = Vec::new();
    occurs(item, answers.len(), &mut problems);
    for (index, answer) in answers.iter().enumerate() {
        if !item.kind.answered_by(answer) {
            problems.push(Problem::OtherType);
        } else if !answer.holds() {
            problems.push(Problem::NotAValue);
        } else {
            one(item, answer, patterns, &mut problems);
        }
        let chosen = matches!(item.kind, Kind::Choice | Kind::OpenChoice);
        if chosen && answers[..index].iter().any(|before| same(before, answer)) {
            problems.push(Problem::Twice);
        }
    }
    let excludes = |answer| item.choices.iter().any(|one| one.exclusive && same(&one.answer, answer));
    if answers.len() > 1 && answers.iter().any(excludes) {
        problems.push(Problem::Excludes);
    }
    problems
}

/// It is one of the answers to choose from, where there are any to keep to.
pub fn is_listed(item: &Item, answer: &Answer) -> bool {
    let own_words = item.kind == Kind::OpenChoice && matches!(answer, Answer::Text(_));
    let closed = item.kind == Kind::Choice || item.kind == Kind::OpenChoice || !item.choices.is_empty();
    !closed || own_words || item.choices.iter().any(|one| same(&one.answer, answer))
}

fn occurs(item: &Item, count: usize, problems: &mut Vec<Problem>) {
    let most = if item.repeats { item.limits.max_occurs } else { Some(1) };
    let over = |most: &u32| count > *most as usize;
    problems.extend(most.filter(over).map(|most| Problem::TooMany { most }));
    let least = item.limits.min_occurs;
    if count > 0 && count < least as usize {
        problems.push(Problem::TooFew { least });
    }
}

fn one(item: &Item, answer: &Answer, patterns: &dyn Patterns, problems: &mut Vec<Problem>) {
    let limits = &item.limits;
    if !is_listed(item, answer) {
        problems.push(Problem::NotListed);
    }
    if let Answer::Text(text) | Answer::Uri(text) = answer {
        let letters = text.chars().count();
        let over = |most: &u32| letters > *most as usize;
        let under = |least: &u32| letters < *least as usize;
        problems.extend(limits.max_length.filter(over).map(|most| Problem::TooLong { most }));
        problems.extend(limits.min_length.filter(under).map(|least| Problem::TooShort { least }));
        if item.kind == Kind::String && text.contains(['\n', '\r']) {
            problems.push(Problem::LineBreak);
        }
        if limits.pattern.as_deref().is_some_and(|pattern| !patterns.matches(pattern, text)) {
            problems.push(Problem::Pattern);
        }
    }
    let crossed = |edge: &Option<Answer>, wrong: Ordering| {
        edge.as_ref().filter(|edge| order(answer, edge) == Some(wrong)).cloned()
    };
    problems.extend(crossed(&limits.min, Ordering::Less).map(Problem::TooSmall));
    problems.extend(crossed(&limits.max, Ordering::Greater).map(Problem::TooLarge));
    let places = match answer {
        Answer::Decimal(decimal) => decimal_places(*decimal),
        Answer::Quantity(quantity) => quantity.value.map_or(0, decimal_places),
        _ => 0,
    };
    let over = |most: &u32| places > *most;
    problems.extend(limits.max_decimal_places.filter(over).map(|most| Problem::TooManyDecimals { most }));
    match answer {
        Answer::Quantity(quantity) if !item.units.is_empty() => {
            let listed = item.units.iter().any(|unit| match unit.code {
                Some(_) => unit.code == quantity.code && unit.system == quantity.system,
                None => unit.display == quantity.unit,
            });
            if !listed {
                problems.push(Problem::NotListed);
            }
        }
        Answer::Attachment(attachment) => {
            let kind = attachment.content_type.as_deref().unwrap_or_default();
            if !limits.media.is_empty() && !limits.media.iter().any(|wanted| is_of(kind, wanted)) {
                problems.push(Problem::MediaType);
            }
            let bytes = attachment
                .size
                .map_or_else(|| attachment.data.as_deref().map_or(0.0, bytes_of_base64), f64::from);
            let over = |most: &f64| bytes > *most;
            problems.extend(limits.max_bytes.filter(over).map(|most| Problem::TooManyBytes { most }));
        }
        _ => {}
    }
}

/// `image/jpeg` is of `image/*`; parameters behind a semicolon do not count.
fn is_of(kind: &str, wanted: &str) -> bool {
    let bare = |text: &'_ str| text.split(';').next().unwrap_or_default().trim().len();
    let (kind, wanted) = (&kind[..bare(kind)], &wanted[..bare(wanted)]);
    match wanted.strip_suffix('*') {
        Some(start) => kind.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => kind.eq_ignore_ascii_case(wanted),
    }
}

fn bytes_of_base64(data: &str) -> f64 {
    let padding = data.bytes().rev().take_while(|byte| *byte == b'=').count();
    #[expect(clippy::cast_precision_loss, reason = "compared with a limit of megabytes")]
    let bytes = (data.len() / 4 * 3).saturating_sub(padding) as f64;
    bytes
}

/// Digits behind the point that the number needs.
fn decimal_places(decimal: f64) -> u32 {
    let number = postern_json::Number::from_f64(decimal);
    let behind =
        number.as_ref().and_then(|number| number.as_str().split_once('.')).map_or("", |(_, behind)| behind);
    u32::try_from(behind.len()).unwrap_or(u32::MAX)
}

impl Session {
    /// What is wrong with the answers of one slot; nothing where it is disabled.
    pub fn check(&self, slot: SlotId, patterns: &dyn Patterns) -> Vec<Problem> {
        let item = self.item(slot);
        if !self.is_enabled(slot) || item.kind == Kind::Display {
            return Vec::new();
        }
        let needed = item.required || item.limits.min_occurs > 0;
        if item.kind.is_question() {
            let given = self.answers(slot);
            if given.is_empty() {
                return if needed { alloc::vec![Problem::Required] } else { Vec::new() };
            }
            let mut problems = answers(item, given, patterns);
            for constraint in &item.constraints {
                let other =
                    self.occurrences(constraint.question).into_iter().find(|slot| self.is_enabled(*slot));
                if !constraint.holds(given, other.map_or(&[], |slot| self.answers(slot))) {
                    problems.push(Problem::Constraint(constraint.words.clone()));
                }
            }
            return problems;
        }
        let mut problems = Vec::new();
        let filled = (0..self.instances(slot)).filter(|index| self.is_filled(slot, *index)).count();
        occurs(item, filled, &mut problems);
        if filled == 0 && needed && self.is_answerable(slot) {
            problems.push(Problem::Required);
        }
        problems
    }

    /// Everything that is wrong, in document order.
    pub fn problems(&self, patterns: &dyn Patterns) -> Vec<(SlotId, Problem)> {
        let mut problems = Vec::new();
        for slot in self.roots() {
            self.problems_within(*slot, patterns, &mut problems);
        }
        problems
    }

    /// What is wrong with a slot and all within it. A repeat of a group that nothing was written into counts as not there.
    pub fn problems_within(
        &self,
        slot: SlotId,
        patterns: &dyn Patterns,
        problems: &mut Vec<(SlotId, Problem)>,
    ) {
        if !self.is_enabled(slot) {
            return;
        }
        problems.extend(self.check(slot, patterns).into_iter().map(|problem| (slot, problem)));
        let item = self.item(slot);
        let may_be_left_out = item.kind == Kind::Group && item.repeats;
        for index in 0..self.instances(slot) {
            if !may_be_left_out || self.is_filled(slot, index) {
                for inner in self.children(slot, index) {
                    self.problems_within(*inner, patterns, problems);
                }
            }
        }
    }
}
