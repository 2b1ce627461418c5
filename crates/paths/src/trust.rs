//! The trust view: who may do what, and where trust is given without a word: calls that prove nothing, secrets that several share,
//! rights on everything, identities that others vouch for.

use std::collections::BTreeMap;

use cairn_model::{
    Citation, Classification, ComponentType, ElementId, Flow, NormalName, Permission, Status, System, Truth,
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

/// One trust that is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trusted {
    /// Its kind.
    pub kind: TrustKind,
    /// Who is trusted, by name.
    pub who: String,
    /// With what, as a sentence without its subject.
    pub what: String,
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
    let names: BTreeMap<&ElementId, &str> = system.components.iter().map(|it| (&it.id, it.name.as_str())).collect();
    let name = |id: &ElementId| names.get(id).copied().unwrap_or_default().to_owned();
    let mut found: Vec<Trusted> =
        system.permissions.iter().filter(|it| it.status != Status::Absent).map(permitted).collect();
    let is_inside = |id: &ElementId| {
        let component = system.components.iter().find(|it| it.id == *id);
        let kind = component.and_then(|it| it.component_type.as_ref()).map(|it| it.value);
        !matches!(kind, Some(ComponentType::Actor | ComponentType::Client | ComponentType::External))
    };
    let inside: BTreeMap<&ElementId, bool> = system.components.iter().map(|it| (&it.id, is_inside(&it.id))).collect();
    let both_inside =
        |flow: &&Flow| [&flow.source, &flow.target].iter().all(|end| inside.get(end).copied() == Some(true));
    let flows = system.flows.iter().filter(|it| it.status != Status::Absent);
    found.extend(flows.clone().filter(both_inside).filter_map(|flow| unproven(system, flow, &name)));
    found.extend(shared(system, &name));
    found.extend(flows.filter_map(|flow| federated(system, flow, &name)));
    found.sort();
    found
}

fn shown(evidence: &[Citation]) -> Vec<Citation> {
    evidence.get(..CITED_MAX).unwrap_or(evidence).to_vec()
}

fn permitted(permission: &Permission) -> Trusted {
    let gives: Vec<String> = allowed(&permission.action).into_iter().map(|it| it.as_str().to_owned()).collect();
    let all = &WORDS.everything.words;
    let is_wide = words::has(&permission.action, all) || words::has(&permission.resource, all);
    Trusted {
        kind: if is_wide { TrustKind::Wildcard } else { TrustKind::Permission },
        who: permission.principal.clone(),
        what: format!("may {} {}", permission.action, permission.resource),
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
fn unproven(system: &System, flow: &Flow, name: &impl Fn(&ElementId) -> String) -> Option<Trusted> {
    let is_proof = |it: &&cairn_model::Control| {
        it.control_type == cairn_model::ControlType::Authentication
            && it.status == Status::Implemented
            && it.on.iter().any(|on| *on == flow.id || *on == flow.target)
    };
    let stated = flow.authentication.as_ref();
    let is_none = stated.is_some_and(|it| it.value.trim().eq_ignore_ascii_case("none"));
    if stated.is_some() && !is_none || system.controls.iter().any(|it| is_proof(&it)) {
        return None;
    }
    let (who, target) = (name(&flow.source), name(&flow.target));
    let question = (!is_none).then(|| format!("How does {target} find out that it is {who} that calls?"));
    Some(Trusted {
        kind: TrustKind::UnprovenCall,
        what: format!(
            "calls {target} {}",
            if is_none { "without proof" } else { "and nobody says how it proves who it is" }
        ),
        who,
        element: flow.id.clone(),
        gives: vec!["call".to_owned()],
        condition: None,
        status: flow.status,
        truth: if is_none { Truth::True } else { Truth::Unknown },
        question,
        evidence: shown(stated.map_or(&flow.evidence, |it| &it.evidence)),
    })
}

fn shared<'a>(system: &'a System, name: &'a impl Fn(&ElementId) -> String) -> impl Iterator<Item = Trusted> + 'a {
    let is_secret = |it: &&cairn_model::Data| {
        let class = it.classification.as_ref().map(|it| it.value);
        matches!(class, Some(Classification::Credential | Classification::Secret)) && it.handled_by.len() > 1
    };
    system.data.iter().filter(is_secret).map(move |data| {
        let holders: Vec<String> = data.handled_by.iter().map(|it| name(&it.component)).collect();
        let evidence: Vec<Citation> =
            data.handled_by.iter().flat_map(|it| it.evidence.iter().take(1)).cloned().collect();
        Trusted {
            kind: TrustKind::SharedSecret,
            who: holders.join(", "),
            what: format!("all have {}", data.name),
            element: data.id.clone(),
            gives: vec!["hold".to_owned()],
            condition: None,
            status: Status::Implemented,
            truth: Truth::True,
            question: None,
            evidence: shown(&evidence),
        }
    })
}

fn federated(system: &System, flow: &Flow, name: &impl Fn(&ElementId) -> String) -> Option<Trusted> {
    let is_issuer = |id: &ElementId| {
        let component = system.components.iter().find(|it| it.id == *id);
        component.and_then(|it| it.component_type.as_ref()).map(|it| it.value) == Some(ComponentType::IdentityProvider)
    };
    let (issuer, relying) = match (is_issuer(&flow.target), is_issuer(&flow.source)) {
        (true, _) => (&flow.target, &flow.source),
        (_, true) => (&flow.source, &flow.target),
        _ => return None,
    };
    (NormalName::of(&name(issuer)) != NormalName::of(&name(relying))).then(|| Trusted {
        kind: TrustKind::Federation,
        who: name(issuer),
        what: format!("is believed by {}", name(relying)),
        element: flow.id.clone(),
        gives: vec!["issue".to_owned()],
        condition: None,
        status: flow.status,
        truth: Truth::True,
        question: None,
        evidence: shown(&flow.evidence),
    })
}
