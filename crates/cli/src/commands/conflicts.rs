//! `cairn conflicts`: where documents contradict each other.

use annotate_snippets::{AnnotationKind, Level};
use cairn_engine::Model;
use cairn_model::Conflict;
use cairn_report::Labels;
use serde_json::json;

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::text::{count, one_line};
use crate::{records, snippet};

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let model = context.model().await?;
    if context.is_json() {
        let found = records::filtered(&records::export(&model), "conflicts", |_| true);
        records::print("cairn.conflicts/1", json!({ "conflicts": found }))?;
        return Ok(Ending::Done);
    }
    let labels = Labels::of(&model.system);
    let mut text: String = model.system.conflicts.iter().map(|it| describe(&model, &labels, it) + "\n").collect();
    text.extend([format!("{}\n", count(model.system.conflicts.len(), "conflict"))]);
    context.print(&text)?;
    Ok(Ending::Done)
}

fn describe(model: &Model, labels: &Labels, conflict: &Conflict) -> String {
    let title = format!("documents disagree about {} of {}", conflict.attribute, labels.get(&conflict.subject));
    let mut group = snippet::title(Level::WARNING, "conflict", Some(&conflict.attribute), &title);
    for position in &conflict.positions {
        let label = format!("{} ({})", position.value, position.status);
        let quotes = position.evidence.iter();
        let kind = AnnotationKind::Primary;
        group = group.elements(quotes.filter_map(|it| snippet::citation(&model.documents, it, kind, &label)));
    }
    let outcome = conflict.resolution.as_ref().map_or("still open".to_owned(), |rule| format!("settled by {rule}"));
    let notes = [("outcome", outcome), ("id", conflict.id.to_string())];
    let notes = notes.map(|(name, text)| Level::NOTE.with_name(name).message(one_line(&text)));
    snippet::render(&[group.elements(notes)])
}
