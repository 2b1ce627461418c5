//! First pass over one document: which names does it offer, and how strongly?
//!
//! Relations are read only between names that the corpus agrees on, so the names come first. A name earns weight by where it
//! stands (component tables, definition leads, headings), by what it is made of (typed heads, products) and by what it does
//! (subject or object of a system's verb). [`crate::lexicon`] adds the weights up over all documents.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{BlockKind, ComponentType, Document, NormalName, SourceType};
use serde::{Deserialize, Serialize};

use crate::context::{self, Contexts, block_name, count};
use crate::heads::heads;
use crate::instruction::is_instruction;
use crate::line::{Line, slice};
use crate::noun_phrase::{Grade, NounPhrase, noun_phrases};
use crate::outline::{Outline, is_boilerplate, is_component_header};
use crate::token::{Token, sentences, tokens};
use crate::verbs::{Form, verbs};
use crate::words::{is_auxiliary, is_determiner, is_stop, is_verb};

/// What one document offers to the corpus-wide lexicon.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The document's path.
    pub(crate) path: String,
    pub(crate) names: BTreeMap<NormalName, Tally>,
    /// Short form and long form, as the text defines them: "Key Custody Unit (KCU)".
    pub(crate) acronyms: BTreeMap<String, String>,
    /// The questions it asks, folded: what many documents ask is a form's question, not one of the system's.
    pub(crate) questions: BTreeSet<String>,
}

/// What one document says of one name, or several together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) surfaces: BTreeMap<String, u32>,
    pub(crate) types: BTreeMap<ComponentType, u32>,
    /// Weight of the places it stands in.
    pub(crate) placed: u32,
    /// Weight of what it is made of, by mention.
    pub(crate) made: u32,
    /// How often it is subject or object of a system's verb.
    pub(crate) roles: u32,
    pub(crate) mentions: u32,
    pub(crate) documents: u32,
    pub(crate) sections: u32,
    /// What it is surrounded by.
    #[serde(with = "context::listed")]
    pub(crate) contexts: Contexts,
    /// The section of its last mention.
    #[serde(skip)]
    last_section: Option<usize>,
}

impl Tally {
    /// Adds what another document says of the same name.
    pub(crate) fn add(&mut self, other: &Self) {
        self.add_sum(other);
        self.documents += 1;
    }

    /// Adds what several other documents say of the same name.
    pub(crate) fn add_sum(&mut self, other: &Self) {
        add(&mut self.surfaces, &other.surfaces);
        add(&mut self.types, &other.types);
        add(&mut self.contexts, &other.contexts);
        self.placed += other.placed;
        self.made += other.made;
        self.roles += other.roles;
        self.mentions += other.mentions;
        self.sections += other.sections;
        self.documents += other.documents;
    }

    /// Takes out what a document says that was added before.
    pub(crate) fn take_out(&mut self, other: &Self) {
        take_out(&mut self.surfaces, &other.surfaces);
        take_out(&mut self.types, &other.types);
        take_out(&mut self.contexts, &other.contexts);
        let less = |kept: &mut u32, gone: u32| *kept = kept.saturating_sub(gone);
        less(&mut self.placed, other.placed);
        less(&mut self.made, other.made);
        less(&mut self.roles, other.roles);
        less(&mut self.mentions, other.mentions);
        less(&mut self.sections, other.sections);
        less(&mut self.documents, 1);
    }

    /// Whether a document lists it among its parts: that is a statement, and needs no weighing.
    pub(crate) fn is_enumerated(&self) -> bool {
        self.placed >= LEAD_IN_COMPONENTS
    }

    /// The most usual spelling.
    pub(crate) fn surface(&self) -> Option<String> {
        most_frequent(&self.surfaces)
    }

    /// What most mentions say that it is.
    pub(crate) fn component_type(&self) -> Option<ComponentType> {
        most_frequent(&self.types)
    }
}

fn add<K: Clone + Ord>(counts: &mut BTreeMap<K, u32>, others: &BTreeMap<K, u32>) {
    for (key, count) in others {
        match counts.get_mut(key) {
            Some(kept) => *kept += count,
            None => drop(counts.insert(key.clone(), *count)),
        }
    }
}

