//! What the documents say: elements, sources and passages.

use std::collections::BTreeMap;

use cairn_engine::{Query, SearchMode, SearchRequest};
use cairn_model::LineIndex;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::{Json, tool, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Found, LIMIT, LIMIT_MAX, Page, Part, element, kinds, list, names, sources, text};
use crate::Workbench;
use crate::state::{apart, told};

/// Lines of a document that one call gives at most.
const LINES_MAX: usize = 400;

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetModel {
    /// One kind of element alone: components, boundaries, flows, data, endpoints, controls, permissions, assumptions, decisions,
    /// `accepted_risks`, questions, incidents, conflicts or gaps. Without it, how many there are of each kind.
    #[serde(default)]
    kind: Option<String>,
    /// Only elements in whose record these words stand, in any case of letters.
    #[serde(default)]
    contains: Option<String>,
    #[serde(flatten)]
    part: Part,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetElement {
    /// The id of an element, or the name or another name of a component, boundary or data set.
    element: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Search {
    /// Words, names or a question. `kind:adr`, `component:NAME`, `after:2025-01` and `path:docs/` narrow it.
    query: String,
    /// Quotes of claims instead of passages of documents.
    #[serde(default)]
    claims: bool,
    /// How many at most; 30 when not given, 200 at most.
    #[serde(default)]
    limit: Option<usize>,
}

/// Passages, best first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Hits {
    /// Each with its path, lines, headings and text.
    hits: Vec<Value>,
    /// What could not be used although it should, and why.
    left_out: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ListSources {
    /// Only documents in whose path these letters stand.
    #[serde(default)]
    path: Option<String>,
    #[serde(flatten)]
    part: Part,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ReadSource {
    /// The path of a document, as results give it.
    path: String,
    /// The first line, counted from 1.
    #[serde(default)]
    from_line: Option<usize>,
    /// How many lines at most; 400 at most.
    #[serde(default)]
    lines: Option<usize>,
}

/// Lines of a document, as they were when it was read last.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Lines {
    path: String,
    /// The first line that is given.
    from_line: usize,
    /// The document's last line.
    last_line: usize,
    text: String,
}

#[tool_router(router = reading, vis = "pub(crate)")]
impl Workbench {
    #[tool(
        description = "The threat model's elements of one kind with their citations, or how many there are of each kind.",
        annotations(
            title = "Look at the model",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn get_model(&self, Parameters(wanted): Parameters<GetModel>) -> Result<Json<Page>, String> {
        let loaded = self.state.loaded().await?;
        let export = &loaded.export;
        let Some(kind) = wanted.kind else {
            let counts = kinds().map(|kind| json!({ "kind": kind, "count": list(export, kind).len() }));
            return Ok(Json(Page::of(counts.collect(), wanted.part, export)));
        };
        if !kinds().any(|known| known == kind) {
            return Err(format!("there is no kind `{kind}`\nhint: one of {}", kinds().collect::<Vec<_>>().join(", ")));
        }
        let words = wanted.contains.unwrap_or_default().to_lowercase();
        let items = list(export, &kind).iter().filter(|item| item.to_string().to_lowercase().contains(&words));
        Ok(Json(Page::of(items.cloned().collect(), wanted.part, export)))
    }

    #[tool(
        description = "One element with all its attributes and citations, and with the controls, flows, data, conflicts, gaps and threats that speak of it. An attribute that is null is not documented.",
        annotations(
            title = "Look at an element",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn get_element(&self, Parameters(wanted): Parameters<GetElement>) -> Result<Json<Found>, String> {
        let loaded = self.state.loaded().await?;
        let export = &loaded.export;
        let Some((kind, item)) = element(export, &wanted.element) else {
            return Err(format!("the model has no element `{}`\nhint: `search_claims` finds names", wanted.element));
        };
        let id = text(item, "id").unwrap_or_default();
        let speaks =
            ["on", "about", "subject", "source", "target", "data", "component", "members", "boundary", "affects"];
        let mut related: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for kind in kinds().chain(["threats"]) {
            let found: Vec<Value> = list(export, kind).iter().filter(|it| names(it, &speaks, id)).cloned().collect();
            if !found.is_empty() {
                related.insert(kind.to_owned(), found);
            }
        }
        let cited = sources(related.values().flatten().chain([item]), export);
        let mut item = item.clone();
        if let Some(fields) = item.as_object_mut() {
            fields.insert("kind".to_owned(), kind.into());
        }
        Ok(Json(Found { item, related, sources: cited }))
    }

    #[tool(
        description = "Passages of the documents, or quotes of claims, that answer words or a question, best first. Nothing found means that nothing of the kind is documented.",
        annotations(
            title = "Search documents and claims",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn search_claims(&self, Parameters(wanted): Parameters<Search>) -> Result<Json<Hits>, String> {
        let workspace = self.state.workspace().await?;
        let limit = wanted.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
        let request = SearchRequest {
            claims: wanted.claims,
            mode: SearchMode::Words,
            ..SearchRequest::new(Query::new(wanted.query, limit))
        };
        let answer = apart(async move || cairn_engine::find(&workspace, &request).await.map_err(told)).await?;
        let hits = answer.hits.iter().map(|hit| {
            let text = answer.text_of(hit);
            let lines = LineIndex::new(text);
            json!({
                "path": hit.path,
                "from_line": lines.line_of(hit.span.start),
                "to_line": lines.line_of(hit.span.end.saturating_sub(1)),
                "start": hit.span.start,
                "end": hit.span.end,
                "headings": hit.heading_path,
                "text": hit.span.of(text),
                "claim": hit.claim,
            })
        });
        Ok(Json(Hits { hits: hits.collect(), left_out: answer.left_out.clone() }))
    }

    #[tool(
        description = "The documents that the model was read from: path, kind, date and how far their word goes.",
        annotations(
            title = "List the documents",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn list_sources(&self, Parameters(wanted): Parameters<ListSources>) -> Result<Json<Page>, String> {
        let loaded = self.state.loaded().await?;
        let part = wanted.path.unwrap_or_default();
        let documents = list(&loaded.export, "documents").iter();
        let of_path = documents.filter(|it| text(it, "path").is_some_and(|path| path.contains(&part)));
        Ok(Json(Page::of(of_path.cloned().collect(), wanted.part, &loaded.export)))
    }

    #[tool(
        description = "Lines of a document as they were when it was read last: what stands around a quote.",
        annotations(
            title = "Read a document",
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn read_source(&self, Parameters(wanted): Parameters<ReadSource>) -> Result<Json<Lines>, String> {
        let loaded = self.state.loaded().await?;
        let Some(document) = loaded.model.documents.iter().find(|it| it.path == wanted.path) else {
            return Err(format!("no document `{}` was read\nhint: `list_sources` lists them", wanted.path));
        };
        let from = wanted.from_line.unwrap_or(1).max(1);
        let count = wanted.lines.unwrap_or(LINES_MAX).clamp(1, LINES_MAX);
        let text: Vec<&str> = document.text.split_inclusive('\n').skip(from - 1).take(count).collect();
        let last_line = document.text.lines().count();
        Ok(Json(Lines { path: document.path.clone(), from_line: from, last_line, text: text.concat() }))
    }
}
