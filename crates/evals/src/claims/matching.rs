//! Which element meets which gold claim.
//!
//! Components and boundaries meet by name or alias, flows by both ends, data sets by name or by words and place, endpoints by
//! path, controls by type and by place or element, the rest by place. One element meets one claim, except that several
//! claims about one flow, data set or endpoint are met by one element.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::names::{names_of, normal, text, texts, words_of};
use super::{Element, list};
use crate::gold::{GoldLine, GoldSet, overlap};

/// What became of one kind's claims and elements.
#[derive(Debug, Default)]
pub(crate) struct Matched<'a> {
    pub(crate) pairs: Vec<(&'a GoldLine, &'a Element<'a>)>,
    pub(crate) missed: Vec<&'a GoldLine>,
    pub(crate) wrong: Vec<&'a Element<'a>>,
    pub(crate) duplicates: Vec<&'a Element<'a>>,
}

/// What the gold claims call the things that the model's elements are.
pub(crate) struct Names<'a> {
    elements: BTreeMap<&'a str, &'a Value>,
    gold: BTreeMap<String, String>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(model: &'a Value, gold: &GoldSet) -> Self {
        let named = ["components", "boundaries", "data"].into_iter().flat_map(|plural| list(model, plural));
        let elements = named.map(|element| (text(element, "id", ""), element)).collect();
        let mut names = BTreeMap::new();
        for kind in ["component", "boundary", "data"] {
            for line in gold.lines.iter().filter(|line| line.kind() == kind) {
                for name in names_of(&line.value) {
                    names.entry(name).or_insert_with(|| normal(text(&line.value, "name", "")));
                }
            }
        }
        Self { elements, gold: names }
    }

    pub(crate) fn match_kind<'m>(&self, kind: &str, gold: &'m GoldSet, elements: &'m [Element<'m>]) -> Matched<'m> {
        let lines = || gold.lines.iter().filter(|line| line.kind() == kind);
        let mut in_order: Vec<&GoldLine> = lines().collect();
        in_order.sort_by_key(|line| line.is_optional());
        let mut free: Vec<&Element<'_>> = elements.iter().filter(|element| element.kind == kind).collect();
        let (mut matched, mut rest) = (Matched::default(), Vec::new());
        for line in in_order {
            let is_same = |(_, element): &(usize, &&Element<'_>)| self.same(line, element);
            let hits: Vec<(usize, &&Element<'_>)> = free.iter().enumerate().filter(is_same).collect();
            let is_here = |(_, element): &&(usize, &&Element<'_>)| overlap(&line.places, &element.places);
            match hits.iter().find(is_here).or(hits.first()).map(|(at, _)| *at) {
                Some(best) => matched.pairs.push((line, free.remove(best))),
                None => rest.push(line),
            }
        }
        if matches!(kind, "flow" | "data" | "endpoint") {
            rest.retain(|line| !matched.pairs.iter().any(|(_, element)| self.same(line, element)));
        }
        matched.missed = rest.into_iter().filter(|line| !line.is_optional()).collect();
        (matched.duplicates, matched.wrong) =
            free.into_iter().partition(|element| lines().any(|line| self.same(line, element)));
        matched
    }

    /// Whether the element is what the claim, which is of the same kind, says.
    pub(crate) fn same(&self, line: &GoldLine, element: &Element<'_>) -> bool {
        let (gold, found) = (&line.value, element.value);
        match element.kind {
            "component" | "boundary" => share_name(gold, found),
            "flow" => ["source", "target"]
                .into_iter()
                .all(|end| self.of_element(text(found, end, "")) == Some(self.of_gold(text(gold, end, "")))),
            "data" => share_name(gold, found) || (share_words(gold, found) && overlap(&line.places, &element.places)),
            "endpoint" => same_endpoint(gold, found),
            "control" => {
                let same_status = text(gold, "status", "implemented") == text(found, "status", "implemented");
                text(gold, "type", "") == text(found, "type", "")
                    && (overlap(&line.places, &element.places) || (same_status && self.share_protected(gold, found)))
            }
            _ => overlap(&line.places, &element.places),
        }
    }

    /// The gold name of an element of the model, where the gold claims name it.
    pub(crate) fn of_element(&self, id: &str) -> Option<String> {
        let names = match self.elements.get(id) {
            Some(element) => names_of(element),
            None => BTreeSet::from([normal(id)]),
        };
        names.iter().find_map(|name| self.gold.get(name).cloned())
    }

    /// The one name for all names that the gold claims give a thing.
    pub(crate) fn of_gold(&self, name: &str) -> String {
        let name = normal(name);
        self.gold.get(&name).cloned().unwrap_or(name)
    }

    /// What the export calls the element.
    pub(crate) fn label<'i>(&self, id: &'i str) -> &'i str
    where
        'a: 'i,
    {
        self.elements.get(id).map_or(id, |element| text(element, "name", id))
    }

    fn share_protected(&self, line: &Value, element: &Value) -> bool {
        let wanted: BTreeSet<String> = texts(line, "on").map(|name| self.of_gold(name)).collect();
        texts(element, "on").filter_map(|id| self.of_element(id)).any(|name| wanted.contains(&name))
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
