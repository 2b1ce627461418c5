use cairn_model::{AttackPath, ControlType, Hop, Truth};
use cairn_report::Labels;

use crate::fixture;

fn path() -> AttackPath {
    let hop = |from: &str, to: &str, truth| Hop {
        from: fixture::id(from),
        also: Vec::new(),
        to: fixture::id(to),
        gains: "reach".to_owned(),
        rule: "P-01".to_owned(),
        means: "connects".to_owned(),
        truth,
        evidence: Vec::new(),
        questions: Vec::new(),
        broken_by: vec![cairn_model::Breaker {
            control: None,
            control_type: ControlType::Authentication,
            on: fixture::id(to),
            status: None,
            evidence: Vec::new(),
        }],
        threat: None,
    };
    AttackPath {
        id: fixture::id("path-1"),
        attackers: vec!["internet".to_owned()],
        entry: fixture::id("cmp-a"),
        target: fixture::id("cmp-\"];evil[\""),
        gains: "read".to_owned(),
        goals: Vec::new(),
        hops: vec![hop("attacker-internet", "cmp-a", Truth::True), hop("cmp-a", "cmp-\"];evil[\"", Truth::Unknown)],
        truth: Truth::Unknown,
        score_tenths: 70,
        variants: 0,
    }
}

#[test]
fn an_unknown_hop_is_dashed_and_a_name_cannot_break_out() {
    insta::assert_snapshot!(cairn_report::mermaid(&path(), &Labels::default()), @r#"
    flowchart LR
      n0["attacker-internet"]
      n1["cmp-a"]
      n2["cmp-#34;#93;#59;evil#91;#34;"]
      n0 -->|"P-01 reach"| n1
      n1 -.->|"P-01 reach"| n2
    "#);
    insta::assert_snapshot!(cairn_report::dot(&path(), &Labels::default()), @r#"
    digraph path {
      rankdir=LR;
      node [shape=box];
      n0 [label="attacker-internet"];
      n1 [label="cmp-a"];
      n2 [label="cmp-\"];evil[\""];
      n0 -> n1 [label="P-01 reach", style=solid];
      n1 -> n2 [label="P-01 reach", style=dashed];
    }
    "#);
}
