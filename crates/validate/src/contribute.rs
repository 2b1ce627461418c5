//! Verified claims to contributions: each claim is laid beside the others that speak of the same element.
//!
//! What makes two claims speak of one element is decided here and nowhere else. [`merge`](crate::merge) turns each pile
//! into an element, [`conflicts`](crate::conflicts) reads the same piles for what does not fit together.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    AcceptedRiskClaim, AssumptionClaim, BoundaryClaim, ComponentClaim, ControlClaim, ControlType, DataClaim,
    DecisionClaim, ElementId, EndpointClaim, FlowClaim, IncidentClaim, NormalName, PermissionClaim, QuestionClaim,
    Statement, Status, Term as _, name_words,
};
use indexmap::IndexMap;
use rayon::prelude::*;

use crate::resolve::{Names, flow_id};
use crate::value::Value;
use crate::verify::VerifiedClaim;

/// What one claim says of an element.
#[derive(Debug)]
pub(crate) struct Contribution<'a, B> {
    pub(crate) body: &'a B,
    pub(crate) claim: &'a VerifiedClaim<'a>,
}

impl<B> Clone for Contribution<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Contribution<'_, B> {}

/// All that is said of each element of a kind.
pub(crate) type Piles<'a, B> = BTreeMap<ElementId, Vec<Contribution<'a, B>>>;

/// All claims by the element they speak of.
#[derive(Debug, Default)]
pub(crate) struct Contributions<'a> {
    pub(crate) components: Piles<'a, ComponentClaim>,
    /// Flow claims that name a component as an end: evidence for components that nothing else states.
    pub(crate) ends: BTreeMap<ElementId, Vec<&'a VerifiedClaim<'a>>>,
    pub(crate) boundaries: Piles<'a, BoundaryClaim>,
    pub(crate) flows: Piles<'a, FlowClaim>,
    pub(crate) data: Piles<'a, DataClaim>,
    pub(crate) endpoints: Piles<'a, EndpointClaim>,
    pub(crate) controls: BTreeMap<ControlKey, Vec<Contribution<'a, ControlClaim>>>,
    pub(crate) permissions: Piles<'a, PermissionClaim>,
    pub(crate) assumptions: Piles<'a, AssumptionClaim>,
    pub(crate) decisions: Piles<'a, DecisionClaim>,
    pub(crate) accepted_risks: Piles<'a, AcceptedRiskClaim>,
    pub(crate) questions: Piles<'a, QuestionClaim>,
    pub(crate) incidents: Piles<'a, IncidentClaim>,
}

/// What makes two control claims speak of one control.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ControlKey {
    pub(crate) control_type: ControlType,
    pub(crate) status: Status,
    pub(crate) on: Vec<ElementId>,
    pub(crate) told_by: ToldBy,
}

/// What tells controls of one family, status and subject apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ToldBy {
    /// Nothing more is said of it.
    Subject,
    /// How it works.
    Mechanism(String),
    /// Neither subject nor mechanism is said: it is the control of that passage.
    Passage {
        /// The document's id.
        document: String,
        /// The words.
        quote: String,
    },
}

