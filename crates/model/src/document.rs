//! A document as every stage after ingest sees it: its text, unchanged, and spans that say how it is built.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::label::Label;
use crate::{Date, Span, content_hash, digest};

/// Names a document by its path, so that a new revision keeps the id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct DocumentId(Label);

impl DocumentId {
    /// The id of the document at `path` (relative to the scanned root, `/` between its parts).
    pub fn of_path(path: &str) -> Self {
        Self(format!("doc-{}", content_hash(&[path])).into())
    }

    /// The id as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for DocumentId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<DocumentId> for String {
    fn from(id: DocumentId) -> Self {
        id.as_str().to_owned()
    }
}

/// Names a document's content: `sha256:` and the hexadecimal digest of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Revision(Arc<str>);

impl Revision {
    /// The revision of a document with these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(format!("sha256:{}", digest(bytes)).into())
    }

    /// The revision as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Revision {
    fn from(revision: String) -> Self {
        Self(revision.into())
    }
}

impl From<Revision> for String {
    fn from(revision: Revision) -> Self {
        revision.as_str().to_owned()
    }
}

/// What a document is to its team. Guessed from path and shape; decides how its statements are read and how far they weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceType {
    /// A README or another first page.
    Readme,
    /// An architecture decision record.
    Adr,
    /// A design document, RFC, proposal or architecture page.
    Design,
    /// An issue or ticket, alone or in an export.
    Ticket,
    /// The text of a pull request.
    PullRequest,
    /// Chat, mail, meeting notes, interviews.
    Discussion,
    /// A postmortem or incident report.
    Postmortem,
    /// A security policy, standard or threat list.
    Policy,
    /// OpenAPI, Swagger, `AsyncAPI`, protobuf, GraphQL schema.
    ApiSpec,
    /// Kubernetes, compose, CI pipelines.
    Deployment,
    /// Terraform and `OpenTofu`, container build files, package manifests.
    Code,
    /// What a running system was seen to do: access logs, traces, service graphs, connection logs.
    Observed,
    /// Mermaid, `PlantUML`, draw.io, DOT and the like.
    Diagram,
    /// A guide, how-to or any other prose.
    Guide,
}

impl SourceType {
    /// All types, in the order of their declaration.
    pub const ALL: [Self; 14] = [
        Self::Readme,
        Self::Adr,
        Self::Design,
        Self::Ticket,
        Self::PullRequest,
        Self::Discussion,
        Self::Postmortem,
        Self::Policy,
        Self::ApiSpec,
        Self::Deployment,
        Self::Code,
        Self::Observed,
        Self::Diagram,
        Self::Guide,
    ];

    /// The type of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source_type| source_type.as_str() == name)
    }

    /// The name used in exports and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Readme => "readme",
            Self::Adr => "adr",
            Self::Design => "design",
            Self::Ticket => "ticket",
            Self::PullRequest => "pull_request",
            Self::Discussion => "discussion",
            Self::Postmortem => "postmortem",
            Self::Policy => "policy",
            Self::ApiSpec => "api_spec",
            Self::Deployment => "deployment",
            Self::Code => "code",
            Self::Observed => "observed",
            Self::Diagram => "diagram",
            Self::Guide => "guide",
        }
    }
}

/// The notation a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// CommonMark with tables, task lists, strike-through and front matter.
    Markdown,
    /// Markdown with JSX and `import`/`export` lines.
    Mdx,
    /// reStructuredText.
    Rst,
    /// AsciiDoc.
    AsciiDoc,
    /// Text without markup.
    Plain,
    /// JSON, read as the prose in its longer strings unless a structured reader knows its schema.
    Json,
    /// YAML.
    Yaml,
    /// HCL: Terraform and `OpenTofu`.
    Hcl,
    /// A diagram notation in a file of its own (`.mmd`, `.puml`, `.dot`, `.d2`, `.drawio`, `.dsl`).
    Diagram,
    /// Another text format that only a structured reader may know (`.proto`, `.sql`, `.graphql`).
    Source,
    /// What programs recorded of their traffic: access logs, traces, service graphs, connection logs.
    Log,
}

impl Format {
    /// All formats, in the order of their declaration.
    pub const ALL: [Self; 11] = [
        Self::Markdown,
        Self::Mdx,
        Self::Rst,
        Self::AsciiDoc,
        Self::Plain,
        Self::Json,
        Self::Yaml,
        Self::Hcl,
        Self::Diagram,
        Self::Source,
        Self::Log,
    ];

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Mdx => "mdx",
            Self::Rst => "rst",
            Self::AsciiDoc => "asciidoc",
            Self::Plain => "plain",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Hcl => "hcl",
            Self::Diagram => "diagram",
            Self::Source => "source",
            Self::Log => "log",
        }
    }
}

