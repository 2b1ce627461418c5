//! Documents from text, and claims as lines.

use cairn_ingest::Limits;
use cairn_model::{Claim, Document, Statement, Term as _};

/// A document at `path`.
pub(crate) fn document(path: &str, text: &str) -> Document {
    cairn_ingest::read(path, text.as_bytes(), Limits { document_bytes_max: 1 << 20 })
        .expect("the test's text is readable")
}

/// All claims of documents that form one corpus.
pub(crate) fn claims(documents: &[Document]) -> Vec<Claim> {
    let surveys: Vec<_> = documents.iter().map(cairn_prose::survey).collect();
    let lexicon = cairn_prose::gather(&surveys);
    documents.iter().flat_map(|document| cairn_prose::read(document, &lexicon)).collect()
}

/// The claims of one kind that a Markdown page makes, one line each, without repetitions.
pub(crate) fn lines(kind: &str, text: &str) -> Vec<String> {
    lines_at("docs/design.md", kind, text)
}

/// The same for a page at `path`.
pub(crate) fn lines_at(path: &str, kind: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = claims(&[document(path, text)])
        .iter()
        .filter(|claim| claim.statement.kind().as_str() == kind)
        .map(line)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

fn line(claim: &Claim) -> String {
    let what = match &claim.statement {
        Statement::Component(it) => format!("{} ({})", it.name, it.component_type.map_or("?", |kind| kind.as_str())),
        Statement::Boundary(it) => {
            format!("{} ({}) {}", it.name, it.boundary_type.map_or("?", |kind| kind.as_str()), it.members.join("+"))
        }
        Statement::Flow(it) => {
            let parts =
                [it.protocol.as_deref(), it.encryption.as_deref().filter(|text| *text == "none").map(|_| "plaintext")];
            let said: Vec<&str> = parts.into_iter().flatten().chain(it.data.iter().map(String::as_str)).collect();
            format!("{} -> {} [{}]", it.source, it.target, said.join(", "))
        }
        Statement::Data(it) => format!(
            "{} ({}) at {} {}",
            it.name,
            it.classification.map_or("?", |class| class.as_str()),
            it.component.as_deref().unwrap_or("?"),
            it.retention.as_deref().unwrap_or_default()
        ),
        Statement::Endpoint(it) => format!("{} {}", it.method.as_deref().unwrap_or("any"), it.path),
        Statement::Control(it) => format!("{} on {}", it.control_type, it.on.join("+")),
        Statement::Permission(it) => format!("{} | {} | {}", it.principal, it.action, it.resource),
        Statement::Assumption(it) => it.statement.clone(),
        Statement::Decision(it) => it.statement.clone(),
        Statement::AcceptedRisk(it) => format!(
            "{} (owner {}, until {})",
            it.statement,
            it.owner.as_deref().unwrap_or("?"),
            it.expires_on.as_deref().unwrap_or("?")
        ),
        Statement::Question(it) => it.statement.clone(),
        Statement::Incident(it) => it.statement.clone(),
    };
    format!("{what}: {}", claim.status)
}

/// Fails with all lines when `expected` is not among them.
#[track_caller]
pub(crate) fn has(lines: &[String], expected: &str) {
    assert!(lines.iter().any(|line| line == expected), "`{expected}` is not among {lines:#?}");
}

/// Fails when any line contains `unexpected`.
#[track_caller]
pub(crate) fn lacks(lines: &[String], unexpected: &str) {
    assert!(!lines.iter().any(|line| line.contains(unexpected)), "`{unexpected}` is in {lines:#?}");
}

/// A table that introduces the components the small texts talk about.
pub(crate) const PARTS: &str = "# Heron\n\n| Service | Purpose |\n| --- | --- |\n| order service | Takes orders. |\n| billing worker | Charges cards. |\n| ledger database | Keeps entries. |\n| job queue | Holds work. |\n| edge proxy | Faces the internet. |\n\n";
