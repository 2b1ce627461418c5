//! What a client can read by address: `tm://PROJECT/model`, and threats, claims, documents and differences by name.

use std::collections::BTreeMap;

use cairn_engine::Workspace;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rmcp::ErrorData;
use rmcp::model::{
    CompleteRequestParams, CompleteResult, CompletionInfo, ContentBlock, ListResourceTemplatesResult,
    ListResourcesResult, ReadResourceResult, Reference, Resource, ResourceContents, ResourceTemplate,
};
use serde_json::{Value, json};

use crate::state::{State, apart, told};
use crate::tools::{changes, list, sources, text};

const JSON: &str = "application/json";
/// Values that a completion offers at most, by the protocol.
const COMPLETIONS_MAX: usize = 100;
/// Documents that a result links to at most.
const LINKS_MAX: usize = 20;

/// Where resources of a project are.
fn base(state: &State) -> String {
    format!("tm://{}", encoded(&state.project()))
}

pub(crate) async fn listed(state: &State) -> Result<ListResourcesResult, ErrorData> {
    let base = base(state);
    let model = Resource::new(format!("{base}/model"), "model")
        .with_title("The threat model")
        .with_description("The whole export: elements, conflicts, gaps, threats and ways of attack, with citations")
        .with_mime_type(JSON);
    let mut resources = vec![model];
    if let Ok(loaded) = state.loaded().await {
        resources.extend(loaded.model.documents.iter().map(|document| {
            Resource::new(format!("{base}/sources/{}", encoded_path(&document.path)), document.path.clone())
                .with_title(document.title.clone())
                .with_mime_type("text/plain")
        }));
    }
    Ok(ListResourcesResult::with_all_items(resources))
}

pub(crate) fn templates(state: &State) -> ListResourceTemplatesResult {
    let base = base(state);
    let template = |path: &str, name: &str, title: &str, form: &str| {
        ResourceTemplate::new(format!("{base}/{path}"), name).with_title(title).with_mime_type(form)
    };
    ListResourceTemplatesResult::with_all_items(vec![
        template("threats/{id}", "threat", "One threat with its premises and quotes", JSON),
        template("claims/{id}", "claim", "One claim as it was read, with its quotes", JSON),
        template("sources/{+path}", "source", "One document; `#L10-L14` after it gives these lines", "text/plain"),
        template("diff/{from}..{to}", "diff", "What changed from one revision to another", JSON),
        template("inbox/{reviewer}", "inbox", "What a reviewer has not seen", JSON),
    ])
}

/// What stands at an address.
pub(crate) async fn read(state: &State, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let none = || ErrorData::invalid_params(format!("there is no resource `{uri}`"), None);
    let broken = |reason: String| ErrorData::internal_error(reason, None);
    let rest = uri.strip_prefix("tm://").and_then(|rest| rest.split_once('/')).ok_or_else(none)?;
    if decoded(rest.0).as_deref() != Some(&state.project()) {
        return Err(none());
    }
    let (path, lines) = rest.1.split_once('#').map_or((rest.1, None), |(path, lines)| (path, Some(lines)));
    let path = decoded(path).ok_or_else(none)?;
    let loaded = state.loaded().await.map_err(broken)?;
    let (content, form) = match path.split_once('/') {
        None if path == "model" => (loaded.export.to_string(), JSON),
        Some(("threats", id)) => {
            let threat = list(&loaded.export, "threats").iter().find(|it| text(it, "id") == Some(id));
            let threat = threat.ok_or_else(none)?;
            (json!({ "threat": threat, "sources": sources([threat], &loaded.export) }).to_string(), JSON)
        }
        Some(("claims", id)) => {
            let workspace = state.workspace().await.map_err(broken)?;
            let id = id.to_owned();
            let claim = apart(async move || claim(&workspace, &id).await).await.map_err(broken)?;
            (claim.ok_or_else(none)?.to_string(), JSON)
        }
        Some(("sources", path)) => {
            let document = loaded.model.documents.iter().find(|it| it.path == path).ok_or_else(none)?;
            (excerpt(&document.text, lines).ok_or_else(none)?, "text/plain")
        }
        Some(("diff", range)) => {
            let (from, to) = range.split_once("..").ok_or_else(none)?;
            let (from, to) = (from.to_owned(), Some(to.to_owned()).filter(|to| !to.is_empty()));
            let (workspace, today) = (state.workspace().await.map_err(broken)?, state.today());
            let changes = apart(async move || changes(workspace, &from, to.as_deref(), today).await);
            (changes.await.map_err(|reason| ErrorData::invalid_params(reason, None))?.to_string(), JSON)
        }
        Some(("inbox", reviewer)) => {
            let (workspace, today) = (state.workspace().await.map_err(broken)?, state.today());
            let reviewer = reviewer.to_owned();
            let unseen = apart(async move || {
                let within = workspace.settings().freshness.expiry_days;
                let inbox = cairn_engine::inbox(&workspace, &reviewer, today, within).await.map_err(told)?;
                Ok(inbox.record(&reviewer).to_string())
            });
            (unseen.await.map_err(broken)?, JSON)
        }
        _ => return Err(none()),
    };
    Ok(ReadResourceResult::new(vec![ResourceContents::text(content, uri).with_mime_type(form)]))
}

