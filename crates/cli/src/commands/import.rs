//! `cairn import`: what others found in the same documents.

use std::path::Path;

use cairn_engine::import::{Import, import};
use serde_json::json;

use crate::arguments::ImportCommand;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{count, one_line};

/// How many problems are shown.
const PROBLEMS_MAX: usize = 10;

pub(crate) async fn run(context: &Context, command: &ImportCommand) -> Result<Ending, Failure> {
    let (kind, file): (Import, &Path) = match command {
        ImportCommand::Claims { file } => (Import::Claims, file),
        ImportCommand::Threagile { file } => (Import::Threagile, file),
    };
    let workspace = context.workspace().await?;
    let imported = import(&workspace, kind, file)?;
    let (claims, problems) = (imported.claims.len(), imported.problems.len());
    if context.is_json() {
        records::print("cairn.import/1", json!({ "claims": claims, "problems": imported.problems }))?;
    } else {
        for problem in imported.problems.iter().take(PROBLEMS_MAX) {
            context.tell(&one_line(problem));
        }
        context.print(&format!("{} imported, {} not understood\n", count(claims, "claim"), count(problems, "part")))?;
        context.tell("next: `cairn claims --rejected` lists those whose quotes do not stand in their documents");
    }
    match problems {
        0 => Ok(Ending::Done),
        some => Ok(Ending::Partial(format!("{} of the file could not be read", count(some, "part")))),
    }
}
