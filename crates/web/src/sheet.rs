//! An element of any kind as a list of facts, each with its passages: what element pages and inventory tables are made of.

use cairn_model::{Citation, ElementId, Handled, Stated, Status, System, Term};

use crate::parts::words;

/// An element of any kind.
pub(crate) struct Sheet<'m> {
    pub(crate) id: &'m ElementId,
    pub(crate) kind: &'static str,
    pub(crate) status: Status,
    pub(crate) facts: Vec<Fact<'m>>,
    pub(crate) evidence: &'m [Citation],
}

/// Something about an element.
pub(crate) struct Fact<'m> {
    pub(crate) name: &'static str,
    pub(crate) value: Value<'m>,
    pub(crate) evidence: &'m [Citation],
}

/// What is said.
pub(crate) enum Value<'m> {
    /// Nobody says, and a reviewer would want to know.
    Unknown,
    /// Words.
    Text(String),
    /// Other elements.
    Elements(Vec<&'m ElementId>),
    /// What components do with a data set.
    Handled(&'m [Handled]),
}

/// The kinds that have a table of their own, with what they are called in addresses.
pub(crate) const KINDS: [(&str, &str); 12] = [
    ("components", "Components"),
    ("flows", "Flows"),
    ("boundaries", "Boundaries"),
    ("data", "Data"),
    ("endpoints", "Endpoints"),
    ("controls", "Controls"),
    ("permissions", "Permissions"),
    ("assumptions", "Assumptions"),
    ("decisions", "Decisions"),
    ("accepted_risks", "Accepted risks"),
    ("open_questions", "Open questions"),
    ("incidents", "Incidents"),
];

/// How many elements there are of a kind.
pub(crate) fn count(system: &System, kind: &str) -> usize {
    match kind {
        "components" => system.components.len(),
        "flows" => system.flows.len(),
        "boundaries" => system.boundaries.len(),
        "data" => system.data.len(),
        "endpoints" => system.endpoints.len(),
        "controls" => system.controls.len(),
        "permissions" => system.permissions.len(),
        "assumptions" => system.assumptions.len(),
        "decisions" => system.decisions.len(),
        "accepted_risks" => system.accepted_risks.len(),
        "open_questions" => system.questions.len(),
        "incidents" => system.incidents.len(),
        _ => 0,
    }
}

/// All elements of a kind.
pub(crate) fn all<'m>(system: &'m System, kind: &str) -> Vec<Sheet<'m>> {
    match kind {
        "components" => system.components.iter().map(component).collect(),
        "flows" => system.flows.iter().map(flow).collect(),
        "boundaries" => system.boundaries.iter().map(boundary).collect(),
        "data" => system.data.iter().map(data).collect(),
        "endpoints" => system.endpoints.iter().map(endpoint).collect(),
        "controls" => system.controls.iter().map(control).collect(),
        "permissions" => system.permissions.iter().map(permission).collect(),
        "assumptions" => system
            .assumptions
            .iter()
            .map(|it| statement("assumption", &it.id, it.status, &it.evidence, vec![about(&it.about)]))
            .collect(),
        "decisions" => system.decisions.iter().map(decision).collect(),
        "accepted_risks" => system.accepted_risks.iter().map(accepted_risk).collect(),
        "open_questions" => system
            .questions
            .iter()
            .map(|it| statement("question", &it.id, Status::Implemented, &it.evidence, vec![about(&it.about)]))
            .collect(),
        "incidents" => system.incidents.iter().map(incident).collect(),
        _ => Vec::new(),
    }
}

/// The element of this id.
pub(crate) fn of<'m>(system: &'m System, id: &str) -> Option<Sheet<'m>> {
    let kind = match id.split_once('-')?.0 {
        "cmp" => "components",
        "bnd" => "boundaries",
        "flow" => "flows",
        "data" => "data",
        "ep" => "endpoints",
        "ctl" => "controls",
        "perm" => "permissions",
        "asm" => "assumptions",
        "dec" => "decisions",
        "risk" => "accepted_risks",
        "q" => "open_questions",
        "inc" => "incidents",
        _ => return None,
    };
    all(system, kind).into_iter().find(|sheet| sheet.id.as_str() == id)
}

fn known<'m, T>(name: &'static str, known: Option<&'m Stated<T>>, said: impl Fn(&T) -> String) -> Fact<'m> {
    match known {
        None => Fact { name, value: Value::Unknown, evidence: &[] },
        Some(stated) => Fact { name, value: Value::Text(said(&stated.value)), evidence: &stated.evidence },
    }
}

fn term<'m, T: Term>(name: &'static str, value: Option<&'m Stated<T>>) -> Fact<'m> {
    known(name, value, |it| words(it.as_str()))
}

fn words_of<'m>(name: &'static str, value: Option<&'m Stated<String>>) -> Fact<'m> {
    known(name, value, Clone::clone)
}

fn elements<'m>(name: &'static str, ids: impl IntoIterator<Item = &'m ElementId>) -> Fact<'m> {
    Fact { name, value: Value::Elements(ids.into_iter().collect()), evidence: &[] }
}

