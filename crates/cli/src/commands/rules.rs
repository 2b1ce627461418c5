//! `cairn rules`: the rules in force, one of them in full, and their examples as tests.

use std::path::Path;

use cairn_engine::{EngineError, Workspace};
use cairn_model::{Stride, Term as _};
use cairn_threats::{ExampleOutcome, Mutated, Mutation, RuleChange, RuleInfo, RuleSet, mutations, run_examples};
use serde_json::{Value, json};

use crate::arguments::{RuleFilter, Rules};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::records;
use crate::text::{bold, count, dim, one_line, padded};

pub(crate) async fn run(context: &Context, filter: &RuleFilter, command: Option<Rules>) -> Result<Ending, Failure> {
    let rules = in_force(context).await?;
    match command {
        None => list(context, &rules, filter),
        Some(Rules::Docs { dir }) => docs(context, &rules, &dir),
        Some(Rules::Show { id }) => show(context, &rules, &id),
        Some(Rules::Test { mutations: false }) => test(context, &rules),
        Some(Rules::Test { mutations: true }) => mutate(context, &rules),
    }
}

/// The workspace's rules, or those built in where there is no workspace.
async fn in_force(context: &Context) -> Result<RuleSet, Failure> {
    let folder = context.workspace_to_make()?;
    if !folder.is_dir() {
        return Ok(cairn_engine::rules_of(&context.rules)?);
    }
    let workspace = Workspace::open_existing(&folder).await?.with_rules(context.rules.clone());
    Ok(cairn_engine::rules(&workspace)?)
}

fn list(context: &Context, rules: &RuleSet, filter: &RuleFilter) -> Result<Ending, Failure> {
    let meant = || rules.rules().filter(|rule| filter.takes(rule));
    if context.is_json() {
        let all: Vec<Value> = meant().map(|rule| record(rules, rule)).collect();
        records::print("cairn.rules/1", json!({ "rules": all }))?;
        return Ok(Ending::Done);
    }
    let width = meant().map(|rule| rule.id.len()).max().unwrap_or_default();
    let lines = meant().map(|rule| {
        let id = padded(&bold(&one_line(&rule.id)), rule.id.len(), width);
        let changes: Vec<String> = rules.changes(&rule.id).map(|change| dim(&changed(change))).collect();
        let line = format!("{id} {} {}", dim(rule.pack.as_str()), one_line(&rule.title));
        std::iter::once(line).chain(changes).collect::<Vec<_>>().join("\n  ") + "\n"
    });
    let text: String = lines.collect();
    context.print(&(text + &count(meant().count(), "rule") + "\n"))?;
    Ok(Ending::Done)
}

fn show(context: &Context, rules: &RuleSet, id: &str) -> Result<Ending, Failure> {
    let Some(rule) = rules.rule(id) else {
        let hint = did_you_mean(id, rules.rules().map(|rule| rule.id.as_str()));
        return Err(Failure::usage(format!("there is no rule `{}`{hint}", one_line(id))));
    };
    if context.is_json() {
        records::print("cairn.rules/1", json!({ "rules": [record(rules, rule)] }))?;
        return Ok(Ending::Done);
    }
    let answered_by: Vec<&str> = rule.answered_by.iter().map(|family| family.as_str()).collect();
    let cwe = rule.cwe.map(|number| format!("CWE-{number}"));
    let references: Vec<String> =
        cwe.into_iter().chain(rule.catalogues.references()).chain(rule.references.clone()).collect();
    let stride: Vec<&str> = rule.stride.iter().copied().map(Stride::letter).collect();
    let lines = [
        ("threat", rule.title.clone()),
        ("why", rule.rationale.clone()),
        ("fix", rule.remediation.clone()),
        ("trade-off", rule.trade_off.clone().unwrap_or_default()),
        ("answered by", answered_by.join(", ")),
        ("STRIDE", stride.join(" ")),
        ("see", references.join(", ")),
        ("pack", format!("{}, {}, since {}", rule.pack.as_str(), rule.maturity.as_str(), rule.since)),
        ("file", rule.file.clone()),
    ];
    let changes = rules.changes(&rule.id).map(|change| ("changed", changed(change)));
    let lines = lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .chain(changes)
        .map(|(name, value)| format!("{}: {}\n", bold(name), one_line(&value)));
    context.print(&(format!("{}\n", bold(&one_line(&rule.id))) + &lines.collect::<String>()))?;
    Ok(Ending::Done)
}

/// What the project changes about a rule, as a sentence.
fn changed(change: &RuleChange) -> String {
    let on = if change.on.is_empty() { String::new() } else { format!(" on {}", change.on.join(", ")) };
    let what = if change.disabled {
        "not applied".to_owned()
    } else {
        format!("likelihood {:+}, impact {:+}", change.likelihood, change.impact)
    };
    format!("{what}{on}, because {}", change.because)
}

