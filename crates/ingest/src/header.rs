//! What a document says about itself: its title, its date, and the entries of a header such as a decision record's.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cairn_model::{Block, BlockKind, Date};
use regex::Regex;

use crate::front_matter;
use crate::inline::shown_text;

/// The head of a document.
pub(crate) struct Header {
    pub(crate) title: String,
    pub(crate) modified: Option<Date>,
    /// Scalar entries of front matter and header list, keys in lower case.
    pub(crate) entries: BTreeMap<String, String>,
}

/// The words before a colon that make a line under the title an entry and not a sentence.
const ENTRY_KEYS: &[&str] = &[
    "approvers",
    "author",
    "authors",
    "category",
    "consulted",
    "created",
    "creation date",
    "date",
    "deciders",
    "decided",
    "decision-makers",
    "decision makers",
    "editor",
    "incident date",
    "informed",
    "last modified",
    "last reviewed",
    "last updated",
    "lead",
    "modified",
    "owner",
    "owners",
    "participants",
    "priority",
    "related",
    "reviewers",
    "revision",
    "severity",
    "stage",
    "start date",
    "state",
    "status",
    "superseded by",
    "supersedes",
    "tags",
    "team",
    "technical story",
    "ticket",
    "type",
    "updated",
    "version",
];

/// Headings whose first line is an entry.
const HEADING_KEYS: &[&str] = &["status", "date", "deciders", "severity", "authors", "owners"];

/// Entries that date a document, the most telling first.
const DATE_KEYS: &[&str] = &[
    "modified",
    "last modified",
    "last_modified",
    "last-modified",
    "lastmod",
    "updated",
    "last updated",
    "last_updated",
    "last-updated",
    "last reviewed",
    "date",
    "decided",
    "incident date",
    "created",
    "creation date",
    "creation-date",
    "revdate",
    "start date",
];

/// A longer text under a header key is prose.
const VALUE_BYTES_MAX: usize = 120;

static ISO_DATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\d{4}-\d{2}-\d{2}").expect("the pattern is constant and tested"));

/// Reads the head of a document; `entries` are those of its front matter, which win.
pub(crate) fn read(path: &str, text: &str, blocks: &[Block], entries: BTreeMap<String, String>) -> Header {
    let mut all = header_entries(text, blocks);
    all.extend(entries);
    let heading = blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
    let title = heading.map(|block| block_text(text, block)).filter(|title| !title.is_empty());
    let title = title.or_else(|| all.get("title").cloned()).unwrap_or_else(|| file_name(path).to_owned());
    let modified = DATE_KEYS.iter().filter_map(|key| all.get(*key)).find_map(|value| date_in(value));
    Header { title, modified: modified.or_else(|| date_in(file_name(path))), entries: all }
}

fn header_entries(text: &str, blocks: &[Block]) -> BTreeMap<String, String> {
    let is_heading = |block: &Block| matches!(block.kind, BlockKind::Heading(_));
    let is_metadata = |block: &Block| matches!(block.kind, BlockKind::FrontMatter | BlockKind::Html);
    let body_start = blocks.iter().position(|block| !is_metadata(block)).unwrap_or(blocks.len());
    let body = blocks.get(body_start..).unwrap_or_default();
    let under_title = body.get(usize::from(body.first().is_some_and(is_heading))..).unwrap_or_default();

    let metadata = blocks.iter().filter(|block| block.kind == BlockKind::FrontMatter);
    let slices = metadata.filter_map(|block| block.span.of(text)).filter(|slice| slice.starts_with(':'));
    let mut entries: BTreeMap<_, _> = slices.flat_map(front_matter::fields).collect();
    let directly_under = under_title.iter().take_while(|block| !is_heading(block)).filter(|block| !is_metadata(block));
    let mut column_keys: Vec<String> = Vec::new();
    for block in directly_under {
        let found = match block.kind {
            BlockKind::TableRow { header, .. } => row_entries(text, block, header, &mut column_keys),
            _ => line_entries(text, block),
        };
        if found.is_empty() && !matches!(block.kind, BlockKind::TableRow { .. }) {
            break;
        }
        entries.extend(found);
    }
    for pair in blocks.windows(2) {
        if let [heading, first] = pair
            && is_heading(heading)
            && let Some((key, value)) = heading_entry(text, heading, first)
        {
            entries.entry(key).or_insert(value);
        }
    }
    entries
}

/// `Status: accepted`, one entry a line; empty unless every line is one.
fn line_entries(text: &str, block: &Block) -> Vec<(String, String)> {
    let Some(runs) = block.cells.first() else { return Vec::new() };
    if !matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. }) {
        return Vec::new();
    }
    let own_lines = runs.chunk_by(|_, next| !next.after_break).map(|line| shown_text(text, line));
    own_lines.map(|line| line_entry(&line)).collect::<Option<_>>().unwrap_or_default()
}

fn line_entry(line: &str) -> Option<(String, String)> {
    let (key, value) = line.split_once(':')?;
    entry(key, value)
}

fn entry(key: &str, value: &str) -> Option<(String, String)> {
    let key = key.trim().to_lowercase();
    let value = value.trim();
    let is_entry = ENTRY_KEYS.contains(&key.as_str()) && !value.is_empty() && value.len() <= VALUE_BYTES_MAX;
    is_entry.then(|| (key, value.to_owned()))
}

/// A row of key and value, or a row of values under a header row of keys.
fn row_entries(text: &str, row: &Block, is_header: bool, column_keys: &mut Vec<String>) -> Vec<(String, String)> {
    let cells: Vec<String> = row.cells.iter().map(|runs| shown_text(text, runs)).collect();
    if let [key, value] = cells.as_slice()
        && let Some(found) = entry(key.trim_end_matches(':'), value)
        && !ENTRY_KEYS.contains(&value.trim().to_lowercase().as_str())
    {
        return vec![found];
    }
    if is_header {
        *column_keys = cells;
        return Vec::new();
    }
    std::mem::take(column_keys).iter().zip(&cells).filter_map(|(key, value)| entry(key, value)).collect()
}

/// `## Status` and the short text under it.
fn heading_entry(text: &str, heading: &Block, first: &Block) -> Option<(String, String)> {
    let key = block_text(text, heading).to_lowercase();
    if !HEADING_KEYS.contains(&key.as_str()) || !matches!(first.kind, BlockKind::Paragraph | BlockKind::ListItem { .. })
    {
        return None;
    }
    let first_line = first.cells.first()?.chunk_by(|_, next| !next.after_break).next()?;
    entry(&key, &shown_text(text, first_line))
}

fn block_text(text: &str, block: &Block) -> String {
    block.cells.first().map(|runs| shown_text(text, runs).trim().to_owned()).unwrap_or_default()
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn date_in(text: &str) -> Option<Date> {
    ISO_DATE.find(text).and_then(|found| Date::parse(found.as_str()))
}
