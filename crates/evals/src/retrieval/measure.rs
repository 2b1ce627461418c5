//! The figures that are usual for each set.

use cairn_index::PassageId;

use super::Question;

/// Which figures a set has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// The share of a question's passages among the first 5, 10 and 20.
    Pass,
    /// Precision, recall, their harmonic mean, and the mean reciprocal rank among the first three.
    TopThree,
    /// Mean average precision over a thousand, and the discounted gain of the first ten.
    Ranking,
    /// The share of a question's passages among the first ten.
    RecallAtTen,
}

impl Measure {
    /// How many answers are looked at.
    pub(super) const fn depth(self) -> usize {
        match self {
            Self::Ranking => 1_000,
            Self::Pass | Self::TopThree | Self::RecallAtTen => cairn_index::FUSED_DEPTH,
        }
    }
}

pub(super) fn figures(measure: Measure, questions: &[Question], found: &[Vec<PassageId>]) -> Vec<(&'static str, f64)> {
    let mean = |figure: &dyn Fn(&Question, &[PassageId]) -> f64| {
        let sum: f64 = questions.iter().zip(found).map(|(question, found)| figure(question, found)).sum();
        sum / count(questions.len().max(1))
    };
    match measure {
        Measure::Pass => vec![
            ("Pass@5", 100.0 * mean(&|question, found| covered(question, found, 5))),
            ("Pass@10", 100.0 * mean(&|question, found| covered(question, found, 10))),
            ("Pass@20", 100.0 * mean(&|question, found| covered(question, found, 20))),
        ],
        Measure::RecallAtTen => vec![("recall@10", mean(&|question, found| covered(question, found, 10)))],
        Measure::TopThree => {
            let precision = mean(&precision_at_three);
            let recall = mean(&|question, found| covered(question, found, 3));
            let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
            vec![("P@3", precision), ("R@3", recall), ("F1@3", f1), ("MRR@3", mean(&reciprocal_rank_at_three))]
        }
        Measure::Ranking => vec![("MAP", mean(&average_precision)), ("nDCG@10", mean(&gain_at_ten))],
    }
}

/// The share of the question's groups that have a passage among the first `depth`.
fn covered(question: &Question, found: &[PassageId], depth: usize) -> f64 {
    let first = first(found, depth);
    let covered = question.groups.iter().filter(|group| group.iter().any(|id| first.contains(id))).count();
    share(covered, question.groups.len())
}

fn precision_at_three(question: &Question, found: &[PassageId]) -> f64 {
    let first = first(found, 3);
    share(first.iter().filter(|id| is_right(question, **id)).count(), first.len())
}

fn reciprocal_rank_at_three(question: &Question, found: &[PassageId]) -> f64 {
    let rank = first(found, 3).iter().position(|id| is_right(question, *id));
    rank.map_or(0.0, |rank| share(1, rank + 1))
}

fn average_precision(question: &Question, found: &[PassageId]) -> f64 {
    let (mut right, mut sum) = (0, 0.0);
    for (rank, id) in found.iter().enumerate() {
        if is_right(question, *id) {
            right += 1;
            sum += share(right, rank + 1);
        }
    }
    sum / count(question.groups.len().max(1))
}

fn gain_at_ten(question: &Question, found: &[PassageId]) -> f64 {
    let discount = |rank: usize| 1.0 / count(rank + 2).log2();
    let ranks = first(found, 10).iter().enumerate().filter(|(_, id)| is_right(question, **id));
    let gain: f64 = ranks.map(|(rank, _)| discount(rank)).sum();
    let ideal: f64 = (0..question.groups.len().min(10)).map(discount).sum();
    if ideal > 0.0 { gain / ideal } else { 0.0 }
}

fn is_right(question: &Question, id: PassageId) -> bool {
    question.groups.iter().any(|group| group.contains(&id))
}

fn first(found: &[PassageId], depth: usize) -> &[PassageId] {
    found.get(..depth).unwrap_or(found)
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { count(part) / count(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]
fn count(number: usize) -> f64 {
    number as f64
}
