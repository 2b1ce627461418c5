//! The words of the documents, kept so that a name that an edit brings is looked for only where it may stand. Derived, and each
//! document's known by the document's revision.

use std::collections::{BTreeMap, BTreeSet};

use cairn_extract::Spoken;

use crate::{EngineError, Workspace};

/// Documents are kept together in so many parts, so that an edit rewrites little.
const PARTS: usize = 64;

/// Names the form in which words are kept, and how texts are cut into them.
const KEY: &str = concat!("1 ", env!("CARGO_PKG_VERSION"));

/// Words by path, with the revision they are of.
type Part = BTreeMap<String, (String, Spoken)>;

/// A document's words: path, revision, words.
pub(super) type Words = (String, String, Spoken);

/// Keeps the words of documents, in place of all or beside those of the others.
pub(super) async fn keep(workspace: &Workspace, words: Vec<Words>, are_all: bool) -> Result<(), EngineError> {
    let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
    for (path, revision, spoken) in words {
        parts.entry(part_of(&path)).or_default().insert(path, (revision, spoken));
    }
    let mut rows = Vec::new();
    for (number, new) in parts {
        let mut part = if are_all { Part::new() } else { kept(workspace, number).await? };
        part.extend(new);
        let text = serde_json::to_string(&part).expect("texts serialise");
        rows.push((name(number), KEY.to_owned(), text));
    }
    Ok(workspace.store.keep_all_derived(&rows).await?)
}

/// The paths of those of the documents (by path, with their revisions) in which one of the names may stand. None where the words
/// of one are not kept.
pub(super) async fn may_hold(
    workspace: &Workspace,
    documents: &BTreeMap<&str, &str>,
    names: &BTreeSet<String>,
) -> Result<Option<Vec<String>>, EngineError> {
    let (mut found, mut known) = (Vec::new(), 0);
    for number in 0..PARTS {
        for (path, (revision, spoken)) in kept(workspace, number).await? {
            if documents.get(path.as_str()) != Some(&revision.as_str()) {
                continue;
            }
            known += 1;
            if names.iter().any(|name| spoken.may_hold(name)) {
                found.push(path);
            }
        }
    }
    Ok((known == documents.len()).then_some(found))
}

async fn kept(workspace: &Workspace, number: usize) -> Result<Part, EngineError> {
    let kept = workspace.store.derived(&name(number), KEY).await?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn name(number: usize) -> String {
    format!("spoken-{number}")
}

fn part_of(path: &str) -> usize {
    path.bytes().fold(0_usize, |sum, byte| (sum * 31 + usize::from(byte)) % PARTS)
}
