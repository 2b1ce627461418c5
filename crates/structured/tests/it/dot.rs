//! Graphviz graphs.

use crate::check::claims;

#[test]
fn clusters_nodes_and_edges() {
    let text = r#"digraph harbour {
  rankdir=LR; node [shape=box];
  // not an edge: a -> b
  subgraph cluster_yard {
    label = "Yard network";
    crane [label="Crane Control"];
    log [label="Event Log", shape=cylinder];
  }
  pilot [label=<Pilot<BR/>App>];
  pilot -> crane [label="MQTT"];
  crane -> {log clock} [label="writes positions"];
  crane -> log [dir=none];
  ok [shape=diamond];
}
"#;
    insta::assert_snapshot!(claims("harbour.dot", text));
}
