//! Scores: what the chosen answers count together.

use super::{
    compare::same,
    item::Item,
    session::{Session, SlotId},
};

/// A sum of `ordinalValue`s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The sum.
    pub total: f64,
    /// Questions with scored answers that were answered.
    pub answered: usize,
    /// Questions with scored answers that were asked. A sum with some unanswered is not the instrument's score.
    pub asked: usize,
}

impl Session {
    /// The score of the whole form; `None` when no enabled question has scored answers.
    pub fn score(&self) -> Option<Score> {
        self.sum(self.roots())
    }

    /// The score of one question or group with all within it.
    pub fn score_within(&self, slot: SlotId) -> Option<Score> {
        if self.is_enabled(slot) { self.sum(&[slot]) } else { None }
    }

    fn sum(&self, slots: &[SlotId]) -> Option<Score> {
        let mut score = Score { total: 0.0, answered: 0, asked: 0 };
        self.add_scores(slots, &mut score);
        (score.asked > 0).then_some(score)
    }

    fn add_scores(&self, slots: &[SlotId], score: &mut Score) {
        for slot in slots.iter().copied().filter(|slot| self.own_conditions_hold(*slot)) {
            let item = self.item(slot);
            if is_scored(item) {
                let answers = self.answers(slot);
                score.asked += 1;
                score.answered += usize::from(!answers.is_empty());
                score.total += answers.iter().filter_map(|answer| score_of(item, answer)).sum::<f64>();
            }
            for instance in 0..self.instances(slot) {
                self.add_scores(self.children(slot, instance), score);
            }
        }
    }
}

/// Some of its answers count.
pub fn is_scored(item: &Item) -> bool {
    item.choices.iter().any(|choice| choice.score.is_some())
}

/// What an answer counts.
pub fn score_of(item: &Item, answer: &super::Answer) -> Option<f64> {
    item.choices.iter().find(|choice| same(&choice.answer, answer))?.score
}