/// What is not counted any more is as if it had never been.
fn take_out<K: Ord>(counts: &mut BTreeMap<K, u32>, others: &BTreeMap<K, u32>) {
    for (key, count) in others {
        let left = counts.get(key).map_or(0, |kept| kept.saturating_sub(*count));
        match counts.get_mut(key) {
            Some(kept) if left > 0 => *kept = left,
            _ => drop(counts.remove(key)),
        }
    }
}

fn most_frequent<T: Clone + Ord>(counts: &BTreeMap<T, u32>) -> Option<T> {
    counts.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0))).map(|(value, _)| value.clone())
}

/// Weights of places.
const TABLE: u32 = 6;
const LEAD_IN_COMPONENTS: u32 = 5;
const LEAD: u32 = 3;
/// A longer lead in bold is a sentence's opening, not a name.
const NAME_WORDS_SET_APART: usize = 3;
const HEADING: u32 = 3;
const DEFINITION: u32 = 4;
/// An identifier that does something is a part, not a parameter.
const ACTS_IN_CODE: u32 = LEAD_IN_COMPONENTS;

/// First pass over one document: candidate names with their evidence.
pub fn survey(document: &Document) -> Survey {
    let mut survey = Survey { path: document.path.clone(), ..Survey::default() };
    let mut component_table = false;
    if is_boilerplate(&document.path) {
        return survey;
    }
    for (number, section) in document.sections.iter().enumerate() {
        let outline = Outline::of(&section.heading_path);
        for block in document.blocks_of(section) {
            let lines: Vec<Line> = block.cells.iter().map(|cell| Line::of(cell, &document.text)).collect();
            match &block.kind {
                BlockKind::Code(_) | BlockKind::FrontMatter | BlockKind::Html => {}
                BlockKind::Heading(_) => survey.heading(&lines),
                BlockKind::TableRow { header: true, .. } => {
                    let names_components = lines.first().is_some_and(|line| is_component_header(&line.text));
                    component_table = names_components && !outline.is_foreign();
                }
                BlockKind::TableRow { .. } => {
                    if let Some(first) = lines.first().filter(|_| component_table) {
                        survey.placed(first.text.trim(), TABLE, None);
                    }
                    survey.prose(&lines, number, block_name(&block.kind), document.source_type);
                }
                BlockKind::Paragraph | BlockKind::ListItem { .. } => {
                    if let (Some(line), false) = (lines.first(), outline.is_foreign()) {
                        survey.lead(line, outline.lists_components());
                    }
                    survey.prose(&lines, number, block_name(&block.kind), document.source_type);
                }
            }
        }
    }
    survey
}

impl Survey {
    fn heading(&mut self, lines: &[Line]) {
        let Some(line) = lines.first() else { return };
        let words = tokens(line, 0, line.text.len());
        if words.len() > 5 {
            return;
        }
        for phrase in noun_phrases(&words, &line.text) {
            let whole = phrase.first == 0 && phrase.last + 1 == words.len();
            if whole && phrase.grade >= Grade::Typed {
                self.placed(line.text.trim(), HEADING, phrase.component_type);
            }
        }
    }

    /// "**Name**: what it does", "`name` - what it does".
    fn lead(&mut self, line: &Line, among_components: bool) {
        let Some((name, rest)) = split_lead(line) else { return };
        let described = rest.split_whitespace().next().map(str::to_lowercase).unwrap_or_default();
        let says_what_it_does = is_verb(&described)
            || verbs().get(&described).is_some()
            || matches!(described.as_str(), "a" | "an" | "the");
        let styled = line.style_at(0);
        let set_apart = (styled.strong || styled.code) && name.split_whitespace().count() <= NAME_WORDS_SET_APART;
        if among_components && (says_what_it_does || set_apart) {
            self.placed(name, LEAD_IN_COMPONENTS, None);
        } else if set_apart && (says_what_it_does || acts(&described))
            || type_of(name).is_some() && (among_components || says_what_it_does)
        {
            self.placed(name, LEAD, None);
        }
    }

