//! Answers to claims: one unit for each document, and what was not read told like every other input that was left out.

use std::collections::BTreeMap;

use cairn_extract::prompted::{self, Ask, ChunkState, DocumentAsks};
use cairn_model::{Claim, Document, DocumentId, LineIndex, Rejected, Skipped, Span, content_hash};
use cairn_store::ClaimUnit;
use cairn_validate::Admitted;

use super::asking::Setup;
use super::calls::Calls;
use super::{ModelSummary, Plan, Read};

/// How the keys of these units begin, so that they are told from those of the other readers.
pub(crate) const UNIT_PREFIX: &str = "model-";

/// How the reason begins for which a chunk is among the inputs that were left out.
pub(crate) const NOT_READ: &str = "not read by the model: ";

/// Makes claims of all answers.
pub(super) fn take_over(setup: &Setup, documents: &[Document], plan: &Plan, calls: &Calls<'_>) -> Read {
    let mut read = Read::default();
    let summary = &mut read.summary;
    summary.model.clone_from(&setup.model);
    summary.local_only = plan.local_only;
    summary.left_out = plan.left_out();
    for of_document in &plan.of_documents {
        let Some(document) = documents.get(of_document.document) else { continue };
        let hidden = of_document.sight.hidden;
        if hidden != prompted::Hidden::default() {
            summary.hidden.push((document.path.clone(), hidden));
        }
        let mut reader = Reader {
            setup,
            document,
            of_document,
            calls,
            summary,
            read: Vec::new(),
            keys: Vec::new(),
            not_read: Vec::new(),
        };
        for ask in &of_document.asks {
            reader.read(ask);
        }
        let Reader { read: claims, keys, not_read, .. } = reader;
        read.skipped.extend(merged(&document.path, not_read));
        if !keys.is_empty() {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let hash = content_hash(&[&[document.id.as_str(), document.revision.as_str()], keys.as_slice()].concat());
            let unit = ClaimUnit { key: format!("{UNIT_PREFIX}{hash}"), document: document.id.clone(), claims };
            summary.claims += unit.claims.len();
            read.units.push(unit);
        }
    }
    read.extractors = setup.asking.prompts.iter().map(|prompt| prompted::extractor(prompt, &setup.asking)).collect();
    let summary = &mut read.summary;
    summary.stopped.clone_from(&calls.stopped);
    summary.spend = calls.spend;
    summary.recording = setup.client.recorded();
    read
}

/// The reading of one document.
struct Reader<'a> {
    setup: &'a Setup,
    document: &'a Document,
    of_document: &'a DocumentAsks,
    calls: &'a Calls<'a>,
    summary: &'a mut ModelSummary,
    read: Vec<Claim>,
    keys: Vec<String>,
    not_read: Vec<(usize, usize, String)>,
}

impl Reader<'_> {
    fn read(&mut self, ask: &Ask) {
        if let Some(halves) = self.calls.halves.get(&ask.key) {
            return halves.iter().for_each(|half| self.read(half));
        }
        self.summary.asks += 1;
        self.summary.redacted += ask.secrets.len();
        let sight = &self.of_document.sight;
        let Some(completion) = self.calls.answers.get(&ask.key) else {
            match self.calls.failed.get(&ask.key) {
                Some(reason) => {
                    self.summary.failed += 1;
                    self.not_read(ask, &format!("the call to the model failed: {}", first_line(reason)));
                }
                None => self.summary.pending += 1,
            }
            return;
        };
        let answer = prompted::read(ask, self.document, sight, &self.setup.asking, completion);
        self.keys.push(ask.key.clone());
        match answer.state {
            ChunkState::Extracted => self.summary.extracted += 1,
            ChunkState::Empty => self.summary.empty += 1,
            ChunkState::Refused => {
                self.summary.refused += 1;
                self.not_read(ask, "the model refused to read it");
            }
            ChunkState::CutOff => {
                self.summary.cut_off += 1;
                self.not_read(ask, "the model's answer was cut off");
            }
            ChunkState::Failed(reason) => {
                self.summary.failed += 1;
                self.not_read(ask, &format!("the model's answer cannot be used: {reason}"));
            }
        }
        self.read.extend(answer.claims);
    }

    fn not_read(&mut self, ask: &Ask, reason: &str) {
        let lines = LineIndex::new(&self.document.text);
        let source = self.of_document.sight.visible.source(ask.chunk.span).unwrap_or(Span::new(0, 1));
        let reason = format!("{reason} (asked for {})", ask.prompt.name());
        self.not_read.push((lines.line_of(source.start), lines.line_of(source.end.saturating_sub(1)), reason));
    }
}

/// One line for each stretch and reason, whichever reading it was.
fn merged(path: &str, mut not_read: Vec<(usize, usize, String)>) -> Vec<Skipped> {
    not_read.sort();
    not_read.dedup();
    let skipped = |(first, last, reason): (usize, usize, String)| Skipped {
        path: format!("{path}:{first}-{last}"),
        reason: format!("{NOT_READ}{reason}"),
    };
    not_read.into_iter().map(skipped).collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The claims with those of the model held to their documents, and what did not come through.
pub(crate) fn admit(documents: &[Document], claims: Vec<Claim>) -> (Vec<Claim>, Vec<Rejected>) {
    let (prompted, mut admitted): (Vec<Claim>, Vec<Claim>) = claims.into_iter().partition(prompted::is_prompted);
    let mut by_document: BTreeMap<DocumentId, Vec<Claim>> = BTreeMap::new();
    let mut rejected = Vec::new();
    for claim in prompted {
        match claim.evidence.first() {
            Some(quote) => by_document.entry(quote.document.clone()).or_default().push(claim),
            None => admitted.push(claim),
        }
    }
    for document in documents {
        let Some(claims) = by_document.remove(&document.id) else { continue };
        let sight = prompted::see(document);
        let of_document: Admitted = cairn_validate::admit(document, &sight.visible, &claims);
        admitted.extend(of_document.claims);
        rejected.extend(of_document.rejected);
    }
    // What names no document that was read is turned away by the quote check like any other claim.
    admitted.extend(by_document.into_values().flatten());
    rejected.sort();
    rejected.dedup();
    (admitted, rejected)
}
