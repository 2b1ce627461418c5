//! How long a large system takes: ten claims in each document, a component for every tenth claim; and how long it takes when
//! one of its documents changes.

use cairn_model::{
    Claim, ComponentClaim, ComponentType, Confidence, ControlClaim, ControlType, DataClaim, Document, DocumentId,
    FlowClaim, Format, Quote, Revision, SourceType, Span, Statement, Status,
};
use cairn_validate::{Incremental, Policy};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const CLAIMS_PER_DOCUMENT: usize = 10;

fn growth(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validate");
    group.sample_size(10);
    for documents in [100, 1_000, 10_000, 100_000] {
        let claims = documents * CLAIMS_PER_DOCUMENT;
        group.throughput(Throughput::Elements(claims as u64));
        group.bench_function(BenchmarkId::from_parameter(claims), |bencher| {
            let (documents, claims) = corpus(documents);
            bencher.iter(|| cairn_validate::validate(&documents, &claims));
        });
    }
    group.finish();
}

/// One document of ten thousand changes: in what it says of things, and in what it calls them.
fn update(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("update one document");
    group.sample_size(10);
    let (documents, claims) = corpus(10_000);
    let policy = Policy::default();
    let sources = documents.iter().zip(claims.chunks(CLAIMS_PER_DOCUMENT));
    let (document, before) = sources.clone().nth(4_242).expect("there are ten thousand documents");
    let edits = [("attributes", other_attributes(before)), ("names", other_names(before))];
    let mut model = Incremental::new(sources, &policy);
    for (name, after) in &edits {
        let mut versions = [after.as_slice(), before].into_iter().cycle();
        group.bench_function(*name, |bencher| {
            bencher.iter(|| versions.next().map(|claims| model.replace(document, claims)));
        });
        model.replace(document, before);
    }
    group.finish();
}

fn other_attributes(claims: &[Claim]) -> Vec<Claim> {
    let mut claims = claims.to_vec();
    for claim in &mut claims {
        claim.status = Status::Implemented;
        match &mut claim.statement {
            Statement::Component(body) => body.owner = Some("platform team".to_owned()),
            Statement::Flow(body) => body.encryption = Some("mTLS".to_owned()),
            Statement::Control(body) => body.mechanism = Some("passkeys".to_owned()),
            _ => {}
        }
    }
    claims
}

fn other_names(claims: &[Claim]) -> Vec<Claim> {
    let mut claims = claims.to_vec();
    for claim in &mut claims {
        if let Statement::Data(body) = &mut claim.statement {
            body.name.push_str(" of the cellar");
        }
    }
    claims
}

fn corpus(documents: usize) -> (Vec<Document>, Vec<Claim>) {
    let read: Vec<Document> = (0..documents).map(document).collect();
    let claims =
        read.iter().enumerate().flat_map(|(number, document)| claims_of(number, documents, document)).collect();
    (read, claims)
}

fn document(number: usize) -> Document {
    let path = format!("docs/{number}.md");
    let lines = |line| format!("Line {line} of page {number} tells how the parts of the system work together.\n");
    let text: String = (0..CLAIMS_PER_DOCUMENT).map(lines).collect();
    Document {
        id: DocumentId::of_path(&path),
        title: path.clone(),
        path,
        source_type: SourceType::Design,
        format: Format::Plain,
        modified: None,
        revision: Revision::of_bytes(text.as_bytes()),
        sections: vec![cairn_model::Section { heading_path: Vec::new(), span: Span::new(0, text.len()), blocks: 0..0 }],
        blocks: Vec::new(),
        text: text.into(),
        front_matter: std::collections::BTreeMap::new(),
    }
}

fn claims_of(number: usize, documents: usize, document: &Document) -> Vec<Claim> {
    let part = |number: usize| format!("Part {} Service", number % documents);
    let (this, next) = (part(number), part(number * 7 + 1));
    let on = vec![this.clone()];
    let component = ComponentClaim {
        name: this.clone(),
        component_type: Some(ComponentType::Service),
        aliases: vec![format!("P{number}S")],
        ..ComponentClaim::default()
    };
    let flow = |target: &str, encryption: &str| {
        Statement::Flow(FlowClaim {
            source: this.clone(),
            target: target.to_owned(),
            encryption: Some(encryption.to_owned()),
            ..FlowClaim::default()
        })
    };
    let data =
        |name: String| Statement::Data(DataClaim { name, component: Some(this.clone()), ..DataClaim::default() });
    let control = |control_type, mechanism: Option<&str>| {
        Statement::Control(ControlClaim { control_type, on: on.clone(), mechanism: mechanism.map(str::to_owned) })
    };
    let statements = vec![
        Statement::Component(component.clone()),
        Statement::Component(ComponentClaim { name: next.clone(), ..ComponentClaim::default() }),
        flow(&next, "TLS"),
        flow(&next, "none"),
        flow("event bus", "TLS 1.3"),
        data(format!("record {}", number % 500)),
        data(format!("document {number}")),
        control(ControlType::Authentication, Some("JWT")),
        control(ControlType::Authentication, None),
        control(ControlType::AuditLogging, None),
    ];
    statements
        .into_iter()
        .enumerate()
        .map(|(line, statement)| Claim {
            statement,
            status: if line == 9 { Status::Absent } else { Status::Implemented },
            evidence: vec![Quote {
                document: document.id.clone(),
                text: format!("Line {line} of page {number} tells how the parts"),
                at: None,
            }],
            extractor: "bench".to_owned(),
            confidence: Confidence::default(),
        })
        .collect()
}

criterion_group!(benches, growth, update);
criterion_main!(benches);
