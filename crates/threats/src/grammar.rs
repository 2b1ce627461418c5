//! The sentence of a threat: who could do what to what, with which effect. A rule may word it; where it does not, it is made
//! of what the documents say of the place, and what they do not say is called unknown.

use cairn_model::{ComponentType, Exposure, Stride};

use crate::condition::vocabulary::Relation;
use crate::graph::{Element, Graph, NodeIndex};
use crate::rule::Rule;
use crate::template;

/// Data sets named before the rest is counted.
const DATA_MAX: usize = 3;

/// The sentence about the node.
pub(crate) fn sentence(graph: &Graph<'_>, rule: &Rule, at: NodeIndex) -> String {
    if let Some(parts) = &rule.statement {
        let mut sentence = String::new();
        parts.who.add_to(&mut sentence, graph, at);
        sentence.push(' ');
        parts.does.add_to(&mut sentence, graph, at);
        sentence.push_str(", so that ");
        parts.effect.add_to(&mut sentence, graph, at);
        return sentence;
    }
    let does = rule.info.stride.first().map_or("harm", |category| deed(*category));
    format!("{} could {does} {}; {}", who(graph, at), template::name(graph, at), effect(graph, at))
}

const fn deed(category: Stride) -> &'static str {
    match category {
        Stride::Spoofing => "pass for somebody else at",
        Stride::Tampering => "change what belongs to",
        Stride::Repudiation => "act without a trace on",
        Stride::InformationDisclosure => "read what belongs to",
        Stride::DenialOfService => "stop the use of",
        Stride::ElevationOfPrivilege => "do what they have no right to on",
    }
}

/// The flow's own source, or whoever can come to the place.
fn who(graph: &Graph<'_>, at: NodeIndex) -> String {
    let node = graph.node(at);
    let first = |relation: Relation| node.related(relation).first().copied();
    if let Some(source) = first(Relation::Source) {
        let name = template::name(graph, source);
        return if is_outsider(graph.node(source).element) { name } else { format!("whoever controls {name}") };
    }
    let place = first(Relation::Component).or_else(|| first(Relation::Components)).unwrap_or(at);
    let own = exposure(node.element).or_else(|| exposure(graph.node(place).element));
    match own {
        Some(Exposure::Internet) => "anyone on the internet".to_owned(),
        Some(Exposure::Partner) => "a partner".to_owned(),
        Some(Exposure::Internal) => "somebody inside".to_owned(),
        None => "somebody (from where is unknown)".to_owned(),
    }
}

fn is_outsider(element: Element<'_>) -> bool {
    use ComponentType as T;
    matches!(element, Element::Component(it)
        if it.component_type.as_ref().is_some_and(|it| matches!(it.value, T::Actor | T::Client | T::External)))
}

fn exposure(element: Element<'_>) -> Option<Exposure> {
    let stated = match element {
        Element::Component(it) => it.exposure.as_ref(),
        Element::Endpoint(it) => it.exposure.as_ref(),
        _ => None,
    };
    stated.map(|it| it.value)
}

/// The data that is at stake, as far as it is known.
fn effect(graph: &Graph<'_>, at: NodeIndex) -> String {
    let node = graph.node(at);
    let mut data: Vec<NodeIndex> = node.related(Relation::Data).to_vec();
    let hosts = [Relation::Component, Relation::Target].iter().flat_map(|it| node.related(*it)).copied().chain([at]);
    for host in hosts {
        let holdings = graph.node(host).related(Relation::Holdings);
        data.extend(holdings.iter().flat_map(|holding| graph.node(*holding).related(Relation::Data)));
    }
    data.sort_unstable();
    data.dedup();
    let names: Vec<String> = data.iter().take(DATA_MAX).map(|it| template::name(graph, *it)).collect();
    match (names.as_slice(), data.len().saturating_sub(DATA_MAX)) {
        ([], _) => "which data is at stake is unknown".to_owned(),
        (names, 0) => format!("at stake: {}", names.join(", ")),
        (names, more) => format!("at stake: {} and {more} more", names.join(", ")),
    }
}