    fn placed(&mut self, name: &str, weight: u32, component_type: Option<ComponentType>) {
        if !is_plausible_name(name) {
            return;
        }
        let tally = self.names.entry(NormalName::of(name)).or_default();
        tally.placed += weight;
        *tally.surfaces.entry(name.to_owned()).or_default() += 1;
        if let Some(component_type) = component_type.or_else(|| type_of(name)) {
            *tally.types.entry(component_type).or_default() += 2;
        }
    }

    fn prose(&mut self, lines: &[Line], section: usize, block: &'static str, source_type: SourceType) {
        for (line, (start, end)) in
            lines.iter().flat_map(|line| sentences(line).into_iter().map(move |range| (line, range)))
        {
            self.questions.extend(folded_question(slice(&line.text, start, end)));
            let words = tokens(line, start, end);
            if is_instruction(&words, source_type) {
                continue;
            }
            let phrases = noun_phrases(&words, &line.text);
            for phrase in &phrases {
                self.mention(phrase, &words, &line.text, section, block);
                self.acronym(phrase, &words, &line.text);
                self.former_name(phrase, &words, &line.text);
            }
        }
    }

    fn mention(&mut self, phrase: &NounPhrase, words: &[Token], text: &str, section: usize, block: &'static str) {
        let (Some(first), Some(last)) = (words.get(phrase.first), words.get(phrase.last)) else { return };
        let surface = slice(text, first.start, last.end);
        if !is_plausible_name(surface) {
            return;
        }
        let role = plays_role(phrase, words);
        let tally = self.names.entry(NormalName::of(surface)).or_default();
        tally.mentions += 1;
        tally.made += match phrase.grade {
            Grade::Proper => 0,
            Grade::Weak => 1,
            Grade::Typed => 2,
            Grade::Known => 3,
        };
        tally.roles += u32::from(role);
        if tally.last_section != Some(section) {
            tally.sections += 1;
            tally.last_section = Some(section);
        }
        count(&mut tally.contexts, phrase, role, words, block);
        *tally.surfaces.entry(surface.to_owned()).or_default() += 1;
        if let Some(component_type) = phrase.component_type {
            *tally.types.entry(component_type).or_default() += 1;
        }
        if is_identifier(phrase, words, surface) && is_agent(phrase, words) {
            tally.placed += ACTS_IN_CODE;
        }
        if let Some(component_type) = defined_as(phrase, words) {
            tally.placed += DEFINITION;
            *tally.types.entry(component_type).or_default() += 1;
        }
    }

    /// "Heron Gate (formerly Old Gate)": the old name is another name of the new one.
    fn former_name(&mut self, phrase: &NounPhrase, words: &[Token], text: &str) {
        let Some(from) = after_former(words, phrase.last) else { return };
        let is_end = |token: &&Token| token.mark && !token.code;
        let until = words.iter().skip(from).position(|token| is_end(&token)).map_or(words.len(), |at| from + at);
        let name = words.get(from..until).and_then(|old| Some(slice(text, old.first()?.start, old.last()?.end)));
        let (Some(first), Some(last)) = (words.get(phrase.first), words.get(phrase.last)) else { return };
        if let Some(old) = name.filter(|old| is_plausible_name(old) && old.split_whitespace().count() <= 4) {
            self.acronyms.insert(old.to_owned(), slice(text, first.start, last.end).to_owned());
        }
    }

    fn acronym(&mut self, phrase: &NounPhrase, words: &[Token], text: &str) {
        let (Some(open), Some(short), Some(close)) =
            (words.get(phrase.last + 1), words.get(phrase.last + 2), words.get(phrase.last + 3))
        else {
            return;
        };
        let (Some(first), Some(last)) = (words.get(phrase.first), words.get(phrase.last)) else { return };
        let initials: String = slice(text, first.start, last.end)
            .split([' ', '-'])
            .filter_map(|word| word.chars().next())
            .flat_map(char::to_lowercase)
            .collect();
        let is_short = short.capital && (2..=6).contains(&short.lower.len());
        if open.lower == "(" && close.lower == ")" && is_short && initials.ends_with(&short.lower) {
            let long = slice(text, first.start, last.end).to_owned();
            // Who defines a short form of a name means to use it.
            if phrase.grade > Grade::Proper {
                self.names.entry(NormalName::of(&long)).or_default().placed += DEFINITION;
            }
            self.acronyms.insert(slice(text, short.start, short.end).to_owned(), long);
        }
    }
}

