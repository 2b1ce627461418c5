//! `cairn eval quotes`: the quote check on a set of quotes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use cairn_evals::{CategoryReport, QuoteReport, ScopeReport};
use cairn_report::visible;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::one_line;

pub(super) fn run(context: &Context, dir: &Path) -> Result<Ending, Failure> {
    let start = Instant::now();
    let report = cairn_evals::quotes(dir, &|| start.elapsed())?;
    if context.is_json() {
        records::print("cairn.eval-quotes/1", quotes_record(&report))?;
    } else {
        context.print(&quotes_text(&report))?;
    }
    Ok(Ending::Done)
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
    let by_name = |reports: &BTreeMap<String, CategoryReport>| {
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
