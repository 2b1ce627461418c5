//! AsciiDoc, line by line: titles, attributes, paragraphs, lists, tables and delimited blocks.

use cairn_model::{Block, BlockKind, Inline, Run, Span, Style};

use crate::inline::{Marked, block, code, of_lines, push_styled, silent, styled};
use crate::lines::{Line, lines, span_of};

/// Reads the blocks of `text` from the offset `from` on.
pub(crate) fn read(text: &str, from: usize) -> Vec<Block> {
    let all = lines(text, from);
    let mut reader = Reader { text, blocks: Vec::new(), tables: 0, language: None };
    let mut rest = all.as_slice();
    while let Some(first) = rest.first() {
        let taken = if first.is_blank() { 1 } else { reader.block(rest) };
        rest = rest.get(taken.max(1)..).unwrap_or_default();
    }
    reader.blocks
}

struct Reader<'t> {
    text: &'t str,
    blocks: Vec<Block>,
    tables: u32,
    /// The language a `[source,…]` line gives the block behind it.
    language: Option<String>,
}

impl Reader<'_> {
    /// Reads the block at the start of `rest` and tells how many lines it took.
    fn block(&mut self, rest: &[Line<'_>]) -> usize {
        let Some(first) = rest.first().copied() else { return 0 };
        let text = first.text.trim_end();
        if let Some(level) = title_level(text) {
            let shown = first.after(usize::from(level) + 1).span();
            // The document's title has one mark, its chapters two.
            self.blocks.push(block(
                BlockKind::Heading(level.min(6)),
                first.span(),
                styled(self.text, shown, inline_markup),
            ));
            return 1;
        }
        if attribute(text).is_some() {
            return self.attributes(rest);
        }
        if text.starts_with('[') && text.ends_with(']') {
            self.language = source_language(text);
            self.blocks.push(silent(BlockKind::Html, first.span()));
            return 1;
        }
        if text == "|===" || text == ",===" || text == "!===" {
            return self.table(rest, text);
        }
        if let Some(taken) = self.delimited(rest, text) {
            return taken;
        }
        let is_hidden = text.starts_with("//") || is_directive(text) || matches!(text, "'''" | "<<<" | "+");
        if is_hidden {
            self.blocks.push(silent(BlockKind::Html, first.span()));
            return 1;
        }
        let is_container = is_fence(text, "====") || is_fence(text, "****") || is_fence(text, "____") || text == "--";
        if is_container {
            return 1;
        }
        self.language = None;
        match list_marker(first.trimmed()) {
            Some(marker) => self.list_item(rest, &marker),
            None => self.paragraph(rest),
        }
    }

    /// Lines `:name: value`.
    fn attributes(&mut self, rest: &[Line<'_>]) -> usize {
        let taken = rest.iter().take_while(|line| attribute(line.text.trim_end()).is_some()).count();
        let own = rest.get(..taken).unwrap_or_default();
        self.blocks.push(silent(BlockKind::FrontMatter, span_of(own)));
        taken
    }

    /// Listing, literal, passthrough and comment blocks.
    fn delimited(&mut self, rest: &[Line<'_>], fence: &str) -> Option<usize> {
        let is_markdown = fence.starts_with("```");
        let is_code = is_fence(fence, "----") || is_fence(fence, "....") || is_markdown;
        let is_hidden = is_fence(fence, "////") || is_fence(fence, "++++");
        if !is_code && !is_hidden {
            return None;
        }
        let close = if is_markdown { "```" } else { fence };
        let behind = rest.get(1..)?;
        let length = behind.iter().position(|line| line.text.trim_end() == close).unwrap_or(behind.len());
        let taken = (length + 2).min(rest.len());
        if is_hidden {
            self.blocks.push(silent(BlockKind::Html, span_of(rest.get(..taken)?)));
        } else {
            let language = self.language.take().unwrap_or_else(|| fence.trim_start_matches(['`', '-', '.']).to_owned());
            self.blocks.extend(code(&language, behind.get(..length)?));
        }
        Some(taken)
    }

    fn list_item(&mut self, rest: &[Line<'_>], marker: &Marker) -> usize {
        let is_own = |line: &&Line<'_>| continues_text(**line);
        let taken = 1 + rest.iter().skip(1).take_while(is_own).count();
        let span = span_of(rest.get(..taken).unwrap_or_default());
        let runs = styled(self.text, Span::new(span.start + marker.bytes, span.end), inline_markup);
        let kind = BlockKind::ListItem { depth: marker.depth, ordered: marker.ordered, task: marker.task };
        self.blocks.push(block(kind, span, runs));
        taken
    }

    fn paragraph(&mut self, rest: &[Line<'_>]) -> usize {
        let Some(first) = rest.first() else { return 0 };
        let is_own = |line: &&Line<'_>| continues_text(**line);
        let taken = 1 + rest.iter().skip(1).take_while(is_own).count();
        let own = rest.get(..taken).unwrap_or_default();
        if first.indent() > 0 {
            self.blocks.extend(code("", own));
        } else {
            // `.Title` of a block is text; its dot is markup.
            let is_block_title = first.text.starts_with('.') && !first.text.starts_with("..");
            let span = span_of(own);
            let shown = Span::new(span.start + usize::from(is_block_title), span.end);
            let admonition = admonition_bytes(first.text);
            let read = if is_block_title || admonition > 0 {
                let shown = Span::new(shown.start + admonition, shown.end);
                block(BlockKind::Paragraph, span, styled(self.text, shown, inline_markup))
            } else {
                of_lines(BlockKind::Paragraph, self.text, own, inline_markup)
            };
            self.blocks.push(read);
        }
        taken
    }

    /// A `|===` table. The cells of the first line tell how many columns there are.
    fn table(&mut self, rest: &[Line<'_>], fence: &str) -> usize {
        let behind = rest.get(1..).unwrap_or_default();
        let length = behind.iter().position(|line| line.text.trim_end() == fence).unwrap_or(behind.len());
        let own = behind.get(..length).unwrap_or_default();
        let first = own.iter().position(|line| !line.is_blank()).unwrap_or(0);
        let columns = own.get(first).map_or(1, |line| cell_starts(*line).len()).max(1);
        let has_header = own.get(first + 1).is_some_and(|line| line.is_blank()) && columns > 1;
        let cells: Vec<Cell> = own.iter().flat_map(|line| cells_of(self.text, *line)).fold(Vec::new(), join_cells);
        for (at, row) in cells.chunks(columns).enumerate() {
            let (Some(start), Some(end)) = (row.first(), row.last()) else { continue };
            let kind = BlockKind::TableRow { table: self.tables, header: has_header && at == 0 };
            let span = Span::new(start.span.start, end.span.end);
            self.blocks.push(Block { kind, span, cells: row.iter().map(|cell| cell.runs.clone()).collect() });
        }
        self.tables += 1;
        (length + 2).min(rest.len())
    }
}

struct Cell {
    span: Span,
    runs: Inline,
    /// Whether its `|` is on this line; else the line goes on with the cell before.
    is_new: bool,
}

fn join_cells(mut cells: Vec<Cell>, cell: Cell) -> Vec<Cell> {
    match cells.last_mut() {
        Some(last) if !cell.is_new => {
            last.span.end = cell.span.end;
            for (at, run) in cell.runs.into_iter().enumerate() {
                let after_break = run.after_break || at == 0 && !last.runs.is_empty();
                last.runs.push(Run { after_break, ..run });
            }
        }
        _ => cells.push(cell),
    }
    cells
}

/// Where the cells of a table line begin: at each `|` that is not escaped.
fn cell_starts(line: Line<'_>) -> Vec<usize> {
    let bars = line.text.match_indices('|').map(|(at, _)| at);
    bars.filter(|at| !line.text.get(..*at).unwrap_or_default().ends_with('\\')).collect()
}

fn cells_of(text: &str, line: Line<'_>) -> Vec<Cell> {
    let starts = cell_starts(line);
    let mut cells = Vec::new();
    let first = starts.first().copied().unwrap_or(line.text.len());
    let lead = Span::new(line.start, line.start + first);
    // Before the first bar stands the rest of the cell above, or a cell's format such as `2+`.
    let is_text = starts.is_empty() || lead.of(text).is_some_and(|lead| lead.trim().contains(' '));
    if is_text && lead.of(text).is_some_and(|lead| !lead.trim().is_empty()) {
        cells.push(Cell { span: lead, runs: styled(text, lead, inline_markup), is_new: false });
    }
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(line.text.len());
        let span = Span::new(line.start + start, line.start + end);
        let mut runs = Inline::new();
        push_styled(&mut runs, text, Span::new(span.start + 1, span.end), inline_markup);
        cells.push(Cell {
            span: Span::new(span.start, runs.last().map_or(span.start + 1, |run| run.span.end.max(span.start + 1))),
            runs,
            is_new: true,
        });
    }
    cells
}

/// `= Title` is 1, `== Chapter` 2.
fn title_level(text: &str) -> Option<u8> {
    let marks = text.bytes().take_while(|byte| matches!(byte, b'=' | b'#')).count();
    let is_title = (1..=6).contains(&marks) && text.get(marks..)?.starts_with(' ');
    is_title.then(|| u8::try_from(marks).unwrap_or(6))
}

/// Name and value of `:name: value`.
fn attribute(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.strip_prefix(':')?.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '!'));
    (is_name && (value.is_empty() || value.starts_with(' '))).then_some((name, value.trim()))
}

fn source_language(text: &str) -> Option<String> {
    let inner = text.trim_matches(['[', ']']);
    let mut parts = inner.split(',');
    let kind = parts.next()?.trim();
    let language = parts.next().map(|language| language.trim().to_lowercase());
    match kind.split(['%', '#']).next()? {
        "source" | "listing" | "" => language,
        diagram @ ("mermaid" | "plantuml" | "graphviz" | "ditaa") => Some(diagram.to_owned()),
        _ => None,
    }
}

fn is_fence(text: &str, fence: &str) -> bool {
    text.starts_with(fence) && text.chars().all(|c| fence.starts_with(c))
}

fn is_directive(text: &str) -> bool {
    let named = ["include::", "image::", "ifdef::", "ifndef::", "endif::", "ifeval::", "toc::", "video::", "xref::"];
    named.iter().any(|name| text.starts_with(name))
}

/// Whether a line goes on with the paragraph or item above.
fn continues_text(line: Line<'_>) -> bool {
    let text = line.text.trim_end();
    let starts_other = title_level(text).is_some()
        || list_marker(line.trimmed()).is_some()
        || text.starts_with("//")
        || text.starts_with('[') && text.ends_with(']')
        || is_directive(text)
        || ["----", "....", "====", "****", "____", "++++"].iter().any(|fence| is_fence(text, fence))
        || text.starts_with("|===")
        || matches!(text, "+" | "--");
    !line.is_blank() && !starts_other
}

struct Marker {
    bytes: usize,
    depth: u8,
    ordered: bool,
    task: Option<bool>,
}

/// `* `, `** `, `- `, `. `, `.. `, `1. `, each with a check box or without.
fn list_marker(trimmed: &str) -> Option<Marker> {
    let mark = trimmed.chars().next()?;
    let count = match mark {
        '*' | '.' => trimmed.chars().take_while(|c| *c == mark).count(),
        '-' => 1,
        '0'..='9' => trimmed.bytes().take_while(u8::is_ascii_digit).count(),
        _ => return None,
    };
    let is_numbered = mark.is_ascii_digit();
    let behind = trimmed.get(count..)?;
    let behind = if is_numbered { behind.strip_prefix('.')? } else { behind };
    if !behind.starts_with(' ') || count > 6 {
        return None;
    }
    let body = behind.trim_start();
    let (task, box_bytes) = match body.get(..4) {
        Some("[ ] ") => (Some(false), 4),
        Some("[x] " | "[X] " | "[*] ") => (Some(true), 4),
        _ => (None, 0),
    };
    let depth = if is_numbered { 0 } else { u8::try_from(count - 1).unwrap_or(u8::MAX) };
    let ordered = is_numbered || mark == '.';
    Some(Marker { bytes: trimmed.len() - body.len() + box_bytes, depth, ordered, task })
}

/// Bytes of `NOTE: ` and its like.
fn admonition_bytes(text: &str) -> usize {
    ["NOTE: ", "TIP: ", "WARNING: ", "IMPORTANT: ", "CAUTION: "]
        .iter()
        .find(|word| text.starts_with(**word))
        .map_or(0, |word| word.len())
}

/// Monospaced, strong and emphasised text, struck text, links, cross references, anchors and images.
fn inline_markup(before: Option<char>, rest: &str) -> Option<Marked> {
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let link = Style { link: true, ..Style::default() };
    if let Some(inner) = rest.strip_prefix("<<") {
        let length = inner.find(">>")?;
        let from = inner.get(..length)?.find(',').map_or(0, |at| at + 1);
        return Some(Marked { bytes: length + 4, shown: Span::new(2 + from, 2 + length), style: link });
    }
    if rest.starts_with("[[") {
        let length = rest.find("]]")?;
        return Some(Marked { bytes: length + 2, shown: Span::new(0, 0), style: Style::default() });
    }
    if let Some(struck) = rest.strip_prefix("[.line-through]#") {
        let length = struck.find('#')?;
        let start = rest.len() - struck.len();
        let style = Style { strike: true, ..Style::default() };
        return Some(Marked { bytes: start + length + 1, shown: Span::new(start, start + length), style });
    }
    if ["http", "link:", "xref:", "image:"].iter().any(|name| rest.starts_with(name)) {
        return macro_text(rest);
    }
    let code = Style { code: true, ..Style::default() };
    let strong = Style { strong: true, ..Style::default() };
    match rest.chars().next()? {
        '`' => between(rest, '`', code),
        '*' => between(rest, '*', strong),
        '_' => between(rest, '_', strong),
        _ => None,
    }
}

/// The text in the brackets of `link:target[text]`.
fn macro_text(rest: &str) -> Option<Marked> {
    let open = rest
        .find(|c: char| c.is_whitespace() || c == '[')
        .filter(|at| rest.get(*at..).is_some_and(|at| at.starts_with('[')))?;
    let inner = rest.get(open + 1..)?;
    let length = inner.find(']')?;
    let shown = inner.get(..length)?.trim_end_matches('^').len();
    let is_image = rest.starts_with("image:");
    let shown = if is_image { Span::new(0, 0) } else { Span::new(open + 1, open + 1 + shown) };
    Some(Marked { bytes: open + 1 + length + 1, shown, style: Style { link: true, ..Style::default() } })
}

/// Text between two marks, single or double, that touch it.
fn between(rest: &str, mark: char, style: Style) -> Option<Marked> {
    let marks = rest.chars().take(2).take_while(|c| *c == mark).count();
    let inner = rest.get(marks..)?;
    let close: String = std::iter::repeat_n(mark, marks).collect();
    let length = inner.find(&close)?;
    let text = inner.get(..length)?;
    let is_text = !text.is_empty() && !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
    let ends_word = !inner.get(length + marks..)?.starts_with(char::is_alphanumeric) || marks == 2;
    (is_text && ends_word).then(|| Marked { bytes: length + 2 * marks, shown: Span::new(marks, marks + length), style })
}
