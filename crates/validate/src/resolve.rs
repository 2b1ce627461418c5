//! Verified claims to names: which spellings mean one element, and which element a name in a claim means.
//!
//! Three kinds of evidence join two component names, in this order: they differ only in writing (`payments-db`, "the
//! payment database"), a claim states one as the alias of the other, or one only adds a word such as "service" and nothing
//! else could be meant. A join that other evidence speaks against is refused and kept as a [`Refusal`]: a wrong merge is
//! worse than a missed one. The joining itself is in [`identity`], the folding of words in [`words`], and [`lexicon`] keeps what was
//! folded.

mod former;
mod identity;
mod lexicon;
mod words;

use std::collections::BTreeMap;
use std::hash::Hash;

use cairn_model::{ElementId, EndpointClaim, Join, Statement, Status, name_words};
use indexmap::IndexMap;

use crate::Policy;
use crate::verify::VerifiedClaim;
use identity::Identities;

pub(crate) use identity::Refusal;
pub(crate) use lexicon::Lexicon;

/// What every name in the claims means.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    components: IndexMap<&'a str, ElementId>,
    boundaries: IndexMap<&'a str, ElementId>,
    data: IndexMap<&'a str, ElementId>,
    endpoints: IndexMap<&'a str, Vec<ElementId>>,
    /// The one component that serves a method and path; `None` where several do.
    servers: IndexMap<(String, String), Option<ElementId>>,
    naming: IndexMap<ElementId, Naming>,
    /// Joins that were asked for and not made, sorted.
    pub(crate) refusals: Vec<Refusal>,
    joins: Vec<Join>,
}

/// How an element is called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naming {
    /// The most usual spelling.
    pub(crate) name: String,
    /// The others, sorted.
    pub(crate) aliases: Vec<String>,
}

/// Finds out which names mean one element. The lexicon knows all names of the claims.
pub(crate) fn resolve<'a>(claims: &[&VerifiedClaim<'a>], policy: &'a Policy, lexicon: &Lexicon<'a>) -> Names<'a> {
    let mut names = Names::default();
    names.resolve_components(claims, policy, lexicon);
    names.resolve_boundaries(claims, lexicon);
    names.resolve_data(claims, lexicon);
    names.list_servers(claims);
    names.list_endpoints(claims);
    names
}

impl<'a> Names<'a> {
    /// The component called so.
    pub(crate) fn component(&self, name: &str) -> Option<&ElementId> {
        self.components.get(name)
    }

    /// The boundary called so.
    pub(crate) fn boundary(&self, name: &str) -> Option<&ElementId> {
        self.boundaries.get(name)
    }

    /// The data set called so.
    pub(crate) fn data(&self, name: &str) -> Option<&ElementId> {
        self.data.get(name)
    }

    /// What `name` in `on` or `about` means: nothing when no claim makes an element of that name.
    pub(crate) fn elements(&self, name: &str) -> Vec<ElementId> {
        let single = self.component(name).or_else(|| self.data(name)).or_else(|| self.boundary(name));
        single.map_or_else(|| self.compound(name), |id| vec![id.clone()])
    }

    /// Why names were taken for one element, by element.
    pub(crate) fn joins(&self) -> &[Join] {
        &self.joins
    }

    /// How the element is called; empty for kinds without names.
    pub(crate) fn naming(&self, id: &ElementId) -> Naming {
        self.naming.get(id).cloned().unwrap_or_default()
    }

    /// The id of the endpoint that a claim describes. A claim that names no component, as a line of an access log, means the
    /// only one that serves this method and path, if there is one.
    pub(crate) fn endpoint_id(&self, body: &EndpointClaim) -> ElementId {
        let key = (method(body).unwrap_or_default(), path_key(&body.path));
        let server = || self.servers.get(&key).and_then(Option::as_ref).filter(|_| !key.0.is_empty());
        let component = match &body.component {
            Some(name) => self.component(name),
            None => server(),
        };
        ElementId::hashed("ep", &[component.map_or("", ElementId::as_str), &key.0, &key.1])
    }

    /// Paths (`GET /orders`) and flows (`shop -> ledger`).
    fn compound(&self, name: &str) -> Vec<ElementId> {
        let path = name.split_whitespace().next_back().unwrap_or_default();
        if let Some(endpoints) = self.endpoints.get(path) {
            return endpoints.clone();
        }
        let ends = ["->", "→", " to "].into_iter().find_map(|arrow| name.split_once(arrow));
        let flow = ends
            .and_then(|(source, target)| Some(flow_id(self.component(source.trim())?, self.component(target.trim())?)));
        flow.into_iter().collect()
    }

