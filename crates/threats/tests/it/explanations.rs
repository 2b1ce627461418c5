//! Every sentence of an explanation is cited or unknown, and whatever is unknown is asked.

use std::collections::BTreeSet;

use cairn_model::{Severity, ThreatStatus, Truth};
use cairn_threats::{RuleSet, derive, run_examples};

use crate::{model_of, review_day};

#[test]
fn every_premise_is_cited_or_unknown_and_unknown_is_asked() {
    let rules = RuleSet::built_in();
    for outcome in run_examples(&rules) {
        let system = model_of(&outcome.model);
        for threat in derive(&system, &rules, review_day()) {
            assert!(!threat.explanation.is_empty(), "{} explains nothing", threat.rule);
            for premise in &threat.explanation {
                let cited = premise.truth == Truth::Unknown || !premise.evidence.is_empty();
                assert!(cited, "{}: `{}` is {:?} without citation", threat.rule, premise.premise, premise.truth);
                for citation in &premise.evidence {
                    assert_eq!(citation.span.of(&outcome.model), Some(citation.quote.as_str()));
                }
            }
            if threat.status == ThreatStatus::Unverified {
                assert!(!threat.questions.is_empty(), "{} asks nothing", threat.rule);
            }
            assert!((1..=100).contains(&threat.score_tenths));
            assert_eq!(threat.severity, Severity::of_score_tenths(threat.score_tenths));
        }
    }
}

#[test]
fn ids_are_unique_where_one_component_holds_several_data_sets() {
    let model = "data Cards classification=payment\ndata Names classification=personal\n\
                 holding Cards in Ledger handling=stores\nholding Names in Ledger handling=stores\n";
    let threats = derive(&model_of(model), &RuleSet::built_in(), review_day());
    let ids: BTreeSet<_> = threats.iter().map(|threat| &threat.id).collect();
    assert!(threats.len() > 2);
    assert_eq!(ids.len(), threats.len());
}

#[test]
fn an_explanation_reads_from_condition_to_control_to_severity() {
    let model = "component Phone type=client\nflow Phone -> Shop encryption=none data=Cards\ndata Cards classification=payment\n\
                 control encryption_in_transit on=Shop status=planned mechanism=\"TLS 1.3\"\n";
    let threats = derive(&model_of(model), &RuleSet::built_in(), review_day());
    let threat = threats.iter().find(|threat| threat.rule == "sensitive-data-in-plain-text").unwrap();
    let lines: Vec<String> = threat
        .explanation
        .iter()
        .map(|it| format!("{} [{}] {}", it.truth.as_str(), it.evidence.len(), it.premise))
        .collect();
    insta::assert_snapshot!(
        format!("{} ({}, {})\n{}", threat.title, threat.status.as_str(), threat.score_tenths, lines.join("\n")),
        @r#"
        Phone to Shop may pass Cards in plain text (planned, 64)
        true [2] Phone to Shop carries sensitive data
        false [1] Phone to Shop is encrypted
        true [1] encryption in transit (TLS 1.3) for Shop is planned, not there yet
        true [1] Phone to Shop crosses a boundary (likelihood +1)
        "#
    );
}

#[test]
fn an_element_elsewhere_does_not_move_a_score() {
    let model = "flow Shop -> Ledger data=Cards\ndata Cards classification=payment\n";
    let score = |text: &str| {
        let threats = derive(&model_of(text), &RuleSet::built_in(), review_day());
        threats.iter().find(|it| it.rule == "sensitive-data-in-plain-text").unwrap().score_tenths
    };
    assert_eq!(score(model), score(&format!("{model}component Vault type=secret_store exposure=internet\n")));
}
