//! What a condition is worth on one element: a truth, the citations it rests on, and whether sources disagree about it.
//!
//! False needs a citation that says the opposite or a structural fact that is cited; a missing attribute is unknown. Lists
//! are open: that no related element meets a condition is false only when all documented ones are known not to.

mod evidence;
mod reach;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use cairn_model::{
    BoundaryType, Citation, Classification, ComponentType, ControlType, Date, SourceType, Status, Truth,
};

use crate::attributes::{self, Found};
use crate::condition::vocabulary::{Attribute, Relation};
use crate::condition::{Condition, Crossing, Phrase, Place, Predicate, Reach, Speaker, Stance, Touch, words};
use crate::factors::PlaceFactor;
use crate::graph::{Element, Graph, NodeIndex};
pub(crate) use evidence::Evidence;
use reach::Closure;

/// The worth of a condition.
#[derive(Clone, Debug)]
pub(crate) struct Verdict<'a> {
    pub(crate) truth: Truth,
    pub(crate) evidence: Evidence<'a>,
    /// Sources conflict about an attribute, and the sides give different truths.
    pub(crate) disputed: bool,
}

/// What conditions are evaluated on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'g, 'a> {
    pub(crate) graph: &'g Graph<'a>,
    pub(crate) as_of: Date,
    pub(crate) shared: &'g Shared<'a>,
}

/// Closures over flows by what was asked.
pub(crate) type Closures<'a> = BTreeMap<Reach, Arc<Closure<'a>>>;

