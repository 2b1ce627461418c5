//! `cairn scan PATH…`: reads documents in and shows what stands out.

use std::collections::BTreeMap;

use cairn_engine::{Model, ModelSummary, ScanRequest, ScanSummary, Workspace};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::model;
use super::skipped::not_understood;
use super::threats::{failing, findings, gate_of, most_pressing_first, overview_line};
use crate::arguments::Scan;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line};

/// How many threats the summary shows.
const TOP_THREATS: usize = 5;

pub(crate) async fn run(context: &Context, arguments: Scan) -> Result<Ending, Failure> {
    let workspace = Workspace::open(&context.workspace_to_make()?).await?.with_rules(context.rules.clone());
    let access = model::access(&workspace, &arguments.model)?;
    let request = ScanRequest {
        inputs: arguments.paths,
        threads: context.threads,
        commit: arguments.commit.clone(),
        model: access,
        as_of: Some(context.as_of),
        ..ScanRequest::default()
    };
    let progress = context.progress();
    if arguments.dry_run {
        return dry_run(context, &workspace, &request).await;
    }
    let summary = cairn_engine::scan(&workspace, &request, progress.as_ref()).await?;
    let model = outline(context, &workspace, &summary).await?;

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
    model::write_recording(&arguments.model, summary.model.as_ref().and_then(|it| it.recording.as_ref()))?;
    let ending = gate_of(&model.failing, &arguments.gate);
    if let (Ending::Done, Some(reason)) = (&ending, summary.model.as_ref().and_then(unfinished)) {
        return Ok(Ending::Partial(reason));
    }
    if ending == Ending::Done && summary.failures > 0 {
        let failures = count(summary.failures, "input");
        return Ok(Ending::Partial(format!("{failures} could not be read; `cairn skipped` lists them")));
    }
    Ok(ending)
}

/// Why the model has not read everything, if it has not.
fn unfinished(model: &ModelSummary) -> Option<String> {
    let questions = count(model.pending, "question");
    if let Some(stopped) = &model.stopped {
        let stopped = stopped.lines().next().unwrap_or_default();
        return Some(format!("the model has not answered {questions}: {stopped}; the next scan goes on from there"));
    }
    let failed = model.failed + model.cut_off;
    (failed > 0)
        .then(|| format!("the model gave no whole answer to {}; `cairn skipped` lists them", count(failed, "question")))
}

/// What a summary tells of the model.
#[derive(Debug, Serialize, Deserialize)]
struct Outline {
    rejected: usize,
    components: usize,
    flows: usize,
    controls: usize,
    conflicts: usize,
    gaps: usize,
    threats: usize,
    top_threats: String,
    /// How many findings there are of each severity.
    failing: BTreeMap<String, usize>,
}

/// The outline of the model, which is derived once for each revision and day: to show it again, the model is not made again.
async fn outline(context: &Context, workspace: &Workspace, summary: &ScanSummary) -> Result<Outline, Failure> {
    let day = context.as_of.to_string();
    let name = "scan-outline";
    // Rules that were given for this run are none of the revision's.
    let may_keep = context.rules.is_empty();
    if may_keep
        && let Some(kept) = workspace.derived(name, &[&day]).await?
        && let Ok(outline) = serde_json::from_str(&kept)
    {
        return Ok(outline);
    }
    let model = cairn_engine::model(workspace, context.as_of).await?;
    let outline = Outline {
        rejected: model.system.rejected.len(),
        components: model.system.components.len(),
        flows: model.system.flows.len(),
        controls: model.system.controls.len(),
        conflicts: model.system.conflicts.len(),
        gaps: model.system.gaps.len(),
        threats: model.threats.len(),
        top_threats: top_threats(&model),
        failing: failing(&model.threats),
    };
    if may_keep {
        if let Some(revision) = summary.revision {
            cairn_engine::note_threats(workspace, revision, &model, context.as_of).await?;
        }
        let text = serde_json::to_string(&outline).expect("numbers and texts serialise");
        workspace.keep_derived(name, &[&day], &text).await?;
    }
    Ok(outline)
}