/// Writes the reference pages, and removes those of rules that are no more.
fn docs(context: &Context, rules: &RuleSet, dir: &Path) -> Result<Ending, Failure> {
    let failed = |source| EngineError::File { path: dir.to_owned(), source };
    std::fs::create_dir_all(dir).map_err(failed)?;
    let pages = cairn_threats::pages(rules);
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "md") && !pages.contains_key(&name) {
            std::fs::remove_file(&path).map_err(failed)?;
        }
    }
    for (name, page) in &pages {
        std::fs::write(dir.join(name), page).map_err(failed)?;
    }
    context.tell(&format!("wrote {} to `{}`", count(pages.len(), "page"), dir.display()));
    Ok(Ending::Done)
}

fn test(context: &Context, rules: &RuleSet) -> Result<Ending, Failure> {
    let outcomes = run_examples(rules);
    let failed: Vec<&ExampleOutcome> = outcomes.iter().filter(|outcome| !outcome.passed()).collect();
    if context.is_json() {
        let records: Vec<Value> = outcomes.iter().map(outcome_record).collect();
        records::print("cairn.rule-tests/1", json!({ "examples": records }))?;
    } else {
        let lines =
            failed.iter().map(|it| format!("{}: {}\n{}\n", bold(&it.rule), verdict(it), dim(it.model.trim_end())));
        let total = count(outcomes.len(), "example");
        context.print(&(lines.collect::<String>() + &format!("{total}: {} failed\n", failed.len())))?;
    }
    if failed.is_empty() {
        return Ok(Ending::Done);
    }
    Ok(Ending::GateFailed(format!("{} of the rules failed", count(failed.len(), "example"))))
}

/// Lists the changes of examples and premises that make no difference. An idle attribute may be there for the reader; an idle
/// premise or line is a fault.
fn mutate(context: &Context, rules: &RuleSet) -> Result<Ending, Failure> {
    let all = mutations(rules);
    let idle: Vec<&Mutation> = all.iter().filter(|mutation| !mutation.is_noticed).collect();
    let of = |of: Mutated| idle.iter().filter(|mutation| mutation.of == of).count();
    let faults = of(Mutated::Premise) + of(Mutated::Line);
    if context.is_json() {
        let record = |it: &&Mutation| json!({ "rule": it.rule, "change": it.change, "of": mutated(it.of) });
        let idle: Vec<Value> = idle.iter().map(record).collect();
        records::print("cairn.rule-mutations/1", json!({ "mutations": all.len(), "idle": idle }))?;
    } else {
        let lines = idle.iter().map(|it| format!("{}: {} {}\n", bold(&it.rule), mutated(it.of), one_line(&it.change)));
        let total = format!(
            "{}: without effect {}, {}, {}\n",
            count(all.len(), "mutation"),
            count(of(Mutated::Premise), "premise"),
            count(of(Mutated::Line), "line"),
            count(of(Mutated::Attribute), "attribute")
        );
        context.print(&(lines.collect::<String>() + &total))?;
    }
    if faults == 0 {
        return Ok(Ending::Done);
    }
    Ok(Ending::GateFailed(format!("{} of the examples without effect", count(faults, "premise or line"))))
}

const fn mutated(of: Mutated) -> &'static str {
    match of {
        Mutated::Premise => "premise",
        Mutated::Line => "line",
        Mutated::Attribute => "attribute",
    }
}

fn verdict(outcome: &ExampleOutcome) -> String {
    let found: Vec<&str> = outcome.found.iter().map(|status| status.as_str()).collect();
    let found = if found.is_empty() { "no threat".to_owned() } else { found.join(", ") };
    format!("the example `{}` leads to {found}", outcome.case.as_str())
}

fn outcome_record(outcome: &ExampleOutcome) -> Value {
    let found: Vec<&str> = outcome.found.iter().map(|status| status.as_str()).collect();
    json!({ "rule": outcome.rule, "case": outcome.case.as_str(), "passed": outcome.passed(), "found": found })
}

fn record(rules: &RuleSet, rule: &RuleInfo) -> Value {
    json!({
        "id": rule.id,
        "title": rule.title,
        "pack": rule.pack.as_str(),
        "stride": rule.stride.iter().copied().map(Stride::letter).collect::<Vec<_>>(),
        "cwe": rule.cwe.map(|number| format!("CWE-{number}")),
        "references": rule.catalogues.references().chain(rule.references.clone()).collect::<Vec<_>>(),
        "rationale": rule.rationale,
        "remediation": rule.remediation,
        "trade_off": rule.trade_off,
        "changes": rules.changes(&rule.id).map(changed).collect::<Vec<_>>(),
        "answered_by": rule.answered_by.iter().map(|family| family.as_str()).collect::<Vec<_>>(),
        "maturity": rule.maturity.as_str(),
        "since": rule.since,
        "file": rule.file,
    })
}
