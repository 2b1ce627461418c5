//! D2 diagrams.

use crate::check::claims;

#[test]
fn shapes_containers_and_connections() {
    let text = r#"# How tickets are sold
vars: { d2-config: { layout-engine: elk } }
direction: right
classes: {
  store: { shape: cylinder; style.fill: "gray" }
}
visitor: Visitor { shape: person }
network: Ticket network {
  shop: Shop Service
  db: Orders { class: store }
  events: "order.events" { shape: queue }
  shop -> db: SQL
  shop -> events: publishes order events {
    style.stroke: red
  }
}
visitor -> network.shop: HTTPS
network.shop <-> bank: "POST /payments" ; network.shop -- printer
network.db.style.opacity: 0.4
accounts: Accounts {
  shape: sql_table
  id: int {constraint: primary_key}
  email: varchar
  password_hash: varchar
}
note: |md
  A text with -> arrows: and { braces }
| { shape: text }
...@more
(visitor -> network.shop)[0].style.opacity: 0.5
layers: { inside: { a -> b } }
"#;
    insta::assert_snapshot!(claims("tickets.d2", text));
}

#[test]
fn chains_in_a_markdown_document() {
    let text = "# Way\n\n```d2\na -> b -> c: HTTPS\n'x.y'.z <- c\n```\n";
    insta::assert_snapshot!(claims("way.md", text));
}
