//! Boundaries: named networks, clusters, namespaces, accounts and the like, with the components said to be inside.

use cairn_model::{BoundaryClaim, BoundaryType, Statement, Status};

use super::Claims;
use crate::status::stands_planned;
use crate::utterance::{PlaceKind, Utterance};
use crate::verbs::verbs;
use crate::words::is_stop;
use crate::words::is_verb;

/// Heads of boundary names, and what kind of wall each is.
const HEADS: &[(&str, BoundaryType)] = &[
    ("vpc", BoundaryType::Network),
    ("vpcs", BoundaryType::Network),
    ("subnet", BoundaryType::Network),
    ("subnets", BoundaryType::Network),
    ("dmz", BoundaryType::Network),
    ("network", BoundaryType::Network),
    ("vnet", BoundaryType::Network),
    ("zone", BoundaryType::Network),
    ("namespace", BoundaryType::Cluster),
    ("namespaces", BoundaryType::Cluster),
    ("cluster", BoundaryType::Cluster),
    ("account", BoundaryType::Account),
    ("accounts", BoundaryType::Account),
    ("subscription", BoundaryType::Account),
    ("project", BoundaryType::Account),
    ("environment", BoundaryType::Account),
    ("environments", BoundaryType::Account),
    ("ou", BoundaryType::Organisation),
    ("organisation", BoundaryType::Organisation),
    ("organization", BoundaryType::Organisation),
];

/// Words that make an "account" or "project" somebody's login or a piece of work.
const NOT_WALLS: &[&str] = &[
    "service", "user", "storage", "personal", "open", "source", "demo", "this", "github", "admin", "npm", "social",
    "neural",
];

/// Words before "account" or "project" that make it one of a cloud and not of a person or a customer.
const CLOUD_WORDS: &[&str] = &[
    "aws",
    "azure",
    "gcp",
    "cloud",
    "production",
    "prod",
    "staging",
    "development",
    "test",
    "member",
    "root",
    "shared",
    "logging",
    "security",
    "core",
    "management",
    "consumer",
    "network",
    "audit",
    "applications",
    "application",
    "environment",
];

/// Reads the boundaries that a sentence names.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    if utterance.is_advice() || utterance.place.kind == PlaceKind::Heading {
        return;
    }
    for (index, token) in utterance.tokens.iter().enumerate() {
        let Some((_, boundary_type)) = HEADS.iter().find(|(head, _)| *head == token.lower) else { continue };
        if is_qualifier(utterance, index) {
            continue;
        }
        let Some(name) = name(utterance, index) else { continue };
        let stage = token.lower.starts_with("environment");
        if token.lower == "project" && !is_cloud_word(utterance, index) {
            continue;
        }
        if *boundary_type == BoundaryType::Account
            && !(if stage { is_of_a_stage(utterance, index) } else { is_of_a_cloud(utterance, index) })
        {
            continue;
        }
        let claim = BoundaryClaim { name, boundary_type: Some(*boundary_type), members: members(utterance, index) };
        let status = if stands_planned(utterance) { Status::Planned } else { Status::Implemented };
        claims.add(Statement::Boundary(claim), status, utterance.quote((token.start, token.end)), 400);
    }
}

/// "network policy", "account management": the word says which policy, not which wall.
fn is_qualifier(utterance: &Utterance<'_>, index: usize) -> bool {
    utterance.tokens.get(index + 1).is_some_and(|next| {
        !next.mark && !is_stop(&next.lower) && !is_verb(&next.lower) && verbs().get(&next.lower).is_none()
    })
}

/// The head with its qualifier; a head alone names no boundary.
fn name(utterance: &Utterance<'_>, head: usize) -> Option<String> {
    let mut first = head;
    while first > 0 && head - first < 3 {
        let token = utterance.tokens.get(first - 1)?;
        let qualifies = !token.mark
            && !is_stop(&token.lower)
            && !is_verb(&token.lower)
            && !NOT_WALLS.contains(&token.lower.as_str())
            && (token.capital && first > 1
                || token.code
                || token.lower.contains(['-', '_'])
                || verbs().get(&token.lower).is_none()
                    && token.lower.len() > 2
                    && !token.lower.ends_with("ing")
                    && !token.lower.ends_with("ed"));
        if !qualifies {
            break;
        }
        first -= 1;
    }
    (first < head).then(|| utterance.words(first, head).to_owned())
}

/// "the production project" of a cloud, not "the Heron project".
fn is_cloud_word(utterance: &Utterance<'_>, head: usize) -> bool {
    head.checked_sub(1)
        .and_then(|index| utterance.tokens.get(index))
        .is_some_and(|token| CLOUD_WORDS.contains(&token.lower.as_str()))
}

fn is_of_a_cloud(utterance: &Utterance<'_>, head: usize) -> bool {
    head.checked_sub(1).and_then(|index| utterance.tokens.get(index)).is_some_and(|token| {
        token.capital || token.code || token.lower.contains(['-', '_']) || CLOUD_WORDS.contains(&token.lower.as_str())
    })
}

/// "the staging environment", not "the runtime environment".
fn is_of_a_stage(utterance: &Utterance<'_>, head: usize) -> bool {
    const STAGES: &[&str] = &[
        "production",
        "prod",
        "staging",
        "stage",
        "development",
        "dev",
        "test",
        "qa",
        "preproduction",
        "pre-production",
        "preview",
        "sandbox",
    ];
    head.checked_sub(1).and_then(|index| utterance.tokens.get(index)).is_some_and(|token| token.is_any(STAGES))
}

/// Components said to stand in it: "A and B run in the X namespace".
fn members(utterance: &Utterance<'_>, head: usize) -> Vec<String> {
    let inside = utterance
        .tokens
        .get(..head)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(6)
        .any(|token| token.is_any(&["in", "inside", "within", "into"]));
    if !inside {
        return Vec::new();
    }
    let before = utterance.mentions.iter().filter(|mention| mention.last + 1 < head);
    let mut names: Vec<String> = before.filter_map(|mention| utterance.name(mention.entity)).collect();
    names.dedup();
    names
}
