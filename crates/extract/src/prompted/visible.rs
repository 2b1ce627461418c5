//! What a reader sees of a document: the only text that a model is shown, and the only text that it may quote.
//!
//! Left out are raw HTML and front matter, comments, elements that are styled away, images with their descriptions, text that
//! belongs to no block, and characters without width or with a direction of their own. Nothing is rewritten: every byte that
//! stays knows its place in the document. Only in JSON, a line break that is written as an escape is shown as the break it is.

use std::ops::Range;

use cairn_model::{Block, BlockKind, Document, Format, Run, Span, VisibleText};

/// A tag longer than this is text.
const TAG_BYTES_MAX: usize = 1_024;
/// A description of an image longer than this is text.
const IMAGE_BYTES_MAX: usize = 2_048;
/// Styles that take an element out of sight.
const HIDING: [&str; 9] = [
    "display:none",
    "visibility:hidden",
    "font-size:0",
    "opacity:0",
    "color:white",
    "color:#fff",
    "color:transparent",
    "width:0",
    "height:0",
];

/// A document as a reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The text.
    pub visible: VisibleText,
    /// Where the blocks stand in it: index of the block in the document, and its bytes. Blocks without any are left out.
    pub blocks: Vec<(usize, Span)>,
    /// What was left out.
    pub hidden: Hidden,
}

/// What a reader does not see, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Comments, raw HTML, elements out of sight and images.
    pub pieces: usize,
    /// Characters without width or with a direction of their own.
    pub characters: usize,
    /// Words that mix alphabets that look alike. They are shown as they are.
    pub mixed_words: usize,
}

/// Looks at a document as its reader does.
pub fn see(document: &Document) -> Sight {
    let mut sight = Sight::default();
    let mut out_of_sight: Option<String> = None;
    let mut end = 0;
    for (index, block) in document.blocks.iter().enumerate() {
        let span = Span::new(block.span.start.max(end), block.span.end);
        let text = document.slice(span);
        if let Some(name) = &out_of_sight {
            sight.hidden.pieces += 1;
            end = span.end.max(end);
            if contains_ignoring_case(text, &format!("</{name}")) {
                out_of_sight = None;
            }
            continue;
        }
        if matches!(block.kind, BlockKind::Html) {
            out_of_sight = left_open(text);
        }
        if span.is_empty() || matches!(block.kind, BlockKind::Html | BlockKind::FrontMatter) {
            sight.hidden.pieces += usize::from(matches!(block.kind, BlockKind::Html));
            continue;
        }
        if document.format == Format::Json {
            sight.string(index, document, block, end);
        } else {
            sight.between(document, end, span.start);
            sight.block(index, block, span, text);
        }
        end = span.end;
    }
    sight
}

impl Sight {
    /// White space between blocks shapes them; words there are seen by nobody.
    fn between(&mut self, document: &Document, start: usize, end: usize) {
        let gap = Span::new(start, end);
        let text = document.slice(gap);
        if self.blocks.is_empty() {
            return;
        }
        if text.chars().any(char::is_alphanumeric) {
            self.hidden.pieces += 1;
            for (at, _) in text.match_indices('\n') {
                self.visible.push(Span::new(start + at, start + at + 1), "\n");
            }
        } else {
            self.visible.push(gap, text);
        }
    }

    fn block(&mut self, index: usize, block: &Block, span: Span, text: &str) {
        let markup = if matches!(block.kind, BlockKind::Code(_)) { Vec::new() } else { hidden_markup(text) };
        self.hidden.pieces += markup.len();
        self.hidden.mixed_words += mixed_words(text);
        let start = self.visible.text().len();
        let mut from = 0;
        for (at, c) in text.char_indices() {
            let next = at + c.len_utf8();
            let inside = markup.get(markup.partition_point(|range| range.end <= at)).is_some_and(|it| it.start <= at);
            let invisible = is_invisible(c);
            self.hidden.characters += usize::from(invisible && !inside);
            if inside || invisible {
                self.push_part(span, text, from..at);
                from = next;
            }
        }
        self.push_part(span, text, from..text.len());
        let seen = Span::new(start, self.visible.text().len());
        if !seen.is_empty() {
            self.blocks.push((index, seen));
        }
    }

