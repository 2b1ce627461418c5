//! Scores an exported model against the claims that people found in the same documents.
//!
//! Only elements with evidence in the annotated documents are scored. Optional claims count neither as missed nor, when
//! predicted, as wrong. `matching.rs` says what meets what. Every citation is checked against the file as well.
//!
//! The table is the reference scorer's to the letter. That scorer takes a document for an annotated one when its path ends in the
//! annotated path ([`PathRule::Ending`]), so a run over more documents than are listed can have citations of `guide/README.md`
//! checked against `README.md` and reported as not verbatim. [`PathRule::Exact`] tells the two apart.

mod counts;
mod matching;
pub(crate) mod names;

use std::collections::BTreeMap;
use std::fmt;

use cairn_model::ClaimKind;
use serde_json::Value;

use crate::EvalError;
use crate::gold::{GoldLine, GoldSet, Place, overlap};
pub use counts::Counts;
pub(crate) use counts::share;
pub(crate) use matching::Names;
pub(crate) use names::{names_of, text, texts};

/// Documents that are stored as they are, so that a citation can be checked against the file; others are extracted first.
const VERBATIM: [&str; 10] = ["", ".md", ".mdx", ".rst", ".adoc", ".txt", ".yaml", ".yml", ".json", ".mediawiki"];

/// Which documents of an export are the annotated ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRule {
    /// Those with the annotated path.
    Exact,
    /// Those whose path ends in it, as in the reference scorer: the run may have begun in a folder above.
    Ending,
}

/// How a model compares with the gold claims.
#[derive(Clone, Debug)]
pub struct ClaimsReport {
    /// A row for each kind in the contract's order.
    pub kinds: Vec<(&'static str, KindReport)>,
    /// All kinds together.
    pub all: Counts,
    /// Gold claims whose passage some element cites.
    pub passages_covered: usize,
    /// Gold claims that count.
    pub passages: usize,
    /// Citations of scored elements.
    pub citations: usize,
    /// Those that are not in the file where they say.
    pub bad_citations: Vec<String>,
}

/// What became of one kind.
#[derive(Clone, Debug, Default)]
pub struct KindReport {
    /// The figures.
    pub counts: Counts,
    /// Gold claims not met: what is missing in the model.
    pub missed: Vec<String>,
    /// Elements that meet no gold claim.
    pub wrong: Vec<String>,
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
        for (kind, row) in &self.kinds {
            let agreements = [("type_agrees", row.counts.type_agrees()), ("status_agrees", row.counts.status_agrees())];
            let shown = agreements.iter().filter_map(|(name, value)| value.map(|it| format!("{name} {}", brief(it))));
            write_row(f, kind, &row.counts, &shown.collect::<Vec<_>>().join(" "))?;
        }
        write_row(f, "all", &self.all, "")?;
        let (covered, checked) = (share(self.passages_covered, self.passages), self.citations);
        let (bad, f1) = (self.bad_citations.len(), self.all.f1());
        writeln!(f, "passages covered {covered:.3}; citations checked {checked}, not verbatim {bad}; F1 {f1:.3}")
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, kind: &str, row: &Counts, agreements: &str) -> fmt::Result {
    let (precision, recall, f1) = (row.precision(), row.recall(), row.f1());
    write!(f, "{kind:14} P {precision:.3} R {recall:.3} F1 {f1:.3}  ")?;
    writeln!(f, "tp {} fn {} fp {} dup {} {agreements}", row.hits, row.missed, row.wrong, row.duplicates)
}

/// Scores the export `model_json` against `gold`.
pub fn claims(model_json: &str, gold: &GoldSet, rule: PathRule) -> Result<ClaimsReport, EvalError> {
    let model = parse(model_json)?;
    let cited = Cited::of(&model, gold, rule);
    let names = Names::of(&model, gold);
    let mut all = Counts::default();
    let mut kinds = Vec::new();
    for kind in ClaimKind::ALL.map(ClaimKind::as_str) {
        let matched = names.match_kind(kind, gold, &cited.elements);
        let counts = Counts::of(kind, &matched);
        let missed = matched.missed.iter().map(|line| line.value.to_string()).collect();
        let wrong = matched.wrong.iter().map(|element| element.value.to_string()).collect();
        all.add(&counts);
        kinds.push((kind, KindReport { counts, missed, wrong }));
    }
    let is_cited = |line: &&GoldLine| cited.elements.iter().any(|element| overlap(&line.places, &element.places));
    let required = || gold.lines.iter().filter(|line| !line.is_optional());
    Ok(ClaimsReport {
        kinds,
        all,
        passages_covered: required().filter(is_cited).count(),
        passages: required().count(),
        citations: cited.count,
        bad_citations: cited.bad,
    })
}

pub(crate) fn parse(model_json: &str) -> Result<Value, EvalError> {
    serde_json::from_str(model_json).map_err(|source| EvalError::Model { source })
}

/// An element of the export with evidence in the annotated documents.
#[derive(Clone, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) kind: &'static str,
    pub(crate) value: &'a Value,
    /// Where that evidence stands.
    pub(crate) places: Vec<Place>,
}

