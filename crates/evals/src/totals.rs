//! Several systems together: their comparisons and what they add up to.

use std::fmt;

use cairn_model::ClaimKind;

use crate::claims::{ClaimsReport, Counts, share};

/// One system's comparison.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The system's name.
    pub name: String,
    /// How its model compares with its gold claims.
    pub report: ClaimsReport,
}

/// All systems together. Every claim counts the same, so that large systems weigh more; the mean does not.
#[derive(Clone, Debug)]
pub struct Totals {
    /// How many systems.
    pub systems: usize,
    /// A row for each kind in the contract's order.
    pub kinds: Vec<(&'static str, Counts)>,
    /// All kinds together.
    pub all: Counts,
    /// The mean of the systems' F1.
    pub mean_f1: f64,
    /// Gold claims whose passage some element cites.
    pub passages_covered: usize,
    /// Gold claims that count.
    pub passages: usize,
    /// Citations of scored elements.
    pub citations: usize,
    /// How many of them are not in the file where they say.
    pub bad_citations: usize,
}

impl Totals {
    /// Adds the systems up.
    #[expect(clippy::cast_precision_loss, reason = "counts of systems are far below 2^52")]
    pub fn of(scored: &[Scored]) -> Self {
        let mut kinds: Vec<(&'static str, Counts)> =
            ClaimKind::ALL.map(|kind| (kind.as_str(), Counts::default())).into();
        let mut all = Counts::default();
        for one in scored {
            for ((_, total), (_, row)) in kinds.iter_mut().zip(&one.report.kinds) {
                total.add(&row.counts);
            }
            all.add(&one.report.all);
        }
        let sum = |figure: fn(&ClaimsReport) -> usize| scored.iter().map(|one| figure(&one.report)).sum();
        let mean_f1 = scored.iter().map(|one| one.report.all.f1()).sum::<f64>() / scored.len().max(1) as f64;
        Self {
            systems: scored.len(),
            kinds,
            all,
            mean_f1,
            passages_covered: sum(|report| report.passages_covered),
            passages: sum(|report| report.passages),
            citations: sum(|report| report.citations),
            bad_citations: sum(|report| report.bad_citations.len()),
        }
    }
}

impl Scored {
    /// The system's figures, a line for each kind that occurs.
    pub fn compact(&self) -> String {
        let rows: Vec<_> = self.report.kinds.iter().map(|(kind, row)| (*kind, row.counts)).collect();
        let report = &self.report;
        block(&self.name, &rows, &report.all)
            + &last_line(report.passages_covered, report.passages, report.citations, report.bad_citations.len())
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&block(&format!("{} systems", self.systems), &self.kinds, &self.all))?;
        writeln!(f, "mean F1 of the systems {:.3}", self.mean_f1)?;
        f.write_str(&last_line(self.passages_covered, self.passages, self.citations, self.bad_citations))
    }
}

fn block(name: &str, rows: &[(&'static str, Counts)], all: &Counts) -> String {
    let heading = format!(
        "{name:24} {:>5} {:>5} {:>5}  {:>4} {:>4} {:>4} {:>4}  {:>5} {:>6}\n",
        "P", "R", "F1", "tp", "fn", "fp", "dup", "type", "status"
    );
    let shown = rows.iter().filter(|(_, counts)| !counts.is_empty()).map(|(kind, counts)| line(kind, counts));
    heading + &shown.collect::<String>() + &line("all", all)
}

fn line(kind: &str, row: &Counts) -> String {
    let agreement = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"));
    format!(
        "  {kind:22} {:.3} {:.3} {:.3}  {:>4} {:>4} {:>4} {:>4}  {:>5} {:>6}\n",
        row.precision(),
        row.recall(),
        row.f1(),
        row.hits,
        row.missed,
        row.wrong,
        row.duplicates,
        agreement(row.type_agrees()),
        agreement(row.status_agrees()),
    )
}

fn last_line(covered: usize, passages: usize, citations: usize, bad: usize) -> String {
    let covered = share(covered, passages);
    format!("passages covered {covered:.3}; citations checked {citations}, not verbatim {bad}\n")
}
