//! What was read and derived: documents, claims, elements, conflicts, questions, threats and paths. All answered from the view.

use axum::Json;
use axum::extract::State;
use cairn_model::{ClaimKind, DocumentId, ElementId, Severity};
use cairn_threats::outlook;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Answer;
use super::records::{
    self, ClaimRecord, ConflictRecord, DocumentRecord, DocumentText, ElementRecord, PathRecord, QuestionRecord,
    RejectedRecord, ThreatExplanation, ThreatRecord,
};
use crate::access::Viewing;
use crate::app::App;
use crate::input::{Asked, At};
use crate::page::{Page, PageQuery, Turn};
use crate::problem::Problem;
use crate::view;

/// Which documents.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DocumentsQuery {
    /// Only those whose path begins so.
    path: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// The documents of a project, by path.
#[utoipa::path(get, path = "/projects/{project}/documents", tag = "documents", params(DocumentsQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<DocumentRecord>)))]
pub(crate) async fn list_documents(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<DocumentsQuery>,
) -> Answer<Page<DocumentRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("documents {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let begin = asked.path.unwrap_or_default();
    let mut documents: Vec<_> = view.model.documents.iter().filter(|it| it.path.starts_with(&begin)).collect();
    documents.sort_by(|one, other| one.path.cmp(&other.path));
    let show = |it: &cairn_model::Document| records::document(&view, it);
    Ok(Json(turn.page(&app, &list, documents.into_iter(), |it| it.path.clone(), show)))
}

/// A document with its text and the claims that quote it.
#[utoipa::path(get, path = "/projects/{project}/documents/{document}", tag = "documents",
    security(("key" = ["viewer"])), responses((status = 200, body = DocumentText)))]
pub(crate) async fn get_document(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<DocumentText> {
    let view = access.project.view(&app).await?;
    let document = view.document(&DocumentId::from(id)).ok_or_else(|| Problem::not_found("document"))?;
    Ok(Json(DocumentText {
        document: records::document(&view, document),
        text: document.text.to_string(),
        claims: view.claims_of(&document.id).map(|it| records::claim(&view, it)).collect(),
    }))
}

/// Which claims.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClaimsQuery {
    /// Only those of this kind: `component`, `flow`, `control` …
    kind: Option<String>,
    /// Only those that quote this document, by id.
    document: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// The claims whose quotes hold.
#[utoipa::path(get, path = "/projects/{project}/claims", tag = "claims", params(ClaimsQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<ClaimRecord>)))]
pub(crate) async fn list_claims(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<ClaimsQuery>,
) -> Answer<Page<ClaimRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("claims {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let kind = asked.kind.as_deref().map(|kind| ClaimKind::ALL.into_iter().find(|it| it.as_str() == kind));
    let is_wanted = |claim: &&cairn_engine::ReadClaim| kind.is_none_or(|kind| kind == Some(claim.kind()));
    let show = |it: &cairn_engine::ReadClaim| records::claim(&view, it);
    let key = |it: &&cairn_engine::ReadClaim| it.id.to_string();
    let page = if let Some(id) = asked.document {
        turn.page(&app, &list, view.claims_of(&DocumentId::from(id)).filter(is_wanted), key, show)
    } else {
        // There may be very many: what stands before the page is passed over at once.
        let before = |after: &String| view.claims.partition_point(|it| it.id.as_str() <= after.as_str());
        let rest = view.claims.get(turn.after.as_ref().map_or(0, before)..).unwrap_or_default();
        turn.page(&app, &list, rest.iter().filter(is_wanted), key, show)
    };
    Ok(Json(page))
}

/// A claim.
#[utoipa::path(get, path = "/projects/{project}/claims/{claim}", tag = "claims",
    security(("key" = ["viewer"])), responses((status = 200, body = ClaimRecord)))]
pub(crate) async fn get_claim(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<ClaimRecord> {
    let view = access.project.view(&app).await?;
    let claim = view.claim(&id).ok_or_else(|| Problem::not_found("claim"))?;
    Ok(Json(records::claim(&view, claim)))
}

/// The claims that were turned away, and why.
#[utoipa::path(get, path = "/projects/{project}/rejected-claims", tag = "claims", params(PageQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<RejectedRecord>)))]
pub(crate) async fn list_rejected(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<PageQuery>,
) -> Answer<Page<RejectedRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("rejected {} {}", access.project.id, view.revision);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    // They have no id: their number in this revision stands in for one.
    let key = |(at, _): &(usize, &cairn_model::Rejected)| format!("{at:012}");
    Ok(Json(turn.page(&app, &list, view.rejected.iter().enumerate(), key, |(_, it)| records::rejected(it))))
}

/// Which elements.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ElementsQuery {
    /// Only those of this kind: `component`, `flow`, `control` …
    kind: Option<String>,
    /// Only those whose label has this in it.
    label: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// The elements of the model, by id.
#[utoipa::path(get, path = "/projects/{project}/elements", tag = "model", params(ElementsQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<ElementRecord>)))]
pub(crate) async fn list_elements(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<ElementsQuery>,
) -> Answer<Page<ElementRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("elements {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let label = asked.label.map(|label| label.to_lowercase());
    let first = turn.after.as_ref().map_or(0, |after| view.elements.partition_point(|it| it.id <= *after));
    let wanted = view.elements.get(first..).unwrap_or_default().iter().filter(|it| {
        asked.kind.as_ref().is_none_or(|kind| it.kind == kind)
            && label.as_ref().is_none_or(|label| it.label.to_lowercase().contains(label))
    });
    Ok(Json(turn.page(&app, &list, wanted, |it| it.id.clone(), records::element)))
}

/// An element of the model.
#[utoipa::path(get, path = "/projects/{project}/elements/{element}", tag = "model",
    security(("key" = ["viewer"])), responses((status = 200, body = ElementRecord)))]
