//! Each line of an example that fires matters: without it the verdict changes.

use cairn_threats::{Case, RuleSet, run_examples, statuses};

use crate::model_of;

#[test]
fn no_line_of_a_firing_example_is_idle() {
    let rules = RuleSet::built_in();
    let mut idle = Vec::new();
    for outcome in run_examples(&rules).into_iter().filter(|outcome| outcome.case == Case::Fires) {
        let lines: Vec<&str> = outcome.model.lines().filter(|line| !line.is_empty()).collect();
        for left_out in 0..lines.len() {
            let kept: Vec<&str> =
                lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect();
            let system = model_of(&kept.join("\n"));
            if statuses(&rules, &outcome.rule, &system) == outcome.found {
                idle.push(format!("{}: {}", outcome.rule, lines[left_out]));
            }
        }
    }
    assert!(idle.is_empty(), "lines without effect:\n{}", idle.join("\n"));
}
