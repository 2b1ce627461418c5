//! `cairn eval resolution`: how well names are matched.

use std::path::Path;

use cairn_evals::{Aliases, NameSet, ResolutionReport, resolution, systems};
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;

pub(super) fn run(context: &Context, gold: Option<&Path>) -> Result<Ending, Failure> {
    let mut sets = vec![("generated names".to_owned(), NameSet::generated())];
    if let Some(gold) = gold {
        for system in systems(gold, gold)? {
            sets.push((system.name, NameSet::of_gold(&system.gold)?));
        }
    }
    let mut rows: Vec<(String, &str, ResolutionReport)> = Vec::new();
    for (aliases, said) in [(Aliases::Unstated, "unstated"), (Aliases::Stated, "stated")] {
        let of_sets: Vec<_> = sets.iter().map(|(name, set)| (name.clone(), said, resolution(set, aliases))).collect();
        let total = of_sets.iter().skip(1).fold(ResolutionReport::default(), |sum, (_, _, it)| ResolutionReport {
            same: sum.same + it.same,
            joined_rightly: sum.joined_rightly + it.joined_rightly,
            joined_wrongly: sum.joined_wrongly + it.joined_wrongly,
        });
        rows.extend(of_sets);
        if gold.is_some() {
            rows.push(("all gold".to_owned(), said, total));
        }
    }
    if context.is_json() {
        let record = |(name, said, it): &(String, &str, ResolutionReport)| {
            json!({
                "set": name, "aliases": said, "same": it.same, "joined_rightly": it.joined_rightly,
                "joined_wrongly": it.joined_wrongly, "precision": it.precision(), "recall": it.recall(),
            })
        };
        let records: Vec<Value> = rows.iter().map(record).collect();
        records::print("cairn.eval-resolution/1", json!({ "sets": records }))?;
        return Ok(Ending::Done);
    }
    let mut text = format!(
        "{:<28} {:<9} {:>6} {:>6} {:>6} {:>9} {:>7}\n",
        "set", "aliases", "same", "right", "wrong", "precision", "recall"
    );
    text.extend(rows.iter().map(|(name, said, it)| {
        format!(
            "{name:<28} {said:<9} {:>6} {:>6} {:>6} {:>9.3} {:>7.3}\n",
            it.same,
            it.joined_rightly,
            it.joined_wrongly,
            it.precision(),
            it.recall()
        )
    }));
    context.print(&text)?;
    Ok(Ending::Done)
}
