//! `cairn init`.

use cairn_engine::Workspace;
use serde_json::json;

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let folder = context.workspace_to_make()?;
    let (workspace, wrote_settings) = Workspace::initialise(&folder).await?;
    let (folder, settings) = (workspace.folder().display(), workspace.settings_file());
    if context.is_json() {
        let fields = json!({
            "workspace": folder.to_string(),
            "settings": settings.display().to_string(),
            "settings_written": wrote_settings,
        });
        records::print("cairn.init/1", fields)?;
        return Ok(Ending::Done);
    }
    let verb = if wrote_settings { "wrote" } else { "kept" };
    context.print(&format!("workspace in {folder}\n{verb} the settings in {}\n", settings.display()))?;
    context.tell("next: `cairn scan PATH…`");
    Ok(Ending::Done)
}
