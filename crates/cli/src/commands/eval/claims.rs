//! `cairn eval claims`: models against gold claims.

use std::path::{Path, PathBuf};

use cairn_evals::{ClaimsReport, Counts, GoldSet, PathRule, Reading, Scored, SystemFolders, Totals, systems, table};
use cairn_report::visible;
use serde_json::{Map, Value, json};

use crate::arguments::EvalClaims;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, one_line};

/// Name of the table in a gold folder.
const TABLE_FILE: &str = "table.txt";

pub(super) fn run(context: &Context, arguments: &EvalClaims) -> Result<Ending, Failure> {
    let given = given(arguments)?;
    let writes = arguments.write_tables || arguments.write_table.is_some();
    let rule = if arguments.exact_paths || writes { PathRule::Exact } else { PathRule::Ending };
    let mut scored = Vec::new();
    for (at, system) in given.systems.iter().enumerate() {
        let gold = GoldSet::open(&system.gold, &system.docs)?;
        let export = match arguments.model.get(at) {
            Some(path) => read(path)?,
            None => Reading::of_folder(&system.docs, context.threads)?.export(),
        };
        scored.push(Scored { name: system.name.clone(), report: cairn_evals::claims(&export, &gold, rule)? });
    }
    if writes {
        write_tables(context, arguments, &given.systems, &scored)?;
    }
    if context.is_json() {
        records::print("cairn.eval-claims/1", record(&scored))?;
    } else {
        context.print(&text(context, &scored, given.in_folders))?;
    }
    match scored.iter().map(|one| one.report.bad_citations.len()).sum() {
        0 => Ok(Ending::Done),
        bad => Ok(Ending::GateFailed(format!("{} not verbatim", count(bad, "citation")))),
    }
}

/// What to score.
struct Given {
    systems: Vec<SystemFolders>,
    /// Whether a folder of systems was given, which are then many.
    in_folders: bool,
}

fn given(arguments: &EvalClaims) -> Result<Given, Failure> {
    let (golds, docs, models) = (&arguments.gold, &arguments.docs, &arguments.model);
    if golds.len() != docs.len() {
        return Err(Failure::usage("every `--gold` needs its `--docs`"));
    }
    let mut given = Given { systems: Vec::new(), in_folders: false };
    for (gold, docs) in golds.iter().zip(docs) {
        let found = systems(gold, docs)?;
        given.in_folders |= found.iter().any(|system| system.gold != *gold);
        given.systems.extend(found);
    }
    if !models.is_empty() && models.len() != given.systems.len() {
        let systems = given.systems.len();
        return Err(Failure::usage(format!("expected one `--model` for each of {}", count(systems, "system"))));
    }
    Ok(given)
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|source| cairn_evals::EvalError::Read { path: path.to_owned(), source }.into())
}

/// One table of all systems where a file is named, or else one in each gold folder.
fn write_tables(
    context: &Context,
    arguments: &EvalClaims,
    systems: &[SystemFolders],
    scored: &[Scored],
) -> Result<(), Failure> {
    let command = command(arguments);
    let write = |path: PathBuf, text: String| {
        std::fs::write(&path, text)?;
        context.tell(&format!("wrote `{}`", path.display()));
        Ok::<_, Failure>(())
    };
    match &arguments.write_table {
        Some(path) => write(path.clone(), table(scored, &command)),
        None => systems.iter().zip(scored).try_for_each(|(system, one)| {
            write(system.gold.join(TABLE_FILE), table(std::slice::from_ref(one), &command))
        }),
    }
}

/// The command as it was given, for the head of the table.
fn command(arguments: &EvalClaims) -> String {
    let pairs = arguments.gold.iter().zip(&arguments.docs);
    let pairs = pairs.map(|(gold, docs)| format!("--gold {} --docs {}", gold.display(), docs.display()));
    let pairs = pairs.collect::<Vec<_>>().join(" ");
    let written = match &arguments.write_table {
        Some(path) => format!("--write-table {}", path.display()),
        None => "--write-tables".to_owned(),
    };
    format!("cairn eval claims {pairs} {written}")
}

/// The reference scorer's table for a single system; for several each under its name, in short where they are many, and all
/// together.
fn text(context: &Context, scored: &[Scored], is_short: bool) -> String {
    let mut text = String::new();
    for one in scored {
        match (is_short, scored.len()) {
            (true, _) => text.push_str(&visible(&one.compact())),
            (false, 1) => text.push_str(&one.report.to_string()),
            (false, _) => text.extend([format!("{}\n{}", bold(&one_line(&one.name)), one.report)]),
        }
        if context.verbose {
            text.extend(one.report.errors("all").iter().map(|line| one_line(line) + "\n"));
        }
        if is_short || scored.len() > 1 {
            text.push('\n');
        }
    }
    if is_short || scored.len() > 1 {
        text.push_str(&Totals::of(scored).to_string());
    }
    text
}

fn record(scored: &[Scored]) -> Value {
    let totals = Totals::of(scored);
    let systems = scored.iter().map(|one| (one.name.clone(), system_record(&one.report)));
    json!({
        "systems": systems.collect::<Map<_, _>>(),
        "totals": {
            "systems": totals.systems,
            "kinds": kinds_record(&totals.kinds, &totals.all),
            "mean_f1": totals.mean_f1,
            "passages_covered": totals.passages_covered,
            "passages": totals.passages,
            "citations": totals.citations,
            "bad_citations": totals.bad_citations,
        },
    })
}

fn system_record(report: &ClaimsReport) -> Value {
    let kinds: Vec<_> = report.kinds.iter().map(|(kind, row)| (*kind, row.counts)).collect();
    let errors = report
        .kinds
        .iter()
        .map(|(kind, row)| ((*kind).to_owned(), json!({ "missed": row.missed, "wrong": row.wrong })));
    json!({
        "kinds": kinds_record(&kinds, &report.all),
        "errors": errors.collect::<Map<_, _>>(),
        "passages_covered": report.passages_covered,
        "passages": report.passages,
        "citations": report.citations,
        "bad_citations": report.bad_citations,
    })
}

fn kinds_record(kinds: &[(&'static str, Counts)], all: &Counts) -> Value {
    let rows = kinds.iter().map(|(kind, row)| (*kind, row)).chain([("all", all)]);
    rows.map(|(kind, row)| (kind.to_owned(), counts_record(row))).collect::<Map<_, _>>().into()
}

fn counts_record(row: &Counts) -> Value {
    json!({
        "precision": row.precision(),
        "recall": row.recall(),
        "f1": row.f1(),
        "hits": row.hits,
        "missed": row.missed,
        "wrong": row.wrong,
        "duplicates": row.duplicates,
        "type_agrees": row.type_agrees(),
        "status_agrees": row.status_agrees(),
    })
}
