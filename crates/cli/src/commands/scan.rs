//! `cairn scan PATH…`: reads documents in and shows what stands out.

use cairn_engine::{Model, ScanRequest, ScanSummary, Workspace};
use serde_json::{Value, json};

use super::skipped::not_understood;
use super::threats::{findings, gate, most_pressing_first, overview_line};
use crate::arguments::Scan;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line};

/// How many threats the summary shows.
const TOP_THREATS: usize = 5;

pub(crate) async fn run(context: &Context, arguments: Scan) -> Result<Ending, Failure> {
    let workspace = Workspace::open(&context.workspace_to_make()?).await?;
    let request = ScanRequest { inputs: arguments.paths, threads: context.threads };
    let progress = context.progress();
    let summary = cairn_engine::scan(&workspace, &request, progress.as_ref()).await?;
    let model = cairn_engine::model(&workspace, context.as_of).await?;

    if context.is_json() {
        records::print("cairn.scan/1", json_summary(&summary, &model))?;
    } else {
        context.print(&text_summary(context, &summary, &model))?;
        if summary.documents > 0 {
            context.tell(&dim(
                "next: `cairn threats`, `cairn explain ID`, `cairn questions`, `cairn export --format markdown`",
            ));
        }
    }
    if summary.documents == 0 {
        let skipped = count(summary.skipped.len(), "input");
        return Err(Failure::no_input(format!(
            "no documents found ({skipped} skipped)\nhint: `cairn skipped` says why"
        )));
    }
    let ending = gate(&model.threats, &arguments.gate);
    if ending == Ending::Done && summary.failures > 0 {
        let failures = count(summary.failures, "input");
        return Ok(Ending::Partial(format!("{failures} could not be read; `cairn skipped` lists them")));
    }
    Ok(ending)
}

fn json_summary(summary: &ScanSummary, model: &Model) -> Value {
    json!({
        "documents": {
            "read": summary.documents,
            "added": summary.added,
            "changed": summary.changed,
            "unchanged": summary.unchanged,
            "removed": summary.removed,
            "skipped": summary.skipped.len(),
            "failed": summary.failures,
        },
        "units": { "extracted": summary.units_extracted, "kept": summary.units_kept },
        "claims": summary.claims,
        "rejected": model.system.rejected.len(),
        "not_understood": summary.not_understood.iter().map(not_understood).collect::<Vec<_>>(),
        "threats": model.threats.len(),
        "components": model.system.components.len(),
        "flows": model.system.flows.len(),
        "conflicts": model.system.conflicts.len(),
        "gaps": model.system.gaps.len(),
    })
}

fn text_summary(context: &Context, summary: &ScanSummary, model: &Model) -> String {
    let system = &model.system;
    let mut text = format!(
        "{}: {} added, {} changed, {} unchanged, {} removed, {} skipped\n",
        bold(&count(summary.documents, "document")),
        summary.added,
        summary.changed,
        summary.unchanged,
        summary.removed,
        summary.skipped.len()
    );
    text.extend([format!(
        "{}: {} read now, {} kept; {}\n",
        bold(&count(summary.claims, "claim")),
        count(summary.units_extracted, "document"),
        count(summary.units_kept, "document"),
        rejected(system.rejected.len())
    )]);
    text.extend([format!(
        "{}: {}, {}, {}, {}, {}\n",
        bold("model"),
        count(system.components.len(), "component"),
        count(system.flows.len(), "flow"),
        count(system.controls.len(), "control"),
        count(system.conflicts.len(), "conflict"),
        count(system.gaps.len(), "gap")
    )]);
    if !summary.not_understood.is_empty() {
        let parts = count(summary.not_understood.len(), "part");
        text.extend([format!("{parts} of documents not understood; `cairn skipped` lists them\n")]);
    }
    if context.verbose {
        let lines = summary.not_understood.iter().map(|part| format!("  {}\n", one_line(&part.to_string())));
        text.extend(lines);
        let skipped = summary.skipped.iter();
        text.extend(skipped.map(|it| format!("  skipped {}: {}\n", one_line(&it.path), one_line(&it.reason))));
    }
    text + &top_threats(model)
}

fn rejected(number: usize) -> String {
    format!("{number} rejected because no document supports {}", if number == 1 { "it" } else { "them" })
}

fn top_threats(model: &Model) -> String {
    let mut threats: Vec<_> = model.threats.iter().collect();
    most_pressing_first(&mut threats);
    let mut text = format!("{}: {}\n", bold(&count(threats.len(), "threat")), findings(&model.threats));
    if !threats.is_empty() {
        text.push('\n');
    }
    text.extend(threats.iter().take(TOP_THREATS).map(|threat| overview_line(threat)));
    if threats.len() > TOP_THREATS {
        text += &dim(&format!("… and {} more\n", threats.len() - TOP_THREATS));
    }
    text
}