/// Where "formerly", "previously called" ends after a name, if it stands there: in brackets or behind a comma.
fn after_former(words: &[Token], last: usize) -> Option<usize> {
    let opens = words.get(last + 1).is_some_and(|token| matches!(token.lower.as_str(), "(" | ","));
    let cue = words.get(last + 2).is_some_and(|token| token.is_any(&["formerly", "previously"]));
    let fillers = words
        .iter()
        .skip(last + 3)
        .take_while(|token| token.is_any(&["called", "named", "known", "as", "the"]))
        .count();
    (opens && cue).then_some(last + 3 + fillers)
}

/// A question by its words alone, the same however it is set; nothing for other sentences.
pub(crate) fn folded_question(sentence: &str) -> Option<String> {
    let words = sentence.strip_suffix('?')?.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    Some(words.map(str::to_lowercase).collect::<Vec<_>>().join(" "))
}

/// Whether a description opens like "takes", "decides": with what somebody does.
fn acts(described: &str) -> bool {
    described.len() > 3
        && described.ends_with('s')
        && !described.ends_with("ss")
        && described.chars().all(char::is_lowercase)
}

/// The name and the description of a line that opens with a name.
pub(crate) fn split_lead(line: &Line) -> Option<(&str, &str)> {
    let text = line.text.as_str();
    let at = text.find([':', '—', '–']).or_else(|| text.find(" - ").map(|at| at + 1))?;
    let (name, rest) = (text.get(..at)?.trim(), text.get(at..)?);
    let rest = rest.trim_start_matches([':', '—', '–', '-', ' ']);
    let styled = line.style_at(0);
    let marked = styled.strong || styled.code || styled.link || name.split_whitespace().count() <= 3;
    (marked && !name.is_empty() && !rest.is_empty() && name.split_whitespace().count() <= 5).then_some((name, rest))
}

/// What the head or product in a whole name says.
pub(crate) fn type_of(name: &str) -> Option<ComponentType> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let product = heads().product(&NormalName::of(name)).or_else(|| product_with_part(&words));
    product
        .or_else(|| heads().ending(&words).map(|(_, head)| head.component_type))
        .or_else(|| heads().inside(words.last()?).map(|head| head.component_type))
}

/// "Grafana dashboard", "Datadog agent": a part of a product that watches is as the product is.
fn product_with_part(words: &[&str]) -> Option<ComponentType> {
    let (last, product) = words.split_last()?;
    let part =
        matches!(*last, "dashboard" | "dashboards" | "agent" | "agents" | "api" | "exporter" | "collector" | "backend");
    let component_type = heads().product(&NormalName::of(&product.join(" ")))?;
    (part && component_type == ComponentType::Observability).then_some(component_type)
}

fn is_plausible_name(name: &str) -> bool {
    let words = name.split_whitespace().count();
    (1..=6).contains(&words)
        && (2..=60).contains(&name.len())
        && name.chars().any(char::is_alphabetic)
        && !name.contains(['=', '<', '>', '$', '{', '}', '|', '?', '"', '“', ';', '`', '\\'])
        && !name.contains("://")
        && !name.starts_with(['/', '.', '-', '@'])
        && !is_file_name(name)
        && !is_field_name(name)
        && !heads().is_not_name(&name.to_lowercase())
        && !name.split_whitespace().all(|word| is_stop(&word.to_lowercase()))
}

/// `redirect_uri`, `MAX_AGE`: fields and constants are said of parts.
fn is_field_name(name: &str) -> bool {
    let Some((_, last)) = name.rsplit_once('_') else { return false };
    let constant = !name.chars().any(char::is_lowercase);
    constant
        || matches!(
            last,
            "id" | "ids"
                | "uri"
                | "uris"
                | "url"
                | "urls"
                | "endpoint"
                | "token"
                | "key"
                | "name"
                | "type"
                | "verifier"
                | "supported"
                | "secret"
                | "path"
                | "count"
                | "at"
                | "by"
                | "enabled"
                | "value"
        )
}

