//! GraphQL schemas.

use crate::check::claims;

const SCHEMA: &str = r#"schema { query: Root mutation: Changes }

"The way in – größe 🦀"
type Root {
  "Who is asking"
  me: Member @authenticated
  members(first: Int): [Member!]! @requiresScopes(scopes: [["members:read"]])
  news: [String] @deprecated(reason: "read the board") @shiny
}

extend type Changes @auth(requires: STEWARD) {
  join(email: String!, password: String = "tell-nobody"): Member
}

type Member {
  id: ID!
  phone: String
  emailVerified: Boolean
  salary: Int @hasRole(role: "treasurer")
}

input Address { street: String! }
subscription Listen { news }
"#;

#[test]
fn entry_points_fields_and_directives() {
    let printed = claims("club.graphql", SCHEMA);
    assert!(!printed.contains("tell-nobody"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn the_usual_names_without_a_schema_and_a_file_that_breaks_off() {
    let text = "type Query { a: B c(email: String): D }\r\ntype Subscription {\r\n  ticks: Int!\r\n}\r\ntype Mutation { broken(";
    insta::assert_snapshot!(claims("short.graphql", text));
}
