//! The model to gaps: what a reviewer needs to know of its elements and no source says, each as a question.
//!
//! Only what is built and bears on trust is asked about: a list of everything unknown would be read by nobody.

mod answers;
mod coverage;
mod wider;

use std::collections::BTreeSet;

use cairn_model::{
    Citation, Component, ComponentType, ControlType, Data, DocumentId, ElementId, Endpoint, Exposure, Flow, Gap,
    Handling, Status, System, Trust,
};
use indexmap::IndexSet;
use rayon::prelude::*;

use crate::resolve::{Names, Refusal};

use answers::with_answers;
pub use coverage::{Coverage, coverage};

/// Asks for what is missing and for what stands on assertions alone, with answers left open; sorted by id.
pub(crate) fn asked(system: &System, names: &Names<'_>) -> Vec<Gap> {
    with_answers(system, with_assertions(system, gaps(system, names)))
}

fn gaps(system: &System, names: &Names<'_>) -> Vec<Gap> {
    let known = Known::of(system);
    let mut gaps = of_each(&system.components, |component, gaps| {
        if known.is_at_work(component) {
            component_gaps(component, gaps);
        }
        wider::third_party_gaps(component, &known, gaps);
    });
    let tenants = wider::serves_tenants(system);
    gaps.extend(of_each(&system.flows, |flow, gaps| {
        if known.matters(flow) {
            flow_gaps(flow, &known, gaps);
        }
    }));
    gaps.extend(of_each(&system.data, |data, gaps| {
        data_gaps(data, &known, gaps);
        wider::copy_gaps(data, gaps);
        if tenants {
            wider::tenant_gaps(data, &known, gaps);
        }
    }));
    gaps.extend(of_each(&system.endpoints, |endpoint, gaps| {
        if endpoint.status == Status::Implemented {
            endpoint_gaps(endpoint, &known, gaps);
        }
    }));
    for risk in system.accepted_risks.iter().filter(|risk| risk.status == Status::Implemented) {
        let statement = &risk.statement;
        gaps.extend(risk.owner.is_none().then(|| {
            gap(&risk.id, "accepted-risk-owner", format!("Who accepted the risk \"{statement}\" and answers for it?"))
        }));
        gaps.extend(
            risk.rationale.is_none().then(|| {
                gap(&risk.id, "accepted-risk-rationale", format!("Why is the risk \"{statement}\" acceptable?"))
            }),
        );
        gaps.extend(risk.expires_on.is_none().then(|| {
            gap(&risk.id, "accepted-risk-expiry", format!("Until when is the risk \"{statement}\" accepted?"))
        }));
    }
    for decision in system.decisions.iter().filter(|decision| decision.status == Status::Implemented) {
        let statement = &decision.statement;
        gaps.extend(
            decision
                .rationale
                .is_none()
                .then(|| gap(&decision.id, "decision-rationale", format!("Why was this chosen: \"{statement}\"?"))),
        );
    }
    for boundary in system.boundaries.iter().filter(|boundary| boundary.members.is_empty()) {
        gaps.push(gap(&boundary.id, "boundary-members", format!("What lies inside the boundary {}?", boundary.name)));
    }
    gaps.extend(names.refusals.iter().filter_map(|refusal| same_or_different(refusal, names)));
    gaps.par_sort_by(|left, right| (&left.id, &left.question).cmp(&(&right.id, &right.question)));
    gaps.dedup_by(|left, right| left.id == right.id);
    gaps
}

/// Adds a question for each control and acceptance that stands on nothing but sources that may only assert.
fn with_assertions(system: &System, mut gaps: Vec<Gap>) -> Vec<Gap> {
    let asserting = system.documents.iter().filter(|it| it.trust == Trust::Asserts).map(|it| &it.id);
    let asserting: BTreeSet<&DocumentId> = asserting.collect();
    let only_asserted = |evidence: &[Citation]| evidence.iter().all(|it| asserting.contains(&it.document));
    let there = |status: Status| status == Status::Implemented;
    for control in system.controls.iter().filter(|it| there(it.status) && only_asserted(&it.evidence)) {
        let family = control.control_type.to_string().replace('_', " ");
        let how = control.mechanism.as_deref().map(|how| format!(" ({how})")).unwrap_or_default();
        let question = format!("Only a ticket or a conversation says that there is {family}{how}. Is it there?");
        gaps.push(gap(&control.id, "asserted-control", question));
    }
    for risk in system.accepted_risks.iter().filter(|it| there(it.status) && only_asserted(&it.evidence)) {
        let statement = &risk.statement;
        let question = format!("Only a ticket or a conversation accepts the risk \"{statement}\". Who accepts it?");
        gaps.push(gap(&risk.id, "asserted-acceptance", question));
    }
    gaps.sort_by(|left, right| left.id.cmp(&right.id));
    gaps
}

