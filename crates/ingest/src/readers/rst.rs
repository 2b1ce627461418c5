//! reStructuredText, line by line: titles, paragraphs, lists, tables, literal blocks, field lists and directives.

mod tables;

use cairn_model::{Block, BlockKind, Span, Style};

use crate::inline::{Marked, block, code, of_lines, silent, styled};
use crate::lines::{Line, lines, span_of};

/// Directives whose body is code.
const CODE_DIRECTIVES: &[&str] = &["code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "highlight"];

/// Directives whose body is text for the reader.
const TEXT_DIRECTIVES: &[&str] = &[
    "note",
    "warning",
    "important",
    "tip",
    "hint",
    "attention",
    "caution",
    "danger",
    "error",
    "admonition",
    "topic",
    "sidebar",
    "versionadded",
    "versionchanged",
    "deprecated",
    "seealso",
    "epigraph",
    "container",
    "rubric",
    "glossary",
];

/// Fields behind more blocks than these are text, not metadata.
const HEAD_BLOCKS_MAX: usize = 8;

/// Reads the blocks of `text` from the offset `from` on.
pub(crate) fn read(text: &str, from: usize) -> Vec<Block> {
    let all = lines(text, from);
    let mut reader = Reader { text, blocks: Vec::new(), levels: Vec::new(), tables: 0 };
    reader.read(&all);
    reader.blocks
}

struct Reader<'t> {
    text: &'t str,
    blocks: Vec<Block>,
    /// Underline styles in the order they were met: the place of a style is its level.
    levels: Vec<(char, bool)>,
    tables: u32,
}

