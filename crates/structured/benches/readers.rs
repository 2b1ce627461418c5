//! Throughput of each reader on a file of about a megabyte, beside the bare parser of the format where there is one.

use std::collections::BTreeMap;
use std::hint::black_box;

use cairn_model::{Document, DocumentId, Format, Revision, SourceType};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const BYTES: usize = 1_000_000;

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

/// `head` and then `part`, numbered, until the file is large enough.
fn repeated(head: &str, part: &str) -> String {
    let mut text = head.to_owned();
    let mut number = 0;
    while text.len() < BYTES {
        text.push_str(&part.replace("NUMBER", &number.to_string()));
        number += 1;
    }
    text
}

fn readers(criterion: &mut Criterion) {
    let openapi = repeated(
        "openapi: 3.0.0\ninfo: {title: Bench}\npaths:\n",
        "  /orders/NUMBER:\n    get:\n      security: []\n      parameters:\n        - {name: email, in: query}\n      responses: {'200': {description: fine}}\n",
    );
    let kubernetes = repeated(
        "",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-NUMBER\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: app:1\n        env:\n        - {name: DB_URL, value: 'postgres://db-NUMBER:5432/x'}\n---\n",
    );
    let terraform = repeated(
        "",
        "resource \"aws_sqs_queue\" \"queue_NUMBER\" {\n  name                    = \"queue-NUMBER\"\n  sqs_managed_sse_enabled = true\n}\n",
    );
    let mermaid = repeated("flowchart LR\n", "  aNUMBER[Service NUMBER] -->|HTTPS| bNUMBER[(Store NUMBER)]\n");
    let sql = repeated("", "CREATE TABLE t_NUMBER (\n  id bigint,\n  email text,\n  note text\n);\n");
    let asyncapi = repeated(
        "asyncapi: 2.6.0\ninfo: {title: Bench}\nchannels:\n",
        "  orders.NUMBER:\n    publish:\n      message: {name: Order, payload: {properties: {email: {type: string}}}}\n",
    );
    let protobuf = repeated(
        "syntax = \"proto3\";\n",
        "message MNUMBER {\n  string email = 1;\n  int64 id = 2;\n}\nservice SNUMBER {\n  rpc Get(MNUMBER) returns (MNUMBER);\n}\n",
    );
    let graphql =
        repeated("", "type TNUMBER {\n  id: ID!\n  email: String @deprecated\n  other(first: Int): [String!]!\n}\n");
    let access = repeated(
        "",
        "10.0.0.1 - - [12/Mar/2026:10:00:00 +0000] \"GET /orders/NUMBER?page=1 HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n",
    );
    let spans = repeated(
        "",
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}}]},\"scopeSpans\":[{\"spans\":[{\"spanId\":\"NUMBER\",\"kind\":2,\"attributes\":[{\"key\":\"http.request.method\",\"value\":{\"stringValue\":\"GET\"}},{\"key\":\"http.route\",\"value\":{\"stringValue\":\"/orders\"}}]}]}]}]}\n",
    );
    let files = [
        ("openapi", "api.yaml", Format::Yaml, &openapi),
        ("kubernetes", "deploy.yaml", Format::Yaml, &kubernetes),
        ("terraform", "main.tf", Format::Hcl, &terraform),
        ("mermaid", "a.mmd", Format::Diagram, &mermaid),
        ("sql", "a.sql", Format::Source, &sql),
        ("asyncapi", "async.yaml", Format::Yaml, &asyncapi),
        ("protobuf", "a.proto", Format::Source, &protobuf),
        ("graphql", "a.graphql", Format::Source, &graphql),
        ("access log", "access.log", Format::Log, &access),
        ("traces", "traces.jsonl", Format::Log, &spans),
    ];
    let mut group = criterion.benchmark_group("readers");
    group.sample_size(10);
    for (name, path, format, text) in files {
        let document = document(path, format, text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bench| bench.iter(|| cairn_structured::read(black_box(&document))));
    }
    group.throughput(Throughput::Bytes(kubernetes.len() as u64));
    group.bench_function("bare YAML events", |bench| {
        bench.iter(|| saphyr_parser::Parser::new_from_str(black_box(&kubernetes)).count());
    });
    group.throughput(Throughput::Bytes(terraform.len() as u64));
    group.bench_function("bare HCL", |bench| bench.iter(|| hcl_edit::parser::parse_body(black_box(&terraform))));
    group.throughput(Throughput::Bytes(protobuf.len() as u64));
    group.bench_function("bare protobuf", |bench| bench.iter(|| protox_parse::parse("a.proto", black_box(&protobuf))));
    group.throughput(Throughput::Bytes(graphql.len() as u64));
    group.bench_function("bare GraphQL", |bench| {
        bench.iter(|| apollo_parser::Parser::new(black_box(&graphql)).parse().errors().len());
    });
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
