//! Names that a text says something had before. The id of a component is made of them, so that a new name changes no id where a
//! document tells of the old one.

use cairn_model::Statement;

use crate::verify::VerifiedClaim;

/// What stands before a former name.
const CUES: &[&str] = &["formerly", "previously", "renamed from", "used to be called", "was called"];

/// Between the cue and the name stand marks, "called" or "known as".
const REACH_BYTES: usize = 16;

/// The aliases of a component claim that its own quotes call former names.
pub(super) fn names<'a>(claim: &VerifiedClaim<'a>) -> Vec<&'a str> {
    let Statement::Component(body) = claim.statement else { return Vec::new() };
    let quotes: Vec<String> = claim.evidence.iter().map(|citation| citation.quote.to_lowercase()).collect();
    let is_former = |alias: &str| {
        let alias = alias.to_lowercase();
        quotes.iter().any(|quote| CUES.iter().any(|cue| follows(quote, cue, &alias)))
    };
    body.aliases.iter().map(String::as_str).filter(|alias| is_former(alias)).collect()
}

fn follows(quote: &str, cue: &str, alias: &str) -> bool {
    quote.match_indices(cue).any(|(at, _)| {
        let after = quote.get(at + cue.len()..).unwrap_or_default();
        after.find(alias).is_some_and(|distance| distance <= REACH_BYTES)
    })
}
