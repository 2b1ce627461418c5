//! Document paths: relative to the scanned folder, and unique when several folders are scanned.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_model::Skipped;

use super::walk::{Found, Place};
use super::{Collected, Content, SourceFile, skipped};

/// Gives every file its document path.
///
/// Files of different bases whose paths below them are equal get as many names of their base's folders in front as it
/// takes to tell them apart; all others keep the path below the base, so that one more folder renames as little as possible.
pub(super) fn name(found: Found) -> Collected {
    let mut collected = Collected { failures: found.failed.len(), ..Collected::default() };
    let mut named = Vec::new();
    for place in &found.files {
        match slashed(&place.below) {
            Some(below) => named.push(Named { place, below, prefix_parts: 0 }),
            None => {
                collected
                    .skipped
                    .push(skipped(&place.below.to_string_lossy(), "the name is not UTF-8 text".to_owned()));
            }
        }
    }
    tell_apart(&mut named);
    collected.files = named.iter().map(Named::source_file).collect();
    collected.files.sort();
    let left_out = found.skipped.into_iter().filter(|(place, _)| !found.files.contains(place)).chain(found.failed);
    collected.skipped.extend(left_out.map(|(place, reason)| lossy(&place, reason)));
    collected.skipped.sort();
    collected
}

struct Named<'a> {
    place: &'a Place,
    below: String,
    /// How many of the base's last folder names stand in front.
    prefix_parts: usize,
}

impl Named<'_> {
    fn document_path(&self) -> String {
        let base: Vec<_> = self.place.base.iter().map(|part| part.to_string_lossy()).collect();
        let prefix = base.iter().skip(base.len().saturating_sub(self.prefix_parts));
        prefix.map(AsRef::as_ref).chain([self.below.as_str()]).collect::<Vec<_>>().join("/")
    }

    fn can_grow(&self) -> bool {
        self.prefix_parts < self.place.base.iter().count()
    }

    fn source_file(&self) -> SourceFile {
        SourceFile {
            path: self.document_path(),
            location: self.place.base.join(&self.place.below),
            content: Content::InPlace,
        }
    }
}

fn tell_apart(named: &mut [Named<'_>]) {
    loop {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for file in named.iter() {
            *uses.entry(file.document_path()).or_default() += 1;
        }
        let mut grown = false;
        for file in named.iter_mut() {
            if uses.get(&file.document_path()).is_some_and(|count| *count > 1) && file.can_grow() {
                file.prefix_parts += 1;
                grown = true;
            }
        }
        // Every round takes names from bases of finite length, so there is a last one.
        if !grown {
            return;
        }
    }
}

fn lossy(place: &Place, reason: String) -> Skipped {
    skipped(&slashed(&place.below).unwrap_or_else(|| place.below.to_string_lossy().into_owned()), reason)
}

fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}
