//! Which rules look at what differs, and from where.

use crate::answers::scoped_back;
use crate::condition::vocabulary::{Relation, SubjectKind};
use crate::condition::{Condition, Predicate, Reach, words};
use crate::graph::{Backward, Elements};
use crate::rule::{Answer, Rule, Scope};
use crate::statements;

use super::differing::Differing;

/// What of a rule might look at what differs.
#[derive(Debug)]
pub(super) struct Looking<'r> {
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
        self.everywhere |= follows_flows(condition, self.differing);
    }

    /// Whether it looks at anything that differs, from anywhere.
    pub(super) const fn looks_at_all(&self) -> bool {
        self.everywhere
            || self.by_subject
            || self.by_statements
            || !self.conditions.is_empty()
            || !self.scopes.is_empty()
    }

    /// The elements of the former graph from where it may look at a marked one; `None` when there is no telling.
    pub(super) fn places(&self, backward: &Backward) -> Option<Elements> {
        if self.everywhere {
            return None;
        }
        let marked = &self.differing.marked;
        let mut found = if self.by_subject { marked.clone() } else { Elements::new() };
        found.extend(self.conditions.iter().flat_map(|it| self.seeing(it, backward)));
        found.extend(self.scopes.iter().copied().flatten().flat_map(|it| scoped_back(*it, backward, marked)));
        if self.by_statements {
            found.extend(statements::covered(backward, marked));
        }
        Some(found)
    }

    /// The elements from which the condition may see a marked one. Every step of a way that there was not before begins or ends at
    /// what is marked, and so all that is marked counts as an end of every step.
    fn seeing(&self, condition: &Condition, backward: &Backward) -> Elements {
        if !self.might(condition) {
            return Elements::new();
        }
        let marked = &self.differing.marked;
        let back = |ends: Elements, path: &[Relation]| {
            path.iter().rev().fold(ends, |mut ends, relation| {
                ends.extend(marked);
                backward.step(&ends, *relation)
            })
        };
        let mut found = match condition {
            Condition::Not(inner) => self.seeing(inner, backward),
            Condition::And(sides) | Condition::Or(sides) => {
                sides.iter().flat_map(|side| self.seeing(side, backward)).collect()
            }
            Condition::Any(path, inner) | Condition::Every(path, inner) | Condition::AtLeast(_, path, inner) => {
                back(self.seeing(inner, backward), path)
            }
            Condition::At(path, _) => back(Elements::new(), path),
            Condition::Same((one, _), (other, _)) => {
                let mut found = back(Elements::new(), one);
                found.append(&mut back(Elements::new(), other));
                found
            }
        };
        found.extend(marked);
        found
    }

    /// Whether anything in the condition asks for what differs.
    fn might(&self, condition: &Condition) -> bool {
        asks(condition, self.differing, self.by_subject)
    }
}

/// Whether the closure may be another one with what differs.
pub(super) fn differs(closure: &Reach, differing: &Differing) -> bool {
    let conditions = std::iter::once(&closure.wanted).chain(&closure.through);
    conditions.into_iter().any(|it| asks(it, differing, false) || follows_flows(it, differing))
}

/// Whether a closure in the condition may be another one.
fn follows_flows(condition: &Condition, differing: &Differing) -> bool {
    match condition {
        Condition::Not(inner)
        | Condition::Any(_, inner)
        | Condition::Every(_, inner)
        | Condition::AtLeast(.., inner) => follows_flows(inner, differing),
        Condition::And(sides) | Condition::Or(sides) => sides.iter().any(|side| follows_flows(side, differing)),
        Condition::At(_, Predicate::Reaches(reach)) => differs(reach, differing),
        Condition::At(..) | Condition::Same(..) => false,
    }
}

/// Whether anything in the condition asks for what differs; `by_subject` where what it is asked of may differ itself.
fn asks(condition: &Condition, differing: &Differing, by_subject: bool) -> bool {
    let asks_in = |inner: &Condition| asks(inner, differing, by_subject);
    match condition {
        Condition::Not(inner) => asks_in(inner),
        Condition::And(sides) | Condition::Or(sides) => sides.iter().any(asks_in),
        Condition::Any(path, inner) | Condition::Every(path, inner) | Condition::AtLeast(_, path, inner) => {
            path.iter().copied().any(is_about_statements) || asks_in(inner)
        }
        Condition::At(path, predicate) => {
            let is_asked = matches!(predicate, Predicate::Control(_, types) if types.iter().any(|it| differing.types.contains(it)));
            is_asked || by_subject || path.iter().copied().any(is_about_statements)
        }
        Condition::Same((one, _), (other, _)) => {
            by_subject || one.iter().chain(other).copied().any(is_about_statements)
        }
    }
}

const fn is_about_statements(relation: Relation) -> bool {
    matches!(relation, Relation::Controls | Relation::Assumptions)
}
