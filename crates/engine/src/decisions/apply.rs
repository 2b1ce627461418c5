//! Decisions to the model: what they settle before the merge, what they say as claims, and what they say of threats.

use std::collections::BTreeSet;

use cairn_model::{
    Citation, Claim, ComponentClaim, Confidence, ControlClaim, DataClaim, Date, Document, ElementId, EndpointClaim,
    FlowClaim, LineIndex, NormalName, Quote, Ruling, RulingKind, Statement, Status, System, Term, Threat, Unmatched,
    name_words,
};
use cairn_validate::{Policy, validate_under};

use super::file::{Action, Entry};
use super::{DECISIONS_FILE, Decisions};

/// Under which name decisions are read.
const READER: &str = "decisions/1";

/// The model under the decisions.
pub(crate) struct Applied {
    pub(crate) system: System,
    /// With the file of decisions, where there is one.
    pub(crate) documents: Vec<Document>,
    /// Decisions that met nothing so far.
    pub(crate) unmatched: Vec<Unmatched>,
}

/// Validates under what people decided. What a decision says of an element is a claim of the file of decisions, so the
/// element must be known without it first.
pub(crate) fn apply(
    documents: Vec<Document>,
    mut claims: Vec<Claim>,
    decisions: &Decisions,
    mut policy: Policy,
    as_of: Date,
) -> Applied {
    let Some(file) = &decisions.document else {
        let system = validate_under(&documents, &claims, &policy);
        return Applied { system, documents, unmatched: Vec::new() };
    };
    let in_force: Vec<&Entry> = decisions.entries.iter().filter(|entry| entry.is_in_force(as_of)).collect();
    for entry in &in_force {
        match (entry.action, entry.names.as_slice()) {
            (Action::Same, [one, other]) => policy.same.push((one.clone(), other.clone())),
            (Action::Different, [one, other]) => policy.different.push((one.clone(), other.clone())),
            (Action::Reject, _) => policy.rejected.extend(entry.rejected_claim()),
            _ => {}
        }
    }
    policy.decided = Some(file.id.clone());
    let mut documents = documents;
    documents.push(file.clone());
    let speaking: Vec<&&Entry> =
        in_force.iter().filter(|entry| matches!(entry.action, Action::Set | Action::Confirm)).collect();
    let mut unmatched = Vec::new();
    let mut system = validate_under(&documents, &claims, &policy);
    if !speaking.is_empty() {
        for entry in speaking {
            match statement(entry, &system) {
                Ok(statement) => claims.push(claim(file, entry, statement)),
                Err(why) => unmatched.push(unmet(file, entry, why)),
            }
        }
        system = validate_under(&documents, &claims, &policy);
    }
    unmatched.extend(in_force.iter().filter_map(|entry| names_missing(file, entry, &system)));
    unmatched.extend(rejections_missing(file, &in_force, &documents, &claims));
    Applied { system, documents, unmatched }
}

/// Gives threats the decisions about them. Decisions that met no threat are added to `unmatched`.
pub(crate) fn mark(
    threats: &mut [Threat],
    system: &System,
    decisions: &Decisions,
    as_of: Date,
    unmatched: &mut Vec<Unmatched>,
) {
    let Some(file) = &decisions.document else { return };
    for entry in &decisions.entries {
        let kind = match entry.action {
            Action::Accept => RulingKind::Accepted,
            Action::Mitigated => RulingKind::Mitigated,
            _ => continue,
        };
        let by_id = threats.iter().position(|threat| threat.id.as_str() == entry.on);
        let renamed = || threats.iter().position(|threat| had_id(threat, system, &entry.on));
        let Some(threat) = by_id.or_else(renamed).and_then(|at| threats.get_mut(at)) else {
            unmatched.push(unmet(file, entry, format!("there is no threat `{}`", entry.on)));
            continue;
        };
        let ruling = Ruling {
            id: entry.id.clone(),
            kind,
            owner: entry.owner.clone(),
            reason: entry.reason.clone(),
            expires: entry.expires_on(),
            in_force: entry.is_in_force(as_of),
            by: entry.by.clone(),
            evidence: vec![cite(file, entry)],
        };
        // Of several decisions about one threat the last that holds counts.
        if ruling.in_force || threat.ruling.is_none() {
            threat.ruling = Some(ruling);
        }
    }
}

/// So many former names of an element are tried.
const FORMER_NAMES_MAX: usize = 16;

