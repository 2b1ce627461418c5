//! A rule made for one test: subject, premise and what follows.

use cairn_model::{Threat, ThreatStatus};
use cairn_threats::{RuleSet, derive};

use crate::{model_of, review_day};

/// A rule `made-up` about a `subject` with the premise `when`, and `more` of the file after it.
pub(crate) fn rule(subject: &str, when: &str, more: &str) -> String {
    format!(
        r#"id = "made-up"
title = "{{subject}} is met"
subject = "{subject}"
pack = "general"
stride = ["tampering"]
rationale = "r"
remediation = "r"
question = "Is {{subject}} met?"
maturity = "preview"
since = "0.1.0"
severity = {{ likelihood = "possible", impact = "medium" }}
silence = "open"
{more}
[[premises]]
say = "{{subject}} is met"
when = "{when}"
"#
    )
}

/// The rules with that one.
pub(crate) fn rules(text: &str) -> RuleSet {
    RuleSet::built_in().with(&[("ours/made-up.toml", text)]).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// The threats of the made-up rule on a model.
pub(crate) fn threats(rules: &RuleSet, model: &str) -> Vec<Threat> {
    let all = derive(&model_of(model), rules, review_day());
    all.into_iter().filter(|threat| threat.rule == "made-up").collect()
}

/// The titles of the elements on which the premise holds by citation.
pub(crate) fn met(subject: &str, when: &str, model: &str) -> Vec<String> {
    let found = threats(&rules(&rule(subject, when, "")), model);
    let mut met: Vec<String> = found
        .into_iter()
        .filter(|threat| threat.status == ThreatStatus::Open)
        .map(|threat| threat.title.replace(" is met", ""))
        .collect();
    met.sort();
    met
}
