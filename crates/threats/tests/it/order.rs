//! The order in which a model's lines come makes no difference to what is derived.

use cairn_model::Threat;
use cairn_threats::{RuleSet, derive, run_examples};

use crate::{model_of, review_day};

/// Threats without the places of their citations, which move with the lines.
fn shown(text: &str, rules: &RuleSet) -> Vec<String> {
    let line = |threat: Threat| {
        let premises: Vec<String> = threat
            .explanation
            .iter()
            .map(|it| {
                let mut quotes: Vec<&str> = it.evidence.iter().map(|citation| citation.quote.as_str()).collect();
                quotes.sort_unstable();
                format!("{} {:?} {quotes:?}", it.premise, it.truth)
            })
            .collect();
        format!("{} {} {} {:?} {premises:?}", threat.id, threat.title, threat.status.as_str(), threat.questions)
    };
    derive(&model_of(text), rules, review_day()).into_iter().map(line).collect()
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let rules = RuleSet::built_in();
    for outcome in run_examples(&rules) {
        let lines: Vec<&str> = outcome.model.lines().filter(|line| !line.is_empty()).collect();
        // Boundaries keep their order: the last one that lists a component is its innermost.
        if lines.iter().filter(|line| line.starts_with("boundary")).count() > 1 {
            continue;
        }
        let forth = shown(&lines.join("\n"), &rules);
        let back = shown(&lines.iter().rev().copied().collect::<Vec<_>>().join("\n"), &rules);
        assert_eq!(forth, back, "{}", outcome.model);
    }
}

#[test]
fn two_runs_are_equal() {
    let text =
        "component Phone type=client\nflow Phone -> Shop encryption=none data=Cards\ndata Cards classification=payment";
    let system = model_of(text);
    let run = || derive(&system, &RuleSet::built_in(), review_day());
    assert_eq!(run(), run());
}
