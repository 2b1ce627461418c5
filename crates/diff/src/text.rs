//! Sentences that are in one of two texts only.
//!
//! A sentence that only stands elsewhere has not changed, so sentences are compared as a bag, in linear time; what is left over
//! on both sides is paired where it stands between the same neighbours and shares its words, and such a pair is an edit.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{BlockKind, Citation, Document, DocumentId, LineIndex, Span};

use crate::changes::{Class, DocumentChange, Passage, SentenceChange};

/// How far apart two sentences may stand, in sentences that both texts have, to be one that was edited.
const SLOTS_APART_MAX: usize = 2;
/// How many sentences are tried for each.
const CANDIDATES_MAX: usize = 24;
/// Of how many thousandths of their words two sentences must share to be one that was edited.
const SHARED_WORDS_MIN: usize = 400;
/// Of how many thousandths of their sentences two documents must share to be one that moved.
const SHARED_SENTENCES_MIN: usize = 500;

/// What changed in the texts.
pub(crate) struct Texts {
    documents: Vec<DocumentTexts>,
    /// Sentences that changed, by document and place before.
    before: BTreeMap<DocumentId, Vec<(Span, SentenceChange)>>,
    /// The same by document and place after.
    after: BTreeMap<DocumentId, Vec<(Span, SentenceChange)>>,
}

struct DocumentTexts {
    change: DocumentChange,
}

impl Texts {
    /// The changes of sentences at a citation of the state before.
    pub(crate) fn at_before(&self, citation: &Citation) -> Vec<&SentenceChange> {
        at(&self.before, citation)
    }

    /// The changes of sentences at a citation of the state after.
    pub(crate) fn at_after(&self, citation: &Citation) -> Vec<&SentenceChange> {
        at(&self.after, citation)
    }

    /// The changes of sentences of a document, those of the state before first.
    pub(crate) fn of_document(&self, document: &DocumentId) -> impl Iterator<Item = &SentenceChange> {
        let sides = [&self.before, &self.after];
        sides.into_iter().filter_map(move |side| side.get(document)).flatten().map(|(_, change)| change)
    }

    /// All changes of sentences.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = &SentenceChange> {
        self.documents.iter().flat_map(|document| &document.change.sentences)
    }

    pub(crate) fn into_changes(self) -> Vec<DocumentChange> {
        self.documents.into_iter().map(|document| document.change).collect()
    }
}

fn at<'t>(
    changes: &'t BTreeMap<DocumentId, Vec<(Span, SentenceChange)>>,
    citation: &Citation,
) -> Vec<&'t SentenceChange> {
    let of_document = changes.get(&citation.document).map(Vec::as_slice).unwrap_or_default();
    // Sorted by place and not overlapping.
    let first = of_document.partition_point(|(span, _)| span.end <= citation.span.start);
    let overlapping = of_document.iter().skip(first).take_while(|(span, _)| span.start < citation.span.end);
    overlapping.map(|(_, change)| change).collect()
}

/// Compares the texts of two lists of documents.
pub(crate) fn compare(before: &[Document], after: &[Document]) -> Texts {
    let olds: BTreeMap<&str, &Document> = before.iter().map(|it| (it.path.as_str(), it)).collect();
    let news: BTreeMap<&str, &Document> = after.iter().map(|it| (it.path.as_str(), it)).collect();
    let gone: Vec<&Document> = olds.values().copied().filter(|it| !news.contains_key(it.path.as_str())).collect();
    let come: Vec<&Document> = news.values().copied().filter(|it| !olds.contains_key(it.path.as_str())).collect();
    let moved = moves(&gone, &come);
    let mut texts = Texts { documents: Vec::new(), before: BTreeMap::new(), after: BTreeMap::new() };
    for new in news.values() {
        match (olds.get(new.path.as_str()), moved.get(new.path.as_str())) {
            (Some(old), _) if old.text == new.text => {}
            (Some(old), _) => texts.add(Class::Changed, Some(old), Some(new)),
            (None, Some(old)) => texts.add(Class::Changed, Some(old), Some(new)),
            (None, None) => texts.add(Class::New, None, Some(new)),
        }
    }
    let moved_away: BTreeSet<&str> = moved.values().map(|old| old.path.as_str()).collect();
    for old in gone.into_iter().filter(|old| !moved_away.contains(old.path.as_str())) {
        texts.add(Class::Resolved, Some(old), None);
    }
    texts.documents.sort_by(|one, other| one.change.path.cmp(&other.change.path));
    texts
}

