//! The table that is committed: a row for each system and kind, so that a change of the extraction shows as a diff.

use crate::claims::Counts;
use crate::totals::{Scored, Totals};

const COLUMNS: [&str; 9] = ["precision", "recall", "f1", "tp", "fn", "fp", "dup", "type", "status"];

/// What the last rows are about.
const ALL: &str = "all systems";

/// The figures of the systems, and of all together when there are several. `command` is what writes the table.
pub fn table(scored: &[Scored], command: &str) -> String {
    let width = scored.iter().map(|one| one.name.len()).chain([ALL.len()]).max().unwrap_or_default();
    let mut text = format!("# How the embedded extraction agrees with the gold claims. Written by:\n#   {command}\n");
    text.push_str(&row(("system", "kind"), width, &COLUMNS.map(str::to_owned)));
    for one in scored {
        let rows: Vec<_> = one.report.kinds.iter().map(|(kind, row)| (*kind, row.counts)).collect();
        text.push_str(&rows_of(&one.name, width, &rows, &one.report.all));
    }
    if scored.len() > 1 {
        let totals = Totals::of(scored);
        text.push_str(&rows_of(ALL, width, &totals.kinds, &totals.all));
        text.extend([format!("mean f1 of the systems {:.3}\n", totals.mean_f1)]);
    }
    text
}

fn rows_of(name: &str, width: usize, rows: &[(&'static str, Counts)], all: &Counts) -> String {
    let rows = rows.iter().map(|(kind, counts)| (*kind, counts)).chain([("all", all)]);
    rows.map(|(kind, counts)| row((name, kind), width, &cells(counts))).collect()
}

fn cells(row: &Counts) -> [String; 9] {
    let share = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"));
    let [precision, recall, f1] = [row.precision(), row.recall(), row.f1()].map(|figure| share(Some(figure)));
    let [hits, missed, wrong, duplicates] =
        [row.hits, row.missed, row.wrong, row.duplicates].map(|count| count.to_string());
    [precision, recall, f1, hits, missed, wrong, duplicates, share(row.type_agrees()), share(row.status_agrees())]
}

fn row((name, kind): (&str, &str), width: usize, cells: &[String; 9]) -> String {
    let cells = cells.iter().zip([9, 6, 5, 5, 5, 5, 5, 5, 6]).map(|(cell, wide)| format!("{cell:>wide$}"));
    let cells = cells.collect::<Vec<_>>().join(" ");
    format!("{name:width$}  {kind:13} {cells}\n")
}
