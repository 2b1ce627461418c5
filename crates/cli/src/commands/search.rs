//! `cairn search QUERY`: passages, best first.

use annotate_snippets::{Annotation, AnnotationKind, Level, Snippet};
use cairn_engine::{Answer, Hit, Query, SearchMode, SearchRequest, Workspace};
use cairn_model::{LineIndex, Span};
use serde_json::{Value, json};

use super::index;
use crate::arguments::{Search, SearchBy};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::snippet::{self, title};
use crate::text::{count, one_line};

/// How many places of a passage are shown.
const PLACES_MAX: usize = 3;

pub(crate) async fn run(context: &Context, arguments: &Search) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    let query = arguments.query.join(" ");
    let request = SearchRequest {
        offset: arguments.offset,
        mode: match arguments.by {
            SearchBy::Words => SearchMode::Words,
            SearchBy::Meaning => SearchMode::Meaning,
            SearchBy::Both => SearchMode::Both,
        },
        claims: arguments.claims,
        access: index::access(&workspace)?,
        threads: context.threads,
        ..SearchRequest::new(Query::new(query.clone(), arguments.limit))
    };
    let answer = cairn_engine::find(&workspace, &request).await?;
    tell_what_is_missing(context, &workspace, &answer)?;
    let found: Vec<Found<'_>> = answer.hits.iter().map(|hit| Found::new(hit, &answer)).collect();
    if context.is_json() {
        let hits: Vec<Value> = found.iter().map(Found::record).collect();
        let vectors = answer.vectors.map(|it| json!({ "passages": it.passages, "with_vectors": it.with_vectors }));
        let fields = json!({
            "query": query,
            "by": request.mode.as_str(),
            "hits": hits,
            "vectors": vectors,
            "left_out": answer.left_out,
        });
        records::print("cairn.search/1", fields)?;
        return Ok(Ending::Done);
    }
    let texts: Vec<String> = found.iter().map(Found::text).collect();
    let what = if arguments.claims { "quote" } else { "passage" };
    context.print(&(texts.join("\n") + &count(found.len(), what) + "\n"))?;
    Ok(Ending::Done)
}

/// Says why meaning played less of a part than it could, and has missing vectors made.
fn tell_what_is_missing(context: &Context, workspace: &Workspace, answer: &Answer) -> Result<(), Failure> {
    for reason in &answer.left_out {
        context.tell(&format!("left out: {}", one_line(reason)));
    }
    let Some(vectors) = answer.vectors.filter(|it| it.missing() > workspace.settings().search.vectors_at_once) else {
        return Ok(());
    };
    let missing =
        format!("{} of {} cannot be found by meaning yet", vectors.missing(), count(vectors.passages, "passage"));
    if workspace.settings().search.background {
        index::build_beside(workspace)?;
        context.tell(&format!("{missing}; their vectors are made in the background (`cairn index status`)"));
    } else {
        context.tell(&format!("{missing}; `cairn index build` makes their vectors"));
    }
    Ok(())
}

/// A hit with its document's text.
struct Found<'a> {
    hit: &'a Hit,
    document: &'a str,
    section: Span,
    lines: LineIndex,
}

impl<'a> Found<'a> {
    fn new(hit: &'a Hit, answer: &'a Answer) -> Self {
        let document = answer.text_of(hit);
        Self { hit, document, section: answer.section_of(hit), lines: LineIndex::new(document) }
    }

    fn record(&self) -> Value {
        let Hit { path, title, source_type, modified, heading_path, span, score, highlights, .. } = self.hit;
        let kinds: Vec<&str> = self.hit.claim_kinds.iter().map(|kind| kind.as_str()).collect();
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
            "section": { "start": self.section.start, "end": self.section.end },
            "trust": self.hit.trust.as_str(),
            "components": self.hit.components,
            "claim_kinds": kinds,
            "claim": self.hit.claim,
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