    fn resolve_components(&mut self, claims: &[&VerifiedClaim<'a>], policy: &'a Policy, lexicon: &Lexicon<'a>) {
        let mut identities = Identities::read(claims, policy, lexicon);
        identities.join();
        let mut spellings = Spellings::default();
        for claim in claims {
            for name in named_components(claim.statement) {
                if let Some(of) = identities.element(name) {
                    spellings.count(of, name, claim.evidence.len(), matches!(claim.statement, Statement::Component(_)));
                }
            }
        }
        for (name, of) in identities.elements() {
            spellings.count(of, name, 0, false);
        }
        let mut earlier: IndexMap<_, String> = IndexMap::new();
        for name in claims.iter().flat_map(|claim| former::names(claim)) {
            if let Some(of) = identities.element(name) {
                let slug = slug(name);
                let kept = earlier.entry(of).or_insert_with(|| slug.clone());
                *kept = slug.min(std::mem::take(kept));
            }
        }
        let ids = self.name_as("cmp", &spellings, &earlier);
        self.components = identities.elements().filter_map(|(name, of)| Some((name, ids.get(&of)?.clone()))).collect();
        self.joins = identities.joins(|node| ids.get(&node).cloned());
        self.refusals = identities.into_refusals();
    }

    fn resolve_boundaries(&mut self, claims: &[&VerifiedClaim<'a>], lexicon: &Lexicon<'a>) {
        let mut spellings = Spellings::default();
        for claim in claims {
            let Statement::Boundary(body) = claim.statement else { continue };
            let Some(writing) = lexicon.get(&body.name) else { continue };
            // A boundary that every source denies is no element.
            if claim.status != Status::Absent {
                spellings.count(writing.key.as_str(), &body.name, claim.evidence.len(), true);
            }
        }
        let ids = self.name("bnd", &spellings);
        if !ids.is_empty() {
            let named =
                lexicon.iter().filter_map(|(name, writing)| Some((name, ids.get(writing.key.as_str())?.clone())));
            self.boundaries = named.collect();
        }
    }

    fn resolve_data(&mut self, claims: &[&VerifiedClaim<'a>], lexicon: &Lexicon<'a>) {
        let mut spellings = Spellings::default();
        for claim in claims {
            let Statement::Data(body) = claim.statement else { continue };
            let Some(writing) = lexicon.get(&body.name) else { continue };
            spellings.count(writing.normal.as_str(), &body.name, claim.evidence.len(), true);
        }
        let ids = self.name("data", &spellings);
        if !ids.is_empty() {
            let named =
                lexicon.iter().filter_map(|(name, writing)| Some((name, ids.get(writing.normal.as_str())?.clone())));
            self.data = named.collect();
        }
    }

    fn list_servers(&mut self, claims: &[&VerifiedClaim<'a>]) {
        let mut servers: IndexMap<(String, String), Option<ElementId>> = IndexMap::new();
        for claim in claims {
            let Statement::Endpoint(body) = claim.statement else { continue };
            let Some(component) = body.component.as_deref().and_then(|name| self.component(name)).cloned() else {
                continue;
            };
            let key = (method(body).unwrap_or_default(), path_key(&body.path));
            let only = servers.entry(key).or_insert_with(|| Some(component.clone()));
            if only.as_ref().is_some_and(|known| *known != component) {
                *only = None;
            }
        }
        self.servers = servers;
    }

    fn list_endpoints(&mut self, claims: &[&VerifiedClaim<'a>]) {
        let mut endpoints: IndexMap<&'a str, Vec<ElementId>> = IndexMap::new();
        for claim in claims {
            let Statement::Endpoint(body) = claim.statement else { continue };
            endpoints.entry(body.path.trim()).or_default().push(self.endpoint_id(body));
        }
        for ids in endpoints.values_mut() {
            ids.sort();
            ids.dedup();
        }
        self.endpoints = endpoints;
    }

    /// Gives every element its name and id.
    fn name<K: Hash + Eq + Copy>(&mut self, prefix: &str, spellings: &Spellings<'_, K>) -> IndexMap<K, ElementId> {
        self.name_as(prefix, spellings, &IndexMap::new())
    }

    /// The same; an element that had another name `earlier` keeps the id that it had under it.
    fn name_as<K: Hash + Eq + Copy>(
        &mut self,
        prefix: &str,
        spellings: &Spellings<'_, K>,
        earlier: &IndexMap<K, String>,
    ) -> IndexMap<K, ElementId> {
        let mut ids = IndexMap::new();
        for (of, naming) in spellings.namings() {
            let slug = earlier.get(&of).cloned().unwrap_or_else(|| slug(&naming.name));
            let id = ElementId::named(prefix, &slug);
            ids.insert(of, id.clone());
            self.naming.insert(id, naming);
        }
        ids
    }
}

/// The id of the flow between two components.
pub(crate) fn flow_id(source: &ElementId, target: &ElementId) -> ElementId {
    ElementId::hashed("flow", &[source.as_str(), target.as_str()])
}

/// The endpoint's method in upper case.
pub(crate) fn method(body: &EndpointClaim) -> Option<String> {
    body.method.as_deref().map(|method| method.trim().to_uppercase()).filter(|method| !method.is_empty())
}

/// The path without the names of its parameters, which each source chooses for itself: `/orders/{id}` is `/orders/:order`.
fn path_key(path: &str) -> String {
    let is_parameter = |part: &str| {
        part.starts_with('{') && part.ends_with('}')
            || part.starts_with('<') && part.ends_with('>')
            || part.starts_with(':') && part.len() > 1
    };
    let parts: Vec<&str> = path.trim().split('/').map(|part| if is_parameter(part) { "{}" } else { part }).collect();
    parts.join("/")
}

/// Names by which a claim makes a component, or knows one as a flow's end.
fn named_components(statement: &Statement) -> impl Iterator<Item = &str> {
    let (one, other) = match statement {
        Statement::Component(body) => (Some(&body.name), None),
        Statement::Flow(body) => (Some(&body.source), Some(&body.target)),
        _ => (None, None),
    };
    one.into_iter().chain(other).map(String::as_str)
}

/// Names that a claim only refers to.
pub(crate) fn references(statement: &Statement) -> impl Iterator<Item = &str> {
    let (list, one): (&[String], Option<&String>) = match statement {
        Statement::Component(_) | Statement::Flow(_) | Statement::Permission(_) => (&[], None),
        Statement::Boundary(body) => (&body.members, None),
        Statement::Data(body) => (&[], body.component.as_ref()),
        Statement::Endpoint(body) => (&[], body.component.as_ref()),
        Statement::Control(body) => (&body.on, None),
        Statement::Assumption(body) => (&body.about, None),
        Statement::Decision(body) => (&body.about, None),
        Statement::AcceptedRisk(body) => (&body.about, None),
        Statement::Question(body) => (&body.about, None),
        Statement::Incident(body) => (&body.about, None),
    };
    list.iter().chain(one).map(String::as_str)
}

fn slug(name: &str) -> String {
    name_words(name).join("-")
}

/// How often each element is spelt how.
#[derive(Debug)]
struct Spellings<'a, K>(IndexMap<K, BTreeMap<&'a str, Usage>>);

/// How a spelling is used.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    citations: usize,
    makes_element: bool,
}

impl<K> Default for Spellings<'_, K> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}

impl<'a, K: Hash + Eq + Copy> Spellings<'a, K> {
    fn count(&mut self, of: K, spelling: &'a str, citations: usize, makes_element: bool) {
        let usage = self.0.entry(of).or_default().entry(without_article(spelling)).or_default();
        usage.citations += citations;
        usage.makes_element |= makes_element;
    }

    /// The most cited spelling is the name; among equals the longest that a claim makes the element by.
    fn namings(&self) -> impl Iterator<Item = (K, Naming)> + '_ {
        self.0.iter().filter_map(|(of, spellings)| {
            let length = |name: &str, usage: &Usage| if usage.makes_element { name.chars().count() } else { 0 };
            let (name, _) = spellings
                .iter()
                .filter(|(_, usage)| usage.citations > 0)
                .min_by_key(|(name, usage)| (std::cmp::Reverse((usage.citations, length(name, usage))), **name))?;
            let aliases = spellings.keys().filter(|alias| *alias != name).map(|alias| (*alias).to_owned()).collect();
            Some((*of, Naming { name: (*name).to_owned(), aliases }))
        })
    }
}

/// A name as it is shown: "the shop" is `shop`.
fn without_article(name: &str) -> &str {
    let name = name.trim();
    let rest = ["the ", "The ", "a ", "A ", "an ", "An "].into_iter().find_map(|article| name.strip_prefix(article));
    rest.map(str::trim_start).filter(|rest| !rest.is_empty()).unwrap_or(name)
}
