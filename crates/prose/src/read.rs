//! Second pass over one document: its sentences in order, each handed to the readers of every kind.

mod boundary;
mod component;
mod control;
mod data;
mod decision;
mod endpoint;
mod flow;
mod incident;
mod permission;
mod question;
mod statement;

use cairn_model::{Block, BlockKind, Claim, Confidence, Document, Quote, Section, SourceType, Statement, Status};

use crate::EXTRACTOR;
use crate::lexicon::Lexicon;
use crate::line::Line;
use crate::outline::{Outline, is_boilerplate};
use crate::survey::split_lead;
use crate::token::sentences;
use crate::utterance::{Place, PlaceKind, Utterance};
use crate::verbs::verbs;
use crate::words::is_verb;

/// Collects the claims of one document.
pub(crate) struct Claims {
    claims: Vec<Claim>,
}

impl Claims {
    /// Adds a claim if there is something to quote.
    pub(crate) fn add(&mut self, statement: Statement, status: Status, quote: Option<Quote>, confidence: u16) {
        let Some(quote) = quote else { return };
        self.claims.push(Claim {
            statement,
            status,
            evidence: vec![quote],
            extractor: EXTRACTOR.to_owned(),
            confidence: Confidence::thousandths(confidence),
        });
    }
}

/// Second pass over one document: all claims of all kinds.
pub fn read(document: &Document, lexicon: &Lexicon) -> Vec<Claim> {
    let mut claims = Claims { claims: Vec::new() };
    if is_boilerplate(&document.path) {
        return claims.claims;
    }
    let stance = stance(document);
    let subject = lexicon.find(&document.title);
    for section in &document.sections {
        read_section(document, section, lexicon, (stance, subject), &mut claims);
    }
    incident::of_document(document, lexicon, &mut claims);
    claims.claims
}

fn read_section(
    document: &Document,
    section: &Section,
    lexicon: &Lexicon,
    (stance, subject): (Status, Option<usize>),
    claims: &mut Claims,
) {
    let outline = Outline::of(&section.heading_path);
    if outline.is_foreign() {
        return;
    }
    let named = section.heading_path.iter().rev().find_map(|heading| lexicon.find(heading)).or(subject);
    let mut place =
        Place { outline, stance, source_type: document.source_type, kind: PlaceKind::Paragraph, topic: named };
    let mut focus = named;
    for block in document.blocks_of(section) {
        let Some(kind) = PlaceKind::of(&block.kind) else { continue };
        place.kind = kind;
        let lines: Vec<Line> = block.cells.iter().map(|cell| Line::of(cell, &document.text)).collect();
        if matches!(block.kind, BlockKind::ListItem { .. } | BlockKind::TableRow { .. }) {
            place.topic = lead_entity(block, &lines, lexicon).or(named);
            focus = place.topic;
        }
        for line in lines.iter().filter(|line| !line.is_struck()) {
            for range in sentences(line) {
                place.topic = focus.or(named);
                let utterance = Utterance::new(document, lexicon, line, range, &place);
                read_utterance(&utterance, claims);
                if kind != PlaceKind::TableCell {
                    focus =
                        grammatical_subject(&utterance).or(focus).or(utterance.mentions.first().map(|it| it.entity));
                }
            }
        }
        if kind == PlaceKind::Heading {
            focus = named;
        }
    }
}

fn read_utterance(utterance: &Utterance<'_>, claims: &mut Claims) {
    endpoint::read(utterance, claims);
    if utterance.place.kind == PlaceKind::Code {
        flow::read_arrows(utterance, claims);
        permission::read_command(utterance, claims);
        return;
    }
    component::read(utterance, claims);
    boundary::read(utterance, claims);
    data::read(utterance, claims);
    if utterance.place.kind == PlaceKind::Heading {
        flow::read_heading(utterance, claims);
        return;
    }
    flow::read(utterance, claims);
    control::read(utterance, claims);
    permission::read(utterance, claims);
    statement::read(utterance, claims);
    decision::read(utterance, claims);
    question::read(utterance, claims);
}

/// The entity that a sentence is about: the first that stands before its verb. What is only mentioned after it is not what the next
/// sentence, when it names nobody, goes on about.
fn grammatical_subject(utterance: &Utterance<'_>) -> Option<usize> {
    let verb = utterance.tokens.iter().position(|token| is_verb(&token.lower) || verbs().get(&token.lower).is_some());
    let first = utterance.mentions.first()?;
    verb.is_none_or(|verb| first.first < verb).then_some(first.entity)
}

/// The entity a row or item opens with: subject of what the rest of it says.
fn lead_entity(block: &Block, lines: &[Line], lexicon: &Lexicon) -> Option<usize> {
    let first = lines.first()?;
    match block.kind {
        BlockKind::TableRow { .. } => lexicon.find(first.text.trim()),
        _ => split_lead(first).and_then(|(name, _)| lexicon.find(name)),
    }
}

/// What the document as a whole says of what it describes in the present tense.
fn stance(document: &Document) -> Status {
    let status = document.front_matter.get("status").map(|status| status.to_lowercase()).unwrap_or_default();
    if ["proposed", "draft", "provisional", "rfc", "in review", "pending", "implementable", "wip"]
        .iter()
        .any(|word| status.contains(word))
    {
        return Status::Planned;
    }
    let settled =
        ["accepted", "implemented", "done", "approved", "final", "merged"].iter().any(|word| status.contains(word));
    let path = document.path.to_lowercase();
    let proposes = ["proposal", "rfc", "/kep", "plan"]
        .iter()
        .any(|word| path.contains(word) || document.title.to_lowercase().contains(word));
    if proposes
        && !settled
        && matches!(document.source_type, SourceType::Design | SourceType::Guide | SourceType::PullRequest)
    {
        return Status::Planned;
    }
    Status::Implemented
}
