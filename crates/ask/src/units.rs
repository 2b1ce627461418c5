//! Texts cut into what can be quoted: sentences, list items, rows of tables, pieces of code. Each knows the words around it that
//! say what it is about: headings, the item above, the sentence that leads into the list, the document's title.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use cairn_model::{Block, BlockKind, Document, Format, Section, Span};

use crate::words::{Vocabulary, words};

/// The most lines of code that are quoted at once.
const CODE_LINES_MAX: usize = 8;

/// Longer pieces are cut: nobody reads them as one sentence.
const UNIT_BYTES_MAX: usize = 900;

/// A piece of text that can be quoted.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// Index of the document.
    pub(crate) document: usize,
    pub(crate) span: Span,
    /// As a reader sees it, on one line.
    pub(crate) shown: String,
    /// The stems in it, sorted, each once.
    pub(crate) stems: Vec<u32>,
    /// How many words it has.
    pub(crate) length: usize,
    /// Index of the section in [`Units::sections`].
    pub(crate) section: usize,
    /// The unit that leads to this one: the item above, the sentence before a list, the header of a table.
    pub(crate) lead: Option<usize>,
    /// Whether it goes on where the unit before it ended: sentences of one paragraph.
    pub(crate) goes_on: bool,
    pub(crate) shape: Shape,
}

/// What kind of piece it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Heading,
    Sentence,
    Item,
    Row,
    Code,
}

/// What is around the units of a section.
#[derive(Clone, Debug)]
pub(crate) struct SectionWords {
    /// The headings, outermost first.
    pub(crate) headings: Vec<String>,
    /// The stems of the headings.
    pub(crate) stems: Vec<u32>,
    /// The stems of the document's title and path.
    pub(crate) title: Arc<[u32]>,
    /// All stems of the section's units.
    pub(crate) all: Vec<u32>,
    /// Its units.
    pub(crate) units: Range<usize>,
}

/// All units of all documents, in the order of the texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Units {
    pub(crate) list: Vec<Unit>,
    pub(crate) sections: Vec<SectionWords>,
    pub(crate) vocabulary: Vocabulary,
    /// For each stem, the units that have it.
    postings: Vec<Vec<u32>>,
}

impl Units {
    pub(crate) fn of(documents: &[Document]) -> Self {
        let mut units = Self::default();
        for (index, document) in documents.iter().enumerate() {
            let title = Arc::from(units.learn(&format!("{} {}", document.title, document.path)).0);
            for section in &document.sections {
                units.section(index, document, section, &title);
            }
        }
        units.count();
        units
    }

