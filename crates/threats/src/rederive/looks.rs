//! What differs between two models of the same parts, and which rules look at it from where.

use std::collections::BTreeSet;

use cairn_model::ControlType;

use crate::answers::scoped;
use crate::condition::vocabulary::{Relation, SubjectKind};
use crate::condition::{Condition, Predicate, words};
use crate::evaluate::Context;
use crate::graph::{Element, Graph, NodeIndex};
use crate::rule::{Answer, Rule, Scope};
use crate::statements;

/// Which elements of two graphs are the same.
#[derive(Debug, Default)]
pub(super) struct Same {
    before: Vec<Option<NodeIndex>>,
    after: Vec<Option<NodeIndex>>,
    is_all: bool,
}

impl Same {
    /// Of a graph and itself.
    pub(super) fn all() -> Self {
        Self { is_all: true, ..Self::default() }
    }

    /// Both graphs list what they share in the same order, but for controls, which are found by their ids.
    pub(super) fn of(before: &Graph<'_>, after: &Graph<'_>) -> Self {
        let mut same = Self {
            before: vec![None; after.nodes().count()],
            after: vec![None; before.nodes().count()],
            is_all: false,
        };
        let is_shifting = |element: Element<'_>| matches!(element, Element::Control(_) | Element::Assumption(_));
        let fixed = |graph: &Graph<'_>| -> Vec<NodeIndex> {
            graph.nodes().filter(|(_, node)| !is_shifting(node.element)).map(|(at, _)| at).collect()
        };
        for (one, other) in fixed(before).into_iter().zip(fixed(after)) {
            same.note(one, other);
        }
        for (at, node) in before.nodes().filter(|(_, node)| is_shifting(node.element)) {
            if let Some(other) = after.find(node.element.id()) {
                same.note(at, other);
            }
        }
        same
    }

    fn note(&mut self, before: NodeIndex, after: NodeIndex) {
        if let (Some(there), Some(back)) = (self.after.get_mut(before), self.before.get_mut(after)) {
            (*there, *back) = (Some(after), Some(before));
        }
    }

    /// The element of the former graph.
    pub(super) fn before(&self, after: NodeIndex) -> Option<NodeIndex> {
        if self.is_all { Some(after) } else { self.before.get(after).copied().flatten() }
    }

    /// The element of the changed graph.
    pub(super) fn after(&self, before: NodeIndex) -> Option<NodeIndex> {
        if self.is_all { Some(before) } else { self.after.get(before).copied().flatten() }
    }
}

/// Controls and assumptions that differ, and the elements that they are on.
#[derive(Debug, Default)]
pub(super) struct Differing {
    before: Vec<bool>,
    after: Vec<bool>,
    removed: Vec<NodeIndex>,
    types: BTreeSet<ControlType>,
    /// What the assumptions state that differ.
    statements: Vec<String>,
}

impl Differing {
    pub(super) fn of(before: &Graph<'_>, after: &Graph<'_>, same: &Same) -> Self {
        let mut differing = Self {
            before: vec![false; before.nodes().count()],
            after: vec![false; after.nodes().count()],
            ..Self::default()
        };
        for (at, node) in before.nodes() {
            let other = same.after(at).map(|at| (at, after.node(at)));
            let is_same = other.as_ref().is_some_and(|(_, other)| match (node.element, other.element) {
                (Element::Control(one), Element::Control(other)) => one == other,
                (Element::Assumption(one), Element::Assumption(other)) => one == other,
                _ => true,
            });
            if !is_same {
                if other.is_none() {
                    // What it was on may not be protected any more.
                    differing.removed.extend(node.related(Relation::About).iter().copied().chain([at]));
                }
                differing.note(node.element);
                mark(&mut differing.before, before, at);
                if let Some((at, _)) = other {
                    mark(&mut differing.after, after, at);
                }
            }
        }
        for (at, node) in after.nodes().filter(|(at, _)| same.before(*at).is_none()) {
            differing.note(node.element);
            mark(&mut differing.after, after, at);
        }
        differing
    }

    fn note(&mut self, element: Element<'_>) {
        match element {
            Element::Control(control) => drop(self.types.insert(control.control_type)),
            Element::Assumption(assumption) => self.statements.push(assumption.statement.clone()),
            _ => {}
        }
    }

    /// Elements of the former model that differ, or on which something differs.
    pub(super) fn before(&self) -> &[bool] {
        &self.before
    }

    /// The same of the changed model.
    pub(super) fn after(&self) -> &[bool] {
        &self.after
    }

    /// Elements that are no more, and those that they were about.
    pub(super) fn removed(&self) -> &[NodeIndex] {
        &self.removed
    }
}

/// Marks an element and what it is about.
fn mark(marked: &mut [bool], graph: &Graph<'_>, at: NodeIndex) {
    for at in graph.node(at).related(Relation::About).iter().chain([&at]) {
        if let Some(marked) = marked.get_mut(*at) {
            *marked = true;
        }
    }
}

/// What of a rule might look at what differs.
#[derive(Debug)]
pub(super) struct Looking<'r> {
    rule: &'r Rule,
    differing: &'r Differing,
    conditions: Vec<&'r Condition>,
    /// Where answering controls may be.
    scopes: Vec<&'r [Scope]>,
    /// Whether statements about the rule differ.
    by_statements: bool,
    /// Whether the rule is about controls or assumptions themselves.
    by_subject: bool,
    /// Whether there is no telling from where it looks.
    everywhere: bool,
}

