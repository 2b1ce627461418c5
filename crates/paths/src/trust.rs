//! The trust view: who may do what, and where trust is given without a word: calls that prove nothing, secrets that several share,
//! rights on everything, identities that others vouch for.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    Citation, Classification, Component, ComponentType, Control, ControlType, Data, ElementId, Flow, NormalName,
    Permission, Status, System, Truth,
};

use crate::derive::allowed;
use crate::words::{self, WORDS};

/// Citations that an entry shows.
const CITED_MAX: usize = 4;

/// A kind of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustKind {
    /// Somebody is allowed something.
    Permission,
    /// Somebody is allowed everything, or something on everything.
    Wildcard,
    /// Calls between parts prove nothing, or nobody says what.
    UnprovenCall,
    /// Several parts have one secret.
    SharedSecret,
    /// Identities of somebody else are believed.
    Federation,
}

impl TrustKind {
    /// The name used in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permission => "permission",
            Self::Wildcard => "wildcard",
            Self::UnprovenCall => "unproven_call",
            Self::SharedSecret => "shared_secret",
            Self::Federation => "federation",
        }
    }
}

/// An end of a trust: an element, or somebody who is only named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// What it is called.
    pub name: String,
    /// The element of that name, where there is one.
    pub element: Option<ElementId>,
}

/// One trust that is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trusted {
    /// Its kind.
    pub kind: TrustKind,
    /// Who is trusted, by name.
    pub who: String,
    /// With what, as a sentence without its subject.
    pub what: String,
    /// Those who are trusted; several only for a secret that they share.
    pub from: Vec<End>,
    /// What they are trusted with, or who believes them.
    pub to: End,
    /// The element of the model that says so.
    pub element: ElementId,
    /// What it amounts to: `read`, `write`, `administer` …
    pub gives: Vec<String>,
    /// Under which condition.
    pub condition: Option<String>,
    /// What the documents say of it.
    pub status: Status,
    /// Whether they say it.
    pub truth: Truth,
    /// What to ask where they do not.
    pub question: Option<String>,
    /// Where they say so, or what the question hangs on.
    pub evidence: Vec<Citation>,
}

/// All trust that a model gives, by kind and then by who is trusted.
pub fn trust(system: &System) -> Vec<Trusted> {
    let parts = Parts::of(system);
    let mut found: Vec<Trusted> =
        system.permissions.iter().filter(|it| it.status != Status::Absent).map(|it| permitted(&parts, it)).collect();
    let flows = system.flows.iter().filter(|it| it.status != Status::Absent);
    found.extend(flows.clone().filter_map(|flow| unproven(&parts, flow)));
    found.extend(system.data.iter().filter_map(|data| shared(&parts, data)));
    found.extend(flows.filter_map(|flow| federated(&parts, flow)));
    found.sort();
    found
}

/// The elements by id and by name.
struct Parts<'a> {
    components: BTreeMap<&'a ElementId, &'a Component>,
    by_name: BTreeMap<NormalName, &'a ElementId>,
    /// Flows and components at which callers prove who they are.
    proving: BTreeSet<&'a ElementId>,
}

impl<'a> Parts<'a> {
    fn of(system: &'a System) -> Self {
        let mut by_name = BTreeMap::new();
        let components = system.components.iter();
        let named = components.flat_map(|it| std::iter::once(&it.name).chain(&it.aliases).map(|name| (name, &it.id)));
        let named = named.chain(system.data.iter().map(|it| (&it.name, &it.id)));
        for (name, id) in named.chain(system.boundaries.iter().map(|it| (&it.name, &it.id))) {
            by_name.entry(NormalName::of(name)).or_insert(id);
        }
        let is_proof =
            |it: &&Control| it.control_type == ControlType::Authentication && it.status == Status::Implemented;
        Self {
            components: system.components.iter().map(|it| (&it.id, it)).collect(),
            by_name,
            proving: system.controls.iter().filter(is_proof).flat_map(|it| &it.on).collect(),
        }
    }

    fn end(&self, id: &ElementId) -> End {
        let name = self.components.get(id).map(|it| it.name.clone()).unwrap_or_default();
        End { name, element: Some(id.clone()) }
    }

    fn named(&self, name: &str) -> End {
        let normal = NormalName::of(name);
        let element = self.by_name.get(&normal).filter(|_| !normal.is_empty());
        End { name: name.to_owned(), element: element.map(|id| (*id).clone()) }
    }

    fn kind(&self, id: &ElementId) -> Option<ComponentType> {
        self.components.get(id)?.component_type.as_ref().map(|it| it.value)
    }