impl Texts {
    fn add(&mut self, class: Class, old: Option<&Document>, new: Option<&Document>) {
        let (old_sentences, new_sentences) = (old.map(sentences), new.map(sentences));
        let changed = changed(&old_sentences.unwrap_or_default(), &new_sentences.unwrap_or_default());
        for (before, after, change) in &changed {
            if let (Some(document), Some(span)) = (old, before) {
                self.before.entry(document.id.clone()).or_default().push((*span, change.clone()));
            }
            if let (Some(document), Some(span)) = (new, after) {
                self.after.entry(document.id.clone()).or_default().push((*span, change.clone()));
            }
        }
        for (side, document) in [(&mut self.before, old), (&mut self.after, new)] {
            if let Some(places) = document.and_then(|document| side.get_mut(&document.id)) {
                places.sort();
            }
        }
        let path = |document: &Document| document.path.clone();
        let change = DocumentChange {
            path: new.or(old).map(path).unwrap_or_default(),
            class,
            moved_from: old.map(path).filter(|_| new.is_some_and(|new| old.is_some_and(|old| old.path != new.path))),
            sentences: changed.into_iter().map(|(_, _, change)| change).collect(),
        };
        self.documents.push(DocumentTexts { change });
    }
}

/// A sentence and where it stands.
#[derive(Clone, Debug)]
struct Sentence {
    span: Span,
    passage: Passage,
    /// Its words; line breaks and indentation do not count.
    key: String,
}

/// Which new document was which old one: by its text, or else by most of its sentences.
fn moves<'d>(gone: &[&'d Document], come: &[&'d Document]) -> BTreeMap<&'d str, &'d Document> {
    let mut moved: BTreeMap<&str, &Document> = BTreeMap::new();
    let mut left: Vec<&Document> = gone.to_vec();
    for new in come {
        if let Some(at) = left.iter().position(|old| old.text == new.text) {
            moved.insert(&new.path, left.remove(at));
        }
    }
    if left.is_empty() {
        return moved;
    }
    let keys = |document: &Document| -> BTreeSet<String> { sentences(document).into_iter().map(|it| it.key).collect() };
    let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut sizes = Vec::new();
    for (number, old) in left.iter().enumerate() {
        let keys = keys(old);
        sizes.push(keys.len());
        for key in keys {
            holders.entry(key).or_default().push(number);
        }
    }
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for new in come.iter().filter(|new| !moved.contains_key(new.path.as_str())).collect::<Vec<_>>() {
        let keys = keys(new);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        // What many documents say tells none of them from the others.
        for holder in keys.iter().filter_map(|key| holders.get(key)).filter(|all| all.len() <= CANDIDATES_MAX).flatten()
        {
            *shared.entry(*holder).or_default() += 1;
        }
        let enough = |(number, shared): &(&usize, &usize)| {
            let larger = keys.len().max(sizes.get(**number).copied().unwrap_or_default()).max(1);
            !taken.contains(*number) && **shared * 1000 / larger >= SHARED_SENTENCES_MIN
        };
        let best = shared.iter().filter(enough).max_by_key(|(number, shared)| (**shared, std::cmp::Reverse(**number)));
        if let Some((number, old)) = best.and_then(|(number, _)| Some((*number, *left.get(*number)?))) {
            taken.insert(number);
            moved.insert(&new.path, old);
        }
    }
    moved
}

type Changed = (Option<Span>, Option<Span>, SentenceChange);

