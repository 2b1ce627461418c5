//! What a claim touches, and which claims speak of what is touched.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, ClaimKind, ComponentType, Control, DocumentId, ElementId, Statement, Status, Term as _};
use indexmap::{IndexMap, IndexSet};

use crate::Verified;
use crate::contribute::{Contribution, ToldBy, key_of, permission_id, statement_id};
use crate::resolve::{Names, flow_id, references};
use crate::verify::VerifiedClaim;

/// Ids of elements. Few, and whole lists are held against them: comparing ids is cheaper than hashing them.
pub(super) type Ids = BTreeSet<ElementId>;

/// A verified claim: the document it quotes and its place among that document's claims.
pub(super) type Place = (DocumentId, usize);

/// Which claims speak of an element. Ids of elements stand beside those that only hold claims together: all walls, and
/// what makes two controls one.
#[derive(Debug, Default)]
pub(super) struct Index(IndexMap<ElementId, BTreeSet<Place>>);

impl Index {
    pub(super) fn of(verified: &BTreeMap<DocumentId, Verified<'_>>, names: &Names<'_>) -> Self {
        let mut index = Self::default();
        for (document, of_document) in verified {
            index.add(document, of_document, names);
        }
        index
    }

    pub(super) fn add(&mut self, document: &DocumentId, verified: &Verified<'_>, names: &Names<'_>) {
        for (at, claim) in verified.claims.iter().enumerate() {
            for touched in touches(claim, names) {
                self.0.entry(touched).or_default().insert((document.clone(), at));
            }
        }
    }

    pub(super) fn drop(&mut self, document: &DocumentId, verified: &Verified<'_>, names: &Names<'_>) {
        for (at, claim) in verified.claims.iter().enumerate() {
            for touched in touches(claim, names) {
                let Some(places) = self.0.get_mut(&touched) else { continue };
                places.remove(&(document.clone(), at));
                if places.is_empty() {
                    self.0.swap_remove(&touched);
                }
            }
        }
    }

    /// The claims about what is touched, in their order.
    pub(super) fn claims_about(&self, scope: &Ids) -> BTreeSet<&Place> {
        scope.iter().filter_map(|id| self.0.get(id)).flatten().collect()
    }

    /// What is touched together with `seeds`: whatever a control is on, with all other controls there.
    pub(super) fn closure(&self, seeds: Ids, verified: &BTreeMap<DocumentId, Verified<'_>>, names: &Names<'_>) -> Ids {
        let mut scope: IndexSet<ElementId> = seeds.into_iter().collect();
        let mut next = 0;
        while let Some(id) = scope.get_index(next) {
            next += 1;
            let claims = self.0.get(id).into_iter().flatten().filter_map(|place| claim_at(verified, place));
            let controls = claims.filter(|claim| matches!(claim.statement, Statement::Control(_)));
            let together: Vec<ElementId> = controls.flat_map(|claim| touches(claim, names)).collect();
            scope.extend(together);
        }
        scope.into_iter().collect()
    }
}

pub(super) fn claim_at<'v, 'a>(
    verified: &'v BTreeMap<DocumentId, Verified<'a>>,
    (document, at): &Place,
) -> Option<&'v VerifiedClaim<'a>> {
    verified.get(document)?.claims.get(*at)
}

/// What holds all claims about walls together: where a wall stands depends on those around it.
pub(super) fn walls() -> ElementId {
    ElementId::named("all", "walls")
}

/// Everything whose settling asks for this claim.
pub(super) fn touches(claim: &VerifiedClaim<'_>, names: &Names<'_>) -> Vec<ElementId> {
    match claim.statement {
        Statement::Component(body) => names.component(&body.name).cloned().into_iter().collect(),
        Statement::Boundary(_) => vec![walls()],
        Statement::Flow(body) => match (names.component(&body.source), names.component(&body.target)) {
            (Some(source), Some(target)) => vec![source.clone(), target.clone(), flow_id(source, target)],
            _ => Vec::new(),
        },
        Statement::Data(body) => names.data(&body.name).cloned().into_iter().collect(),
        Statement::Endpoint(body) => vec![names.endpoint_id(body)],
        Statement::Control(body) => control(&Contribution { body, claim }, names),
        Statement::Permission(body) => vec![permission_id(body, claim.status)],
        Statement::Assumption(body) => vec![statement_id("asm", &body.statement)],
        Statement::Decision(body) => vec![statement_id("dec", &body.statement)],
        Statement::AcceptedRisk(body) => vec![statement_id("risk", &body.statement)],
        Statement::Question(body) => vec![statement_id("q", &body.statement)],
        Statement::Incident(body) => vec![statement_id("inc", &body.statement)],
    }
}

