//! Threats with one cause are one group, and no threat is lost.

use cairn_model::Threat;
use cairn_threats::{Cause, RuleSet, derive, group};

use crate::{model_of, review_day};

#[test]
fn one_passage_is_one_cause() {
    let names: Vec<String> = (0..9).map(|n| format!("Part{n}")).collect();
    let parts: Vec<String> = names.iter().map(|name| format!("component {name} type=service")).collect();
    let model = format!("{}\ncontrol audit_logging on={} status=absent", parts.join("\n"), names.join(","));
    let threats = derive(&model_of(&model), &RuleSet::built_in(), review_day());
    let all: Vec<&Threat> = threats.iter().collect();
    let groups = group(&all);
    assert!(threats.len() >= 9, "{}", threats.len());
    assert_eq!(groups.len(), 1);
    assert!(matches!(groups[0].cause, Cause::Passage(citation) if citation.quote.contains("audit_logging")));
    assert_eq!(groups[0].threats.len(), threats.len());
}

#[test]
fn the_same_question_of_many_parts_is_one_cause() {
    let store = |n: i32| format!("component Store{n} type=datastore\nholding Cards in Store{n} handling=stores\n");
    let stores: Vec<String> = (0..7).map(store).collect();
    let model = format!("{}data Cards classification=payment", stores.concat());
    let threats = derive(&model_of(&model), &RuleSet::built_in(), review_day());
    let all: Vec<&Threat> = threats.iter().collect();
    let groups = group(&all);
    assert_eq!(groups.iter().map(|it| it.threats.len()).sum::<usize>(), threats.len());
    assert!(groups.len() * 7 <= threats.len(), "{} of {}", groups.len(), threats.len());
}
