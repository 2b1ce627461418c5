//! `cairn conflicts`: where documents contradict each other.

use annotate_snippets::{AnnotationKind, Level};
use cairn_engine::Model;
use cairn_model::{Conflict, ElementId, Position, Status, Term as _};
use cairn_report::Labels;
use serde_json::json;

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::text::{count, one_line};
use crate::{records, snippet};

/// How many quotes of one side are shown unless all are asked for.
const QUOTES_MAX: usize = 3;

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let model = context.model().await?;
    if context.is_json() {
        let found = records::filtered(&records::export(&model), "conflicts", |_| true);
        records::print("cairn.conflicts/1", json!({ "conflicts": found }))?;
        return Ok(Ending::Done);
    }
    let labels = Labels::of(&model.system);
    let mut text: String =
        model.system.conflicts.iter().map(|it| describe(context, &model, &labels, it) + "\n").collect();
    text.extend([format!("{}\n", count(model.system.conflicts.len(), "conflict"))]);
    context.print(&text)?;
    Ok(Ending::Done)
}

/// What one side says. Where the dispute is about the thing's being there, its status is the whole of it.
fn label(conflict: &Conflict, position: &Position) -> String {
    let value = position.value.replace('_', " ");
    let is_status = Status::ALL.iter().any(|status| status.as_str() == position.value);
    match position.status {
        _ if is_status => format!("{} is {value}", spoken(&conflict.attribute)),
        Status::Implemented => value,
        status => format!("{value} ({status})"),
    }
}

/// The attribute in words; whether a thing is there at all is kept as its status.
fn spoken(attribute: &str) -> String {
    if attribute == "status" { "it".to_owned() } else { attribute.replace('_', " ") }
}

fn describe(context: &Context, model: &Model, labels: &Labels, conflict: &Conflict) -> String {
    let title = format!(
        "documents disagree about the {} of {}",
        conflict.attribute.replace('_', " "),
        labels.get(&conflict.subject)
    );
    let mut group = snippet::title(Level::WARNING, "conflict", Some(&conflict.attribute), &title);
    for position in &conflict.positions {
        let label = label(conflict, position);
        let shown = if context.verbose { position.evidence.len() } else { QUOTES_MAX };
        let labels = std::iter::once(label.as_str()).chain(std::iter::repeat(""));
        let quotes = position.evidence.iter().take(shown).zip(labels);
        let kind = AnnotationKind::Primary;
        group = group.elements(quotes.filter_map(|(it, of)| snippet::citation(&model.documents, it, kind, of)));
        let more = position.evidence.len().saturating_sub(shown);
        if more > 0 {
            let text = format!("{more} more quotes for this with `--verbose`");
            group = group.element(Level::NOTE.with_name("more").message(text));
        }
    }
    let outcome = conflict.resolution.as_ref().map_or("still open".to_owned(), |rule| format!("settled by {rule}"));
    let affects = match conflict.affects.len() {
        0 => "no threat".to_owned(),
        number => {
            let ids: Vec<&str> = conflict.affects.iter().take(QUOTES_MAX).map(ElementId::as_str).collect();
            let more = if number > QUOTES_MAX { ", …" } else { "" };
            format!("{} ({}{more})", count(number, "threat"), ids.join(", "))
        }
    };
    let notes = [("outcome", outcome), ("affects", affects), ("id", conflict.id.to_string())];
    let notes = notes.map(|(name, text)| Level::NOTE.with_name(name).message(one_line(&text)));
    snippet::render(&[group.elements(notes)])
}
