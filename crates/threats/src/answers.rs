//! Which controls answer a threat, and what status they give it.

use std::collections::BTreeSet;

use cairn_model::{Conflict, Control, ControlType, Premise, PremiseRole, Status, Term as _, ThreatStatus, Truth};

use crate::condition::vocabulary::Relation;
use crate::condition::{Phrase, words};
use crate::evaluate::Context;
use crate::explain::cite;
use crate::graph::{Backward, Element, Elements, NodeIndex};
use crate::rule::{Answer, Rule, Scope, Silence};
use crate::template;

/// What the documents say about the controls that would answer a threat.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) premises: Vec<Premise>,
    /// The statuses under which documents speak of an answer.
    said: BTreeSet<Status>,
    disputed: bool,
}

impl Answers {
    /// The status by the contract's table, for a threat whose condition holds.
    pub(crate) fn status(&self, silence: Silence) -> ThreatStatus {
        match silence {
            _ if self.disputed => ThreatStatus::Disputed,
            _ if self.says(Status::Implemented) => ThreatStatus::Mitigated,
            _ if self.says(Status::Assumed) => ThreatStatus::Assumed,
            _ if self.says(Status::Planned) => ThreatStatus::Planned,
            _ if self.says(Status::Absent) => ThreatStatus::Open,
            Silence::Open => ThreatStatus::Open,
            Silence::Unverified => ThreatStatus::Unverified,
        }
    }

    /// Whether the documents settle the answer, so that nobody has to be asked.
    pub(crate) fn is_settled(&self) -> bool {
        self.disputed || self.says(Status::Implemented) || self.says(Status::Absent)
    }

    fn says(&self, status: Status) -> bool {
        self.said.contains(&status)
    }

    /// Adds assumptions that stand in for a control.
    pub(crate) fn assume(&mut self, premise: Premise) {
        self.said.insert(Status::Assumed);
        self.premises.push(premise);
    }
}

/// Looks at every control and attribute that would answer `rule` on the node.
pub(crate) fn find(context: Context<'_, '_>, rule: &Rule, at: NodeIndex) -> Answers {
    let mut answers = Answers::default();
    for answer in &rule.answers {
        match answer {
            Answer::Control { types, on, mechanism } => {
                controls(context, &mut answers, types, mechanism, &scoped(context, at, on));
            }
            Answer::Attribute { say, when } => {
                let verdict = context.evaluate(when, at);
                match verdict.truth {
                    _ if verdict.disputed => answers.disputed = true,
                    Truth::True if context.graph.is_only_asserted(verdict.evidence.iter()) => {
                        answers.said.insert(Status::Assumed);
                    }
                    Truth::True => drop(answers.said.insert(Status::Implemented)),
                    Truth::False => drop(answers.said.insert(Status::Absent)),
                    Truth::Unknown => continue,
                }
                let sentence = say.render(context.graph, at);
                let premise = if verdict.disputed { format!("{sentence}: sources disagree") } else { sentence };
                answers.premises.push(cite(PremiseRole::Control, premise, verdict.truth, verdict.evidence.iter()));
            }
        }
    }
    let contradicted = contradictory(&answers.said);
    // An attribute and a control, or two attributes, may say opposite things of one answer.
    if contradicted && rule.answers.iter().any(|answer| matches!(answer, Answer::Attribute { .. })) {
        answers.disputed = true;
    }
    answers
}

fn controls(
    context: Context<'_, '_>,
    answers: &mut Answers,
    types: &[ControlType],
    mechanism: &[Phrase],
    nodes: &[NodeIndex],
) {
    for control_type in types {
        let mut said = BTreeSet::new();
        for node in nodes {
            let counts = |it: &&&Control| it.control_type == *control_type && is_meant(it, mechanism);
            for control in context.graph.node(*node).controls.iter().filter(counts) {
                said.insert(standing(context, control));
                answers.premises.push(considered(context, control, *node));
                if let Some(conflict) = status_conflict(context, control) {
                    answers.dispute(conflict, control_type.as_str());
                }
            }
            if let Some(conflict) = context.graph.node(*node).conflict(control_type.as_str()) {
                answers.dispute(conflict, control_type.as_str());
            }
        }
        answers.disputed |= contradictory(&said);
        answers.said.append(&mut said);
    }
}

