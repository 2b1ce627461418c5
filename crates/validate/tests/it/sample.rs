//! Small documents and claims about them, written so that a test reads as one sentence.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::{
    Block, BlockKind, BoundaryClaim, Claim, Component, ComponentClaim, ComponentType, Confidence, ControlClaim,
    ControlType, DataClaim, Date, Document, DocumentId, EndpointClaim, FlowClaim, Format, Quote, Revision, Run,
    Section, SourceType, Span, Statement, Status, Style, System,
};

/// A document of one paragraph a line.
pub(crate) fn document(path: &str, lines: &str) -> Document {
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in lines.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        if !span.is_empty() {
            let run = Run { span, style: Style::default(), after_break: false };
            blocks.push(Block { kind: BlockKind::Paragraph, span, cells: vec![vec![run]] });
        }
    }
    let section = Section { heading_path: Vec::new(), span: Span::new(0, lines.len()), blocks: 0..blocks.len() };
    Document {
        id: DocumentId::of_path(path),
        path: path.to_owned(),
        title: path.to_owned(),
        source_type: SourceType::Design,
        format: Format::Plain,
        modified: None,
        revision: Revision::of_bytes(lines.as_bytes()),
        text: Arc::from(lines),
        blocks,
        sections: vec![section],
        front_matter: BTreeMap::new(),
    }
}

/// The document as another kind of source.
pub(crate) fn of_type(source_type: SourceType, document: Document) -> Document {
    Document { source_type, ..document }
}

/// The document with a date.
pub(crate) fn dated(date: &str, document: Document) -> Document {
    Document { modified: Date::parse(date), ..document }
}

/// A claim quoting the whole text of `document`.
pub(crate) fn said_in(document: &Document, statement: Statement) -> Claim {
    quoting(document, document.text.trim(), statement)
}

/// A claim with one quote.
pub(crate) fn quoting(document: &Document, quote: &str, statement: Statement) -> Claim {
    let quote = Quote { document: document.id.clone(), text: quote.to_owned(), at: None };
    Claim {
        statement,
        status: Status::Implemented,
        evidence: vec![quote],
        extractor: "rules 1".to_owned(),
        confidence: Confidence::thousandths(900),
    }
}

/// The claim under another status.
pub(crate) fn as_status(status: Status, claim: Claim) -> Claim {
    Claim { status, ..claim }
}

pub(crate) fn component(name: &str) -> ComponentClaim {
    ComponentClaim { name: name.to_owned(), ..ComponentClaim::default() }
}

pub(crate) fn typed(name: &str, component_type: ComponentType) -> Statement {
    Statement::Component(ComponentClaim { component_type: Some(component_type), ..component(name) })
}

pub(crate) fn named(name: &str) -> Statement {
    Statement::Component(component(name))
}

pub(crate) fn aliased(name: &str, component_type: Option<ComponentType>, aliases: &[&str]) -> Statement {
    Statement::Component(ComponentClaim { component_type, aliases: strings(aliases), ..component(name) })
}

pub(crate) fn boundary(name: &str, members: &[&str]) -> Statement {
    Statement::Boundary(BoundaryClaim { name: name.to_owned(), boundary_type: None, members: strings(members) })
}

pub(crate) fn flow(source: &str, target: &str) -> FlowClaim {
    FlowClaim { source: source.to_owned(), target: target.to_owned(), ..FlowClaim::default() }
}

pub(crate) fn encrypted(source: &str, target: &str, encryption: &str) -> Statement {
    Statement::Flow(FlowClaim { encryption: Some(encryption.to_owned()), ..flow(source, target) })
}

pub(crate) fn data(name: &str, component: &str) -> DataClaim {
    DataClaim { name: name.to_owned(), component: Some(component.to_owned()), ..DataClaim::default() }
}

pub(crate) fn endpoint(component: &str, path: &str) -> EndpointClaim {
    EndpointClaim { path: path.to_owned(), component: Some(component.to_owned()), ..EndpointClaim::default() }
}

pub(crate) fn control(control_type: ControlType, on: &[&str], mechanism: Option<&str>) -> Statement {
    Statement::Control(ControlClaim { control_type, on: strings(on), mechanism: mechanism.map(str::to_owned) })
}

pub(crate) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The system of one design document that states each of `statements` on a line of its own.
pub(crate) fn system_of(statements: Vec<Statement>) -> System {
    let lines: Vec<String> = (0..statements.len()).map(|line| format!("Line number {line} says so.")).collect();
    let document = document("design.txt", &lines.join("\n"));
    let claims: Vec<Claim> =
        statements.into_iter().zip(&lines).map(|(statement, line)| quoting(&document, line, statement)).collect();
    cairn_validate::validate(&[document], &claims)
}

pub(crate) fn ids(components: &[Component]) -> Vec<&str> {
    components.iter().map(|component| component.id.as_str()).collect()
}
