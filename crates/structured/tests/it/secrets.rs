//! No quote repeats a secret, however the file writes it.

use crate::check::{document, quotes_stand};

/// What must never be repeated.
const SECRET: &str = "hunter2-Blau-9";

/// Files with a secret in them, most of them on the line of the fact that is quoted.
const FILES: &[(&str, &str)] = &[
    (
        "a.yaml",
        "{apiVersion: v1, kind: Pod, metadata: {name: buoy}, spec: {containers: [{image: 'a:latest', env: [{name: PASSWORD, value: 'SECRET'}, {name: A_URL, value: 'http://b:1'}]}]}}\n",
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: buoy}\nspec:\n  containers:\n  - env: [{value: SECRET, name: API_TOKEN}]\n    image: a\n",
    ),
    (
        "a.json",
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"buoy\"},\"stringData\":{\"lamp\":\"SECRET\"}}",
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: buoy}\ndata: {DB_PASSWORD: SECRET, DSN: 'postgres://u:SECRET@db/x'}\n",
    ),
    ("kustomization.yaml", "secretGenerator: [{name: buoy, literals: ['lamp=SECRET']}]\n"),
    ("compose.yaml", "services: {buoy: {image: a, environment: {PASSWORD: SECRET, B_URL: 'http://u:SECRET@c:1'}}}\n"),
    ("compose.yaml", "services:\n  buoy: {image: a, environment: ['API_KEY=SECRET'], command: '--token=SECRET'}\n"),
    ("compose.yaml", "services: {buoy: {image: a}}\nsecrets: {lamp: {content: SECRET}}\n"),
    (
        ".github/workflows/a.yml",
        "name: b\non: push\njobs: {a: {env: {PASSWORD: SECRET}, steps: [{uses: x/y@v1, with: {token: SECRET}}]}}\n",
    ),
    (".gitlab-ci.yml", "a: {script: [x], variables: {DEPLOY_TOKEN: SECRET}, image: 'b:latest'}\n"),
    ("main.tf", "resource \"aws_db_instance\" \"b\" { password = \"SECRET\" }\n"),
    (
        "main.tf",
        "resource \"aws_lambda_function\" \"b\" {\n  environment { variables = { API_KEY = \"SECRET\", U = \"https://u:SECRET@x.test\" } }\n}\n",
    ),
    ("main.tf", "variable \"db_password\" { default = \"SECRET\" }\n"),
    ("prod.tfvars", "db_password = \"SECRET\"\n"),
    (
        "plan.json",
        "{\"format_version\":\"1\",\"planned_values\":{\"root_module\":{\"resources\":[{\"address\":\"aws_db_instance.b\",\"type\":\"aws_db_instance\",\"name\":\"b\",\"values\":{\"storage_encrypted\":true,\"lamp\":\"SECRET\",\"password\":\"SECRET\"},\"sensitive_values\":{\"lamp\":true}}]}}}",
    ),
    (
        "stack.yaml",
        "AWSTemplateFormatVersion: x\nParameters: {DbPassword: {Type: String, Default: SECRET}}\nResources: {B: {Type: 'AWS::RDS::DBInstance', Properties: {StorageEncrypted: true, MasterUserPassword: SECRET}}}\n",
    ),
    (
        "api.yaml",
        "openapi: 3.0.0\ninfo: {title: Buoy}\npaths: {/a: {get: {security: [], parameters: [{name: api_key, in: query, example: SECRET}]}}}\n",
    ),
    (
        "api.json",
        "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Buoy\"},\"components\":{\"schemas\":{\"A\":{\"properties\":{\"password\":{\"type\":\"string\",\"example\":\"SECRET\"}}}}},\"paths\":{\"/a\":{\"get\":{\"security\":[]}}}}",
    ),
    ("a.sql", "CREATE USER buoy PASSWORD 'SECRET'; GRANT ALL ON t TO buoy; CREATE TABLE t (email text DEFAULT 'x');\n"),
    ("a.mmd", "flowchart LR\n a[App] -->|token=SECRET| b[(Store)]\n a -->|postgres://u:SECRET@b/x| b\n"),
    ("a.puml", "@startuml\n[A] --> [B] : password=\"SECRET\"\n@enduml\n"),
    ("a.dot", "digraph { a -> b [label=\"api_key=SECRET\"]; }\n"),
    ("a.d2", "a -> b: https://u:SECRET@b.test\n"),
    (
        "a.dsl",
        "workspace {\n model {\n a = person \"A\"\n b = softwareSystem \"B\"\n a -> b \"signs in with token=SECRET\" \"HTTPS\"\n }\n}\n",
    ),
    (
        "a.drawio",
        "<mxfile><diagram name=\"a\"><mxGraphModel><root><mxCell id=\"a\" value=\"A\" vertex=\"1\"/><mxCell id=\"b\" value=\"B\" vertex=\"1\"/><mxCell id=\"e\" value=\"password=SECRET\" edge=\"1\" source=\"a\" target=\"b\"/></root></mxGraphModel></diagram></mxfile>",
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: buoy, labels: {auth_token: \"SECRET\nspec: {hostPID: true}\n",
    ),
    ("CODEOWNERS", "* @a/b # token=SECRET\n"),
    ("unknown.yaml", "lamp_password: SECRET\nother: 1\n"),
];

#[test]
fn no_quote_and_no_message_repeats_a_secret() {
    for (path, text) in FILES {
        let text = text.replace("SECRET", SECRET);
        let document = document(path, &text);
        let reading = cairn_structured::read(&document);
        quotes_stand(&document, &reading);
        assert!(!reading.claims.is_empty() || !reading.not_understood.is_empty(), "nothing read: {path}\n{text}");
        for claim in &reading.claims {
            let printed = serde_json::to_string(claim).expect("claims are plain data");
            assert!(!printed.contains(SECRET), "{path} leaks in {printed}");
        }
        for part in &reading.not_understood {
            assert!(!part.to_string().contains(SECRET), "{path} leaks in {part}");
        }
    }
}

#[test]
fn tokens_are_known_by_their_form() {
    for token in [
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "AKIAABCDEFGHIJKLMNOP",
        "glpat-0123456789abcdefghij",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJidW95In0.c2lnbmVk",
    ] {
        let text = format!("services:\n  buoy: {{image: 'a:latest', command: 'run {token}'}}\n");
        let reading = cairn_structured::read(&document("compose.yaml", &text));
        let quotes: Vec<&str> =
            reading.claims.iter().flat_map(|claim| claim.evidence.iter().map(|quote| quote.text.as_str())).collect();
        assert!(!quotes.is_empty() && quotes.iter().all(|quote| !quote.contains(token)), "{quotes:?}");
    }
}

#[test]
fn what_only_names_a_secret_is_quoted_whole() {
    let text = "permissions: {contents: read, id-token: write}\njobs: {a: {runs-on: x}}\n";
    let reading = cairn_structured::read(&document(".github/workflows/a.yml", text));
    let whole = "permissions: {contents: read, id-token: write}";
    assert!(
        reading.claims.iter().any(|claim| claim.evidence.iter().any(|quote| quote.text.contains(whole))),
        "{reading:?}"
    );
}
