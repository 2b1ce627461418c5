//! Questions that take computing: search, what-if, exports; and the rules in force.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_engine::{Answer as Found, Hit, ModelAccess, Query, SearchAccess, SearchMode, SearchRequest, Supposition};
use cairn_model::{LineIndex, Stride, Term as _};
use cairn_threats::RuleInfo;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::history::losses;
use super::records::{self, PathRecord};
use super::{Answer, decisions::Line};
use crate::access::Viewing;
use crate::app::{App, blocking, entry};
use crate::input::{Asked, At, Body};
use crate::problem::Problem;
use crate::sources::model_access;

/// So many things are supposed at once at most.
const SUPPOSED_MAX: usize = 16;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// Words, `"phrases"`, and filters such as `kind:adr` or `component:payments`.
    #[param(max_length = 2000)]
    q: String,
    /// How to look; by words and meaning when not given.
    #[param(inline)]
    by: Option<SearchBy>,
    /// Claims instead of passages.
    claims: Option<bool>,
    /// How many hits at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// How to look.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SearchBy {
    /// By the words and identifiers.
    Words,
    /// By what they mean.
    Meaning,
    /// By both.
    Both,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchAnswer {
    /// Passages, best first.
    pub hits: Vec<HitRecord>,
    /// Why meaning played no part although it should have.
    pub left_out: Vec<String>,
}

/// A passage that answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HitRecord {
    /// The document, by id.
    pub document: String,
    /// Its path.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is to its team.
    pub source_type: String,
    /// The headings above the passage.
    pub heading_path: Vec<String>,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The line it begins in, counted from 1.
    pub line: usize,
    /// The words.
    pub text: String,
    /// The claim, where the hit is the quote of one.
    pub claim: Option<String>,
    /// Higher is better; comparable within one answer only.
    pub score: f64,
    /// Where the words that were asked for stand: byte ranges.
    pub highlights: Vec<Vec<usize>>,
}

/// What is supposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhatIfRequest {
    /// Claims, controls or assumptions that are taken away, by id.
    #[serde(default)]
    #[schema(max_items = 16)]
    without: Vec<String>,
    /// Controls that are added.
    #[serde(default)]
    #[schema(max_items = 16)]
    with: Vec<SupposedControl>,
    /// Elements in the wrong hands, by id or name.
    #[serde(default)]
    #[schema(max_items = 16)]
    compromise: Vec<String>,
}

/// A control that is supposed to be there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SupposedControl {
    /// Its family: `authentication`, `rate_limiting` …
    control_type: String,
    /// What it protects, by id or name.
    #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
    on: Line,
}

/// What a supposition makes different. Nothing of it is kept, or any document's word.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIfAnswer {
    /// What was supposed.
    pub supposed: Vec<String>,
    /// Threats that come, go or change their status.
    #[schema(value_type = Vec<Object>)]
    pub threats: Vec<Value>,
    /// Goals that are reached and were not.
    #[schema(value_type = Vec<Object>)]
    pub gained: Vec<Value>,
    /// Goals that are not reached any more.
    #[schema(value_type = Vec<Object>)]
    pub averted: Vec<Value>,
    /// Goals that are reached for certain now.
    #[schema(value_type = Vec<Object>)]
    pub settled: Vec<Value>,
    /// Goals that are not certain any more.
    #[schema(value_type = Vec<Object>)]
    pub unsettled: Vec<Value>,
    /// Paths that there were not.
    pub new_paths: Vec<PathRecord>,
    /// Paths that are no more, by id.
    pub gone_paths: Vec<String>,
    /// Accepted risks whose grounds moved, by id.
    pub accepted_risks: Vec<String>,
}

/// A rule that threats are derived by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleRecord {
    /// Names the bad pattern.
    pub id: String,
    /// The threat in one sentence, with places such as `{subject}`.
    pub title: String,
    /// The field it belongs to.
    pub pack: String,
    /// Letters of STRIDE.
    pub stride: Vec<String>,
    /// The number in the Common Weakness Enumeration.
    pub cwe: Option<u32>,
    /// Why it matters.
    pub rationale: String,
    /// What to do.
    pub remediation: String,
    /// Families of controls that answer it.
    pub answered_by: Vec<String>,
    /// The version that introduced it.
    pub since: String,
    /// How many threats it has now.
    pub threats: usize,
}

