//! Gaps to the sentence that would answer each, and to whoever probably knows.

use std::borrow::Cow;
use std::cmp::Reverse;

use cairn_model::{Citation, ElementId, Gap, System, Term as _};
use indexmap::IndexMap;
use rayon::prelude::*;

/// The gaps with their answers left open and somebody to ask.
pub(crate) fn with_answers(system: &System, gaps: Vec<Gap>) -> Vec<Gap> {
    let subjects = Subjects::of(system);
    let fill = |gap: Gap| {
        let subject = subjects.0.get(&gap.subject);
        let name = subject.map_or(gap.subject.as_str(), |subject| &subject.name);
        let answer = answer(&gap.rule).replace("{}", name);
        Gap { answer, ask: subject.and_then(|subject| subject.who(system)), ..gap }
    };
    gaps.into_par_iter().map(fill).collect()
}

/// A sentence with what is not known left open. A document that says it closes the gap.
fn answer(rule: &str) -> &'static str {
    match rule {
        "component-owner" => "{} is owned by the … team.",
        "component-exposure" => "{} can be reached by … only.",
        "component-boundary" => "{} runs in the … network.",
        "flow-protocol" => "{} uses …",
        "flow-authentication" => "{} is authenticated with …",
        "flow-encryption" => "{} is encrypted with …",
        "data-classification" => "{} is … data.",
        "data-retention" => "{} is kept for … days.",
        "data-at-rest" => "{} is encrypted at rest with …",
        "tenant-isolation" => "Each tenant's {} is kept apart by …",
        "copies-in-logs-and-caches" => "{} is never written to logs or caches, or: … keeps it for … days.",
        "third-party-exchange" => "We send … to {} with …, or: {} calls us with …",
        "endpoint-authentication" => "Callers of {} authenticate with …",
        "endpoint-authorization" => "Only … may call {}.",
        "endpoint-rate-limit" => "{} is limited to … requests a minute for each caller.",
        "endpoint-input-validation" => "Requests to {} are validated against …",
        "accepted-risk-owner" => "The risk is accepted by …",
        "accepted-risk-expiry" => "The risk is accepted until …",
        "accepted-risk-rationale" => "The risk is accepted because …",
        "decision-rationale" => "We chose this because …",
        "boundary-members" => "{} contains …",
        "asserted-control" | "asserted-acceptance" => "Confirmed by … on …",
        "same-or-different" => "{} is also called …, or: {} is not …",
        _ => "{}: …",
    }
}

/// What a question may be about, by id.
struct Subjects<'s>(IndexMap<&'s ElementId, Subject<'s>>);

struct Subject<'s> {
    name: Cow<'s, str>,
    owner: Option<&'s str>,
    evidence: &'s [Citation],
}

impl<'s> Subjects<'s> {
    fn of(system: &'s System) -> Self {
        let component = |id: &ElementId| {
            let at = system.components.binary_search_by(|it| it.id.cmp(id)).ok()?;
            system.components.get(at)
        };
        let name = |id: &'s ElementId| component(id).map_or(id.as_str(), |it| it.name.as_str());
        let owner = |id: &ElementId| component(id).and_then(|it| it.owner.as_ref()).map(|it| it.value.as_str());
        let mut all = IndexMap::new();
        let mut add = |id, name, owner, evidence| drop(all.insert(id, Subject { name, owner, evidence }));
        for it in &system.components {
            add(&it.id, it.name.as_str().into(), it.owner.as_ref().map(|it| it.value.as_str()), &*it.evidence);
        }
        for it in &system.flows {
            let both = format!("The traffic from {} to {}", name(&it.source), name(&it.target));
            add(&it.id, both.into(), owner(&it.source).or_else(|| owner(&it.target)), &it.evidence);
        }
        for it in &system.data {
            let keeper = it.handled_by.iter().find_map(|handled| owner(&handled.component));
            add(&it.id, it.name.as_str().into(), keeper, &it.evidence);
        }
        for it in &system.endpoints {
            let path = [it.method.as_deref(), Some(&*it.path)].into_iter().flatten().collect::<Vec<_>>().join(" ");
            add(&it.id, path.into(), it.component.as_ref().and_then(owner), &it.evidence);
        }
        for it in &system.boundaries {
            add(&it.id, it.name.as_str().into(), None, &it.evidence);
        }
        for it in &system.controls {
            add(&it.id, it.control_type.as_str().into(), it.on.iter().find_map(owner), &it.evidence);
        }
        for it in &system.accepted_risks {
            let who = it.owner.as_deref().or_else(|| it.about.iter().find_map(owner));
            add(&it.id, it.statement.as_str().into(), who, &it.evidence);
        }
        for it in &system.decisions {
            add(&it.id, it.statement.as_str().into(), it.about.iter().find_map(owner), &it.evidence);
        }
        Self(all)
    }
}

impl Subject<'_> {
    /// Its owner, or else whoever wrote the document that says most of it.
    fn who(&self, system: &System) -> Option<String> {
        if let Some(owner) = self.owner {
            return Some(owner.to_owned());
        }
        // Evidence is sorted by document, and of equals the first is meant.
        let documents = self.evidence.chunk_by(|left, right| left.document == right.document);
        let most = documents.min_by_key(|said| Reverse(said.len()))?.first().map(|citation| &citation.document)?;
        let document = system.documents.binary_search_by(|it| it.id.cmp(most)).ok();
        let path = document.and_then(|at| system.documents.get(at)).map(|it| &it.path)?;
        Some(format!("whoever wrote {path}"))
    }
}
