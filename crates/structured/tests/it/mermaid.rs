//! Mermaid diagrams.

use crate::check::claims;

#[test]
fn a_flowchart_in_a_markdown_document() {
    let text = r#"# How it hangs together

```mermaid
flowchart LR
  user([Visitor]) -->|HTTPS| edge[Edge Proxy]
  subgraph vpc["Production VPC"]
    edge -- gRPC --> tickets[Ticket Service]
    subgraph data [Data zone]
      db[("Ticket DB")]
      cache[(Redis)]
    end
    tickets --> db & cache
    tickets -.->|publishes seat events| bus@{ shape: das, label: "Event Bus" }
  end
  tickets --- audit-log
  tickets <--> mail["Mail<br/>[Container: Postfix]"]:::ext
  style edge fill:#fff
```

Some prose --> not a flow.

```yaml
apiVersion: v1
kind: Service
metadata: {name: an-example}
```
"#;
    insta::assert_snapshot!(claims("docs/overview.md", text));
}

#[test]
fn a_flowchart_of_decisions_is_left_to_people() {
    let text = "flowchart TD\n  a[Start] --> b{Is it valid?}\n  b -->|yes| c[Store it]\n";
    insta::assert_snapshot!(claims("steps.mmd", text), @"? steps.mmd:1 flowchart of decisions, not of parts");
}

#[test]
fn a_sequence() {
    let text = r"---
title: Renewal
---
sequenceDiagram
    autonumber
    actor M as Member
    box Aqua Back office
    participant R as Renewal Service
    participant P as Payment Provider
    end
    M->>R: POST /renewals
    loop every day
      R->>P: sends card token via HTTPS
      P-->>R: ok
    end
    R-)Mailer: queues receipt email
    Note over R: nothing to see
    Mailer->>Mailer: retries
";
    insta::assert_snapshot!(claims("renewal.mmd", text));
}

#[test]
fn c4_and_architecture() {
    let c4 = r#"C4Container
    title Library
    Person(reader, "Reader", "Borrows books")
    System_Boundary(lib, "Library") {
      Container(web, "Catalogue", "Rust", "Finds books")
      ContainerDb(db, "Book Store", "PostgreSQL", "Keeps books")
    }
    System_Ext(isbn, "ISBN Registry")
    Rel(reader, web, "Uses", "HTTPS")
    Rel(web, db, "reads book records", "SQL")
    Rel(web, isbn, "queries titles")
    UpdateLayoutConfig($c4ShapeInRow="3")
"#;
    let architecture = r"architecture-beta
    group api(cloud)[Public API]
    service db(database)[Loans] in api
    service server(server)[Desk] in api
    server:R --> L:db
";
    insta::assert_snapshot!(format!("{}\n{}", claims("c4.mmd", c4), claims("arch.mmd", architecture)));
}

#[test]
fn links_in_all_their_forms() {
    let text = r#"flowchart LR
  classDef store fill:#eee
  subgraph quay ["Quay network"]
    direction TB
    crane[fa:fa-cog Crane Control]:::store
  end
  crane e1@--> log[(Log)]
  e1@{ animate: true }
  crane ---->|HTTPS| a
  crane -- gRPC --> b
  crane -. "sends alarms" .-> c
  crane == SQL ==> d
  crane --o e
  crane --x f
  g & h --> i & j
  k <-- MQTT --> l
  m ~~~ n
"#;
    insta::assert_snapshot!(claims("links.mmd", text));
}

#[test]
fn deployment_nodes_and_relations_of_c4() {
    let text = r#"C4Deployment
    Deployment_Node(eu, "EU account", "AWS") {
      Deployment_Node(cluster, "Cluster", "EKS") {
        Container(api, "Booking API", "Go", "Books berths")
      }
      Node(empty, "Spare host")
    }
    ContainerDb_Ext(bureau, "Forecast Store", "PostgreSQL")
    BiRel(api, bureau, "syncs forecasts", "HTTPS")
    Rel_Back(api, gate, "forwards requests")
    System_Ext(gate, "Gate")
    UpdateRelStyle(api, bureau, $offsetY="-40")
"#;
    insta::assert_snapshot!(claims("nodes.mmd", text));
}
