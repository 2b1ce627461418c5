//! Rules applied to the model: one threat for each rule and element on which the rule's condition holds, or might hold.
//!
//! A condition that is false gives nothing. One that is unknown gives a threat with questions only when the rule's anchors
//! are true, so that what nobody described raises no noise. Everything in a threat comes from the rule and from citations.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Date, ElementId, Premise, PremiseRole, Severity, Status, System, Threat, ThreatStatus, Truth};

use rayon::prelude::*;

use crate::answers::{self, Answers};
use crate::change::Excluded;
use crate::condition::vocabulary::{Relation, SubjectKind};
use crate::evaluate::{Context, Shared, Verdict};
use crate::explain::cite;
use crate::factors;
use crate::grammar;
use crate::graph::{Element, Graph, Node, NodeIndex};
use crate::rule::Rule;
use crate::ruleset::RuleSet;
use crate::severity::Points;
use crate::statements;
use crate::template;

/// What the rules derive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// The threats, sorted by id.
    pub threats: Vec<Threat>,
    /// What the project excludes, sorted by the threat's id.
    pub excluded: Vec<Excluded>,
}

/// Applies every rule to every element of its subject kind. `as_of` decides which acceptances have expired. The threats are
/// sorted by id, and an id is the hash of the rule's and the subject's id (with the data set's, where a rule is about what a
/// component does with data).
pub fn derive(system: &System, rules: &RuleSet, as_of: Date) -> Vec<Threat> {
    derive_all(system, rules, as_of).threats
}

/// As [`derive()`], with what the project excludes beside it.
pub fn derive_all(system: &System, rules: &RuleSet, as_of: Date) -> Derived {
    let graph = Graph::new(system);
    let shared = Shared::new(&graph);
    let context = Context { graph: &graph, as_of, shared: &shared };
    let mut derived = Derived::default();
    let all: Vec<&Rule> = rules.all().collect();
    // The rules see the same graph and nothing of each other; their order is kept.
    let applied: Vec<_> = all.par_iter().map(|rule| apply(context, rule, rules)).collect();
    for (rule, applied) in all.into_iter().zip(applied) {
        for (at, threat) in applied {
            let excluding = rules.changes(&rule.info.id).find(|it| it.disabled && it.is_about(&graph, at));
            match excluding {
                None => derived.threats.push(threat),
                Some(change) => derived.excluded.push(Excluded { threat, because: change.because.clone() }),
            }
        }
    }
    derived.threats = without_repeated_causes(derived.threats, rules);
    derived.threats.sort_by(|a, b| a.id.cmp(&b.id));
    derived.excluded.sort_by(|a, b| a.threat.id.cmp(&b.threat.id));
    derived
}

/// As [`derive()`], for one rule, which need not be one of `rules`.
pub(crate) fn derive_one(system: &System, rules: &RuleSet, rule: &Rule, as_of: Date) -> Vec<Threat> {
    let graph = Graph::new(system);
    let shared = Shared::new(&graph);
    let context = Context { graph: &graph, as_of, shared: &shared };
    apply(context, rule, rules).into_iter().map(|(_, threat)| threat).collect()
}

/// Drops a broad rule's threat where a rule that refines it says the same of the same element, at least as pressingly.
fn without_repeated_causes(threats: Vec<Threat>, rules: &RuleSet) -> Vec<Threat> {
    let mut said: BTreeMap<(&str, &ElementId), ThreatStatus> = BTreeMap::new();
    for threat in &threats {
        let refined = rules.get(&threat.rule).map(|rule| rule.refines.as_slice()).unwrap_or_default();
        for broad in refined {
            for subject in threat.about.iter().chain([&threat.subject]) {
                let status = said.entry((&broad.written, subject)).or_insert(threat.status);
                *status = threat.status.min(*status);
            }
        }
    }
    let repeated: BTreeSet<ElementId> = threats
        .iter()
        .filter(|threat| said.get(&(threat.rule.as_str(), &threat.subject)).is_some_and(|it| *it <= threat.status))
        .map(|threat| threat.id.clone())
        .collect();
    threats.into_iter().filter(|threat| !repeated.contains(&threat.id)).collect()
}

