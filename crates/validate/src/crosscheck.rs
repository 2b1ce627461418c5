//! Two kinds of reader over the same documents: where they agree, and where they read the same thing differently.
//!
//! What only one of them found is no dispute: either may have missed it.

use std::collections::BTreeMap;

use cairn_model::{Citation, ClaimKind, Confidence, DocumentId, NormalName, Statement, Term as _};

use crate::VerifiedClaim;

/// What the comparison of two kinds of reader gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrossCheck {
    /// For each claim, in the order given: what it is worth with the other kind's word beside its own.
    pub confidence: Vec<Confidence>,
    /// How many claims of the second kind the first kind agrees with.
    pub agreed: usize,
    /// How many claims of the second kind are about something of which the first kind says nothing.
    pub alone: usize,
    /// What they read differently, sorted.
    pub disputed: Vec<Disputed>,
}

/// One attribute of one thing in one document that two readers read differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disputed {
    /// What sort of claim.
    pub kind: ClaimKind,
    /// The thing, as the claims name it.
    pub subject: String,
    /// The attribute: `status`, `type`, `encryption` …
    pub attribute: &'static str,
    /// What the first kind of reader says, and where.
    pub first: (String, Citation),
    /// What the second kind says, and where.
    pub second: (String, Citation),
}

/// Compares the readers for which `is_second` holds with the others.
pub fn cross_check(claims: &[VerifiedClaim<'_>], is_second: impl Fn(&str) -> bool) -> CrossCheck {
    let mut check = CrossCheck { confidence: claims.iter().map(|it| it.confidence).collect(), ..CrossCheck::default() };
    let mut groups: BTreeMap<Subject<'_>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate() {
        let group = groups.entry((&claim.document.id, claim.statement.kind(), subject(claim.statement))).or_default();
        if is_second(claim.extractor) { group.1.push(index) } else { group.0.push(index) }
    }
    for ((_, kind, subject), (firsts, seconds)) in groups {
        for second in seconds {
            let Some(one) = claims.get(second) else { continue };
            let others: Vec<(usize, &VerifiedClaim<'_>)> = firsts
                .iter()
                .filter_map(|index| Some((*index, claims.get(*index)?)))
                .filter(|(_, other)| is_by_name(kind) || overlap(one, other))
                .collect();
            let differences: Vec<_> = others.iter().map(|(index, other)| (*index, differences(other, one))).collect();
            if let Some((agreeing, _)) = differences.iter().find(|(_, differences)| differences.is_empty()) {
                check.agreed += 1;
                check.raise(*agreeing, second);
            } else if let Some((index, differences)) = differences.into_iter().next() {
                let Some(other) = claims.get(index) else { continue };
                check.disputed.extend(differences.into_iter().filter_map(|(attribute, first_value, second_value)| {
                    Some(Disputed {
                        kind,
                        subject: subject.clone(),
                        attribute,
                        first: (first_value, other.evidence.first()?.clone()),
                        second: (second_value, one.evidence.first()?.clone()),
                    })
                }));
            } else {
                check.alone += 1;
            }
        }
    }
    check.disputed.sort();
    check.disputed.dedup();
    check
}

/// What claims are compared about: a document, a kind, and the thing's name.
type Subject<'a> = (&'a DocumentId, ClaimKind, String);

impl CrossCheck {
    /// Two readers that err independently are both wrong less often than either.
    fn raise(&mut self, first: usize, second: usize) {
        let doubt = |index: usize| self.confidence.get(index).map_or(1.0, |it| 1.0 - f64::from(*it));
        let raised = Confidence::from(1.0 - doubt(first) * doubt(second));
        for index in [first, second] {
            if let Some(confidence) = self.confidence.get_mut(index) {
                *confidence = (*confidence).max(raised);
            }
        }
    }
}

/// Claims of these kinds are about the same thing when their names are; others when their quotes overlap.
fn is_by_name(kind: ClaimKind) -> bool {
    matches!(kind, ClaimKind::Component | ClaimKind::Boundary | ClaimKind::Flow | ClaimKind::Data | ClaimKind::Endpoint)
}

fn overlap(one: &VerifiedClaim<'_>, other: &VerifiedClaim<'_>) -> bool {
    let overlap =
        |left: &Citation, right: &Citation| left.span.start < right.span.end && right.span.start < left.span.end;
    one.evidence.iter().any(|left| other.evidence.iter().any(|right| overlap(left, right)))
}

fn subject(statement: &Statement) -> String {
    let name = |name: &str| NormalName::of(name).as_str().to_owned();
    match statement {
        Statement::Component(body) => name(&body.name),
        Statement::Boundary(body) => name(&body.name),
        Statement::Flow(body) => format!("{} → {}", name(&body.source), name(&body.target)),
        Statement::Data(body) => name(&body.name),
        Statement::Endpoint(body) => {
            format!("{} {}", body.method.as_deref().unwrap_or_default(), body.path).trim().to_owned()
        }
        Statement::Control(body) => body.control_type.as_str().to_owned(),
        Statement::Permission(body) => name(&body.principal),
        Statement::Assumption(_)
        | Statement::Decision(_)
        | Statement::AcceptedRisk(_)
        | Statement::Question(_)
        | Statement::Incident(_) => String::new(),
    }
}

/// What both say and say differently: attribute, the first's value, the second's.
fn differences(first: &VerifiedClaim<'_>, second: &VerifiedClaim<'_>) -> Vec<(&'static str, String, String)> {
    let (left, right) = (attributes(first), attributes(second));
    let differs = left.into_iter().zip(right).filter_map(|((name, left), (_, right))| {
        let (left, right) = (left?, right?);
        (NormalName::of(&left) != NormalName::of(&right)).then_some((name, left, right))
    });
    differs.collect()
}

fn attributes(claim: &VerifiedClaim<'_>) -> Vec<(&'static str, Option<String>)> {
    let status = ("status", Some(claim.status.as_str().to_owned()));
    let term = |term: Option<&'static str>| term.map(str::to_owned);
    let mut attributes = match claim.statement {
        Statement::Component(body) => vec![
            ("type", term(body.component_type.map(cairn_model::Term::as_str))),
            ("exposure", term(body.exposure.map(cairn_model::Term::as_str))),
        ],
        Statement::Boundary(body) => vec![("type", term(body.boundary_type.map(cairn_model::Term::as_str)))],
        Statement::Flow(body) => {
            vec![("authentication", body.authentication.clone()), ("encryption", body.encryption.clone())]
        }
        Statement::Data(body) => vec![
            ("classification", term(body.classification.map(cairn_model::Term::as_str))),
            ("encrypted_at_rest", body.encrypted_at_rest.map(|it| it.to_string())),
        ],
        Statement::Endpoint(body) => {
            vec![("authentication", body.authentication.clone()), ("authorization", body.authorization.clone())]
        }
        _ => Vec::new(),
    };
    attributes.push(status);
    attributes
}
