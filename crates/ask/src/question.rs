//! A question as it is read: the elements it names, the words that must be found, and what kind of thing would answer it.

use std::collections::BTreeSet;

use cairn_model::NormalName;

use crate::Library;
use crate::conversation::Conversation;
use crate::forms::{Expected, Forms, Masked, Taken};
use crate::lexicon::Lexicon;
use crate::names::{Mention, Named};
use crate::query::Kind;
use crate::units::Units;
use crate::words::{Vocabulary, Word, stem, words};

/// Longer questions are cut: what comes after is no question.
const QUESTION_BYTES_MAX: usize = 2_000;

/// The most words of a phrase that is used for another.
const PHRASE_WORDS_MAX: usize = 4;

/// What a word counts that is used for the one that was asked.
const OTHER_WORD: f64 = 0.7;

/// What a part of a name counts for the name.
const PART_OF_NAME: f64 = 0.45;

/// What a long name counts without its last word.
const WITHOUT_HEAD: f64 = 0.6;

/// What a word of the question before counts.
const CARRIED_OVER: f64 = 0.45;

/// A question of so few telling words leans on what was said before.
const ELLIPTIC_WANTS_MAX: usize = 2;

/// A question that points back although it names something has no more telling words than these.
const POINTING_WANTS_MAX: usize = 4;

/// Words that point back.
const POINTERS: [&str; 18] = [
    "it", "its", "they", "them", "their", "that", "this", "those", "these", "he", "she", "there", "instead", "same",
    "so", "then", "also", "one",
];

/// How a question begins that goes on.
const CONTINUATIONS: [&str; 9] = ["and", "but", "or", "so", "then", "also", "what about", "how about", "what else"];

/// Something that a text must speak of to answer.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    /// As it was asked.
    pub(crate) shown: String,
    pub(crate) alternatives: Vec<Alternative>,
    /// How much it tells: rare words tell more.
    pub(crate) weight: f64,
    /// Whether it names an element.
    pub(crate) is_name: bool,
    /// Whether it is from the question before.
    pub(crate) is_carried: bool,
    /// Whether it says what sort of thing is asked for: `which cipher`, `what lifetime`.
    pub(crate) is_sort: bool,
}

/// Stems of which all must be there.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    pub(crate) stems: Vec<u32>,
    pub(crate) worth: f64,
}

/// A question as it was read.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) masked: Masked,
    /// The same with data sets left in words that are called like a class of data: who names one may mean all of the class.
    pub(crate) by_class: Masked,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) corrected: Vec<(String, String)>,
    pub(crate) wants: Vec<Want>,
    pub(crate) expected: Option<&'static Expected>,
    /// Whether it is understood from what was asked before.
    pub(crate) follows: bool,
}

pub(crate) fn read(text: &str, library: &Library, conversation: &Conversation) -> Question {
    let text = text.trim();
    let text = text.get(..text.floor_char_boundary(QUESTION_BYTES_MAX)).unwrap_or_default().to_owned();
    let words = words(&text);
    let mentions = library.names.mentions(&text, &words, &library.units.vocabulary);
    let mut corrected: Vec<(String, String)> = mentions
        .iter()
        .filter_map(|it| {
            let (from, to) = (words.get(it.first)?, words.get(it.end.checked_sub(1)?)?);
            Some((text.get(from.start..to.end)?.to_owned(), it.corrected.clone()?))
        })
        .collect();
    let wants = wants(&words, &mentions, library, &mut corrected);
    let (by_class, masked) = (masked(&text, &words, &mentions, true), masked(&text, &words, &mentions, false));
    let expected = Forms::shipped().expected(&text.to_lowercase());
    let mut question = Question { text, masked, by_class, mentions, corrected, wants, expected, follows: false };
    follow(&mut question, &words, library, conversation);
    question
}

impl Question {
    /// The elements that are named, each once.
    pub(crate) fn elements(&self) -> Vec<&Named> {
        let mut seen = BTreeSet::new();
        self.mentions.iter().filter_map(|it| it.elements.first()).filter(|it| seen.insert(it.id.clone())).collect()
    }

    /// The stems of words that the question has beyond what its form and the names in it say.
    pub(crate) fn words_beyond(&self, taken: &Taken<'_>) -> Vec<String> {
        let lexicon = Lexicon::shipped();
        let all = words(&self.text);
        let of_name = |at: usize| self.mentions.iter().any(|it| it.first <= at && at < it.end);
        let beyond = all.iter().enumerate().filter(|(at, word)| {
            !of_name(*at)
                && !lexicon.ignores(&word.form)
                && !taken.form.speaks_of(&word.stem)
                && !taken.speaks_of_class(&word.form)
        });
        beyond.map(|(_, word)| word.stem.clone()).collect()
    }

    /// The words that tell what is asked about.
    pub(crate) fn telling(&self) -> Vec<String> {
        self.wants.iter().filter(|it| !it.is_carried).map(|it| it.shown.clone()).collect()
    }
}