fn apply(context: Context<'_, '_>, rule: &Rule, rules: &RuleSet) -> Vec<(NodeIndex, Threat)> {
    let subjects = context.graph.nodes().filter(|(_, node)| is_subject(node, rule.info.subject));
    subjects.filter_map(|(at, _)| Some((at, threat(context, rule, rules, at)?))).collect()
}

/// What is said not to exist cannot be attacked, except where its absence is the point.
fn is_subject(node: &Node<'_>, kind: SubjectKind) -> bool {
    if kind == SubjectKind::Protected {
        return !node.controls.is_empty();
    }
    let absent = match node.element {
        Element::Component(it) => it.status == Status::Absent,
        Element::Flow(it) => it.status == Status::Absent,
        Element::Endpoint(it) => it.status == Status::Absent,
        Element::Permission(it) => it.status == Status::Absent,
        Element::AcceptedRisk(it) => it.status == Status::Absent,
        _ => false,
    };
    node.element.is(kind) && !absent
}

fn threat(context: Context<'_, '_>, rule: &Rule, rules: &RuleSet, at: NodeIndex) -> Option<Threat> {
    let verdicts = verdicts(context, rule, at)?;
    let holds = verdicts.iter().all(|verdict| verdict.truth == Truth::True);
    let disputed = verdicts.iter().any(|verdict| verdict.disputed);
    let mut answers = answers::find(context, rule, at);
    for premise in statements::assumptions(context, rule, at) {
        answers.assume(premise);
    }
    let acceptance = statements::acceptance(context, rule, at);
    let answered = answers.status(rule.silence);
    let status = match (answered, &acceptance) {
        (ThreatStatus::Mitigated, _) => ThreatStatus::Mitigated,
        (_, Some((Some(accepted), _))) => *accepted,
        _ if disputed => ThreatStatus::Disputed,
        _ if !holds => ThreatStatus::Unverified,
        (answered, _) => answered,
    };
    let questions = questions(context, rule, at, &verdicts, &answers, status);
    let mut explanation = conditions(context, rule, at, verdicts);
    if rule.info.subject == SubjectKind::Protected && !answers.premises.is_empty() {
        // The condition is that such controls are spoken of, and each of them follows as a premise of its own.
        explanation.clear();
    }
    explanation.extend(controls(rule, answers));
    explanation.extend(acceptance.map(|(_, premises)| premises).unwrap_or_default());
    let (points, factors) = severity(context, rule, rules, at);
    explanation.extend(factors);
    let score = points.and(factors::of_status(status)).score_tenths();
    let element = context.graph.node(at).element;
    Some(Threat {
        id: id(&rule.info.id, element),
        rule: rule.info.id.clone(),
        title: title(context, rule, at),
        stride: rule.info.stride.clone(),
        cwe: rule.info.cwe,
        references: rule.info.catalogues.references().chain(rule.info.references.iter().cloned()).collect(),
        statement: grammar::sentence(context.graph, rule, at),
        subject: element.id().clone(),
        about: about(context, at),
        status,
        severity: Severity::of_score_tenths(score),
        score_tenths: score,
        explanation,
        questions,
        remediation: remediation(rule),
        ruling: None,
    })
}

fn remediation(rule: &Rule) -> String {
    let cost = rule.info.trade_off.as_ref().map(|cost| format!(" Trade-off: {cost}")).unwrap_or_default();
    rule.info.remediation.clone() + &cost
}

/// Several threats about the system as a whole are told apart by what the documents say.
fn title(context: Context<'_, '_>, rule: &Rule, at: NodeIndex) -> String {
    let title = rule.title.render(context.graph, at);
    template::words_of(context.graph, at).map_or_else(|| title.clone(), |words| format!("{title}: {words}"))
}

/// The premises' verdicts, unless one of them is false or an anchor is unknown. A disputed anchor may be true.
fn verdicts<'a>(context: Context<'_, 'a>, rule: &Rule, at: NodeIndex) -> Option<Vec<Verdict<'a>>> {
    let mut verdicts = Vec::with_capacity(rule.premises.len());
    for premise in &rule.premises {
        let verdict = context.evaluate(&premise.when, at);
        let out = verdict.truth == Truth::False;
        let silent = premise.anchor && verdict.truth == Truth::Unknown && !verdict.disputed;
        if out || silent {
            return None;
        }
        verdicts.push(verdict);
    }
    Some(verdicts)
}

