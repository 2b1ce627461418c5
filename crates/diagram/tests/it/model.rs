//! Small models, and made-up ones of any size.

#![expect(
    clippy::indexing_slicing,
    clippy::unnecessary_wraps,
    reason = "models are made as they are, and attributes are options"
)]

use cairn_model::{
    Boundary, Citation, Component, ComponentType, DocumentId, ElementId, Flow, Revision, Span, Stated, Status, System,
};

pub(crate) fn citation() -> Citation {
    Citation {
        document: DocumentId::of_path("a.md"),
        revision: Revision::of_bytes(b"text"),
        quote: "text".into(),
        span: Span::new(0, 4),
        line: 1,
    }
}

pub(crate) fn stated<T>(value: T) -> Option<Stated<T>> {
    Some(Stated { value, evidence: vec![citation()] })
}

pub(crate) fn part(name: &str, kind: Option<ComponentType>) -> Component {
    Component {
        id: ElementId::named("cmp", name),
        name: name.to_owned(),
        aliases: Vec::new(),
        component_type: kind.and_then(stated),
        technology: None,
        exposure: None,
        owner: None,
        boundary: None,
        status: Status::Implemented,
        evidence: vec![citation()],
    }
}

pub(crate) fn flow(source: &str, target: &str) -> Flow {
    let (source, target) = (ElementId::named("cmp", source), ElementId::named("cmp", target));
    Flow {
        id: ElementId::hashed("flow", &[source.as_str(), target.as_str()]),
        source,
        target,
        protocol: None,
        data: Vec::new(),
        authentication: None,
        encryption: None,
        mode: None,
        status: Status::Implemented,
        evidence: vec![citation()],
    }
}

/// A system of named parts, flows "a -> b", and walls with what they hold: parts or walls.
pub(crate) fn system(parts: Vec<Component>, flows: &[(&str, &str)], walls: &[(&str, &[&str])]) -> System {
    let mut system = System { components: parts, ..System::default() };
    system.flows = flows.iter().map(|(from, to)| flow(from, to)).collect();
    for (name, inside) in walls {
        let id = ElementId::named("bnd", name);
        let mut members = Vec::new();
        for inner in *inside {
            let wall = ElementId::named("bnd", inner);
            match system.components.iter_mut().find(|part| part.name == *inner) {
                Some(part) => {
                    part.boundary = Some(id.clone());
                    members.push(part.id.clone());
                }
                None => members.push(wall),
            }
        }
        system.boundaries.push(Boundary {
            id,
            name: (*name).to_owned(),
            boundary_type: None,
            members,
            evidence: vec![citation()],
        });
    }
    sorted(system)
}

pub(crate) fn sorted(mut system: System) -> System {
    system.components.sort_by(|one, other| one.id.cmp(&other.id));
    system.boundaries.sort_by(|one, other| one.id.cmp(&other.id));
    system.flows.sort_by(|one, other| one.id.cmp(&other.id));
    system.flows.dedup_by(|one, other| one.id == other.id);
    system
}

/// Numbers that are the same in every run.
#[derive(Clone)]
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }
}

/// A made-up system: walls for every dozen parts, some within others, and flows that mostly stay near.
pub(crate) fn made(parts: usize, seed: u64) -> System {
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let kinds = [
        ComponentType::Service,
        ComponentType::Datastore,
        ComponentType::Gateway,
        ComponentType::Queue,
        ComponentType::Actor,
        ComponentType::External,
    ];
    // Names say nothing of who talks to whom.
    let name = |at: usize| format!("part {:04}", at * 3_571 % 9_973);
    let mut components = Vec::new();
    for at in 0..parts {
        components.push(part(&name(at), kinds.get(numbers.below(kinds.len() + 1)).copied()));
    }
    let walls = parts / 12;
    let mut boundaries: Vec<Boundary> = (0..walls)
        .map(|at| Boundary {
            id: ElementId::named("bnd", &format!("zone {at:03}")),
            name: format!("zone {at:03}"),
            boundary_type: None,
            members: Vec::new(),
            evidence: vec![citation()],
        })
        .collect();
    for component in &mut components {
        let at = numbers.below(walls + 1);
        if let Some(wall) = boundaries.get_mut(at) {
            wall.members.push(component.id.clone());
            component.boundary = Some(wall.id.clone());
        }
    }
    for at in (0..walls).filter(|at| at % 3 == 2) {
        let inner = boundaries[at].id.clone();
        boundaries[at - 1].members.push(inner);
    }
    let mut flows = Vec::new();
    for at in 0..parts * 3 / 2 {
        let from = at * 2 / 3;
        let to = if numbers.below(4) == 0 { numbers.below(parts) } else { (from + 1 + numbers.below(9)) % parts };
        if from != to && numbers.below(10) > 0 {
            flows.push(flow(&name(from), &name(to)));
        }
    }
    sorted(System { components, boundaries, flows, ..System::default() })
}
