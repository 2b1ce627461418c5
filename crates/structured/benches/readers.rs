//! Throughput of each reader on a file of about a megabyte, and in the same run that of the bare parser of the format: events of
//! YAML, values of JSON, the syntax tree of HCL, the tree of XML. Notations without a parser of their own are compared with
//! splitting the text into lines.

use std::collections::BTreeMap;
use std::hint::black_box;

use cairn_model::{Document, DocumentId, Format, Revision, SourceType};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const BYTES: usize = 1_000_000;

/// Name, path, format, head of the file, the part that repeats with its number in it, end of the file.
type File = (&'static str, &'static str, Format, &'static str, &'static str, &'static str);

const FILES: &[File] = &[
    (
        "openapi",
        "api.yaml",
        Format::Yaml,
        "openapi: 3.0.0\ninfo: {title: Bench}\npaths:\n",
        "  /orders/NUMBER:\n    get:\n      security: []\n      parameters:\n        - {name: email, in: query}\n      responses: {'200': {description: fine}}\n",
        "",
    ),
    (
        "kubernetes",
        "deploy.yaml",
        Format::Yaml,
        "",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-NUMBER\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: app:1\n        env:\n        - {name: DB_URL, value: 'postgres://db-NUMBER:5432/x'}\n---\n",
        "",
    ),
    (
        "compose",
        "compose.yaml",
        Format::Yaml,
        "services:\n",
        "  app-NUMBER:\n    image: app:1\n    environment: {DB_URL: 'postgres://db-NUMBER:5432/x'}\n    networks: [back]\n    read_only: true\n",
        "",
    ),
    (
        "github actions",
        ".github/workflows/a.yml",
        Format::Yaml,
        "name: bench\non: push\njobs:\n",
        "  job-NUMBER:\n    runs-on: x\n    steps:\n      - uses: a/b-NUMBER@v1\n      - run: make\n        env: {T: '${{ secrets.T_NUMBER }}'}\n",
        "",
    ),
    (
        "gitlab ci",
        ".gitlab-ci.yml",
        Format::Yaml,
        "stages: [a]\n",
        "job-NUMBER:\n  stage: a\n  image: app:NUMBER\n  script: [make]\n  environment: prod-NUMBER\n",
        "",
    ),
    (
        "cloudformation",
        "stack.yaml",
        Format::Yaml,
        "AWSTemplateFormatVersion: x\nResources:\n",
        "  QueueNUMBER:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: queue-NUMBER\n      SqsManagedSseEnabled: true\n",
        "",
    ),
    (
        "terraform",
        "main.tf",
        Format::Hcl,
        "",
        "resource \"aws_sqs_queue\" \"queue_NUMBER\" {\n  name                    = \"queue-NUMBER\"\n  sqs_managed_sse_enabled = true\n}\n",
        "",
    ),
    (
        "terraform plan",
        "plan.json",
        Format::Json,
        "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"resources\":[",
        "{\"address\":\"aws_sqs_queue.q_NUMBER\",\"type\":\"aws_sqs_queue\",\"name\":\"q_NUMBER\",\"values\":{\"name\":\"queue-NUMBER\",\"sqs_managed_sse_enabled\":true}},\n",
        "{}]}}}",
    ),
    (
        "drawio",
        "a.drawio",
        Format::Diagram,
        "<mxfile><diagram><mxGraphModel><root>",
        "<mxCell id=\"aNUMBER\" value=\"Service NUMBER\" style=\"rounded=1;\" vertex=\"1\" parent=\"1\"/>\n",
        "</root></mxGraphModel></diagram></mxfile>",
    ),
    (
        "mermaid",
        "a.mmd",
        Format::Diagram,
        "flowchart LR\n",
        "  aNUMBER[Service NUMBER] -->|HTTPS| bNUMBER[(Store NUMBER)]\n",
        "",
    ),
    (
        "plantuml",
        "a.puml",
        Format::Diagram,
        "@startuml\n",
        "[Service NUMBER] --> [Store NUMBER] : HTTPS\n",
        "@enduml\n",
    ),
    ("dot", "a.dot", Format::Diagram, "digraph {\n", "  aNUMBER -> bNUMBER [label=\"HTTPS\"];\n", "}\n"),
    ("d2", "a.d2", Format::Diagram, "", "a NUMBER: Service NUMBER\na NUMBER -> b NUMBER: HTTPS\n", ""),
    (
        "structurizr",
        "a.dsl",
        Format::Diagram,
        "workspace {\nmodel {\n",
        "aNUMBER = person \"Guest NUMBER\"\naNUMBER -> b \"asks\" \"HTTPS\"\n",
        "}\n}\n",
    ),
    ("sql", "a.sql", Format::Source, "", "CREATE TABLE t_NUMBER (\n  id bigint,\n  email text,\n  note text\n);\n", ""),
    ("codeowners", "CODEOWNERS", Format::Plain, "", "/folder/NUMBER/ @team/NUMBER\n", ""),
    (
        "asyncapi",
        "async.yaml",
        Format::Yaml,
        "asyncapi: 2.6.0\ninfo: {title: Bench}\nchannels:\n",
        "  orders.NUMBER:\n    publish:\n      message: {name: Order, payload: {properties: {email: {type: string}}}}\n",
        "",
    ),
    (
        "protobuf",
        "a.proto",
        Format::Source,
        "syntax = \"proto3\";\n",
        "message MNUMBER {\n  string email = 1;\n  int64 id = 2;\n}\nservice SNUMBER {\n  rpc Get(MNUMBER) returns (MNUMBER);\n}\n",
        "",
    ),
    (
        "graphql",
        "a.graphql",
        Format::Source,
        "",
        "type TNUMBER {\n  id: ID!\n  email: String @deprecated\n  other(first: Int): [String!]!\n}\n",
        "",
    ),
    (
        "access log",
        "access.log",
        Format::Log,
        "",
        "10.0.0.1 - - [12/Mar/2026:10:00:00 +0000] \"GET /orders/NUMBER?page=1 HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n",
        "",
    ),
    (
        "traces",
        "traces.jsonl",
        Format::Log,
        "",
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}}]},\"scopeSpans\":[{\"spans\":[{\"spanId\":\"NUMBER\",\"kind\":2,\"attributes\":[{\"key\":\"http.request.method\",\"value\":{\"stringValue\":\"GET\"}},{\"key\":\"http.route\",\"value\":{\"stringValue\":\"/orders\"}}]}]}]}]}\n",
        "",
    ),
];

