//! Every name that occurs in claims, folded once however often it occurs.

use std::sync::Arc;

use cairn_model::{Statement, name_words};
use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;

use super::references;
use super::words::Folded;
use crate::Policy;
use crate::verify::VerifiedClaim;

/// Spellings with what they are without their writing.
#[derive(Debug, Default)]
pub(crate) struct Lexicon<'a>(IndexMap<&'a str, Arc<Writing>>);

/// What is left of a spelling.
#[derive(Debug)]
pub(super) struct Writing {
    /// As [`cairn_model::NormalName`] has it.
    pub(super) normal: String,
    pub(super) folded: Folded,
    /// The folded words without separators.
    pub(super) key: String,
}

impl Writing {
    fn of(spelling: &str) -> Self {
        let words = name_words(spelling);
        let normal = words.concat();
        let folded = Folded::of_words(words);
        Self { normal, key: folded.key(), folded }
    }
}

impl<'a> Lexicon<'a> {
    /// Adds the names of `claims` and those that people settled.
    pub(crate) fn learn<'c>(&mut self, claims: impl Iterator<Item = &'c VerifiedClaim<'a>>, policy: &'a Policy)
    where
        'a: 'c,
    {
        let mut unknown: IndexSet<&'a str> = IndexSet::new();
        let settled = policy.same.iter().chain(&policy.different).flat_map(|(left, right)| [left.as_str(), right]);
        for name in claims.flat_map(|claim| spellings(claim.statement)).chain(settled) {
            if !self.0.contains_key(name) {
                unknown.insert(name);
            }
        }
        let unknown: Vec<&str> = unknown.into_iter().collect();
        let read: Vec<_> = unknown.into_par_iter().map(|name| (name, Arc::new(Writing::of(name)))).collect();
        self.0.extend(read);
    }

    pub(super) fn get(&self, spelling: &str) -> Option<&Arc<Writing>> {
        self.0.get(spelling)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &Writing)> {
        self.0.iter().map(|(spelling, writing)| (*spelling, &**writing))
    }
}

/// All names in a statement, whatever they name.
fn spellings(statement: &Statement) -> impl Iterator<Item = &str> {
    let (one, other, list): (Option<&String>, Option<&String>, &[String]) = match statement {
        Statement::Component(body) => (Some(&body.name), None, &body.aliases),
        Statement::Boundary(body) => (Some(&body.name), None, &[]),
        Statement::Flow(body) => (Some(&body.source), Some(&body.target), &body.data),
        Statement::Data(body) => (Some(&body.name), None, &[]),
        _ => (None, None, &[]),
    };
    one.into_iter().chain(other).chain(list).map(String::as_str).chain(references(statement))
}