/// Whether the threat had the id while its subject, or an end of it, went by another name that the model knows.
fn had_id(threat: &Threat, system: &System, id: &str) -> bool {
    let names = |id: &ElementId| -> Vec<ElementId> {
        let component = system.components.iter().find(|it| it.id == *id);
        let spellings = component.into_iter().flat_map(|it| std::iter::once(&it.name).chain(&it.aliases));
        spellings.take(FORMER_NAMES_MAX).map(|name| ElementId::named("cmp", &name_words(name).join("-"))).collect()
    };
    let mut subjects = names(&threat.subject);
    if let Some(flow) = system.flows.iter().find(|it| it.id == threat.subject) {
        let targets = names(&flow.target);
        let flows = names(&flow.source).into_iter().flat_map(|source| {
            targets
                .iter()
                .map(move |target| ElementId::hashed("flow", &[source.as_str(), target.as_str()]))
                .collect::<Vec<_>>()
        });
        subjects.extend(flows);
    }
    let mut former = subjects.iter().map(|subject| ElementId::hashed("thr", &[&threat.rule, subject.as_str()]));
    former.any(|former| former.as_str() == id)
}

fn cite(file: &Document, entry: &Entry) -> Citation {
    Citation {
        document: file.id.clone(),
        span: entry.span,
        revision: file.revision.clone(),
        line: LineIndex::new(&file.text).line_of(entry.span.start),
        quote: file.slice(entry.span).into(),
    }
}

fn unmet(file: &Document, entry: &Entry, why: String) -> Unmatched {
    let about = match entry.about.as_str() {
        "" if entry.names.is_empty() => entry.on.clone(),
        "" => entry.names.join(", "),
        about => about.to_owned(),
    };
    let action = entry.action.as_str().to_owned();
    Unmatched { id: entry.id.clone(), action, about, why, evidence: vec![cite(file, entry)] }
}

fn names_missing(file: &Document, entry: &Entry, system: &System) -> Option<Unmatched> {
    if !matches!(entry.action, Action::Same | Action::Different) {
        return None;
    }
    let known = |name: &NormalName| {
        let mut all = system.components.iter().flat_map(|it| std::iter::once(&it.name).chain(&it.aliases));
        all.any(|other| NormalName::of(other) == *name)
    };
    let missing = entry.names.iter().find(|name| !known(&NormalName::of(name)))?;
    Some(unmet(file, entry, format!("there is no component `{missing}`")))
}

fn rejections_missing(file: &Document, entries: &[&Entry], documents: &[Document], claims: &[Claim]) -> Vec<Unmatched> {
    let rejecting: Vec<&&Entry> = entries.iter().filter(|entry| entry.action == Action::Reject).collect();
    if rejecting.is_empty() {
        return Vec::new();
    }
    let verified = cairn_validate::verify(documents, claims);
    let known: BTreeSet<ElementId> = verified.claims.iter().map(cairn_validate::VerifiedClaim::id).collect();
    let gone = rejecting.into_iter().filter(|entry| entry.rejected_claim().is_none_or(|id| !known.contains(&id)));
    gone.map(|entry| unmet(file, entry, format!("there is no claim `{}`", entry.on))).collect()
}

fn claim(file: &Document, entry: &Entry, statement: Statement) -> Claim {
    let text = file.slice(entry.span).to_owned();
    Claim {
        statement,
        status: Status::Implemented,
        evidence: vec![Quote { document: file.id.clone(), text, at: Some(entry.span.start) }],
        extractor: READER.to_owned(),
        confidence: Confidence::thousandths(1000),
    }
}

