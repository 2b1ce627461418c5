//! Scores an exported model against the claims that people found in the same documents.
//!
//! A gold folder lists its documents in `documents.txt` and its claims in `gold.jsonl`, one a line, each with quotes from
//! those documents. Only elements with evidence there are scored. Optional claims count neither as missed nor, when
//! predicted, as wrong. `matching.rs` says what meets what. Every citation is checked against the file as well.
//!
//! The table is the reference scorer's to the letter. That scorer takes a document for an annotated one when its path ends in the
//! annotated path, so a run over more documents than are listed can have citations of `guide/README.md` checked against
//! `README.md` and reported as not verbatim. Scan only the listed documents where names repeat.

mod matching;
pub(crate) mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::EvalError;
use crate::files::{read_bytes, read_json_lines, read_text};
use matching::{Matched, Place, match_kinds, overlap};
use names::text;

/// Kinds of claim and the list of an export that holds their elements.
const KINDS: [(&str, &str); 12] = [
    ("component", "components"),
    ("boundary", "boundaries"),
    ("flow", "flows"),
    ("data", "data"),
    ("endpoint", "endpoints"),
    ("control", "controls"),
    ("permission", "permissions"),
    ("assumption", "assumptions"),
    ("decision", "decisions"),
    ("accepted_risk", "accepted_risks"),
    ("question", "questions"),
    ("incident", "incidents"),
];

/// Documents that are stored as they are, so that a citation can be checked against the file; others are extracted first.
const VERBATIM: [&str; 10] = ["", ".md", ".mdx", ".rst", ".adoc", ".txt", ".yaml", ".yml", ".json", ".mediawiki"];

/// How a model compares with the gold claims.
#[derive(Clone, Debug)]
pub struct ClaimsReport {
    /// A row for each kind in the contract's order.
    pub kinds: Vec<(&'static str, KindReport)>,
    /// All kinds together.
    pub all: KindReport,
    /// Share of the gold claims whose passage some element cites.
    pub passages_covered: f64,
    /// Citations of scored elements.
    pub citations: usize,
    /// Those that are not in the file where they say.
    pub bad_citations: Vec<String>,
}

/// Counts for one kind.
#[derive(Clone, Debug, Default)]
pub struct KindReport {
    /// Gold claims met.
    pub hits: usize,
    /// Gold claims not met: what is missing in the model.
    pub missed: Vec<String>,
    /// Elements that meet no gold claim.
    pub wrong: Vec<String>,
    /// Elements that say again what a met or optional claim says.
    pub duplicates: usize,
    /// Share of pairs that agree on the type, for components and boundaries.
    pub type_agrees: Option<f64>,
    /// Share of pairs that agree on the status.
    pub status_agrees: Option<f64>,
}

impl KindReport {
    /// Share of the elements that meet a claim.
    pub fn precision(&self) -> f64 {
        share(self.hits, self.hits + self.wrong.len())
    }

    /// Share of the claims that are met.
    pub fn recall(&self) -> f64 {
        share(self.hits, self.hits + self.missed.len())
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        let sum = precision + recall;
        if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 }
    }

    fn of(kind: &str, matched: &Matched<'_>) -> Self {
        let pairs = &matched.pairs;
        let agree = |field: &str, default: &str| {
            let same =
                |(gold, element): &&(&Value, &Value)| text(gold, field, default) == text(element, field, default);
            (!pairs.is_empty()).then(|| share(pairs.iter().filter(same).count(), pairs.len()))
        };
        let named = matches!(kind, "component" | "boundary");
        Self {
            hits: pairs.iter().filter(|(gold, _)| !is_optional(gold)).count(),
            missed: matched.missed.iter().map(ToString::to_string).collect(),
            wrong: matched.wrong.iter().map(ToString::to_string).collect(),
            duplicates: matched.duplicates,
            type_agrees: if named { agree("type", "") } else { None },
            status_agrees: agree("status", "implemented"),
        }
    }
}

impl ClaimsReport {
    /// What was missed and what was wrong for `kind`, or for all kinds when it is `all`.
    pub fn errors(&self, kind: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, row) in self.kinds.iter().filter(|(name, _)| kind == "all" || *name == kind) {
            lines.extend(row.missed.iter().map(|line| format!("missed {name}: {line}")));
            lines.extend(row.wrong.iter().map(|line| format!("wrong {name}: {line}")));
        }
        lines
    }
}

impl fmt::Display for ClaimsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [("all", &self.all)];
        for (kind, row) in self.kinds.iter().map(|(kind, row)| (*kind, row)).chain(all) {
            let (precision, recall, f1) = (row.precision(), row.recall(), row.f1());
            let (hits, missed, wrong, again) = (row.hits, row.missed.len(), row.wrong.len(), row.duplicates);
            write!(f, "{kind:14} P {precision:.3} R {recall:.3} F1 {f1:.3}  ")?;
            write!(f, "tp {hits} fn {missed} fp {wrong} dup {again} ")?;
            let agreements = [("type_agrees", row.type_agrees), ("status_agrees", row.status_agrees)];
            let shown =
                agreements.iter().filter_map(|(name, value)| value.map(|value| format!("{name} {}", brief(value))));
            writeln!(f, "{}", shown.collect::<Vec<_>>().join(" "))?;
        }
        let (covered, checked, bad) = (self.passages_covered, self.citations, self.bad_citations.len());
        let f1 = self.all.f1();
        writeln!(f, "passages covered {covered:.3}; citations checked {checked}, not verbatim {bad}; F1 {f1:.3}")
    }
}

