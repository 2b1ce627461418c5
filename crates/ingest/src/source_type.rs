//! What a document is to its team, guessed from its format, its path and its shape.
//!
//! The first row that holds decides:
//!
//! | sign | type |
//! |---|---|
//! | a diagram notation | diagram |
//! | `.proto`, `.graphql`; an `openapi:`, `swagger:` or `asyncapi:` key | api_spec |
//! | an access log, traces, a service graph, a connection log | observed |
//! | HCL, a container build file, a package manifest | code |
//! | `apiVersion:` and `kind:`, compose services, CI jobs, templates, plans, other YAML | deployment |
//! | JSON with the keys of pull requests, of issues, of messages | pull_request, ticket, discussion |
//! | headings Context, Decision, Consequences (two of them, and Decision) | adr |
//! | two of the headings Root cause, Timeline, Impact, Detection, Resolution, Action items, Lessons learned | postmortem |
//! | a file `README`, or `index` at the root | readme |
//! | a word of the path, the innermost part first ([`PATH_WORDS`]) | as the table says |
//! | two of the headings Summary, Motivation, Proposal, Goals, Non-goals, Alternatives, Design details | design |
//! | most lines are chat lines | discussion |
//! | anything else | guide |

use cairn_model::{Format, Section, SourceType};

use crate::detect::name_and_ending;
use crate::readers::chat_prefix;

/// Words of file and folder names. Whole words count, so `prs` is not in `enterprise`.
const PATH_WORDS: &[(SourceType, &[&str])] = &[
    (SourceType::Adr, &["adr", "adrs", "decision", "decisions"]),
    (SourceType::Postmortem, &["postmortem", "postmortems", "incident", "incidents", "outage", "outages", "rca"]),
    (SourceType::PullRequest, &["pull", "pulls", "pr", "prs", "pullrequest", "pullrequests", "mrs"]),
    (SourceType::Ticket, &["issue", "issues", "ticket", "tickets", "jira", "backlog", "bugs"]),
    (
        SourceType::Discussion,
        &[
            "chat",
            "chats",
            "discussion",
            "discussions",
            "interview",
            "interviews",
            "mail",
            "mails",
            "meeting",
            "meetings",
            "minutes",
            "retro",
            "slack",
            "standup",
            "thread",
            "threads",
            "transcript",
            "transcripts",
        ],
    ),
    (
        SourceType::Design,
        &[
            "architecture",
            "blueprint",
            "blueprints",
            "design",
            "designs",
            "enhancement",
            "enhancements",
            "kep",
            "keps",
            "proposal",
            "proposals",
            "rfc",
            "rfcs",
            "rfd",
            "spec",
            "specs",
        ],
    ),
    (SourceType::Policy, &["policies", "policy", "standard", "standards", "threats"]),
];

/// Whole file names that mean a policy; as a folder, `security` is no sign.
const POLICY_NAMES: &[&str] = &["security", "threat-model", "threat_model", "threatmodel"];

const ADR_HEADINGS: &[&str] =
    &["context", "decision", "consequences", "decision outcome", "considered options", "context and problem statement"];
const POSTMORTEM_HEADINGS: &[&str] = &[
    "root cause",
    "timeline",
    "impact",
    "detection",
    "resolution",
    "action items",
    "lessons learned",
    "what went wrong",
];
const DESIGN_HEADINGS: &[&str] = &[
    "summary",
    "motivation",
    "proposal",
    "goals",
    "non-goals",
    "alternatives",
    "design details",
    "drawbacks",
    "alternatives considered",
    "proposed solution",
    "detailed design",
];

/// The part of a text in which keys are looked for.
const KEY_BYTES: usize = 4000;

/// Guesses what the document at `path` is.
pub(crate) fn guess(path: &str, text: &str, format: Format, sections: &[Section]) -> SourceType {
    match format {
        Format::Diagram => SourceType::Diagram,
        Format::Log => SourceType::Observed,
        Format::Hcl => SourceType::Code,
        Format::Source => of_source(path),
        Format::Yaml => of_yaml(path, text),
        Format::Json => of_json(path, text),
        Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc | Format::Plain => {
            of_prose(path, text, sections)
        }
    }
}

fn of_source(path: &str) -> SourceType {
    match name_and_ending(path).1.as_deref() {
        Some("proto" | "graphql" | "gql") => SourceType::ApiSpec,
        Some("sql") => SourceType::Design,
        _ => SourceType::Code,
    }
}

fn of_yaml(path: &str, text: &str) -> SourceType {
    let keys = top_keys(text);
    let has = |key: &str| keys.contains(&key);
    if has("openapi") || has("swagger") || has("asyncapi") {
        return SourceType::ApiSpec;
    }
    let is_template = has("AWSTemplateFormatVersion") || has("Resources");
    let is_deployment =
        has("apiVersion") && has("kind") || has("services") || has("jobs") || has("stages") || is_template;
    if is_deployment { SourceType::Deployment } else { by_path(path).unwrap_or(SourceType::Deployment) }
}

