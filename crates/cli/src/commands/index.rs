//! `cairn index`: what searches need beside what was scanned.

use std::process::{Command, Stdio};

use cairn_engine::{IndexStatus, SearchAccess, Workspace};
use serde_json::json;

use super::model;
use crate::arguments::{IndexCommand, ModelOptions};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::count;

pub(crate) async fn run(context: &Context, command: &IndexCommand) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    match command {
        IndexCommand::Status => status(context, &workspace).await,
        IndexCommand::Build { background: true } => {
            build_beside(&workspace)?;
            context.tell("vectors are made in the background; `cairn index status` tells how far they are");
            Ok(Ending::Done)
        }
        IndexCommand::Build { background: false } => {
            let access = access(&workspace)?;
            let progress = context.progress();
            let built = cairn_engine::build_vectors(&workspace, &access, context.threads, &*progress).await?;
            context.print(&format!("{} of {} with vectors\n", built.with_vectors, count(built.passages, "passage")))?;
            Ok(Ending::Done)
        }
        IndexCommand::Rebuild { vectors } => {
            cairn_engine::rebuild_index(&workspace, *vectors).await?;
            context.tell("the index is built anew");
            Ok(Ending::Done)
        }
    }
}

/// What a search may use outside of the machine, where the settings want it.
pub(super) fn access(workspace: &Workspace) -> Result<SearchAccess, Failure> {
    let search = &workspace.settings().search;
    let wants_model = search.rerank > 0 || search.embedding == "endpoint";
    let model = if wants_model { model::access(workspace, &ModelOptions::default())? } else { None };
    let wants_key = search.store == "qdrant" && !search.qdrant_api_key_env.is_empty();
    #[expect(clippy::disallowed_methods, reason = "this is where the environment enters")]
    let server_key = if wants_key { std::env::var(&search.qdrant_api_key_env).ok() } else { None };
    Ok(SearchAccess { model, server_key })
}

/// Starts this program once more, to make vectors without a terminal.
pub(super) fn build_beside(workspace: &Workspace) -> Result<(), Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--workspace").arg(workspace.folder()).args(["--quiet", "index", "build"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Nobody waits for it: it ends by itself, and the next search sees what it has done.
    drop(command.spawn()?);
    Ok(())
}

async fn status(context: &Context, workspace: &Workspace) -> Result<Ending, Failure> {
    let status = cairn_engine::index_status(workspace, &access(workspace)?).await?;
    let IndexStatus { embedding, store, vectors, vector_bytes, building } = &status;
    if context.is_json() {
        let fields = json!({
            "passages": vectors.passages,
            "with_vectors": vectors.with_vectors,
            "embedding": embedding,
            "store": store,
            "vector_bytes": vector_bytes,
            "building": building,
        });
        records::print("cairn.index/1", fields)?;
        return Ok(Ending::Done);
    }
    let mut text = format!("{}, {} with vectors\n", count(vectors.passages, "passage"), vectors.with_vectors);
    if embedding.is_empty() {
        text.push_str("nothing makes vectors\n");
    } else {
        text.extend([format!("vectors of `{embedding}` in {store}, {} kB on the disk\n", vector_bytes / 1000)]);
    }
    if *building {
        text.push_str("another run is making vectors\n");
    }
    context.print(&text)?;
    Ok(Ending::Done)
}
