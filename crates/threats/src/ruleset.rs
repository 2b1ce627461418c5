//! The rules in force: those shipped with the product, and those a team adds or replaces.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::change::RuleChange;
use crate::condition::vocabulary::nearest;
use crate::error::RuleError;
use crate::load::load;
use crate::rule::{Rule, RuleInfo};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../config/rules");

/// The rules in force, checked.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: BTreeMap<String, Rule>,
    changes: Vec<RuleChange>,
}

impl RuleSet {
    /// The rules shipped with the product (`config/rules/`).
    pub fn built_in() -> Self {
        Self::load(&[]).expect("the shipped rules are checked by the tests")
    }

    /// The shipped rules and those of `files`, pairs of path and text. A file with a shipped rule's id replaces that rule.
    /// All mistakes of all files are returned, in the order of the files.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, Vec<RuleError>> {
        let mut set = Self::default();
        let mut errors = set.add(&shipped_files());
        errors.extend(set.add(files));
        errors.extend(set.unknown_broader_rules());
        if errors.is_empty() { Ok(set) } else { Err(errors) }
    }

    /// The rules of `files` and no others: those that another version of the program shipped, for example.
    pub fn of(files: &[(&str, &str)]) -> Result<Self, Vec<RuleError>> {
        Self::default().with(files)
    }

    /// These rules and those of `files`, which replace rules of the same id.
    pub fn with(mut self, files: &[(&str, &str)]) -> Result<Self, Vec<RuleError>> {
        let mut errors = self.add(files);
        errors.extend(self.unknown_broader_rules());
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    /// These rules with what a project changes about them. What is wrong with a change is the error.
    pub fn changed(mut self, changes: &[RuleChange]) -> Result<Self, String> {
        for change in changes {
            change.check()?;
            if !self.rules.contains_key(&change.rule) {
                let known = self.rules.keys().map(String::as_str);
                let hint = nearest(&change.rule, known).map(|meant| format!("\nhint: did you mean `{meant}`?"));
                return Err(format!("there is no rule `{}` to change{}", change.rule, hint.unwrap_or_default()));
            }
        }
        self.changes = changes.to_vec();
        Ok(self)
    }

    /// What the project changes about one rule.
    pub fn changes<'s>(&'s self, rule: &'s str) -> impl Iterator<Item = &'s RuleChange> {
        self.changes.iter().filter(move |change| change.rule == rule)
    }

    /// The rules' descriptions, sorted by id.
    pub fn rules(&self) -> impl Iterator<Item = &RuleInfo> {
        self.rules.values().map(|rule| &rule.info)
    }

    /// The description of the rule with this id.
    pub fn rule(&self, id: &str) -> Option<&RuleInfo> {
        self.rules.get(id).map(|rule| &rule.info)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// A rule may refine one that is loaded after it, so this is checked when all are there.
    fn unknown_broader_rules(&self) -> Vec<RuleError> {
        let refined = self.rules.values().flat_map(|rule| rule.refines.iter().map(move |broader| (rule, broader)));
        let unknown = refined.filter(|(_, broader)| !self.rules.contains_key(&broader.written));
        unknown.map(|(_, broader)| broader.unknown.clone()).collect()
    }

    /// Adds the rules of one source; two files of the same source must not share an id.
    fn add(&mut self, files: &[(&str, &str)]) -> Vec<RuleError> {
        let mut errors = Vec::new();
        let mut origin: BTreeMap<String, &str> = BTreeMap::new();
        for (path, text) in files {
            match load(path, text) {
                Ok(rule) => {
                    if let Some(first) = origin.insert(rule.info.id.clone(), path) {
                        let message = format!("the rule `{}` is also in `{first}`", rule.info.id);
                        errors.push(RuleError::new(path, text, 0..0, message));
                    }
                    self.rules.insert(rule.info.id.clone(), rule);
                }
                Err(error) => errors.push(error),
            }
        }
        errors
    }
}

/// The rules shipped with the product as files: name and text.
pub fn shipped_files() -> Vec<(&'static str, &'static str)> {
    let toml = BUILT_IN.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"));
    toml.filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?))).collect()
}