/// Whether the control's mechanism or one of its quotes has one of the phrases; without phrases every control is meant.
fn is_meant(control: &Control, phrases: &[Phrase]) -> bool {
    let quotes = control.evidence.iter().map(|citation| citation.quote.as_str());
    let mut texts = control.mechanism.as_deref().into_iter().chain(quotes).map(words);
    phrases.is_empty() || texts.any(|words| phrases.iter().any(|phrase| phrase.is_in(&words)))
}

/// What the control's status is worth: that it is there needs more than a source that may only assert.
fn standing(context: Context<'_, '_>, control: &Control) -> Status {
    match control.status {
        Status::Implemented if context.graph.is_only_asserted(&control.evidence) => Status::Assumed,
        status => status,
    }
}

/// Absent, and yet there or counted on.
fn contradictory(said: &BTreeSet<Status>) -> bool {
    said.contains(&Status::Absent) && (said.contains(&Status::Implemented) || said.contains(&Status::Assumed))
}

fn status_conflict<'a>(context: Context<'_, 'a>, control: &Control) -> Option<&'a Conflict> {
    context.graph.find(&control.id).and_then(|at| context.graph.node(at).conflict("status"))
}

impl Answers {
    fn dispute(&mut self, conflict: &Conflict, what: &str) {
        self.disputed = true;
        let evidence = conflict.positions.iter().flat_map(|position| &position.evidence);
        let sides: Vec<String> = conflict.positions.iter().map(|it| format!("\"{}\"", it.value)).collect();
        let sentence = format!("sources disagree about {}: {}", what.replace('_', " "), sides.join(" or "));
        self.premises.push(cite(PremiseRole::Control, sentence, Truth::Unknown, evidence));
    }
}

/// One control as a premise: the statement that it does not protect, with what the documents say of that.
fn considered(context: Context<'_, '_>, control: &Control, on: NodeIndex) -> Premise {
    let family = control.control_type.as_str().replace('_', " ");
    let how = control.mechanism.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
    let place = if matches!(context.graph.node(on).element, Element::Control(_)) {
        "the system".to_owned()
    } else {
        template::name(context.graph, on)
    };
    let (sentence, truth) = match control.status {
        Status::Implemented if standing(context, control) == Status::Assumed => {
            (format!("{family}{how} for {place} is only asserted, nobody has confirmed it"), Truth::True)
        }
        Status::Implemented => (format!("{place} has no {family}{how}"), Truth::False),
        Status::Absent => (format!("{place} has no {family}{how}"), Truth::True),
        Status::Planned => (format!("{family}{how} for {place} is planned, not there yet"), Truth::True),
        Status::Assumed => (format!("{family}{how} for {place} is only assumed"), Truth::True),
        Status::Deprecated => (format!("{family}{how} for {place} is being retired"), Truth::True),
    };
    cite(PremiseRole::Control, sentence, truth, &control.evidence)
}

/// The nodes on which a control answers.
pub(crate) fn scoped(context: Context<'_, '_>, at: NodeIndex, scopes: &[Scope]) -> Vec<NodeIndex> {
    let graph = context.graph;
    let node = graph.node(at);
    let mut found = Vec::new();
    for scope in scopes {
        match scope {
            Scope::Subject => found.push(at),
            Scope::Boundary => {
                let hosts = [Relation::Component, Relation::Target].iter().flat_map(|it| node.related(*it)).copied();
                for host in hosts.chain([at]) {
                    found.extend(graph.around(host));
                }
            }
            scope => found.extend(scope.relation().into_iter().flat_map(|relation| node.related(relation)).copied()),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The elements for which a scope may hold one of `marked`.
pub(crate) fn scoped_back(scope: Scope, backward: &Backward, marked: &Elements) -> Elements {
    match scope {
        Scope::Subject => marked.clone(),
        Scope::Boundary => {
            let mut hosts = backward.all_enclosed(marked);
            let mut hosted: Elements =
                [Relation::Component, Relation::Target].into_iter().flat_map(|it| backward.step(&hosts, it)).collect();
            hosts.append(&mut hosted);
            hosts
        }
        scope => scope.relation().map(|relation| backward.step(marked, relation)).unwrap_or_default(),
    }
}
