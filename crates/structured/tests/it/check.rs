//! Documents by hand, readings as text, and the promise that every quote stands in its document.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cairn_model::{Block, BlockKind, Document, DocumentId, Format, Revision, Run, SourceType, Span, Style};
use cairn_structured::{Reading, Siblings};

/// The document at `path` with `text`; code fences become blocks when the path is a Markdown file's.
pub(crate) fn document(path: &str, text: &str) -> Document {
    let format = if path.starts_with("observed/") { Format::Log } else { format_of(path) };
    Document {
        id: DocumentId::of_path(path),
        path: path.to_owned(),
        title: path.to_owned(),
        source_type: SourceType::Deployment,
        format,
        modified: None,
        revision: Revision::of_bytes(text.as_bytes()),
        text: text.into(),
        blocks: if format == Format::Markdown { fences(text) } else { Vec::new() },
        sections: Vec::new(),
        front_matter: BTreeMap::new(),
    }
}

fn format_of(path: &str) -> Format {
    match path.rsplit('.').next().unwrap_or_default() {
        "md" => Format::Markdown,
        "json" => Format::Json,
        "yaml" | "yml" => Format::Yaml,
        "tf" | "hcl" | "tofu" | "tfvars" => Format::Hcl,
        "mmd" | "puml" | "dot" | "d2" | "drawio" | "dsl" => Format::Diagram,
        "proto" | "sql" | "graphql" | "toml" | "mod" => Format::Source,
        _ => Format::Plain,
    }
}

fn fences(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String, Vec<Run>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let tag = content.trim_start().strip_prefix("```");
        open = match (open, tag) {
            (None, Some(tag)) => Some((at, tag.trim().to_lowercase(), Vec::new())),
            (Some((start, tag, runs)), Some(_)) => {
                let span = Span::new(start, at + content.len());
                blocks.push(Block { kind: BlockKind::Code(tag), span, cells: vec![runs] });
                None
            }
            (Some((start, tag, mut runs)), None) => {
                let span = Span::new(at, at + content.len());
                runs.push(Run { span, style: Style::default(), after_break: !runs.is_empty() });
                Some((start, tag, runs))
            }
            (None, None) => None,
        };
        at += line.len();
    }
    blocks
}

/// Reads `text` as the file at `path`, checks every quote, and prints one claim a line, without the repeated fields.
pub(crate) fn claims(path: &str, text: &str) -> String {
    let document = document(path, text);
    let reading = cairn_structured::read(&document);
    quotes_stand(&document, &reading);
    print(&reading)
}

/// Reads the first of `files` (path and text) beside the others, checks every quote in the document it names, and prints the
/// claims with the paths of quotes from other documents.
pub(crate) fn claims_among(files: &[(&str, &str)]) -> String {
    let documents: Vec<Document> = files.iter().map(|(path, text)| document(path, text)).collect();
    let (first, others) = documents.split_first().expect("there is a file to read");
    let reading = cairn_structured::read_among(first, &Siblings::of(others));
    let mut printed = print(&reading);
    for quote in reading.claims.iter().flat_map(|claim| &claim.evidence) {
        let cited =
            documents.iter().find(|document| document.id == quote.document).expect("a quote names its document");
        let at = quote.at.expect("a reader knows where it read");
        assert_eq!(cited.text.get(at..at + quote.text.len()), Some(quote.text.as_str()), "{quote:?}");
        if cited.path != first.path {
            let shown = format!("{:?}", quote.text);
            let named = format!("{}:{shown}", cited.path);
            printed = printed.replace(&named, &shown).replace(&shown, &named);
        }
    }
    printed
}

/// The reading as lines: status, statement, quotes with their lines; then what was not understood.
fn print(reading: &Reading) -> String {
    let mut out = String::new();
    for claim in &reading.claims {
        let quotes: Vec<String> = claim.evidence.iter().map(|quote| format!("{:?}", quote.text)).collect();
        let statement = serde_json::to_string(&claim.statement).expect("statements are plain data");
        let status = if claim.status == cairn_model::Status::Implemented {
            String::new()
        } else {
            format!("{} ", claim.status.to_string().to_uppercase())
        };
        writeln!(out, "{status}{statement} <- {}", quotes.join(" + ")).expect("a string takes everything");
    }
    for part in &reading.not_understood {
        writeln!(out, "? {part}").expect("a string takes everything");
    }
    out
}

/// Every claim has quotes, and every quote is the document's own bytes, of readable length.
pub(crate) fn quotes_stand(document: &Document, reading: &Reading) {
    for claim in &reading.claims {
        assert!(!claim.evidence.is_empty(), "no evidence: {claim:?}");
        assert!(claim.extractor.starts_with("structured/"), "{claim:?}");
        for quote in &claim.evidence {
            let at = quote.at.expect("a reader knows where it read");
            assert_eq!(document.text.get(at..at + quote.text.len()), Some(quote.text.as_str()), "{claim:?}");
            assert!((8..=400).contains(&quote.text.len()), "length {}: {claim:?}", quote.text.len());
        }
    }
}