fn about(ids: &[ElementId]) -> Fact<'_> {
    elements("about", ids)
}

/// Something that is said or not, without passages of its own; what nobody says is left out.
fn plain<'m>(name: &'static str, value: Option<&String>) -> Option<Fact<'m>> {
    value.map(|value| Fact { name, value: Value::Text(value.clone()), evidence: &[] })
}

fn component(it: &cairn_model::Component) -> Sheet<'_> {
    let mut facts = vec![
        term("type", it.component_type.as_ref()),
        words_of("technology", it.technology.as_ref()),
        term("exposure", it.exposure.as_ref()),
        words_of("owner", it.owner.as_ref()),
        elements("inside", &it.boundary),
    ];
    if !it.aliases.is_empty() {
        facts.push(Fact { name: "also called", value: Value::Text(it.aliases.join(", ")), evidence: &[] });
    }
    Sheet { id: &it.id, kind: "component", status: it.status, facts, evidence: &it.evidence }
}

fn flow(it: &cairn_model::Flow) -> Sheet<'_> {
    let facts = vec![
        elements("from", [&it.source]),
        elements("to", [&it.target]),
        words_of("protocol", it.protocol.as_ref()),
        elements("data", &it.data),
        words_of("authentication", it.authentication.as_ref()),
        words_of("encryption", it.encryption.as_ref()),
        term("mode", it.mode.as_ref()),
    ];
    Sheet { id: &it.id, kind: "flow", status: it.status, facts, evidence: &it.evidence }
}

fn boundary(it: &cairn_model::Boundary) -> Sheet<'_> {
    let facts = vec![term("type", it.boundary_type.as_ref()), elements("holds", &it.members)];
    Sheet { id: &it.id, kind: "boundary", status: Status::Implemented, facts, evidence: &it.evidence }
}

fn data(it: &cairn_model::Data) -> Sheet<'_> {
    let handled = Fact { name: "handled by", value: Value::Handled(&it.handled_by), evidence: &[] };
    let facts = vec![term("classification", it.classification.as_ref()), handled];
    Sheet { id: &it.id, kind: "data", status: Status::Implemented, facts, evidence: &it.evidence }
}

fn endpoint(it: &cairn_model::Endpoint) -> Sheet<'_> {
    let facts = vec![
        elements("served by", &it.component),
        term("exposure", it.exposure.as_ref()),
        words_of("authentication", it.authentication.as_ref()),
        words_of("authorization", it.authorization.as_ref()),
    ];
    Sheet { id: &it.id, kind: "endpoint", status: it.status, facts, evidence: &it.evidence }
}

fn control(it: &cairn_model::Control) -> Sheet<'_> {
    let family = Fact { name: "family", value: Value::Text(words(it.control_type.as_str())), evidence: &[] };
    let facts = [Some(family), plain("mechanism", it.mechanism.as_ref()), Some(elements("protects", &it.on))];
    let facts = facts.into_iter().flatten().collect();
    Sheet { id: &it.id, kind: "control", status: it.status, facts, evidence: &it.evidence }
}

fn permission(it: &cairn_model::Permission) -> Sheet<'_> {
    let facts = [
        plain("who", Some(&it.principal)),
        plain("may", Some(&it.action)),
        plain("to", Some(&it.resource)),
        plain("when", it.condition.as_ref()),
    ];
    let facts = facts.into_iter().flatten().collect();
    Sheet { id: &it.id, kind: "permission", status: it.status, facts, evidence: &it.evidence }
}

fn statement<'m>(
    kind: &'static str,
    id: &'m ElementId,
    status: Status,
    evidence: &'m [Citation],
    facts: Vec<Fact<'m>>,
) -> Sheet<'m> {
    Sheet { id, kind, status, facts, evidence }
}

fn decision(it: &cairn_model::Decision) -> Sheet<'_> {
    let others = (!it.alternatives.is_empty()).then(|| it.alternatives.join(", "));
    let facts = [Some(about(&it.about)), plain("because", it.rationale.as_ref()), plain("not chosen", others.as_ref())];
    statement("decision", &it.id, it.status, &it.evidence, facts.into_iter().flatten().collect())
}

fn accepted_risk(it: &cairn_model::AcceptedRisk) -> Sheet<'_> {
    let facts = [
        Some(about(&it.about)),
        plain("owner", it.owner.as_ref()),
        plain("accepted on", it.accepted_on.as_ref()),
        plain("until", it.expires_on.as_ref()),
        plain("because", it.rationale.as_ref()),
    ];
    statement("accepted risk", &it.id, it.status, &it.evidence, facts.into_iter().flatten().collect())
}

fn incident(it: &cairn_model::Incident) -> Sheet<'_> {
    let facts = [
        Some(about(&it.about)),
        plain("when", it.occurred_on.as_ref()),
        plain("because", it.cause.as_ref()),
        plain("then", it.follow_up.as_ref()),
    ];
    statement("incident", &it.id, Status::Implemented, &it.evidence, facts.into_iter().flatten().collect())
}
