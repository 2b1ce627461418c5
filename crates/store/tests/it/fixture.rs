//! Records for tests.

use std::sync::Arc;

use cairn_model::{
    Claim, ComponentClaim, Confidence, Date, DocumentId, Format, Quote, Revision, SourceType, Statement, Status,
};
use cairn_store::{ClaimUnit, StoredDocument};

pub(crate) fn document(path: &str, text: &str) -> StoredDocument {
    StoredDocument {
        id: DocumentId::of_path(path),
        path: path.to_owned(),
        title: format!("About {path}"),
        source_type: SourceType::Design,
        format: Format::Markdown,
        modified: Date::parse("2023-02-28"),
        revision: Revision::of_bytes(text.as_bytes()),
        text: Arc::from(text),
    }
}

/// A unit with one claim, that there is a component `name`.
pub(crate) fn unit(key: &str, path: &str, name: &str) -> ClaimUnit {
    let document = DocumentId::of_path(path);
    let claim = Claim {
        statement: Statement::Component(ComponentClaim { name: name.to_owned(), ..ComponentClaim::default() }),
        status: Status::Implemented,
        evidence: vec![Quote { document: document.clone(), text: name.to_owned(), at: None }],
        extractor: "test/1".to_owned(),
        confidence: Confidence::thousandths(900),
    };
    ClaimUnit { key: key.to_owned(), document, claims: vec![claim] }
}
