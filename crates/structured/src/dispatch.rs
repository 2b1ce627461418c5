//! Which reader a document is for: by its path where the name decides, by its format and content where it does not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_model::{Document, Format, LineIndex, NotUnderstood, SourceType};

use crate::kubernetes::kustomize;
use crate::terraform::plan;
use crate::tree::{self, Forest};
use crate::{
    Reading, Siblings, asyncapi, cloudformation, codeowners, compose, d2, dot, drawio, github, gitlab, graphql,
    kubernetes, mermaid, observed, openapi, packages, plantuml, protobuf, records, sql, structurizr, terraform,
    threagile,
};

/// Longer files are refused rather than read for minutes.
const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Parts of a file of unknown kind that are named.
const PROBLEMS_MAX: usize = 20;

/// Reads `document` with the reader it is for. A parser that fails badly costs its document, not the run.
pub(crate) fn read(document: &Document, siblings: &Siblings<'_>) -> Reading {
    if document.text.len() > TEXT_BYTES_MAX {
        return refused(document, "longer than 32 MB");
    }
    catch_unwind(AssertUnwindSafe(|| dispatch(document, siblings)))
        .unwrap_or_else(|_| refused(document, "the parser of this format gave up on it"))
}

fn refused(document: &Document, why: &str) -> Reading {
    let part = NotUnderstood { path: document.path.clone(), line: 1, what: why.to_owned() };
    Reading { claims: Vec::new(), not_understood: vec![part] }
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
        (_, "drawio") | (Format::Diagram, "xml") => drawio::read(document),
        (_, "d2") => d2::read(document),
        (_, "dsl") => structurizr::read(document),
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
    let others = [plantuml::read, dot::read, d2::read, structurizr::read, records::read];
    for more in others.map(|read| read(document)) {
        reading.claims.extend(more.claims);
        reading.not_understood.extend(more.not_understood);
    }
    reading
}

fn tree(document: &Document, siblings: &Siblings<'_>) -> Reading {
    if is_export(document) {
        return Reading::default();
    }
    let forest = tree::parse(&document.text);
    let any = |is: fn(&tree::Node) -> bool| forest.trees.iter().any(is);
    if any(threagile::is) {
        threagile::read(document, &forest)
    } else if any(openapi::is) {
        openapi::read(document, &forest, siblings)
    } else if any(asyncapi::is) {
        asyncapi::read(document, &forest, siblings)
    } else if forest.trees.iter().any(|root| kustomize::is(&document.path, root)) {
        kustomize::read(document, &forest)
    } else if any(kubernetes::is) {
        kubernetes::read(document, &forest)
    } else if any(compose::is) {
        compose::read(document, &forest)
    } else if forest.trees.iter().any(|root| github::is(&document.path, root)) {
        github::read(document, &forest)
    } else if any(cloudformation::is) {
        cloudformation::read(document, &forest)
    } else if any(plan::is) {
        plan::read(document, &forest)
    } else if gitlab::is(&document.path) {
        gitlab::read(document, &forest)
    } else {
        unread(document, &forest)
    }
}

/// What no reader knows is named with its first keys, and where it breaks.
fn unread(document: &Document, forest: &Forest) -> Reading {
    let lines = LineIndex::new(&document.text);
    let part = |at: usize, what: &str| NotUnderstood {
        path: document.path.clone(),
        line: lines.line_of(at),
        what: what.to_owned(),
    };
    let broken = forest.problems.iter().take(PROBLEMS_MAX).map(|(at, what)| part(*at, what));
    let roots = forest.trees.iter().filter(|root| !root.is_null()).take(PROBLEMS_MAX);
    let unknown = roots.map(|root| part(root.span.start, &unknown_kind(root)));
    Reading { claims: Vec::new(), not_understood: broken.chain(unknown).collect() }
}

fn unknown_kind(root: &tree::Node) -> String {
    let keys: Vec<String> = root.entries().iter().take(4).map(|entry| format!("`{}`", short(&entry.key))).collect();
    if keys.is_empty() {
        return "data of no kind that a reader knows".to_owned();
    }
    format!("data of no kind that a reader knows, with {}", keys.join(", "))
}

fn short(key: &str) -> String {
    key.chars().take(40).collect()
}

/// Exports of tickets and talk are JSON that people wrote: prose, which is read elsewhere.
fn is_export(document: &Document) -> bool {
    matches!(document.source_type, SourceType::Ticket | SourceType::PullRequest | SourceType::Discussion)
}