/// A document: text as stored, and its structure as spans into that text.
#[derive(Clone, Debug)]
pub struct Document {
    /// Named by path.
    pub id: DocumentId,
    /// Path relative to the scanned root, `/` between its parts.
    pub path: String,
    /// First heading, front matter `title`, or the file name.
    pub title: String,
    /// What the document is to its team.
    pub source_type: SourceType,
    /// The notation it is written in.
    pub format: Format,
    /// The date the document itself gives (front matter, ADR header, file name), never the file system's.
    pub modified: Option<Date>,
    /// Digest of the bytes.
    pub revision: Revision,
    /// The text, to the byte as stored. Every span of the document is a range of it.
    pub text: Arc<str>,
    /// The parts of the text in order of their start.
    pub blocks: Vec<Block>,
    /// The stretches from one heading to the next, in order; together they cover all blocks.
    pub sections: Vec<Section>,
    /// Scalar entries of the front matter or of a header list such as an ADR's (`status`, `date`), keys in lower case.
    pub front_matter: BTreeMap<String, String>,
}

impl Document {
    /// The blocks of `section`.
    pub fn blocks_of(&self, section: &Section) -> &[Block] {
        self.blocks.get(section.blocks.clone()).unwrap_or_default()
    }

    /// The text under `span`, empty when the span is not one of this document.
    pub fn slice(&self, span: Span) -> &str {
        span.of(&self.text).unwrap_or_default()
    }
}

/// From one heading to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Headings from the outermost to this section's own, markup removed. Empty before the first heading.
    pub heading_path: Vec<String>,
    /// From the heading's first byte to the next heading or the end.
    pub span: Span,
    /// Index range into [`Document::blocks`]; the heading is the first of them.
    pub blocks: Range<usize>,
}

/// One paragraph, list item, table row, heading or code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// All its bytes, markers included; for a list item up to its first nested block.
    pub span: Span,
    /// Its text in runs, markup left out: one [`Inline`] for most kinds, one for each cell of a table row, and none for
    /// front matter. A code block has one run for each line.
    pub cells: Vec<Inline>,
}

/// The kinds of block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph, in a block quote or not.
    Paragraph,
    /// A list item's own text.
    ListItem {
        /// 0 for an outermost list.
        depth: u8,
        /// Whether the list is numbered.
        ordered: bool,
        /// `Some(done)` for a task-list item.
        task: Option<bool>,
    },
    /// A row of a table; rows of one table follow each other and share the number.
    TableRow {
        /// Counts the document's tables from 0.
        table: u32,
        /// Whether this is the header row.
        header: bool,
    },
    /// A code block with its language tag, lower case, empty when untagged.
    Code(String),
    /// Metadata before the first line of text.
    FrontMatter,
    /// Raw HTML, comments included: never shown to a reader, so never read as prose.
    Html,
}

/// A stretch of text without markup: consecutive runs. Runs that do not touch are joined as they stand when only markup lies
/// between, and by one space where [`Run::after_break`] says that a line ended.
pub type Inline = Vec<Run>;

/// A piece of a block's text that stands in the source as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it stands.
    pub span: Span,
    /// How it is set.
    pub style: Style,
    /// Whether a line break precedes it in the source.
    pub after_break: bool,
}

/// How a run is set.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one kind of markup is around the run; any may meet any"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// In a code span.
    pub code: bool,
    /// Strong or emphasised.
    pub strong: bool,
    /// The text of a link.
    pub link: bool,
    /// Struck through: the author took it back.
    pub strike: bool,
}

/// A piece of a section that fits an index entry or a model's prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The document it is from.
    pub document: DocumentId,
    /// The section's headings.
    pub heading_path: Vec<String>,
    /// Its bytes.
    pub span: Span,
    /// Hash of heading path and text: the passage's identity wherever it moves in the document.
    pub hash: String,
}

/// A part of a document that was read and that no reader understands. Counted and shown, never dropped silently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotUnderstood {
    /// Path of the document.
    pub path: String,
    /// The line on which the part begins, counted from one.
    pub line: usize,
    /// What it is: "kind `Teapot`", "field `tlsMode`".
    pub what: String,
}

impl std::fmt::Display for NotUnderstood {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{} {}", self.path, self.line, self.what)
    }
}

/// An input that was not read, and why. Shown to the user, never dropped silently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skipped {
    /// Path as given or as found under the scanned root.
    pub path: String,
    /// Lower case, no full stop: `not UTF-8 text`, `2.1 MB is over the limit of 1 MB`.
    pub reason: String,
}