/// What `ask` finds missing of each element.
fn of_each<T: Sync>(elements: &[T], ask: impl Fn(&T, &mut Vec<Gap>) + Sync) -> Vec<Gap> {
    let asked = elements.par_iter().fold(Vec::new, |mut gaps, element| {
        ask(element, &mut gaps);
        gaps
    });
    // Parts are joined in the order of the elements, however they were shared out.
    asked.reduce(Vec::new, |mut left, right| {
        left.extend(right);
        left
    })
}

/// What decides whether a question is worth asking.
struct Known<'s> {
    /// Sorted by id, as every list of the model.
    components: &'s [Component],
    /// Components with a flow, data or an endpoint.
    in_use: IndexSet<&'s ElementId>,
    /// Ends of flows.
    exchanging: BTreeSet<&'s ElementId>,
    /// What some control, present or missing, is said to be on.
    controlled: IndexSet<(&'s ElementId, ControlType)>,
}

impl<'s> Known<'s> {
    fn of(system: &'s System) -> Self {
        let ends = system.flows.iter().flat_map(|flow| [&flow.source, &flow.target]);
        let handlers = system.data.iter().flat_map(|data| &data.handled_by).map(|handled| &handled.component);
        let servers = system.endpoints.iter().filter_map(|endpoint| endpoint.component.as_ref());
        let controlled = |control: &'s cairn_model::Control| control.on.iter().map(|on| (on, control.control_type));
        Self {
            components: &system.components,
            exchanging: ends.clone().collect(),
            in_use: ends.chain(handlers).chain(servers).collect(),
            controlled: system.controls.iter().flat_map(controlled).collect(),
        }
    }

    fn component(&self, id: &ElementId) -> Option<&'s Component> {
        let at = self.components.binary_search_by(|component| component.id.cmp(id)).ok()?;
        self.components.get(at)
    }

    fn is_at_work(&self, component: &Component) -> bool {
        component.status == Status::Implemented && bears_trust(component) && self.in_use.contains(&component.id)
    }

    fn matters(&self, flow: &Flow) -> bool {
        let mut ends = [&flow.source, &flow.target].into_iter().filter_map(|end| self.component(end));
        flow.status == Status::Implemented && ends.any(bears_trust)
    }

    /// Whether any flow begins or ends there.
    fn exchanges(&self, id: &ElementId) -> bool {
        self.exchanging.contains(id)
    }

    fn is_controlled(&self, id: &ElementId, control_type: ControlType) -> bool {
        self.controlled.contains(&(id, control_type))
    }

    fn name(&self, id: &ElementId) -> &'s str {
        self.component(id).map_or("an unknown component", |component| &component.name)
    }
}

/// What runs on the system's own side and could be attacked.
fn bears_trust(component: &Component) -> bool {
    let Some(component_type) = &component.component_type else { return false };
    matches!(
        component_type.value,
        ComponentType::Service
            | ComponentType::Gateway
            | ComponentType::Datastore
            | ComponentType::Cache
            | ComponentType::Queue
            | ComponentType::IdentityProvider
            | ComponentType::SecretStore
            | ComponentType::AiModel
            | ComponentType::AiAgent
            | ComponentType::Pipeline
    )
}

fn component_gaps(component: &Component, gaps: &mut Vec<Gap>) {
    let Component { id, name, .. } = component;
    if component.owner.is_none() {
        gaps.push(gap(id, "component-owner", format!("Who owns {name}?")));
    }
    if component.exposure.is_none() {
        let question =
            format!("Who can reach {name}: anyone on the internet, named partners, or only internal callers?");
        gaps.push(gap(id, "component-exposure", question));
    }
    if component.boundary.is_none() {
        gaps.push(gap(id, "component-boundary", format!("In which network, cluster or account does {name} run?")));
    }
}

fn flow_gaps(flow: &Flow, known: &Known<'_>, gaps: &mut Vec<Gap>) {
    let (source, target) = (known.name(&flow.source), known.name(&flow.target));
    if flow.protocol.is_none() {
        let question = format!("Over which protocol does {source} talk to {target}?");
        gaps.push(gap(&flow.id, "flow-protocol", question));
    }
    if flow.authentication.is_none() && !known.is_controlled(&flow.id, ControlType::Authentication) {
        let question = format!("How does {source} prove to {target} who it is?");
        gaps.push(gap(&flow.id, "flow-authentication", question));
    }
    if flow.encryption.is_none() && !known.is_controlled(&flow.id, ControlType::EncryptionInTransit) {
        let question = format!("Is the traffic from {source} to {target} encrypted, and how?");
        gaps.push(gap(&flow.id, "flow-encryption", question));
    }
}

