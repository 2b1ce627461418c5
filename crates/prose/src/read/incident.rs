//! Incidents: one for each postmortem, from its summary, and those that other documents mention.

use cairn_model::{BlockKind, Document, IncidentClaim, SourceType, Statement, Status};

use super::Claims;
use crate::lexicon::Lexicon;
use crate::line::Line;
use crate::outline::Outline;
use crate::token::sentences;
use crate::utterance::{Place, PlaceKind, Utterance};

/// Reads what a postmortem as a whole is about.
pub(crate) fn of_document(document: &Document, lexicon: &Lexicon, claims: &mut Claims) {
    if document.source_type != SourceType::Postmortem {
        return;
    }
    let Some((line, range)) = summary(document) else { return };
    let place = Place {
        outline: Outline::default(),
        stance: Status::Implemented,
        source_type: document.source_type,
        kind: PlaceKind::Paragraph,
        topic: None,
    };
    let utterance = Utterance::new(document, lexicon, &line, range, &place);
    let claim = IncidentClaim {
        statement: utterance.text().trim_end_matches('.').to_owned(),
        about: utterance.names(),
        occurred_on: document.modified.map(|date| date.to_string()),
        cause: None,
        follow_up: None,
    };
    claims.add(Statement::Incident(claim), Status::Implemented, utterance.quote_all(), 600);
}

/// The first sentence under a summary-like heading, or else the first of the document.
fn summary(document: &Document) -> Option<(Line, (usize, usize))> {
    let mut first = None;
    for section in &document.sections {
        let heading = section.heading_path.last().map(|heading| heading.to_lowercase()).unwrap_or_default();
        let is_summary = ["summary", "what happened", "overview", "impact", "description", "incident", "root cause"]
            .iter()
            .any(|word| heading.contains(word));
        for block in document.blocks_of(section) {
            if !matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. }) {
                continue;
            }
            let Some(line) = block.cells.first().map(|cell| Line::of(cell, &document.text)) else { continue };
            let Some(range) = sentences(&line).into_iter().find(|(start, end)| end - start > 40) else { continue };
            if is_summary {
                return Some((line, range));
            }
            first.get_or_insert((line, range));
        }
    }
    first
}
