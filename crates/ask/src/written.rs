//! Sentences that a language model wrote, held to the material that it was given.
//!
//! The model is taken to be in the hands of whoever wrote the documents. So a sentence of its is shown only when it names material that it
//! was given, when that material says so, and when nothing in it can be rendered as anything but words. What fails is struck, and the
//! reason kept. The check is by words and cannot know what a sentence means: it asks that the words of a sentence stand in one cited
//! passage, that names and numbers all do, and that both speak of things in the same order and in the same mood.

use std::collections::BTreeSet;
use std::fmt;

use cairn_model::Citation;
use cairn_validate::{Mood, mood};

use crate::answer::{Origin, Sentence};
use crate::lexicon::Lexicon;
use crate::words::{Word, words};
use crate::{Facts, Library};

/// Longer sentences are none.
const SENTENCE_BYTES_MAX: usize = 600;

/// The most sentences of an answer, and the most numbers behind one.
const SENTENCES_MAX: usize = 16;
const NUMBERS_MAX: usize = 6;

/// How much of a sentence its material must say, all of it together and one statement of it alone.
const TOGETHER_MIN: f64 = 0.8;
const ALONE_MIN: f64 = 0.5;

/// Words that make a statement stronger than another. They must stand in the material.
const ABSOLUTES: [&str; 14] = [
    "all",
    "always",
    "any",
    "completely",
    "ensures",
    "entirely",
    "every",
    "everything",
    "fully",
    "guarantees",
    "never",
    "none",
    "nothing",
    "only",
];

/// One thing that a tool gave, with the passages that say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Material {
    /// What it is, in words of the model or of a document.
    pub text: String,
    /// Where it is said. Material without any cannot be cited.
    pub citations: Vec<Citation>,
}

/// A sentence as a model wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The sentence.
    pub text: String,
    /// The numbers of the material that it cites, counted from 1.
    pub numbers: Vec<usize>,
}

/// Why a sentence is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Struck {
    /// It cites nothing.
    Uncited,
    /// It cites a number that nothing has, or more than anybody would look up.
    NoSuchNumber,
    /// It is empty, too long, or one too many.
    Form,
    /// It holds a link or markup, which somebody's program might follow or render.
    Markup,
    /// What it cites does not say so.
    NotSaid,
    /// What it cites says the opposite, or only that it is planned or taken for granted.
    OtherMood,
    /// What it cites says it of the two the other way round.
    OtherDirection,
}

impl Struck {
    /// The reason, for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uncited => "nothing was cited",
            Self::NoSuchNumber => "a citation leads nowhere",
            Self::Form => "it was empty, too long or too much",
            Self::Markup => "it held a link or markup",
            Self::NotSaid => "what it cited does not say so",
            Self::OtherMood => "what it cited denies it, plans it or takes it for granted",
            Self::OtherDirection => "what it cited says it the other way round",
        }
    }
}

impl fmt::Display for Struck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The drafts that hold, as sentences, and why the others do not.
pub fn hold(
    drafts: &[Draft],
    material: &[Material],
    facts: &Facts<'_>,
    library: &Library,
) -> (Vec<Sentence>, Vec<Struck>) {
    let (mut held, mut struck) = (Vec::new(), Vec::new());
    for (at, draft) in drafts.iter().enumerate() {
        match if at < SENTENCES_MAX { hold_one(draft, material, facts, library) } else { Err(Struck::Form) } {
            Ok(sentence) => held.push(sentence),
            Err(reason) => struck.push(reason),
        }
    }
    (held, struck)
}

fn hold_one(draft: &Draft, material: &[Material], facts: &Facts<'_>, library: &Library) -> Result<Sentence, Struck> {
    let text = plain(&draft.text)?;
    let numbers: BTreeSet<usize> = draft.numbers.iter().copied().collect();
    if numbers.is_empty() {
        return Err(Struck::Uncited);
    }
    let found = |number: &usize| number.checked_sub(1).and_then(|at| material.get(at));
    let cited: Option<Vec<&Material>> =
        numbers.iter().map(|it| found(it).filter(|it| !it.citations.is_empty())).collect();
    let cited = cited.filter(|it| it.len() <= NUMBERS_MAX).ok_or(Struck::NoSuchNumber)?;
    is_said(&text, &statements(&cited), library)?;
    let mut citations: Vec<Citation> = Vec::new();
    for citation in cited.iter().flat_map(|it| &it.citations).filter(|it| stands(it, facts)) {
        if !citations.contains(citation) {
            citations.push(citation.clone());
        }
    }
    if citations.is_empty() {
        return Err(Struck::NoSuchNumber);
    }
    Ok(Sentence { text, origin: Origin::Written, citations })
}

/// The sentence as words on one line, without the numbers that some models also write into it.
fn plain(text: &str) -> Result<String, Struck> {
    if text.len() > SENTENCE_BYTES_MAX {
        return Err(Struck::Form);
    }
    let text = without_numbers(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !text.chars().any(char::is_alphanumeric) {
        return Err(Struck::Form);
    }
    if is_markup(&text) { Err(Struck::Markup) } else { Ok(text) }
}

/// `text` without `[3]`, `[1, 2]` and the same in full-width brackets.
fn without_numbers(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['[', '【']) {
        let (before, from) = rest.split_at(open);
        let inside = from.char_indices().find(|(_, c)| matches!(c, ']' | '】'));
        let number = inside.and_then(|(close, c)| Some((from.get(..close)?, from.get(close + c.len_utf8()..)?)));
        let is_number = |inside: &str| {
            inside.chars().skip(1).all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '))
                && inside.contains(|c: char| c.is_ascii_digit())
        };
        if let Some((_, after)) = number.filter(|(inside, _)| is_number(inside)) {
            kept.push_str(before.trim_end());
            rest = after;
        } else {
            let next = from.chars().next().map_or(0, char::len_utf8);
            kept.push_str(before);
            kept.push_str(from.get(..next).unwrap_or_default());
            rest = from.get(next..).unwrap_or_default();
        }
    }
    kept + rest
}

