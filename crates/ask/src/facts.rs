//! What questions are answered from: the model and the texts behind it, whoever made them.

use std::collections::BTreeMap;

use cairn_diff::Changes;
use cairn_model::{AttackPath, Document, ElementId, System, Threat};

/// Everything that is known, borrowed from whoever holds it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The merged model.
    pub system: &'a System,
    /// The threats in it.
    pub threats: &'a [Threat],
    /// Ways of attack; empty when none were looked for.
    pub paths: &'a [AttackPath],
    /// For each element that a reviewer asks about: how many questions are answered, and how many there are.
    pub coverage: &'a BTreeMap<ElementId, (usize, usize)>,
    /// What is otherwise than in the revision asked about, where one was.
    pub changes: Option<&'a Changes>,
    /// The texts, by path.
    pub documents: &'a [Document],
}
