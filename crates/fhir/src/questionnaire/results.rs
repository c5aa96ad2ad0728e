//! Results over many responses: counts, means, the net promoter score. Groups that are so small that an answer points at a
//! person are not told.

use super::{
    answer::Answer,
    compare::{as_number, same},
    form::Form,
    item::{Item, ItemId, Kind},
    score::score_of,
    session::Session,
};
use alloc::vec::Vec;

/// Results of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Who answered; told always.
    pub respondents: usize,
    /// One for each question that can be counted, in document order; texts, pictures and references are not.
    pub questions: Vec<Question>,
}

/// Results of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Which.
    pub item: ItemId,
    /// What may be told; `None` when fewer answered than the smallest group.
    pub told: Option<Told>,
}

/// What may be told of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Who answered it.
    pub answered: usize,
    /// How often each answer was given, in the form's order.
    pub tally: Vec<(Answer, Count)>,
    /// The mean of numbers, or of what the chosen answers count.
    pub mean: Option<f64>,
    /// The net promoter score of a question from 0 to 10.
    pub promoters: Option<Promoters>,
}

/// A count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Of(usize),
    /// Few, or it would tell how few some others are.
    Withheld,
}

/// A net promoter score: the share of promoters (9, 10) less that of detractors (0 to 6), in hundredths, -100 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promoters {
    /// Promoters less detractors.
    pub score: f64,
    /// 9 and 10.
    pub promoters: Count,
    /// 7 and 8.
    pub passives: Count,
    /// 0 to 6.
    pub detractors: Count,
}

/// The results of these responses, each as [`receive`](super::receive()) gave it. `smallest` is the smallest group that is told.
pub fn results(form: &Form, responses: &[Session], smallest: usize) -> Results {
    let questions = form.items().filter(|(_, item)| is_countable(item)).map(|(id, item)| {
        let answers: Vec<Vec<&Answer>> = responses.iter().map(|one| given(one, id)).collect();
        let answers: Vec<Vec<&Answer>> = answers.into_iter().filter(|all| !all.is_empty()).collect();
        Question { item: id, told: (answers.len() >= smallest).then(|| told(item, &answers, smallest)) }
    });
    Results { respondents: responses.len(), questions: questions.collect() }
}

/// The net promoter score of ratings from 0 to 10; `None` without any. Others are not counted.
pub fn net_promoter_score(ratings: impl IntoIterator<Item = f64>) -> Option<(f64, [usize; 3])> {
    let mut counts = [0usize; 3];
    for rating in ratings.into_iter().filter(|rating| (0.0..=10.0).contains(rating)) {
        let group = if rating >= 9.0 { 0 } else { usize::from(rating < 7.0) + 1 };
        counts[group] += 1;
    }
    let [promoters, _, detractors] = counts;
    let all: usize = counts.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    let share = |count: usize| count as f64 * 100.0 / all as f64;
    (all > 0).then(|| (share(promoters) - share(detractors), counts))
}

fn is_countable(item: &Item) -> bool {
    let typed = matches!(item.kind, Kind::Boolean | Kind::Integer | Kind::Decimal);
    !item.read_only && !item.hidden && (typed || !item.choices.is_empty())
}

/// The answers of one respondent that count.
fn given(response: &Session, id: ItemId) -> Vec<&Answer> {
    let slots = response.occurrences(id).into_iter().filter(|slot| response.is_enabled(*slot));
    slots.flat_map(|slot| response.answers(slot)).collect()
}

fn told(item: &Item, answers: &[Vec<&Answer>], smallest: usize) -> Told {
    let numbers: Vec<f64> = answers.iter().flatten().filter_map(|answer| number_of(item, answer)).collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    let mean = (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64);
    let tally = possible(item).into_iter().map(|possible| {
        let gave = |all: &&Vec<&Answer>| all.iter().any(|answer| same(answer, &possible));
        let count = answers.iter().filter(gave).count();
        (possible, count)
    });
    let (possible, counts): (Vec<Answer>, Vec<usize>) = tally.unzip();
    // A mean is one more equation: with it, two unknown counts can be calculated.
    let counts = withhold(&counts, smallest, mean.is_some());
    let promoters = is_rating(item).then(|| net_promoter_score(numbers)).flatten().map(|(score, counts)| {
        let counts = withhold(&counts, smallest, true);
        Promoters { score, promoters: counts[0], passives: counts[1], detractors: counts[2] }
    });
    Told { answered: answers.len(), tally: possible.into_iter().zip(counts).collect(), mean, promoters }
}

/// Small counts are not told; nor are others from which they could be calculated: all of them where `together`, else the next
/// smallest when only one would be missing.
fn withhold(counts: &[usize], smallest: usize, together: bool) -> Vec<Count> {
    let small = |count: usize| count > 0 && count < smallest;
    let hidden = counts.iter().filter(|count| small(**count)).count();
    let next = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count >= smallest.max(1))
        .min_by_key(|(_, count)| **count);
    let with = next.filter(|_| hidden == 1).map(|(index, _)| index);
    let told = |(index, count): (usize, &usize)| {
        let withheld = hidden > 0 && together || small(*count) || with == Some(index);
        if withheld { Count::Withheld } else { Count::Of(*count) }
    };
    counts.iter().enumerate().map(told).collect()
}

fn number_of(item: &Item, answer: &Answer) -> Option<f64> {
    score_of(item, answer).or_else(|| as_number(answer))
}

/// The answers that can be counted one by one.
fn possible(item: &Item) -> Vec<Answer> {
    if item.kind == Kind::Boolean {
        return [true, false].map(Answer::Boolean).into();
    }
    if !item.choices.is_empty() {
        return item.choices.iter().map(|choice| choice.answer.clone()).collect();
    }
    match (&item.limits.min, &item.limits.max) {
        (Some(Answer::Integer(min)), Some(Answer::Integer(max)))
            if item.kind == Kind::Integer && max.saturating_sub(*min) <= 20 =>
        {
            (*min..=*max).map(Answer::Integer).collect()
        }
        _ => Vec::new(),
    }
}

/// A question answered by 0, 1, … 10.
fn is_rating(item: &Item) -> bool {
    let values: Vec<f64> = possible(item).iter().filter_map(|answer| number_of(item, answer)).collect();
    values.len() == 11 && (0..=10).all(|rating| values.contains(&f64::from(rating)))
}
