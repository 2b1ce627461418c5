//! Pages of sources and operations.

use std::collections::BTreeMap;

use axum::extract::State;
use cairn_engine::Touched;
use cairn_store::{Job, Source};
use cairn_web::operations::{
    self, AuditRow, DocumentRow, JobRow, RejectedRow, RevisionRow, RuleRow, SourceRow, Sources, Trail, Usage,
};

use super::answer::Html;
use super::looking::Looking;
use super::read::moment;
use crate::access::Role;
use crate::app::App;
use crate::problem::Problem;

/// Rows that one page of jobs, or of the trail, shows.
const ROWS_MAX: i64 = 100;

type Shown = Result<Html, Problem>;

/// Sources and documents.
pub(super) async fn sources(State(app): State<App>, looking: Looking) -> Shown {
    let view = &looking.view;
    let mut rejected: BTreeMap<&str, usize> = BTreeMap::new();
    for it in &view.rejected {
        *rejected.entry(it.document.as_str()).or_default() += 1;
    }
    let documents = view.model.documents.iter().map(|document| DocumentRow {
        document,
        claims: view.claims_of(&document.id).len(),
        rejected: rejected.get(document.id.as_str()).copied().unwrap_or_default(),
    });
    let shown = Sources {
        sources: app.store.sources(&looking.project.id).await?.iter().map(source).collect(),
        documents: documents.collect(),
        skipped: view.model.skipped.iter().map(|it| (it.path.clone(), it.reason.clone())).collect(),
        page: looking.page(),
    };
    Ok(Html(operations::sources(&looking.frame(), &shown)))
}

fn source(it: &Source) -> SourceRow {
    let word = |name: &str| it.state.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let place = ["path", "url"].into_iter().find_map(|name| it.config.get(name)?.as_str()).unwrap_or_default();
    let read_at = word("read_at").replace('T', " ").replace('Z', "");
    let error = word("error");
    let documents = it.state.get("documents").and_then(serde_json::Value::as_u64);
    let state = match (error.is_empty(), documents) {
        (false, _) => error.clone(),
        (_, Some(count)) => format!("{count} documents"),
        _ => String::new(),
    };
    SourceRow {
        id: it.id.clone(),
        kind: it.kind.clone(),
        place: place.to_owned(),
        state,
        has_failed: !error.is_empty(),
        read_at,
    }
}

/// Claims that were turned away.
pub(super) async fn rejected(looking: Looking) -> Shown {
    let view = &looking.view;
    let rows = view.rejected.iter().map(|it| RejectedRow {
        reason: it.reason.as_str(),
        kind: it.kind.as_str(),
        quote: &it.quote,
        document: &it.document,
        path: view.path_of(&it.document),
        extractor: &it.extractor,
    });
    let rows: Vec<RejectedRow<'_>> = rows.collect();
    Ok(Html(operations::rejected(&looking.frame(), &rows, looking.page())))
}

/// Jobs.
pub(super) async fn jobs(State(app): State<App>, looking: Looking) -> Shown {
    let jobs = app.store.jobs(&looking.project.id, None, None, ROWS_MAX).await?;
    let rows: Vec<JobRow> = jobs.iter().map(job).collect();
    Ok(Html(operations::jobs(&looking.frame(), &rows)))
}

fn job(it: &Job) -> JobRow {
    let number = |name: &str| it.progress.get(name).and_then(serde_json::Value::as_u64);
    let percent = match (number("done"), number("of").or_else(|| number("steps"))) {
        (Some(done), Some(of)) if of > 0 => u8::try_from((done * 100 / of).min(100)).ok(),
        _ => None,
    };
    let stage = it.progress.get("stage").and_then(|stage| stage.as_str()).unwrap_or_default();
    let outcome = it.outcome.as_ref().map(|outcome| match outcome.get("error").and_then(|error| error.as_str()) {
        Some(error) => error.to_owned(),
        None => told(outcome),
    });
    JobRow {
        id: it.id.clone(),
        kind: it.kind.clone(),
        about: it.source.clone().unwrap_or_else(|| "all documents".to_owned()),
        state: it.state.clone(),
        progress: if it.state == "running" { stage.to_owned() } else { String::new() },
        percent: percent.filter(|_| it.state == "running"),
        attempts: it.attempts,
        asked_at: moment(it.created_at),
        outcome: outcome.unwrap_or_default(),
    }
}