/// What was not read, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SkippedRecord {
    /// The path.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// A form of the whole model.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExportFormat {
    /// `cairn.model/1`.
    Json,
    /// A page for people.
    Markdown,
    /// SARIF 2.1.0.
    Sarif,
}

/// Finds passages, or claims, by words and by meaning.
#[utoipa::path(get, path = "/projects/{project}/search", tag = "search", params(SearchQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = SearchAnswer)))]
pub(crate) async fn search(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<SearchQuery>,
) -> Answer<SearchAnswer> {
    let limit = asked.limit.unwrap_or(20);
    if !(1..=100).contains(&limit) || asked.q.chars().count() > 2000 {
        return Err(Problem::invalid("`limit` is from 1 to 100, and `q` has at most 2000 characters"));
    }
    let view = access.project.view(&app).await?;
    let settings = &view.settings;
    let needs_model = settings.search.rerank > 0 || settings.search.embedding == "endpoint";
    let model: Option<ModelAccess> = if needs_model { model_access(&app, settings) } else { None };
    let mode = match asked.by.unwrap_or(SearchBy::Both) {
        SearchBy::Words => SearchMode::Words,
        SearchBy::Meaning => SearchMode::Meaning,
        SearchBy::Both => SearchMode::Both,
    };
    let request = SearchRequest {
        mode,
        claims: asked.claims.unwrap_or(false),
        access: SearchAccess { model, server_key: None },
        threads: Some(1),
        ..SearchRequest::new(Query::new(asked.q, limit))
    };
    let found = access.project.find(&app, request).await?;
    let hits = found.hits.iter().map(|it| hit(it, &found)).collect();
    Ok(Json(SearchAnswer { hits, left_out: found.left_out }))
}

/// Derives the model under a supposition and tells what would be different.
#[utoipa::path(post, path = "/projects/{project}/what-if", tag = "paths", request_body = WhatIfRequest,
    security(("key" = ["viewer"])), responses((status = 200, body = WhatIfAnswer)))]
pub(crate) async fn what_if(
    State(app): State<App>,
    access: Viewing,
    Body(request): Body<WhatIfRequest>,
) -> Answer<WhatIfAnswer> {
    let most = request.without.len().max(request.with.len()).max(request.compromise.len());
    if most > SUPPOSED_MAX {
        return Err(Problem::invalid(format!("at most {SUPPOSED_MAX} things of a kind can be supposed at once")));
    }
    let control = |it: SupposedControl| {
        // One word, so that nothing else can be said through it.
        let is_word = it.control_type.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        is_word
            .then(|| format!("control {} on {}", it.control_type, it.on.0))
            .ok_or_else(|| Problem::not_found("family of controls"))
    };
    let supposition = Supposition {
        without: request.without,
        with: request.with.into_iter().map(control).collect::<Result<_, _>>()?,
        compromise: request.compromise,
    };
    let project = access.project;
    let view = project.view(&app).await?;
    let as_of = view.as_of;
    let difference = app.compute(move || async move {
        Box::pin(cairn_engine::what_if(&project.workspace().await?, as_of, &supposition)).await
    });
    let difference = difference.await?.map_err(|reason| {
        let detail = reason.lines().next().unwrap_or_default().to_owned();
        Problem { detail, ..Problem::not_found("thing") }
    })?;
    let threats = difference.threats.iter().map(|it| {
        let status = |at: Option<cairn_model::ThreatStatus>| at.map(cairn_model::ThreatStatus::as_str);
        json!({ "id": it.id.as_str(), "title": it.title, "before": status(it.before), "after": status(it.after) })
    });
    Ok(Json(WhatIfAnswer {
        threats: threats.collect(),
        gained: losses(&difference.gained),
        averted: losses(&difference.averted),
        settled: losses(&difference.settled),
        unsettled: losses(&difference.unsettled),
        new_paths: difference.new_paths.iter().map(|it| records::path(&view, it)).collect(),
        gone_paths: difference.gone_paths.iter().map(ToString::to_string).collect(),
        accepted_risks: difference.accepted_risks.iter().map(ToString::to_string).collect(),
        supposed: difference.supposed,
    }))
}

/// The whole model in a form for elsewhere.
#[utoipa::path(get, path = "/projects/{project}/exports/{format}", tag = "exports", security(("key" = ["viewer"])),
    params(("format" = inline(ExportFormat), Path, description = "The form")),
    responses((status = 200, content(("application/json"), ("text/markdown"), ("application/sarif+json")))))]
