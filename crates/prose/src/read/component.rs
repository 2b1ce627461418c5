//! Components: every mention of a name of the corpus that says most about it.

use cairn_model::{ComponentClaim, ComponentType, Exposure, Statement, Status};

use super::Claims;
use crate::heads::heads;
use crate::line::slice;
use crate::status::stands_planned;
use crate::utterance::Utterance;
use cairn_model::NormalName;

/// Says that a component cannot be reached from outside.
const INTERNAL: &[&str] = &[
    "not exposed",
    "not publicly",
    "internal-only",
    "internal only",
    "cluster-internal",
    "only reachable from inside",
    "not reachable from the internet",
    "not internet-facing",
    "private subnet",
];

/// Says that anyone can reach it.
const INTERNET: &[&str] = &[
    "publicly accessible",
    "publicly reachable",
    "internet-facing",
    "internet facing",
    "public-facing",
    "exposed to the internet",
    "exposed publicly",
    "open to the internet",
    "reachable from the internet",
    "publicly exposed",
    "public internet",
];

/// Claims the components that a sentence names.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    let mut seen = Vec::new();
    for mention in &utterance.mentions {
        let Some(entity) = utterance.lexicon.entity(mention.entity) else { continue };
        if seen.contains(&mention.entity) {
            continue;
        }
        seen.push(mention.entity);
        let surface = utterance.words(mention.first, mention.last);
        let technology = technology_in_brackets(utterance, mention.last).or_else(|| product_inside(surface));
        let claim = ComponentClaim {
            name: entity.name.clone(),
            component_type: entity.component_type,
            technology,
            exposure: exposure(utterance, mention.first, mention.last, entity.component_type),
            owner: None,
            aliases: aliases(surface, &entity.name, &entity.aliases),
        };
        let status = if stands_planned(utterance) { Status::Planned } else { Status::Implemented };
        let anchor = utterance
            .tokens
            .get(mention.first)
            .map_or((utterance.start, utterance.end), |token| (token.start, token.end));
        claims.add(Statement::Component(claim), status, utterance.quote(anchor), 600);
    }
}

fn aliases(surface: &str, name: &str, defined: &[String]) -> Vec<String> {
    let mut aliases: Vec<String> = defined.to_vec();
    if surface != name {
        aliases.push(surface.to_owned());
    }
    aliases.sort_unstable();
    aliases.dedup();
    aliases
}

/// "the session store (Redis)".
fn technology_in_brackets(utterance: &Utterance<'_>, last: usize) -> Option<String> {
    let open = utterance.tokens.get(last + 1).filter(|token| token.lower == "(")?;
    let close = utterance.tokens.iter().skip(last + 2).take(5).find(|token| token.lower == ")")?;
    let inside = slice(&utterance.line.text, open.end, close.start);
    heads().product(&NormalName::of(inside)).map(|_| inside.to_owned())
}

/// "Redis cache": the product in a longer name.
fn product_inside(surface: &str) -> Option<String> {
    let mut words = surface.split_whitespace();
    let first = words.next()?;
    words.next()?;
    heads().product(&NormalName::of(first)).map(|_| first.to_owned())
}

/// Only what is said of this very component: "publicly accessible", "internet-facing", "not exposed".
fn exposure(
    utterance: &Utterance<'_>,
    first: usize,
    last: usize,
    component_type: Option<ComponentType>,
) -> Option<Exposure> {
    if matches!(component_type, Some(ComponentType::Actor | ComponentType::Client | ComponentType::External)) {
        return None;
    }
    let around = slice(
        &utterance.line.text,
        utterance.tokens.get(first.saturating_sub(3))?.start,
        utterance.tokens.get((last + 7).min(utterance.tokens.len().checked_sub(1)?))?.end,
    )
    .to_lowercase();
    if INTERNAL.iter().any(|phrase| around.contains(phrase)) {
        return Some(Exposure::Internal);
    }
    INTERNET.iter().any(|phrase| around.contains(phrase)).then_some(Exposure::Internet)
}
