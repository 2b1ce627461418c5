//! Sentences from the model: a question's form is a query, and each row of it a sentence.

use std::collections::BTreeSet;

use cairn_model::{Citation, ElementId};

use crate::answer::{Origin, Sentence};
use crate::forms::Taken;
use crate::lexicon::Lexicon;
use crate::query::{Evaluation, Kind, Link, Query, Records, Row};
use crate::question::Question;
use crate::words::words;
use crate::{Facts, Library};

/// The most rows that are put into sentences.
const SENTENCES_MAX: usize = 8;

/// The most passages under one sentence.
const CITATIONS_MAX: usize = 4;

/// The most names in one enumeration.
const NAMES_MAX: usize = 8;

/// What the model says to a question.
#[derive(Debug, Default)]
pub(crate) struct FromModel {
    pub(crate) query: Option<String>,
    pub(crate) sentences: Vec<Sentence>,
    /// The elements that the rows are.
    pub(crate) elements: Vec<ElementId>,
    /// Rows that are not put into a sentence.
    pub(crate) left_out: usize,
}

pub(crate) fn from_model(question: &Question, taken: &Taken<'_>, facts: &Facts<'_>, library: &Library) -> FromModel {
    let slots: Vec<(ElementId, String)> = taken
        .slots
        .iter()
        .filter_map(|(mention, kind)| {
            let elements = &question.mentions.get(*mention)?.elements;
            let meant = elements.iter().find(|it| it.kind == *kind).or(elements.first())?;
            Some((meant.id.clone(), meant.name.clone()))
        })
        .collect();
    let mut text = taken.form.query.replace("{class}", taken.class.as_deref().unwrap_or_default());
    for (number, (id, _)) in slots.iter().enumerate() {
        text = text.replace(&format!("{{{}}}", number + 1), &format!("\"{id}\""));
    }
    let Ok(query) = Query::parse(&text) else { return FromModel::default() };
    // What changed is of one question only, so that the library cannot know of it.
    let changed = facts.changes.filter(|_| query.kind == Kind::Change).map(|_| Records::of(facts));
    let records = changed.as_ref().unwrap_or(&library.records);
    let Ok(rows) = Evaluation::new(records, facts.documents).rows(&query) else { return FromModel::default() };
    let mut found = FromModel { query: Some(text), ..FromModel::default() };
    let mut beyond: Vec<String> = question.words_beyond(taken);
    if query.kind == Kind::Change {
        beyond.retain(|it| !is_of_revision(it));
        // Of what is gone nothing stands in the texts any more.
        found.left_out = rows.rows.iter().filter(|row| row.citations.is_empty()).count();
    }
    for row in rows.rows.iter().filter(|row| !row.citations.is_empty() && speaks_of(row, &beyond)) {
        if found.sentences.len() == SENTENCES_MAX {
            found.left_out += 1;
            continue;
        }
        let said = taken.form.says.iter().find_map(|it| Some((it, filled(it, row, &rows.columns, &slots, library)?)));
        if let Some((template, text)) = said {
            let citations = citations(template, row, library);
            found.sentences.push(Sentence { text, origin: Origin::Model, citations });
            found.elements.push(row.id.clone());
        }
    }
    found.left_out += rows.left_out;
    found
}

/// Whether a word is a part of a revision's name or of a day.
fn is_of_revision(stem: &str) -> bool {
    let number = stem.strip_prefix('r').unwrap_or(stem);
    stem == "latest" || !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a row speaks of all words that the question has beyond its form: who asks for something in particular is not given everything.
fn speaks_of(row: &Row, beyond: &[String]) -> bool {
    if beyond.is_empty() {
        return true;
    }
    let quotes = row.citations.iter().map(|it| it.quote.as_str());
    let texts = std::iter::once(row.name.as_str()).chain(row.cells.iter().flatten().map(String::as_str)).chain(quotes);
    let said: BTreeSet<String> = texts.flat_map(words).map(|it| it.stem).collect();
    let is_said = |stem: &String| {
        let others = Lexicon::shipped().others(std::slice::from_ref(stem));
        said.contains(stem) || others.iter().any(|it| it.iter().all(|it| said.contains(it)))
    };
    beyond.iter().all(is_said)
}

/// The passages that state what a template speaks of: attributes and links each have their own. Where they have none, those of the row.
fn citations(template: &str, row: &Row, library: &Library) -> Vec<Citation> {
    let mut found: Vec<Citation> = Vec::new();
    if let Some(record) = library.records.get(&row.id) {
        for name in template.split('{').skip(1).filter_map(|it| it.split_once('}')).map(|(name, _)| name) {
            found.extend(record.attributes.get(name).into_iter().flat_map(|it| it.evidence.iter().cloned()));
            let told = record.told.iter().filter(|((link, _), _)| Link::parse(name) == Some(*link));
            found.extend(told.flat_map(|(_, evidence)| evidence.iter().cloned()));
        }
    }
    if found.is_empty() {
        found.clone_from(&row.citations);
    }
    let mut seen = BTreeSet::new();
    found.retain(|it| seen.insert(it.clone()));
    found.truncate(CITATIONS_MAX);
    found
}

/// The form's question with the names of the elements in it.
pub(crate) fn asked(taken: &Taken<'_>, question: &Question) -> String {
    let mut text = taken.form.ask.replace("{class}", taken.class.as_deref().unwrap_or_default());
    for (number, (mention, _)) in taken.slots.iter().enumerate() {
        let name = question.mentions.get(*mention).and_then(|it| it.elements.first()).map_or("it", |it| &it.name);
        text = text.replace(&format!("{{{}}}", number + 1), name);
    }
    text
}

/// A sentence with everything in braces filled in; none when something in it is not known.
fn filled(
    template: &str,
    row: &Row,
    columns: &[&'static str],
    slots: &[(ElementId, String)],
    library: &Library,
) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        text += before;
        text += &value(name, row, columns, slots, library)?;
        rest = after;
    }
    text += rest;
    Some(sentence(&text))
}

fn value(
    name: &str,
    row: &Row,
    columns: &[&'static str],
    slots: &[(ElementId, String)],
    library: &Library,
) -> Option<String> {
    if name == "name" {
        return Some(row.name.clone());
    }
    if let Ok(number) = name.parse::<usize>() {
        return slots.get(number.checked_sub(1)?).map(|(_, name)| name.clone());
    }
    if let Some(at) = columns.iter().position(|it| *it == name) {
        return row.cells.get(at)?.clone().map(|it| it.replace('_', " "));
    }
    let linked = library.records.get(&row.id)?.links.get(&Link::parse(name)?)?;
    let names: Vec<&str> =
        linked.iter().filter_map(|id| library.records.get(id)).map(|it| it.label.as_str()).take(NAMES_MAX).collect();
    enumerated(&names)
}

/// `A`, `A and B`, `A, B and C`.
fn enumerated(names: &[&str]) -> Option<String> {
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) })
}

/// On one line, with one full stop. Names keep their spelling, so no letter is made a capital.
fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_end_matches('.');
    if text.ends_with(['?', '!', ':']) { text.to_owned() } else { format!("{text}.") }
}
