//! Pages that show the threats, the model and the documents.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_model::{DocumentId, ElementId, Span, Threat};
use cairn_threats::outlook;
use cairn_web::source::{ClaimNote, Look, RejectedNote, Wanted};
use cairn_web::threats::{Beside, Detail, Query, SavedView};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::answer::{Html, to};
use super::looking::{Looking, revision};
use super::{past, trial};
use crate::access::Viewing;
use crate::app::{App, entry};
use crate::edge;
use crate::input::At;
use crate::problem::Problem;
use crate::view::View;

/// What most of these give.
type Shown = Result<Html, Problem>;

pub(super) async fn to_inbox(access: Viewing) -> Response {
    to(&format!("/p/{}/inbox", access.project.id))
}

pub(super) async fn to_inventory(looking: Looking) -> Response {
    to(&looking.frame().links().page("inventory/components"))
}

/// The table of threats.
pub(super) async fn threats(State(app): State<App>, looking: Looking) -> Shown {
    let material = looking.material(&app).await?;
    let saved = app.store.saved_views(&looking.project.id, &looking.caller.person.id).await?;
    let saved: Vec<SavedView<'_>> = saved.iter().map(|(name, question)| SavedView { name, question }).collect();
    let query = Query::of(looking.asked.pairs());
    let beside = beside(&app, &looking, &query).await?;
    Ok(Html(cairn_web::threats::list(&looking.frame(), &material, &query, &beside, &saved)))
}

/// What threats are filtered by, beside the model.
async fn beside(app: &App, looking: &Looking, query: &Query) -> Result<Beside, Problem> {
    let assigned = app.store.assigned(&looking.project.id).await?.into_iter().collect();
    let revisions = looking.kept.revisions(app, &looking.project, looking.newest.revision).await?;
    let view = &looking.view;
    let changed = match revision(&query.since) {
        None => None,
        Some(since) if since >= view.revision => Some(BTreeSet::new()),
        Some(since) => Some(changed(&*looking.kept.at(app, &looking.project, since).await?, view)),
    };
    let ages = Some((view.as_of, view.settings.freshness.source_days));
    Ok(Beside { assigned, changed, revisions: revisions.to_vec(), ages })
}

/// The threats that are new in a later view, or come to something else there.
fn changed(before: &View, after: &View) -> BTreeSet<ElementId> {
    let state = |it: &Threat| (it.status, it.score_tenths, it.ruling.as_ref().map(|ruling| ruling.in_force));
    let was: BTreeMap<&ElementId, _> = before.model.threats.iter().map(|it| (&it.id, state(it))).collect();
    let is_changed = |it: &&Threat| was.get(&it.id) != Some(&state(it));
    after.model.threats.iter().filter(is_changed).map(|it| it.id.clone()).collect()
}

/// A threat.
pub(super) async fn threat(State(app): State<App>, looking: Looking, At((_, id)): At<(String, String)>) -> Shown {
    let material = looking.material(&app).await?;
    let threat = material.threat(&id).ok_or_else(|| Problem::not_found("threat"))?;
    let workspace = looking.project.workspace().await?;
    let rule = looking.view.rules.rule(&threat.rule);
    let outlook = rule.map(|rule| outlook(threat, rule)).unwrap_or_default();
    let assigned = app.store.assigned(&looking.project.id).await?;
    let shown = Detail {
        threat,
        cite: looking.asked.get("cite").parse().unwrap_or(1),
        outlook: &outlook,
        rationale: rule.map_or("", |rule| rule.rationale.as_str()),
        history: &past::of_threat(&workspace, threat).await?,
        paths: material
            .paths
            .iter()
            .filter(|path| path.hops.iter().any(|hop| hop.threat.as_ref() == Some(&threat.id)))
            .collect(),
        changed_since: &changed_since(&looking),
        assignee: assigned.iter().find(|(item, _)| *item == id).map(|(_, to)| to.as_str()),
    };
    Ok(Html(cairn_web::threats::detail(&looking.frame(), &material, &shown)))
}

