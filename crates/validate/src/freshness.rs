//! The model to what has grown old: each finding with the passage that shows it.
//!
//! Only dates that documents give count, so that the same documents are as old on every machine. A document without a date is
//! neither old nor new.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    Citation, Component, Control, ControlType, Date, Document, DocumentId, ElementId, SourceType, Stale, Status, System,
};

/// From when on something counts as old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    /// A source that is older by so many days is old.
    pub source_days: u32,
    /// A document that describes something which changed so many days after it is behind.
    pub behind_days: u32,
    /// An acceptance that ends within so many days is near its end.
    pub expiry_days: u32,
}

impl Default for Ages {
    fn default() -> Self {
        Self { source_days: 730, behind_days: 180, expiry_days: 30 }
    }
}

/// Finds what has grown old as of a day, sorted by id.
pub fn stale(system: &System, documents: &[Document], as_of: Date, ages: Ages) -> Vec<Stale> {
    let known = Known { documents: documents.iter().map(|it| (&it.id, it)).collect(), as_of, ages };
    let mut found = Vec::new();
    for (id, name, evidence) in described(system) {
        found.extend(known.unsupported(id, &name, evidence));
    }
    for risk in system.accepted_risks.iter().filter(|risk| risk.status != Status::Absent) {
        let Some(expires) = risk.expires else { continue };
        let statement = &risk.statement;
        if expires < as_of {
            let text = format!("the acceptance of \"{statement}\" ended on {expires}");
            found.extend(finding("acceptance-expired", Some(&risk.id), text, &risk.evidence));
        } else if as_of.days_until(expires) <= i64::from(ages.expiry_days) {
            let text = format!("the acceptance of \"{statement}\" ends on {expires}");
            found.extend(finding("acceptance-ending", Some(&risk.id), text, &risk.evidence));
        }
    }
    found.extend(known.behind(system));
    for control in &system.controls {
        found.extend(known.closed(&control.id, control.status == Status::Planned, &control.evidence));
    }
    for question in &system.questions {
        found.extend(known.closed(&question.id, true, &question.evidence));
    }
    found.extend(known.unconfirmed_actions(system));
    found.sort_by(|left, right| left.id.cmp(&right.id));
    found.dedup_by(|left, right| left.id == right.id);
    found
}

/// What was built, with the name that is shown.
fn described(system: &System) -> Vec<(&ElementId, String, &[Citation])> {
    let component = |it: &Component| it.status == Status::Implemented;
    let built = |it: &&Control| it.status == Status::Implemented;
    let mut all: Vec<(&ElementId, String, &[Citation])> = Vec::new();
    all.extend(system.components.iter().filter(|it| component(it)).map(|it| (&it.id, it.name.clone(), &*it.evidence)));
    all.extend(system.flows.iter().filter(|it| it.status == Status::Implemented).map(|it| {
        let name = |id: &ElementId| name_of(system, id).to_owned();
        (&it.id, format!("the flow from {} to {}", name(&it.source), name(&it.target)), &*it.evidence)
    }));
    all.extend(system.controls.iter().filter(built).map(|it| {
        let how = it.mechanism.as_deref().map(|how| format!(" ({how})")).unwrap_or_default();
        (&it.id, format!("the control {}{how}", it.control_type.to_string().replace('_', " ")), &*it.evidence)
    }));
    all
}

fn name_of<'s>(system: &'s System, id: &'s ElementId) -> &'s str {
    let found = system.components.binary_search_by(|it| it.id.cmp(id)).ok().and_then(|at| system.components.get(at));
    found.map_or(id.as_str(), |it| &it.name)
}

/// What the checks look things up in.
struct Known<'d> {
    documents: BTreeMap<&'d DocumentId, &'d Document>,
    as_of: Date,
    ages: Ages,
}