fn data_gaps(data: &Data, known: &Known<'_>, gaps: &mut Vec<Gap>) {
    let Data { id, name, .. } = data;
    if data.handled_by.is_empty() {
        return;
    }
    if data.classification.is_none() {
        gaps.push(gap(
            id,
            "data-classification",
            format!("How is {name} classified: personal, payment, secret, public?"),
        ));
    }
    for handled in data.handled_by.iter().filter(|handled| handled.handling.iter().copied().any(keeps)) {
        let (component, keeper) = (&handled.component, known.name(&handled.component));
        if handled.retention.is_none() {
            let question = format!("How long does {keeper} keep {name}?");
            gaps.push(gap_at(id, "data-retention", component, question));
        }
        let covered = [id, component].into_iter().any(|on| known.is_controlled(on, ControlType::EncryptionAtRest));
        if handled.encrypted_at_rest.is_none() && !covered {
            let question = format!("Does {keeper} store {name} encrypted?");
            gaps.push(gap_at(id, "data-at-rest", component, question));
        }
    }
}

const fn keeps(handling: Handling) -> bool {
    matches!(handling, Handling::Stores | Handling::Caches | Handling::Logs)
}

/// Whether anyone can call it.
fn is_public(endpoint: &Endpoint) -> bool {
    endpoint.exposure.as_ref().is_some_and(|it| it.value == Exposure::Internet)
}

fn endpoint_gaps(endpoint: &Endpoint, known: &Known<'_>, gaps: &mut Vec<Gap>) {
    let method = endpoint.method.as_deref().map(|method| format!("{method} ")).unwrap_or_default();
    let server = endpoint.component.as_ref().map(|id| format!(" of {}", known.name(id))).unwrap_or_default();
    let called = format!("{method}{}{server}", endpoint.path);
    if endpoint.authentication.is_none() && !known.is_controlled(&endpoint.id, ControlType::Authentication) {
        let question = format!("How do callers of {called} prove who they are?");
        gaps.push(gap(&endpoint.id, "endpoint-authentication", question));
    }
    if endpoint.authorization.is_none() && !known.is_controlled(&endpoint.id, ControlType::Authorization) {
        let question = format!("Who is allowed to call {called}, and where is that checked?");
        gaps.push(gap(&endpoint.id, "endpoint-authorization", question));
    }
    if !is_public(endpoint) {
        return;
    }
    let controlled = |family| {
        [Some(&endpoint.id), endpoint.component.as_ref()]
            .into_iter()
            .flatten()
            .any(|on| known.is_controlled(on, family))
    };
    if !controlled(ControlType::RateLimiting) {
        let question = format!("How often may one caller call {called}, and what stops more?");
        gaps.push(gap(&endpoint.id, "endpoint-rate-limit", question));
    }
    if !controlled(ControlType::InputValidation) {
        let question = format!("How is what callers send to {called} checked?");
        gaps.push(gap(&endpoint.id, "endpoint-input-validation", question));
    }
}

fn same_or_different(refusal: &Refusal, names: &Names<'_>) -> Option<Gap> {
    let (left, right) = (names.component(&refusal.left)?, names.component(&refusal.right)?);
    if left == right {
        return None;
    }
    let (left, right) = (left.min(right), left.max(right));
    let (one, other) = (names.naming(left).name, names.naming(right).name);
    let why = if [&one, &other].contains(&&refusal.shared) {
        format!("one is called {} too", refusal.shared)
    } else {
        format!("both are called {}", refusal.shared)
    };
    Some(gap_at(
        left,
        "same-or-different",
        right,
        format!("Are {one} and {other} the same? {why}", why = sentence(&why)),
    ))
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

fn gap(subject: &ElementId, rule: &str, question: String) -> Gap {
    let id = ElementId::hashed("gap", &[subject.as_str(), rule]);
    open(id, subject, rule, question)
}

/// A gap that a subject may have once for each of several other elements.
fn gap_at(subject: &ElementId, rule: &str, other: &ElementId, question: String) -> Gap {
    let id = ElementId::hashed("gap", &[subject.as_str(), rule, other.as_str()]);
    open(id, subject, rule, question)
}

fn open(id: ElementId, subject: &ElementId, rule: &str, question: String) -> Gap {
    Gap { id, subject: subject.clone(), question, rule: rule.to_owned(), answer: String::new(), ask: None }
}
