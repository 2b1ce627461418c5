//! A sample of claims for a reader to check against their quotes.
//!
//! Drawn by the hash of what is claimed, so that it is spread over the documents, is the same on every run, and changes little
//! when the extraction does.

use cairn_model::{ClaimKind, Term as _, content_hash};
use cairn_validate::{VerifiedClaim, verify};
use serde_json::Value;

use crate::reading::Reading;

/// Up to `per_kind` claims of each kind (or of `kind` alone) that passed the quote check, as text.
pub fn sample(reading: &Reading, per_kind: usize, kind: Option<&str>) -> String {
    let verified = verify(&reading.documents, &reading.claims);
    let mut text = String::new();
    for name in ClaimKind::ALL.map(ClaimKind::as_str).into_iter().filter(|name| kind.is_none_or(|kind| kind == *name)) {
        let of_kind = verified.claims.iter().filter(|claim| claim.statement.kind().as_str() == name);
        let mut drawn: Vec<(String, String)> = of_kind.map(|claim| drawn(claim)).collect();
        drawn.sort();
        text.extend([format!("{name}: {} of {}\n", drawn.len().min(per_kind), drawn.len())]);
        text.extend(drawn.into_iter().take(per_kind).map(|(_, shown)| shown));
    }
    text
}

fn drawn(claim: &VerifiedClaim<'_>) -> (String, String) {
    let shown = shown(claim);
    (content_hash(&[&shown]), shown)
}

fn shown(claim: &VerifiedClaim<'_>) -> String {
    let mut text = format!("  [ ] {}\n", attributes(claim));
    for citation in &claim.evidence {
        let quote = citation.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        text.extend([format!("      {}:{}: \"{quote}\"\n", claim.document.path, citation.line)]);
    }
    text
}

/// `name: edge, type: gateway, status: planned`: what is stated, in the order of the contract's words.
fn attributes(claim: &VerifiedClaim<'_>) -> String {
    let statement = serde_json::to_value(claim.statement).expect("a claim serialises");
    let fields = statement.as_object().into_iter().flatten().filter(|(field, _)| *field != "kind");
    let stated = fields.filter_map(|(field, value)| plain(value).map(|value| format!("{field}: {value}")));
    stated.chain([format!("status: {}", claim.status.as_str())]).collect::<Vec<_>>().join(", ")
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(plain).collect();
            (!items.is_empty()).then(|| items.join(" + "))
        }
        other => Some(other.to_string()),
    }
}
