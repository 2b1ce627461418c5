//! `cairn search QUERY`: passages, best first.

use annotate_snippets::{Annotation, AnnotationKind, Level, Snippet};
use cairn_engine::{Hit, Query};
use cairn_model::{LineIndex, Span};
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::snippet::{self, title};
use crate::text::count;

/// How many places of a passage are shown.
const PLACES_MAX: usize = 3;

pub(crate) async fn run(context: &Context, query: &str, limit: usize) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    let answer = cairn_engine::search(&workspace, &Query::new(query, limit)).await?;
    let found: Vec<Found<'_>> = answer.hits.iter().map(|hit| Found::new(hit, answer.text_of(hit))).collect();
    if context.is_json() {
        let hits: Vec<Value> = found.iter().map(Found::record).collect();
        records::print("cairn.search/1", json!({ "query": query, "hits": hits }))?;
        return Ok(Ending::Done);
    }
    let texts: Vec<String> = found.iter().map(Found::text).collect();
    context.print(&(texts.join("\n") + &count(found.len(), "passage") + "\n"))?;
    Ok(Ending::Done)
}

/// A hit with its document's text.
struct Found<'a> {
    hit: &'a Hit,
    document: &'a str,
    lines: LineIndex,
}

impl<'a> Found<'a> {
    fn new(hit: &'a Hit, document: &'a str) -> Self {
        Self { hit, document, lines: LineIndex::new(document) }
    }

    fn record(&self) -> Value {
        let Hit { path, title, source_type, modified, heading_path, span, score, highlights, .. } = self.hit;
        json!({
            "path": path,
            "title": title,
            "source_type": source_type.as_str(),
            "modified": modified.map(|date| date.to_string()),
            "heading_path": heading_path,
            "start": span.start,
            "end": span.end,
            "line": self.lines.line_of(span.start),
            "text": span.of(self.document),
            "score": score,
            "highlights": highlights.iter().map(|it| json!({ "start": it.start, "end": it.end })).collect::<Vec<_>>(),
        })
    }

    fn text(&self) -> String {
        let heading = self.hit.heading_path.join(" › ");
        let heading = if heading.is_empty() { &self.hit.title } else { &heading };
        let group = title(Level::NOTE, self.hit.source_type.as_str(), None, heading);
        snippet::render(&[group.elements(self.places())])
    }

    /// The lines where the query's words stand, or the passage's beginning when only its headings answer.
    fn places(&self) -> Vec<Snippet<'static, Annotation<'static>>> {
        let mut spans: Vec<Span> = self.hit.highlights.clone();
        if spans.is_empty() {
            spans.push(self.first_line());
        }
        spans.dedup_by_key(|span| self.lines.line_of(span.start));
        let snippets = spans.iter().take(PLACES_MAX).map(|span| {
            let line = self.lines.line_of(span.start);
            snippet::source(&self.hit.path, self.document, *span, line, AnnotationKind::Primary, "")
        });
        snippets.collect()
    }

    fn first_line(&self) -> Span {
        let passage = self.hit.span.of(self.document).unwrap_or_default();
        let length = passage.trim_end().find('\n').unwrap_or_else(|| passage.trim_end().len());
        Span::new(self.hit.span.start, self.hit.span.start + length)
    }
}