    fn is_inside(&self, id: &ElementId) -> bool {
        let outside = [ComponentType::Actor, ComponentType::Client, ComponentType::External];
        self.components.contains_key(id) && !self.kind(id).is_some_and(|kind| outside.contains(&kind))
    }
}

fn shown(evidence: &[Citation]) -> Vec<Citation> {
    evidence.get(..CITED_MAX).unwrap_or(evidence).to_vec()
}

fn permitted(parts: &Parts<'_>, permission: &Permission) -> Trusted {
    let gives: Vec<String> = allowed(&permission.action).into_iter().map(|it| it.as_str().to_owned()).collect();
    let all = &WORDS.everything.words;
    let is_wide = words::has(&permission.action, all) || words::has(&permission.resource, all);
    Trusted {
        kind: if is_wide { TrustKind::Wildcard } else { TrustKind::Permission },
        who: permission.principal.clone(),
        what: format!("may {} {}", permission.action, permission.resource),
        from: vec![parts.named(&permission.principal)],
        to: parts.named(&permission.resource),
        element: permission.id.clone(),
        gives,
        condition: permission.condition.clone(),
        status: permission.status,
        truth: if permission.status == Status::Implemented { Truth::True } else { Truth::Unknown },
        question: None,
        evidence: shown(&permission.evidence),
    }
}

/// A call between parts that proves nothing, or of which nobody says what it proves.
fn unproven(parts: &Parts<'_>, flow: &Flow) -> Option<Trusted> {
    if ![&flow.source, &flow.target].iter().all(|end| parts.is_inside(end)) {
        return None;
    }
    let stated = flow.authentication.as_ref();
    let is_none = stated.is_some_and(|it| it.value.trim().eq_ignore_ascii_case("none"));
    if stated.is_some() && !is_none || [&flow.id, &flow.target].iter().any(|at| parts.proving.contains(at)) {
        return None;
    }
    let (from, to) = (parts.end(&flow.source), parts.end(&flow.target));
    let question = (!is_none).then(|| format!("How does {} find out that it is {} that calls?", to.name, from.name));
    let how = if is_none { "without proof" } else { "and nobody says how it proves who it is" };
    Some(Trusted {
        kind: TrustKind::UnprovenCall,
        what: format!("calls {} {how}", to.name),
        who: from.name.clone(),
        from: vec![from],
        to,
        element: flow.id.clone(),
        gives: vec!["call".to_owned()],
        condition: None,
        status: flow.status,
        truth: if is_none { Truth::True } else { Truth::Unknown },
        question,
        evidence: shown(stated.map_or(&flow.evidence, |it| &it.evidence)),
    })
}

/// A secret that several parts have.
fn shared(parts: &Parts<'_>, data: &Data) -> Option<Trusted> {
    let class = data.classification.as_ref().map(|it| it.value);
    let is_secret = matches!(class, Some(Classification::Credential | Classification::Secret));
    if !is_secret || data.handled_by.len() < 2 {
        return None;
    }
    let from: Vec<End> = data.handled_by.iter().map(|it| parts.end(&it.component)).collect();
    let evidence: Vec<Citation> = data.handled_by.iter().flat_map(|it| it.evidence.iter().take(1)).cloned().collect();
    Some(Trusted {
        kind: TrustKind::SharedSecret,
        who: from.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", "),
        what: format!("all have {}", data.name),
        from,
        to: End { name: data.name.clone(), element: Some(data.id.clone()) },
        element: data.id.clone(),
        gives: vec!["hold".to_owned()],
        condition: None,
        status: Status::Implemented,
        truth: Truth::True,
        question: None,
        evidence: shown(&evidence),
    })
}

/// Identities that one part issues and another believes.
fn federated(parts: &Parts<'_>, flow: &Flow) -> Option<Trusted> {
    let is_issuer = |id: &ElementId| parts.kind(id) == Some(ComponentType::IdentityProvider);
    let (issuer, relying) = match (is_issuer(&flow.target), is_issuer(&flow.source)) {
        (true, _) => (&flow.target, &flow.source),
        (_, true) => (&flow.source, &flow.target),
        _ => return None,
    };
    let (from, to) = (parts.end(issuer), parts.end(relying));
    (NormalName::of(&from.name) != NormalName::of(&to.name)).then(|| Trusted {
        kind: TrustKind::Federation,
        who: from.name.clone(),
        what: format!("is believed by {}", to.name),
        from: vec![from],
        to,
        element: flow.id.clone(),
        gives: vec!["issue".to_owned()],
        condition: None,
        status: flow.status,
        truth: Truth::True,
        question: None,
        evidence: shown(&flow.evidence),
    })
}
