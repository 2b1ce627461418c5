//! Gaps to the sentence that would answer each, and to whoever probably knows.

use std::collections::BTreeMap;

use cairn_model::{Citation, Component, DocumentId, ElementId, Gap, System};

/// The gaps with their answers left open and somebody to ask.
pub(crate) fn with_answers(system: &System, gaps: Vec<Gap>) -> Vec<Gap> {
    let subjects = Subjects::of(system);
    let fill = |gap: Gap| {
        let subject = subjects.0.get(&gap.subject);
        let name = subject.map_or_else(|| gap.subject.to_string(), |subject| subject.name.clone());
        let answer = answer(&gap.rule).replace("{}", &name);
        Gap { answer, ask: subject.and_then(|subject| subject.who(system)), ..gap }
    };
    gaps.into_iter().map(fill).collect()
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
struct Subjects<'s>(BTreeMap<&'s ElementId, Subject<'s>>);

struct Subject<'s> {
    name: String,
    owner: Option<&'s str>,
    evidence: &'s [Citation],
}

impl<'s> Subjects<'s> {
    fn of(system: &'s System) -> Self {
        let components: BTreeMap<&ElementId, &Component> = system.components.iter().map(|it| (&it.id, it)).collect();
        let name = |id: &'s ElementId| components.get(id).map_or(id.as_str(), |it| it.name.as_str());
        let owner = |id: &ElementId| components.get(id).and_then(|it| it.owner.as_ref()).map(|it| it.value.as_str());
        let mut all = BTreeMap::new();
        let mut add = |id, name, owner, evidence| drop(all.insert(id, Subject { name, owner, evidence }));
        for it in &system.components {
            add(&it.id, it.name.clone(), owner(&it.id), &*it.evidence);
        }
        for it in &system.flows {
            let both = format!("The traffic from {} to {}", name(&it.source), name(&it.target));
            add(&it.id, both, owner(&it.source).or_else(|| owner(&it.target)), &it.evidence);
        }
        for it in &system.data {
            let keeper = it.handled_by.iter().find_map(|handled| owner(&handled.component));
            add(&it.id, it.name.clone(), keeper, &it.evidence);
        }
        for it in &system.endpoints {
            let path = [it.method.as_deref(), Some(&*it.path)].into_iter().flatten().collect::<Vec<_>>().join(" ");
            add(&it.id, path, it.component.as_ref().and_then(owner), &it.evidence);
        }
        for it in &system.boundaries {
            add(&it.id, it.name.clone(), None, &it.evidence);
        }
        for it in &system.controls {
            add(&it.id, it.control_type.to_string(), it.on.iter().find_map(owner), &it.evidence);
        }
        for it in &system.accepted_risks {
            let who = it.owner.as_deref().or_else(|| it.about.iter().find_map(owner));
            add(&it.id, it.statement.clone(), who, &it.evidence);
        }
        for it in &system.decisions {
            add(&it.id, it.statement.clone(), it.about.iter().find_map(owner), &it.evidence);
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
        let mut said: BTreeMap<&DocumentId, usize> = BTreeMap::new();
        for citation in self.evidence {
            *said.entry(&citation.document).or_default() += 1;
        }
        let (most, _) = said.into_iter().min_by_key(|(id, count)| (std::cmp::Reverse(*count), *id))?;
        let document = system.documents.binary_search_by(|it| it.id.cmp(most)).ok();
        let path = document.and_then(|at| system.documents.get(at)).map(|it| &it.path)?;
        Some(format!("whoever wrote {path}"))
    }
}
