//! Questions in plain words, queries, what changed, and what a proposal would change.

use cairn_engine::ask::{Answer, Conversation, Rows};
use cairn_engine::{Asker, SearchAccess, Standing, Workspace};
use cairn_model::{Citation, Date, DocumentId};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::{Json, tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Workbench;
use crate::state::{Loaded, apart, told};

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Ask {
    /// A question in plain words, such as "which services store card data?".
    question: String,
}

/// An answer of which every sentence is cited.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Answered {
    /// `answered`, `partly` or `not_documented`.
    status: String,
    /// Each with its text and the numbers of its citations, counted from 1.
    sentences: Vec<Value>,
    /// Path, line, bytes and quote of each.
    citations: Vec<Value>,
    /// The question to put, and to whom, where the documents leave something open.
    open: Option<Value>,
    /// What could be asked next.
    suggestions: Vec<String>,
    /// What did not work as it should have.
    notes: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Query {
    /// A query such as `components where type = datastore and exposure = internet`.
    query: String,
}

/// What a query found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Table {
    /// One record for each, with id, name, attributes and citations; an attribute that is null is not documented.
    rows: Vec<Value>,
    /// How many rows were left out.
    left_out: usize,
    /// Elements of which the documents do not say enough to tell whether they belong here.
    undecided: Vec<Value>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CheckChange {
    /// A unified diff against documents that were scanned, or the whole text of one document.
    change: String,
    /// The path of that document, where `change` is a whole text.
    #[serde(default)]
    path: Option<String>,
}

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
        description = "Answers a question in plain words from the model first and the documents second. Every sentence is cited; what is not documented is said to be not documented, with the question to put to whom.",
        annotations(title = "Ask a question", read_only_hint = true, destructive_hint = false, idempotent_hint = true, open_world_hint = false)
    )]
    async fn ask(&self, Parameters(wanted): Parameters<Ask>) -> Result<Json<Answered>, String> {
        let loaded = self.state.loaded().await?;
        let (workspace, today) = (self.state.workspace().await?, self.state.today());
        let answer = apart(async move || {
            let mut asker = Asker::open(&workspace, today, SearchAccess::default()).await.map_err(told)?;
            asker.ask(&wanted.question, &Conversation::default()).await.map_err(told)
        });
        Ok(Json(answered(&answer.await?, &loaded)))
    }

    #[tool(
        description = "Looks a query of the query language up in the model: elements by kind, attribute, status and relation, with citations. An error says where the query is wrong and what would be right.",
        annotations(title = "Query the model", read_only_hint = true, destructive_hint = false, idempotent_hint = true, open_world_hint = false)
    )]
    async fn query(&self, Parameters(wanted): Parameters<Query>) -> Result<Json<Table>, String> {
        let loaded = self.state.loaded().await?;
        let (workspace, today) = (self.state.workspace().await?, self.state.today());
        let rows = apart(async move || {
            let found = cairn_engine::query(&workspace, today, &wanted.query).await.map_err(told)?;
            found.map_err(|error| {
                let hint = error.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
                format!("{}\n{}{hint}", error.message, error.shown(&wanted.query))
            })
        });
        Ok(Json(table(&rows.await?, &loaded)))
    }

    #[tool(
        description = "What a text or a change would make of the threat model: what it adds, contradicts, answers and leaves open, and which threats would be new or gone. Nothing is stored.",
        annotations(title = "Check a change", read_only_hint = true, destructive_hint = false, idempotent_hint = true, open_world_hint = false)
    )]
    async fn check_change(&self, Parameters(wanted): Parameters<CheckChange>) -> Result<Json<Changes>, String> {
        let (workspace, today) = (self.state.workspace().await?, self.state.today());
        let changes = apart(async move || {
            let path = wanted.path.as_deref().unwrap_or("proposal.md");
            let proposed = cairn_engine::proposed(&workspace, path, wanted.change.as_bytes()).await.map_err(told)??;
            if proposed.is_empty() {
                return Err("the diff touches none of the documents that were scanned".to_owned());
            }
            let review = cairn_engine::review(&workspace, today, &proposed).await.map_err(told)?;
            let mut changes = cairn_report::changes_json(&review.changes);
            if let Some(fields) = changes.as_object_mut() {
                let unread = review.skipped.iter().map(|it| json!({ "path": it.path, "reason": it.reason }));
                fields.insert("not_read".to_owned(), unread.collect());
            }
            Ok(changes)
        });
        Ok(Json(Changes { changes: changes.await? }))
    }

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

fn answered(answer: &Answer, loaded: &Loaded) -> Answered {
    let sentences = answer.sentences.iter().map(|it| {
        json!({ "text": it.text, "origin": it.origin.as_str(), "citations": answer.numbers(it) })
    });
    Answered {
        status: answer.status.as_str().to_owned(),
        sentences: sentences.collect(),
        citations: answer.citations().into_iter().map(|it| cited(it, loaded)).collect(),
        open: answer.open.as_ref().map(|it| json!({ "question": it.question, "because": it.because, "ask": it.ask })),
        suggestions: answer.suggestions.clone(),
        notes: answer.notes.clone(),
    }
}

fn table(rows: &Rows, loaded: &Loaded) -> Table {
    let row = |row: &cairn_engine::ask::Row| {
        let mut fields = Map::new();
        fields.insert("id".to_owned(), row.id.as_str().into());
        fields.insert("name".to_owned(), row.name.clone().into());
        let cells = rows.columns.iter().zip(&row.cells);
        fields.extend(cells.map(|(name, cell)| ((*name).to_owned(), cell.clone().into())));
        fields.insert("citations".to_owned(), row.citations.iter().map(|it| cited(it, loaded)).collect());
        Value::Object(fields)
    };
    let undecided = rows.undecided.iter().map(|(id, name)| json!({ "id": id.as_str(), "name": name }));
    Table { rows: rows.rows.iter().map(row).collect(), left_out: rows.left_out, undecided: undecided.collect() }
}

fn cited(citation: &Citation, loaded: &Loaded) -> Value {
    json!({
        "path": path(loaded, &citation.document),
        "line": citation.line,
        "start": citation.span.start,
        "end": citation.span.end,
        "revision": citation.revision.as_str(),
        "quote": citation.quote.as_str(),
    })
}

fn path<'l>(loaded: &'l Loaded, id: &DocumentId) -> Option<&'l str> {
    loaded.model.documents.iter().find(|it| it.id == *id).map(|it| it.path.as_str())
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
