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
use crate::factors::{self, Aspect};
use crate::grammar;
use crate::graph::{Element, Graph, NodeIndex};
use crate::key::{self, Key};
use crate::rule::Rule;
use crate::ruleset::RuleSet;
use crate::severity::Points;
use crate::statements;
use crate::template;

/// Elements that one piece of parallel work looks at.
pub(crate) const PORTION: usize = 256;

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
    let all: Vec<Prepared<'_>> = rules.all().map(Prepared::new).collect();
    let mut derived = Derived::default();
    let applied = apply_all(context, &all, rules);
    derived.threats.reserve_exact(applied.iter().map(|(.., applied)| applied.len()).sum());
    for (_, prepared, applied) in applied {
        for (at, threat) in applied {
            let changes = rules.changes(&prepared.rule.info.id);
            let excluding = changes.filter(|it| it.disabled).find(|it| it.is_about(&graph, at));
            match excluding {
                None => derived.threats.push(threat),
                Some(change) => derived.excluded.push(Excluded { threat, because: change.because.clone() }),
            }
        }
    }
    let repeated = repeated(&derived.threats.iter().collect::<Vec<_>>(), rules);
    derived.threats.retain(|threat| !repeated.contains(&threat.id));
    derived.threats.sort_by_cached_key(|threat| (key::start(&threat.id), threat.id.clone()));
    derived.excluded.sort_by(|a, b| a.threat.id.cmp(&b.threat.id));
    derived
}

/// As [`derive()`], for one rule, which need not be one of `rules`.
pub(crate) fn derive_one(system: &System, rules: &RuleSet, rule: &Rule, as_of: Date) -> Vec<Threat> {
    let graph = Graph::new(system);
    let shared = Shared::new(&graph);
    let context = Context { graph: &graph, as_of, shared: &shared };
    let subjects = subjects(&graph).remove(&rule.info.subject).unwrap_or_default();
    apply(context, &Prepared::new(rule), rules, &subjects).into_iter().map(|(_, threat)| threat).collect()
}

/// A rule with what is the same wherever it is met.
pub(crate) struct Prepared<'r> {
    pub(crate) rule: &'r Rule,
    /// The premises in the order in which they are looked at: what turns most elements away for the least work comes first.
    order: Vec<usize>,
    references: Vec<String>,
    remediation: String,
    /// The sentence where no document speaks of an answer.
    nothing_answers: String,
    /// What the rule looks at itself, so that no factor of the place counts it again.
    own_aspects: Vec<Aspect>,
}

impl<'r> Prepared<'r> {
    pub(crate) fn new(rule: &'r Rule) -> Self {
        let mut order: Vec<(bool, usize, usize)> = rule
            .premises
            .iter()
            .enumerate()
            .map(|(position, premise)| (!premise.anchor, premise.when.effort(), position))
            .collect();
        order.sort_unstable();
        let cost = rule.info.trade_off.as_ref().map(|cost| format!(" Trade-off: {cost}")).unwrap_or_default();
        Self {
            rule,
            order: order.into_iter().map(|(.., position)| position).collect(),
            references: rule.info.catalogues.references().chain(rule.info.references.iter().cloned()).collect(),
            remediation: rule.info.remediation.clone() + &cost,
            nothing_answers: nothing_answers(rule),
            own_aspects: Aspect::ALL.into_iter().filter(|aspect| rule.looks_at(*aspect)).collect(),
        }
    }
}

/// The threats of broad rules that say nothing new, because a rule that refines them says the same of the same element, at least as
/// pressingly. The threats of a rule follow each other.
pub(crate) fn repeated(threats: &[&Threat], rules: &RuleSet) -> BTreeSet<ElementId> {
    let by_rule = || threats.chunk_by(|one, next| one.rule == next.rule).filter_map(|all| Some((*all.first()?, all)));
    let mut said: BTreeMap<&str, BTreeMap<Key<'_>, ThreatStatus>> = BTreeMap::new();
    for (first, of_rule) in by_rule() {
        for broad in rules.get(&first.rule).map(|rule| rule.refines.as_slice()).unwrap_or_default() {
            let said = said.entry(&broad.written).or_default();
            for threat in of_rule {
                for subject in threat.about.iter().chain([&threat.subject]) {
                    let status = said.entry(Key::of(subject)).or_insert(threat.status);
                    *status = threat.status.min(*status);
                }
            }
        }
    }
    let mut repeated: BTreeSet<ElementId> = BTreeSet::new();
    for (first, of_rule) in by_rule() {
        let Some(said) = said.get(first.rule.as_str()) else { continue };
        let is_said =
            |threat: &&&Threat| said.get(&Key::of(&threat.subject)).is_some_and(|status| *status <= threat.status);
        repeated.extend(of_rule.iter().filter(is_said).map(|threat| threat.id.clone()));
    }
    repeated
}