pub(crate) async fn export(
    State(app): State<App>,
    access: Viewing,
    At((_, format)): At<(String, ExportFormat)>,
) -> Result<Response, Problem> {
    let project = &access.project;
    let view = project.view(&app).await?;
    let (name, media_type) = match format {
        ExportFormat::Json => ("json", "application/json"),
        ExportFormat::Markdown => ("md", "text/markdown; charset=utf-8"),
        ExportFormat::Sarif => ("sarif", "application/sarif+json"),
    };
    app.record(&entry(&access.caller, Some(&project.id), "export", name)).await?;
    let paths = view.paths(&app).await?.to_vec();
    let text = blocking(move || {
        let model = &view.model;
        match format {
            ExportFormat::Json => cairn_report::json_with_paths(&model.system, &model.threats, &paths),
            ExportFormat::Markdown => cairn_report::markdown(&model.system, &model.threats, &model.skipped),
            ExportFormat::Sarif => cairn_report::sarif(&model.system, &model.threats, &paths),
        }
    });
    let attachment = format!("attachment; filename=\"{}.{name}\"", project.id);
    Ok(([(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, attachment)], text.await?).into_response())
}

/// The rules in force.
#[utoipa::path(get, path = "/projects/{project}/rules", tag = "rules", security(("key" = ["viewer"])),
    responses((status = 200, body = Vec<RuleRecord>)))]
pub(crate) async fn list_rules(State(app): State<App>, access: Viewing) -> Answer<Vec<RuleRecord>> {
    let view = access.project.view(&app).await?;
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for threat in &view.model.threats {
        *counts.entry(&threat.rule).or_default() += 1;
    }
    let record = |rule: &RuleInfo| rule_record(rule, counts.get(rule.id.as_str()).copied().unwrap_or_default());
    Ok(Json(view.rules.rules().map(record).collect()))
}

/// A rule.
#[utoipa::path(get, path = "/projects/{project}/rules/{rule}", tag = "rules", security(("key" = ["viewer"])),
    responses((status = 200, body = RuleRecord)))]
pub(crate) async fn get_rule(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<RuleRecord> {
    let view = access.project.view(&app).await?;
    let rule = view.rules.rule(&id).ok_or_else(|| Problem::not_found("rule"))?;
    let threats = view.model.threats.iter().filter(|it| it.rule == id).count();
    Ok(Json(rule_record(rule, threats)))
}

/// What the last scan left out, and why.
#[utoipa::path(get, path = "/projects/{project}/skipped", tag = "documents", security(("key" = ["viewer"])),
    responses((status = 200, body = Vec<SkippedRecord>)))]
pub(crate) async fn list_skipped(State(app): State<App>, access: Viewing) -> Answer<Vec<SkippedRecord>> {
    let view = access.project.view(&app).await?;
    let record = |it: &cairn_model::Skipped| SkippedRecord { path: it.path.clone(), reason: it.reason.clone() };
    Ok(Json(view.model.skipped.iter().map(record).collect()))
}

fn rule_record(rule: &RuleInfo, threats: usize) -> RuleRecord {
    RuleRecord {
        id: rule.id.clone(),
        title: rule.title.clone(),
        pack: rule.pack.as_str().to_owned(),
        stride: rule.stride.iter().copied().map(Stride::letter).map(str::to_owned).collect(),
        cwe: rule.cwe,
        rationale: rule.rationale.clone(),
        remediation: rule.remediation.clone(),
        answered_by: rule.answered_by.iter().map(|it| it.as_str().to_owned()).collect(),
        since: rule.since.clone(),
        threats,
    }
}

fn hit(hit: &Hit, answer: &Found) -> HitRecord {
    let text = answer.text_of(hit);
    HitRecord {
        document: hit.document.as_str().to_owned(),
        path: hit.path.clone(),
        title: hit.title.clone(),
        source_type: hit.source_type.as_str().to_owned(),
        heading_path: hit.heading_path.clone(),
        start: hit.span.start,
        end: hit.span.end,
        line: LineIndex::new(text).line_of(hit.span.start),
        text: hit.span.of(text).unwrap_or_default().to_owned(),
        claim: hit.claim.clone(),
        score: hit.score,
        highlights: hit.highlights.iter().map(|it| vec![it.start, it.end]).collect(),
    }
}