/// Documents that are not any more as they were at the revision that is looked at.
fn changed_since(looking: &Looking) -> BTreeSet<DocumentId> {
    let then = &looking.view.model.documents;
    let is_changed =
        |it: &&cairn_model::Document| looking.newest.document(&it.id).is_none_or(|now| now.revision != it.revision);
    then.iter().filter(is_changed).map(|it| it.id.clone()).collect()
}

/// The threats of the table, for elsewhere.
pub(super) async fn export(
    State(app): State<App>,
    looking: Looking,
    At((_, file)): At<(String, String)>,
) -> Result<Response, Problem> {
    let material = looking.material(&app).await?;
    let query = Query::of(looking.asked.pairs());
    let beside = beside(&app, &looking, &query).await?;
    let chosen: Vec<Threat> = query.sift(&material, &beside).into_iter().cloned().collect();
    let model = &looking.view.model;
    let (media_type, text) = match file.as_str() {
        "threats.csv" => ("text/csv; charset=utf-8", cairn_web::threats::csv(&material, &chosen)),
        "threats.md" => {
            ("text/markdown; charset=utf-8", cairn_report::markdown(&model.system, &chosen, &model.skipped))
        }
        "threats.sarif" => ("application/sarif+json", cairn_report::sarif(&model.system, &chosen, &[])),
        "threats.json" => ("application/json", cairn_report::json(&model.system, &chosen)),
        _ => return Err(Problem::not_found("export")),
    };
    app.record(&entry(&looking.caller, Some(&looking.project.id), "export", &file)).await?;
    let disposition = format!("attachment; filename=\"{file}\"");
    Ok(([(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, disposition)], text).into_response())
}

/// The diagram.
pub(super) async fn model(State(app): State<App>, looking: Looking) -> Shown {
    let material = looking.material(&app).await?;
    let asked = cairn_web::model::Asked::of(looking.asked.pairs());
    let asked = trial::laid_over(&app, &looking, asked).await?;
    Ok(Html(cairn_web::model::page(&looking.frame(), &material, &asked)))
}

/// The diagram as a file.
pub(super) async fn drawing(State(app): State<App>, looking: Looking) -> Result<Response, Problem> {
    let material = looking.material(&app).await?;
    let asked = cairn_web::model::Asked::of(looking.asked.pairs());
    let asked = trial::laid_over(&app, &looking, asked).await?;
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CONTENT_DISPOSITION, "attachment; filename=\"model.svg\"")];
    Ok((headers, cairn_web::model::drawing(&material, &asked)).into_response())
}

/// An element.
pub(super) async fn element(State(app): State<App>, looking: Looking, At((_, id)): At<(String, String)>) -> Shown {
    let material = looking.material(&app).await?;
    let page = cairn_web::element::page(&looking.frame(), &material, &id);
    page.map(Html).ok_or_else(|| Problem::not_found("element"))
}

/// The elements of a kind.
pub(super) async fn inventory(State(app): State<App>, looking: Looking, At((_, kind)): At<(String, String)>) -> Shown {
    let material = looking.material(&app).await?;
    let page = cairn_web::inventory::page(&looking.frame(), &material, &kind, looking.page());
    page.map(Html).ok_or_else(|| Problem::not_found("kind of element"))
}

pub(super) async fn conflicts(State(app): State<App>, looking: Looking) -> Shown {
    let material = looking.material(&app).await?;
    Ok(Html(cairn_web::inventory::conflicts(&looking.frame(), &material, looking.page())))
}

pub(super) async fn questions(State(app): State<App>, looking: Looking) -> Shown {
    let material = looking.material(&app).await?;
    Ok(Html(cairn_web::inventory::questions(&looking.frame(), &material, looking.page())))
}