/// Lays claims that speak of one element together.
pub(crate) fn contribute<'a>(claims: &[&'a VerifiedClaim<'a>], names: &Names<'_>) -> Contributions<'a> {
    let mut components = Gathered::default();
    let mut ends: Gathered<&'a VerifiedClaim<'a>> = Gathered::default();
    let mut flows = Gathered::default();
    let mut data = Gathered::default();
    let mut endpoints = Gathered::default();
    let mut all = Contributions::default();
    let mut controls = Vec::new();
    for claim in claims {
        match &claim.statement {
            Statement::Component(body) => {
                if let Some(id) = names.component(&body.name) {
                    gather(&mut components, id.clone(), Contribution { body, claim });
                }
            }
            Statement::Boundary(body) => {
                if let Some(id) = names.boundary(&body.name) {
                    all.boundaries.entry(id.clone()).or_default().push(Contribution { body, claim });
                }
            }
            Statement::Flow(body) => {
                let (Some(source), Some(target)) = (names.component(&body.source), names.component(&body.target))
                else {
                    continue;
                };
                for end in [source, target] {
                    gather(&mut ends, end.clone(), claim);
                }
                gather(&mut flows, flow_id(source, target), Contribution { body, claim });
            }
            Statement::Data(body) => {
                if let Some(id) = names.data(&body.name) {
                    gather(&mut data, id.clone(), Contribution { body, claim });
                }
            }
            Statement::Endpoint(body) => {
                gather(&mut endpoints, names.endpoint_id(body), Contribution { body, claim });
            }
            Statement::Control(body) => controls.push(Contribution { body, claim }),
            Statement::Permission(body) => {
                let id = permission_id(body, claim.status);
                all.permissions.entry(id).or_default().push(Contribution { body, claim });
            }
            Statement::Assumption(body) => pile(&mut all.assumptions, "asm", &body.statement, body, claim),
            Statement::Decision(body) => pile(&mut all.decisions, "dec", &body.statement, body, claim),
            Statement::AcceptedRisk(body) => pile(&mut all.accepted_risks, "risk", &body.statement, body, claim),
            Statement::Question(body) => pile(&mut all.questions, "q", &body.statement, body, claim),
            Statement::Incident(body) => pile(&mut all.incidents, "inc", &body.statement, body, claim),
        }
    }
    all.controls = pile_controls(&controls, names);
    Contributions {
        components: components.into_iter().collect(),
        ends: ends.into_iter().collect(),
        flows: flows.into_iter().collect(),
        data: data.into_iter().collect(),
        endpoints: endpoints.into_iter().collect(),
        ..all
    }
}

/// Piles in the making, in the order in which elements are first spoken of.
type Gathered<C> = IndexMap<ElementId, Vec<C>>;

fn gather<C>(piles: &mut Gathered<C>, id: ElementId, said: C) {
    piles.entry(id).or_default().push(said);
}

/// The ids of everything that `listed` names, sorted, each once.
pub(crate) fn elements<'n>(listed: impl IntoIterator<Item = &'n String>, names: &Names<'_>) -> Vec<ElementId> {
    let found: BTreeSet<ElementId> = listed.into_iter().flat_map(|name| names.elements(name)).collect();
    found.into_iter().collect()
}

fn pile<'a, B>(piles: &mut Piles<'a, B>, prefix: &str, statement: &str, body: &'a B, claim: &'a VerifiedClaim<'a>) {
    piles.entry(statement_id(prefix, statement)).or_default().push(Contribution { body, claim });
}

/// The id of what a free text states.
pub(crate) fn statement_id(prefix: &str, statement: &str) -> ElementId {
    ElementId::hashed(prefix, &[NormalName::of(statement).as_str()])
}

/// The id of the permission that a claim of this status describes.
pub(crate) fn permission_id(body: &PermissionClaim, status: Status) -> ElementId {
    let normal = [&body.principal, &body.action, &body.resource].map(|name| NormalName::of(name));
    let parts: Vec<&str> = normal.iter().map(NormalName::as_str).chain([status.as_str()]).collect();
    ElementId::hashed("perm", &parts)
}

/// A control without a mechanism is the one of its subject that has one, if there is exactly one; without a subject too,
/// it is the one that the same passage states more fully.
fn pile_controls<'a>(
    controls: &[Contribution<'a, ControlClaim>],
    names: &Names<'_>,
) -> BTreeMap<ControlKey, Vec<Contribution<'a, ControlClaim>>> {
    let keys: Vec<ControlKey> = controls.par_iter().map(|control| key_of(control, names)).collect();
    let mut mechanisms: IndexMap<Subject<'_>, BTreeSet<&ControlKey>> = IndexMap::new();
    let mut passages: IndexMap<PassageOf<'_>, &ControlKey> = IndexMap::new();
    for (control, key) in controls.iter().zip(&keys) {
        if matches!(key.told_by, ToldBy::Mechanism(_)) && !key.on.is_empty() {
            mechanisms.entry((key.control_type, key.status, &key.on)).or_default().insert(key);
        }
        if !matches!(key.told_by, ToldBy::Passage { .. }) {
            for passage in passages_of(control, key) {
                let first = passages.entry(passage).or_insert(key);
                *first = key.min(first);
            }
        }
    }
    let mut piles: IndexMap<&ControlKey, Vec<_>> = IndexMap::new();
    for (control, key) in controls.iter().zip(&keys) {
        let fuller = match key.told_by {
            ToldBy::Mechanism(_) => None,
            ToldBy::Subject => mechanisms
                .get(&(key.control_type, key.status, key.on.as_slice()))
                .filter(|known| known.len() == 1)
                .and_then(BTreeSet::first)
                .copied(),
            ToldBy::Passage { .. } => passages_of(control, key).find_map(|passage| passages.get(&passage)).copied(),
        };
        piles.entry(fuller.unwrap_or(key)).or_default().push(*control);
    }
    piles.into_iter().map(|(key, pile)| (key.clone(), pile)).collect()
}