    /// The units that have the stem.
    pub(crate) fn with(&self, stem: u32) -> &[u32] {
        self.postings.get(stem as usize).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Unit> {
        self.list.get(at)
    }

    pub(crate) fn section_of(&self, unit: &Unit) -> Option<&SectionWords> {
        self.sections.get(unit.section)
    }

    /// The units that `at` leads to, in the order of the text.
    pub(crate) fn led_by(&self, at: usize) -> impl Iterator<Item = usize> {
        let section = self.get(at).map(|it| it.section);
        let after = self.list.iter().enumerate().skip(at + 1);
        let of_section = after.take_while(move |(_, it)| Some(it.section) == section);
        of_section.filter(move |(_, it)| it.lead == Some(at)).map(|(at, _)| at)
    }

    fn count(&mut self) {
        for (at, unit) in self.list.iter().enumerate() {
            if let Some(section) = self.sections.get_mut(unit.section) {
                section.units.end = at + 1;
            }
            self.vocabulary.count(&unit.stems);
            for stem in &unit.stems {
                let stem = *stem as usize;
                if self.postings.len() <= stem {
                    self.postings.resize(stem + 1, Vec::new());
                }
                if let Some(units) = self.postings.get_mut(stem) {
                    units.push(u32::try_from(at).unwrap_or(u32::MAX));
                }
            }
        }
    }

    /// The stems of a text, sorted, each once, and how many words there are.
    fn learn(&mut self, text: &str) -> (Vec<u32>, usize) {
        let words = words(text);
        let stems: BTreeSet<u32> = words.iter().map(|word| self.vocabulary.learn(word)).collect();
        (stems.into_iter().collect(), words.len())
    }

    fn section(&mut self, index: usize, document: &Document, section: &Section, title: &Arc<[u32]>) {
        let stems = self.learn(&section.heading_path.join(" ")).0;
        let number = self.sections.len();
        let headings = section.heading_path.clone();
        let first = self.list.len();
        self.sections.push(SectionWords {
            headings,
            stems,
            title: Arc::clone(title),
            all: Vec::new(),
            units: first..first,
        });
        let blocks = document.blocks_of(section);
        if blocks.is_empty() {
            // Of drawings and logs only what readers make of them can be quoted as a sentence.
            if !matches!(document.format, Format::Diagram | Format::Log) {
                self.code(index, document, section.span, None);
            }
        }
        let mut above = Above::default();
        for block in blocks {
            self.block(index, document, block, &mut above);
        }
        let all: BTreeSet<u32> =
            self.list.get(first..).unwrap_or_default().iter().flat_map(|it| it.stems.iter().copied()).collect();
        if let Some(section) = self.sections.get_mut(number) {
            section.all = all.into_iter().collect();
        }
    }

    fn block(&mut self, index: usize, document: &Document, block: &Block, above: &mut Above) {
        match &block.kind {
            BlockKind::Heading(_) => {
                self.sentences(index, document, block, Shape::Heading, None);
            }
            BlockKind::Paragraph => {
                above.items.clear();
                above.before_list = self.sentences(index, document, block, Shape::Sentence, None);
            }
            BlockKind::ListItem { depth, .. } => {
                above.items.retain(|(other, _)| other < depth);
                let lead = above.items.last().map(|(_, at)| *at).or(above.before_list);
                if let Some(at) = self.sentences(index, document, block, Shape::Item, lead) {
                    above.items.push((*depth, at));
                }
            }
            BlockKind::TableRow { header, table } => {
                let lead = above.header.filter(|(of, _)| of == table).map(|(_, at)| at).or(above.before_list);
                let shape = if *header { Shape::Heading } else { Shape::Row };
                let at = self.push(index, document, block.span, shown(document, block, block.span), shape, lead);
                if *header {
                    above.header = at.map(|at| (*table, at));
                }
            }
            BlockKind::Code(_) => self.code(index, document, block.span, above.before_list),
            BlockKind::FrontMatter => self.code(index, document, block.span, None),
            BlockKind::Html => {}
        }
    }

    /// Cuts a block between sentences. Gives the unit that what follows may hang on: the last.
    fn sentences(
        &mut self,
        index: usize,
        document: &Document,
        block: &Block,
        shape: Shape,
        lead: Option<usize>,
    ) -> Option<usize> {
        let text = document.slice(block.span);
        let mut last = None;
        let mut lead = lead;
        for (start, end) in sentences(text) {
            let span = Span::new(block.span.start + start, block.span.start + end);
            let at = self.push(index, document, span, shown(document, block, span), shape, lead);
            // Later sentences of an item go on where the first began.
            if shape == Shape::Item && last.is_none() {
                lead = at.or(lead);
            }
            if let Some(unit) = at.filter(|_| last.is_some()).and_then(|at| self.list.get_mut(at)) {
                unit.goes_on = true;
            }
            last = at.or(last);
        }
        last
    }

    /// Cuts lines that are no prose.
    fn code(&mut self, index: usize, document: &Document, span: Span, lead: Option<usize>) {
        let (mut start, mut end, mut lines) = (span.start, span.start, 0);
        let text = document.slice(span);
        for line in text.split_inclusive('\n') {
            let is_full = lines >= CODE_LINES_MAX || end + line.len() - start > UNIT_BYTES_MAX;
            if is_full && end > start {
                let piece = Span::new(start, end);
                self.push(index, document, piece, one_line(document.slice(piece)), Shape::Code, lead);
                (start, lines) = (end, 0);
            }
            end += line.len();
            lines += 1;
        }
        let piece = Span::new(start, end);
        self.push(index, document, piece, one_line(document.slice(piece)), Shape::Code, lead);
    }

    fn push(
        &mut self,
        document: usize,
        text: &Document,
        span: Span,
        shown: String,
        shape: Shape,
        lead: Option<usize>,
    ) -> Option<usize> {
        let span = trimmed(text, span);
        let (stems, length) = self.learn(&shown);
        if stems.is_empty() || span.is_empty() {
            return None;
        }
        let section = self.sections.len().checked_sub(1)?;
        self.list.push(Unit { document, span, shown, stems, length, section, lead, goes_on: false, shape });
        Some(self.list.len() - 1)
    }
}

/// What stands above the next block.
#[derive(Default)]
struct Above {
    /// Items of the list, by depth.
    items: Vec<(u8, usize)>,
    /// The last sentence before the list or table.
    before_list: Option<usize>,
    /// The header of the table, by its number.
    header: Option<(u32, usize)>,
}

/// What a reader sees of `span`, on one line.
fn shown(document: &Document, block: &Block, span: Span) -> String {
    let mut text = String::new();
    for cell in &block.cells {
        if !text.is_empty() && !cell.is_empty() {
            text.push_str(" | ");
        }
        for run in cell {
            let part = Span::new(run.span.start.max(span.start), run.span.end.min(span.end));
            if part.is_empty() {
                continue;
            }
            if run.after_break && !text.is_empty() {
                text.push(' ');
            }
            text.push_str(document.slice(part));
        }
    }
    one_line(&text)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn trimmed(document: &Document, span: Span) -> Span {
    let text = document.slice(span);
    let start = span.start + (text.len() - text.trim_start().len());
    Span::new(start, start + text.trim().len())
}

/// Words before a full stop that end no sentence.
const ABBREVIATIONS: [&str; 9] = ["e.g", "i.e", "etc", "vs", "cf", "approx", "incl", "resp", "no"];

/// The sentences of a paragraph: cut behind full stops, question and exclamation marks that a blank and a beginning follow.
fn sentences(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, character) in text.char_indices() {
        if ended && character.is_whitespace() && at > start {
            let before = text.get(start..at).unwrap_or_default();
            let after = text.get(at..).unwrap_or_default().trim_start();
            if ends(before) && after.chars().next().is_none_or(|it| !it.is_lowercase()) {
                found.push((start, at));
                start = at;
            }
        }
        if !character.is_whitespace() {
            ended = matches!(character, '.' | '?' | '!') || ended && matches!(character, ')' | '"' | '*' | '_' | '`');
        }
    }
    found.push((start, text.len()));
    found.retain(|(start, end)| text.get(*start..*end).is_some_and(|it| !it.trim().is_empty()));
    found
}

fn ends(sentence: &str) -> bool {
    let word = sentence.trim_end_matches(['.', ')']).rsplit([' ', '\n', '(']).next().unwrap_or_default();
    let is_numbering = !word.is_empty() && word.chars().all(|it| it.is_ascii_digit()) && sentence.trim().len() <= 4;
    !is_numbering && !ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}
