//! `cairn blast NAME`: what follows when an element is in the wrong hands, and what stops it.

use cairn_engine::Model;
use cairn_engine::attack::{Blast, Contained, Hands, Lost};
use cairn_model::ElementId;
use cairn_report::Labels;
use serde_json::{Value, json};

use super::paths::broken_by;
use crate::arguments;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::records;
use crate::text::{bold, count, dim, one_line};

pub(crate) async fn run(context: &Context, arguments: &arguments::Blast) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let labels = Labels::of(&model.system);
    let id = element(&model, &arguments.element)?;
    let hands = if arguments.content { Hands::Content } else { Hands::Whole };
    let blast = model.analysis().blast(&id, hands).ok_or_else(|| {
        let hint = match hands {
            Hands::Whole => "name a component, data, a boundary or a principal",
            Hands::Content => "`--content` is for components and data",
        };
        Failure::usage(format!("nobody can have this of `{}` in hand\nhint: {hint}", one_line(&arguments.element)))
    })?;
    if context.is_json() {
        records::print("cairn.blast/1", record(&blast))?;
    } else {
        context.print(&text(&model, &labels, &blast, arguments))?;
    }
    Ok(Ending::Done)
}

/// The component, data, boundary or principal of this name or id.
pub(crate) fn element(model: &Model, wanted: &str) -> Result<ElementId, Failure> {
    let system = &model.system;
    cairn_engine::element(system, wanted).map(|(id, _)| id).ok_or_else(|| {
        let known = (system.components.iter().map(|it| it.name.as_str()))
            .chain(system.data.iter().map(|it| it.name.as_str()))
            .chain(system.boundaries.iter().map(|it| it.name.as_str()))
            .chain(system.permissions.iter().map(|it| it.principal.as_str()));
        Failure::usage(format!("there is no element `{}`{}", one_line(wanted), did_you_mean(wanted, known)))
    })
}

fn text(model: &Model, labels: &Labels, blast: &Blast, arguments: &arguments::Blast) -> String {
    let limit = arguments.limit;
    let certain = blast.lost.iter().filter(|it| it.is_certain).count();
    let mut text = format!(
        "{}{} in the wrong hands: {} lost, {certain} for certain; {}, {} crossed\n",
        if arguments.content { "what stands in " } else { "" },
        bold(&one_line(labels.get(&blast.origin))),
        count(blast.lost.len(), "element"),
        count(blast.goals.len(), "goal"),
        count(blast.crossed.len(), "boundary").replace("boundarys", "boundaries"),
    );
    for (heading, is_data) in [("data", true), ("parts", false)] {
        let lost: Vec<&Lost> = blast.lost.iter().filter(|it| it.is_data == is_data).collect();
        text.extend([format!("{}: {}\n", bold(heading), lost.len())]);
        text.extend(lost.iter().take(limit).map(|it| line(labels, it)));
        if lost.len() > limit {
            text += &dim(&format!("  {} more: `--limit N` shows them\n", lost.len() - limit));
        }
    }
    if !blast.crossed.is_empty() {
        text.extend([format!("{}: {}\n", bold("boundaries crossed"), one_line(&labels.list(&blast.crossed)))]);
    }
    text.extend([format!("{}: {}\n", bold("what holds"), blast.contained.len())]);
    text.extend(blast.contained.iter().take(limit).map(|it| held(model, labels, it)));
    if blast.contained.len() > limit {
        text += &dim(&format!("  {} more: `--limit N` shows them\n", blast.contained.len() - limit));
    }
    text
}

fn line(labels: &Labels, lost: &Lost) -> String {
    let sure = if lost.is_certain { "" } else { " (not certain)" };
    let by: Vec<String> = lost.hops.iter().map(|hop| one_line(&hop.means)).collect();
    format!(
        "  {}: {}{sure}\n    {}\n",
        one_line(labels.get(&lost.element)),
        lost.gains.join(", "),
        dim(&by.join(" → "))
    )
}

/// What holds, with the passage that says so.
fn held(model: &Model, labels: &Labels, contained: &Contained) -> String {
    let by: Vec<String> = contained.by.iter().map(|it| broken_by(labels, it)).collect();
    let cited = contained.by.iter().flat_map(|it| &it.evidence).next();
    let cited =
        cited.map(|it| format!("\n    {}", dim(&format!("{}:{} {}", place(model, it), it.line, one_line(&it.quote)))));
    format!(
        "  no way to this: {}: {}{}\n",
        one_line(&contained.step),
        one_line(&by.join("; ")),
        cited.unwrap_or_default()
    )
}

fn record(blast: &Blast) -> Value {
    let lost = |it: &Lost| {
        json!({
            "element": it.element.as_str(), "gains": it.gains, "certain": it.is_certain, "data": it.is_data,
            "hops": it.hops.iter().map(hop_record).collect::<Vec<_>>(),
        })
    };
    let held = |it: &Contained| {
        let by = it.by.iter().map(|by| {
            json!({
                "control": by.control.as_ref().map(ElementId::as_str), "on": by.on.as_str(),
                "type": cairn_model::Term::as_str(by.control_type), "evidence": by.evidence.iter().map(cited).collect::<Vec<_>>(),
            })
        });
        json!({ "element": it.element.as_str(), "step": it.step, "by": by.collect::<Vec<_>>() })
    };
    let goals =
        blast.goals.iter().map(|it| json!({ "element": it.element.as_str(), "gains": it.gains, "why": it.why }));
    json!({
        "origin": blast.origin.as_str(),
        "begins": blast.begins,
        "lost": blast.lost.iter().map(lost).collect::<Vec<_>>(),
        "goals": goals.collect::<Vec<_>>(),
        "crossed": blast.crossed.iter().map(ElementId::as_str).collect::<Vec<_>>(),
        "contained": blast.contained.iter().map(held).collect::<Vec<_>>(),
    })
}

fn hop_record(hop: &cairn_model::Hop) -> Value {
    json!({
        "from": hop.from.as_str(), "to": hop.to.as_str(), "gains": hop.gains, "rule": hop.rule, "means": hop.means,
        "truth": hop.truth.as_str(), "evidence": hop.evidence.iter().map(cited).collect::<Vec<_>>(), "questions": hop.questions,
    })
}

/// The path of the document that a citation is from.
pub(crate) fn place<'m>(model: &'m Model, citation: &'m cairn_model::Citation) -> &'m str {
    let document = model.documents.iter().find(|it| it.id == citation.document);
    document.map_or(citation.document.as_str(), |it| it.path.as_str())
}

pub(crate) fn cited(citation: &cairn_model::Citation) -> Value {
    json!({
        "document": citation.document.as_str(), "revision": citation.revision.as_str(), "start": citation.span.start,
        "end": citation.span.end, "line": citation.line, "quote": citation.quote.as_str(),
    })
}