/// A rule by its place, and what it gives by element.
pub(crate) type Applied<'p, 'r> = (usize, &'p Prepared<'r>, Vec<(NodeIndex, Threat)>);

/// What each rule gives, by rule and then by subject. The rules see the same graph and nothing of each other.
pub(crate) fn apply_all<'p, 'r>(
    context: Context<'_, '_>,
    all: &'p [Prepared<'r>],
    rules: &RuleSet,
) -> Vec<Applied<'p, 'r>> {
    let subjects = subjects(context.graph);
    let mut tasks = Vec::new();
    for (kind, subjects) in &subjects {
        // One rule after the other over a few elements, so that these stay near the processor.
        for portion in subjects.chunks(PORTION) {
            let of_kind = all.iter().enumerate().filter(|(_, prepared)| prepared.rule.info.subject == *kind);
            tasks.extend(of_kind.map(|(number, prepared)| (number, prepared, portion)));
        }
    }
    let apply = |(number, prepared, portion): (usize, &'p Prepared<'r>, &[NodeIndex])| {
        (number, prepared, apply(context, prepared, rules, portion))
    };
    let mut applied: Vec<_> = tasks.into_par_iter().map(apply).collect();
    applied.sort_by_key(|(number, ..)| *number);
    applied
}

fn apply(
    context: Context<'_, '_>,
    prepared: &Prepared<'_>,
    rules: &RuleSet,
    subjects: &[NodeIndex],
) -> Vec<(NodeIndex, Threat)> {
    subjects.iter().filter_map(|at| Some((*at, threat(context, prepared, rules, *at)?))).collect()
}

/// The elements that rules of each kind look at. What is said not to exist cannot be attacked, except where its absence is the
/// point.
pub(crate) fn subjects(graph: &Graph<'_>) -> BTreeMap<SubjectKind, Vec<NodeIndex>> {
    let mut subjects: BTreeMap<SubjectKind, Vec<NodeIndex>> = BTreeMap::new();
    for (at, node) in graph.nodes() {
        if !node.controls.is_empty() {
            subjects.entry(SubjectKind::Protected).or_default().push(at);
        }
        if !is_absent(node.element) {
            subjects.entry(node.element.kind()).or_default().push(at);
        }
    }
    subjects
}

fn is_absent(element: Element<'_>) -> bool {
    match element {
        Element::Component(it) => it.status == Status::Absent,
        Element::Flow(it) => it.status == Status::Absent,
        Element::Endpoint(it) => it.status == Status::Absent,
        Element::Permission(it) => it.status == Status::Absent,
        Element::AcceptedRisk(it) => it.status == Status::Absent,
        _ => false,
    }
}

pub(crate) fn threat(
    context: Context<'_, '_>,
    prepared: &Prepared<'_>,
    rules: &RuleSet,
    at: NodeIndex,
) -> Option<Threat> {
    let rule = prepared.rule;
    let verdicts = verdicts(context, prepared, at)?;
    let holds = verdicts.iter().all(|verdict| verdict.truth == Truth::True);
    let disputed = verdicts.iter().any(|verdict| verdict.disputed);
    let mut answers = answers::find(context, rule, at);
    let statements = statements::covering(context, rule, at);
    for premise in statements::assumptions(context, &statements) {
        answers.assume(premise);
    }
    let acceptance = statements::acceptance(context, &statements);
    let answered = answers.status(rule.silence);
    let status = match (answered, &acceptance) {
        (ThreatStatus::Mitigated, _) => ThreatStatus::Mitigated,
        (_, Some((Some(accepted), _))) => *accepted,
        _ if disputed => ThreatStatus::Disputed,
        _ if !holds => ThreatStatus::Unverified,
        (answered, _) => answered,
    };
    let questions = questions(context, rule, at, &verdicts, &answers, status);
    let mut conditions = conditions(context, rule, at, verdicts);
    if rule.info.subject == SubjectKind::Protected && !answers.premises.is_empty() {
        // The condition is that such controls are spoken of, and each of them follows as a premise of its own.
        conditions.clear();
    }
    let (points, factors) = severity(context, prepared, rules, at);
    let accepted = acceptance.map(|(_, premises)| premises).unwrap_or_default();
    let parts = [conditions, controls(prepared, answers), accepted, factors];
    // Room for what there is and no more: these lists are most of what a large model's threats take.
    let mut explanation = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    explanation.extend(parts.into_iter().flatten());
    let score = points.and(factors::of_status(status)).score_tenths();
    let element = context.graph.node(at).element;
    Some(Threat {
        id: id(&rule.info.id, element),
        rule: rule.info.id.clone(),
        title: title(context, rule, at),
        stride: rule.info.stride.clone(),
        cwe: rule.info.cwe,
        references: prepared.references.clone(),
        statement: grammar::sentence(context.graph, rule, at),
        subject: element.id().clone(),
        about: about(context, at),
        status,
        severity: Severity::of_score_tenths(score),
        score_tenths: score,
        explanation,
        questions,
        remediation: prepared.remediation.clone(),
        ruling: None,
    })
}

