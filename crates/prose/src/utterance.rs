//! A sentence with everything a reader needs to know about it: words, phrases of the lexicons, names, and where it stands.

use cairn_model::{BlockKind, Document, Quote, SourceType, Span, Status};

use crate::instruction::is_instruction;
use crate::lexicon::{Lexicon, Mention};
use crate::line::{Line, slice};
use crate::outline::Outline;
use crate::terms::{Cue, Hit, terms};
use crate::token::{Token, tokens};

/// Where a sentence stands.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) outline: Outline,
    /// What the document says of everything in it: `Planned` for proposals, `Implemented` otherwise.
    pub(crate) stance: Status,
    pub(crate) source_type: SourceType,
    pub(crate) kind: PlaceKind,
    /// The entity that the row, list item or section is about; subject of sentences that name none.
    pub(crate) topic: Option<usize>,
}

/// The block a sentence stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceKind {
    Paragraph,
    ListItem { task: Option<bool> },
    TableCell,
    Heading,
    Code,
}

impl PlaceKind {
    pub(crate) fn of(kind: &BlockKind) -> Option<Self> {
        match kind {
            BlockKind::Paragraph => Some(Self::Paragraph),
            BlockKind::ListItem { task, .. } => Some(Self::ListItem { task: *task }),
            BlockKind::TableRow { header: false, .. } => Some(Self::TableCell),
            BlockKind::Heading(_) => Some(Self::Heading),
            BlockKind::Code(_) => Some(Self::Code),
            BlockKind::TableRow { header: true, .. } | BlockKind::FrontMatter | BlockKind::Html => None,
        }
    }
}

/// One sentence, read.
#[derive(Debug)]
pub(crate) struct Utterance<'a> {
    pub(crate) document: &'a Document,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) line: &'a Line,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) tokens: Vec<Token>,
    pub(crate) hits: Vec<Hit>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) place: &'a Place,
}

/// A quote is as long as a reader takes in at a glance.
const QUOTE_BYTES_MAX: usize = 320;
/// Shorter ones prove nothing.
const QUOTE_BYTES_MIN: usize = 8;

impl<'a> Utterance<'a> {
    pub(crate) fn new(
        document: &'a Document,
        lexicon: &'a Lexicon,
        line: &'a Line,
        range: (usize, usize),
        place: &'a Place,
    ) -> Self {
        let (start, end) = range;
        let tokens = tokens(line, start, end);
        let mut hits = terms().hits(slice(&line.text, start, end));
        for hit in &mut hits {
            hit.start += start;
            hit.end += start;
        }
        let mut mentions = lexicon.mentions(&tokens, &line.text);
        refer_back(&tokens, lexicon, place.topic, &mut mentions);
        Self { document, lexicon, line, start, end, tokens, hits, mentions, place }
    }