pub(super) async fn paths(State(app): State<App>, looking: Looking) -> Shown {
    let material = looking.material(&app).await?;
    Ok(Html(cairn_web::paths::list(&looking.frame(), &material, looking.page())))
}

pub(super) async fn path(State(app): State<App>, looking: Looking, At((_, id)): At<(String, String)>) -> Shown {
    let material = looking.material(&app).await?;
    let path = material.paths.iter().find(|it| it.id.as_str() == id).ok_or_else(|| Problem::not_found("path"))?;
    Ok(Html(cairn_web::paths::page(&looking.frame(), &material, path)))
}

/// A document with what was read in it.
pub(super) async fn document(looking: Looking, At((_, id)): At<(String, String)>) -> Shown {
    let id = DocumentId::from(id);
    let view = &looking.view;
    let document = view.document(&id).ok_or_else(|| Problem::not_found("document"))?;
    let mut notes: Vec<ClaimNote<'_>> = Vec::new();
    for claim in view.claims_of(&id) {
        let Some(citation) = claim.evidence.iter().find(|citation| citation.document == id) else { continue };
        let status = cairn_model::Term::as_str(claim.status);
        let (kind, subject, extractor) = (claim.kind().as_str(), claim.subject(), claim.extractor.as_str());
        notes.push(ClaimNote { id: claim.id.as_str(), kind, subject, citation, extractor, status });
    }
    notes.sort_by_key(|note| note.citation.span);
    let rejected = view.rejected.iter().filter(|it| it.document == id).map(|it| RejectedNote {
        kind: it.kind.as_str(),
        quote: &it.quote,
        reason: it.reason.as_str(),
        extractor: &it.extractor,
    });
    let rejected: Vec<RejectedNote<'_>> = rejected.collect();
    let number = |name: &str| looking.asked.get(name).parse::<usize>().ok();
    let span = match (number("from"), number("to"), number("line")) {
        (Some(start), Some(end), _) if start < end => Some(Span::new(start, end)),
        (_, _, Some(line)) => cairn_web::source::line_span(document, line),
        _ => None,
    };
    let look = if looking.asked.get("look") == "stored" { Look::Stored } else { Look::Read };
    Ok(Html(cairn_web::source::page(&looking.frame(), document, Wanted { span, look }, &notes, &rejected)))
}

/// Search over everything.
pub(super) async fn search(State(app): State<App>, looking: Looking) -> Shown {
    let words: String = looking.asked.get("q").chars().take(400).collect();
    let material = looking.material(&app).await?;
    let mut hits = Vec::new();
    if !words.is_empty() {
        let request = cairn_engine::SearchRequest {
            mode: cairn_engine::SearchMode::Words,
            threads: Some(1),
            ..cairn_engine::SearchRequest::new(cairn_engine::Query::new(words.clone(), 20))
        };
        // What the index cannot answer just now, the rest of the page still does.
        if let Ok(answer) = looking.project.find(&app, request).await {
            hits =
                answer.hits.iter().map(|hit| (hit.document.clone(), hit.span, hit.heading_path.join(" › "))).collect();
        }
    }
    let found: Vec<cairn_web::search::Found<'_>> = hits
        .into_iter()
        .filter_map(|(document, span, headings)| {
            let document = looking.view.document(&document)?;
            Some(cairn_web::search::Found { document, span, headings })
        })
        .collect();
    Ok(Html(cairn_web::search::page(&looking.frame(), &material, &words, &found)))
}

/// The report. It is an export, and the trail tells of it.
pub(super) async fn report(State(app): State<App>, looking: Looking) -> Shown {
    app.record(&entry(&looking.caller, Some(&looking.project.id), "export", "report")).await?;
    let material = looking.material(&app).await?;
    Ok(Html(cairn_web::report::page(&looking.frame(), &material)))
}

/// A moment as people read it: without fractions of a second.
pub(super) fn moment(at: cairn_store::Millis) -> String {
    edge::shown(at - at.rem_euclid(1000)).replace('T', " ").replace('Z', "")
}
