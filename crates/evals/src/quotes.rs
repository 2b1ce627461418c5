//! Scores the quote check on a set of quotes whose verdicts are known.
//!
//! A set is a folder with `quotes.jsonl`, one quote a line, and the documents under `docs/`. Each quote is checked against
//! its chunk, prepared for it alone, and against its whole document, prepared once. The table tells how often each category
//! was accepted and whether the span is the one that the set gives.

use std::collections::BTreeMap;
use std::fmt;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use cairn_model::{Citation, DocumentId, Revision, Span};
use cairn_validate::{QuoteChecker, Verdict};
use serde::Deserialize;

use crate::EvalError;
use crate::files::{read_json_lines, read_text};

/// What a run over a quote set found.
#[derive(Clone, Debug)]
pub struct QuoteReport {
    /// Each quote against its chunk; the time includes preparing the chunk.
    pub chunks: ScopeReport,
    /// Each quote against its whole document; the time does not include preparing the document.
    pub documents: ScopeReport,
    /// How many documents were prepared.
    pub prepared: usize,
    /// Bytes of the documents prepared.
    pub prepared_bytes: usize,
    /// Time spent on preparing them.
    pub preparation: Duration,
    /// Quotes that should have been rejected and were accepted, or the other way round, by id and kind, in either scope.
    pub surprises: Vec<String>,
}

/// The results in one scope.
#[derive(Clone, Debug, Default)]
pub struct ScopeReport {
    /// Results by category, in the order of their names.
    pub categories: BTreeMap<String, CategoryReport>,
    /// Results by category and kind.
    pub kinds: BTreeMap<String, CategoryReport>,
    /// Quotes checked.
    pub quotes: usize,
    /// Time spent on them.
    pub time: Duration,
}

impl ScopeReport {
    /// Mean time of one quote in microseconds.
    #[expect(clippy::cast_precision_loss, reason = "a count of quotes is far below 2^52")]
    pub fn microseconds_per_quote(&self) -> f64 {
        self.time.as_secs_f64() * 1e6 / self.quotes.max(1) as f64
    }
}

/// Counts over the quotes of one category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CategoryReport {
    /// Quotes.
    pub quotes: usize,
    /// Found to the byte.
    pub verbatim: usize,
    /// Found but for formatting.
    pub up_to_formatting: usize,
    /// Found where the set says, or on another occurrence of the same text.
    pub span_exact: usize,
    /// Found where the set says but for a tenth of the bytes of both spans together.
    pub span_near: usize,
}

impl CategoryReport {
    /// Quotes found in either way.
    pub fn accepted(&self) -> usize {
        self.verbatim + self.up_to_formatting
    }

    fn add(&mut self, verdict: &Verdict, gold: Option<Gold<'_>>) {
        self.quotes += 1;
        let citation = match verdict {
            Verdict::Verbatim(citation) => {
                self.verbatim += 1;
                citation
            }
            Verdict::VerbatimUpToFormatting(citation) => {
                self.up_to_formatting += 1;
                citation
            }
            Verdict::NotVerbatim => return,
        };
        if let Some(gold) = gold {
            self.span_exact += usize::from(gold.is_exact(citation));
            self.span_near += usize::from(gold.is_near(citation));
        }
    }
}

/// Where a quote stands, and the text there.
#[derive(Clone, Copy)]
struct Gold<'a> {
    span: Span,
    text: &'a str,
}

impl Gold<'_> {
    fn is_exact(&self, citation: &Citation) -> bool {
        citation.span == self.span || citation.quote == self.text
    }

    fn is_near(&self, citation: &Citation) -> bool {
        let shared = citation.span.end.min(self.span.end).saturating_sub(citation.span.start.max(self.span.start));
        let together = citation.span.len() + self.span.len() - shared;
        self.is_exact(citation) || shared * 10 >= together * 9
    }
}

#[derive(Deserialize)]
struct Record {
    id: String,
    doc: String,
    chunk_start: usize,
    chunk_end: usize,
    quote: String,
    cat: String,
    kind: String,
    start_byte: Option<usize>,
    end_byte: Option<usize>,
    source: Option<String>,
}

impl Record {
    fn gold(&self, shift: usize) -> Option<Gold<'_>> {
        let span = Span::new(self.start_byte?.checked_sub(shift)?, self.end_byte?.checked_sub(shift)?);
        let wanted = matches!(self.cat.as_str(), "exact" | "format");
        wanted.then_some(Gold { span, text: self.source.as_deref()? })
    }

    fn is_surprising(&self, verdict: &Verdict) -> bool {
        let accepted = *verdict != Verdict::NotVerbatim;
        accepted != matches!(self.cat.as_str(), "exact" | "format")
    }
}

/// Checks all quotes of the set in `dir`, reading the time from `now`.
pub fn quotes(dir: &Path, now: &dyn Fn() -> Duration) -> Result<QuoteReport, EvalError> {
    let records: Vec<Record> = read_json_lines(&dir.join("quotes.jsonl"))?;
    let mut texts = BTreeMap::new();
    for record in &records {
        if !texts.contains_key(&record.doc) {
            texts.insert(record.doc.clone(), read_text(&dir.join("docs").join(&record.doc))?);
        }
    }
    let mut surprises = Vec::new();
    let chunks = in_chunks(&records, &texts, now, &mut surprises);

    let begin = now();
    let checkers: BTreeMap<&str, QuoteChecker> =
        texts.iter().map(|(path, text)| (path.as_str(), checker(path, text))).collect();
    let preparation = now().saturating_sub(begin);
    let documents = in_documents(&records, &checkers, now, &mut surprises);
    surprises.sort();
    surprises.dedup();
    let prepared_bytes = texts.values().map(String::len).sum();
    Ok(QuoteReport { chunks, documents, prepared: checkers.len(), prepared_bytes, preparation, surprises })
}