    /// The text of a JSON string, without what JSON puts between and into strings.
    fn string(&mut self, index: usize, document: &Document, block: &Block, end: usize) {
        if !self.blocks.is_empty() {
            self.visible.push(Span::new(end, end + 1), "\n");
        }
        let mut string = VisibleText::default();
        for Run { span, after_break, .. } in block.cells.iter().flatten() {
            if *after_break {
                string.push(Span::new(span.start - 1, span.start), "\n");
            }
            string.push(*span, document.slice(*span));
        }
        let text = string.text();
        let markup = hidden_markup(text);
        self.hidden.pieces += markup.len();
        self.hidden.mixed_words += mixed_words(text);
        let start = self.visible.text().len();
        for (at, c) in text.char_indices() {
            let inside = markup.get(markup.partition_point(|range| range.end <= at)).is_some_and(|it| it.start <= at);
            let invisible = is_invisible(c);
            self.hidden.characters += usize::from(invisible && !inside);
            let source = string.source(Span::new(at, at + c.len_utf8())).filter(|_| !inside && !invisible);
            if let Some(source) = source {
                self.visible.push(source, c.encode_utf8(&mut [0; 4]));
            }
        }
        let seen = Span::new(start, self.visible.text().len());
        if !seen.is_empty() {
            self.blocks.push((index, seen));
        }
    }

    fn push_part(&mut self, span: Span, text: &str, part: Range<usize>) {
        let source = Span::new(span.start + part.start, span.start + part.end);
        self.visible.push(source, text.get(part).unwrap_or_default());
    }
}

/// Characters that no reader sees: without width, of direction, tags, selectors of variants, and controls.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Comments, images and elements out of sight, in order, not touching each other's insides.
fn hidden_markup(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['<', '!'])) {
        let start = at + next;
        match hidden_from(text, start) {
            Some(end) => {
                found.push(start..end);
                at = end;
            }
            None => at = start + 1,
        }
    }
    found
}

/// Where what is hidden from `start` on ends.
fn hidden_from(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if let Some(inside) = rest.strip_prefix("<!--") {
        // One that does not end hides all that follows, as in a browser.
        return Some(inside.find("-->").map_or(text.len(), |end| start + 4 + end + 3));
    }
    if rest.starts_with("![") {
        return image_end(rest).map(|end| start + end);
    }
    let name = hiding_tag(rest)?;
    Some(element_end(rest, &name).map_or(text.len(), |end| start + end))
}

/// `![description](address)` or `![description][name]`.
fn image_end(rest: &str) -> Option<usize> {
    let window = rest.get(..rest.floor_char_boundary(IMAGE_BYTES_MAX))?;
    let close = window.find(']')?;
    let (open, end) = match window.as_bytes().get(close + 1) {
        Some(b'(') => ('(', ')'),
        Some(b'[') => ('[', ']'),
        _ => return Some(close + 1),
    };
    let target = window.get(close + 1..)?;
    debug_assert!(target.starts_with(open), "the byte was looked at above");
    Some(close + 1 + target.find(end)? + 1)
}

/// The element's name, when `rest` begins with a tag that takes it out of sight.
fn hiding_tag(rest: &str) -> Option<String> {
    let tag = rest.get(1..rest.floor_char_boundary(TAG_BYTES_MAX))?;
    let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
    if name.is_empty() {
        return None;
    }
    let end = tag.find('>')?;
    let tag = tag.get(..end)?;
    if tag.ends_with('/') {
        return None;
    }
    let attributes: String = tag.get(name.len()..)?.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let squeezed = attributes.replace([' ', '"', '\''], "");
    let hides = HIDING.iter().any(|style| squeezed.contains(style))
        || attributes.split([' ', '=']).any(|word| word == "hidden")
        || squeezed.contains("aria-hidden=true");
    let never_shown = matches!(name.to_lowercase().as_str(), "script" | "style" | "template" | "noscript" | "title");
    (hides || never_shown).then_some(name)
}

/// The end of the element that begins `rest`, elements of the same name inside it counted.
fn element_end(rest: &str, name: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let next = at + rest.get(at..)?.find('<')?;
        let here = rest.get(next + 1..)?;
        if here.strip_prefix('/').is_some_and(|here| starts_ignoring_case(here, name)) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(next + 1 + here.find('>').map_or(here.len(), |end| end + 1));
            }
        } else if starts_ignoring_case(here, name) {
            depth += 1;
        }
        at = next + 1;
    }
}

fn starts_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// The element that a block of raw HTML takes out of sight without closing it.
fn left_open(html: &str) -> Option<String> {
    let mut at = 0;
    while let Some(next) = html.get(at..).and_then(|rest| rest.find('<')) {
        let rest = html.get(at + next..)?;
        if let Some(name) = hiding_tag(rest) {
            match element_end(rest, &name) {
                Some(end) => at += next + end,
                None => return Some(name.to_ascii_lowercase()),
            }
        } else {
            at += next + 1;
        }
    }
    None
}

fn contains_ignoring_case(text: &str, wanted: &str) -> bool {
    text.to_ascii_lowercase().contains(wanted)
}

/// Words of Latin letters with Greek or Cyrillic ones among them.
fn mixed_words(text: &str) -> usize {
    let mixed = |word: &&str| {
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        latin && word.chars().any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}'))
    };
    if text.is_ascii() { 0 } else { text.split(|c: char| !c.is_alphanumeric()).filter(mixed).count() }
}
