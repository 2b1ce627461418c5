//! `cairn trust`: who may do what, and where trust is given without a word; as a list, and as a graph.

use std::collections::{BTreeMap, BTreeSet};

use cairn_engine::Model;
use cairn_engine::attack::{End, TrustKind, Trusted, trust};
use cairn_model::{ElementId, Term as _, Truth};
use cairn_report::{Labels, TrustArrow, trust_dot, trust_mermaid};
use serde_json::{Value, json};

use super::blast::cited;
use crate::arguments::Format;
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
    match context.format {
        Format::Json => {
            let all: Vec<Value> = found.iter().map(record).collect();
            records::print("cairn.trust/1", json!({ "trust": all, "graph": graph(&found) }))?;
            return Ok(Ending::Done);
        }
        Format::Mermaid => Context::print_data(&trust_mermaid(&arrows(&model, &found)))?,
        Format::Dot => Context::print_data(&trust_dot(&arrows(&model, &found)))?,
        _ => context.print(&text(context, &model, &found))?,
    }
    Ok(Ending::Done)
}

fn text(context: &Context, model: &Model, found: &[Trusted]) -> String {
    let mut text = String::new();
    let shown = if context.verbose { usize::MAX } else { SHOWN_MAX };
    for (kind, heading) in KINDS {
        let of_kind: Vec<&Trusted> = found.iter().filter(|it| it.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        text.extend([format!("{}: {}\n", bold(heading), of_kind.len())]);
        text.extend(of_kind.iter().take(shown).map(|it| line(model, it)));
        if of_kind.len() > shown {
            text += &dim(&format!("  {} more with `--verbose`\n", of_kind.len() - shown));
        }
    }
    let unsure = found.iter().filter(|it| it.truth != Truth::True).count();
    text + &format!("{} given, {unsure} of which nobody states outright\n", bold(&count(found.len(), "trust")))
}

/// Every trust as an arrow from who is trusted; a secret that several have is one from each of them.
fn arrows(model: &Model, found: &[Trusted]) -> Vec<TrustArrow> {
    let labels = Labels::of(&model.system);
    let name = |end: &End| end.element.as_ref().map_or(end.name.as_str(), |id| labels.get(id)).to_owned();
    let arrow = |it: &Trusted, from: &End| TrustArrow {
        from: name(from),
        to: name(&it.to),
        label: short(it),
        is_stated: it.truth == Truth::True,
        cited: it
            .evidence
            .iter()
            .map(|citation| {
                (format!("{}:{}", super::blast::place(model, citation), citation.line), citation.quote.to_string())
            })
            .collect(),
    };
    found.iter().flat_map(|it| it.from.iter().map(move |from| arrow(it, from))).collect()
}

/// How somebody is trusted, in a few words.
fn short(it: &Trusted) -> String {
    let condition = it.condition.as_ref().map(|it| format!(", if {it}")).unwrap_or_default();
    let words = match it.kind {
        TrustKind::Permission | TrustKind::Wildcard if it.gives.is_empty() => "may".to_owned(),
        TrustKind::Permission | TrustKind::Wildcard => format!("may {}", it.gives.join(", ")),
        TrustKind::UnprovenCall if it.truth == Truth::True => "calls without proof".to_owned(),
        TrustKind::UnprovenCall => "calls, proof unknown".to_owned(),
        TrustKind::SharedSecret => "shares".to_owned(),
        TrustKind::Federation => "is believed by".to_owned(),
    };
    words + &condition
}

/// The same as nodes and edges, for programs that draw.
fn graph(found: &[Trusted]) -> Value {
    let ends = found.iter().flat_map(|it| it.from.iter().chain([&it.to]));
    let nodes: BTreeSet<&End> = ends.collect();
    let numbers: BTreeMap<&End, usize> = nodes.iter().enumerate().map(|(number, end)| (*end, number)).collect();
    let nodes =
        nodes.iter().map(|end| json!({ "name": end.name, "element": end.element.as_ref().map(ElementId::as_str) }));
    let edge = |it: &Trusted, from: &End| {
        json!({
            "from": numbers.get(from), "to": numbers.get(&it.to), "kind": it.kind.as_str(), "gives": it.gives,
            "condition": it.condition, "truth": it.truth.as_str(), "evidence": it.evidence.iter().map(cited).collect::<Vec<_>>(),
        })
    };
    let edges = found.iter().flat_map(|it| it.from.iter().map(move |from| edge(it, from)));
    json!({ "nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>() })
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
