//! Which reader a document is for: by its path where the name decides, by its format and content where it does not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_model::{Document, Format, LineIndex};

use crate::tree::{self, Forest};
use crate::{
    Reading, Siblings, asyncapi, codeowners, compose, dot, drawio, github, graphql, kubernetes, mermaid, observed,
    openapi, packages, plantuml, protobuf, records, sql, terraform,
};

/// Longer files are refused rather than read for minutes.
const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Reads `document` with the reader it is for. A parser that fails badly costs its document, not the run.
pub(crate) fn read(document: &Document, siblings: &Siblings<'_>) -> Reading {
    if document.text.len() > TEXT_BYTES_MAX {
        return refused(document, "longer than 32 MB");
    }
    catch_unwind(AssertUnwindSafe(|| dispatch(document, siblings)))
        .unwrap_or_else(|_| refused(document, "the parser of this format gave up on it"))
}

fn refused(document: &Document, why: &str) -> Reading {
    Reading { claims: Vec::new(), not_understood: vec![format!("{}:1 {why}", document.path)] }
}

fn dispatch(document: &Document, siblings: &Siblings<'_>) -> Reading {
    if codeowners::is(&document.path) {
        return codeowners::read(document);
    }
    if packages::is(&document.path) {
        return packages::read(document);
    }
    match (document.format, extension(document)) {
        (Format::Log, _) => observed::read(document),
        (Format::Yaml | Format::Json, _) => tree(document, siblings),
        (Format::Hcl, _) | (_, "tf" | "tofu") => terraform::read(document),
        (_, "mmd" | "mermaid") => mermaid::read(document),
        (_, "puml" | "plantuml" | "pu" | "iuml") => plantuml::read(document),
        (_, "dot" | "gv") => dot::read(document),
        (_, "drawio") => drawio::read(document),
        (_, "sql" | "ddl") => sql::read(document),
        (_, "proto") => protobuf::read(document),
        (_, "graphql" | "gql") => graphql::read(document),
        (Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc, _) => within_prose(document),
        (Format::Diagram | Format::Source, _) => refused(document, "a format that no reader knows yet"),
        (Format::Plain, _) => Reading::default(),
    }
}

/// What follows the last dot of the file's name.
fn extension(document: &Document) -> &str {
    document.path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension)
}

/// Diagrams and records in prose. Manifests and specifications in prose are examples more often than facts and stay unread.
fn within_prose(document: &Document) -> Reading {
    let mut reading = mermaid::read(document);
    for more in [plantuml::read(document), dot::read(document), records::read(document)] {
        reading.claims.extend(more.claims);
        reading.not_understood.extend(more.not_understood);
    }
    reading
}

fn tree(document: &Document, siblings: &Siblings<'_>) -> Reading {
    if !looks_like_tree(&document.text) {
        return Reading::default();
    }
    let forest = tree::parse(&document.text);
    let any = |is: fn(&tree::Node) -> bool| forest.trees.iter().any(is);
    if any(openapi::is) {
        openapi::read(document, &forest, siblings)
    } else if any(asyncapi::is) {
        asyncapi::read(document, &forest, siblings)
    } else if any(kubernetes::is) {
        kubernetes::read(document, &forest)
    } else if any(compose::is) {
        compose::read(document, &forest)
    } else if forest.trees.iter().any(|root| github::is(&document.path, root)) {
        github::read(document, &forest)
    } else {
        unread(document, &forest)
    }
}

/// A well-formed file of no known kind is none of ours; a broken one may have been.
fn unread(document: &Document, forest: &Forest) -> Reading {
    let lines = LineIndex::new(&document.text);
    let name = |(at, what): &(usize, String)| format!("{}:{} {what}", document.path, lines.line_of(*at));
    Reading { claims: Vec::new(), not_understood: forest.problems.iter().take(20).map(name).collect() }
}

/// Whether some reader knows a file with these words: saves parsing large data files.
fn looks_like_tree(text: &str) -> bool {
    ["openapi", "swagger", "asyncapi", "apiVersion", "services:", "\"services\"", "jobs:"]
        .iter()
        .any(|word| text.contains(word))
}
