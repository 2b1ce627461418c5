//! API descriptions that are split over files, and the parts of a description that are rarer than paths.

use cairn_structured::{Siblings, references};

use crate::check::{claims, claims_among, document};

const ROOT: &str = r#"openapi: 3.1.0
info: { title: Kiln API, version: "4" }
servers:
  - url: https://kiln.example.test
  - url: "{scheme}://{host}/v1"
security: [{ token: [] }]
paths:
  /firings:
    $ref: paths/firings.yaml
  /firings/{id}:
    $ref: "paths/firings.yaml#/one"
  /gone:
    $ref: paths/gone.yaml
  /broken:
    $ref: paths/firings.yaml#/three
webhooks:
  firingDone:
    post:
      deprecated: true
      requestBody: { content: { application/json: { schema: { $ref: "schemas/Potter.json#/definitions/Potter" } } } }
components:
  securitySchemes:
    token: { $ref: "common.yaml#/schemes/token" }
x-owner: clay
"#;

const FIRINGS: &str = r#"get:
  security: []
  responses:
    "200": { content: { application/json: { schema: { $ref: ../schemas/Potter.json } } } }
post:
  deprecated: true
  callbacks:
    cooled:
      $ref: "../common.yaml#/callbacks/cooled"
  requestBody:
    content:
      application/json:
        schema: { $ref: "../schemas/Potter.json#/definitions/Potter" }
one:
  servers: [{ url: "http://old-kiln.example.test" }]
  delete:
    responses: { "204": { description: größe } }
"#;

const POTTER: &str = r##"{
  "properties": { "members": { "items": { "$ref": "#/definitions/Potter" } } },
  "definitions": {
    "Potter": {
      "properties": {
        "email": { "type": "string", "example": "ann@clay.example" },
        "friend": { "$ref": "Potter.json#/definitions/Potter" },
        "kiln": { "$ref": "../kiln.yaml#/components" }
      }
    }
  }
}
"##;

const COMMON: &str = r#"schemes:
  token:
    type: http
    scheme: bearer
callbacks:
  cooled:
    "{$request.body#/url}":
      post:
        requestBody:
          content: { application/json: { schema: { properties: { phone: { type: string } } } } }
"#;

#[test]
fn a_description_split_over_files_in_circles() {
    let files = [
        ("api/kiln.yaml", ROOT),
        ("api/paths/firings.yaml", FIRINGS),
        ("api/schemas/Potter.json", POTTER),
        ("api/common.yaml", COMMON),
    ];
    let printed = claims_among(&files);
    assert!(!printed.contains("ann@clay.example"), "an example is a value: {printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn what_a_reading_depends_on_is_named_with_what_is_missing() {
    let root = document("api/kiln.yaml", ROOT);
    let others = [
        document("api/paths/firings.yaml", FIRINGS),
        document("api/schemas/Potter.json", POTTER),
        document("api/common.yaml", COMMON),
        document("api/other.yaml", "a: b\n"),
    ];
    let expected = ["api/common.yaml", "api/paths/firings.yaml", "api/paths/gone.yaml", "api/schemas/Potter.json"];
    assert_eq!(references(&root, &Siblings::of(&others)), expected);
    assert!(references(&others[0], &Siblings::of(&others)).is_empty(), "a part is no description of its own");
}

#[test]
fn references_stay_inside_the_documents() {
    let root = "openapi: 3.0.0\ninfo: {title: Fence}\npaths:\n  /a: { $ref: ../../outside.yaml }\n  /b: { $ref: \"https://fence.example.test/b.yaml\" }\n  /c: { $ref: \"#/nowhere\" }\n  /d: { $ref: \"#/paths/~1d\" }\n";
    assert!(references(&document("a/fence.yaml", root), &Siblings::default()).is_empty());
    insta::assert_snapshot!(claims("a/fence.yaml", root));
}

#[test]
fn a_newer_version_is_read_as_far_as_it_is_known() {
    let text = "openapi: 3.2.0\n$self: https://a.example.test/api\ninfo: {title: Later}\npaths:\n  /a:\n    query: {security: []}\n    additionalOperations:\n      LINK: {}\ncomponents:\n  securitySchemes: {odd: {type: device}}\n";
    insta::assert_snapshot!(claims("later.yaml", text));
}

#[test]
fn a_reference_in_a_circle_of_files_ends() {
    let a = "openapi: 3.0.0\ninfo: {title: Round}\npaths:\n  /a: { $ref: b.yaml }\ncomponents: {schemas: {A: {$ref: \"b.yaml#/A\"}}}\n";
    let b = "$ref: a.yaml#/paths/~1a\nA: { $ref: \"a.yaml#/components/schemas/A\" }\n";
    insta::assert_snapshot!(claims_among(&[("a.yaml", a), ("b.yaml", b)]));
}