impl Reader<'_> {
    fn read(&mut self, all: &[Line<'_>]) {
        let mut rest = all;
        while let Some(first) = rest.first() {
            let taken = if first.is_blank() { 1 } else { self.block(rest) };
            rest = rest.get(taken.max(1)..).unwrap_or_default();
        }
    }

    /// Reads the block at the start of `rest` and tells how many lines it took.
    fn block(&mut self, rest: &[Line<'_>]) -> usize {
        let Some(first) = rest.first().copied() else { return 0 };
        if let Some(taken) = self.title(rest) {
            return taken;
        }
        if let Some((rows, taken)) = tables::read(self.text, rest, self.tables, inline_markup) {
            self.blocks.extend(rows);
            self.tables += 1;
            return taken;
        }
        if adornment(first).is_some() && is_blank_at(rest, 1) {
            return 1;
        }
        let trimmed = first.trimmed();
        if trimmed.starts_with(".. ") || trimmed == ".." {
            return self.explicit(rest);
        }
        if let Some(marker) = list_marker(trimmed) {
            return self.list_item(rest, marker);
        }
        if is_field(trimmed) {
            return self.fields(rest);
        }
        if trimmed.starts_with(">>> ") {
            let taken = rest.iter().take_while(|line| !line.is_blank()).count();
            self.blocks.extend(code("python", rest.get(..taken).unwrap_or_default()));
            return taken;
        }
        self.paragraph(rest)
    }

    /// A line over an underline at least as long, or between two.
    fn title(&mut self, rest: &[Line<'_>]) -> Option<usize> {
        let first = rest.first()?;
        let over = adornment(*first);
        let (title, under) = if over.is_some() { (rest.get(1)?, rest.get(2)?) } else { (first, rest.get(1)?) };
        let mark = adornment(*under)?;
        let is_underlined = under.trimmed().chars().count() + 1 >= title.trimmed().chars().count();
        let is_title = !title.is_blank() && adornment(*title).is_none() && is_underlined && under.indent() == 0;
        if !is_title || over.is_some_and(|over| over != mark) || over.is_none() && title.indent() > 0 {
            return None;
        }
        let style = (mark, over.is_some());
        let level = self.levels.iter().position(|known| *known == style).unwrap_or_else(|| {
            self.levels.push(style);
            self.levels.len() - 1
        });
        let level = u8::try_from(level + 1).unwrap_or(6).min(6);
        let taken = if over.is_some() { 3 } else { 2 };
        let span = span_of(rest.get(..taken)?);
        self.blocks.push(block(BlockKind::Heading(level), span, styled(self.text, title.span(), inline_markup)));
        Some(taken)
    }

    /// A comment, a target or a directive with its indented body.
    fn explicit(&mut self, rest: &[Line<'_>]) -> usize {
        let Some(first) = rest.first() else { return 0 };
        let taken = 1 + body_length(rest.get(1..).unwrap_or_default(), first.indent());
        let own = rest.get(..taken).unwrap_or_default();
        let Some((name, argument)) = directive(first.trimmed()) else {
            self.blocks.push(silent(BlockKind::Html, span_of(own)));
            return taken;
        };
        let options_end = 1 + own.iter().skip(1).take_while(|line| is_field(line.trimmed())).count();
        let body = own.get(options_end..).unwrap_or_default();
        if name == "list-table" {
            self.blocks.push(silent(BlockKind::Html, span_of(own.get(..options_end).unwrap_or_default())));
            let header_rows = tables::header_rows(own.get(1..options_end).unwrap_or_default());
            self.blocks.extend(tables::list_table(self.text, body, self.tables, header_rows, inline_markup));
            self.tables += 1;
        } else if CODE_DIRECTIVES.contains(&name) {
            self.blocks.extend(code(argument, body));
        } else if matches!(name, "mermaid" | "uml" | "graphviz" | "plantuml") {
            self.blocks.extend(code(name, body));
        } else if TEXT_DIRECTIVES.contains(&name) {
            self.text_directive(*first, argument, body);
        } else {
            self.blocks.push(silent(BlockKind::Html, span_of(own)));
        }
        taken
    }

    fn text_directive(&mut self, first: Line<'_>, argument: &str, body: &[Line<'_>]) {
        if argument.is_empty() {
            self.read_shallow(body);
        } else {
            let end = first.span().end;
            let span = Span::new(end - argument.len(), end);
            let glued = body.iter().take_while(|line| !line.is_blank()).count();
            let end = body.get(..glued).and_then(<[_]>::last).map_or(span.end, |line| line.span().end);
            let whole = Span::new(span.start, end);
            self.blocks.push(block(BlockKind::Paragraph, whole, styled(self.text, whole, inline_markup)));
            self.read_shallow(body.get(glued..).unwrap_or_default());
        }
    }

    /// The paragraphs and list items of a directive's body. Directives inside are not followed: depth stays bounded.
    fn read_shallow(&mut self, body: &[Line<'_>]) {
        let mut rest = body;
        while let Some(first) = rest.first() {
            let taken = match list_marker(first.trimmed()) {
                _ if first.is_blank() => 1,
                Some(marker) => self.list_item(rest, marker),
                None => self.paragraph(rest),
            };
            rest = rest.get(taken.max(1)..).unwrap_or_default();
        }
    }

    fn list_item(&mut self, rest: &[Line<'_>], marker: Marker) -> usize {
        let Some(first) = rest.first() else { return 0 };
        let indent = first.indent();
        let is_own =
            |line: &&Line<'_>| !line.is_blank() && line.indent() > indent && list_marker(line.trimmed()).is_none();
        let taken = 1 + rest.iter().skip(1).take_while(is_own).count();
        let span = span_of(rest.get(..taken).unwrap_or_default());
        let depth = u8::try_from(indent / 2).unwrap_or(u8::MAX);
        let kind = BlockKind::ListItem { depth, ordered: marker.ordered, task: None };
        let runs = styled(self.text, Span::new(span.start + marker.bytes, span.end), inline_markup);
        self.blocks.push(block(kind, span, runs));
        taken
    }

    /// Lines `:status: accepted`: the document's metadata before any other text, a paragraph each behind it.
    fn fields(&mut self, rest: &[Line<'_>]) -> usize {
        let Some(first) = rest.first() else { return 0 };
        let is_head = |blocks: &[Block]| blocks.len() < HEAD_BLOCKS_MAX && !blocks.iter().any(is_paragraph);
        let is_in_head = is_head(&self.blocks);
        let is_in_field = |line: &&Line<'_>| {
            !line.is_blank() && (line.indent() > first.indent() || is_in_head && is_field(line.trimmed()))
        };
        let taken = 1 + rest.iter().skip(1).take_while(is_in_field).count();
        let span = span_of(rest.get(..taken).unwrap_or_default());
        if is_in_head {
            self.blocks.push(silent(BlockKind::FrontMatter, span));
        } else {
            let shown = Span::new((span.start + 1).min(span.end), span.end);
            self.blocks.push(block(BlockKind::Paragraph, span, styled(self.text, shown, inline_markup)));
        }
        taken
    }

    /// Lines up to a blank one; `::` at the end makes the indented lines behind it a code block.
    fn paragraph(&mut self, rest: &[Line<'_>]) -> usize {
        let Some(first) = rest.first() else { return 0 };
        let ends = |line: &Line<'_>| line.is_blank();
        let mut taken = 1 + rest.iter().skip(1).take_while(|line| !ends(line)).count();
        // `term` over an indented definition: two paragraphs.
        let definition = rest.get(1).filter(|next| taken > 1 && next.indent() > first.indent());
        if definition.is_some() {
            taken = 1;
        }
        let own = rest.get(..taken).unwrap_or_default();
        let opens_literal = own.last().is_some_and(|line| line.trimmed().ends_with("::"));
        if own.len() > 1 || first.trimmed() != "::" {
            self.blocks.push(paragraph_block(self.text, own, opens_literal));
        }
        if opens_literal {
            let behind = rest.get(taken..).unwrap_or_default();
            let length = body_length(behind, first.indent());
            self.blocks.extend(code("", behind.get(..length).unwrap_or_default()));
            taken += length;
        }
        taken
    }
}

fn is_paragraph(block: &Block) -> bool {
    block.kind == BlockKind::Paragraph
}

fn paragraph_block(text: &str, own: &[Line<'_>], opens_literal: bool) -> Block {
    if !opens_literal {
        return of_lines(BlockKind::Paragraph, text, own, inline_markup);
    }
    let span = span_of(own);
    let shown = Span::new(span.start, span.end.saturating_sub(1));
    block(BlockKind::Paragraph, span, styled(text, shown, inline_markup))
}

/// How many lines are indented deeper than `indent`, blank ones between them included.
fn body_length(rest: &[Line<'_>], indent: usize) -> usize {
    let inside = rest.iter().take_while(|line| line.is_blank() || line.indent() > indent);
    let body: Vec<bool> = inside.map(|line| line.is_blank()).collect();
    body.iter().rposition(|is_blank| !is_blank).map_or(0, |last| last + 1)
}

fn is_blank_at(rest: &[Line<'_>], at: usize) -> bool {
    rest.get(at).is_none_or(|line| line.is_blank())
}

/// The mark of a line that is nothing but one punctuation mark, three times or more.
fn adornment(line: Line<'_>) -> Option<char> {
    let text = line.trimmed();
    let mark = text.chars().next().filter(char::is_ascii_punctuation)?;
    (text.len() >= 3 && text.chars().all(|c| c == mark)).then_some(mark)
}

/// Name and argument of `.. name:: argument`.
fn directive(trimmed: &str) -> Option<(&str, &str)> {
    let (name, argument) = trimmed.strip_prefix(".. ")?.split_once("::")?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'));
    is_name.then_some((name, argument.trim()))
}

fn is_field(trimmed: &str) -> bool {
    let Some((name, value)) = trimmed.strip_prefix(':').and_then(|rest| rest.split_once(':')) else { return false };
    let is_name = name.starts_with(|c: char| c.is_alphabetic()) && !name.contains('`');
    is_name && (value.is_empty() || value.starts_with(' '))
}

#[derive(Clone, Copy)]
struct Marker {
    bytes: usize,
    ordered: bool,
}

/// `- `, `* `, `1. `, `#. `, `(a) `.
fn list_marker(trimmed: &str) -> Option<Marker> {
    if trimmed.starts_with(['-', '*', '+', '•']) {
        let bytes = trimmed.chars().next()?.len_utf8();
        return trimmed.get(bytes..)?.starts_with(' ').then_some(Marker { bytes, ordered: false });
    }
    let open = usize::from(trimmed.starts_with('('));
    let name = trimmed.get(open..)?;
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let letters =
        usize::from(name.starts_with('#') || open == 1 && name.starts_with(|c: char| c.is_ascii_alphabetic()));
    let length = if (1..=3).contains(&digits) { digits } else { letters };
    let is_closed =
        length > 0 && name.get(length..).is_some_and(|rest| rest.starts_with(". ") || rest.starts_with(") "));
    is_closed.then_some(Marker { bytes: open + length + 1, ordered: true })
}

/// Literals, strong and emphasised text, roles and links.
fn inline_markup(before: Option<char>, rest: &str) -> Option<Marked> {
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let code = Style { code: true, ..Style::default() };
    let strong = Style { strong: true, ..Style::default() };
    if rest.starts_with("``") {
        return between(rest, "``", code);
    }
    if rest.starts_with("**") {
        return between(rest, "**", strong);
    }
    if rest.starts_with('*') {
        return between(rest, "*", strong);
    }
    if rest.starts_with('`') {
        return interpreted(rest, 0);
    }
    // `:ref:` and its like before the backtick.
    let role = rest.strip_prefix(':')?.find(|c: char| !c.is_alphanumeric() && !matches!(c, ':' | '-' | '_' | '+'))?;
    rest.get(role + 1..)?.starts_with('`').then(|| interpreted(rest, role + 1)).flatten()
}

fn between(rest: &str, mark: &str, style: Style) -> Option<Marked> {
    let inner = rest.get(mark.len()..)?;
    let length = inner.find(mark)?;
    let is_text = length > 0 && !inner.starts_with(char::is_whitespace);
    is_text.then(|| Marked { bytes: length + 2 * mark.len(), shown: Span::new(mark.len(), mark.len() + length), style })
}

/// `` `text <target>`_ `` from the backtick at `tick` on; the target is not shown.
fn interpreted(rest: &str, tick: usize) -> Option<Marked> {
    let inner = rest.get(tick + 1..)?;
    let length = inner.find('`').filter(|length| *length > 0)?;
    let text = inner.get(..length)?;
    let shown =
        text.rfind('<').filter(|at| *at > 0 && text.ends_with('>')).map_or(text, |at| text.get(..at).unwrap_or(text));
    let behind = inner.get(length + 1..)?;
    let underscores = behind.bytes().take(2).take_while(|byte| *byte == b'_').count();
    let is_link = underscores > 0 || matches!(rest.get(..tick), Some(":ref:" | ":doc:" | ":term:"));
    Some(Marked {
        bytes: tick + 1 + length + 1 + underscores,
        shown: Span::new(tick + 1, tick + 1 + shown.trim_end().len()),
        style: Style { link: is_link, code: !is_link && tick > 0, ..Style::default() },
    })
}