    /// The sentence as it is read.
    pub(crate) fn text(&self) -> &'a str {
        slice(&self.line.text, self.start, self.end)
    }

    /// The words from token `first` to token `last`.
    pub(crate) fn words(&self, first: usize, last: usize) -> &'a str {
        match (self.tokens.get(first), self.tokens.get(last)) {
            (Some(first), Some(last)) => slice(&self.line.text, first.start, last.end),
            _ => "",
        }
    }

    /// Whether a phrase of this meaning stands in the sentence.
    pub(crate) fn has(&self, cue: Cue) -> bool {
        self.hits.iter().any(|hit| hit.cue == cue)
    }

    /// The first phrase of this meaning.
    pub(crate) fn first(&self, cue: Cue) -> Option<&Hit> {
        self.hits.iter().find(|hit| hit.cue == cue)
    }

    /// The phrase's own words.
    pub(crate) fn hit_text(&self, hit: &Hit) -> &'a str {
        slice(&self.line.text, hit.start, hit.end)
    }

    /// The names mentioned, each once, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut seen = Vec::new();
        for mention in &self.mentions {
            if !seen.contains(&mention.entity) {
                seen.push(mention.entity);
            }
        }
        seen.into_iter().filter_map(|entity| self.name(entity)).collect()
    }

    /// The names mentioned or, when there is none, the topic's.
    pub(crate) fn names_or_topic(&self) -> Vec<String> {
        let names = self.names();
        if names.is_empty() { self.place.topic.and_then(|topic| self.name(topic)).into_iter().collect() } else { names }
    }

    pub(crate) fn name(&self, entity: usize) -> Option<String> {
        self.lexicon.entity(entity).map(|entity| entity.name.clone())
    }

    /// Whether a phrase is part of a component's name here: "token" in "token service".
    pub(crate) fn is_in_name(&self, hit: &Hit) -> bool {
        self.mentions.iter().any(|mention| {
            let (Some(first), Some(last)) = (self.tokens.get(mention.first), self.tokens.get(mention.last)) else {
                return false;
            };
            hit.start >= first.start && hit.end <= last.end
        })
    }

    /// The index of the token at or after `offset`.
    pub(crate) fn token_at(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.end <= offset)
    }

    /// The whole sentence as evidence; around `anchor` when it is long.
    pub(crate) fn quote(&self, anchor: (usize, usize)) -> Option<Quote> {
        let whole = self.line.source_span(self.start, self.end)?;
        let span = if whole.len() <= QUOTE_BYTES_MAX { whole } else { self.window(anchor)? };
        self.quote_of(span)
    }

    /// The whole sentence as evidence.
    pub(crate) fn quote_all(&self) -> Option<Quote> {
        self.quote((self.start, self.end.min(self.start + 1)))
    }

    fn quote_of(&self, span: Span) -> Option<Quote> {
        let text = self.document.slice(span);
        (text.len() >= QUOTE_BYTES_MIN).then(|| Quote {
            document: self.document.id.clone(),
            text: text.to_owned(),
            at: Some(span.start),
        })
    }

    /// Whole words around `anchor` that fit a quote.
    fn window(&self, anchor: (usize, usize)) -> Option<Span> {
        let (mut first, mut last) = (self.token_at(anchor.0), self.token_at(anchor.1.saturating_sub(1)));
        let mut best = self.span(first, last)?;
        let mut grows = true;
        while grows {
            grows = false;
            for (from, to) in [(first.wrapping_sub(1), last), (first, last + 1)] {
                if let Some(span) = self.span(from, to).filter(|span| span.len() <= QUOTE_BYTES_MAX) {
                    (first, last, best, grows) = (from, to, span, true);
                }
            }
        }
        Some(best)
    }

    fn span(&self, first: usize, last: usize) -> Option<Span> {
        self.line.source_span(self.tokens.get(first)?.start, self.tokens.get(last)?.end)
    }

    /// Whether the sentence tells its reader what to do, or gives an example, so that it says nothing of the system.
    pub(crate) fn is_advice(&self) -> bool {
        self.has(Cue::Advice) || is_instruction(&self.tokens, self.place.source_type)
    }
}

/// "the server", "this worker": the topic, when its name ends in that noun and the noun has no name of its own here.
fn refer_back(tokens: &[Token], lexicon: &Lexicon, topic: Option<usize>, mentions: &mut Vec<Mention>) {
    let Some((entity, name)) =
        topic.and_then(|topic| lexicon.entity(topic).map(|entity| (topic, entity.name.to_lowercase())))
    else {
        return;
    };
    for (index, pair) in tokens.windows(2).enumerate() {
        let [article, noun] = pair else { continue };
        let refers = article.is_any(&["the", "this", "that"])
            && noun.lower.len() > 2
            && !noun.mark
            && name != noun.lower
            && name.ends_with(&noun.lower);
        let taken = mentions.iter().any(|mention| (mention.first..=mention.last).contains(&(index + 1)));
        if refers && !taken {
            mentions.push(Mention { first: index + 1, last: index + 1, entity });
        }
    }
    mentions.sort_by_key(|mention| mention.first);
}