/// Whether the resource at an address changes with the model, so that one can ask to be told.
pub(crate) fn changes_with_model(state: &State, uri: &str) -> bool {
    let rest = uri.strip_prefix(&base(state)).and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| rest == "model" || rest.starts_with("inbox/"))
}

/// The documents that a result cites as addresses to read on at, each with the first line that is cited.
pub(crate) fn links(state: &State, content: &Value) -> Vec<ContentBlock> {
    let mut cited: BTreeMap<&str, u64> = BTreeMap::new();
    let paths = |id: &Value| content.get("sources")?.get(id.as_str()?)?.as_str();
    let mut open = vec![content];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                let path = fields.get("path").and_then(Value::as_str).or_else(|| paths(fields.get("document")?));
                if let (Some(path), Some(line)) = (path, fields.get("line").and_then(Value::as_u64)) {
                    let first = cited.entry(path).or_insert(line);
                    *first = line.min(*first);
                }
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    let base = base(state);
    let link = |(path, line): (&str, u64)| {
        let uri = format!("{base}/sources/{}#L{line}", encoded_path(path));
        ContentBlock::resource_link(Resource::new(uri, path).with_mime_type("text/plain"))
    };
    cited.into_iter().take(LINKS_MAX).map(link).collect()
}

/// A claim whose quotes hold.
async fn claim(workspace: &Workspace, id: &str) -> Result<Option<Value>, String> {
    let claims = cairn_engine::claims(workspace).await.map_err(told)?;
    let Some(claim) = claims.verified.iter().find(|it| it.id.as_str() == id) else { return Ok(None) };
    let evidence = claim.evidence.iter().map(|it| {
        json!({
            "path": claims.path(&it.document),
            "line": it.line,
            "start": it.span.start,
            "end": it.span.end,
            "revision": it.revision.as_str(),
            "quote": &*it.quote,
        })
    });
    Ok(Some(json!({
        "id": id,
        "kind": claim.kind().as_str(),
        "subject": claim.subject(),
        "status": claim.status.to_string(),
        "extractor": claim.extractor,
        "evidence": evidence.collect::<Vec<_>>(),
    })))
}

/// The lines `L10-L14` or `L10` of a text, or all of it.
fn excerpt(text: &str, lines: Option<&str>) -> Option<String> {
    let Some(lines) = lines.filter(|lines| !lines.is_empty()) else { return Some(text.to_owned()) };
    let (from, to) = lines.split_once('-').unwrap_or((lines, lines));
    let number = |text: &str| text.trim_start_matches('L').parse::<usize>().ok().filter(|line| *line > 0);
    let (from, to) = (number(from)?, number(to)?);
    let count = to.checked_sub(from)? + 1;
    Some(text.split_inclusive('\n').skip(from - 1).take(count).collect())
}

/// Values for the open part of a template that begin as what is typed.
pub(crate) async fn complete(state: &State, request: &CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
    let typed = request.argument.value.as_str();
    let loaded = state.loaded().await.map_err(|reason| ErrorData::internal_error(reason, None))?;
    let ids = |kind: &str| -> Vec<String> {
        list(&loaded.export, kind).iter().filter_map(|it| text(it, "id")).map(ToOwned::to_owned).collect()
    };
    let address = match &request.r#ref {
        Reference::Resource(resource) => resource.uri.as_str(),
        _ => "",
    };
    let all = match request.argument.name.as_str() {
        "path" => loaded.model.documents.iter().map(|it| it.path.clone()).collect(),
        "id" if address.contains("/threats/") => ids("threats"),
        "element" => {
            list(&loaded.export, "components").iter().filter_map(|it| text(it, "name")).map(Into::into).collect()
        }
        "from" | "to" | "since" => revisions(state).await,
        _ => Vec::new(),
    };
    let mut fitting: Vec<String> = all.into_iter().filter(|value| value.starts_with(typed)).collect();
    let total = u32::try_from(fitting.len()).ok();
    let more = fitting.len() > COMPLETIONS_MAX;
    fitting.truncate(COMPLETIONS_MAX);
    let info = CompletionInfo::with_pagination(fitting, total, more);
    info.map(CompleteResult::new).map_err(|reason| ErrorData::internal_error(reason, None))
}

async fn revisions(state: &State) -> Vec<String> {
    let Ok(workspace) = state.workspace().await else { return Vec::new() };
    let log = cairn_engine::log(&workspace).await.unwrap_or_default();
    log.iter().rev().map(|it| cairn_engine::Revision::name(it.number)).collect()
}

/// What stands in a part of an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encoded(part: &str) -> String {
    utf8_percent_encode(part, PLAIN).to_string()
}

fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

fn decoded(part: &str) -> Option<String> {
    Some(percent_decode_str(part).decode_utf8().ok()?.into_owned())
}
