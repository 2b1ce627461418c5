//! Broken and hostile files: whatever comes in, nothing panics, every quote stands, and the time is bounded by the size.

use std::fmt::Write as _;

use crate::check;

/// One sound file for each reader.
pub(crate) const SOUND: &[(&str, &str)] = &[
    (
        "api.yaml",
        "openapi: 3.0.0\ninfo: {title: Ünits}\nservers: [{url: 'http://u.example.test'}]\nsecurity: [{k: []}]\npaths:\n  /u/{id}:\n    get:\n      security: []\n      parameters: [{name: token, in: query}]\n      responses: {'429': {description: no}, '200': {content: {a/b: {schema: {$ref: '#/components/schemas/U'}}}}}\ncomponents:\n  securitySchemes: {k: {type: apiKey, in: header, name: K}}\n  schemas: {U: {properties: {email: {type: string}, up: {$ref: '#/components/schemas/U'}}}}\n",
    ),
    (
        "api.json",
        "{\"swagger\":\"2.0\",\"info\":{\"title\":\"Ünits\"},\"schemes\":[\"http\"],\"paths\":{\"/a\":{\"post\":{\"security\":[],\"parameters\":[{\"in\":\"body\",\"schema\":{\"$ref\":\"#/definitions/A\"}}]}}},\"definitions\":{\"A\":{\"properties\":{\"password\":{\"type\":\"string\"}}}}}",
    ),
    (
        "deploy.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: größe, namespace: n}\nspec:\n  template:\n    spec:\n      hostNetwork: true\n      containers:\n      - &c\n        image: redis:latest\n        env: [{name: A_URL, value: 'http://b:1'}, {name: PASSWORD, value: 'abcdef'}]\n        securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN]}}\n      - *c\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.n }}\n{{- if .x }}\n  y: 1\n{{- end }}\n",
    ),
    (
        "main.tf",
        "resource \"aws_db_instance\" \"ö\" {\n  publicly_accessible = true\n  vpc_security_group_ids = [aws_security_group.g.id]\n}\nresource \"aws_security_group\" \"g\" {\n  ingress {\n    from_port = 22\n    to_port = 22\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = <<E\n{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"${a.b}\"}]}\nE\n}\n",
    ),
    (
        "a.mmd",
        "flowchart LR\n  subgraph n [Netz]\n    a[\"Ünit\"] -->|HTTPS| b[(Store)] & c@{ shape: cyl, label: \"C\" }\n  end\n  a -. logs .-> d:::x\n  b <--> d;e --o f\n",
    ),
    (
        "s.mmd",
        "sequenceDiagram\n  participant A as Größe\n  box Aqua Team\n  actor B\n  end\n  A->>+B: POST /x\n  B-->>-A: ok\n  loop x\n  A-)C: y\n  end\n",
    ),
    (
        "arch.mmd",
        "architecture-beta\n  group g(cloud)[G]\n  service a(database)[A] in g\n  service b(server)[B]\n  a:R --> L:b\n",
    ),
    (
        "a.puml",
        "@startuml\npackage \"Ö\" {\n [A b] as ab\n database D\n}\nab -down-> D : SQL\nContainer(x, \"X\", \"Rust\")\nRel(x, ab, \"calls\", \"HTTPS\")\nnote left\n x\nend note\n@enduml\n",
    ),
    ("a.dot", "digraph { subgraph cluster_a { label=\"Ä\"; a; } a -> {b c} [label=\"x\"]; d [label=<<b>D</b>>]; }\n"),
    (
        "a.drawio",
        "<mxfile><diagram name=\"ä\"><mxGraphModel><root><mxCell id=\"a\" value=\"Ä&lt;br&gt;x\" vertex=\"1\" parent=\"b\"/><mxCell id=\"b\" value=\"B\" vertex=\"1\" parent=\"a\"/><mxCell id=\"e\" edge=\"1\" source=\"a\" target=\"b\"/></root></mxGraphModel></diagram></mxfile>",
    ),
    (
        "a.sql",
        "CREATE TABLE \"ü\" (email text, pin_hash text CHECK (x in ('a', 'b')));\nGRANT ALL ON t TO u;\nALTER TABLE t ENABLE ROW LEVEL SECURITY; -- x\nCREATE USER u PASSWORD 'x';\n",
    ),
    (
        "docker-compose.yml",
        "services:\n  a: {image: 'redis', ports: ['127.0.0.1:1:1'], environment: ['DB_HOST=b', 'API_TOKEN=abcdef'], volumes: ['/:/x']}\n  b: {build: ., networks: [n], cap_add: [ALL]}\nnetworks: {n: {internal: true}}\n",
    ),
    (
        ".github/workflows/a.yml",
        "name: Ä\non: [pull_request_target]\npermissions: write-all\njobs:\n  a:\n    steps:\n    - uses: a/b@v1\n      with: {t: '${{ secrets.T }}'}\n",
    ),
    (
        "async.yaml",
        "asyncapi: 2.6.0\ninfo: {title: Ünits}\nservers: {a: {url: 'b:1', protocol: mqtt, security: [{s: []}]}}\nchannels:\n  ö.x:\n    publish: {message: {oneOf: [{$ref: '#/components/messages/M'}]}}\ncomponents:\n  securitySchemes: {s: {type: X509}}\n  messages: {M: {payload: {properties: {email: {default: x}, m: {$ref: '#/components/messages/M/payload'}}}}}\n",
    ),
    (
        "async.json",
        "{\"asyncapi\":\"3.0.0\",\"info\":{\"title\":\"Ünits\"},\"channels\":{\"c\":{\"address\":\"ö/x\",\"messages\":{\"m\":{\"payload\":{\"type\":\"record\",\"fields\":[{\"name\":\"phone\"}]}}}}},\"operations\":{\"o\":{\"action\":\"send\",\"channel\":{\"$ref\":\"#/channels/c\"}}}}",
    ),
    (
        "a.proto",
        "syntax = \"proto3\";\npackage o.b; // ö\nservice S {\n  rpc M(stream A) returns (A) { option (google.api.http) = { get: \"/a/{b}\" }; option deprecated = true; }\n}\nmessage A { string email = 1; A a = 2; map<string, A> m = 3; oneof o { int32 pin = 4 [(x) = {a: [1, 2]}]; } }\n",
    ),
    (
        "a.graphql",
        "schema { query: Q }\n\"\"\"ö\"\"\"\ntype Q @auth(a: 1) {\n  a(email: String = \"x\", l: [[Int!]!]): B! @deprecated(reason: \"ö\") @x\n}\nextend input I { password: String }\n",
    ),
    ("package.json", "{\"name\":\"ö\",\"dependencies\":{\"openai\":\"1\",\"ollama\":\"git+https://a:b@c/d\"}}"),
    ("Cargo.toml", "[package]\nname = \"ö\"\n[dependencies]\nasync-openai = \"1\"\na = { package = \"ollama-rs\" }\n"),
    ("requirements.txt", "# ö\nopenai\ngroq @ https://a:b@c/d\n"),
    ("go.mod", "module a.b/ö/v2\nrequire (\n\tgithub.com/ollama/ollama v1 // ö\n)\n"),
    (
        "observed/access.log",
        "1.2.3.4 - ö [12/Mar/2026:10:00:00 +0000] \"GET /a/ö/17?x=1 HTTP/1.1\" 200 1 \"-\" \"ö\"\n1.2.3.4 - - [12/Mar/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n",
    ),
    (
        "observed/envoy.log",
        "[2026-03-12T10:00:00.000Z] \"GET /ö/1 HTTP/1.1\" 200 - 0 5 4 3 \"-\" \"ö\" \"i\" \"b\" \"10.0.0.7:80\"\n",
    ),
    (
        "observed/conn.log",
        "#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tconn_state\n1\t10.0.0.1\t1\t10.0.0.2\t80\ttcp\t-\tSF\n",
    ),
    (
        "observed/spans.json",
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"ö\"}}]},\"scopeSpans\":[{\"spans\":[{\"spanId\":\"1\",\"kind\":2,\"attributes\":[{\"key\":\"http.method\",\"value\":{\"stringValue\":\"GET\"}},{\"key\":\"http.target\",\"value\":{\"stringValue\":\"/a\"}}]},{\"spanId\":\"2\",\"kind\":4,\"attributes\":[{\"key\":\"messaging.destination\",\"value\":{\"stringValue\":\"q\"}}]}]}]}]}\n",
    ),
    (
        "observed/graph.json",
        "{\"data\":[{\"parent\":\"ö\",\"child\":\"b\",\"callCount\":1}],\"metric\":{\"client\":\"a\",\"server\":\"b\",\"connection_type\":\"database\"}}\n",
    ),
    ("CODEOWNERS", "* @a/b\n/ö/ c@d.e # x\n"),
    (
        "doc.md",
        "# Ä\n\n```mermaid\ngraph TD\n a --> b\n```\n\n```plantuml\nA -> B : x\n```\n\n```dot\ndigraph { a -> b }\n```\n",
    ),
    (
        "kustomization.yaml",
        "namespace: ü\nresources: [a.yaml, 'https://x.test/b?ref=v1']\nimages: [{name: a/b, newTag: latest}]\nsecretGenerator: [{name: s, literals: [k=abcdef]}]\npatches: [{path: p.yaml}]\n",
    ),
    (
        "mesh.yaml",
        "apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: {name: ö}\nspec: {podSelector: {matchLabels: {app: b}}}\n---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p}\nspec: {mtls: {mode: STRICT}}\n",
    ),
    (
        "stack.yaml",
        "AWSTemplateFormatVersion: x\nResources:\n  Größe:\n    Type: AWS::RDS::DBInstance\n    Properties: {StorageEncrypted: true, MasterUserPassword: !Ref P, VPCSecurityGroups: [!GetAtt G.Id]}\n  G:\n    Type: AWS::EC2::SecurityGroup\n    Properties: {SecurityGroupIngress: [{CidrIp: 0.0.0.0/0, FromPort: 22, ToPort: 22}]}\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Environment: {Variables: {A: !Sub '${Größe.Arn}'}}, Events: {E: {Properties: {Path: /x, Method: get}}}}\n",
    ),
    (
        "plan.json",
        "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"resources\":[{\"address\":\"aws_iam_policy.ö\",\"type\":\"aws_iam_policy\",\"name\":\"ö\",\"values\":{\"policy\":\"{\\\"Statement\\\":[{\\\"Action\\\":\\\"*\\\",\\\"Effect\\\":\\\"Allow\\\",\\\"Resource\\\":\\\"\\u00fc\\\"}]}\"},\"sensitive_values\":{\"a\":true}},{\"address\":\"aws_sqs_queue.q\",\"type\":\"aws_sqs_queue\",\"name\":\"q\",\"values\":{\"sqs_managed_sse_enabled\":true}}]}},\"configuration\":{\"root_module\":{\"resources\":[{\"type\":\"aws_sqs_queue\",\"name\":\"q\",\"expressions\":{\"policy\":{\"references\":[\"aws_iam_policy.ö\"]}}}]}}}",
    ),
    (
        ".gitlab-ci.yml",
        "stages: [a]\ninclude: [{remote: 'https://x.test/a.yml'}, {project: ü/b, ref: main}]\nvariables: {A_TOKEN: abcdef}\njob:\n  stage: a\n  image: {name: 'b:latest'}\n  script: [!reference [x, y]]\n  id_tokens: {T: {aud: https://v.test}}\n  environment: prod\n  when: manual\n",
    ),
    (
        "a.d2",
        "classes: { s: { shape: cylinder } }\nn: Netz {\n  a: \"Ünit\" ; b: Store { class: s }\n  a -> b <- _.c: 'HTTPS' { style.stroke: red }\n}\nt: { shape: sql_table; email: text }\nx: |md größe |\n",
    ),
    (
        "a.dsl",
        "workspace {\n model {\n  u = person \"Größe\"\n  group \"G\" {\n   s = softwareSystem \"S\" {\n    w = container \"W\" \"x\" \"Rust\"\n   }\n  }\n  u -> s.w \"sends orders\" \"HTTPS\"\n  deploymentEnvironment \"L\" {\n   deploymentNode \"N\" {\n    containerInstance s.w\n   }\n  }\n }\n !docs d\n}\n",
    ),
];

