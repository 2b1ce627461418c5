//! All annotated systems beside the repository: the figures are the reference scorer's, and those that are committed.

use std::sync::OnceLock;

use cairn_evals::{GoldSet, PathRule, Reading, Scored, SystemFolders, claims, systems, table};
use rayon::prelude::*;

use crate::{difference, folder, reference_table, root, shared};

const COMMAND: &str =
    "cairn eval claims --gold ../shared/gold --docs ../shared/corpora --write-table eval/tables/claims.txt";

/// Each system with the export of what is read in it, made once for all tests here.
fn exports() -> Option<&'static [(SystemFolders, String)]> {
    static EXPORTS: OnceLock<Option<Vec<(SystemFolders, String)>>> = OnceLock::new();
    let read = || {
        let found = systems(&shared("gold")?, &shared("corpora")?).unwrap();
        let export = |system: &SystemFolders| Reading::of_folder(&system.docs, None).unwrap().export();
        Some(found.into_par_iter().map(|system| (system.clone(), export(&system))).collect())
    };
    EXPORTS.get_or_init(read).as_deref()
}

#[test]
fn every_figure_is_the_reference_scorers() {
    exports().unwrap_or_default().par_iter().for_each(|(system, export)| {
        let model = folder(&format!("systems-{}", system.name), &[("model.json", export)]).join("model.json");
        let Some(table) = reference_table(&model, &system.gold, &system.docs) else { return };
        assert_eq!(scored(system, export, PathRule::Ending).report.to_string(), table, "{}", system.name);
    });
}

#[test]
fn the_committed_table_is_what_is_measured() {
    let Some(exports) = exports() else { return };
    let all: Vec<Scored> = exports.par_iter().map(|(system, export)| scored(system, export, PathRule::Exact)).collect();
    let bad: Vec<_> = all.iter().flat_map(|one| &one.report.bad_citations).collect();
    assert!(bad.is_empty(), "citations that are not verbatim: {bad:#?}");
    let committed = std::fs::read_to_string(root().join("eval/tables/claims.txt")).unwrap_or_default();
    if let Some(difference) = difference(&committed, &table(&all, COMMAND)) {
        panic!("eval/tables/claims.txt is not what is measured:\n{difference}hint: from the root, run\n  {COMMAND}");
    }
}

fn scored(system: &SystemFolders, export: &str, rule: PathRule) -> Scored {
    let gold = GoldSet::open(&system.gold, &system.docs).unwrap();
    Scored { name: system.name.clone(), report: claims(export, &gold, rule).unwrap() }
}
