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
    let files = [
        ("openapi", "api.yaml", Format::Yaml, &openapi),
        ("kubernetes", "deploy.yaml", Format::Yaml, &kubernetes),
        ("terraform", "main.tf", Format::Hcl, &terraform),
        ("mermaid", "a.mmd", Format::Diagram, &mermaid),
        ("sql", "a.sql", Format::Source, &sql),
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
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