/// What a control is on, and by what it may be taken for the same as another: its passages, and how it is told apart where it
/// is on nothing.
fn control(said: &Contribution<'_, cairn_model::ControlClaim>, names: &Names<'_>) -> Vec<ElementId> {
    let key = key_of(said, names);
    let (family, status) = (key.control_type.as_str(), key.status.as_str());
    let together = |parts: &[&str]| ElementId::hashed("together", &[&[family, status], parts].concat());
    let passages = said.claim.evidence.iter();
    let mut touched: Vec<ElementId> = passages.map(|at| passage(family, status, at)).collect();
    match &key.told_by {
        ToldBy::Mechanism(mechanism) if key.on.is_empty() => touched.push(together(&["by", mechanism])),
        ToldBy::Passage { document, quote } => touched.push(together(&["words", document, quote])),
        ToldBy::Subject | ToldBy::Mechanism(_) => {}
    }
    touched.extend(key.on);
    touched
}

/// Whether a control of the model is made of claims that touch `scope`.
pub(super) fn is_control_in(control: &Control, scope: &Ids) -> bool {
    let (family, status) = (control.control_type.as_str(), control.status.as_str());
    let stands_in = |at: &Citation| scope.contains(&passage(family, status, at));
    control.on.iter().any(|on| scope.contains(on)) || control.on.is_empty() && control.evidence.iter().any(stands_in)
}

fn passage(family: &str, status: &str, at: &Citation) -> ElementId {
    ElementId::hashed("together", &[family, status, "at", at.document.as_str(), &at.span.start.to_string()])
}

/// What resolving names takes from a claim.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameFacts<'c> {
    kind: ClaimKind,
    names: Vec<&'c str>,
    aliases: &'c [String],
    component_type: Option<ComponentType>,
    /// A boundary that is denied names nothing.
    denied: bool,
    citations: usize,
    /// Where an alias is stated: it shows why names were joined.
    stated: &'c [Citation],
}

/// What resolving names takes from claims, in an order that is the same for the same facts.
pub(super) fn name_facts<'c>(claims: &[&'c VerifiedClaim<'_>]) -> Vec<NameFacts<'c>> {
    let mut facts: Vec<NameFacts<'c>> = claims.iter().map(|claim| facts_of(claim)).collect();
    facts.sort();
    facts
}

fn facts_of<'c>(claim: &'c VerifiedClaim<'_>) -> NameFacts<'c> {
    let mut names: Vec<&str> = references(claim.statement).collect();
    let (mut aliases, mut component_type): (&[String], _) = (&[], None);
    match claim.statement {
        Statement::Component(body) => {
            names.push(&body.name);
            (aliases, component_type) = (&body.aliases, body.component_type);
        }
        Statement::Boundary(body) => names.push(&body.name),
        Statement::Flow(body) => {
            names.extend([body.source.as_str(), &body.target]);
            names.extend(body.data.iter().map(String::as_str));
        }
        Statement::Data(body) => names.push(&body.name),
        Statement::Endpoint(body) => names.extend([body.method.as_deref().unwrap_or_default(), &body.path]),
        _ => {}
    }
    NameFacts {
        kind: claim.statement.kind(),
        names,
        aliases,
        component_type,
        denied: claim.status == Status::Absent && claim.statement.kind() == ClaimKind::Boundary,
        citations: claim.evidence.len(),
        stated: if aliases.is_empty() { &[] } else { &claim.evidence },
    }
}
