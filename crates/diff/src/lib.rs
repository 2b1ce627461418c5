//! Two states of a model to what changed between them, at three levels: the source text, the claims that are read from it, and
//! the model with its threats, conflicts and questions.
//!
//! [`diff`] is pure and knows nothing of revisions or repositories: a [`State`] is whatever a model was made of and what it
//! became. Sentences are compared first (`text`), because every other change is explained by them (`causes`): the cause
//! of a change is the very sentence that was added, removed or edited, and where no sentence is, what changed in the engine
//! (a rule, an attacker, a reader, a setting, a decision) or the passing of time. Components that only got another name are found by the
//! sentences that say so (`renames`), so that a new name is not one thing gone and another one new.
//!
//! Records for programs and Markdown are made of [`Changes`] by `cairn-report`.

mod changes;
mod state;

mod causes;
mod elements;
mod goals;
mod renames;
mod text;
mod threats;

use std::collections::BTreeMap;

pub use changes::{
    Attribute, Cause, Change, Changes, ClaimChange, Class, Counts, DocumentChange, EngineChange, Moved, Passage,
    SentenceChange, ThreatChange,
};
pub use state::{KnownClaim, ReachedGoal, State};
pub use threats::{is_answered, is_finding};

use causes::Explainer;

/// What is otherwise in `after` than in `before`. Every list is sorted.
pub fn diff(before: &State<'_>, after: &State<'_>) -> Changes {
    let texts = text::compare(before.documents, after.documents);
    let records = (elements::of(before.system), elements::of(after.system));
    let renamed = renames::find(&records.0, &records.1, &texts);
    let engine = engine(before, after);
    let explainer = Explainer::new(before, after, &texts);
    let claims = explainer.claims();
    let elements = elements::compare(&records.0, &records.1, &renamed, &explainer);
    let threats = threats::compare(before, after, &renamed, &explainer);
    let conflicts = threats::conflicts(before, after, &renamed, &explainer);
    let questions = threats::gaps(before, after, &renamed, &explainer);
    let goals = goals::compare(before, after, &renamed, &explainer);
    let renamed = renamed.components();
    let days = (before.as_of, after.as_of);
    Changes {
        documents: texts.into_changes(),
        claims,
        elements,
        threats,
        conflicts,
        questions,
        goals,
        renamed,
        engine,
        days,
    }
}

/// What changed beside the documents.
fn engine(before: &State<'_>, after: &State<'_>) -> Vec<EngineChange> {
    let mut names: BTreeMap<&String, (Option<&String>, Option<&String>)> = BTreeMap::new();
    for (name, digest) in before.engine {
        names.entry(name).or_default().0 = Some(digest);
    }
    for (name, digest) in after.engine {
        names.entry(name).or_default().1 = Some(digest);
    }
    let changed = names.into_iter().filter(|(_, (before, after))| before != after);
    changed
        .map(|(name, (before, after))| EngineChange {
            name: name.clone(),
            class: match (before, after) {
                (None, _) => Class::New,
                (_, None) => Class::Resolved,
                _ => Class::Changed,
            },
        })
        .collect()
}
