//! Which element meets which gold claim.
//!
//! Components and boundaries meet by name or alias, flows by both ends, data sets by name or by words and place, endpoints by
//! path, controls by type and by place or element, the rest by place. One element meets one claim, except that several
//! claims about one flow, data set or endpoint are met by one element.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::names::{names_of, normal, text, texts, words_of};
use super::{KINDS, is_optional, list};

/// Passages this close are one.
const NEAR_BYTES: usize = 80;

/// Where a quote stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What became of one kind's claims and elements.
pub(super) struct Matched<'a> {
    pub(super) pairs: Vec<(&'a Value, &'a Value)>,
    pub(super) missed: Vec<&'a Value>,
    pub(super) wrong: Vec<&'a Value>,
    pub(super) duplicates: usize,
}

type Placed<'a> = (&'a Value, &'a [Place]);

/// Whether a place of `some` is at or near one of `others`.
pub(super) fn overlap(some: &[Place], others: &[Place]) -> bool {
    let near = |a: &Place, b: &Place| a.path == b.path && a.start < b.end + NEAR_BYTES && b.start < a.end + NEAR_BYTES;
    some.iter().any(|a| others.iter().any(|b| near(a, b)))
}

/// One result for each kind, in their order.
pub(super) fn match_kinds<'a>(
    model: &'a Value,
    gold: &'a [(&'a Value, Vec<Place>)],
    found: &'a [(&'static str, &'a Value, Vec<Place>)],
) -> Vec<Matched<'a>> {
    let names = Names::of(model, gold);
    let of_kind = |kind: &str| {
        let lines = gold.iter().filter(|(line, _)| text(line, "kind", "") == kind);
        let elements = found.iter().filter(|(other, _, _)| *other == kind);
        let lines: Vec<Placed<'a>> = lines.map(|(line, places)| (*line, places.as_slice())).collect();
        let elements: Vec<Placed<'a>> = elements.map(|(_, element, places)| (*element, places.as_slice())).collect();
        names.match_kind(kind, &lines, elements)
    };
    KINDS.iter().map(|(kind, _)| of_kind(kind)).collect()
}

/// What the gold claims call the things that the model's elements are.
struct Names<'a> {
    elements: BTreeMap<&'a str, &'a Value>,
    gold: BTreeMap<String, String>,
}

impl<'a> Names<'a> {
    fn of(model: &'a Value, gold: &[(&Value, Vec<Place>)]) -> Self {
        let named = ["components", "boundaries", "data"].into_iter().flat_map(|plural| list(model, plural));
        let elements = named.map(|element| (text(element, "id", ""), element)).collect();
        let mut names = BTreeMap::new();
        for kind in ["component", "boundary", "data"] {
            for (line, _) in gold.iter().filter(|(line, _)| text(line, "kind", "") == kind) {
                for name in names_of(line) {
                    names.entry(name).or_insert_with(|| normal(text(line, "name", "")));
                }
            }
        }
        Self { elements, gold: names }
    }

    fn match_kind(&self, kind: &str, lines: &[Placed<'a>], elements: Vec<Placed<'a>>) -> Matched<'a> {
        let mut in_order = lines.to_vec();
        in_order.sort_by_key(|(line, _)| is_optional(line));
        let (mut free, mut pairs, mut rest) = (elements, Vec::new(), Vec::new());
        for line in in_order {
            let hits: Vec<usize> =
                (0..free.len()).filter(|at| free.get(*at).is_some_and(|p| self.same(kind, line, *p))).collect();
            let here = |at: &&usize| free.get(**at).is_some_and(|(_, places)| overlap(line.1, places));
            match hits.iter().find(here).or(hits.first()) {
                Some(best) => pairs.push((line, free.remove(*best))),
                None => rest.push(line),
            }
        }
        if matches!(kind, "flow" | "data" | "endpoint") {
            rest.retain(|line| !pairs.iter().any(|(_, element)| self.same(kind, *line, *element)));
        }
        let (again, wrong): (Vec<_>, Vec<_>) =
            free.into_iter().partition(|element| lines.iter().any(|line| self.same(kind, *line, *element)));
        Matched {
            pairs: pairs.into_iter().map(|((line, _), (element, _))| (line, element)).collect(),
            missed: rest.into_iter().map(|(line, _)| line).filter(|line| !is_optional(line)).collect(),
            wrong: wrong.into_iter().map(|(element, _)| element).collect(),
            duplicates: again.len(),
        }
    }

    fn same(&self, kind: &str, (line, line_places): Placed<'_>, (element, places): Placed<'_>) -> bool {
        match kind {
            "component" | "boundary" => share_name(line, element),
            "flow" => ["source", "target"]
                .into_iter()
                .all(|end| self.of_element(text(element, end, "")) == Some(self.of_gold(text(line, end, "")))),
            "data" => share_name(line, element) || (share_words(line, element) && overlap(line_places, places)),
            "endpoint" => same_endpoint(line, element),
            "control" => {
                let same_place = overlap(line_places, places);
                let same_status = text(line, "status", "implemented") == text(element, "status", "implemented");
                text(line, "type", "") == text(element, "type", "")
                    && (same_place || (same_status && self.share_protected(line, element)))
            }
            _ => overlap(line_places, places),
        }
    }

    fn share_protected(&self, line: &Value, element: &Value) -> bool {
        let wanted: BTreeSet<String> = texts(line, "on").map(|name| self.of_gold(name)).collect();
        texts(element, "on").filter_map(|id| self.of_element(id)).any(|name| wanted.contains(&name))
    }

    fn of_element(&self, id: &str) -> Option<String> {
        let names = match self.elements.get(id) {
            Some(element) => names_of(element),
            None => BTreeSet::from([normal(id)]),
        };
        names.iter().find_map(|name| self.gold.get(name).cloned())
    }

    fn of_gold(&self, name: &str) -> String {
        let name = normal(name);
        self.gold.get(&name).cloned().unwrap_or(name)
    }
}

fn share_name(line: &Value, element: &Value) -> bool {
    !names_of(line).is_disjoint(&names_of(element))
}

fn share_words(line: &Value, element: &Value) -> bool {
    let (a, b) = (words_of(text(line, "name", "")), words_of(text(element, "name", "")));
    !a.is_empty() && !b.is_empty() && (a.is_subset(&b) || b.is_subset(&a))
}

fn same_endpoint(line: &Value, element: &Value) -> bool {
    let methods = [line, element].map(|side| text(side, "method", "").to_uppercase());
    let agree = methods.iter().any(String::is_empty) || methods.first() == methods.last();
    agree && text(line, "path", "").trim_matches('/') == text(element, "path", "").trim_matches('/')
}