/// What several rules ask for and holds for the whole model, found once. Which rule asks first makes no difference.
#[derive(Debug)]
pub(crate) struct Shared<'a> {
    closures: Mutex<Closures<'a>>,
    /// The factors of severity of each node, once a threat there has asked.
    places: Vec<OnceLock<Vec<PlaceFactor>>>,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(graph: &Graph<'_>) -> Self {
        Self::knowing(graph, Closures::new())
    }

    /// With closures that are known to hold for the graph, too.
    pub(crate) fn knowing(graph: &Graph<'_>, closures: Closures<'a>) -> Self {
        let places = graph.nodes().map(|_| OnceLock::new()).collect();
        Self { closures: Mutex::new(closures), places }
    }

    /// The closures that somebody has asked for.
    pub(crate) fn into_closures(self) -> Closures<'a> {
        self.closures.into_inner().expect("no holder of the lock panics")
    }

    /// The factors of a node, found by `find` when nobody has asked before.
    pub(crate) fn factors(&self, at: NodeIndex, find: impl FnOnce() -> Vec<PlaceFactor>) -> &[PlaceFactor] {
        self.places.get(at).map_or(&[], |place| place.get_or_init(find).as_slice())
    }
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
            Condition::Any(relations, inner) => {
                let related = self.graph.follow(at, relations);
                let verdict = any(related.nodes.iter().map(|it| self.evaluate(inner, *it)));
                open_ended(verdict, Truth::True, related.is_complete && !related.nodes.is_empty())
            }
            Condition::Every(relations, inner) => {
                let related = self.graph.follow(at, relations);
                let verdict = all(related.nodes.iter().map(|it| self.evaluate(inner, *it)));
                open_ended(verdict, Truth::False, related.is_complete && !related.nodes.is_empty())
            }
            Condition::AtLeast(least, relations, inner) => self.at_least(*least, relations, inner, at),
            Condition::At(path, predicate) => {
                self.graph.end(at, path).map_or_else(unknown, |end| self.predicate(predicate, end))
            }
            Condition::Same(one, other) => self.same(at, one, other),
        }
    }

    /// True as soon as so many are true, false when too many are known not to be.
    fn at_least(self, least: usize, relations: &[Relation], inner: &Condition, at: NodeIndex) -> Verdict<'a> {
        let related = self.graph.follow(at, relations);
        let (mut yes, mut no) = (Evidence::None, Evidence::None);
        let (mut true_count, mut unknown_count) = (0, 0);
        for node in related.nodes.iter() {
            let verdict = self.evaluate(inner, *node);
            match verdict.truth {
                Truth::True => {
                    true_count += 1;
                    yes.append(verdict.evidence);
                }
                Truth::Unknown => unknown_count += 1,
                Truth::False => no.append(verdict.evidence),
            }
            if true_count == least {
                return Verdict { truth: Truth::True, evidence: yes, disputed: false };
            }
        }
        let is_known = true_count + unknown_count < least && related.is_complete && !related.nodes.is_empty();
        yes.append(no);
        if is_known { Verdict { truth: Truth::False, evidence: yes, disputed: false } } else { unknown() }
    }

    /// Both attributes are stated and have a value in common. Where sources disagree about one, nothing is known.
    fn same(self, at: NodeIndex, one: &Place, other: &Place) -> Verdict<'a> {
        let stated = |(path, attribute): &Place| {
            let end = self.graph.end(at, path)?;
            let node = self.graph.node(end);
            if node.conflict(attribute.as_str()).is_some() {
                return None;
            }
            attributes::find(node.element, *attribute)
        };
        let (Some(one), Some(other)) = (stated(one), stated(other)) else { return unknown() };
        let (texts, others) = (one.texts.as_slice(), other.texts.as_slice());
        let equal = texts.iter().any(|text| others.iter().any(|it| text.eq_ignore_ascii_case(it)));
        let evidence = [one.evidence, other.evidence].into_iter().collect();
        Verdict { truth: Truth::from(equal), evidence, disputed: false }
    }

    fn predicate(self, predicate: &Predicate, at: NodeIndex) -> Verdict<'a> {
        match predicate {
            Predicate::Documented => verdict(Truth::True, self.graph.node(at).element.evidence()),
            Predicate::SpokenOf(speaker) => self.spoken_of(at, *speaker),
            Predicate::Says(phrases) => self.says(at, phrases),
            Predicate::Among(attribute, among) => self.attribute(at, *attribute, |text| among_words(text, among)),
            Predicate::Stated(attribute) => self.attribute(at, *attribute, |text| !is_none(text)),
            Predicate::Past(attribute) => self.date(at, *attribute, |date| date < self.as_of),
            Predicate::Older(attribute, days) => self.date(at, *attribute, |date| self.as_of.days_since(date) >= *days),
            Predicate::Parameter(attribute) => self.attribute(at, *attribute, has_parameter),
            Predicate::Mentions(attribute, phrases) => self.attribute(at, *attribute, |text| mentions(text, phrases)),
            Predicate::Touches(touch, classes) => self.touches(at, *touch, classes),
            Predicate::Control(stance, types) => self.control(at, *stance, types),
            Predicate::Crosses(crossing) => self.crosses(at, *crossing),
            Predicate::Reaches(reach) => self.closure(reach).verdict(self, reach.way, at),
        }
    }

    fn closure(self, reach: &Reach) -> Arc<Closure<'a>> {
        let known = || self.shared.closures.lock().expect("no holder of the lock panics");
        if let Some(closure) = known().get(reach) {
            return Arc::clone(closure);
        }
        // Not under the lock: a closure's own condition may ask for another.
        let closure = Arc::new(Closure::new(self, reach));
        known().insert(reach.clone(), Arc::clone(&closure));
        closure
    }

    /// Whether documents of such kinds speak of the element; that none does rests on those that do.
    fn spoken_of(self, at: NodeIndex, speaker: Speaker) -> Verdict<'a> {
        let all = self.graph.node(at).element.evidence();
        let speaks = |citation: &&Citation| is_of(speaker, self.graph.source_of(&citation.document));
        let of_kind: Evidence<'_> = all.iter().filter(speaks).map(std::slice::from_ref).collect();
        if of_kind.is_empty() {
            return verdict(Truth::False, all);
        }
        Verdict { truth: Truth::True, evidence: of_kind, disputed: false }
    }

    /// Whether the cited words have one of the phrases. That they have none says nothing.
    fn says(self, at: NodeIndex, phrases: &[Phrase]) -> Verdict<'a> {
        let all = self.graph.node(at).element.evidence();
        let saying = all.iter().filter(|citation| mentions(&citation.quote, phrases));
        let evidence: Evidence<'_> = saying.map(std::slice::from_ref).collect();
        let truth = if evidence.is_empty() { Truth::Unknown } else { Truth::True };
        Verdict { truth, evidence, disputed: false }
    }

    /// Tests an attribute; where sources disagree about it, each side is tested and only agreement settles.
    fn attribute(self, at: NodeIndex, attribute: Attribute, test: impl Fn(&str) -> bool) -> Verdict<'a> {
        let node = self.graph.node(at);
        if let Some(conflict) = node.conflict(attribute.as_str()) {
            let sides: Vec<bool> = conflict.positions.iter().map(|position| test(&position.value)).collect();
            let evidence = conflict.positions.iter().map(|position| position.evidence.as_slice()).collect();
            return match sides.first() {
                Some(first) if sides.iter().all(|side| side == first) => {
                    Verdict { truth: Truth::from(*first), evidence, disputed: false }
                }
                _ => Verdict { truth: Truth::Unknown, evidence, disputed: true },
            };
        }
        match attributes::find(node.element, attribute) {
            Some(Found { texts, evidence }) => {
                verdict(Truth::from(texts.as_slice().iter().any(|text| test(text))), evidence)
            }
            None => unknown(),
        }
    }

    /// A date that cannot be read is unknown, not future.
    fn date(self, at: NodeIndex, attribute: Attribute, test: impl Fn(Date) -> bool) -> Verdict<'a> {
        let found = attributes::find(self.graph.node(at).element, attribute);
        let Some(Found { texts, evidence }) = found else { return unknown() };
        let date = texts.as_slice().first().and_then(|text| Date::parse(text));
        date.map_or_else(unknown, |date| verdict(Truth::from(test(date)), evidence))
    }

    fn touches(self, at: NodeIndex, touch: Touch, classes: &[Classification]) -> Verdict<'a> {
        let Some(touched) = self.graph.node(at).touched(touch) else { return unknown() };
        let witness = classes.iter().find_map(|class| touched.witnesses.get(class));
        if let Some((class, touch)) = witness {
            return Verdict { truth: Truth::True, evidence: [*class, *touch].into_iter().collect(), disputed: false };
        }
        if touched.unclassified || touched.witnesses.is_empty() {
            return unknown();
        }
        let evidence = touched.witnesses.values().flat_map(|(class, touch)| [*class, *touch]).collect();
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
        let said = |status: Status| -> Evidence<'a> {
            let controls = self.graph.node(at).controls.iter();
            let matching = controls.filter(|it| it.status == status && types.contains(&it.control_type));
            matching.map(|it| it.evidence.as_slice()).collect()
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
            let is_wall = |it: &NodeIndex| is_wall(self.graph.node(*it).element, crossing);
            match crossing {
                Crossing::Of(_) => self.graph.all_around(node).into_iter().find(is_wall),
                Crossing::Any | Crossing::Network => self.graph.around(node).find(is_wall),
            }
        };
        let stated = |at: NodeIndex| self.graph.node(at).element.evidence();
        match (innermost(source), innermost(target)) {
            (Some(from), Some(to)) => {
                let ends = if from == to { [stated(from), &[]] } else { [stated(from), stated(to)] };
                Verdict { truth: Truth::from(from != to), evidence: ends.into_iter().collect(), disputed: false }
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

/// Whether a boundary counts for the crossing.
fn is_wall(element: Element<'_>, crossing: Crossing) -> bool {
    match (crossing, element) {
        (Crossing::Any, _) => true,
        (Crossing::Network, _) => element.boundary_type() != Some(BoundaryType::Process),
        (Crossing::Of(wanted), _) => element.boundary_type() == Some(wanted),
    }
}

/// Whether a document of this kind is one of those meant. Pasted examples without a kind count as descriptions.
fn is_of(speaker: Speaker, source: Option<SourceType>) -> bool {
    use SourceType as S;
    match speaker {
        Speaker::Traffic => source == Some(S::Observed),
        Speaker::Description => source != Some(S::Observed),
        Speaker::Deployment => matches!(source, Some(S::Deployment | S::Code)),
        Speaker::Design => {
            matches!(source, Some(S::Readme | S::Adr | S::Design | S::ApiSpec | S::Diagram | S::Guide | S::Policy))
        }
    }
}

/// A segment in braces, in angle brackets or after a colon.
fn has_parameter(path: &str) -> bool {
    path.split('/').any(|segment| segment.starts_with([':', '<']) || segment.contains(['{', '*']))
}

/// What an open list is worth: only the settling truth counts when not all of it is known.
fn open_ended(verdict: Verdict<'_>, settling: Truth, is_complete: bool) -> Verdict<'_> {
    if is_complete || verdict.truth == settling { verdict } else { unknown() }
}

fn verdict(truth: Truth, evidence: &[Citation]) -> Verdict<'_> {
    // What nothing states is unknown, whatever the model holds.
    let truth = if evidence.is_empty() { Truth::Unknown } else { truth };
    Verdict { truth, evidence: Evidence::of(evidence), disputed: false }
}

pub(crate) fn unknown<'a>() -> Verdict<'a> {
    Verdict { truth: Truth::Unknown, evidence: Evidence::None, disputed: false }
}

fn all<'a>(sides: impl Iterator<Item = Verdict<'a>>) -> Verdict<'a> {
    connect(sides, Truth::False)
}

fn any<'a>(sides: impl Iterator<Item = Verdict<'a>>) -> Verdict<'a> {
    connect(sides, Truth::True)
}

/// The first side with the `settling` truth decides alone; otherwise all sides count together.
fn connect<'a>(sides: impl Iterator<Item = Verdict<'a>>, settling: Truth) -> Verdict<'a> {
    let mut joined = Verdict { truth: !settling, evidence: Evidence::None, disputed: false };
    for side in sides {
        if side.truth == settling {
            return side;
        }
        if side.truth == Truth::Unknown {
            joined.truth = Truth::Unknown;
        }
        joined.disputed |= side.disputed;
        joined.evidence.append(side.evidence);
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
