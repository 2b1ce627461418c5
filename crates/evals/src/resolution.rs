//! How well names are matched: pairs that mean one component and pairs that do not, and which of them the validator joins.
//!
//! The pairs come from gold aliases, where every name of a component is one thing and names of different components are not,
//! and from names that are made up here in all the writings that people use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cairn_ingest::Limits;
use cairn_model::{Claim, ComponentClaim, ComponentType, Confidence, NormalName, Quote, Statement, Status, Term as _};
use serde_json::Value;

use crate::EvalError;
use crate::claims::{list, text};
use crate::files::read_numbered_json_lines;

/// How names were matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResolutionReport {
    /// Pairs of names that mean one component.
    pub same: usize,
    /// Those of them that were joined.
    pub joined_rightly: usize,
    /// Pairs that were joined and mean two components.
    pub joined_wrongly: usize,
}

impl ResolutionReport {
    /// Of what was joined, how much is right; one where nothing was.
    pub fn precision(&self) -> f64 {
        share(self.joined_rightly, self.joined_rightly + self.joined_wrongly)
    }

    /// Of what is one, how much was joined.
    pub fn recall(&self) -> f64 {
        share(self.joined_rightly, self.same)
    }
}

/// Whether documents say that two names are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aliases {
    /// They do: what is measured is what is refused and what is drawn together by it.
    Stated,
    /// They do not: only writing and context tell.
    Unstated,
}

/// Components with all their names.
#[derive(Clone, Debug, Default)]
pub struct NameSet(Vec<Named>);

#[derive(Clone, Debug)]
struct Named {
    component_type: Option<ComponentType>,
    names: Vec<String>,
}

impl NameSet {
    /// The components of the gold claims in a folder. A name that several of them have proves nothing and is left out.
    pub fn of_gold(folder: &Path) -> Result<Self, EvalError> {
        let lines = read_numbered_json_lines::<Value>(&folder.join("gold.jsonl"))?;
        let components = lines.iter().map(|(_, value)| value).filter(|value| text(value, "kind", "") == "component");
        let named = components.map(|value| Named {
            component_type: ComponentType::parse(text(value, "type", "")),
            names: std::iter::once(text(value, "name", "").to_owned())
                .chain(list(value, "aliases").iter().filter_map(Value::as_str).map(str::to_owned))
                .collect(),
        });
        Ok(Self(named.collect()).told_apart())
    }

    /// Names made up from common words, each in the writings that people use.
    pub fn generated() -> Self {
        const WORDS: [&str; 12] = [
            "order", "payment", "customer", "stock", "label", "parcel", "refund", "ticket", "booking", "menu", "route",
            "meter",
        ];
        const KINDS: [(&str, &str, ComponentType); 6] = [
            ("service", "svc", ComponentType::Service),
            ("database", "db", ComponentType::Datastore),
            ("gateway", "gw", ComponentType::Gateway),
            ("cache", "cache", ComponentType::Cache),
            ("queue", "queue", ComponentType::Queue),
            ("worker", "worker", ComponentType::Service),
        ];
        let named = WORDS.iter().flat_map(|word| KINDS.map(|(kind, short, of)| (*word, kind, short, of)));
        let named = named.map(|(word, kind, short, component_type)| Named {
            component_type: Some(component_type),
            names: vec![
                format!("{word} {kind}"),
                format!("the {word} {kind}"),
                format!("{word}-{short}"),
                format!("{word}s_{short}"),
                format!("{}{}", capital(word), capital(kind)),
            ],
        });
        Self(named.collect()).told_apart()
    }

    fn told_apart(mut self) -> Self {
        let mut owners: BTreeMap<NormalName, BTreeSet<usize>> = BTreeMap::new();
        for (at, named) in self.0.iter().enumerate() {
            for name in &named.names {
                owners.entry(NormalName::of(name)).or_default().insert(at);
            }
        }
        for named in &mut self.0 {
            let is_own = |name: &NormalName| !name.is_empty() && owners.get(name).is_some_and(|of| of.len() == 1);
            let mut seen = BTreeSet::new();
            named.names.retain(|name| is_own(&NormalName::of(name)) && seen.insert(name.clone()));
        }
        self.0.retain(|named| !named.names.is_empty());
        self
    }
}

/// Has the validator match the names.
pub fn resolution(set: &NameSet, aliases: Aliases) -> ResolutionReport {
    let lines: Vec<&str> = set.0.iter().flat_map(|named| &named.names).map(String::as_str).collect();
    let page = lines.join("\n\n");
    let limits = Limits { document_bytes_max: usize::MAX };
    let Ok(document) = cairn_ingest::read("names.txt", page.as_bytes(), limits) else {
        return ResolutionReport::default();
    };
    let claim = |name: &String, component_type, aliases: &[String]| Claim {
        statement: Statement::Component(ComponentClaim {
            name: name.clone(),
            component_type,
            aliases: aliases.to_vec(),
            ..ComponentClaim::default()
        }),
        status: Status::Implemented,
        evidence: vec![Quote { document: document.id.clone(), text: name.clone(), at: None }],
        extractor: "names".to_owned(),
        confidence: Confidence::default(),
    };
    let mut claims = Vec::new();
    for named in &set.0 {
        claims.extend(named.names.iter().map(|name| claim(name, named.component_type, &[])));
        if let (Aliases::Stated, Some((first, others))) = (aliases, named.names.split_first()) {
            claims.push(claim(first, named.component_type, others));
        }
    }
    let system = cairn_validate::validate(std::slice::from_ref(&document), &claims);
    let mut element_of: BTreeMap<NormalName, usize> = BTreeMap::new();
    for (element, component) in system.components.iter().enumerate() {
        for name in std::iter::once(&component.name).chain(&component.aliases) {
            element_of.insert(NormalName::of(name), element);
        }
    }
    count(set, &element_of)
}

/// Counts pairs by component and element: names that share both were joined rightly, those that share only the element wrongly.
fn count(set: &NameSet, element_of: &BTreeMap<NormalName, usize>) -> ResolutionReport {
    let mut report = ResolutionReport::default();
    let mut in_element: BTreeMap<usize, usize> = BTreeMap::new();
    for named in &set.0 {
        let mut of_this: BTreeMap<usize, usize> = BTreeMap::new();
        for element in named.names.iter().filter_map(|name| element_of.get(&NormalName::of(name))) {
            *of_this.entry(*element).or_default() += 1;
            *in_element.entry(*element).or_default() += 1;
        }
        report.same += pairs(named.names.len());
        report.joined_rightly += of_this.values().copied().map(pairs).sum::<usize>();
    }
    let joined: usize = in_element.values().copied().map(pairs).sum();
    report.joined_wrongly = joined - report.joined_rightly;
    report
}

const fn pairs(number: usize) -> usize {
    number * number.saturating_sub(1) / 2
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn share(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of names are small")]
    let share = if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    share
}
