//! What a claim may rest on: its quote with the table's header above it, and the headings around for names.

use std::collections::BTreeSet;

use cairn_model::{BlockKind, Document, Span, name_words};

use super::cues::{List, words};
use super::order::{stand_as_name, stand_in_order};

/// The words around a claim.
pub(super) struct Evidence {
    /// The quote as a reader sees it.
    pub(super) quote: String,
    /// All words of quote and table header.
    pub(super) words: Vec<String>,
    /// Words of the headings around.
    pub(super) headings: Vec<String>,
    /// Cells of the header and of the row, where the quote stands in a table.
    table: Option<(Vec<String>, Vec<String>)>,
    /// Quote and table header, spaces and case folded.
    folded: String,
    /// The words of what names and values may stand in: the quote, the header, and each column of a row under its header.
    close: Vec<Vec<String>>,
    /// The words of the headings around and of the title, each by itself.
    context: Vec<Vec<String>>,
    numbers: BTreeSet<String>,
}

impl Evidence {
    /// What stands around `span` of the document, whose visible part is `quote`.
    pub(super) fn around(document: &Document, span: Span, quote: &str) -> Self {
        let header = header_of(document, span).unwrap_or_default();
        let section = document.sections.iter().rev().find(|section| section.span.start <= span.start);
        let headings = section.map(|section| section.heading_path.join("\n")).unwrap_or_default();
        let text = format!("{quote}\n{header}");
        let table = (!header.is_empty()).then(|| (cells(header), cells(quote)));
        let columns = table.iter().flat_map(|(header, row)| header.iter().zip(row));
        let columns = columns.map(|(header, cell)| name_words(&format!("{header} {cell}")));
        let close = [name_words(quote), name_words(header)].into_iter().chain(columns).collect();
        let context = headings.lines().chain([document.title.as_str()]).map(name_words).collect();
        Self {
            quote: quote.to_owned(),
            words: words(&text),
            headings: words(&headings),
            table,
            folded: folded(&text),
            close,
            context,
            numbers: numbers(&text),
        }
    }

    /// Whether a name stands in the quote, its table's header or the headings.
    pub(super) fn names(&self, name: &str) -> bool {
        let words = name_words(name);
        self.close.iter().chain(&self.context).any(|text| stand_as_name(&words, text))
    }

    /// Whether a name stands in the quote itself or its table's header.
    pub(super) fn names_closely(&self, name: &str) -> bool {
        let words = name_words(name);
        self.close.iter().any(|text| stand_as_name(&words, text))
    }

    /// The words of the quote, of its table's header and of the headings around, each text by itself.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[String]> {
        self.close.iter().chain(&self.context).map(Vec::as_slice)
    }

    /// Whether a value stands in the quote or its table's header, in its order, with all its numbers.
    pub(super) fn holds(&self, value: &str) -> bool {
        let words = name_words(value);
        numbers(value).is_subset(&self.numbers) && self.close.iter().any(|text| stand_in_order(&words, text))
    }

    /// Whether a path or identifier stands there as it is.
    pub(super) fn holds_literally(&self, value: &str) -> bool {
        let value = folded(value);
        !value.is_empty() && self.folded.contains(&value)
    }

    /// The stretches of the quote that speak of `anchor`: clauses, or the cells of its column. All of it when none does.
    pub(super) fn clauses_about(&self, anchor: &dyn Fn(&[String]) -> bool) -> Vec<Vec<String>> {
        let about: Vec<Vec<String>> = match &self.table {
            Some((header, row)) => {
                let column = header.iter().position(|cell| anchor(&words(cell)));
                let of_column = column.and_then(|at| row.get(at)).map(|cell| words(cell));
                let in_row = row.iter().map(|cell| words(cell)).filter(|cell| anchor(cell));
                of_column.into_iter().chain(in_row).collect()
            }
            None => clauses(&self.quote).into_iter().map(|it| words(&it)).filter(|clause| anchor(clause)).collect(),
        };
        if about.is_empty() { vec![words(&self.quote)] } else { about }
    }

    /// Whether a cue stands in the quote or its table's header.
    pub(super) fn speaks_of(&self, cues: &List) -> bool {
        cues.occurs_in(&self.words)
    }

    /// Whether a cue stands there or in the headings.
    pub(super) fn is_about(&self, cues: &List) -> bool {
        self.speaks_of(cues) || cues.occurs_in(&self.headings)
    }
}

/// The header row of the table in which the span begins, unless it is that row.
fn header_of(document: &Document, span: Span) -> Option<&str> {
    let at = document.blocks.partition_point(|block| block.span.end <= span.start);
    let BlockKind::TableRow { table, header: false } = document.blocks.get(at)?.kind else { return None };
    let wanted = BlockKind::TableRow { table, header: true };
    // Tables are long; the header is above.
    let header = document.blocks.get(..at)?.iter().rev().find(|block| block.kind == wanted)?;
    Some(document.slice(header.span))
}

fn cells(row: &str) -> Vec<String> {
    row.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// Words that begin a clause of its own.
const CONJUNCTIONS: [&str; 9] =
    [" but ", " and ", " while ", " whereas ", " although ", " which ", " that ", " because ", " so "];

fn clauses(text: &str) -> Vec<String> {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for conjunction in CONJUNCTIONS {
        text = text.replace(conjunction, "\n");
    }
    for border in [". ", "; ", ", ", ": ", "! ", "? ", " – ", " — "] {
        text = text.replace(border, "\n");
    }
    text.lines().map(str::to_owned).collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['`', '*'], "").to_lowercase()
}

/// Runs of digits, with points between digits.
fn numbers(text: &str) -> BTreeSet<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut numbers = BTreeSet::new();
    let mut number = String::new();
    for (at, c) in characters.iter().enumerate() {
        let joins = *c == '.' && !number.is_empty() && characters.get(at + 1).is_some_and(char::is_ascii_digit);
        if c.is_numeric() || joins {
            number.push(*c);
        } else if !number.is_empty() {
            numbers.insert(std::mem::take(&mut number));
        }
    }
    if !number.is_empty() {
        numbers.insert(number);
    }
    numbers
}