/// Scores the export `model_json` against the gold set in `gold_dir`, whose documents lie under `docs_dir`.
pub fn claims(model_json: &str, gold_dir: &Path, docs_dir: &Path) -> Result<ClaimsReport, EvalError> {
    let model: Value = serde_json::from_str(model_json).map_err(|source| EvalError::Model { source })?;
    let files = read_documents(gold_dir, docs_dir)?;
    let gold: Vec<Value> = read_json_lines(&gold_dir.join("gold.jsonl"))?;
    let gold: Vec<(&Value, Vec<Place>)> = gold.iter().map(|line| (line, gold_places(line, &files))).collect();
    let cited = cited_elements(&model, &files);

    let by_kind = match_kinds(&model, &gold, &cited.elements);
    let kinds: Vec<_> =
        KINDS.iter().zip(&by_kind).map(|((kind, _), matched)| (*kind, KindReport::of(kind, matched))).collect();
    let mut all = KindReport::default();
    for (_, row) in &kinds {
        all.hits += row.hits;
        all.duplicates += row.duplicates;
        all.missed.extend_from_slice(&row.missed);
        all.wrong.extend_from_slice(&row.wrong);
    }
    let required: Vec<_> = gold.iter().filter(|(line, _)| !is_optional(line)).collect();
    let is_cited = |places: &[Place]| cited.elements.iter().any(|(_, _, spans)| overlap(places, spans));
    let covered = required.iter().filter(|(_, places)| is_cited(places)).count();
    Ok(ClaimsReport {
        kinds,
        all,
        passages_covered: share(covered, required.len()),
        citations: cited.count,
        bad_citations: cited.bad,
    })
}

type Files = BTreeMap<String, Vec<u8>>;

fn read_documents(gold_dir: &Path, docs_dir: &Path) -> Result<Files, EvalError> {
    let paths = read_text(&gold_dir.join("documents.txt"))?;
    let paths: BTreeSet<&str> = paths.split('\n').filter(|path| !path.is_empty()).collect();
    paths.into_iter().map(|path| Ok((path.to_owned(), read_bytes(&docs_dir.join(path))?))).collect()
}

/// Everywhere that the quotes of a gold claim stand.
fn gold_places(line: &Value, files: &Files) -> Vec<Place> {
    let mut places = Vec::new();
    for citation in list(line, "evidence") {
        let (path, quote) = (text(citation, "document", ""), text(citation, "quote", ""));
        let bytes = files.get(path).map(Vec::as_slice).unwrap_or_default();
        let starts = memchr::memmem::find_iter(bytes, quote);
        places.extend(starts.map(|start| Place { path: path.to_owned(), start, end: start + quote.len() }));
    }
    places
}

/// The elements with evidence in the gold set's documents.
struct Cited<'a> {
    elements: Vec<(&'static str, &'a Value, Vec<Place>)>,
    count: usize,
    bad: Vec<String>,
}

fn cited_elements<'a>(model: &'a Value, files: &Files) -> Cited<'a> {
    let mut paths = BTreeMap::new();
    for document in list(model, "documents") {
        let path = text(document, "path", "");
        paths.insert(text(document, "id", path), path);
        paths.insert(path, path);
    }
    let mut cited = Cited { elements: Vec::new(), count: 0, bad: Vec::new() };
    for (kind, plural) in KINDS {
        for element in list(model, plural) {
            let handled = list(element, "handled_by").iter().flat_map(|handled| list(handled, "evidence"));
            let evidence = list(element, "evidence").iter().chain(handled);
            let mut places = Vec::new();
            for citation in evidence {
                let document = text(citation, "document", "");
                let path = paths.get(document).copied().unwrap_or(document);
                let Some((path, bytes)) = file_of(path, files) else { continue };
                let [start, end] = ["start", "end"].map(|field| offset(citation, field));
                cited.count += 1;
                if is_stored_verbatim(path) && bytes.get(start..end) != Some(text(citation, "quote", "").as_bytes()) {
                    cited.bad.push(format!(
                        "{kind} {} {path}: {}",
                        text(element, "id", ""),
                        text(citation, "quote", "")
                    ));
                }
                places.push(Place { path: path.to_owned(), start, end });
            }
            if !places.is_empty() {
                cited.elements.push((kind, element, places));
            }
        }
    }
    cited
}

/// The gold document that an exported path names; the run may have begun in a folder above.
fn file_of<'f>(path: &str, files: &'f Files) -> Option<(&'f str, &'f [u8])> {
    let names = |known: &str| path == known || path.strip_suffix(known).is_some_and(|before| before.ends_with('/'));
    let found = files.iter().filter(|(known, _)| names(known)).max_by_key(|(known, _)| known.len());
    found.map(|(known, bytes)| (known.as_str(), bytes.as_slice()))
}

fn is_stored_verbatim(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let suffix = match name.rfind('.') {
        Some(at) if at > 0 && at + 1 < name.len() => name.get(at..).unwrap_or_default(),
        _ => "",
    };
    VERBATIM.contains(&suffix)
}

fn is_optional(line: &Value) -> bool {
    line.get("optional").and_then(Value::as_bool).unwrap_or(false)
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn offset(value: &Value, field: &str) -> usize {
    value.get(field).and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok()).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of claims are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// At most three digits behind the point and no needless zeros: `1.0`, `0.857`.
fn brief(share: f64) -> String {
    let three = format!("{share:.3}");
    let short = three.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}
