//! What a section's headings say about the sentences under them.

use crate::terms::{Phrase, terms};

/// The standing of a section.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each list of headings says its own thing, and inner headings add to outer ones"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) planned: bool,
    foreign: bool,
    pub(crate) questions: bool,
    pub(crate) risks: bool,
    pub(crate) assumptions: bool,
    pub(crate) decision: bool,
    pub(crate) incident: bool,
    components: bool,
}

impl Outline {
    /// Reads the headings from the outermost to the section's own; inner ones add to outer ones.
    pub(crate) fn of(heading_path: &[String]) -> Self {
        let lists = &terms().headings;
        let mut outline = Self::default();
        for (depth, heading) in heading_path.iter().enumerate() {
            let words = words_of(heading);
            outline.planned |= says(&words, &lists.planned);
            outline.foreign |= says(&words, &lists.foreign) && (depth > 0 || words.len() < 4);
            outline.questions |= says(&words, &lists.questions);
            outline.risks |= says(&words, &lists.risks);
            outline.assumptions |= says(&words, &lists.assumptions);
            outline.decision |= says(&words, &lists.decision);
            outline.incident |= says(&words, &lists.incident);
            outline.components |= says(&words, &lists.components);
        }
        outline
    }

    /// Whether nothing under these headings speaks of the system as it is or will be.
    pub(crate) fn is_foreign(self) -> bool {
        self.foreign && !self.questions
    }

    /// Whether lists under these headings enumerate parts of the system.
    pub(crate) fn lists_components(self) -> bool {
        self.components
    }
}

/// Whether a table's first column holds component names.
pub(crate) fn is_component_header(text: &str) -> bool {
    const HEADERS: &[&str] = &[
        "service",
        "component",
        "system",
        "module",
        "application",
        "app",
        "container",
        "microservice",
        "process",
        "worker",
        "actor",
        "database",
        "store",
        "queue",
        "topic",
        "integration",
        "vendor",
        "third party",
        "dependency",
        "node",
        "team",
        "workload",
        "deployment",
        "pod",
        "datastore",
        "participant",
        "element",
        "party",
        "supplier",
        "subprocessor",
        "processor",
        "part",
    ];
    let words = words_of(text);
    let joined = words.join(" ");
    let singular = joined.strip_suffix('s').unwrap_or(&joined);
    words.len() <= 3
        && (HEADERS.contains(&singular)
            || words.first().is_some_and(|word| HEADERS.contains(&word.strip_suffix('s').unwrap_or(word))))
}

fn words_of(heading: &str) -> Vec<String> {
    heading
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'')))
        .filter(|word| !word.is_empty() && !word.chars().all(char::is_numeric))
        .map(str::to_lowercase)
        .collect()
}

/// Headings longer than this are sentences and name no kind of section.
const HEADING_WORDS_MAX: usize = 7;

fn says(words: &[String], phrases: &[Phrase]) -> bool {
    words.len() <= HEADING_WORDS_MAX
        && phrases.iter().any(|Phrase(parts)| words.windows(parts.len()).any(|window| window == parts))
}

/// Documents that are the same in every repository and say nothing of this system.
pub(crate) fn is_boilerplate(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    matches!(
        stem,
        "license"
            | "licence"
            | "notice"
            | "code_of_conduct"
            | "code-of-conduct"
            | "contributing"
            | "changelog"
            | "contributors"
            | "authors"
            | "copying"
            | "maintainers"
    )
}