/// The numbers of an outcome, in words.
fn told(outcome: &serde_json::Value) -> String {
    let Some(fields) = outcome.as_object() else { return String::new() };
    let numbers = fields.iter().filter_map(|(name, value)| Some((name, value.as_u64().filter(|count| *count > 0)?)));
    numbers.map(|(name, count)| format!("{} {count}", name.replace('_', " "))).collect::<Vec<_>>().join(", ")
}

/// Revisions.
pub(super) async fn revisions(State(app): State<App>, looking: Looking) -> Shown {
    let project = std::sync::Arc::clone(&looking.project);
    let log = app.compute(move || async move { cairn_engine::log(&project.workspace().await?).await }).await?;
    let rows: Vec<RevisionRow> = log.into_iter().rev().take(500).map(revision).collect();
    Ok(Html(operations::revisions(&looking.frame(), &rows)))
}

fn revision(it: cairn_engine::RevisionRecord) -> RevisionRow {
    let counted = |of: &BTreeMap<String, Touched>| {
        let count = |wanted: Touched| of.values().filter(|touched| **touched == wanted).count();
        let parts = [
            (count(Touched::Added), "added"),
            (count(Touched::Changed), "changed"),
            (count(Touched::Removed), "removed"),
        ];
        let said = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        said.collect::<Vec<_>>().join(", ")
    };
    RevisionRow {
        number: it.number,
        at: it.at.replace('T', " ").replace('Z', ""),
        what: counted(&it.documents),
        inputs: counted(&it.inputs),
        authors: it.authors.into_iter().collect::<Vec<_>>().join(", "),
    }
}

/// Rules with what they found.
pub(super) async fn rules(looking: Looking) -> Shown {
    let view = &looking.view;
    let mut hits: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for threat in &view.model.threats {
        let entry = hits.entry(&threat.rule).or_default();
        entry.0 += 1;
        entry.1 += usize::from(threat.status == cairn_model::ThreatStatus::Open);
    }
    let row = |rule: &cairn_threats::RuleInfo| RuleRow {
        id: rule.id.clone(),
        title: rule.title.clone(),
        pack: rule.pack.as_str().to_owned(),
        subject: rule.subject.as_str().to_owned(),
        hits: hits.get(rule.id.as_str()).copied().unwrap_or_default(),
        excluded: view.model.excluded.iter().filter(|it| it.threat.rule == rule.id).count(),
    };
    let mut rows: Vec<RuleRow> = view.rules.rules().map(row).collect();
    rows.sort_by(|one, other| other.hits.cmp(&one.hits).then_with(|| one.id.cmp(&other.id)));
    Ok(Html(operations::rules(&looking.frame(), &rows)))
}

/// Usage and cost.
pub(super) async fn usage(looking: Looking) -> Shown {
    let (workspace, day) = (looking.project.workspace().await?, looking.newest.as_of);
    let spent = cairn_engine::spent(&workspace, day).await?;
    let model = &workspace.settings().model;
    let money = |micros: u64| format!("{}.{:04}", micros / 1_000_000, micros % 1_000_000 / 100);
    let shown = Usage {
        day: day.to_string(),
        calls: spent.calls,
        input_tokens: spent.input_tokens,
        cached_tokens: spent.cached_tokens,
        output_tokens: spent.output_tokens,
        cost: money(spent.cost_micros),
        budget: if model.budget_day > 0.0 { model.budget_day.to_string() } else { String::new() },
        model: if model.is_set() { model.name.clone() } else { String::new() },
    };
    Ok(Html(operations::usage(&looking.frame(), &shown)))
}

/// The trail. It names what others did, so it takes an admin.
pub(super) async fn audit(State(app): State<App>, looking: Looking) -> Shown {
    if looking.role < Role::Admin {
        return Err(Problem::forbidden(format!(
            "this takes the role `admin`, and yours is `{}`",
            looking.role.as_str()
        )));
    }
    let rows = app.store.audit(Some(&looking.project.id), None, ROWS_MAX).await?.into_iter().map(|row| AuditRow {
        number: row.seq,
        at: moment(row.entry.at),
        actor: row.entry.actor,
        action: row.entry.action,
        object: row.entry.object,
    });
    let may_verify = looking.caller.is_operator();
    let holds = if may_verify && looking.asked.get("verify") == "yes" {
        Some(app.store.check_audit().await?.broken.is_none())
    } else {
        None
    };
    Ok(Html(operations::audit(&looking.frame(), &Trail { rows: rows.collect(), may_verify, holds })))
}
