//! `cairn stale`: what was true once and may not be any more.

use annotate_snippets::{AnnotationKind, Level};
use serde_json::json;

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::text::count;
use crate::{records, snippet};

/// How many quotes are shown of each unless all are asked for.
const QUOTES_MAX: usize = 2;

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let model = context.model().await?;
    if context.is_json() {
        let found = records::filtered(&records::export(&model), "stale", |_| true);
        records::print("cairn.stale/1", json!({ "stale": found }))?;
        return Ok(Ending::Done);
    }
    let mut found: Vec<_> = model.system.stale.iter().collect();
    found.sort_by(|left, right| (&left.check, &left.id).cmp(&(&right.check, &right.id)));
    let shown = if context.verbose { usize::MAX } else { QUOTES_MAX };
    let mut text = String::new();
    for it in &found {
        let id = it.subject.as_ref().unwrap_or(&it.id);
        let group = snippet::title(Level::WARNING, &it.check, Some(id.as_str()), &it.statement);
        let quotes = it.evidence.iter().take(shown);
        let kind = AnnotationKind::Primary;
        let snippets = quotes.filter_map(|citation| snippet::citation(&model.documents, citation, kind, ""));
        text += &(snippet::render(&[group.elements(snippets)]) + "\n");
    }
    context.print(&(text + &count(found.len(), "stale finding") + "\n"))?;
    Ok(Ending::Done)
}
