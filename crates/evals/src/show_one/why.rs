//! Why a gold claim is met or missed, and why an element counts as right, wrong or said twice.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Scene, id};
use crate::claims::{Element, names_of, text, texts};
use crate::gold::{GoldLine, overlap};

impl Scene<'_> {
    pub(super) fn verdict(&self, element: &Element<'_>) -> String {
        match self.verdicts.meets(element) {
            Some(line) => format!("meets line {}", line.number),
            None if self.verdicts.is_duplicate(element) => "said twice".to_owned(),
            None => "wrong".to_owned(),
        }
    }

    pub(super) fn why_line(&self, line: &GoldLine) -> String {
        if let Some(element) = self.verdicts.met_by(line) {
            return format!("met by {}{}", id(element), differences(line, element));
        }
        let same: Vec<&Element<'_>> = self.elements_of(line.kind()).filter(|it| self.names.same(line, it)).collect();
        let word = match (self.verdicts.is_missed(line), line.is_optional()) {
            (true, _) => "missed",
            (false, true) => "not met, which does not count",
            (false, false) => "met together with another line",
        };
        let reason = match same.first() {
            Some(taken) => {
                let other = self.verdicts.meets(taken).map_or(0, |line| line.number);
                format!("{} says it, and meets line {other} already", id(taken))
            }
            None => self.why_missed(line),
        };
        format!("{word}: {reason}")
    }

    pub(super) fn why_element(&self, element: &Element<'_>) -> String {
        if let Some(line) = self.verdicts.meets(element) {
            return format!("meets line {}{}", line.number, differences(line, element));
        }
        let again = self.lines_of(element.kind).find(|line| self.names.same(line, element));
        match again {
            Some(line) => {
                let first = self.verdicts.met_by(line).map_or("another element", id);
                format!("said twice: line {} says it, which {first} meets", line.number)
            }
            None => format!("wrong: {}", self.why_wrong(element)),
        }
    }

    fn why_missed(&self, line: &GoldLine) -> String {
        let gold = &line.value;
        match line.kind() {
            kind @ ("component" | "boundary") => self.why_no_name(kind, gold),
            "flow" => self.why_no_flow(line),
            "data" => format!(
                "no data set is called {}, and none that shares these words is cited near its passage",
                quoted(std::iter::once(text(gold, "name", "?")).chain(texts(gold, "aliases")))
            ),
            "endpoint" => {
                let path = text(gold, "path", "?").trim_matches('/').to_owned();
                let of_path = |element: &&Element<'_>| text(element.value, "path", "").trim_matches('/') == path;
                match self.elements_of("endpoint").find(of_path) {
                    Some(other) => format!("{} has the path with another method", id(other)),
                    None => "no endpoint has the path".to_owned(),
                }
            }
            "control" => self.why_no_control(gold),
            kind => format!("no {kind} is cited within 80 bytes of its passage"),
        }
    }

    fn why_no_name(&self, kind: &str, gold: &Value) -> String {
        let names = names_of(gold);
        let is_called = |value: &&Value| !names_of(value).is_disjoint(&names);
        if let Some(other) = self.all_of_kind(kind).iter().find(is_called) {
            return format!("{} has the name, but is cited in other documents only", text(other, "id", "?"));
        }
        let missing = format!(
            "no {kind} is called {}",
            quoted(std::iter::once(text(gold, "name", "?")).chain(texts(gold, "aliases")))
        );
        let kinds = ["component", "boundary", "data"].into_iter().filter(|other| *other != kind);
        let elsewhere = kinds.filter_map(|other| self.all_of_kind(other).iter().find(is_called).map(|_| other));
        let elsewhere: Vec<&str> = elsewhere.collect();
        if elsewhere.is_empty() { missing } else { format!("{missing}; a {} is", elsewhere.join(" and a ")) }
    }

    fn why_no_flow(&self, line: &GoldLine) -> String {
        let ends = ["source", "target"].map(|end| text(&line.value, end, "?"));
        let wanted = ends.map(|name| self.names.of_gold(name));
        let mut reasons = Vec::new();
        for (name, wanted) in ends.iter().zip(&wanted) {
            let is_it = |value: &&Value| self.names.of_element(text(value, "id", "")).as_ref() == Some(wanted);
            if !self.all_of_kind("component").iter().any(|value| is_it(&value)) {
                reasons.push(format!("no component is `{name}`"));
            }
        }
        let [source, target] = &wanted;
        let flow = |from: &String, to: &String| {
            let ends_at = |value: &&Value| {
                self.names.of_element(text(value, "source", "")).as_ref() == Some(from)
                    && self.names.of_element(text(value, "target", "")).as_ref() == Some(to)
            };
            self.all_of_kind("flow").iter().find(ends_at).map(|value| text(value, "id", "?"))
        };
        reasons.extend(flow(target, source).map(|id| format!("{id} has the other direction")));
        reasons
            .extend(flow(source, target).map(|id| format!("{id} is the flow, but is cited in other documents only")));
        if reasons.is_empty() {
            "both components are known, and no flow joins them".to_owned()
        } else {
            reasons.join("; ")
        }
    }

    fn why_no_control(&self, gold: &Value) -> String {
        let (kind, status) = (text(gold, "type", "?"), text(gold, "status", "implemented"));
        let on: BTreeSet<String> = texts(gold, "on").map(|name| self.names.of_gold(name)).collect();
        let protects = |element: &&Element<'_>| {
            text(element.value, "type", "") == kind
                && texts(element.value, "on").filter_map(|id| self.names.of_element(id)).any(|name| on.contains(&name))
        };
        let first = format!("no {kind} is cited near its passage");
        match self.elements_of("control").find(protects) {
            Some(other) => {
                let said = text(other.value, "status", "implemented");
                format!("{first}; {} protects the same, but is {said} and not {status}", id(other))
            }
            None => format!("{first}, and none with status {status} protects the same"),
        }
    }

    fn why_wrong(&self, element: &Element<'_>) -> String {
        let value = element.value;
        match element.kind {
            kind @ ("component" | "boundary" | "data") => {
                let names = names_of(value);
                let called = |line: &&GoldLine| line.kind() != kind && !names_of(&line.value).is_disjoint(&names);
                let all = std::iter::once(text(value, "name", "?")).chain(texts(value, "aliases"));
                let missing = format!("no gold {kind} is called {}", quoted(all));
                match self.gold.lines.iter().find(called) {
                    Some(other) => format!("{missing}; a {} is, in line {}", other.kind(), other.number),
                    None => missing,
                }
            }
            "flow" => self.why_wrong_flow(value),
            "endpoint" => "no gold endpoint has the path and the method".to_owned(),
            "control" => {
                let near: BTreeSet<&str> = self
                    .lines_of("control")
                    .filter(|line| overlap(&line.places, &element.places))
                    .map(|line| text(&line.value, "type", "?"))
                    .collect();
                let kind = text(value, "type", "?");
                let first = format!("no gold {kind} near its passages or with its status on what it protects");
                if near.is_empty() { first } else { format!("{first}; near are {}", quoted(near.into_iter())) }
            }
            kind => format!("no gold {kind} within 80 bytes of its passages"),
        }
    }

    fn why_wrong_flow(&self, value: &Value) -> String {
        let ends = ["source", "target"].map(|end| text(value, end, "?"));
        let unknown: Vec<&str> = ends.into_iter().filter(|id| self.names.of_element(id).is_none()).collect();
        if !unknown.is_empty() {
            return format!("no gold name is {}", quoted(unknown.into_iter().map(|id| self.names.label(id))));
        }
        let [source, target] = ends.map(|id| self.names.of_element(id).unwrap_or_default());
        let reversed = |line: &&GoldLine| {
            let ends = ["source", "target"].map(|end| self.names.of_gold(text(&line.value, end, "")));
            ends == [target.clone(), source.clone()]
        };
        match self.lines_of("flow").find(reversed) {
            Some(line) => format!("line {} has the other direction", line.number),
            None => "both ends are gold names, and no gold flow joins them".to_owned(),
        }
    }

    fn elements_of(&self, kind: &str) -> impl Iterator<Item = &Element<'_>> {
        self.elements.iter().filter(move |element| element.kind == kind)
    }

    fn lines_of(&self, kind: &str) -> impl Iterator<Item = &GoldLine> {
        self.gold.lines.iter().filter(move |line| line.kind() == kind)
    }
}

/// What the two sides of a pair say differently.
fn differences(line: &GoldLine, element: &Element<'_>) -> String {
    let mut different = String::new();
    let fields: &[&str] =
        if matches!(element.kind, "component" | "boundary") { &["type", "status"] } else { &["status"] };
    for field in fields {
        let [gold, found] = [&line.value, element.value]
            .map(|side| text(side, field, if *field == "status" { "implemented" } else { "none" }));
        if gold != found {
            different.extend([format!("; {field} {found} and not {gold}")]);
        }
    }
    different
}

fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