fn in_chunks(
    records: &[Record],
    texts: &BTreeMap<String, String>,
    now: &dyn Fn() -> Duration,
    surprises: &mut Vec<String>,
) -> ScopeReport {
    let chunk_of = |record: &Record| {
        let text = texts.get(&record.doc).map(String::as_str).unwrap_or_default();
        let bounds = Span::new(byte_of(text, record.chunk_start), byte_of(text, record.chunk_end));
        (bounds.start, bounds.of(text).unwrap_or_default())
    };
    let chunks: Vec<(usize, &str)> = records.iter().map(chunk_of).collect();
    let begin = now();
    let check = |(record, (_, chunk)): (&Record, &(usize, &str))| {
        black_box(checker(&record.doc, chunk).check(&record.quote, None))
    };
    let verdicts: Vec<Verdict> = records.iter().zip(&chunks).map(check).collect();
    let mut report = ScopeReport { quotes: records.len(), time: now().saturating_sub(begin), ..ScopeReport::default() };
    for ((record, verdict), (shift, _)) in records.iter().zip(&verdicts).zip(&chunks) {
        report.add(record, verdict, *shift);
        if record.is_surprising(verdict) {
            surprises.push(format!("{} {}/{} in its chunk", record.id, record.cat, record.kind));
        }
    }
    report
}

fn in_documents(
    records: &[Record],
    checkers: &BTreeMap<&str, QuoteChecker>,
    now: &dyn Fn() -> Duration,
    surprises: &mut Vec<String>,
) -> ScopeReport {
    let begin = now();
    let check = |record: &Record| {
        let checker = checkers.get(record.doc.as_str());
        black_box(checker.map_or(Verdict::NotVerbatim, |checker| checker.check(&record.quote, record.start_byte)))
    };
    let verdicts: Vec<Verdict> = records.iter().map(check).collect();
    let mut report = ScopeReport { quotes: records.len(), time: now().saturating_sub(begin), ..ScopeReport::default() };
    for (record, verdict) in records.iter().zip(&verdicts) {
        report.add(record, verdict, 0);
        if record.is_surprising(verdict) {
            surprises.push(format!("{} {}/{} in its document", record.id, record.cat, record.kind));
        }
    }
    report
}

impl ScopeReport {
    fn add(&mut self, record: &Record, verdict: &Verdict, shift: usize) {
        self.categories.entry(record.cat.clone()).or_default().add(verdict, record.gold(shift));
        let kind = format!("{}/{}", record.cat, record.kind);
        self.kinds.entry(kind).or_default().add(verdict, record.gold(shift));
    }
}

fn checker(path: &str, text: &str) -> QuoteChecker {
    QuoteChecker::of_text(DocumentId::from(path.to_owned()), Revision::from(String::new()), text)
}

/// The byte offset of the character number `characters`.
fn byte_of(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

impl fmt::Display for QuoteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.chunks.microseconds_per_quote();
        writeln!(f, "against the chunk: {micros:.1} µs per quote, preparation included")?;
        write_scope(f, &self.chunks)?;
        let micros = self.documents.microseconds_per_quote();
        writeln!(f, "\nagainst the document: {micros:.1} µs per quote, documents prepared")?;
        write_scope(f, &self.documents)?;
        let milliseconds = self.preparation.as_secs_f64() * 1e3;
        #[expect(clippy::cast_precision_loss, reason = "a size in bytes is far below 2^52")]
        let megabytes = self.prepared_bytes as f64 / 1e6;
        writeln!(f, "\n{} documents ({megabytes:.1} MB) prepared in {milliseconds:.0} ms", self.prepared)
    }
}

fn write_scope(f: &mut fmt::Formatter<'_>, scope: &ScopeReport) -> fmt::Result {
    let heading = ["category", "quotes", "accepted %", "verbatim", "but for formatting", "span exact %", "IoU>=.9 %"];
    let [name, quotes, accepted, verbatim, formatting, exact, near] = heading;
    writeln!(f, "{name:22} {quotes:>6} {accepted:>10} {verbatim:>8} {formatting:>18} {exact:>12} {near:>9}")?;
    for (name, row) in scope.categories.iter().chain(&scope.kinds) {
        let [accepted, exact, near] =
            [row.accepted(), row.span_exact, row.span_near].map(|count| percent(count, row.quotes));
        let (quotes, verbatim, formatting) = (row.quotes, row.verbatim, row.up_to_formatting);
        writeln!(f, "{name:22} {quotes:6} {accepted:10.2} {verbatim:8} {formatting:18} {exact:12.2} {near:9.2}")?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of quotes are far below 2^52")]
fn percent(count: usize, of: usize) -> f64 {
    100.0 * count as f64 / of.max(1) as f64
}
