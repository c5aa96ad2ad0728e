//! When an item is enabled.

use super::{
    answer::Answer,
    compare::{order, same},
    item::{ItemId, Kind},
};
use crate::code::codes;
use alloc::vec::Vec;

codes! {
    /// `Questionnaire.item.enableWhen.operator`.
    Operator {
        /// There is an answer, or there is none.
        Exists => "exists",
        /// At least one answer is this.
        Equal => "=",
        /// No answer is this; so also where there is none.
        NotEqual => "!=",
        /// At least one answer is above.
        Greater => ">",
        /// At least one answer is below.
        Less => "<",
        /// At least one answer is this or above.
        AtLeast => ">=",
        /// At least one answer is this or below.
        AtMost => "<=",
    }
}

/// One `enableWhen`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) question: ItemId,
    pub(crate) operator: Operator,
    pub(crate) answer: Answer,
}

/// All of an item.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Enable {
    /// Every condition must hold, not only one.
    pub(crate) all: bool,
    pub(crate) conditions: Vec<Condition>,
}

impl Condition {
    /// Holds for these answers; those of a disabled question are none.
    pub(crate) fn holds(&self, answers: &[Answer]) -> bool {
        let any = |fits: fn(core::cmp::Ordering) -> bool| {
            answers.iter().any(|answer| order(answer, &self.answer).is_some_and(fits))
        };
        match self.operator {
            Operator::Exists => self.answer == Answer::Boolean(!answers.is_empty()),
            Operator::Equal => answers.iter().any(|answer| same(answer, &self.answer)),
            Operator::NotEqual => !answers.iter().any(|answer| same(answer, &self.answer)),
            Operator::Greater => any(core::cmp::Ordering::is_gt),
            Operator::Less => any(core::cmp::Ordering::is_lt),
            Operator::AtLeast => any(core::cmp::Ordering::is_ge),
            Operator::AtMost => any(core::cmp::Ordering::is_le),
        }
    }
}

impl Operator {
    /// A question of this kind can be asked this about this value.
    pub(crate) fn fits(self, kind: Kind, answer: &Answer) -> bool {
        if self == Self::Exists {
            return kind.is_question() && matches!(answer, Answer::Boolean(_));
        }
        let ordered = !matches!(self, Self::Equal | Self::NotEqual);
        kind.takes(answer)
            && !(ordered
                && matches!(answer, Answer::Boolean(_) | Answer::Coding(_) | Answer::Reference(_)))
            // A number without a value compares with nothing.
            && !matches!(answer, Answer::Quantity(quantity) if quantity.value.is_none())
    }
}

impl Kind {
    /// An answer of this type can be compared with what answers a question of this kind.
    pub(crate) fn takes(self, answer: &Answer) -> bool {
        match self {
            Self::Group | Self::Display | Self::Attachment => false,
            Self::Boolean => matches!(answer, Answer::Boolean(_)),
            Self::Decimal | Self::Integer => matches!(answer, Answer::Decimal(_) | Answer::Integer(_)),
            Self::Date | Self::DateTime => matches!(answer, Answer::Date(_) | Answer::DateTime(_)),
            Self::Time => matches!(answer, Answer::Time(_)),
            Self::String | Self::Text => matches!(answer, Answer::Text(_)),
            Self::Url => matches!(answer, Answer::Text(_) | Answer::Uri(_)),
            Self::Choice | Self::OpenChoice => matches!(
                answer,
                Answer::Integer(_)
                    | Answer::Date(_)
                    | Answer::Time(_)
                    | Answer::Text(_)
                    | Answer::Coding(_)
                    | Answer::Reference(_)
            ),
            Self::Reference => matches!(answer, Answer::Reference(_)),
            Self::Quantity => matches!(answer, Answer::Quantity(_)),
        }
    }

    /// A value of this type answers a question of this kind, as FHIR types it.
    pub fn answered_by(self, answer: &Answer) -> bool {
        match self {
            Self::Decimal => matches!(answer, Answer::Decimal(_)),
            Self::Integer => matches!(answer, Answer::Integer(_)),
            Self::Date => matches!(answer, Answer::Date(_)),
            Self::DateTime => matches!(answer, Answer::DateTime(_)),
            Self::Url => matches!(answer, Answer::Uri(_)),
            Self::Attachment => matches!(answer, Answer::Attachment(_)),
            other => other.takes(answer),
        }
    }
}
