//! Metadata of a document: the YAML or TOML before its text, and fields in the notation of the text itself.

use std::collections::BTreeMap;

use cairn_model::{Format, Span};

use crate::lines::{Line, byte_order_mark, lines};

/// The metadata before a document's text.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// Its bytes with both fences, when there is any.
    pub(crate) span: Option<Span>,
    /// Where the text behind it begins.
    pub(crate) text_start: usize,
    /// Its scalar entries, keys in lower case.
    pub(crate) entries: BTreeMap<String, String>,
}

/// Reads the metadata of the formats that may begin with it.
pub(crate) fn read(text: &str, format: Format) -> FrontMatter {
    let text_start = byte_order_mark(text);
    let none = FrontMatter { text_start, ..FrontMatter::default() };
    if !matches!(format, Format::Markdown | Format::Mdx | Format::AsciiDoc | Format::Rst | Format::Plain) {
        return none;
    }
    fenced(text, text_start).unwrap_or(none)
}

/// The entries of AsciiDoc attributes and reStructuredText fields, `:name: value` a line.
pub(crate) fn fields(slice: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = slice.lines().filter_map(|line| line.trim().strip_prefix(':')?.split_once(':'));
    pairs.filter_map(|(name, value)| Some((name.to_lowercase(), scalar(value)?.to_owned())))
}

fn fenced(text: &str, from: usize) -> Option<FrontMatter> {
    let fence = text.get(from..)?.get(..3).filter(|fence| matches!(*fence, "---" | "+++"))?;
    let all = lines(text, from);
    let (open, rest) = all.split_first()?;
    // A rule and a setext underline look like a fence; an entry on the very next line tells metadata.
    if open.text.trim_end() != fence || !is_metadata(rest.first()?.text) {
        return None;
    }
    let closes =
        |line: &Line<'_>| matches!(line.text.trim_end(), "..." if fence == "---") || line.text.trim_end() == fence;
    let close = rest.iter().position(closes)?;
    let entries = rest.iter().take(close).filter_map(|line| entry(line.text)).collect();
    let end = rest.get(close)?.end();
    let text_start = rest.get(close + 1).map_or(text.len(), |line| line.start);
    Some(FrontMatter { span: Some(Span::new(from, end)), text_start, entries })
}

fn is_metadata(line: &str) -> bool {
    let line = line.trim_end();
    line.starts_with('#') || matches!(line, "---" | "+++") || line.starts_with('[') || separator(line).is_some()
}

/// Where the first `:` or `=` behind a bare key stands.
fn separator(line: &str) -> Option<usize> {
    let key_end = line.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | '"' | ' '))?;
    let is_key = key_end > 0 && !line.starts_with([' ', '-']);
    (is_key && line.get(key_end..)?.starts_with([':', '='])).then_some(key_end)
}

fn entry(line: &str) -> Option<(String, String)> {
    let at = separator(line)?;
    let key = line.get(..at)?.trim().trim_matches('"').to_lowercase();
    let value = scalar(line.get(at + 1..)?)?;
    Some((key, value.to_owned()))
}

/// A plain or quoted value; lists, maps and block scalars are none.
fn scalar(value: &str) -> Option<&str> {
    let value = value.trim();
    let quote = value.chars().next()?;
    if matches!(quote, '"' | '\'') {
        return value.get(1..)?.split(quote).next().filter(|inner| !inner.is_empty());
    }
    let bare = value.split(" #").next()?.trim_end();
    let is_scalar = !bare.is_empty() && !bare.starts_with(['[', '{', '|', '>', '&', '*', '#']);
    is_scalar.then_some(bare)
}