/// The elements with evidence in the annotated documents.
pub(crate) struct Cited<'a> {
    pub(crate) elements: Vec<Element<'a>>,
    count: usize,
    bad: Vec<String>,
}

impl<'a> Cited<'a> {
    pub(crate) fn of(model: &'a Value, gold: &GoldSet, rule: PathRule) -> Self {
        let mut paths = BTreeMap::new();
        for document in list(model, "documents") {
            let path = text(document, "path", "");
            paths.insert(text(document, "id", path), path);
            paths.insert(path, path);
        }
        let mut cited = Self { elements: Vec::new(), count: 0, bad: Vec::new() };
        for (kind, plural) in ClaimKind::ALL.map(|kind| (kind.as_str(), kind.list())) {
            for value in list(model, plural) {
                let places = cited.places(kind, value, &paths, gold, rule);
                if !places.is_empty() {
                    cited.elements.push(Element { kind, value, places });
                }
            }
        }
        cited
    }

    fn places(
        &mut self,
        kind: &str,
        element: &Value,
        paths: &BTreeMap<&str, &str>,
        gold: &GoldSet,
        rule: PathRule,
    ) -> Vec<Place> {
        let handled = list(element, "handled_by").iter().flat_map(|handled| list(handled, "evidence"));
        let mut places = Vec::new();
        for citation in list(element, "evidence").iter().chain(handled) {
            let document = text(citation, "document", "");
            let path = paths.get(document).copied().unwrap_or(document);
            let Some((path, bytes)) = file_of(path, gold, rule) else { continue };
            let [start, end] = ["start", "end"].map(|field| offset(citation, field));
            let quote = text(citation, "quote", "");
            self.count += 1;
            if is_stored_verbatim(path) && bytes.get(start..end) != Some(quote.as_bytes()) {
                self.bad.push(format!("{kind} {} {path}: {quote}", text(element, "id", "")));
            }
            places.push(Place { path: path.to_owned(), start, end });
        }
        places
    }
}

/// The annotated document that an exported path names.
fn file_of<'g>(path: &str, gold: &'g GoldSet, rule: PathRule) -> Option<(&'g str, &'g [u8])> {
    let ends_in = |known: &str| path.strip_suffix(known).is_some_and(|before| before.ends_with('/'));
    let names = |known: &str| path == known || (rule == PathRule::Ending && ends_in(known));
    let found = gold.files.iter().filter(|(known, _)| names(known)).max_by_key(|(known, _)| known.len());
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

pub(crate) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn offset(value: &Value, field: &str) -> usize {
    value.get(field).and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok()).unwrap_or(0)
}

/// At most three digits behind the point and no needless zeros: `1.0`, `0.857`.
fn brief(share: f64) -> String {
    let three = format!("{share:.3}");
    let short = three.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}
