//! `cairn watch PATH…`: scans whenever a file changes and shows what that changed in the model. Ends when it is interrupted; what
//! is kept is then as the last scan left it.

use std::time::Duration;

use cairn_engine::{ScanRequest, Standing, Workspace, world};
use cairn_report::changes_json;
use serde_json::json;

use super::diff;
use crate::arguments::Watch;
use crate::context::Context;
use crate::ending::{self, Ending, Failure};
use crate::text::{bold, count};

pub(crate) async fn run(context: &Context, arguments: Watch) -> Result<Ending, Failure> {
    let folder = context.workspace_to_make()?;
    let request = ScanRequest { inputs: arguments.paths, threads: context.threads, ..ScanRequest::default() };
    // Watched before they are read for the first time, so that no change falls in between.
    let watch = world::Watch::start(&request.inputs, arguments.poll.map(Duration::from_secs))?;
    let mut before = scan(context, &folder, &request).await?;
    context.tell(&format!("watching {}; stop with ctrl-c", count(before.model.documents.len(), "document")));
    loop {
        watch.changed(Duration::from_millis(arguments.quiet_for)).await;
        // A file that is gone for a moment must not end the watch.
        match scan(context, &folder, &request).await {
            Ok(after) => {
                show(context, &before, &after)?;
                before = after;
            }
            Err(failure) => ending::tell(context, &failure),
        }
    }
}

/// Where things stand after a scan. The workspace is opened anew each time, because its settings may have changed too.
async fn scan(context: &Context, folder: &std::path::Path, request: &ScanRequest) -> Result<Standing, Failure> {
    let workspace = Workspace::open(folder).await?.with_rules(context.rules.clone());
    cairn_engine::scan(&workspace, request, context.progress().as_ref()).await?;
    Ok(cairn_engine::standing(&workspace, context.as_of).await?)
}

fn show(context: &Context, before: &Standing, after: &Standing) -> Result<(), Failure> {
    let changes = cairn_engine::changes(before, after);
    if changes.is_empty() {
        return Ok(());
    }
    if context.is_json() {
        // One record a line, so that whoever reads a pipe knows where each ends.
        let record = json!({ "schema": "cairn.diff/1", "at": world::now(), "changes": changes_json(&changes) });
        return Context::print_data(&format!("{record}\n"));
    }
    context.print(&format!("{}\n{}\n", bold(&world::now()), diff::text(&changes, context.verbose)))
}
