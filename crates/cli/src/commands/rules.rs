//! `cairn rules`: the rules in force, one of them in full, and their examples as tests.

use cairn_engine::Workspace;
use cairn_model::{Stride, Term as _};
use cairn_threats::{ExampleOutcome, RuleInfo, RuleSet, run_examples};
use serde_json::{Value, json};

use crate::arguments::Rules;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::records;
use crate::text::{bold, count, dim, one_line, padded};

pub(crate) async fn run(context: &Context, command: Option<Rules>) -> Result<Ending, Failure> {
    let rules = in_force(context).await?;
    match command {
        None => list(context, &rules),
        Some(Rules::Show { id }) => show(context, &rules, &id),
        Some(Rules::Test) => test(context, &rules),
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

fn list(context: &Context, rules: &RuleSet) -> Result<Ending, Failure> {
    if context.is_json() {
        let all: Vec<Value> = rules.rules().map(record).collect();
        records::print("cairn.rules/1", json!({ "rules": all }))?;
        return Ok(Ending::Done);
    }
    let width = rules.rules().map(|rule| rule.id.len()).max().unwrap_or_default();
    let lines = rules.rules().map(|rule| {
        let id = padded(&bold(&one_line(&rule.id)), rule.id.len(), width);
        format!("{id} {} {}\n", dim(rule.pack.as_str()), one_line(&rule.title))
    });
    let text: String = lines.collect();
    context.print(&(text + &count(rules.rules().count(), "rule") + "\n"))?;
    Ok(Ending::Done)
}

fn show(context: &Context, rules: &RuleSet, id: &str) -> Result<Ending, Failure> {
    let Some(rule) = rules.rule(id) else {
        let hint = did_you_mean(id, rules.rules().map(|rule| rule.id.as_str()));
        return Err(Failure::usage(format!("there is no rule `{}`{hint}", one_line(id))));
    };
    if context.is_json() {
        records::print("cairn.rules/1", json!({ "rules": [record(rule)] }))?;
        return Ok(Ending::Done);
    }
    let answered_by: Vec<&str> = rule.answered_by.iter().map(|family| family.as_str()).collect();
    let cwe = rule.cwe.map(|number| format!("CWE-{number}"));
    let references: Vec<&str> = cwe.iter().chain(&rule.references).map(String::as_str).collect();
    let stride: Vec<&str> = rule.stride.iter().copied().map(Stride::letter).collect();
    let lines = [
        ("threat", rule.title.clone()),
        ("why", rule.rationale.clone()),
        ("fix", rule.remediation.clone()),
        ("answered by", answered_by.join(", ")),
        ("STRIDE", stride.join(" ")),
        ("see", references.join(", ")),
        ("pack", format!("{}, {}, since {}", rule.pack.as_str(), rule.maturity.as_str(), rule.since)),
        ("file", rule.file.clone()),
    ];
    let lines = lines.iter().map(|(name, value)| format!("{}: {}\n", bold(name), one_line(value)));
    context.print(&(format!("{}\n", bold(&one_line(&rule.id))) + &lines.collect::<String>()))?;
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

fn verdict(outcome: &ExampleOutcome) -> String {
    let found: Vec<&str> = outcome.found.iter().map(|status| status.as_str()).collect();
    let found = if found.is_empty() { "no threat".to_owned() } else { found.join(", ") };
    format!("the example `{}` leads to {found}", outcome.case.as_str())
}

fn outcome_record(outcome: &ExampleOutcome) -> Value {
    let found: Vec<&str> = outcome.found.iter().map(|status| status.as_str()).collect();
    json!({ "rule": outcome.rule, "case": outcome.case.as_str(), "passed": outcome.passed(), "found": found })
}

fn record(rule: &RuleInfo) -> Value {
    json!({
        "id": rule.id,
        "title": rule.title,
        "pack": rule.pack.as_str(),
        "stride": rule.stride.iter().copied().map(Stride::letter).collect::<Vec<_>>(),
        "cwe": rule.cwe.map(|number| format!("CWE-{number}")),
        "references": rule.references,
        "rationale": rule.rationale,
        "remediation": rule.remediation,
        "answered_by": rule.answered_by.iter().map(|family| family.as_str()).collect::<Vec<_>>(),
        "maturity": rule.maturity.as_str(),
        "since": rule.since,
        "file": rule.file,
    })
}
