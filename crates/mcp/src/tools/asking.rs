//! What changed.

use cairn_engine::{Standing, Workspace};
use cairn_model::Date;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::{Json, tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Workbench;
use crate::state::{apart, told};

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Diff {
    /// The earlier revision: `r12`, `latest~1`.
    from: String,
    /// The later revision; the present when not given.
    #[serde(default)]
    to: Option<String>,
}

/// What is otherwise in the later revision.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Changes {
    /// Documents, claims, elements, threats, conflicts and questions that are new, changed, resolved or reopened, each with the
    /// sentence that caused it, before and after.
    changes: Value,
}

#[tool_router(router = asking, vis = "pub(crate)")]
impl Workbench {
    #[tool(
        description = "What changed between two revisions of the model, and because of which sentence. Changes of rules or settings are told apart from changes of documents.",
        annotations(
            title = "Compare revisions",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn diff_revisions(&self, Parameters(wanted): Parameters<Diff>) -> Result<Json<Changes>, String> {
        let workspace = self.state.workspace().await?;
        let today = self.state.today();
        let changes = apart(async move || changes(workspace, &wanted.from, wanted.to.as_deref(), today).await).await?;
        Ok(Json(Changes { changes }))
    }
}

/// The changes from one revision to another, or to the present as it is judged today.
pub(crate) async fn changes(workspace: Workspace, from: &str, to: Option<&str>, today: Date) -> Result<Value, String> {
    let (past, day) = at(workspace.clone(), from).await?;
    let number = cairn_engine::revision(&workspace, from).await.map_err(told)?.map_or(0, |it| it.number);
    let known = cairn_engine::threats_before(&workspace, number).await.map_err(told)?;
    let before = standing(&past, day).await?.knowing(known);
    let (later, day) = match to {
        Some(name) => at(workspace, name).await?,
        None => (workspace, today),
    };
    let after = standing(&later, day).await?;
    Ok(cairn_report::changes_json(&cairn_engine::changes(&before, &after)))
}

async fn at(workspace: Workspace, name: &str) -> Result<(Workspace, Date), String> {
    let Some(revision) = cairn_engine::revision(&workspace, name).await.map_err(told)? else {
        return Err(format!("`{name}` names no revision\nhint: `r12`, `latest` or `latest~1`"));
    };
    Ok((workspace.at_revision(&revision).await.map_err(told)?, revision.day))
}

async fn standing(workspace: &Workspace, day: Date) -> Result<Standing, String> {
    cairn_engine::standing(workspace, day).await.map_err(told)
}