fn survives(path: &str, text: &str) {
    let document = check::document(path, text);
    let reading = cairn_structured::read(&document);
    check::quotes_stand(&document, &reading);
    let gave_up = reading.not_understood.iter().find(|part| part.what.contains("gave up"));
    assert_eq!(gave_up, None, "a reader panicked on {path}:\n{text}");
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn sound_files_have_claims() {
    for (path, text) in SOUND {
        let reading = cairn_structured::read(&check::document(path, text));
        assert!(!reading.claims.is_empty(), "{path}: {:?}", reading.not_understood);
        survives(path, text);
    }
}

#[test]
fn one_format_under_the_name_of_another() {
    for (path, _) in SOUND {
        for (_, text) in SOUND {
            survives(path, text);
        }
        let utf16: Vec<u8> = SOUND[0].1.encode_utf16().flat_map(u16::to_le_bytes).collect();
        survives(path, &lossy(&utf16));
        survives(path, &"\u{feff}\u{feff}\u{1a}{{".repeat(50));
    }
}

#[test]
fn nested_ten_thousand_deep() {
    const DEEP: usize = 10_000;
    let deep = |open: &str, close: &str| open.repeat(DEEP) + &close.repeat(DEEP);
    let mut indented = String::from("apiVersion: v1\nkind: Pod\n");
    for level in 0..DEEP / 10 {
        writeln!(indented, "{:level$}a:", "").unwrap();
    }
    for (path, head) in [
        ("a.yaml", "apiVersion: v1\nkind: Pod\nspec: "),
        ("a.json", "{\"openapi\": \"3.0.0\", \"paths\": "),
        ("a.tf", "a = "),
        ("a.mmd", "flowchart LR\n a --> "),
        ("a.puml", "@startuml\n"),
        ("a.dot", "digraph "),
        ("a.sql", "CREATE TABLE t "),
        ("async.yaml", "asyncapi: 2.0.0\nchannels: "),
        ("a.proto", "syntax = \"proto3\"; message M "),
        ("a.proto", "option a = "),
        ("a.graphql", "type Q "),
        ("a.graphql", "type Q @a(b: "),
        ("Cargo.toml", "a = "),
        ("package.json", "{\"dependencies\": "),
        ("observed/a.json", "{\"resourceSpans\": "),
        ("observed/a.log", ""),
        ("a.d2", "a: "),
        ("a.dsl", "workspace "),
        ("stack.yaml", "AWSTemplateFormatVersion: x\nResources: "),
        (".gitlab-ci.yml", "a: "),
        ("plan.json", "{\"format_version\": \"1\", \"planned_values\": "),
    ] {
        for (open, close) in
            [("[", "]"), ("{", "}"), ("{\"a\":", "}"), ("(", ")"), ("- ", ""), ("a: {", "}"), ("${", "}")]
        {
            survives(path, &format!("{head}{}", deep(open, close)));
        }
    }
    survives("a.yaml", &indented);
    survives("a.mmd", &format!("flowchart LR\n{}", "subgraph a\n".repeat(DEEP)));
    survives("a.puml", &"package \"p\" {\n".repeat(DEEP));
    survives("a.dot", &format!("digraph {}", "{ subgraph cluster_a ".repeat(DEEP)));
    survives("a.d2", &"a: { b\n".repeat(DEEP));
    survives("a.dsl", &"a = container \"b\" {\n".repeat(DEEP));
    survives("a.yaml", &format!("Resources: {{A: {{Type: 'a::b', Properties: {}", "!Sub [".repeat(DEEP)));
    survives("a.drawio", &deep("<a>", "</a>"));
    survives("a.tf", &"a {\n".repeat(DEEP));
    survives("a.proto", &"message A { ".repeat(DEEP));
    survives("a.graphql", &format!("type Q {{ a: {}Int", "[".repeat(DEEP)));
    survives("a.yaml", &format!("apiVersion: v1\n{}", "{{ if .a }}".repeat(DEEP)));
}

#[test]
fn bombs_of_aliases_and_entities() {
    let mut yaml =
        String::from("apiVersion: v1\nkind: Pod\nmetadata: {name: bomb}\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let before = level - 1;
        writeln!(yaml, "a{level}: &a{level} [{}*a{before}]", format!("*a{before}, ").repeat(8)).unwrap();
    }
    survives("bomb.yaml", &yaml);
    let mut merged = String::from("apiVersion: v1\nkind: Pod\nm0: &m0 {a: 1, b: 2}\n");
    for level in 1..40 {
        let before = level - 1;
        writeln!(merged, "m{level}: &m{level} {{<<: [*m{before}, *m{before}], c{level}: 1}}").unwrap();
    }
    survives("merge.yaml", &merged);
    let mut xml = String::from("<!DOCTYPE mxfile [<!ENTITY a0 \"aaaaaaaaaa\">");
    for level in 1..20 {
        write!(xml, "<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10)).unwrap();
    }
    survives("bomb.drawio", &format!("{xml}]><mxfile>&a19;</mxfile>"));
}

#[test]
fn large_files_of_one_long_line() {
    let entries: Vec<String> = (0..20_000).map(|at| format!("\"/p{at}\": {{\"get\": {{\"security\": []}}}}")).collect();
    survives("wide.json", &format!("{{\"openapi\": \"3.0.0\", \"paths\": {{{}}}}}", entries.join(",")));
    let flow: Vec<String> = (0..20_000).map(|at| format!("/p{at}: {{get: {{security: []}}}}")).collect();
    survives("wide.yaml", &format!("{{openapi: 3.0.0, ö: 1, paths: {{{}}}}}", flow.join(", ")));
    let edges: Vec<String> = (0..20_000).map(|at| format!("n{at} --> n{}", at + 1)).collect();
    survives("wide.mmd", &format!("flowchart LR;{}", edges.join(";")));
    survives("fan.mmd", &format!("flowchart LR\n{0} --> {0}", vec!["a"; 3_000].join(" & ")));
    survives("wide.dot", &format!("digraph {{ {} }}", "a -> b; ".repeat(50_000)));
    survives("wide.d2", &"a -> b: x; ".repeat(20_000));
    survives("chain.d2", &"a -> ".repeat(20_000));
    survives("quote.d2", &"a: \"".repeat(20_000));
    survives("pipes.d2", &"a: |".repeat(20_000));
    survives("wide.dsl", &format!("workspace {{\n{}", "a -> b \"x\"\n".repeat(20_000)));
    survives(
        "many.yaml",
        &format!("Resources:\n{}", "  A: {Type: 'AWS::SQS::Queue', Properties: {A: !Ref A}}\n".repeat(3_000)),
    );
    survives("keys.sql", &"password=".repeat(20_000));
    survives("open.drawio", &"<a ".repeat(50_000));
    let schemas: Vec<String> = (0..20_000)
        .map(|at| {
            format!(
                "\"s{at}\":{{\"properties\":{{\"email{at}\":{{\"$ref\":\"#/components/schemas/s{}\"}}}}}}",
                20_000 - at
            )
        })
        .collect();
    let schemes: Vec<String> = (0..20_000).map(|at| format!("\"k{at}\":{{\"type\":\"mutualTLS\"}}")).collect();
    let paths: Vec<String> =
        (0..20_000).map(|at| format!("\"/p{at}\":{{\"get\":{{\"security\":[{{\"k{at}\":[]}}]}}}}")).collect();
    survives(
        "links.json",
        &format!(
            "{{\"openapi\":\"3.0.0\",\"paths\":{{{}}},\"components\":{{\"schemas\":{{{}}},\"securitySchemes\":{{{}}}}}}}",
            paths.join(","),
            schemas.join(","),
            schemes.join(",")
        ),
    );
    survives("wide.graphql", &format!("type Query {{ {} }}", "a(email: String): B @x ".repeat(20_000)));
    let fields: Vec<String> = (0..20_000).map(|at| format!("string email{at} = {at};")).collect();
    survives("wide.proto", &format!("syntax = \"proto3\"; message M {{ {} }}", fields.join(" ")));
    survives(
        "observed/wide.log",
        &"1.2.3.4 - - [12/Mar/2026:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 1 ".repeat(20_000),
    );
    survives("observed/deep.jsonl", &"{\"a\":[".repeat(50_000));
    survives("observed/zeek.log", &format!("#separator \\x09\n#fields\t{}\n", "id.orig_h\t".repeat(20_000)));
    survives("requirements.txt", &"openai\n".repeat(20_000));
    survives("quote.sql", &format!("CREATE TABLE t ({}", "a '".repeat(50_000)));
    survives("many.sql", &"CREATE TABLE t (".repeat(20_000));
    survives("grant.sql", &"grant a on ".repeat(20_000));
}
