//! What a condition is worth on one element: a truth, the citations it rests on, and whether sources disagree about it.
//!
//! False needs a citation that says the opposite or a structural fact that is cited; a missing attribute is unknown. Lists
//! are open: that no related element meets a condition is false only when all documented ones are known not to.

use cairn_model::{Citation, Classification, ComponentType, ControlType, Date, Status, Truth};

use crate::attributes::{self, Found};
use crate::condition::vocabulary::{Attribute, Relation};
use crate::condition::{Condition, Crossing, Phrase, Predicate, Stance, Touch, words};
use crate::graph::{Element, Graph, NodeIndex};

/// The worth of a condition.
#[derive(Clone, Debug)]
pub(crate) struct Verdict<'a> {
    pub(crate) truth: Truth,
    pub(crate) evidence: Vec<&'a Citation>,
    /// Sources conflict about an attribute, and the sides give different truths.
    pub(crate) disputed: bool,
}

/// What conditions are evaluated on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'g, 'a> {
    pub(crate) graph: &'g Graph<'a>,
    pub(crate) as_of: Date,
}

impl<'a> Context<'_, 'a> {
    /// Evaluates `condition` on the node.
    pub(crate) fn evaluate(self, condition: &Condition, at: NodeIndex) -> Verdict<'a> {
        match condition {
            Condition::Not(inner) => {
                let verdict = self.evaluate(inner, at);
                Verdict { truth: !verdict.truth, ..verdict }
            }
            Condition::And(sides) => all(sides.iter().map(|side| self.evaluate(side, at))),
            Condition::Or(sides) => any(sides.iter().map(|side| self.evaluate(side, at))),
            Condition::Any(relation, inner) => {
                let related = self.graph.node(at).related(*relation);
                if related.is_empty() { unknown() } else { any(related.iter().map(|it| self.evaluate(inner, *it))) }
            }
            Condition::Every(relation, inner) => {
                let related = self.graph.node(at).related(*relation);
                if related.is_empty() { unknown() } else { all(related.iter().map(|it| self.evaluate(inner, *it))) }
            }
            Condition::At(path, predicate) => {
                let end = path.iter().try_fold(at, |node, step| self.graph.node(node).related(*step).first().copied());
                end.map_or_else(unknown, |end| self.predicate(predicate, end))
            }
        }
    }

    fn predicate(self, predicate: &Predicate, at: NodeIndex) -> Verdict<'a> {
        match predicate {
            Predicate::Documented => verdict(Truth::True, self.graph.node(at).element.evidence()),
            Predicate::Observed => self.shown(at, true),
            Predicate::Described => self.shown(at, false),
            Predicate::Among(attribute, among) => self.attribute(at, *attribute, |text| among_words(text, among)),
            Predicate::Stated(attribute) => self.attribute(at, *attribute, |text| !is_none(text)),
            Predicate::Past(attribute) => self.past(at, *attribute),
            Predicate::Mentions(attribute, phrases) => self.attribute(at, *attribute, |text| mentions(text, phrases)),
            Predicate::Touches(touch, classes) => self.touches(at, *touch, classes),
            Predicate::Control(stance, types) => self.control(at, *stance, types),
            Predicate::Crosses(crossing) => self.crosses(at, *crossing),
        }
    }

    /// Whether a source of traffic, or one of another kind, speaks of the element; that none does rests on those that do.
    fn shown(self, at: NodeIndex, by_traffic: bool) -> Verdict<'a> {
        let all = self.graph.node(at).element.evidence();
        let of_kind: Vec<&Citation> =
            all.iter().filter(|citation| self.graph.is_observed(&citation.document) == by_traffic).collect();
        if of_kind.is_empty() {
            return verdict(Truth::False, all);
        }
        Verdict { truth: Truth::True, evidence: of_kind, disputed: false }
    }

    /// Tests an attribute; where sources disagree about it, each side is tested and only agreement settles.
    fn attribute(self, at: NodeIndex, attribute: Attribute, test: impl Fn(&str) -> bool) -> Verdict<'a> {
        let node = self.graph.node(at);
        if let Some(conflict) = node.conflict(attribute.as_str()) {
            let sides: Vec<bool> = conflict.positions.iter().map(|position| test(&position.value)).collect();
            let evidence = conflict.positions.iter().flat_map(|position| &position.evidence).collect();
            return match sides.first() {
                Some(first) if sides.iter().all(|side| side == first) => {
                    Verdict { truth: Truth::from(*first), evidence, disputed: false }
                }
                _ => Verdict { truth: Truth::Unknown, evidence, disputed: true },
            };
        }
        match attributes::find(node.element, attribute) {
            Some(Found { texts, evidence }) => verdict(Truth::from(texts.into_iter().any(test)), evidence),
            None => unknown(),
        }
    }

    /// A date that cannot be read is unknown, not future.
    fn past(self, at: NodeIndex, attribute: Attribute) -> Verdict<'a> {
        let found = attributes::find(self.graph.node(at).element, attribute);
        let Some(Found { texts, evidence }) = found else { return unknown() };
        texts
            .first()
            .and_then(|text| Date::parse(text))
            .map_or_else(unknown, |date| verdict(Truth::from(date < self.as_of), evidence))
    }

    fn touches(self, at: NodeIndex, touch: Touch, classes: &[Classification]) -> Verdict<'a> {
        let Some(touched) = self.graph.node(at).touched(touch) else { return unknown() };
        let witness = classes.iter().find_map(|class| touched.witnesses.get(class));
        if let Some((class, touch)) = witness {
            return Verdict { truth: Truth::True, evidence: class.iter().chain(*touch).collect(), disputed: false };
        }
        if touched.unclassified || touched.witnesses.is_empty() {
            return unknown();
        }
        let evidence = touched.witnesses.values().flat_map(|(class, touch)| class.iter().chain(*touch)).collect();
        Verdict { truth: Truth::False, evidence, disputed: false }
    }

    fn control(self, at: NodeIndex, stance: Stance, types: &[ControlType]) -> Verdict<'a> {
        let (wanted, opposite) = match stance {
            Stance::Has => (Status::Implemented, Some(Status::Absent)),
            Stance::Lacks => (Status::Absent, Some(Status::Implemented)),
            Stance::Plans => (Status::Planned, None),
            Stance::Assumes => (Status::Assumed, None),
            Stance::Retires => (Status::Deprecated, None),
        };
        let said = |status: Status| -> Vec<&'a Citation> {
            let controls = self.graph.node(at).controls.iter();
            let matching = controls.filter(|it| it.status == status && types.contains(&it.control_type));
            matching.flat_map(|it| &it.evidence).collect()
        };
        let evidence = said(wanted);
        if !evidence.is_empty() {
            return Verdict { truth: Truth::True, evidence, disputed: false };
        }
        let evidence = opposite.map(said).unwrap_or_default();
        let truth = if evidence.is_empty() { Truth::Unknown } else { Truth::False };
        Verdict { truth, evidence, disputed: false }
    }

    /// Ends in different innermost boundaries, or one of them outside the system: a person, a client, a third party.
    fn crosses(self, flow: NodeIndex, crossing: Crossing) -> Verdict<'a> {
        let end = |relation| self.graph.node(flow).related(relation).first().copied();
        let (Some(source), Some(target)) = (end(Relation::Source), end(Relation::Target)) else { return unknown() };
        let innermost = |node| {
            let mut around = self.graph.around(node).into_iter();
            around.find(|it| crossing == Crossing::Any || self.graph.node(*it).element.separates_networks())
        };
        let stated = |at: NodeIndex| self.graph.node(at).element.evidence();
        match (innermost(source), innermost(target)) {
            (Some(from), Some(to)) => {
                let evidence = if from == to { vec![stated(from)] } else { vec![stated(from), stated(to)] };
                Verdict {
                    truth: Truth::from(from != to),
                    evidence: evidence.into_iter().flatten().collect(),
                    disputed: false,
                }
            }
            _ => match (self.outside(source), self.outside(target)) {
                (Some(evidence), None) | (None, Some(evidence)) => verdict(Truth::True, evidence),
                _ => unknown(),
            },
        }
    }

    /// What says that a component is not part of the system.
    fn outside(self, at: NodeIndex) -> Option<&'a [Citation]> {
        let Element::Component(component) = self.graph.node(at).element else { return None };
        let kind = component.component_type.as_ref()?;
        matches!(kind.value, ComponentType::Actor | ComponentType::Client | ComponentType::External)
            .then_some(kind.evidence.as_slice())
    }
}

