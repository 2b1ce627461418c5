//! What results rest on beside the documents: settings, rules, attackers, decisions, imported files, and the versions of the readers.
//!
//! They are texts with names. A revision keeps them, so that what followed from them then follows from them again, and so that a
//! change of a rule can be told from a change of a document.

use std::path::Path;

use cairn_paths::Attackers;
use cairn_store::Inputs;
use cairn_threats::RuleSet;

use crate::model::first_of;
use crate::{DECISIONS_FILE, EngineError, SETTINGS_FILE, Workspace, import, paths, world};

/// Names of shipped rules begin so.
const SHIPPED_RULES: &str = "rules/shipped/";
/// Names of the rules of the project's own folders begin so, with the folder's place in their order.
const PROJECT_RULES: &str = "rules/project-";
/// Names of the profiles of attackers in force begin so; the id of the profile follows.
const ATTACKERS: &str = "attackers/";
/// Names of imported files begin so.
const IMPORTED: &str = "imported/";
/// Names of versions begin so.
const VERSION: &str = "version/";

/// What somebody can change beside the documents, by what it means for a reader of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InputKind {
    /// A rule.
    Rule,
    /// A profile of an attacker.
    Attacker,
    /// The settings.
    Settings,
    /// The decisions.
    Decisions,
    /// A file that was imported.
    Import,
    /// A reader of documents.
    Reader,
}

impl InputKind {
    /// What the input of this name is.
    pub fn of(name: &str) -> Self {
        match name {
            SETTINGS_FILE => Self::Settings,
            DECISIONS_FILE => Self::Decisions,
            _ if name.starts_with(ATTACKERS) => Self::Attacker,
            _ if name.starts_with(IMPORTED) => Self::Import,
            _ if name.starts_with(VERSION) => Self::Reader,
            _ => Self::Rule,
        }
    }

    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Attacker => "attacker",
            Self::Settings => "settings",
            Self::Decisions => "decisions",
            Self::Import => "import",
            Self::Reader => "reader",
        }
    }
}

/// The inputs of the workspace as they are on the disk. Folders of rules that are given for one run do not belong to it.
pub(crate) fn inputs(workspace: &Workspace) -> Result<Inputs, EngineError> {
    let mut inputs = shipped();
    for (place, folder) in workspace.kept_rules_folders().iter().enumerate() {
        for (name, text) in world::read_rules(folder)? {
            inputs.insert(format!("{PROJECT_RULES}{place}/{name}"), text);
        }
    }
    for name in [SETTINGS_FILE, DECISIONS_FILE] {
        let path = workspace.project_path(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => drop(inputs.insert(name.to_owned(), text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(EngineError::File { path, source }),
        }
    }
    inputs.extend(of_attackers(&paths::attackers_of(&workspace.attackers_folders())?));
    for (name, text) in import::files(workspace)? {
        inputs.insert(format!("{IMPORTED}{name}"), text);
    }
    Ok(inputs)
}

/// What comes with the program: its rules, its attackers and the versions of its readers.
pub(crate) fn shipped() -> Inputs {
    let rules = cairn_threats::shipped_rules().into_iter();
    let mut inputs: Inputs = rules.map(|(name, text)| (format!("{SHIPPED_RULES}{name}"), text.to_owned())).collect();
    for version in cairn_extract::EXTRACTORS {
        let name = version.split('/').next().unwrap_or(version);
        inputs.insert(version_of(name), version.to_owned());
    }
    inputs.extend(of_attackers(&Attackers::built_in()));
    inputs.insert(version_of("converter"), cairn_ingest::CONVERTER.to_owned());
    inputs
}

/// The name of the input that says which version of a reader is in force.
pub(crate) fn version_of(reader: &str) -> String {
    format!("{VERSION}{reader}")
}

/// The project's own rules as inputs, by the folders they are from.
pub(crate) fn project_rules(folders: &[Vec<(String, String)>]) -> Inputs {
    let named = |(place, files): (usize, &Vec<(String, String)>)| -> Vec<(String, String)> {
        files.iter().map(|(name, text)| (format!("{PROJECT_RULES}{place}/{name}"), text.clone())).collect()
    };
    folders.iter().enumerate().flat_map(named).collect()
}

/// The profiles as inputs.
pub(crate) fn of_attackers(attackers: &Attackers) -> Inputs {
    attackers.texts().map(|(id, text)| (format!("{ATTACKERS}{id}.toml"), text.to_owned())).collect()
}

/// The profiles among kept inputs. What was kept before profiles were inputs is judged by those of the program.
pub(crate) fn attackers(inputs: &Inputs) -> Result<Attackers, EngineError> {
    let named = inputs.iter().filter_map(|(name, text)| Some((name.strip_prefix(ATTACKERS)?, text.as_str())));
    let files: Vec<(&str, &str)> = named.collect();
    if files.is_empty() {
        return Ok(Attackers::built_in());
    }
    let wrong = |error: cairn_paths::AttackerError| EngineError::Attackers {
        path: Path::new(ATTACKERS).to_owned(),
        reason: error.to_string(),
    };
    Attackers::default().with(&files).map_err(wrong)
}

/// The rules among kept inputs. Those that are shipped are those of the program that kept them.
pub(crate) fn rules(inputs: &Inputs) -> Result<RuleSet, EngineError> {
    let of_layer = |layer: &str| -> Vec<(&str, &str)> {
        let named = inputs.iter().filter_map(|(name, text)| Some((name.strip_prefix(layer)?, text.as_str())));
        named.collect()
    };
    let wrong = |layer: &str, errors: Vec<cairn_threats::RuleError>| EngineError::Rules {
        path: Path::new(layer).to_owned(),
        reason: first_of(&errors),
    };
    let mut rules = RuleSet::of(&of_layer(SHIPPED_RULES)).map_err(|errors| wrong(SHIPPED_RULES, errors))?;
    for place in 0.. {
        let layer = format!("{PROJECT_RULES}{place}/");
        let files = of_layer(&layer);
        if files.is_empty() {
            break;
        }
        rules = rules.with(&files).map_err(|errors| wrong(&layer, errors))?;
    }
    Ok(rules)
}

/// The imported files among kept inputs.
pub(crate) fn imported(inputs: &Inputs) -> Vec<(String, String)> {
    let named = inputs.iter().filter_map(|(name, text)| Some((name.strip_prefix(IMPORTED)?.to_owned(), text.clone())));
    named.collect()
}