impl Known<'_> {
    /// What only sources say that are old or out of force.
    fn unsupported(&self, id: &ElementId, name: &str, evidence: &[Citation]) -> Option<Stale> {
        let sources: Vec<&&Document> = self.sources(evidence);
        if sources.is_empty() {
            return None;
        }
        if sources.iter().all(|document| out_of_force(document).is_some()) {
            let text = format!("only documents that are out of force speak of {name}");
            return finding("source-out-of-force", Some(id), text, evidence);
        }
        let is_old = |document: &&&Document| {
            document.modified.is_some_and(|date| date.days_until(self.as_of) > i64::from(self.ages.source_days))
        };
        let newest = sources.iter().filter_map(|document| document.modified).max();
        match newest {
            Some(newest) if sources.iter().all(is_old) => {
                let text = format!("nothing newer than {newest} speaks of {name}");
                finding("old-sources-only", Some(id), text, evidence)
            }
            _ => None,
        }
    }

    fn sources(&self, evidence: &[Citation]) -> Vec<&&Document> {
        let ids: BTreeSet<&DocumentId> = evidence.iter().map(|citation| &citation.document).collect();
        ids.into_iter().filter_map(|id| self.documents.get(id)).collect()
    }

    /// Prose that is older than what it describes: one finding for each document, with what moved on.
    fn behind(&self, system: &System) -> Vec<Stale> {
        let mut moved: BTreeMap<&DocumentId, (Date, BTreeSet<String>, Vec<Citation>)> = BTreeMap::new();
        for component in &system.components {
            let changed = self.sources(&component.evidence).into_iter().filter(|it| is_of_what_runs(it));
            let Some(changed) = changed.filter_map(|it| it.modified).max() else { continue };
            for citation in &component.evidence {
                let Some(document) = self.documents.get(&citation.document).filter(|it| !is_of_what_runs(it)) else {
                    continue;
                };
                let behind =
                    document.modified.is_some_and(|date| date.days_until(changed) > i64::from(self.ages.behind_days));
                if behind && self.documents.contains_key(&document.id) {
                    let entry =
                        moved.entry(&citation.document).or_insert_with(|| (changed, BTreeSet::new(), Vec::new()));
                    entry.0 = entry.0.max(changed);
                    if entry.1.insert(component.name.clone()) {
                        entry.2.push(citation.clone());
                    }
                }
            }
        }
        let older = moved.into_iter().filter_map(|(id, (changed, names, evidence))| {
            let document = self.documents.get(id)?;
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            let text = format!(
                "{} is of {}, and what it describes changed on {changed}: {names}",
                document.path, document.modified?
            );
            let id = ElementId::hashed("stale", &["older-than-described", id.as_str()]);
            Some(Stale { id, check: "older-than-described".to_owned(), subject: None, statement: text, evidence })
        });
        older.collect()
    }

    /// What is still to be done, and only by tickets that are closed.
    fn closed(&self, id: &ElementId, is_open: bool, evidence: &[Citation]) -> Option<Stale> {
        let sources = self.sources(evidence);
        let closed = |document: &&&Document| document.source_type == SourceType::Ticket && is_closed(document);
        if !is_open || sources.is_empty() || !sources.iter().all(closed) {
            return None;
        }
        let paths: Vec<&str> = sources.iter().map(|document| document.path.as_str()).collect();
        let text = format!("it is open, and the ticket that says so is closed: {}", paths.join(", "));
        finding("closed-ticket", Some(id), text, evidence)
    }

    /// What a postmortem promised and no other document says was done.
    fn unconfirmed_actions(&self, system: &System) -> Vec<Stale> {
        let is_postmortem = |citation: &Citation| {
            self.documents.get(&citation.document).is_some_and(|it| it.source_type == SourceType::Postmortem)
        };
        let done = system.controls.iter().filter(|it| it.status == Status::Implemented);
        let done: Vec<&Control> = done.filter(|it| !it.evidence.iter().all(is_postmortem)).collect();
        let of_family: BTreeSet<(ControlType, &ElementId)> =
            done.iter().flat_map(|it| it.on.iter().map(|on| (it.control_type, on))).collect();
        let protected: BTreeSet<&ElementId> = done.iter().flat_map(|it| &it.on).collect();
        let mut found = Vec::new();
        for control in system.controls.iter().filter(|it| it.status == Status::Planned) {
            let confirmed = control.on.iter().any(|on| of_family.contains(&(control.control_type, on)));
            if control.evidence.iter().all(is_postmortem) && !confirmed {
                let family = control.control_type.to_string().replace('_', " ");
                let text = format!("a postmortem promised {family}, and no document says that it was done");
                found.extend(finding("postmortem-action-unconfirmed", Some(&control.id), text, &control.evidence));
            }
        }
        for incident in &system.incidents {
            let Some(follow_up) = &incident.follow_up else { continue };
            if !incident.about.iter().any(|on| protected.contains(on)) {
                let text = format!("this was to follow an incident, and no document says that it did: \"{follow_up}\"");
                found.extend(finding("postmortem-action-unconfirmed", Some(&incident.id), text, &incident.evidence));
            }
        }
        found
    }
}

/// Words by which a document says of itself that it no longer holds.
const OUT_OF_FORCE: &[&str] = &["superseded", "deprecated", "rejected", "obsolete", "retired", "archived", "withdrawn"];

/// Words by which a ticket says that it is done with.
const CLOSED: &[&str] = &["closed", "done", "resolved", "fixed", "merged", "wontfix", "won't fix", "cancelled"];

fn out_of_force(document: &Document) -> Option<&str> {
    let status = document.front_matter.get("status")?;
    starts_with_any(status, OUT_OF_FORCE).then_some(status)
}

fn is_closed(document: &Document) -> bool {
    ["status", "state"].iter().filter_map(|key| document.front_matter.get(*key)).any(|it| starts_with_any(it, CLOSED))
}

fn starts_with_any(text: &str, words: &[&str]) -> bool {
    let text = text.trim().to_lowercase();
    words.iter().any(|word| text.starts_with(word))
}

const fn is_of_what_runs(document: &Document) -> bool {
    matches!(
        document.source_type,
        SourceType::Observed | SourceType::Deployment | SourceType::Code | SourceType::ApiSpec
    )
}

fn finding(check: &str, subject: Option<&ElementId>, statement: String, evidence: &[Citation]) -> Option<Stale> {
    if evidence.is_empty() {
        return None;
    }
    let id = ElementId::hashed("stale", &[check, subject.map_or(&*statement, ElementId::as_str)]);
    let evidence = evidence.to_vec();
    Some(Stale { id, check: check.to_owned(), subject: subject.cloned(), statement, evidence })
}