/// What the decision says, as a claim about an element that the model knows.
fn statement(entry: &Entry, system: &System) -> Result<Statement, String> {
    let is_meant = |id: &ElementId| id.as_str() == entry.on;
    let name = |id: &ElementId| {
        system.components.iter().find(|it| it.id == *id).map_or_else(|| id.to_string(), |it| it.name.clone())
    };
    let set = match (entry.action, &entry.attribute, &entry.value) {
        (Action::Set, Some(attribute), Some(value)) => Some((attribute.as_str(), value.trim())),
        _ => None,
    };
    if let Some(it) = system.components.iter().find(|it| is_meant(&it.id)) {
        let mut body = ComponentClaim { name: it.name.clone(), ..ComponentClaim::default() };
        match set {
            None => {}
            Some(("type", value)) => body.component_type = Some(term(value)?),
            Some(("exposure", value)) => body.exposure = Some(term(value)?),
            Some(("owner", value)) => body.owner = Some(value.to_owned()),
            Some(("technology", value)) => body.technology = Some(value.to_owned()),
            Some((attribute, _)) => return Err(no_attribute(attribute, "type, exposure, owner, technology")),
        }
        return Ok(Statement::Component(body));
    }
    if let Some(it) = system.flows.iter().find(|it| is_meant(&it.id)) {
        let mut body = FlowClaim { source: name(&it.source), target: name(&it.target), ..FlowClaim::default() };
        match set {
            None => {}
            Some(("protocol", value)) => body.protocol = Some(value.to_owned()),
            Some(("authentication", value)) => body.authentication = Some(value.to_owned()),
            Some(("encryption", value)) => body.encryption = Some(value.to_owned()),
            Some(("mode", value)) => body.mode = Some(term(value)?),
            Some((attribute, _)) => {
                return Err(no_attribute(attribute, "protocol, authentication, encryption, mode"));
            }
        }
        return Ok(Statement::Flow(body));
    }
    if let Some(it) = system.data.iter().find(|it| is_meant(&it.id)) {
        let mut body = DataClaim { name: it.name.clone(), ..DataClaim::default() };
        match set {
            None => {}
            Some(("classification", value)) => body.classification = Some(term(value)?),
            Some(("retention", value)) => body.retention = Some(value.to_owned()),
            Some((attribute, _)) => return Err(no_attribute(attribute, "classification, retention")),
        }
        return Ok(Statement::Data(body));
    }
    if let Some(it) = system.endpoints.iter().find(|it| is_meant(&it.id)) {
        let mut body = EndpointClaim {
            path: it.path.clone(),
            method: it.method.clone(),
            component: it.component.as_ref().map(name),
            ..EndpointClaim::default()
        };
        match set {
            None => {}
            Some(("exposure", value)) => body.exposure = Some(term(value)?),
            Some(("authentication", value)) => body.authentication = Some(value.to_owned()),
            Some(("authorization", value)) => body.authorization = Some(value.to_owned()),
            Some((attribute, _)) => return Err(no_attribute(attribute, "exposure, authentication, authorization")),
        }
        return Ok(Statement::Endpoint(body));
    }
    if let (Some(it), None) = (system.controls.iter().find(|it| is_meant(&it.id)), set) {
        let on = it.on.iter().map(|id| called(system, id)).collect();
        let control_type = it.control_type;
        return Ok(Statement::Control(ControlClaim { control_type, on, mechanism: it.mechanism.clone() }));
    }
    if let (Some(it), None) = (system.accepted_risks.iter().find(|it| is_meant(&it.id)), set) {
        return Ok(Statement::AcceptedRisk(cairn_model::AcceptedRiskClaim {
            statement: it.statement.clone(),
            about: it.about.iter().map(|id| called(system, id)).collect(),
            ..cairn_model::AcceptedRiskClaim::default()
        }));
    }
    Err(format!("there is no element `{}` that it could be about", entry.on))
}

/// A name by which a claim means the element.
fn called(system: &System, id: &ElementId) -> String {
    let component = |id: &ElementId| system.components.iter().find(|it| it.id == *id).map(|it| it.name.clone());
    let flow = || {
        let flow = system.flows.iter().find(|it| it.id == *id)?;
        Some(format!("{} -> {}", component(&flow.source)?, component(&flow.target)?))
    };
    let data = || system.data.iter().find(|it| it.id == *id).map(|it| it.name.clone());
    let endpoint = || system.endpoints.iter().find(|it| it.id == *id).map(|it| it.path.clone());
    let boundary = || system.boundaries.iter().find(|it| it.id == *id).map(|it| it.name.clone());
    component(id).or_else(flow).or_else(data).or_else(endpoint).or_else(boundary).unwrap_or_else(|| id.to_string())
}

fn term<T: Term>(value: &str) -> Result<T, String> {
    T::parse(value).ok_or_else(|| {
        let known: Vec<&str> = T::ALL.iter().map(|term| term.as_str()).collect();
        format!("`{value}` is none of {}", known.join(", "))
    })
}

fn no_attribute(attribute: &str, known: &str) -> String {
    format!("`{attribute}` is none of {known} in `{DECISIONS_FILE}`")
}