fn verdict(truth: Truth, evidence: &[Citation]) -> Verdict<'_> {
    // What nothing states is unknown, whatever the model holds.
    let truth = if evidence.is_empty() { Truth::Unknown } else { truth };
    Verdict { truth, evidence: evidence.iter().collect(), disputed: false }
}

fn unknown<'a>() -> Verdict<'a> {
    Verdict { truth: Truth::Unknown, evidence: Vec::new(), disputed: false }
}

fn all<'a>(sides: impl Iterator<Item = Verdict<'a>>) -> Verdict<'a> {
    connect(sides, Truth::False)
}

fn any<'a>(sides: impl Iterator<Item = Verdict<'a>>) -> Verdict<'a> {
    connect(sides, Truth::True)
}

/// The first side with the `settling` truth decides alone; otherwise all sides count together.
fn connect<'a>(sides: impl Iterator<Item = Verdict<'a>>, settling: Truth) -> Verdict<'a> {
    let mut joined = Verdict { truth: !settling, evidence: Vec::new(), disputed: false };
    for side in sides {
        if side.truth == settling {
            return side;
        }
        if side.truth == Truth::Unknown {
            joined.truth = Truth::Unknown;
        }
        joined.disputed |= side.disputed;
        joined.evidence.extend(side.evidence);
    }
    joined
}

fn among_words(text: &str, among: &[String]) -> bool {
    among.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// The contract writes `none` for a stated absence.
fn is_none(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("none")
}

fn mentions(text: &str, phrases: &[Phrase]) -> bool {
    let words = words(text);
    phrases.iter().any(|phrase| phrase.is_in(&words))
}
