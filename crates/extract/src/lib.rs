//! Who reads what: the plan of extraction, its cache keys, and its execution.
//!
//! Every document is read by the structured readers (exact facts: API specs, deployment files, diagrams, records of traffic)
//! and, unless it is a record of traffic, by the embedded prose extractor. The prose extractor needs the names of the whole corpus first, so planning surveys all
//! documents; the plan then holds one [`Unit`] for each document with a key made of everything its claims depend on, the
//! documents it refers to included. A unit whose key is known from an earlier run need not be run again.
//!
//! Where a team has a language model, [`prompted`] plans what it is asked about the same documents and reads its answers.
//!
//! What is read and how is the business of `cairn-structured` and `cairn-prose`; keeping results is that of `cairn-store`.

pub mod prompted;

mod census;

use std::collections::BTreeMap;

use cairn_model::{BlockKind, Claim, Document, Format, NotUnderstood, Quote, Span, content_hash};
use cairn_prose::Lexicon;
use cairn_structured::Siblings;
use rayon::prelude::*;

pub use cairn_prose::Spoken;
pub use census::{Census, Replan, replan};

/// The readers that need no model, with their versions.
pub const EXTRACTORS: [&str; 2] = [cairn_prose::EXTRACTOR, cairn_structured::EXTRACTOR];

/// Languages of code blocks that are diagrams.
const NOTATIONS: [&str; 9] = ["mermaid", "mmd", "plantuml", "puml", "uml", "dot", "graphviz", "d2", "structurizr"];

/// What is to be read, in the order of the documents given.
#[derive(Debug)]
pub struct Plan {
    /// One unit for each document.
    pub units: Vec<Unit>,
    /// The words of the documents, in the order of the units.
    pub spoken: Vec<Spoken>,
    /// What the units rest on beside their documents.
    pub census: Census,
    lexicon: Lexicon,
}

/// The reading of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Hash of all that the claims depend on: extractors, path, content, the documents referred to, and the part of the
    /// corpus-wide lexicon that can influence this document.
    pub key: String,
    /// Index of the document in the list that was planned.
    pub document: usize,
    /// Indices of the documents that it refers to, such as the parts of an API description.
    pub references: Vec<usize>,
}

/// The claims of one unit, with what no reader understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extraction {
    /// What the document says.
    pub claims: Vec<Claim>,
    /// Parts of structured files that no reader understands.
    pub not_understood: Vec<NotUnderstood>,
}

/// Hash of the whole input of a plan. While it stays the same, every unit's key stays the same, so that an unchanged corpus
/// needs no survey. The order of the documents does not count.
pub fn corpus_key(documents: &[Document]) -> String {
    corpus_key_of(documents.iter().map(|document| (document.path.as_str(), document.revision.as_str())))
}

/// As [`corpus_key`], of the paths and revisions of documents.
pub fn corpus_key_of<'d>(documents: impl IntoIterator<Item = (&'d str, &'d str)>) -> String {
    let mut entries: Vec<(&str, &str)> = documents.into_iter().collect();
    entries.sort_unstable();
    let mut parts = EXTRACTORS.to_vec();
    parts.extend(entries.iter().flat_map(|(path, revision)| [*path, *revision]));
    content_hash(&parts)
}

/// Surveys the documents (sorted by path) and says what is to be read.
pub fn plan(documents: &[Document]) -> Plan {
    let names = census::names(documents);
    let lexicon = names.lexicon();
    let siblings = Siblings::of(documents);
    let places: BTreeMap<&str, usize> =
        documents.iter().enumerate().map(|(index, document)| (document.path.as_str(), index)).collect();
    let planned: Vec<(Unit, Spoken, Vec<String>)> = documents
        .par_iter()
        .enumerate()
        .map(|(index, document)| {
            let paths = cairn_structured::references(document, &siblings);
            let references: Vec<usize> = paths.iter().filter_map(|path| places.get(path.as_str()).copied()).collect();
            let (key, spoken) = unit_key(document, documents, &references, &lexicon);
            (Unit { key, document: index, references }, spoken, paths)
        })
        .collect();
    let (mut units, mut spoken, mut references) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (document, (unit, words, paths)) in documents.iter().zip(planned) {
        units.push(unit);
        spoken.push(words);
        if !paths.is_empty() {
            references.insert(document.path.clone(), paths);
        }
    }
    Plan { units, spoken, census: Census { names, references }, lexicon }
}

/// Reads one document of the plan; `documents` are those that were planned.
pub fn run(plan: &Plan, unit: &Unit, documents: &[Document]) -> Extraction {
    let Some(document) = documents.get(unit.document) else { return Extraction::default() };
    // Only what the key covers may be followed into.
    let siblings = Siblings::of(unit.references.iter().filter_map(|index| documents.get(*index)));
    let structured = cairn_structured::read_among(document, &siblings);
    let mut claims = structured.claims;
    if !has_sentences(document) {
        return Extraction { claims, not_understood: structured.not_understood };
    }
    let diagrams = diagrams(document);
    let drawn =
        |quote: &Quote| quote.at.is_some_and(|at| diagrams.iter().any(|span| (span.start..span.end).contains(&at)));
    claims.extend(
        cairn_prose::read(document, &plan.lexicon).into_iter().filter(|claim| !claim.evidence.iter().any(drawn)),
    );
    Extraction { claims, not_understood: structured.not_understood }
}

/// Records of traffic hold no sentence, and whatever looks like one was typed by strangers.
fn has_sentences(document: &Document) -> bool {
    document.format != Format::Log
}

/// Where diagrams stand: their arrows and labels are no sentences, and a reader of their own understands them.
fn diagrams(document: &Document) -> Vec<Span> {
    if document.format == Format::Diagram {
        return vec![Span { start: 0, end: document.text.len() }];
    }
    let is_diagram =
        |kind: &BlockKind| matches!(kind, BlockKind::Code(language) if NOTATIONS.contains(&language.as_str()));
    document.blocks.iter().filter(|block| is_diagram(&block.kind)).map(|block| block.span).collect()
}

fn unit_key(document: &Document, documents: &[Document], references: &[usize], lexicon: &Lexicon) -> (String, Spoken) {
    let (context, spoken) = cairn_prose::context(document, lexicon);
    let mut parts = vec![
        cairn_structured::EXTRACTOR,
        cairn_prose::EXTRACTOR,
        &document.path,
        document.revision.as_str(),
        context.as_str(),
    ];
    for other in references.iter().filter_map(|index| documents.get(*index)) {
        parts.extend([other.path.as_str(), other.revision.as_str()]);
    }
    (content_hash(&parts), spoken)
}