fn wants(words: &[Word], mentions: &[Mention], library: &Library, corrected: &mut Vec<(String, String)>) -> Vec<Want> {
    let (lexicon, units) = (Lexicon::shipped(), &library.units);
    let mut wants: Vec<Want> = Vec::new();
    let mut is_asking = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if let Some(mention) = mentions.iter().find(|it| it.first == at) {
            let typed = words.get(mention.first..mention.end).unwrap_or_default();
            wants.extend(of_name(mention, typed, units));
            at = mention.end.max(at + 1);
            continue;
        }
        let phrase = (2..=PHRASE_WORDS_MAX).rev().find_map(|length| {
            let phrase: Vec<String> = words.get(at..at + length)?.iter().map(|it| it.stem.clone()).collect();
            let is_free = mentions.iter().all(|it| it.first >= at + length || it.end <= at);
            (is_free && lexicon.knows(&phrase)).then_some((phrase, length))
        });
        if let Some((phrase, length)) = phrase {
            let shown = words.get(at..at + length).unwrap_or_default().iter().map(|it| it.form.as_str());
            wants.push(of_words(&shown.collect::<Vec<_>>().join(" "), &phrase, units));
            at += length;
            continue;
        }
        let next = words.get(at + 1).filter(|_| !mentions.iter().any(|it| it.first == at + 1));
        at += 1;
        is_asking = ["which", "what", "whose"].contains(&word.form.as_str())
            || is_asking && !["is", "are", "do", "does", "did", "was", "can", "the"].contains(&word.form.as_str());
        if lexicon.ignores(&word.form) || word.form.chars().count() < 2 && !word.form.chars().all(char::is_numeric) {
            continue;
        }
        let mut want = of_word(word, next, units, corrected);
        want.is_sort = is_asking && !wants.iter().any(|it: &Want| it.is_sort);
        wants.push(want);
    }
    let mut seen = BTreeSet::new();
    wants.retain(|it| seen.insert(it.shown.clone()));
    wants
}

fn of_name(mention: &Mention, typed: &[Word], units: &Units) -> Option<Want> {
    let vocabulary = &units.vocabulary;
    let mut alternatives: Vec<Alternative> = Vec::new();
    let mut add = |stems: Vec<Option<u32>>, worth: f64| {
        let stems: Option<Vec<u32>> = stems.into_iter().collect();
        if let Some(stems) = stems.filter(|it| !it.is_empty()) {
            alternatives.push(Alternative { stems, worth });
        }
    };
    add(typed.iter().map(|it| vocabulary.number(&it.stem)).collect(), 1.0);
    for name in mention.elements.iter().map(|it| &it.name) {
        add(words(name).iter().map(|it| vocabulary.number(&it.stem)).collect(), 1.0);
        // The last word of a long name says what sort of thing it is, and is often left out.
        let long = words(name);
        if let Some(rest) = long.split_last().map(|(_, rest)| rest).filter(|rest| rest.len() > 1) {
            add(rest.iter().map(|it| vocabulary.number(&it.stem)).collect(), WITHOUT_HEAD);
        }
        let joined = NormalName::of(name);
        add(vec![vocabulary.number(&stem(joined.as_str()))], 1.0);
    }
    let parts: Vec<&Word> = typed.iter().filter(|it| !Lexicon::shipped().ignores(&it.form)).collect();
    if parts.len() > 1 {
        for part in parts {
            add(vec![vocabulary.number(&part.stem)], PART_OF_NAME);
        }
    }
    let shown = mention.elements.first()?.name.clone();
    let weight =
        alternatives.iter().filter(|it| it.worth >= 1.0).map(|it| rarity(units, &it.stems)).fold(0.0, f64::max);
    (!alternatives.is_empty()).then_some(Want {
        shown,
        alternatives,
        weight,
        is_name: true,
        is_carried: false,
        is_sort: false,
    })
}

fn of_words(shown: &str, phrase: &[String], units: &Units) -> Want {
    let numbered =
        |stems: &[String]| -> Option<Vec<u32>> { stems.iter().map(|it| units.vocabulary.number(it)).collect() };
    let own = numbered(phrase).map(|stems| Alternative { stems, worth: 1.0 });
    let weight = own.as_ref().map_or_else(|| unheard_of(units), |it| rarity(units, &it.stems));
    let others = Lexicon::shipped().others(phrase).into_iter().filter_map(|it| numbered(it));
    let others = others.map(|stems| Alternative { stems, worth: OTHER_WORD });
    Want {
        shown: shown.to_owned(),
        alternatives: own.into_iter().chain(others).collect(),
        weight,
        is_name: false,
        is_carried: false,
        is_sort: false,
    }
}