/// `values.yaml`, `main.rs`: files are sources, not parts.
fn is_file_name(name: &str) -> bool {
    let extension = name.rsplit('.').next().filter(|extension| extension.len() < name.len()).unwrap_or_default();
    matches!(
        extension,
        "md" | "yaml"
            | "yml"
            | "json"
            | "rs"
            | "go"
            | "ts"
            | "js"
            | "tsx"
            | "toml"
            | "tf"
            | "txt"
            | "png"
            | "svg"
            | "html"
            | "css"
            | "lock"
            | "cfg"
            | "ini"
            | "env"
            | "java"
            | "proto"
            | "bicep"
            | "ipynb"
            | "exe"
            | "csv"
            | "pem"
            | "crt"
    ) || name.contains('/')
}

/// Subject or object of a verb that systems do.
fn plays_role(phrase: &NounPhrase, words: &[Token]) -> bool {
    let after = words.get(phrase.last + 1..).unwrap_or_default();
    let subject = after.iter().find(|token| {
        !token.is_any(&["also", "then", "only", "that", "which", "who", "now", "can", "will", "must", "may", "should"])
    });
    let subject = subject.is_some_and(|token| !token.mark && verbs().get(&token.lower).is_some());
    let before = words.get(..phrase.first).unwrap_or_default();
    let object = before.iter().rev().take(4).any(|token| verbs().get(&token.lower).is_some());
    subject || object
}

/// `orders-sync`: set as code, of small letters and hyphens alone, as programs are called and parameters seldom are.
fn is_identifier(phrase: &NounPhrase, words: &[Token], surface: &str) -> bool {
    words.get(phrase.first).is_some_and(|token| token.code)
        && surface.starts_with(|c: char| c.is_ascii_lowercase())
        && surface.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// "X sends …", "X can read …", "loaded by X": the name stands where only somebody who acts can stand.
fn is_agent(phrase: &NounPhrase, words: &[Token]) -> bool {
    let mut after = words.iter().skip(phrase.last + 1).skip_while(|token| {
        token.lower.ends_with("ly")
            || token.is_any(&["also", "then", "only", "itself", "now", "still", "never", "always"])
    });
    let (next, later) = (after.next(), after.next());
    let form = |token: Option<&Token>| token.and_then(|token| verbs().get(&token.lower)).map(|verb| verb.form);
    let acts = form(next) == Some(Form::Third)
        || next.is_some_and(|token| token.lower.ends_with('s') && is_verb(&token.lower) && !is_auxiliary(&token.lower))
        || next.is_some_and(|token| is_modal(&token.lower)) && form(later) == Some(Form::Base);
    let mut before = words.get(..phrase.first).unwrap_or_default().iter().rev();
    let by = before.find(|token| !is_determiner(&token.lower)).is_some_and(|token| token.lower == "by");
    acts || by
        && before.next().is_some_and(|token| token.lower.ends_with("ed") || form(Some(token)) == Some(Form::Past))
}

fn is_modal(lower: &str) -> bool {
    matches!(lower, "can" | "will" | "must" | "may" | "should" | "could" | "would" | "does" | "did" | "cannot")
}

/// "X is a … worker", "X, a … service": the type that the definition states.
fn defined_as(phrase: &NounPhrase, words: &[Token]) -> Option<ComponentType> {
    let after = words.get(phrase.last + 1..)?;
    let verb = after.first()?;
    let article = after.get(1)?;
    let opens = (verb.is_any(&["is", "are"]) || verb.lower == ",") && article.is_any(&["a", "an", "our", "the"]);
    if !opens {
        return None;
    }
    let described = after.get(2..)?;
    let end = described.iter().position(|token| {
        token.mark || token.is_any(&["that", "which", "for", "to", "of", "in", "with", "who", "and", "where"])
    });
    let noun: Vec<&str> =
        described.get(..end.unwrap_or(described.len()))?.iter().map(|token| token.lower.as_str()).collect();
    heads().ending(&noun).map(|(_, head)| head.component_type)
}
