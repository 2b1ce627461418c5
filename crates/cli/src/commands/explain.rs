//! `cairn explain THREAT`: every premise with its quotes.

use annotate_snippets::{AnnotationKind, Group, Level};
use cairn_engine::Model;
use cairn_model::{Premise, PremiseRole, Ruling, Severity, Stride, Threat, Truth};
use cairn_threats::{RuleInfo, RuleSet, outlook};
use serde_json::json;

use super::threats::most_pressing_first;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::text::{one_line, status};
use crate::{records, snippet};

/// How many quotes of one premise are shown unless all are asked for.
const QUOTES_MAX: usize = 3;

pub(crate) async fn run(context: &Context, wanted: &str) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let threats = find(&model, wanted)?;
    if context.is_json() {
        let ids: Vec<&str> = threats.iter().map(|threat| threat.id.as_str()).collect();
        let found = records::filtered(&records::export(&model), "threats", |record| ids.contains(&records::id(record)));
        records::print("cairn.threats/1", json!({ "threats": found }))?;
        return Ok(Ending::Done);
    }
    let rules = cairn_engine::rules(&context.workspace().await?)?;
    let texts: Vec<String> = threats.iter().map(|threat| explanation(context, &model, &rules, threat)).collect();
    context.print(&texts.join("\n"))?;
    Ok(Ending::Done)
}

/// The threats meant: one by its id or the beginning of it, or all of a rule.
fn find<'a>(model: &'a Model, wanted: &str) -> Result<Vec<&'a Threat>, Failure> {
    let mut of_rule: Vec<&Threat> = model.threats.iter().filter(|threat| threat.rule == wanted).collect();
    if !of_rule.is_empty() {
        most_pressing_first(&mut of_rule);
        return Ok(of_rule);
    }
    let id = |threat: &Threat| threat.id.as_str().to_owned();
    let begins = |threat: &&Threat| {
        let id = threat.id.as_str();
        id.starts_with(wanted) || id.strip_prefix("thr-").is_some_and(|hash| hash.starts_with(wanted))
    };
    let matching: Vec<&Threat> = model.threats.iter().filter(begins).collect();
    match matching.as_slice() {
        _ if wanted.is_empty() => {}
        [one] => return Ok(vec![one]),
        [] => {}
        [first, second, ..] => {
            return Err(Failure::usage(format!(
                "`{}` is the beginning of {} threats\nhint: `{}` or `{}`, for example",
                one_line(wanted),
                matching.len(),
                id(first),
                id(second)
            )));
        }
    }
    let rules = model.threats.iter().map(|threat| threat.rule.as_str());
    let hint = did_you_mean(wanted, rules.chain(model.threats.iter().map(|threat| threat.id.as_str())));
    let hint = if hint.is_empty() { "\nhint: `cairn threats` lists them".to_owned() } else { hint };
    Err(Failure::usage(format!("there is no threat `{}`{hint}", one_line(wanted))))
}

/// The derivation from the statement down to the quotes: the condition, the answers that were considered, who accepts it, and
/// the factors of its severity.
fn explanation(context: &Context, model: &Model, rules: &RuleSet, threat: &Threat) -> String {
    let title = snippet::title(level(threat.severity), threat.severity.as_str(), Some(&threat.rule), &threat.title);
    let head = title.element(note("threat", &threat.statement));
    let mut groups = vec![add_premises(head, context, model, threat, PremiseRole::Condition)];
    for (role, name, text) in PARTS {
        if threat.explanation.iter().any(|premise| premise.role == role) {
            let part = snippet::title(Level::NOTE, name, None, text);
            groups.push(add_premises(part, context, model, threat, role));
        }
    }
    let rule = rules.rule(&threat.rule);
    let verdict = format!("{}, severity {}", status(threat.status), threat.severity.as_str());
    let last = snippet::title(Level::NOTE, "verdict", None, &verdict);
    groups.push(last.elements(notes(threat, rule)));
    snippet::render(&groups)
}

