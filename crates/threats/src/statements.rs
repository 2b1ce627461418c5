//! Accepted risks and assumptions that speak of a threat: those about its subject or surroundings whose statement has one of
//! the rule's topics.

use cairn_model::{Date, Premise, PremiseRole, Status, ThreatStatus, Truth};

use crate::condition::vocabulary::Relation;
use crate::condition::words;
use crate::evaluate::Context;
use crate::explain::cite;
use crate::graph::{Backward, Element, Elements, NodeIndex};
use crate::rule::Rule;

/// Where what covers a subject may be, beside itself.
const NEAR: [Relation; 5] = [Relation::Source, Relation::Target, Relation::Component, Relation::Data, Relation::About];

/// The status that accepted risks give, if any that counts covers the threat, with the premises that say so. One acceptance in force is
/// enough; when all have ended, the acceptance is over.
pub(crate) fn acceptance(
    context: Context<'_, '_>,
    statements: &[NodeIndex],
) -> Option<(Option<ThreatStatus>, Vec<Premise>)> {
    let mut premises = Vec::new();
    let mut in_force = false;
    let mut counted = false;
    for statement in statements {
        let Element::AcceptedRisk(risk) = context.graph.node(*statement).element else { continue };
        if risk.status == Status::Absent {
            continue;
        }
        let over = risk.expires.is_some_and(|expires| expires < context.as_of);
        if context.graph.is_only_asserted(&risk.evidence) {
            let sentence = format!("a source that may only assert calls the risk accepted: \"{}\"", risk.statement);
            premises.push(cite(PremiseRole::Acceptance, sentence, Truth::False, &risk.evidence));
            continue;
        }
        counted = true;
        in_force |= !over;
        let who = risk.owner.as_deref().map(|owner| format!(" by {owner}")).unwrap_or_default();
        let until = until(risk.expires_on.as_deref(), risk.expires, over);
        let sentence = format!("the risk is accepted{who}{until}: \"{}\"", risk.statement);
        premises.push(cite(PremiseRole::Acceptance, sentence, Truth::from(!over), &risk.evidence));
    }
    let status = if in_force { ThreatStatus::Accepted } else { ThreatStatus::AcceptanceExpired };
    (!premises.is_empty()).then_some((counted.then_some(status), premises))
}

/// The assumptions that stand in for a control.
pub(crate) fn assumptions(context: Context<'_, '_>, statements: &[NodeIndex]) -> Vec<Premise> {
    let mut premises = Vec::new();
    for statement in statements {
        let Element::Assumption(assumption) = context.graph.node(*statement).element else { continue };
        if assumption.status != Status::Absent {
            let sentence = format!("it is taken for granted: \"{}\"", assumption.statement);
            premises.push(cite(PremiseRole::Control, sentence, Truth::True, &assumption.evidence));
        }
    }
    premises
}

fn until(written: Option<&str>, expires: Option<Date>, over: bool) -> String {
    match (written, expires) {
        (_, Some(date)) if over => format!(" until {date}, which is past"),
        (_, Some(date)) => format!(" until {date}"),
        (Some(written), None) => format!(" until {written}"),
        (None, None) => String::new(),
    }
}

/// The accepted risks and assumptions that speak of the threat.
pub(crate) fn covering(context: Context<'_, '_>, rule: &Rule, at: NodeIndex) -> Vec<NodeIndex> {
    if rule.is_own_acceptance {
        return vec![at];
    }
    let said = |node: NodeIndex| {
        let node = context.graph.node(node);
        node.related(Relation::Risks).iter().chain(node.related(Relation::Assumptions)).copied()
    };
    let mut statements: Vec<NodeIndex> = surroundings(context, at).flat_map(said).collect();
    statements.sort_unstable();
    statements.dedup();
    statements.retain(|statement| {
        let text = match context.graph.node(*statement).element {
            Element::AcceptedRisk(risk) => &risk.statement,
            Element::Assumption(assumption) => &assumption.statement,
            _ => return false,
        };
        let words = words(text);
        rule.topics.iter().any(|topic| topic.is_in(&words))
    });
    statements
}

/// The elements whose threats one of the marked accepted risks and assumptions may speak of, or one that is about a marked element.
pub(crate) fn covered(backward: &Backward, marked: &Elements) -> Elements {
    let mut said: Elements =
        [Relation::Risks, Relation::Assumptions].into_iter().flat_map(|it| backward.step(marked, it)).collect();
    said.extend(marked);
    let mut found: Elements = NEAR.into_iter().flat_map(|relation| backward.step(&said, relation)).collect();
    found.append(&mut said);
    found
}

/// The subject, its ends, its component and its data.
fn surroundings<'g>(context: Context<'g, '_>, at: NodeIndex) -> impl Iterator<Item = NodeIndex> + 'g {
    let node = context.graph.node(at);
    NEAR.iter().flat_map(|relation| node.related(*relation)).copied().chain([at])
}