async fn dry_run(context: &Context, workspace: &Workspace, request: &ScanRequest) -> Result<Ending, Failure> {
    if request.model.is_none() {
        return Err(Failure::usage(
            "there is no model to ask\nhint: set `base_url` and `name` in the section `[model]` of `cairn.toml`",
        ));
    }
    let estimate = cairn_engine::estimate(workspace, request, context.progress().as_ref()).await?;
    if context.is_json() {
        let fields = json!({
            "model": estimate.model,
            "documents": estimate.documents,
            "asks": estimate.asks,
            "left_out": estimate.left_out,
            "kept": estimate.kept,
            "input_tokens": estimate.input_tokens,
            "shared_tokens": estimate.shared_tokens,
            "output_tokens": estimate.output_tokens,
            "cost": money(estimate.cost_micros),
            "redacted": estimate.redacted,
        });
        records::print("cairn.dry-run/1", fields)?;
        return Ok(Ending::Done);
    }
    context.print(&format!(
        "{} would ask {} about {}: {} in all, {} answered already, {} left out as their chunks cannot hold what they ask for\n\
         about {} tokens to send, of which {} are beginnings that questions share, and {} to receive\n\
         about {:.4} in the currency of the settings' prices; {} taken out; nothing was sent\n",
        bold("a scan"),
        one_line(&estimate.model),
        count(estimate.documents, "document"),
        count(estimate.asks, "question"),
        estimate.kept,
        estimate.left_out,
        estimate.input_tokens,
        estimate.shared_tokens,
        estimate.output_tokens,
        money(estimate.cost_micros),
        count(estimate.redacted, "secret"),
    ))?;
    Ok(Ending::Done)
}

/// What the model did, for people.
pub(crate) fn model_summary(model: &ModelSummary) -> String {
    let spend = model.spend;
    let mut text = format!(
        "{} by {}: {}: {} extracted, {} empty, {} refused, {} failed, {} cut off, {} not asked\n",
        bold("read"),
        one_line(&model.model),
        count(model.asks, "question"),
        model.extracted,
        model.empty,
        model.refused,
        model.failed,
        model.cut_off,
        model.pending,
    );
    text.extend([format!(
        "  {}, {} tokens sent ({} from the endpoint's cache), {} received, cost {:.4}\n",
        count(usize::try_from(spend.calls).unwrap_or(usize::MAX), "call"),
        spend.input_tokens,
        spend.cached_tokens,
        spend.output_tokens,
        money(spend.cost_micros),
    )]);
    if model.left_out > 0 {
        let left_out = count(model.left_out, "question");
        text.extend([format!("  {left_out} left out, as their chunks cannot hold what they ask for\n")]);
    }
    if model.in_force > 0 {
        let documents = count(model.in_force, "document");
        text.extend([format!(
            "  {documents} stay as an earlier model or prompt read them, until everything is asked\n"
        )]);
    }
    if model.redacted + model.local_only > 0 {
        let local = count(model.local_only, "document");
        text.extend([format!("  {} taken out, {local} kept on this machine\n", count(model.redacted, "secret"))]);
    }
    text
}

/// What the model did, for programs.
pub(crate) fn model_record(model: &ModelSummary) -> Value {
    let hidden = model.hidden.iter().map(|(path, it)| {
        json!({ "path": path, "pieces": it.pieces, "characters": it.characters, "mixed_words": it.mixed_words })
    });
    json!({
        "model": model.model,
        "asks": model.asks,
        "left_out": model.left_out,
        "extracted": model.extracted,
        "empty": model.empty,
        "refused": model.refused,
        "failed": model.failed,
        "cut_off": model.cut_off,
        "pending": model.pending,
        "stopped": model.stopped,
        "claims": model.claims,
        "in_force": model.in_force,
        "calls": model.spend.calls,
        "input_tokens": model.spend.input_tokens,
        "cached_tokens": model.spend.cached_tokens,
        "output_tokens": model.spend.output_tokens,
        "cost": money(model.spend.cost_micros),
        "redacted": model.redacted,
        "local_only": model.local_only,
        "hidden": hidden.collect::<Vec<_>>(),
    })
}

pub(crate) fn money(micros: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "shown with a few digits")]
    let amount = micros as f64 / 1e6;
    amount
}

fn json_summary(summary: &ScanSummary, model: &Outline) -> Value {
    let mut record = json!({
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
        "rejected": model.rejected,
        "not_understood": summary.not_understood.iter().map(not_understood).collect::<Vec<_>>(),
        "threats": model.threats,
        "components": model.components,
        "flows": model.flows,
        "conflicts": model.conflicts,
        "gaps": model.gaps,
    });
    if let (Some(fields), Some(model)) = (record.as_object_mut(), &summary.model) {
        fields.insert("model".to_owned(), model_record(model));
    }
    record
}

fn text_summary(context: &Context, summary: &ScanSummary, outline: &Outline) -> String {
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
        rejected(outline.rejected)
    )]);
    if let Some(model) = &summary.model {
        text += &model_summary(model);
        if context.verbose {
            text.extend(model.hidden.iter().map(|(path, it)| {
                format!(
                    "  {}: {} and {} that no reader sees, {} of mixed alphabets\n",
                    one_line(path),
                    count(it.pieces, "piece"),
                    count(it.characters, "character"),
                    count(it.mixed_words, "word")
                )
            }));
        }
    }
    text.extend([format!(
        "{}: {}, {}, {}, {}, {}\n",
        bold("model"),
        count(outline.components, "component"),
        count(outline.flows, "flow"),
        count(outline.controls, "control"),
        count(outline.conflicts, "conflict"),
        count(outline.gaps, "gap")
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
    text + &outline.top_threats
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
