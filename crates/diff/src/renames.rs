//! Components that only got another name, and what got another id with them.
//!
//! The evidence is an edited sentence: with the one name put in the place of the other it is the new sentence to the letter. A
//! component that is gone and one that is new, of whose sentences one says so and none says otherwise, are the same one.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::ElementId;

use crate::changes::Moved;
use crate::elements::Record;
use crate::text::Texts;

/// What goes by another id now.
#[derive(Debug, Default)]
pub(crate) struct Renamed {
    components: Vec<Moved>,
    /// Ids before, by id now.
    former: BTreeMap<ElementId, ElementId>,
    /// Ids now, by id before.
    present: BTreeMap<ElementId, ElementId>,
}

impl Renamed {
    /// The id that an element had before; mostly the same.
    pub(crate) fn former<'a>(&'a self, id: &'a ElementId) -> &'a ElementId {
        self.former.get(id).unwrap_or(id)
    }

    /// The id that an element has now; mostly the same.
    pub(crate) fn present<'a>(&'a self, id: &'a ElementId) -> &'a ElementId {
        self.present.get(id).unwrap_or(id)
    }

    /// The components that got another name.
    pub(crate) fn components(&self) -> Vec<Moved> {
        self.components.clone()
    }

    /// An attribute's value with the ids of now.
    pub(crate) fn brought_up(&self, value: &str) -> String {
        if self.present.is_empty() {
            return value.to_owned();
        }
        let word = |word: &str| -> String {
            let (id, rest) = word.split_at(word.trim_end_matches([',', ';']).len());
            let present = self.present.get(&parsed(id)).map_or(id, ElementId::as_str);
            format!("{present}{rest}")
        };
        value.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }

    fn add(&mut self, from: &ElementId, to: &ElementId) {
        self.former.insert(to.clone(), from.clone());
        self.present.insert(from.clone(), to.clone());
    }
}

/// An id as it stands in a text; a word that is none is an id of nothing.
fn parsed(text: &str) -> ElementId {
    let (prefix, rest) = text.split_once('-').unwrap_or(("", text));
    ElementId::named(prefix, rest)
}

/// Finds what only got another name.
pub(crate) fn find(before: &[Record<'_>], after: &[Record<'_>], texts: &Texts) -> Renamed {
    let ids = |records: &[Record<'_>]| -> BTreeSet<ElementId> { records.iter().map(|it| it.id.clone()).collect() };
    let (olds, news) = (ids(before), ids(after));
    let is_component = |record: &&Record<'_>| record.kind == "component";
    let gone: Vec<&Record<'_>> = before.iter().filter(is_component).filter(|it| !news.contains(it.id)).collect();
    let come: Vec<&Record<'_>> = after.iter().filter(is_component).filter(|it| !olds.contains(it.id)).collect();
    let mut renamed = Renamed::default();
    for old in &gone {
        let mut votes: BTreeMap<&ElementId, (usize, &Record<'_>)> = BTreeMap::new();
        for sentence in texts.sentences() {
            let (Some(was), Some(is)) = (&sentence.before, &sentence.after) else { continue };
            if !was.text.contains(&old.title) {
                continue;
            }
            let now = come.iter().filter(|new| is.text.contains(&new.title));
            for new in now.filter(|new| was.text.replace(&old.title, &new.title) == is.text) {
                votes.entry(new.id).or_insert((0, new)).0 += 1;
            }
        }
        let best = votes.values().max_by_key(|(number, new)| (*number, std::cmp::Reverse(new.id)));
        let free = best.filter(|(_, new)| !renamed.former.contains_key(new.id));
        if let Some((_, new)) = free {
            renamed.add(old.id, new.id);
            renamed.components.push(Moved {
                from: old.id.clone(),
                to: new.id.clone(),
                from_name: old.title.clone(),
                to_name: new.title.clone(),
            });
        }
    }
    if !renamed.components.is_empty() {
        follow(before, after, &mut renamed);
    }
    renamed.components.sort();
    renamed
}

/// Elements whose ids are made of those that changed: one that is gone and one that is new with the same relations.
fn follow(before: &[Record<'_>], after: &[Record<'_>], renamed: &mut Renamed) {
    let news: BTreeSet<&ElementId> = after.iter().map(|it| it.id).collect();
    let olds: BTreeSet<&ElementId> = before.iter().map(|it| it.id).collect();
    let mut come: BTreeMap<(&str, String), &ElementId> = BTreeMap::new();
    for record in after.iter().filter(|it| it.kind != "component" && !olds.contains(it.id)) {
        come.entry((record.kind, relations(record, &|id| id.to_string(), &|text| text.to_owned())))
            .or_insert(record.id);
    }
    let names: Vec<Moved> = renamed.components.clone();
    let new_words =
        |text: &str| names.iter().fold(text.to_owned(), |text, moved| text.replace(&moved.from_name, &moved.to_name));
    // Flows come before the controls that stand on them.
    for record in before.iter().filter(|it| it.kind != "component" && !news.contains(it.id)) {
        let key = relations(record, &|id| renamed.present(id).to_string(), &new_words);
        if let Some(new) = come.get(&(record.kind, key)) {
            let new = (*new).clone();
            renamed.add(record.id, &new);
        }
    }
}

/// By what an element of its kind is told from others: the elements it names, and its words.
fn relations(record: &Record<'_>, id: &dyn Fn(&ElementId) -> String, words: &dyn Fn(&str) -> String) -> String {
    let about: Vec<String> = record.about.iter().map(|it| id(it)).collect();
    format!("{} {}", about.join(" "), words(&record.title))
}
