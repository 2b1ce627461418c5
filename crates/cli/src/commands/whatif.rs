//! `cairn whatif` and `cairn assumptions`: what would be different, and on what the model rests most.

use cairn_engine::attack::Loss;
use cairn_engine::{Difference, Support, Supposition, what_if};
use cairn_model::{ElementId, ThreatStatus};
use cairn_report::Labels;
use serde_json::{Value, json};

use super::blast::cited;
use super::paths::records_of;
use crate::arguments::WhatIf;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, shortened, status};

/// Lines of one list.
const SHOWN_MAX: usize = 12;

/// Characters of a statement in a list.
const STATEMENT_MAX: usize = 110;

pub(crate) async fn run(context: &Context, arguments: &WhatIf) -> Result<Ending, Failure> {
    let supposition = Supposition {
        without: arguments.without.clone(),
        with: arguments.with.clone(),
        compromise: arguments.compromise.clone(),
    };
    let model = context.model().await?;
    let difference = what_if(&context.workspace().await?, context.as_of, &supposition).await?;
    let difference = difference.map_err(Failure::usage)?;
    if context.is_json() {
        let mut fields = record(&difference);
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("new_paths".to_owned(), json!(records_of(&model, &difference.new_paths)));
        }
        records::print("cairn.whatif/1", fields)?;
    } else {
        context.print(&text(&Labels::of(&model.system), &difference, context.verbose))?;
    }
    Ok(Ending::Done)
}

/// What the model rests on.
pub(crate) async fn assumptions(context: &Context, limit: usize) -> Result<Ending, Failure> {
    // A model is asked for first, so that an empty workspace is told as everywhere.
    let _ = context.model().await?;
    let supports = cairn_engine::supports(&context.workspace().await?, context.as_of).await?;
    if context.is_json() {
        let all: Vec<Value> = supports.iter().map(support_record).collect();
        records::print("cairn.assumptions/1", json!({ "supports": all }))?;
        return Ok(Ending::Done);
    }
    let mut text: String = supports.iter().take(limit).map(support_lines).collect();
    let (assumed, controls): (Vec<&Support>, Vec<&Support>) = supports.iter().partition(|it| it.is_assumption);
    let weightless = supports.iter().filter(|it| it.difference.is_empty()).count();
    text.extend([format!(
        "the model rests on {} and {} that one document alone tells of; without {weightless} of them nothing changes\n",
        bold(&count(assumed.len(), "assumption")),
        bold(&count(controls.len(), "control")),
    )]);
    if supports.len() > limit {
        text += &dim(&format!("{} left out: `--limit N` shows more\n", supports.len() - limit));
    }
    context.print(&text)?;
    Ok(Ending::Done)
}

fn support_lines(support: &Support) -> String {
    let kind = if support.is_assumption { "assumption" } else { "control" };
    format!(
        "{} {kind}: {}\n    {}\n    {}\n",
        bold(&support.difference.size().to_string()),
        shortened(&support.statement, STATEMENT_MAX),
        dim(&summary(&support.difference)),
        dim(support.id.as_str())
    )
}

/// The difference in one line.
fn summary(difference: &Difference) -> String {
    let parts = [
        (difference.gained.len(), "more ways to a goal"),
        (difference.settled.len(), "made certain"),
        (difference.averted.len(), "fewer"),
        (difference.unsettled.len(), "made uncertain"),
        (difference.threats.len(), "threats different"),
        (difference.new_paths.len(), "new paths"),
        (difference.gone_paths.len(), "paths gone"),
        (difference.accepted_risks.len(), "accepted risks touched"),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect();
    if parts.is_empty() { "nothing changes".to_owned() } else { parts.join(", ") }
}

fn text(labels: &Labels, difference: &Difference, verbose: bool) -> String {
    let shown = if verbose { usize::MAX } else { SHOWN_MAX };
    let mut text: String = difference.supposed.iter().flat_map(|it| [one_line(it), "\n".to_owned()]).collect();
    let losses = [
        ("reached now", &difference.gained),
        ("certain now", &difference.settled),
        ("not reached any more", &difference.averted),
        ("not certain any more", &difference.unsettled),
    ];
    for (heading, losses) in losses {
        text += &section(heading, losses, shown, |loss| in_words(labels, loss));
    }
    text += &section("threats", &difference.threats, shown, |it| {
        let of = |at: Option<ThreatStatus>| at.map_or_else(|| "none".to_owned(), status);
        format!("{} → {}: {}", of(it.before), of(it.after), one_line(&it.title))
    });
    text += &section("new paths", &difference.new_paths, shown, |path| {
        let hops: Vec<String> =
            path.hops.iter().map(|hop| format!("{} {}", hop.gains, one_line(labels.get(&hop.to)))).collect();
        format!("{}: {}", path.attackers.join(", "), hops.join(" → "))
    });
    text += &section("paths that are no more", &difference.gone_paths, shown, ToString::to_string);
    text += &section("accepted risks whose grounds moved", &difference.accepted_risks, shown, |id| {
        format!("{} ({id})", one_line(labels.get(id)))
    });
    if difference.is_bounded {
        text += &dim("there are more ways than are looked for: other paths may come and go beside these\n");
    }
    text + &format!("{}\n", bold(&summary(difference)))
}

fn section<T>(heading: &str, items: &[T], shown: usize, line: impl Fn(&T) -> String) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut text = format!("{}: {}\n", bold(heading), items.len());
    text.extend(items.iter().take(shown).map(|item| format!("  {}\n", line(item))));
    if items.len() > shown {
        text += &dim(&format!("  {} more with `--verbose`\n", items.len() - shown));
    }
    text
}

fn in_words(labels: &Labels, loss: &Loss) -> String {
    let sure = if loss.is_certain { "" } else { " (not certain)" };
    format!("{} {} by {}{sure}", loss.gains, one_line(labels.get(&loss.element)), loss.attacker)
}

fn record(difference: &Difference) -> Value {
    let losses = |losses: &[Loss]| -> Vec<Value> {
        let record = |it: &Loss| json!({ "attacker": it.attacker, "element": it.element.as_str(), "gains": it.gains, "certain": it.is_certain });
        losses.iter().map(record).collect()
    };
    let threats: Vec<Value> = difference
        .threats
        .iter()
        .map(|it| {
            let of = |at: Option<ThreatStatus>| at.map(ThreatStatus::as_str);
            json!({ "id": it.id.as_str(), "title": it.title, "before": of(it.before), "after": of(it.after) })
        })
        .collect();
    let ids = |ids: &[ElementId]| -> Vec<String> { ids.iter().map(ToString::to_string).collect() };
    json!({
        "hypothetical": true,
        "supposed": difference.supposed,
        "size": difference.size(),
        "threats": threats,
        "gained": losses(&difference.gained),
        "settled": losses(&difference.settled),
        "averted": losses(&difference.averted),
        "unsettled": losses(&difference.unsettled),
        "gone_paths": ids(&difference.gone_paths),
        "accepted_risks": ids(&difference.accepted_risks),
        "complete": !difference.is_bounded,
    })
}

fn support_record(support: &Support) -> Value {
    let mut fields = record(&support.difference);
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("supposed");
        fields.insert("new_paths".to_owned(), json!(support.difference.new_paths.len()));
    }
    json!({
        "id": support.id.as_str(),
        "kind": if support.is_assumption { "assumption" } else { "control" },
        "statement": support.statement,
        "difference": fields,
        "evidence": support.evidence.iter().map(cited).collect::<Vec<_>>(),
    })
}