fn readers(criterion: &mut Criterion) {
    for (name, path, format, head, part, end) in FILES {
        let text = repeated(head, part, end);
        let document = document(path, *format, &text);
        let mut group = criterion.benchmark_group(*name);
        group.sample_size(10);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("reader", |bench| bench.iter(|| cairn_structured::read(black_box(&document))));
        group.bench_function("bare", |bench| bench.iter(|| bare(path, *format, black_box(&text))));
        group.finish();
    }
}

/// The parser of the format and nothing else; the number keeps its work from being dropped.
fn bare(path: &str, format: Format, text: &str) -> usize {
    match format {
        Format::Yaml => saphyr_parser::Parser::new_from_str(text).count(),
        Format::Json => serde_json::from_str::<serde_json::Value>(text).map_or(0, |value| value.to_string().len()),
        Format::Hcl => hcl_edit::parser::parse_body(text).map_or(0, |body| body.len()),
        Format::Source if path.ends_with("proto") => {
            protox_parse::parse(path, text).map_or(0, |file| file.message_type.len())
        }
        Format::Source if path.ends_with("graphql") => apollo_parser::Parser::new(text).parse().errors().len(),
        Format::Log if path.ends_with("jsonl") => {
            serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>().filter_map(Result::ok).count()
        }
        Format::Diagram if path.ends_with("drawio") => {
            roxmltree::Document::parse(text).map_or(0, |xml| xml.descendants().count())
        }
        _ => text.lines().map(|line| line.split_whitespace().count()).sum(),
    }
}

fn document(path: &str, format: Format, text: &str) -> Document {
    Document {
        id: DocumentId::of_path(path),
        path: path.to_owned(),
        title: path.to_owned(),
        source_type: SourceType::Deployment,
        format,
        modified: None,
        revision: Revision::of_bytes(text.as_bytes()),
        text: text.into(),
        blocks: Vec::new(),
        sections: Vec::new(),
        front_matter: BTreeMap::new(),
    }
}

/// `head` and then `part`, numbered, until the file is large enough, and `end`.
fn repeated(head: &str, part: &str, end: &str) -> String {
    let mut text = head.to_owned();
    let mut number = 0;
    while text.len() < BYTES {
        text.push_str(&part.replace("NUMBER", &number.to_string()));
        number += 1;
    }
    text + end
}

criterion_group!(benches, readers);
criterion_main!(benches);
