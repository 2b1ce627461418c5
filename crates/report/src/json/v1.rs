//! The record types of `cairn.model/1` and how the domain's words become them.
//!
//! Field order is key order. A change of meaning, or a key taken away, is a new version beside this one; a new key may be
//! added here.

mod elements;
mod findings;
mod paths;
mod review;

use std::collections::BTreeMap;

use cairn_model::{AttackPath, Citation, DocumentSummary, ElementId, Known, System, Term, Threat};
use serde::Serialize;

/// The name and version of the format.
const SCHEMA: &str = "cairn.model/1";

/// The whole export.
#[derive(Serialize)]
pub(super) struct Model<'a> {
    schema: &'static str,
    documents: Vec<Document<'a>>,
    components: Vec<elements::Component<'a>>,
    boundaries: Vec<elements::Boundary<'a>>,
    flows: Vec<elements::Flow<'a>>,
    data: Vec<elements::Data<'a>>,
    endpoints: Vec<elements::Endpoint<'a>>,
    controls: Vec<elements::Control<'a>>,
    permissions: Vec<elements::Permission<'a>>,
    assumptions: Vec<elements::Assumption<'a>>,
    decisions: Vec<elements::Decision<'a>>,
    accepted_risks: Vec<elements::AcceptedRisk<'a>>,
    questions: Vec<elements::Question<'a>>,
    incidents: Vec<elements::Incident<'a>>,
    conflicts: Vec<findings::Conflict<'a>>,
    gaps: Vec<findings::Gap<'a>>,
    threats: Vec<findings::Threat<'a>>,
    attack_paths: Vec<paths::AttackPath<'a>>,
    rejected: Vec<findings::Rejected<'a>>,
    joins: Vec<review::Join<'a>>,
    stale: Vec<review::Stale<'a>>,
    unmatched_decisions: Vec<review::Unmatched<'a>>,
}

/// The model in records.
pub(super) fn model<'a>(system: &'a System, threats: &'a [Threat], paths: &'a [AttackPath]) -> Model<'a> {
    let by_threat = by_threat(paths);
    Model {
        schema: SCHEMA,
        documents: records(&system.documents, |document| document.id.as_str()),
        components: records(&system.components, |it| it.id.as_str()),
        boundaries: records(&system.boundaries, |it| it.id.as_str()),
        flows: records(&system.flows, |it| it.id.as_str()),
        data: records(&system.data, |it| it.id.as_str()),
        endpoints: records(&system.endpoints, |it| it.id.as_str()),
        controls: records(&system.controls, |it| it.id.as_str()),
        permissions: records(&system.permissions, |it| it.id.as_str()),
        assumptions: records(&system.assumptions, |it| it.id.as_str()),
        decisions: records(&system.decisions, |it| it.id.as_str()),
        accepted_risks: records(&system.accepted_risks, |it| it.id.as_str()),
        questions: records(&system.questions, |it| it.id.as_str()),
        incidents: records(&system.incidents, |it| it.id.as_str()),
        conflicts: records(&system.conflicts, |it| it.id.as_str()),
        gaps: records(&system.gaps, |it| it.id.as_str()),
        threats: sorted(threats, |it| it.id.as_str())
            .into_iter()
            .map(|it| findings::Threat::new(it, by_threat.get(&it.id).cloned().unwrap_or_default()))
            .collect(),
        attack_paths: records(paths, |it| it.id.as_str()),
        // Rejected claims have no id: they never became anything. Their own order stands in for one.
        rejected: sorted(&system.rejected, |it| it).into_iter().map(Into::into).collect(),
        joins: sorted(&system.joins, |it| it).into_iter().map(Into::into).collect(),
        stale: records(&system.stale, |it| it.id.as_str()),
        unmatched_decisions: records(&system.unmatched, |it| it.id.as_str()),
    }
}

/// The paths that make use of each threat, sorted.
fn by_threat(paths: &[AttackPath]) -> BTreeMap<&ElementId, Vec<&str>> {
    let mut found: BTreeMap<&ElementId, Vec<&str>> = BTreeMap::new();
    for path in paths {
        for threat in path.hops.iter().filter_map(|hop| hop.threat.as_ref()) {
            found.entry(threat).or_default().push(path.id.as_str());
        }
    }
    for ids in found.values_mut() {
        ids.sort_unstable();
        ids.dedup();
    }
    found
}

/// The records of `items` in order of their ids.
fn records<'a, T, R: From<&'a T>>(items: &'a [T], id: impl Fn(&'a T) -> &'a str) -> Vec<R> {
    sorted(items, id).into_iter().map(Into::into).collect()
}

fn sorted<'a, T, K: Ord>(items: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by_key(|item| key(item));
    items
}

#[derive(Serialize)]
struct Document<'a> {
    id: &'a str,
    path: &'a str,
    title: &'a str,
    source_type: &'static str,
    modified: Option<String>,
    digest: &'a str,
    bytes: usize,
    trust: &'static str,
}

impl<'a> From<&'a DocumentSummary> for Document<'a> {
    fn from(document: &'a DocumentSummary) -> Self {
        Self {
            id: document.id.as_str(),
            path: &document.path,
            title: &document.title,
            source_type: document.source_type.as_str(),
            modified: document.modified.map(|date| date.to_string()),
            digest: document.revision.as_str(),
            bytes: document.bytes,
            trust: document.trust.as_str(),
        }
    }
}

#[derive(Serialize)]
struct Evidence<'a> {
    document: &'a str,
    revision: &'a str,
    start: usize,
    end: usize,
    line: usize,
    quote: &'a str,
}

fn evidence(citations: &[Citation]) -> Vec<Evidence<'_>> {
    citations
        .iter()
        .map(|citation| Evidence {
            document: citation.document.as_str(),
            revision: citation.revision.as_str(),
            start: citation.span.start,
            end: citation.span.end,
            line: citation.line,
            quote: &citation.quote,
        })
        .collect()
}

fn ids(elements: &[ElementId]) -> Vec<&str> {
    elements.iter().map(ElementId::as_str).collect()
}

#[expect(clippy::ref_option, reason = "every caller has the attribute as the model keeps it")]
fn text(known: &Known<String>) -> Option<&str> {
    known.as_ref().map(|stated| stated.value.as_str())
}

#[expect(clippy::ref_option, reason = "every caller has the attribute as the model keeps it")]
fn term<T: Term>(known: &Known<T>) -> Option<&'static str> {
    known.as_ref().map(|stated| stated.value.as_str())
}