/// Whether a program might make more of it than words: addresses, images, links, tags, fences, and characters that nobody sees.
fn is_markup(text: &str) -> bool {
    let lower = text.to_lowercase();
    let marks = ["](", "][", "![", "]:", "://", "```", "<!--", "&#", "&lt", "\\"];
    let schemes = ["data:", "javascript:", "mailto:", "www."];
    let opens_tag =
        lower.split('<').skip(1).any(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '/' || c == '!'));
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    opens_tag || text.chars().any(is_hidden) || marks.iter().chain(&schemes).any(|it| lower.contains(it))
}

/// A statement of the material: a row, or a sentence of a passage.
struct Statement {
    stems: BTreeSet<String>,
    mood: Mood,
    text: String,
}

fn statements(cited: &[&Material]) -> Vec<Statement> {
    let texts = cited
        .iter()
        .flat_map(|it| std::iter::once(it.text.as_str()).chain(it.citations.iter().map(|it| it.quote.as_str())));
    let sentences = texts.flat_map(sentences).filter(|it| !it.trim().is_empty());
    sentences
        .map(|text| Statement {
            stems: words(text).into_iter().map(|it| it.stem).collect(),
            mood: mood(text),
            text: text.to_owned(),
        })
        .collect()
}

/// The sentences of a text: cut at line breaks, and after stops before white space.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.split_inclusive(". ")).flat_map(|it| it.split_inclusive("? "))
}

/// Whether the statements say the sentence.
fn is_said(text: &str, statements: &[Statement], library: &Library) -> Result<(), Struck> {
    let all = words(text);
    let telling: Vec<&Word> = all.iter().filter(|it| !Lexicon::shipped().ignores(&it.form)).collect();
    let together: BTreeSet<&String> = statements.iter().flat_map(|it| &it.stems).collect();
    let must = |word: &&Word| {
        let first = text.get(word.start..).and_then(|it| it.chars().next());
        let is_name = word.start > 0 && first.is_some_and(char::is_uppercase);
        is_name || word.form.chars().any(|c| c.is_ascii_digit())
    };
    let has = |word: &Word| together.contains(&word.stem);
    let is_absolute = |word: &&Word| ABSOLUTES.contains(&word.form.as_str());
    if !telling.iter().copied().filter(|it| must(it)).chain(all.iter().filter(is_absolute)).all(has) {
        return Err(Struck::NotSaid);
    }
    let share = |stems: &dyn Fn(&str) -> bool| {
        let met = telling.iter().filter(|it| is_met(&it.stem, stems)).count();
        if telling.is_empty() { 0.0 } else { as_number(met) / as_number(telling.len()) }
    };
    let best = statements.iter().map(|it| (share(&|stem: &str| it.stems.contains(stem)), it));
    let best: Vec<(f64, &Statement)> = best.filter(|(share, _)| *share >= ALONE_MIN).collect();
    if best.is_empty() || share(&|stem: &str| together.contains(&stem.to_owned())) < TOGETHER_MIN {
        return Err(Struck::NotSaid);
    }
    // Of what speaks of it, what comes nearest decides how it speaks.
    let most = best.iter().map(|(share, _)| *share).fold(0.0, f64::max);
    let nearest = || best.iter().filter(|(share, _)| *share + f64::EPSILON >= most).map(|(_, it)| *it);
    let own = mood(text);
    if !nearest().any(|it| fits(own, it.mood)) {
        return Err(Struck::OtherMood);
    }
    if nearest().all(|it| is_turned_round(text, &it.text, library)) {
        return Err(Struck::OtherDirection);
    }
    Ok(())
}

/// A word is met by itself, or by what is used for it.
fn is_met(stem: &str, has: &dyn Fn(&str) -> bool) -> bool {
    let phrase = [stem.to_owned()];
    has(stem) || Lexicon::shipped().others(&phrase).iter().any(|it| it.iter().all(|it| has(it)))
}

fn as_number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A sentence may not be surer than what it rests on.
fn fits(own: Mood, of_material: Mood) -> bool {
    own.denies == of_material.denies
        && own.plans == of_material.plans
        && (own.assumes || !of_material.assumes)
        && (own.retires || !of_material.retires)
}

/// Whether the first two elements that both texts name stand in them the other way round. A passive turns them round.
fn is_turned_round(text: &str, statement: &str, library: &Library) -> bool {
    let named = |text: &str| {
        let mentions = library.names.mentions(text, &words(text), &library.units.vocabulary);
        let mut ids: Vec<String> = Vec::new();
        for id in mentions.iter().filter_map(|it| it.elements.first()).map(|it| it.id.to_string()) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    };
    let (own, other) = (named(text), named(statement));
    let both: Vec<&String> = own.iter().filter(|it| other.contains(it)).take(2).collect();
    let [first, second] = both.as_slice() else { return false };
    let place = |id: &String| other.iter().position(|it| it == id);
    let is_passive = |text: &str| words(text).iter().any(|it| it.form == "by");
    (place(first) > place(second)) != (is_passive(text) != is_passive(statement))
}

fn stands(citation: &Citation, facts: &Facts<'_>) -> bool {
    let document = facts.documents.iter().find(|it| it.id == citation.document && it.revision == citation.revision);
    document.and_then(|it| citation.span.of(&it.text)).is_some_and(|it| citation.quote == it)
}