pub(crate) async fn get_element(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<ElementRecord> {
    let view = access.project.view(&app).await?;
    let found = view.element(&id).ok_or_else(|| Problem::not_found("element"))?;
    Ok(Json(records::element(found)))
}

/// Where documents contradict each other.
#[utoipa::path(get, path = "/projects/{project}/conflicts", tag = "model", params(PageQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<ConflictRecord>)))]
pub(crate) async fn list_conflicts(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<PageQuery>,
) -> Answer<Page<ConflictRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("conflicts {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let mut conflicts: Vec<_> = view.model.system.conflicts.iter().collect();
    conflicts.sort_by(|one, other| one.id.cmp(&other.id));
    let show = |it: &cairn_model::Conflict| records::conflict(&view, it);
    Ok(Json(turn.page(&app, &list, conflicts.into_iter(), |it| it.id.to_string(), show)))
}

/// What nobody has written down, and what the documents leave open.
#[utoipa::path(get, path = "/projects/{project}/questions", tag = "model", params(PageQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<QuestionRecord>)))]
pub(crate) async fn list_questions(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<PageQuery>,
) -> Answer<Page<QuestionRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("questions {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let first =
        turn.after.as_ref().map_or(0, |after| view.questions.partition_point(|it| it.0.as_str() <= after.as_str()));
    let rest = view.questions.get(first..).unwrap_or_default();
    let show = |(_, asked): &(ElementId, view::Asked)| records::question(&view, *asked);
    Ok(Json(turn.page(&app, &list, rest.iter(), |it| it.0.to_string(), show)))
}

/// Which threats.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ThreatsQuery {
    /// Only those of this status: `open`, `disputed`, `unverified` …
    status: Option<String>,
    /// Only those of this severity or worse: `low`, `medium`, `high`, `critical`.
    severity: Option<String>,
    /// Only those of this rule.
    rule: Option<String>,
    /// Only those about this element, by id.
    element: Option<String>,
    /// Only those that a person decided about, or did not.
    decided: Option<bool>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// The threats, the most pressing first.
#[utoipa::path(get, path = "/projects/{project}/threats", tag = "threats", params(ThreatsQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<ThreatRecord>)))]
pub(crate) async fn list_threats(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<ThreatsQuery>,
) -> Answer<Page<ThreatRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("threats {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let least = asked.severity.as_deref().map(severity);
    let first = turn.after.as_ref().map_or(0, |after| view.threats.partition_point(|it| it.0 <= *after));
    let rest = view.threats.get(first..).unwrap_or_default();
    let wanted = rest
        .iter()
        .filter_map(|(key, at)| Some((key, view.model.threats.get(*at)?)))
        .filter(|(_, it)| asked.status.as_ref().is_none_or(|status| it.status.as_str() == status))
        .filter(|(_, it)| least.is_none_or(|least| least.is_some_and(|least| it.severity >= least)))
        .filter(|(_, it)| asked.rule.as_ref().is_none_or(|rule| it.rule == *rule))
        .filter(|(_, it)| asked.decided.is_none_or(|decided| it.ruling.is_some() == decided))
        .filter(|(_, it)| {
            let about = |id: &String| it.about.iter().chain([&it.subject]).any(|about| about.as_str() == id);
            asked.element.as_ref().is_none_or(about)
        });
    Ok(Json(turn.page(&app, &list, wanted, |it| it.0.clone(), |it| records::threat(&view, it.1))))
}

fn severity(name: &str) -> Option<Severity> {
    [Severity::Low, Severity::Medium, Severity::High, Severity::Critical].into_iter().find(|it| it.as_str() == name)
}

/// A threat with its derivation down to the quotes.
#[utoipa::path(get, path = "/projects/{project}/threats/{threat}", tag = "threats",
    security(("key" = ["viewer"])), responses((status = 200, body = ThreatExplanation)))]
pub(crate) async fn get_threat(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<ThreatExplanation> {
    let view = access.project.view(&app).await?;
    let found = view.threat(&id).ok_or_else(|| Problem::not_found("threat"))?;
    Ok(Json(ThreatExplanation {
        threat: records::threat(&view, found),
        explanation: found.explanation.iter().map(|it| records::premise(&view, it)).collect(),
        questions: found.questions.clone(),
        remediation: found.remediation.clone(),
        would_change: view.rules.rule(&found.rule).map(|rule| outlook(found, rule)).unwrap_or_default(),
    }))
}

/// Which paths.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PathsQuery {
    /// Only those that lead to this element, by id.
    target: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// The ways of attack to what is worth having, by id.
#[utoipa::path(get, path = "/projects/{project}/paths", tag = "paths", params(PathsQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<PathRecord>)))]
pub(crate) async fn list_paths(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<PathsQuery>,
) -> Answer<Page<PathRecord>> {
    let view = access.project.view(&app).await?;
    let list = format!("paths {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let paths = view.paths(&app).await?;
    let wanted = paths.iter().filter(|it| asked.target.as_ref().is_none_or(|target| it.target.as_str() == target));
    Ok(Json(turn.page(&app, &list, wanted, |it| it.id.to_string(), |it| records::path(&view, it))))
}

/// A way of attack, step by step.
#[utoipa::path(get, path = "/projects/{project}/paths/{path}", tag = "paths",
    security(("key" = ["viewer"])), responses((status = 200, body = PathRecord)))]
pub(crate) async fn get_path(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<PathRecord> {
    let view = access.project.view(&app).await?;
    let paths = view.paths(&app).await?;
    let found = paths.iter().find(|it| it.id.as_str() == id).ok_or_else(|| Problem::not_found("path"))?;
    Ok(Json(records::path(&view, found)))
}
