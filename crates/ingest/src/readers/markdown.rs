//! CommonMark with tables, task lists, strike-through and footnotes, by pulldown-cmark's events and their byte ranges.
//!
//! Metadata is taken off before (`front_matter`), because pulldown-cmark would also see it in the middle of a text.

use std::ops::Range;

use cairn_model::{Block, BlockKind, Inline, Run, Span, Style};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::inline::{push_lines, push_run, silent};
use crate::lines::trim;

/// Reads the blocks of `text` from the offset `from` on.
pub(crate) fn read(text: &str, from: usize) -> Vec<Block> {
    read_masked(text, text, from)
}

/// Reads `text` as if it were `masked`, which is as long and has spaces where `text` holds something else than Markdown.
pub(crate) fn read_masked(text: &str, masked: &str, from: usize) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut reader = Reader { text, ..Reader::default() };
    let parser = Parser::new_ext(masked.get(from..).unwrap_or_default(), options);
    for (event, range) in parser.into_offset_iter() {
        reader.event(event, from + range.start..from + range.end);
    }
    reader.close();
    reader.blocks
}

/// The block being read.
struct Open {
    kind: BlockKind,
    start: usize,
    /// One past the last byte known to belong to it.
    end: usize,
    cells: Vec<Inline>,
    /// Whether inline content was met; a list item without any still waits for its first paragraph.
    has_content: bool,
    after_break: bool,
}

