//! How every gold claim and every element counts.

use std::collections::BTreeMap;

use cairn_model::ClaimKind;

use crate::claims::{Element, Names, text};
use crate::gold::{GoldLine, GoldSet};

/// The outcome of the comparison, by line and by element.
pub(super) struct Verdicts<'a> {
    /// The element that meets a line.
    met: BTreeMap<usize, &'a Element<'a>>,
    missed: Vec<usize>,
    /// The line that an element meets, by the element's kind and id.
    meets: BTreeMap<(&'static str, &'a str), &'a GoldLine>,
    duplicates: Vec<(&'static str, &'a str)>,
}

impl<'a> Verdicts<'a> {
    pub(super) fn of(names: &Names<'_>, gold: &'a GoldSet, elements: &'a [Element<'a>]) -> Self {
        let mut verdicts =
            Self { met: BTreeMap::new(), missed: Vec::new(), meets: BTreeMap::new(), duplicates: Vec::new() };
        for kind in ClaimKind::ALL.map(ClaimKind::as_str) {
            let matched = names.match_kind(kind, gold, elements);
            for (line, element) in matched.pairs {
                verdicts.met.insert(line.number, element);
                verdicts.meets.insert(key(element), line);
            }
            verdicts.missed.extend(matched.missed.iter().map(|line| line.number));
            verdicts.duplicates.extend(matched.duplicates.into_iter().map(key));
        }
        verdicts
    }

    pub(super) fn met_by(&self, line: &GoldLine) -> Option<&'a Element<'a>> {
        self.met.get(&line.number).copied()
    }

    pub(super) fn is_missed(&self, line: &GoldLine) -> bool {
        self.missed.contains(&line.number)
    }

    pub(super) fn meets(&self, element: &Element<'a>) -> Option<&'a GoldLine> {
        self.meets.get(&key(element)).copied()
    }

    pub(super) fn is_duplicate(&self, element: &Element<'a>) -> bool {
        self.duplicates.contains(&key(element))
    }
}

fn key<'a>(element: &Element<'a>) -> (&'static str, &'a str) {
    (element.kind, text(element.value, "id", ""))
}