/// Several threats about the system as a whole are told apart by what the documents say.
fn title(context: Context<'_, '_>, rule: &Rule, at: NodeIndex) -> String {
    let title = rule.title.render(context.graph, at);
    match template::words_of(context.graph, at) {
        Some(words) => format!("{title}: {words}"),
        None => title,
    }
}

/// The premises' verdicts, unless one of them is false or an anchor is unknown. A disputed anchor may be true.
fn verdicts<'a>(context: Context<'_, 'a>, prepared: &Prepared<'_>, at: NodeIndex) -> Option<Vec<Verdict<'a>>> {
    let mut found = Vec::new();
    for position in &prepared.order {
        let premise = prepared.rule.premises.get(*position)?;
        let verdict = context.evaluate(&premise.when, at);
        let out = verdict.truth == Truth::False;
        let silent = premise.anchor && verdict.truth == Truth::Unknown && !verdict.disputed;
        if out || silent {
            return None;
        }
        found.push((*position, verdict));
    }
    found.sort_by_key(|(position, _)| *position);
    Some(found.into_iter().map(|(_, verdict)| verdict).collect())
}

fn conditions(context: Context<'_, '_>, rule: &Rule, at: NodeIndex, verdicts: Vec<Verdict<'_>>) -> Vec<Premise> {
    let premises = rule.premises.iter().zip(verdicts);
    premises
        .map(|(premise, verdict)| {
            let sentence = premise.say.render(context.graph, at);
            let sentence = if verdict.disputed { format!("{sentence}: sources disagree") } else { sentence };
            cite(PremiseRole::Condition, sentence, verdict.truth, verdict.evidence.iter())
        })
        .collect()
}

/// The controls considered, or that none is documented.
fn controls(prepared: &Prepared<'_>, answers: Answers) -> Vec<Premise> {
    if !answers.premises.is_empty() || prepared.rule.answers.is_empty() {
        return answers.premises;
    }
    vec![cite(PremiseRole::Control, prepared.nothing_answers.clone(), Truth::Unknown, [])]
}

/// What is said where no document speaks of an answer.
fn nothing_answers(rule: &Rule) -> String {
    let families: Vec<String> =
        rule.info.answered_by.iter().map(|control| control.to_string().replace('_', " ")).collect();
    let wanted = if families.is_empty() { "an answer".to_owned() } else { families.join(" or ") };
    format!("no document says whether {wanted} answers it")
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
fn severity(
    context: Context<'_, '_>,
    prepared: &Prepared<'_>,
    rules: &RuleSet,
    at: NodeIndex,
) -> (Points, Vec<Premise>) {
    let rule = prepared.rule;
    let mut points = Points::of(rule.info.likelihood, rule.info.impact);
    let mut premises = Vec::new();
    for raise in &rule.raises {
        let verdict = context.evaluate(&raise.when, at);
        if verdict.truth == Truth::True {
            points = points.and(raise.points);
            premises.push(factors::premise(
                &raise.say.render(context.graph, at),
                raise.points,
                verdict.evidence.iter(),
            ));
        }
    }
    for factor in factors::of_place(context, &prepared.own_aspects, at) {
        points = points.and(factor.points);
        premises.push(factor.premise.clone());
    }
    for change in rules.changes(&rule.info.id).filter(|it| !it.disabled && it.is_about(context.graph, at)) {
        let change_points = Points { likelihood: change.likelihood, impact: change.impact };
        points = points.and(change_points);
        let sentence = format!("the project weighs it differently, because {}", change.because);
        premises.push(factors::premise(&sentence, change_points, []));
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
    let mut ids: Vec<&ElementId> = related.map(|other| context.graph.node(*other).element.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter(|id| *id != subject).cloned().collect()
}
