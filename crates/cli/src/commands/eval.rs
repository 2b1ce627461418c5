//! `cairn eval`: the quote check on a set of quotes, and the whole way on documents with known claims.

use std::path::{Path, PathBuf};
use std::time::Instant;

use cairn_engine::{ScanRequest, Workspace};
use cairn_evals::{CategoryReport, ClaimsReport, KindReport, QuoteReport, ScopeReport};
use cairn_report::visible;
use serde_json::{Map, Value, json};

use crate::arguments::Eval;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{count, one_line};

pub(crate) async fn run(context: &Context, command: Eval) -> Result<Ending, Failure> {
    match command {
        Eval::Quotes { dir } => quotes(context, &dir),
        Eval::Claims { gold, docs } => claims(context, &gold, docs).await,
    }
}

fn quotes(context: &Context, dir: &Path) -> Result<Ending, Failure> {
    let start = Instant::now();
    let report = cairn_evals::quotes(dir, &|| start.elapsed())?;
    if context.is_json() {
        records::print("cairn.eval-quotes/1", quotes_record(&report))?;
    } else {
        context.print(&quotes_text(&report))?;
    }
    Ok(Ending::Done)
}

async fn claims(context: &Context, gold: &Path, docs: PathBuf) -> Result<Ending, Failure> {
    let folder = tempfile::tempdir()?;
    let workspace = Workspace::open(folder.path()).await?;
    let request = ScanRequest { inputs: vec![docs.clone()], threads: context.threads, model: None };
    cairn_engine::scan(&workspace, &request, context.progress().as_ref()).await?;
    let model = cairn_engine::model(&workspace, context.as_of).await?;
    let report = cairn_evals::claims(&cairn_report::json(&model.system, &model.threats), gold, &docs)?;
    if context.is_json() {
        records::print("cairn.eval-claims/1", claims_record(&report))?;
    } else {
        context.print(&claims_text(context, &report))?;
    }
    match report.bad_citations.len() {
        0 => Ok(Ending::Done),
        bad => Ok(Ending::GateFailed(format!("{} not verbatim", count(bad, "citation")))),
    }
}

fn claims_text(context: &Context, report: &ClaimsReport) -> String {
    let mut text = report.to_string();
    if context.verbose {
        text.extend(report.errors("all").iter().map(|line| one_line(line) + "\n"));
    }
    text
}

fn claims_record(report: &ClaimsReport) -> Value {
    let all = [("all", &report.all)];
    let rows = report.kinds.iter().map(|(kind, row)| (*kind, row)).chain(all);
    json!({
        "kinds": rows.map(|(kind, row)| (kind.to_owned(), kind_record(row))).collect::<Map<_, _>>(),
        "passages_covered": report.passages_covered,
        "citations": report.citations,
        "bad_citations": report.bad_citations,
    })
}

fn kind_record(row: &KindReport) -> Value {
    json!({
        "precision": row.precision(),
        "recall": row.recall(),
        "f1": row.f1(),
        "hits": row.hits,
        "missed": row.missed,
        "wrong": row.wrong,
        "duplicates": row.duplicates,
        "type_agrees": row.type_agrees,
        "status_agrees": row.status_agrees,
    })
}

/// The report's own table, and what it did not expect; names in it come from the set.
fn quotes_text(report: &QuoteReport) -> String {
    let surprises = report.surprises.iter().map(|surprise| format!("surprise: {}\n", one_line(surprise)));
    visible(&report.to_string()).into_owned() + &surprises.collect::<String>()
}

fn quotes_record(report: &QuoteReport) -> Value {
    json!({
        "chunks": scope_record(&report.chunks),
        "documents": scope_record(&report.documents),
        "prepared": report.prepared,
        "prepared_bytes": report.prepared_bytes,
        "preparation_seconds": report.preparation.as_secs_f64(),
        "surprises": report.surprises,
    })
}

fn scope_record(scope: &ScopeReport) -> Value {
    let by_name = |reports: &std::collections::BTreeMap<String, CategoryReport>| {
        reports.iter().map(|(name, it)| (name.clone(), category_record(it))).collect::<Map<_, _>>()
    };
    json!({
        "quotes": scope.quotes,
        "microseconds_per_quote": scope.microseconds_per_quote(),
        "categories": by_name(&scope.categories),
        "kinds": by_name(&scope.kinds),
    })
}

fn category_record(report: &CategoryReport) -> Value {
    json!({
        "quotes": report.quotes,
        "accepted": report.accepted(),
        "verbatim": report.verbatim,
        "up_to_formatting": report.up_to_formatting,
        "span_exact": report.span_exact,
        "span_near": report.span_near,
    })
}