/// How the control works, where a claim says more than its family's name: "rate limit" is no way of rate limiting.
pub(crate) fn mechanism(body: &ControlClaim) -> Option<&String> {
    let said = body.mechanism.as_ref().filter(|said| !said.trim().is_empty())?;
    let words = name_words(said);
    let family = name_words(&body.control_type.as_str().replace('_', " "));
    let tells = |word: &String| !family.contains(word) && !family_words(body.control_type).contains(&word.as_str());
    words.iter().any(tells).then_some(said)
}

/// What else a family is called, as [`name_words`] writes it.
const fn family_words(control_type: ControlType) -> &'static [&'static str] {
    match control_type {
        ControlType::Authentication => &["authenticate", "authenticated", "login"],
        ControlType::Authorization => &["authorize", "authorized", "permission", "check", "access"],
        ControlType::EncryptionInTransit | ControlType::EncryptionAtRest => {
            &["encrypt", "encrypted", "storage", "disk", "at", "in"]
        }
        ControlType::InputValidation => &["validate", "validated", "check", "checked"],
        ControlType::RateLimiting => &["rate", "limit", "limited", "request", "throttling"],
        ControlType::AuditLogging => &["log", "logged", "trail"],
        ControlType::NetworkIsolation | ControlType::ProcessIsolation | ControlType::TenantIsolation => {
            &["isolated", "separation", "segmentation"]
        }
        ControlType::Monitoring => &["monitor", "monitored", "alert", "alerting", "alarm", "metric"],
        ControlType::Backup => &["back", "up", "backed"],
        ControlType::OutputFiltering => &["filter", "filtered"],
        ControlType::HumanApproval => &["approve", "approved", "review", "reviewed", "manual"],
        ControlType::Patching => &["patch", "patched", "update", "updated"],
        ControlType::Hardening => &["hardened"],
        ControlType::DataMinimisation => {
            &["minimization", "log", "logged", "logging", "delete", "deleted", "deletion", "retention"]
        }
        ControlType::Integrity | ControlType::SecretManagement | ControlType::LeastPrivilege => &["check"],
    }
}

type Subject<'k> = (ControlType, Status, &'k [ElementId]);

/// Family and status, and the place a control is stated at.
type PassageOf<'c> = (ControlType, Status, &'c str, usize);

fn passages_of<'c>(
    control: &Contribution<'c, ControlClaim>,
    key: &ControlKey,
) -> impl Iterator<Item = PassageOf<'c>> + use<'c> {
    let (control_type, status) = (key.control_type, key.status);
    control.claim.evidence.iter().map(move |at| (control_type, status, at.document.as_str(), at.span.start))
}

pub(crate) fn key_of(control: &Contribution<'_, ControlClaim>, names: &Names<'_>) -> ControlKey {
    let Contribution { body, claim } = control;
    let on = elements(&body.on, names);
    let mechanism = mechanism(body).map(Value::key).filter(|mechanism| !mechanism.is_empty());
    let told_by = match (mechanism, claim.evidence.first()) {
        (Some(mechanism), _) => ToldBy::Mechanism(mechanism),
        (None, Some(citation)) if on.is_empty() => {
            ToldBy::Passage { document: citation.document.as_str().to_owned(), quote: citation.quote.to_string() }
        }
        _ => ToldBy::Subject,
    };
    ControlKey { control_type: body.control_type, status: claim.status, on, told_by }
}