/// The sentences of one side only, edits paired, in the order of the text after and then of that before.
fn changed(old: &[Sentence], new: &[Sentence]) -> Vec<Changed> {
    let (old_left, old_slots) = left_over(old, new);
    let (new_left, new_slots) = left_over(new, old);
    // What is paired is taken out, so that it is not looked at again.
    let mut by_slot: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for at in &new_left {
        by_slot.entry(new_slots.get(*at).copied().unwrap_or_default()).or_default().insert(*at);
    }
    let mut pairs: BTreeMap<usize, usize> = BTreeMap::new();
    let mut alone: Vec<usize> = Vec::new();
    for at in old_left {
        let (Some(sentence), Some(slot)) = (old.get(at), old_slots.get(at).copied()) else { continue };
        let words = words(&sentence.key);
        let near = by_slot.range(slot.saturating_sub(SLOTS_APART_MAX)..=slot + SLOTS_APART_MAX);
        let scored = near.flat_map(|(_, places)| places).take(CANDIDATES_MAX).filter_map(|place| {
            let shared = shared_words(&words, &self::words(&new.get(*place)?.key));
            (shared >= SHARED_WORDS_MIN).then_some((shared, std::cmp::Reverse(*place)))
        });
        match scored.max() {
            Some((_, std::cmp::Reverse(place))) => {
                pairs.insert(place, at);
                let slot = new_slots.get(place).and_then(|slot| by_slot.get_mut(slot));
                slot.map(|places| places.remove(&place));
            }
            None => alone.push(at),
        }
    }
    let mut all: Vec<Changed> = Vec::new();
    for at in new_left {
        let Some(after) = new.get(at) else { continue };
        let before = pairs.get(&at).and_then(|at| old.get(*at));
        let change = SentenceChange { before: before.map(|it| it.passage.clone()), after: Some(after.passage.clone()) };
        all.push((before.map(|it| it.span), Some(after.span), change));
    }
    for before in alone.into_iter().filter_map(|at| old.get(at)) {
        all.push((Some(before.span), None, SentenceChange { before: Some(before.passage.clone()), after: None }));
    }
    all
}

/// The places of those of `these` that `others` do not have, and for every place how many stand before it that both have.
fn left_over(these: &[Sentence], others: &[Sentence]) -> (Vec<usize>, Vec<usize>) {
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    for other in others {
        *there.entry(&other.key).or_default() += 1;
    }
    let (mut left, mut slots, mut shared) = (Vec::new(), Vec::new(), 0);
    for (at, sentence) in these.iter().enumerate() {
        slots.push(shared);
        match there.get_mut(sentence.key.as_str()) {
            Some(number) if *number > 0 => {
                *number -= 1;
                shared += 1;
            }
            _ => left.push(at),
        }
    }
    (left, slots)
}

fn words(key: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    for word in key.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

/// The thousandths of all words of both that both have.
fn shared_words(one: &BTreeMap<String, usize>, other: &BTreeMap<String, usize>) -> usize {
    let shared: usize =
        one.iter().map(|(word, count)| (*count).min(other.get(word).copied().unwrap_or_default())).sum();
    let all: usize = one.values().sum::<usize>() + other.values().sum::<usize>();
    (shared * 2000).checked_div(all).unwrap_or_default()
}

/// The sentences of a document in the order of its text: of its blocks where it has some, else its lines.
fn sentences(document: &Document) -> Vec<Sentence> {
    let lines = LineIndex::new(&document.text);
    let mut sentences = Vec::new();
    let mut add = |span: Span| {
        let text = document.slice(span);
        let key = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if key.chars().any(char::is_alphanumeric) {
            let start = span.start + (text.len() - text.trim_start().len());
            let span = Span::new(start, start + text.trim().len());
            let passage =
                Passage { path: document.path.clone(), line: lines.line_of(start), text: text.trim().to_owned() };
            sentences.push(Sentence { span, passage, key });
        }
    };
    let mut at = 0;
    for block in &document.blocks {
        if block.span.start < at {
            continue;
        }
        by_line(document, Span::new(at, block.span.start), &mut add);
        match block.kind {
            BlockKind::Paragraph | BlockKind::ListItem { .. } => by_sentence(document, block.span, &mut add),
            _ => by_line(document, block.span, &mut add),
        }
        at = block.span.end;
    }
    by_line(document, Span::new(at, document.text.len()), &mut add);
    sentences
}

fn by_line(document: &Document, span: Span, add: &mut impl FnMut(Span)) {
    let mut start = span.start;
    for line in document.slice(span).split_inclusive('\n') {
        add(Span::new(start, start + line.len()));
        start += line.len();
    }
}

/// Cuts behind full stops, question and exclamation marks that blanks follow.
fn by_sentence(document: &Document, span: Span, add: &mut impl FnMut(Span)) {
    let text = document.slice(span);
    let mut start = 0;
    let mut ended = false;
    for (at, character) in text.char_indices() {
        if ended && character.is_whitespace() {
            add(Span::new(span.start + start, span.start + at));
            start = at;
        }
        ended = matches!(character, '.' | '?' | '!');
    }
    add(Span::new(span.start + start, span.end));
}