/// The keys at the start of a line in the first part of a YAML text.
fn top_keys(text: &str) -> Vec<&str> {
    let keys = head(text).lines().filter_map(|line| line.split_once(':'));
    keys.map(|(key, _)| key.trim_start_matches('\u{feff}').trim_matches(['"', '\''])).collect()
}

fn of_json(path: &str, text: &str) -> SourceType {
    let head = head(text);
    let has = |key: &str| head.contains(&format!("\"{key}\""));
    if path.rsplit('/').next() == Some("package.json") {
        return SourceType::Code;
    }
    if has("openapi") || has("swagger") || has("asyncapi") {
        SourceType::ApiSpec
    } else if has("apiVersion") && has("kind") || has("AWSTemplateFormatVersion") || has("planned_values") {
        SourceType::Deployment
    } else if ["merged", "merged_at", "pull_request", "mergeable", "base"].into_iter().any(has) {
        SourceType::PullRequest
    } else if has("issuetype") || has("summary") && has("fields") || has("title") && (has("labels") || has("state")) {
        SourceType::Ticket
    } else if has("messages") || has("ts") || has("text") && (has("user") || has("author")) {
        SourceType::Discussion
    } else {
        by_path(path).unwrap_or(SourceType::Guide)
    }
}

fn of_prose(path: &str, text: &str, sections: &[Section]) -> SourceType {
    let own = sections.iter().filter_map(|section| section.heading_path.last());
    let headings: Vec<String> = own.map(|heading| plain_heading(heading)).collect();
    let count = |wanted: &[&str]| wanted.iter().filter(|name| headings.iter().any(|heading| heading == *name)).count();
    let is_record = headings.iter().any(|heading| heading.starts_with("decision")) && count(ADR_HEADINGS) > 1;
    if is_record {
        return SourceType::Adr;
    }
    if count(POSTMORTEM_HEADINGS) > 1 {
        return SourceType::Postmortem;
    }
    if is_first_page(path) {
        return SourceType::Readme;
    }
    if let Some(named) = by_path(path) {
        return named;
    }
    let title = headings.first().map(String::as_str).unwrap_or_default();
    let is_titled = ["rfc", "kep", "design doc"].iter().any(|word| title.starts_with(word));
    if is_titled || count(DESIGN_HEADINGS) > 1 {
        return SourceType::Design;
    }
    if is_mostly_chat(text) { SourceType::Discussion } else { SourceType::Guide }
}

/// A heading without number, colon and capitals: `2. Root Cause:` is `root cause`.
fn plain_heading(heading: &str) -> String {
    let bare = heading.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
    bare.trim_end_matches([':', ' ']).to_lowercase()
}

fn is_first_page(path: &str) -> bool {
    let (name, _) = name_and_ending(path);
    let is_root = !path.contains('/');
    name.starts_with("readme") || is_root && name.starts_with("index.")
}

fn by_path(path: &str) -> Option<SourceType> {
    let lower = path.to_lowercase();
    let stem = lower.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    if POLICY_NAMES.contains(&stem) {
        return Some(SourceType::Policy);
    }
    let mut parts = lower.rsplit('/');
    let file = parts.next().and_then(|name| of_path_part(name).filter(|source_type| is_named_for(name, *source_type)));
    file.or_else(|| parts.find_map(of_path_part))
}

/// Whether a file's name says what the document is, and not what it is about: `chat-2026-03.txt` is a chat, and
/// `chat_history.md` or `network-policy.md` is a page about one.
fn is_named_for(name: &str, source_type: SourceType) -> bool {
    if !matches!(source_type, SourceType::Discussion | SourceType::Policy) {
        return true;
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let names = PATH_WORDS.iter().filter(|(named, _)| *named == source_type).flat_map(|(_, names)| names.iter());
    let own: Vec<&str> = names.copied().collect();
    stem.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| own.contains(&word) || NAME_QUALIFIERS.contains(&word))
}

/// Words that may stand beside the one that says what a file is.
const NAME_QUALIFIERS: &[&str] = &[
    "notes", "log", "export", "weekly", "team", "security", "privacy", "access", "platform", "infosec", "company",
    "of", "with",
];

fn of_path_part(part: &str) -> Option<SourceType> {
    if part.contains("post-mortem") || part.contains("post_mortem") {
        return Some(SourceType::Postmortem);
    }
    if part.contains("pull-request") || part.contains("merge-request") || part.contains("pull_request") {
        return Some(SourceType::PullRequest);
    }
    let words: Vec<&str> = part.split(|c: char| !c.is_alphanumeric()).collect();
    let known = PATH_WORDS.iter().find(|(_, names)| words.iter().any(|word| names.contains(word)));
    known.map(|(source_type, _)| *source_type)
}

fn is_mostly_chat(text: &str) -> bool {
    let lines = || head(text).lines().filter(|line| !line.trim().is_empty());
    lines().filter(|line| chat_prefix(line.trim()).is_some()).count() * 2 > lines().count()
}

fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(KEY_BYTES)).unwrap_or_default()
}
