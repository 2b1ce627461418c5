//! API descriptions.

use crate::check::claims;

const ORDERS: &str = r##"openapi: 3.0.3
info:
  title: Orders API  # größe – a comment beyond ASCII
  version: "1"
servers:
  - url: https://orders.example.test/v1
  - url: http://localhost:8080
security:
  - bearer: []
paths:
  /orders:
    get:
      summary: List "größere" orders
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: array
                items: { $ref: "#/components/schemas/Order" }
    post:
      security:
        - oauth: [orders:write]
      requestBody:
        content:
          application/json:
            schema: { $ref: "#/components/schemas/NewOrder" }
      responses:
        "201": { description: made }
        "429": { description: too many }
      callbacks:
        orderPaid:
          "{$request.body#/callbackUrl}":
            post: { responses: { "200": { description: ok } } }
  /health:
    get:
      security: []
      responses: { "200": { description: ok } }
  /legacy:
    delete:
      deprecated: true
      security:
        - {}
        - bearer: []
      parameters:
        - name: api_key
          in: query
          schema: { type: string }
      responses: { "204": { description: gone } }
  /shared:
    $ref: "./shared.yaml#/paths/~1shared"
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer, bearerFormat: JWT }
    oauth:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: http://login.example.test/token
          scopes: { "orders:write": Write }
    unused: { type: apiKey, in: header, name: X-Key }
  schemas:
    Order:
      properties:
        id: { type: string }
        email: { type: string }
        email_verified: { type: boolean }
        pin: { type: string, writeOnly: true }
        parent: { $ref: "#/components/schemas/Order" }
    NewOrder:
      allOf:
        - $ref: "#/components/schemas/Order"
        - properties:
            cardNumber: { type: string }
"##;

#[test]
fn an_openapi_3_description() {
    insta::assert_snapshot!(claims("orders.yaml", ORDERS));
}

#[test]
fn a_minified_json_description_is_quoted_in_short_windows() {
    let json = r#"{"openapi":"3.1.0","info":{"title":"Notes"},"paths":{"/notes/{id}":{"get":{"security":[],"parameters":[{"name":"session_token","in":"cookie"}]}}},"webhooks":{"noteShared":{"post":{}}}}"#;
    let padded = json.replace("\"paths\"", &format!("\"x-filler\":\"{}\",\"paths\"", "é".repeat(500)));
    insta::assert_snapshot!(claims("notes.json", &padded));
}

#[test]
fn a_swagger_2_description() {
    let text = r#"swagger: "2.0"
info: {title: Ledger}
host: ledger.example.test
schemes: [http]
securityDefinitions:
  basicAuth: {type: basic}
security:
- basicAuth: []
paths:
  /accounts:
    post:
      parameters:
      - in: body
        name: account
        schema:
          $ref: '#/definitions/Account'
      responses:
        200: {schema: {$ref: '#/definitions/Account'}}
definitions:
  Account:
    properties:
      iban: {type: string}
      password: {type: string, format: password}
"#;
    insta::assert_snapshot!(claims("ledger.yml", text));
}

#[test]
fn a_description_without_a_name_of_its_own_names_no_component() {
    let text = "openapi: 3.0.0\ninfo:\n  title: API\npaths:\n  /a:\n    get: {}\n";
    insta::assert_snapshot!(claims("api.yaml", text), @r#"{"kind":"endpoint","path":"/a","method":"GET"} <- "/a:\n    get: {}""#);
}
