//! Which reader a document is for: by its path where the name decides, by its format and content where it does not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_model::{Document, Format};

use crate::tree::{self, Forest};
use crate::{Reading, kubernetes, mermaid, openapi, terraform};

/// Longer files are refused rather than read for minutes.
const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Reads `document` with the reader it is for. A parser that fails badly costs its document, not the run.
pub(crate) fn read(document: &Document) -> Reading {
    if document.text.len() > TEXT_BYTES_MAX {
        return refused(document, "longer than 32 MB");
    }
    catch_unwind(AssertUnwindSafe(|| dispatch(document)))
        .unwrap_or_else(|_| refused(document, "the parser of this format gave up on it"))
}

fn refused(document: &Document, why: &str) -> Reading {
    Reading { claims: Vec::new(), not_understood: vec![format!("{}:1 {why}", document.path)] }
}

fn dispatch(document: &Document) -> Reading {
    match document.format {
        Format::Yaml | Format::Json => tree(document),
        Format::Hcl => terraform::read(document),
        Format::Diagram => diagram(document),
        Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc => mermaid::read(document),
        _ => Reading::default(),
    }
}

fn diagram(document: &Document) -> Reading {
    match extension(document) {
        "mmd" | "mermaid" => mermaid::read(document),
        _ => Reading::default(),
    }
}

/// What follows the last dot of the file's name.
fn extension(document: &Document) -> &str {
    document.path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension)
}

fn tree(document: &Document) -> Reading {
    let text: &str = &document.text;
    if !looks_like_tree(text) {
        return Reading::default();
    }
    let forest = tree::parse(text);
    if forest.trees.iter().any(openapi::is) {
        return openapi::read(document, &forest);
    }
    if forest.trees.iter().any(kubernetes::is) {
        return kubernetes::read(document, &forest);
    }
    unread(document, &forest)
}

/// A well-formed file of no known kind is none of ours; a broken one may have been.
fn unread(document: &Document, forest: &Forest) -> Reading {
    let lines = cairn_model::LineIndex::new(&document.text);
    let name = |(at, what): &(usize, String)| format!("{}:{} {what}", document.path, lines.line_of(*at));
    Reading { claims: Vec::new(), not_understood: forest.problems.iter().take(20).map(name).collect() }
}

/// Whether some reader knows a file with these words: saves parsing large data files.
fn looks_like_tree(text: &str) -> bool {
    ["openapi", "swagger", "apiVersion"].iter().any(|word| text.contains(word))
}