fn of_word(word: &Word, next: Option<&Word>, units: &Units, corrected: &mut Vec<(String, String)>) -> Want {
    let vocabulary = &units.vocabulary;
    let mut want = of_words(&word.form, std::slice::from_ref(&word.stem), units);
    if let Some(joined) = next.and_then(|next| vocabulary.number(&stem(&format!("{}{}", word.form, next.form)))) {
        want.alternatives.push(Alternative { stems: vec![joined], worth: 1.0 });
    }
    if vocabulary.number(&word.stem).is_some() {
        return want;
    }
    if let Some(parts) = cut_in_two(&word.form, vocabulary) {
        want.weight = rarity(units, &parts);
        want.alternatives.push(Alternative { stems: parts, worth: 1.0 });
    } else if let Some(meant) = vocabulary.misspelt(&word.form) {
        let typed = want.alternatives.is_empty();
        if typed {
            want = of_words(&meant, &[stem(&meant)], units);
            corrected.push((word.form.clone(), meant));
        }
    }
    want
}

/// A word that texts write as two.
fn cut_in_two(form: &str, vocabulary: &Vocabulary) -> Option<Vec<u32>> {
    form.char_indices().map(|(at, _)| at).filter(|at| *at >= 3 && form.len() - at >= 3).find_map(|at| {
        let (one, other) = (form.get(..at)?, form.get(at..)?);
        Some(vec![vocabulary.number(&stem(one))?, vocabulary.number(&stem(other))?])
    })
}

/// How much it tells that stems are there: that of the rarest.
fn rarity(units: &Units, stems: &[u32]) -> f64 {
    stems.iter().map(|it| inverse_spread(units, units.vocabulary.spread(*it))).fold(0.0, f64::max)
}

/// What a word would tell that stands in no text.
fn unheard_of(units: &Units) -> f64 {
    inverse_spread(units, 1)
}

#[expect(clippy::cast_precision_loss, reason = "counts of units of text")]
fn inverse_spread(units: &Units, spread: u32) -> f64 {
    let all = units.list.len().max(1) as f64;
    (1.0 + (all - f64::from(spread) + 0.5).max(0.0) / (f64::from(spread) + 0.5)).ln()
}

/// The question with names replaced by their kinds.
fn masked(text: &str, words: &[Word], mentions: &[Mention], leaves_classes: bool) -> Masked {
    let mut masked = Masked::default();
    let mut at = 0;
    for (number, mention) in mentions.iter().enumerate() {
        let (Some(first), Some(last)) = (words.get(mention.first), words.get(mention.end.saturating_sub(1))) else {
            continue;
        };
        let Some(kind) = mention.elements.first().map(|it| it.kind) else { continue };
        let typed = text.get(first.start..last.end).unwrap_or_default().to_lowercase();
        if leaves_classes && kind == Kind::Data && Forms::shipped().is_class(&typed) {
            continue;
        }
        masked.text += &text.get(at..first.start).unwrap_or_default().to_lowercase();
        masked.names.push((masked.text.len(), number, kind));
        masked.text += match kind {
            Kind::Data => "{data}",
            Kind::Boundary => "{boundary}",
            Kind::Endpoint => "{endpoint}",
            _ => "{component}",
        };
        at = last.end;
    }
    masked.text += &text.get(at..).unwrap_or_default().to_lowercase();
    masked
}

/// Takes over from the conversation what the question leaves out.
fn follow(question: &mut Question, words: &[Word], library: &Library, conversation: &Conversation) {
    if conversation.focus.words.is_empty() {
        return;
    }
    let lower = question.text.to_lowercase();
    let begins = CONTINUATIONS.iter().any(|it| lower.strip_prefix(it).is_some_and(|rest| rest.starts_with([' ', ','])));
    // What follows a name points at it and not at what was said before.
    let first_name = question.mentions.first().map_or(words.len(), |it| it.first);
    let points = words.iter().take(first_name).any(|word| POINTERS.contains(&word.form.as_str()));
    let names_nothing = question.mentions.is_empty();
    let is_short = question.wants.len() <= if names_nothing { ELLIPTIC_WANTS_MAX } else { 0 };
    let leans = points && (names_nothing || question.wants.len() <= POINTING_WANTS_MAX);
    if !(begins || is_short || leans) {
        return;
    }
    question.follows = true;
    let before = read(&conversation.focus.words.join(" "), library, &Conversation::default());
    let known: BTreeSet<String> = question.wants.iter().map(|it| it.shown.clone()).collect();
    let carried = before.wants.into_iter().filter(|it| !known.contains(&it.shown));
    question.wants.extend(carried.map(|it| Want { weight: it.weight * CARRIED_OVER, is_carried: true, ..it }));
    if question.mentions.is_empty() {
        // What is pointed at stands where the pointer stood.
        let pointer =
            words.iter().find(|it| ["it", "they", "them", "this", "that", "there"].contains(&it.form.as_str()));
        let named = conversation.focus.elements.first().and_then(|(id, _)| library.named(id));
        if let (Some(pointer), Some(named)) = (pointer, named) {
            let kind = named.kind;
            question.mentions.push(Mention { first: 0, end: 0, elements: vec![named], corrected: None });
            let name = if kind == Kind::Data { "{data}" } else { "{component}" };
            let before = lower.get(..pointer.start).unwrap_or_default();
            let after = lower.get(pointer.end..).unwrap_or_default();
            question.masked = Masked { names: vec![(before.len(), 0, kind)], text: format!("{before}{name}{after}") };
        }
    }
}
