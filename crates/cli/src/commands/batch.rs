//! `cairn batch`: the questions to the model as a batch, at the endpoint or by hand.

use std::path::Path;

use cairn_engine::{BatchReport, Collected, ModelAccess, Workspace};
use serde_json::{Value, json};

use super::model::required_access;
use super::scan::model_summary;
use crate::arguments::{Batch, BatchCommand};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{count, one_line};

pub(crate) async fn run(context: &Context, arguments: Batch) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    if arguments.model.record.is_some() || arguments.model.replay.is_some() {
        return Err(Failure::usage(
            "batches are neither recorded nor replayed\nhint: `cairn batch export` and `import` keep questions and answers as files",
        ));
    }
    let access = required_access(&workspace, &arguments.model)?;
    match arguments.command {
        BatchCommand::Submit => submit(context, &workspace, &access).await,
        BatchCommand::Status => status(context, &workspace, &access).await,
        BatchCommand::Collect { live } => collect(context, &workspace, &access, live).await,
        BatchCommand::Export { file } => export(context, &workspace, &access, &file).await,
        BatchCommand::Import { file } => import(context, &workspace, &access, &file).await,
    }
}

async fn submit(context: &Context, workspace: &Workspace, access: &ModelAccess) -> Result<Ending, Failure> {
    let submitted = cairn_engine::submit_batch(workspace, access).await?;
    if submitted.unsupported {
        context.tell("the endpoint has no batch interface; asking one by one instead");
        return read_again(context, workspace, access).await;
    }
    if context.is_json() {
        let fields = json!({ "batches": submitted.batches, "asks": submitted.asks, "waiting": submitted.waiting });
        records::print("cairn.batch-submit/1", fields)?;
        return Ok(Ending::Done);
    }
    let batches = count(submitted.batches.len(), "batch").replace("batchs", "batches");
    let waiting = count(submitted.waiting, "question");
    context.print(&format!("{} in {batches}; {waiting} in earlier ones\n", count(submitted.asks, "question")))?;
    context.tell("next: `cairn batch status`, `cairn batch collect`");
    Ok(Ending::Done)
}

async fn status(context: &Context, workspace: &Workspace, access: &ModelAccess) -> Result<Ending, Failure> {
    let reports = cairn_engine::batch_status(workspace, access).await?;
    if context.is_json() {
        let record =
            |it: &BatchReport| json!({ "id": it.id, "remote_id": it.remote_id, "state": it.state, "items": it.items });
        records::print(
            "cairn.batch-status/1",
            json!({ "batches": reports.iter().map(record).collect::<Vec<Value>>() }),
        )?;
        return Ok(Ending::Done);
    }
    let line = |it: &BatchReport| {
        let items = it.items.iter().map(|(state, number)| format!("{number} {}", one_line(state)));
        format!("{} {} ({})\n", it.id, one_line(&it.state), items.collect::<Vec<_>>().join(", "))
    };
    let lines: String = reports.iter().map(line).collect();
    context.print(&if lines.is_empty() { "no batches\n".to_owned() } else { lines })?;
    Ok(Ending::Done)
}

async fn collect(
    context: &Context,
    workspace: &Workspace,
    access: &ModelAccess,
    live: bool,
) -> Result<Ending, Failure> {
    let collected = cairn_engine::collect_batches(workspace, access).await?;
    tell_collected(context, &collected);
    // Without `--live`, claims are made of what has come, and no call is made.
    let access = ModelAccess { offline: access.offline || !live, ..access.clone() };
    read_again(context, workspace, &access).await
}

async fn export(
    context: &Context,
    workspace: &Workspace,
    access: &ModelAccess,
    file: &Path,
) -> Result<Ending, Failure> {
    let (lines, asks) = cairn_engine::export_batch(workspace, access).await?;
    std::fs::write(file, lines)
        .map_err(|error| Failure::usage(format!("cannot write `{}`: {}", file.display(), error.kind())))?;
    if context.is_json() {
        records::print("cairn.batch-export/1", json!({ "file": file.display().to_string(), "asks": asks }))?;
    } else {
        context.print(&format!("{} in {}\n", count(asks, "question"), file.display()))?;
    }
    Ok(Ending::Done)
}

async fn import(
    context: &Context,
    workspace: &Workspace,
    access: &ModelAccess,
    file: &Path,
) -> Result<Ending, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("cannot read `{}`: {}", file.display(), error.kind())))?;
    let collected = cairn_engine::import_batch(workspace, access, &text).await?;
    tell_collected(context, &collected);
    read_again(context, workspace, &ModelAccess { offline: true, ..access.clone() }).await
}

fn tell_collected(context: &Context, collected: &Collected) {
    let Collected { answered, reopened, strange, running } = collected;
    context.tell(&format!(
        "{} taken over, {reopened} open again, {strange} not understood, {running} still on their way",
        count(*answered, "answer")
    ));
}

async fn read_again(context: &Context, workspace: &Workspace, access: &ModelAccess) -> Result<Ending, Failure> {
    let summary = cairn_engine::read_again(workspace, access, context.progress().as_ref()).await?;
    if context.is_json() {
        records::print("cairn.batch-collect/1", json!({ "model": super::scan::model_record(&summary) }))?;
    } else {
        context.print(&model_summary(&summary))?;
    }
    Ok(Ending::Done)
}