fn conditions(context: Context<'_, '_>, rule: &Rule, at: NodeIndex, verdicts: Vec<Verdict<'_>>) -> Vec<Premise> {
    let premises = rule.premises.iter().zip(verdicts);
    premises
        .map(|(premise, verdict)| {
            let sentence = premise.say.render(context.graph, at);
            let sentence = if verdict.disputed { format!("{sentence}: sources disagree") } else { sentence };
            cite(PremiseRole::Condition, sentence, verdict.truth, verdict.evidence)
        })
        .collect()
}

/// The controls considered, or that none is documented.
fn controls(rule: &Rule, answers: Answers) -> Vec<Premise> {
    if !answers.premises.is_empty() || rule.answers.is_empty() {
        return answers.premises;
    }
    let families: Vec<String> =
        rule.info.answered_by.iter().map(|control| control.to_string().replace('_', " ")).collect();
    let wanted = if families.is_empty() { "an answer".to_owned() } else { families.join(" or ") };
    vec![cite(
        PremiseRole::Control,
        format!("no document says whether {wanted} answers it"),
        Truth::Unknown,
        Vec::new(),
    )]
}

/// What to ask: about unknown premises always, about the control while the documents do not settle it.
fn questions(
    context: Context<'_, '_>,
    rule: &Rule,
    at: NodeIndex,
    verdicts: &[Verdict<'_>],
    answers: &Answers,
    status: ThreatStatus,
) -> Vec<String> {
    let mut questions = Vec::new();
    for (premise, verdict) in rule.premises.iter().zip(verdicts) {
        if verdict.truth == Truth::Unknown {
            questions.push(premise.ask.as_ref().map_or_else(
                || format!("Is it true that {}?", premise.say.render(context.graph, at)),
                |ask| ask.render(context.graph, at),
            ));
        }
    }
    let open = !answers.is_settled() && (!rule.answers.is_empty() || status == ThreatStatus::Unverified);
    if (open || status == ThreatStatus::Disputed) && questions.is_empty() {
        questions.push(rule.question.render(context.graph, at));
    }
    questions
}

/// The rule's own points and those of the place, with what states each.
fn severity(context: Context<'_, '_>, rule: &Rule, rules: &RuleSet, at: NodeIndex) -> (Points, Vec<Premise>) {
    let mut points = Points::of(rule.info.likelihood, rule.info.impact);
    let mut premises = Vec::new();
    for raise in &rule.raises {
        let verdict = context.evaluate(&raise.when, at);
        if verdict.truth == Truth::True {
            points = points.and(raise.points);
            premises.push(factors::premise(&raise.say.render(context.graph, at), raise.points, verdict.evidence));
        }
    }
    for factor in factors::of_place(context, rule, at) {
        points = points.and(factor.points);
        premises.push(factor.premise.clone());
    }
    for change in rules.changes(&rule.info.id).filter(|it| !it.disabled && it.is_about(context.graph, at)) {
        let change_points = Points { likelihood: change.likelihood, impact: change.impact };
        points = points.and(change_points);
        let sentence = format!("the project weighs it differently, because {}", change.because);
        premises.push(factors::premise(&sentence, change_points, Vec::new()));
    }
    (points, premises)
}

fn id(rule: &str, element: Element<'_>) -> ElementId {
    let subject = element.id().as_str();
    match element {
        Element::Holding(data, _) => ElementId::hashed("thr", &[rule, subject, data.id.as_str()]),
        _ => ElementId::hashed("thr", &[rule, subject]),
    }
}

/// The elements a reader looks at next: ends, component, data, what a statement or control is about.
fn about(context: Context<'_, '_>, at: NodeIndex) -> Vec<ElementId> {
    let node = context.graph.node(at);
    let subject = node.element.id();
    let near = [Relation::Source, Relation::Target, Relation::Component, Relation::Data, Relation::About];
    let related = near.iter().flat_map(|relation| node.related(*relation));
    let ids: BTreeSet<&ElementId> = related.map(|other| context.graph.node(*other).element.id()).collect();
    ids.into_iter().filter(|id| *id != subject).cloned().collect()
}
