//! Which files and folders are left out, and why.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use crate::{DECISIONS_FILE, EngineError, Settings, WORKSPACE_FOLDER};

/// Hidden files and folders in which projects keep documents.
const HIDDEN_BUT_READ: &[&str] =
    &[".github", ".gitlab", ".gitlab-ci.yml", ".circleci", ".azure-pipelines", ".travis.yml", ".drone.yml"];

/// Folders of tools, and our own file, that are left out without a word: a reader of the list of skipped files learns nothing from them.
const SILENT: &[&str] = &[WORKSPACE_FOLDER, DECISIONS_FILE, ".git", ".hg", ".svn", ".jj"];

/// The patterns of the settings, compiled.
pub(super) struct Filter {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    skip: Vec<(String, Vec<Pattern>)>,
    settings_file: PathBuf,
}

/// What becomes of a file or folder.
pub(super) enum Decision {
    Take,
    LeaveOut { reason: String },
    LeaveOutSilently,
}

/// Whether a file or folder of this name is a tool's and never holds documents.
pub(super) fn is_of_a_tool(name: &str) -> bool {
    SILENT.contains(&name)
}

/// Patterns of document paths.
pub(crate) struct Patterns(Vec<Pattern>);

impl Patterns {
    pub(crate) fn new(patterns: &[String], settings_file: &Path) -> Result<Self, EngineError> {
        let compiled: Result<_, EngineError> = patterns.iter().map(|text| Pattern::new(text, settings_file)).collect();
        compiled.map(Self)
    }

    /// Whether any of them names the document or a folder around it.
    pub(crate) fn matches(&self, path: &str) -> bool {
        Path::new(path).ancestors().any(|part| self.0.iter().any(|pattern| pattern.matches(part)))
    }
}

struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

impl Filter {
    pub(super) fn new(settings: &Settings, settings_file: &Path) -> Result<Self, EngineError> {
        let compile = |patterns: &[String]| -> Result<Vec<Pattern>, EngineError> {
            patterns.iter().map(|text| Pattern::new(text, settings_file)).collect()
        };
        let skip = settings.skip.iter().map(|(reason, patterns)| Ok((reason.clone(), compile(patterns)?)));
        Ok(Self {
            include: compile(&settings.include)?,
            exclude: compile(&settings.exclude)?,
            skip: skip.collect::<Result<_, EngineError>>()?,
            settings_file: settings_file.to_owned(),
        })
    }

    /// Decides about a folder before it is entered.
    pub(super) fn folder(&self, relative: &Path) -> Decision {
        self.not_a_document(relative).unwrap_or(Decision::Take)
    }

    /// Decides about a file.
    pub(super) fn file(&self, relative: &Path, location: &Path) -> Decision {
        if location == self.settings_file {
            return Decision::LeaveOutSilently;
        }
        if let Some(decision) = self.not_a_document(relative) {
            return decision;
        }
        if !self.include.is_empty() && !self.include.iter().any(|pattern| pattern.matches(relative)) {
            return Decision::LeaveOut { reason: "not named by `include`".to_owned() };
        }
        Decision::Take
    }

    fn not_a_document(&self, relative: &Path) -> Option<Decision> {
        let name = relative.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if is_of_a_tool(name) {
            return Some(Decision::LeaveOutSilently);
        }
        if name.starts_with('.') && !HIDDEN_BUT_READ.contains(&name) {
            return Some(Decision::LeaveOut { reason: "hidden".to_owned() });
        }
        if let Some(pattern) = self.exclude.iter().find(|pattern| pattern.matches(relative)) {
            return Some(Decision::LeaveOut { reason: format!("excluded by `{}`", pattern.text) });
        }
        let matching = self.skip.iter().find(|(_, patterns)| patterns.iter().any(|it| it.matches(relative)));
        matching.map(|(reason, _)| Decision::LeaveOut { reason: reason.clone() })
    }
}

impl Pattern {
    fn new(text: &str, settings_file: &Path) -> Result<Self, EngineError> {
        let anchored = if text.contains('/') { text.trim_start_matches('/').to_owned() } else { format!("**/{text}") };
        let glob =
            GlobBuilder::new(anchored.trim_end_matches('/')).literal_separator(true).case_insensitive(true).build();
        let glob = glob.map_err(|error| EngineError::Settings {
            path: settings_file.to_owned(),
            reason: format!("`{text}` is not a pattern: {}", error.kind()),
        })?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    fn matches(&self, relative: &Path) -> bool {
        self.matcher.is_match(relative)
    }
}