impl<'r> Looking<'r> {
    pub(super) fn of(rule: &'r Rule, differing: &'r Differing) -> Self {
        let mut looking = Self {
            rule,
            differing,
            conditions: Vec::new(),
            scopes: Vec::new(),
            by_statements: differing
                .statements
                .iter()
                .any(|statement| rule.topics.iter().any(|topic| topic.is_in(&words(statement)))),
            by_subject: matches!(
                rule.info.subject,
                SubjectKind::Protected | SubjectKind::Control | SubjectKind::Assumption
            ),
            everywhere: false,
        };
        for answer in &rule.answers {
            match answer {
                Answer::Control { types, on, .. } if types.iter().any(|it| differing.types.contains(it)) => {
                    looking.scopes.push(on);
                }
                Answer::Control { .. } => {}
                Answer::Attribute { when, .. } => looking.take(when),
            }
        }
        rule.premises.iter().for_each(|premise| looking.take(&premise.when));
        rule.raises.iter().for_each(|raise| looking.take(&raise.when));
        looking
    }

    fn take(&mut self, condition: &'r Condition) {
        if self.might(condition) {
            self.conditions.push(condition);
        }
        self.everywhere |= self.follows_flows(condition);
    }

    /// Whether it looks at anything that differs, from anywhere.
    pub(super) const fn looks_at_all(&self) -> bool {
        self.everywhere
            || self.by_subject
            || self.by_statements
            || !self.conditions.is_empty()
            || !self.scopes.is_empty()
    }

    /// Whether it looks at a marked element from this one.
    pub(super) fn looks(&self, context: Context<'_, '_>, at: NodeIndex, marked: &[bool]) -> bool {
        let is_marked = |at: &NodeIndex| marked.get(*at).copied().unwrap_or_default();
        self.everywhere
            || self.by_subject && is_marked(&at)
            || self.conditions.iter().any(|it| self.sees(context, it, at, marked))
            || self.scopes.iter().any(|on| scoped(context, at, on).iter().any(is_marked))
            || self.by_statements && statements::covering(context, self.rule, at).iter().any(is_marked)
    }

    /// Whether the condition, evaluated on the element, sees a marked one.
    fn sees(&self, context: Context<'_, '_>, condition: &Condition, at: NodeIndex, marked: &[bool]) -> bool {
        let is_marked = |at: &NodeIndex| marked.get(*at).copied().unwrap_or_default();
        match condition {
            _ if !self.might(condition) => false,
            Condition::Not(inner) => self.sees(context, inner, at, marked),
            Condition::And(sides) | Condition::Or(sides) => {
                sides.iter().any(|side| self.sees(context, side, at, marked))
            }
            Condition::Any(path, inner) | Condition::Every(path, inner) | Condition::AtLeast(_, path, inner) => {
                let found = context.graph.follow(at, path);
                let leads_there = path.iter().copied().any(is_about_statements);
                found.nodes.iter().any(|at| leads_there && is_marked(at) || self.sees(context, inner, *at, marked))
                    // What is no more, or new, is seen by what it was about.
                    || leads_there && is_marked(&at)
            }
            Condition::At(path, _) => context.graph.end(at, path).is_some_and(|end| is_marked(&end)),
            Condition::Same(one, other) => {
                [one, other].iter().any(|(path, _)| context.graph.end(at, path).is_some_and(|end| is_marked(&end)))
            }
        }
    }

    /// Whether anything in the condition asks for what differs.
    fn might(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Not(inner) => self.might(inner),
            Condition::And(sides) | Condition::Or(sides) => sides.iter().any(|side| self.might(side)),
            Condition::Any(path, inner) | Condition::Every(path, inner) | Condition::AtLeast(_, path, inner) => {
                path.iter().copied().any(is_about_statements) || self.might(inner)
            }
            Condition::At(path, predicate) => {
                path.iter().copied().any(is_about_statements) || self.by_subject || self.asks(predicate)
            }
            Condition::Same((one, _), (other, _)) => {
                self.by_subject || one.iter().chain(other).copied().any(is_about_statements)
            }
        }
    }

    fn asks(&self, predicate: &Predicate) -> bool {
        match predicate {
            Predicate::Control(_, types) => types.iter().any(|it| self.differing.types.contains(it)),
            _ => false,
        }
    }

    /// Whether a closure in the condition asks for what differs.
    fn follows_flows(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Not(inner)
            | Condition::Any(_, inner)
            | Condition::Every(_, inner)
            | Condition::AtLeast(.., inner) => self.follows_flows(inner),
            Condition::And(sides) | Condition::Or(sides) => sides.iter().any(|side| self.follows_flows(side)),
            Condition::At(_, Predicate::Reaches(reach)) => {
                let asks = |it: &Condition| self.might(it) || self.follows_flows(it);
                asks(&reach.wanted) || reach.through.as_ref().is_some_and(asks)
            }
            Condition::At(..) | Condition::Same(..) => false,
        }
    }
}

const fn is_about_statements(relation: Relation) -> bool {
    matches!(relation, Relation::Controls | Relation::Assumptions)
}
