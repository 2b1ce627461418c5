//! Each premise and each line of an example that fires matters: without it the verdict changes.

use cairn_threats::{Mutated, RuleSet, mutations};

#[test]
fn no_premise_and_no_line_of_a_firing_example_is_idle() {
    let all = mutations(&RuleSet::built_in());
    assert!(all.iter().any(|it| it.of == Mutated::Premise) && all.iter().any(|it| it.of == Mutated::Line));
    let idle = all.iter().filter(|it| !it.is_noticed && it.of != Mutated::Attribute);
    let idle: Vec<String> = idle.map(|it| format!("{}: {:?} {}", it.rule, it.of, it.change)).collect();
    assert!(idle.is_empty(), "without effect:\n{}", idle.join("\n"));
}
