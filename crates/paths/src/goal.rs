//! What is worth having: sensitive data, and the parts from which everything else follows.
//!
//! The model has no rating of integrity or availability. Data whose change or loss harms (money, health, what opens doors) stands in
//! for it, and its class is the citation.

use std::collections::BTreeSet;

use cairn_model::{Citation, Classification as Class, ComponentType, Status};

use crate::capability::{Capability, Fact, Node};
use crate::derive::allowed;
use crate::graph::CapabilityGraph;
use crate::nodes::Kind;
use crate::words::{self, WORDS};

/// A fact that is a goal.
#[derive(Clone, Debug)]
pub(crate) struct GoalFact<'a> {
    pub(crate) fact: Fact,
    pub(crate) worth: u8,
    pub(crate) why: String,
    pub(crate) evidence: &'a [Citation],
}

/// All goals of a model, in order of their facts.
pub(crate) fn goals<'a>(graph: &CapabilityGraph<'a>, system: &'a cairn_model::System) -> Vec<GoalFact<'a>> {
    let mut found: Vec<GoalFact<'a>> = Vec::new();
    for (node, kind) in graph.parts.nodes.all() {
        match kind {
            Kind::Data(data) => {
                if let Some(class) = &data.classification {
                    of_data(node, &data.name, class.value, &class.evidence, &mut found);
                }
            }
            Kind::Component(component) => {
                if let Some(stated) = &component.component_type {
                    of_part(graph, node, stated.value, &stated.evidence, &mut found);
                }
            }
            _ => {}
        }
    }
    found.extend(agents(graph, system));
    found.extend(administrators(graph, system));
    found.sort_by(|one, other| one.fact.cmp(&other.fact).then(other.worth.cmp(&one.worth)));
    found.dedup_by_key(|goal| goal.fact);
    found
}

/// What the loss of each property of a class is worth; none where it is no goal.
const fn worth(class: Class) -> [(Capability, u8); 3] {
    let (read, write, deny) = match class {
        Class::Payment | Class::Health => (4, 4, 3),
        Class::Credential | Class::Secret => (4, 4, 0),
        Class::Financial => (3, 4, 3),
        Class::Personal | Class::Confidential => (3, 0, 0),
        Class::Internal | Class::Public => (0, 0, 0),
    };
    [(Capability::Read, read), (Capability::Write, write), (Capability::Deny, deny)]
}

fn of_data<'a>(node: Node, name: &str, class: Class, evidence: &'a [Citation], found: &mut Vec<GoalFact<'a>>) {
    for (capability, worth) in worth(class).into_iter().filter(|(_, worth)| *worth > 0) {
        let loss = match capability {
            Capability::Read => "is disclosed",
            Capability::Write => "is falsified",
            _ => "is lost",
        };
        let why = format!("{name} ({class}) {loss}");
        found.push(GoalFact { fact: Fact::new(capability, node), worth, why, evidence });
    }
}

fn of_part<'a>(
    graph: &CapabilityGraph<'_>,
    node: Node,
    part: ComponentType,
    evidence: &'a [Citation],
    found: &mut Vec<GoalFact<'a>>,
) {
    let name = graph.parts.nodes.name(node);
    let (capability, why) = match part {
        ComponentType::Pipeline => (Capability::Exec, format!("{name} delivers what runs elsewhere")),
        ComponentType::IdentityProvider => (Capability::Issue, format!("{name} says who everybody is")),
        ComponentType::SecretStore => (Capability::Read, format!("{name} keeps what opens other parts")),
        _ => return,
    };
    found.push(GoalFact { fact: Fact::new(capability, node), worth: 4, why, evidence });
}

/// Agents that can do what cannot be undone.
fn agents<'a>(graph: &CapabilityGraph<'a>, system: &'a cairn_model::System) -> Vec<GoalFact<'a>> {
    let irreversible = &WORDS.irreversible.words;
    let by_permission = system.permissions.iter().filter(|it| it.status != Status::Absent).filter_map(|it| {
        words::has(&it.action, irreversible)
            .then_some((graph.parts.nodes.by_name(&it.principal)?, it.evidence.as_slice()))
    });
    let by_flow = system.flows.iter().filter(|it| it.status != Status::Absent).filter_map(|it| {
        let says = it.evidence.iter().any(|citation| words::has(&citation.quote, irreversible));
        says.then_some((graph.parts.nodes.by_id(&it.source)?, it.evidence.as_slice()))
    });
    let mut acting: Vec<(Node, &[Citation])> = by_permission.chain(by_flow).collect();
    acting.retain(|(node, _)| graph.parts.nodes.component_type(*node) == Some(ComponentType::AiAgent));
    acting.sort_unstable();
    acting.dedup_by_key(|(node, _)| *node);
    let goal = |(node, evidence)| GoalFact {
        fact: Fact::new(Capability::Assume, node),
        worth: 3,
        why: format!("{} does what cannot be undone", graph.parts.nodes.name(node)),
        evidence,
    };
    acting.into_iter().map(goal).collect()
}

/// Whoever may govern a part, a boundary or everything.
fn administrators<'a>(graph: &CapabilityGraph<'a>, system: &'a cairn_model::System) -> Vec<GoalFact<'a>> {
    let mut permissions: Vec<_> = system.permissions.iter().filter(|it| it.status != Status::Absent).collect();
    permissions.sort_by(|one, other| one.id.cmp(&other.id));
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for permission in permissions {
        if !allowed(&permission.action).contains(&Capability::Admin) {
            continue;
        }
        let Some(node) = graph.parts.nodes.by_name(&permission.principal).filter(|node| seen.insert(*node)) else {
            continue;
        };
        found.push(GoalFact {
            fact: Fact::new(Capability::Assume, node),
            worth: 4,
            why: format!("{} may {} {}", permission.principal, permission.action, permission.resource),
            evidence: permission.evidence.as_slice(),
        });
    }
    found
}