#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    blocks: Vec<Block>,
    open: Option<Open>,
    /// Whether each enclosing list is numbered, outermost first.
    lists: Vec<bool>,
    quotes: usize,
    strong: usize,
    links: usize,
    strikes: usize,
    /// Above 0 inside an image, whose alternative text is not the document's.
    images: usize,
    tables: u32,
    /// Whether the text events belong to a code block.
    in_code: bool,
    /// Whether the events belong to raw HTML.
    in_html: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::End(TagEnd::HtmlBlock) => self.in_html = false,
            _ if self.in_html => {}
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(_) if self.in_code => self.code_lines(range),
            Event::Text(_) => self.text_run(range),
            Event::Code(_) => self.code_span(range),
            Event::InlineHtml(tag) => {
                let breaks_line = tag.get(..3).is_some_and(|name| name.eq_ignore_ascii_case("<br"));
                let open = self.touch(&range);
                open.after_break |= breaks_line;
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(open) = &mut self.open {
                    open.after_break = true;
                }
            }
            Event::TaskListMarker(done) => {
                if let BlockKind::ListItem { task, .. } = &mut self.touch(&range).kind {
                    *task = Some(done);
                }
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                self.touch(&range);
            }
            Event::Rule => self.close(),
            Event::Html(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                if !self.awaits_text() {
                    self.open(BlockKind::Paragraph, range.clone());
                }
                self.extend(range);
            }
            Tag::Heading { level, .. } => self.open(BlockKind::Heading(number(level)), range),
            Tag::List(first) => {
                self.close();
                self.lists.push(first.is_some());
            }
            Tag::Item => self.open(self.list_item(), self.marker(&range)),
            Tag::BlockQuote(_) => {
                self.close();
                self.quotes += 1;
            }
            Tag::CodeBlock(kind) => {
                self.open(BlockKind::Code(language(&kind)), range);
                self.in_code = true;
            }
            Tag::HtmlBlock => {
                self.close();
                self.in_html = true;
                self.blocks.push(silent(BlockKind::Html, trim(self.text, range.into())));
            }
            Tag::Table(_) => self.close(),
            Tag::TableHead | Tag::TableRow => {
                let kind = BlockKind::TableRow { table: self.tables, header: matches!(tag, Tag::TableHead) };
                self.open(kind, range);
                if let Some(open) = &mut self.open {
                    open.cells.clear();
                }
            }
            Tag::TableCell => {
                if let Some(open) = &mut self.open {
                    open.cells.push(Inline::new());
                    open.after_break = false;
                }
            }
            Tag::Emphasis | Tag::Strong => self.enter(&range, |reader| &mut reader.strong),
            Tag::Strikethrough => self.enter(&range, |reader| &mut reader.strikes),
            Tag::Link { .. } => self.enter(&range, |reader| &mut reader.links),
            Tag::Image { .. } => self.enter(&range, |reader| &mut reader.images),
            Tag::FootnoteDefinition(_) => self.close(),
            // Not enabled: the events of these tags never come.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough => self.strikes = self.strikes.saturating_sub(1),
            TagEnd::Link => self.links = self.links.saturating_sub(1),
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::TableCell => {}
            TagEnd::Table => self.tables += 1,
            TagEnd::List(_) => {
                self.close();
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.close();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                self.close();
                self.in_code = false;
            }
            _ => self.close(),
        }
    }

    fn open(&mut self, kind: BlockKind, range: Range<usize>) {
        self.close();
        let span = trim(self.text, range.into());
        self.open = Some(Open {
            kind,
            start: span.start,
            end: span.end,
            cells: vec![Inline::new()],
            has_content: false,
            after_break: false,
        });
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let mut span = trim(self.text, Span::new(open.start, open.end));
        // The lines of indented code keep their white space.
        let runs = || open.cells.iter().flatten();
        span.start = runs().map(|run| run.span.start).min().map_or(span.start, |start| start.min(span.start));
        span.end = runs().map(|run| run.span.end).max().map_or(span.end, |end| end.max(span.end));
        self.blocks.push(Block { kind: open.kind, span, cells: open.cells });
    }

    /// The open block, grown to hold `range`. Text of a tight list behind a nested block has no tag of its own: it opens
    /// a paragraph.
    fn touch(&mut self, range: &Range<usize>) -> &mut Open {
        let paragraph = Open {
            kind: BlockKind::Paragraph,
            start: range.start,
            end: range.end,
            cells: vec![Inline::new()],
            has_content: false,
            after_break: false,
        };
        let open = self.open.get_or_insert(paragraph);
        open.end = open.end.max(range.end);
        open.has_content = true;
        open
    }

    fn extend(&mut self, range: Range<usize>) {
        let end = trim(self.text, range.into()).end;
        if let Some(open) = &mut self.open {
            open.end = open.end.max(end);
            open.has_content = true;
        }
    }

    fn awaits_text(&self) -> bool {
        self.open.as_ref().is_some_and(|open| matches!(open.kind, BlockKind::ListItem { .. }) && !open.has_content)
    }

    fn enter(&mut self, range: &Range<usize>, depth: fn(&mut Self) -> &mut usize) {
        self.touch(range);
        *depth(self) += 1;
    }

    fn list_item(&self) -> BlockKind {
        let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        BlockKind::ListItem { depth, ordered: self.lists.last().copied().unwrap_or(false), task: None }
    }

    /// The bullet or number at the start of an item.
    fn marker(&self, item: &Range<usize>) -> Range<usize> {
        let slice = self.text.get(item.clone()).unwrap_or_default();
        let digits = slice.bytes().take_while(u8::is_ascii_digit).count();
        item.start..(item.start + digits + 1).min(item.end)
    }

    fn style(&self) -> Style {
        Style { code: false, strong: self.strong > 0, link: self.links > 0, strike: self.strikes > 0 }
    }

    fn text_run(&mut self, range: Range<usize>) {
        let (style, is_alternative) = (self.style(), self.images > 0);
        self.push(range, style, is_alternative);
    }

    fn push(&mut self, range: Range<usize>, style: Style, is_hidden: bool) {
        let text = self.text;
        let open = self.touch(&range);
        let is_blank = text.get(range.clone()).is_none_or(|slice| slice.trim().is_empty());
        if is_hidden || range.is_empty() || is_blank && open.after_break {
            return;
        }
        let after_break = std::mem::take(&mut open.after_break);
        if let Some(runs) = open.cells.last_mut() {
            if after_break || range_has_line_end(text, &range) {
                push_lines(runs, text, range.into(), style, after_break);
            } else {
                push_run(runs, Run { span: range.into(), style, after_break: false });
            }
        }
    }

    /// A code span without its backticks, line by line: in a block quote each further line begins with a marker.
    fn code_span(&mut self, range: Range<usize>) {
        let (style, is_alternative) = (Style { code: true, ..self.style() }, self.images > 0);
        self.touch(&range);
        let inner = code_span_text(self.text, range);
        let slice = self.text.get(inner.clone()).unwrap_or_default();
        let mut start = inner.start;
        for piece in slice.split_inclusive('\n') {
            let is_first = start == inner.start;
            let marker = piece.len() - piece.trim_start_matches([' ', '\t', '>']).len();
            let lead = if self.quotes > 0 && !is_first { marker } else { 0 };
            let end = start + piece.trim_end_matches(['\r', '\n']).len();
            self.touch(&(start..end)).after_break |= !is_first;
            self.push((start + lead).min(end)..end, style, is_alternative);
            start += piece.len();
        }
    }

    fn code_lines(&mut self, range: Range<usize>) {
        let slice = self.text.get(range.clone()).unwrap_or_default();
        let Some(open) = &mut self.open else { return };
        let Some(runs) = open.cells.last_mut() else { return };
        let mut start = range.start;
        for piece in slice.split_inclusive('\n') {
            let end = start + piece.trim_end_matches(['\r', '\n']).len();
            let is_same_line = !open.after_break && !runs.is_empty();
            match runs.last_mut() {
                // The `\n` of a `\r\n` comes as a text of its own.
                Some(_) if is_same_line && start == end => {}
                Some(last) if is_same_line => last.span.end = end,
                _ => runs.push(Run {
                    span: Span::new(start, end),
                    style: Style::default(),
                    after_break: open.after_break,
                }),
            }
            open.after_break = piece.ends_with('\n');
            start += piece.len();
        }
        open.end = open.end.max(runs.last().map_or(0, |run| run.span.end));
    }
}

fn range_has_line_end(text: &str, range: &Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|slice| slice.contains('\n'))
}

/// What stands between the backticks, without the one space of padding that CommonMark drops.
fn code_span_text(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let ticks = slice.bytes().take_while(|byte| *byte == b'`').count();
    let inner = range.start + ticks..range.end.saturating_sub(ticks).max(range.start + ticks);
    let shown = text.get(inner.clone()).unwrap_or_default();
    let is_padded = shown.len() > 2 && shown.starts_with(' ') && shown.ends_with(' ') && !shown.trim().is_empty();
    if is_padded { inner.start + 1..inner.end - 1 } else { inner }
}

const fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The first word of the info string, `rust` of `rust,no_run` and of `{.rust}`.
fn language(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return String::new() };
    let word = info.trim_start_matches(['{', '.', ' ']);
    word.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}')).next().unwrap_or_default().to_lowercase()
}
