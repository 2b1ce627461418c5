//! `cairn trust`: who may do what, and where trust is given without a word.

use cairn_engine::Model;
use cairn_engine::attack::{TrustKind, Trusted, trust};
use cairn_model::{Term as _, Truth};
use serde_json::{Value, json};

use super::blast::cited;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, shortened};

/// Entries of one kind.
const SHOWN_MAX: usize = 15;

/// Characters of a quote.
const QUOTE_MAX: usize = 100;

/// The kinds with their headings, in the order in which they are shown.
const KINDS: [(TrustKind, &str); 5] = [
    (TrustKind::Wildcard, "rights on everything"),
    (TrustKind::Permission, "rights"),
    (TrustKind::UnprovenCall, "calls between parts without a proof"),
    (TrustKind::SharedSecret, "secrets that several have"),
    (TrustKind::Federation, "identities that are believed"),
];

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let found = trust(&model.system);
    if context.is_json() {
        let all: Vec<Value> = found.iter().map(record).collect();
        records::print("cairn.trust/1", json!({ "trust": all }))?;
        return Ok(Ending::Done);
    }
    let mut text = String::new();
    let shown = if context.verbose { usize::MAX } else { SHOWN_MAX };
    for (kind, heading) in KINDS {
        let of_kind: Vec<&Trusted> = found.iter().filter(|it| it.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        text.extend([format!("{}: {}\n", bold(heading), of_kind.len())]);
        text.extend(of_kind.iter().take(shown).map(|it| line(&model, it)));
        if of_kind.len() > shown {
            text += &dim(&format!("  {} more with `--verbose`\n", of_kind.len() - shown));
        }
    }
    let unsure = found.iter().filter(|it| it.truth != Truth::True).count();
    text.extend([format!("{} given, {unsure} of which nobody states outright\n", bold(&count(found.len(), "trust")))]);
    context.print(&text)?;
    Ok(Ending::Done)
}

fn line(model: &Model, it: &Trusted) -> String {
    let condition = it.condition.as_ref().map(|it| format!(", if {}", one_line(it))).unwrap_or_default();
    let status = if it.truth == Truth::True { String::new() } else { format!(" ({})", not_stated(it)) };
    let gives = if it.gives.is_empty() { "nothing that is understood".to_owned() } else { it.gives.join(", ") };
    let why = match (&it.question, it.evidence.first()) {
        (Some(question), _) => one_line(question),
        (None, Some(citation)) => {
            format!(
                "{}:{} {}",
                super::blast::place(model, citation),
                citation.line,
                shortened(&citation.quote, QUOTE_MAX)
            )
        }
        (None, None) => String::new(),
    };
    format!("  {} {}{condition}{status}: {gives}\n    {}\n", one_line(&it.who), one_line(&it.what), dim(&why))
}

fn not_stated(it: &Trusted) -> &'static str {
    if it.question.is_some() { "unknown" } else { it.status.as_str() }
}

fn record(it: &Trusted) -> Value {
    json!({
        "kind": it.kind.as_str(), "who": it.who, "what": it.what, "element": it.element.as_str(), "gives": it.gives,
        "condition": it.condition, "status": it.status.as_str(), "truth": it.truth.as_str(), "question": it.question,
        "evidence": it.evidence.iter().map(cited).collect::<Vec<_>>(),
    })
}