/// The parts of an explanation after the condition, each with its heading.
const PARTS: [(PremiseRole, &str, &str); 3] = [
    (PremiseRole::Control, "answers", "what was considered as an answer"),
    (PremiseRole::Acceptance, "acceptance", "who lives with it"),
    (PremiseRole::Severity, "severity", "what makes it more or less severe than the rule says"),
];

fn notes(threat: &Threat, rule: Option<&RuleInfo>) -> Vec<annotate_snippets::Message<'static>> {
    let stride: Vec<&str> = threat.stride.iter().copied().map(Stride::letter).collect();
    let cwe = threat.cwe.map(|number| format!("CWE-{number}"));
    let references: Vec<&str> = cwe.iter().chain(&threat.references).map(String::as_str).collect();
    let tenths = threat.score_tenths;
    let base = rule.map(|rule| {
        let (likelihood, impact) = (rule.likelihood.factor(), rule.impact.factor());
        format!(" (the rule says likelihood {likelihood} and impact {impact} of 10)")
    });
    let score = format!("{}.{}{}, STRIDE {}", tenths / 10, tenths % 10, base.unwrap_or_default(), stride.join(" "));
    let mut notes: Vec<_> = threat.ruling.iter().map(|ruling| note("decided", &decided(ruling))).collect();
    notes.extend(threat.questions.iter().map(|question| note("ask", question)));
    notes.push(note("status", &status(threat.status)));
    notes.push(note("score", &score));
    notes.extend(rule.map(|rule| outlook(threat, rule)).unwrap_or_default().iter().map(|it| note("would change", it)));
    notes.extend([
        note("see", &references.join(", ")),
        note("fix", &threat.remediation),
        note("id", threat.id.as_str()),
    ]);
    notes
}

/// What a person decided: beside the status that the rules found, never in its place.
fn decided(ruling: &Ruling) -> String {
    let owner = ruling.owner.as_ref().map(|owner| format!(", owned by {owner}")).unwrap_or_default();
    let until = ruling.expires.map(|date| format!(" until {date}")).unwrap_or_default();
    let over = if ruling.in_force { "" } else { ", which is past" };
    format!("{} by {}{owner}{until}{over}: {}", ruling.kind.as_str(), ruling.by, ruling.reason)
}

/// Adds the premises of one part, each with its quotes.
fn add_premises<'a>(
    mut group: Group<'a>,
    context: &Context,
    model: &Model,
    threat: &Threat,
    role: PremiseRole,
) -> Group<'a> {
    let mut kind = AnnotationKind::Primary;
    for premise in threat.explanation.iter().filter(|premise| premise.role == role) {
        group = add_premise(group, context, model, premise, kind);
        if !premise.evidence.is_empty() {
            kind = AnnotationKind::Context;
        }
    }
    group
}

fn add_premise<'a>(
    mut group: Group<'a>,
    context: &Context,
    model: &Model,
    premise: &Premise,
    kind: AnnotationKind,
) -> Group<'a> {
    let label = match premise.truth {
        Truth::True => premise.premise.clone(),
        Truth::False => format!("not so: {}", premise.premise),
        Truth::Unknown => format!("unknown: {}", premise.premise),
    };
    if premise.evidence.is_empty() {
        return group.element(note("?", &format!("no document says whether this holds: {}", premise.premise)));
    }
    let shown = if context.verbose { premise.evidence.len() } else { QUOTES_MAX };
    // Said once: the quotes that follow belong to the same premise.
    let labels = std::iter::once(label.as_str()).chain(std::iter::repeat(""));
    let snippets = premise.evidence.iter().take(shown).zip(labels);
    let snippets = snippets.filter_map(|(citation, label)| snippet::citation(&model.documents, citation, kind, label));
    group = group.elements(snippets);
    match premise.evidence.len().saturating_sub(shown) {
        0 => group,
        more => group.element(note("more", &format!("{more} more quotes for this with `--verbose`"))),
    }
}

fn note(name: &'static str, text: &str) -> annotate_snippets::Message<'static> {
    Level::NOTE.with_name(name).message(one_line(text))
}

const fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
    }
}
