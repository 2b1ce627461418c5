//! The command line as typed: only its form is checked here.

use std::path::PathBuf;

use cairn_model::{Date, Severity, Term as _, ThreatStatus};
use cairn_threats::{Framework, Pack, RuleInfo};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

mod ask;
mod decide;
mod diagram;
mod eval;
mod living;
mod paths;
mod search;
mod service;

pub(crate) use ask::{AskArguments, ChatArguments, QueryArguments, ReviewArguments};
pub(crate) use decide::{Decide, DecideWhat};
pub(crate) use diagram::{Diagram, LayerName};
pub(crate) use eval::{Eval, EvalClaims, EvalQuestions, EvalRetrieval, EvalShowOne, EvalThreats};
pub(crate) use living::{Check, FailsOn, Inbox, Watch};
pub(crate) use paths::{Blast, PathsArguments, WhatIf};
pub(crate) use search::{IndexCommand, Search, SearchBy};
pub(crate) use service::{Audit, Backup, Config, Restore, Serve, ServerSettings};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a gate failed (--fail-on)
  2  wrong usage or settings
  3  no documents
  4  done in part: some inputs could not be read
  5  an error of the program or of the machine";

/// Reads a team's documents and derives a threat model whose every statement is a quote from them.
#[derive(Debug, Parser)]
#[command(name = "cairn", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The workspace folder [default: `.cairn` here or in the nearest folder above].
    #[arg(long, global = true, value_name = "DIR", env = "CAIRN_WORKSPACE")]
    pub(crate) workspace: Option<PathBuf>,
    /// A folder with more rules, on top of those built in and of the project's. May be repeated.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Heed the decisions as they are at this git revision, not those of the working tree: for gates.
    #[arg(long, global = true, value_name = "REV")]
    pub(crate) decisions_from: Option<String>,
    /// Look at the model as it was in this revision (`r12`, `latest~1`), with the rules, settings and decisions of then.
    #[arg(long, global = true, value_name = "REV")]
    pub(crate) at: Option<String>,
    /// Form of the output: for people or for programs.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    /// When to use colours. `NO_COLOR` and `CLICOLOR_FORCE` are honoured.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Say nothing on stderr but errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more: quotes in full, every skipped file.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// The date on which accepted risks are judged, `YYYY-MM-DD` [default: today].
    #[arg(long, global = true, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
    /// How many threads to use [default: as many as the machine has]. Never changes a result.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// Forms of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For people who read it elsewhere; `export`, `diff` and `check` only.
    Markdown,
    /// For tools that gather findings: SARIF 2.1.0; `export` only.
    Sarif,
    /// A drawing in Mermaid; `paths ID` and `trust` only.
    Mermaid,
    /// A drawing for Graphviz; `paths ID` and `trust` only.
    Dot,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a workspace and a settings file with every key explained.
    Init,
    /// Read documents into the workspace and show what stands out.
    Scan(Scan),
    /// Take over what others found in the same documents.
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// List the threats, those with one cause together.
    Threats(Threats),
    /// Show an element of the model with everything that is said about it.
    Show {
        /// Its id, name or another name of it.
        element: String,
        /// Also say why its names are taken for one thing, and what it may be a double of.
        #[arg(long)]
        why: bool,
    },
    /// Show why a threat is one: every premise with its quotes.
    Explain {
        /// The threat's id or its beginning, or a rule's id for all threats of the rule.
        threat: String,
    },
    /// List ways of attack through the system, or show one with its quotes.
    Paths(PathsArguments),
    /// Show what follows when an element is in the wrong hands, and what stops it.
    Blast(Blast),
    /// Show what would be different without a claim, control or assumption, with a control, or with something in the wrong hands.
    Whatif(WhatIf),
    /// List what the model rests on, by how much would be different if it did not hold.
    Assumptions {
        /// How many at most.
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    /// List who is trusted with what, and where trust is given without a word.
    Trust,
    /// List what nobody has written down and what the documents leave open.
    Questions,
    /// Find passages, or claims, by words and by meaning.
    Search(Search),
    /// Answer a question in plain words, every sentence with what says so; or say that it is not documented, and whom to ask.
    Ask(AskArguments),
    /// Ask one question after another, each in the light of those before. Nothing of it is kept.
    Chat(ChatArguments),
    /// Find elements of the model by kind, attribute, status and relation.
    Query(QueryArguments),
    /// Show what a document or a change would add, contradict and leave open. Nothing of it is kept.
    Review(ReviewArguments),
    /// Look after what searches need.
    Index {
        #[command(subcommand)]
        command: IndexCommand,
    },
    /// List where documents contradict each other.
    Conflicts,
    /// List what was true once and may not be any more.
    Stale,
    /// Show how much of what a reviewer needs to know is written down.
    Coverage,
    /// Decide about a threat, a claim or an element, in `cairn.decisions.toml`.
    Decide(Decide),
    /// List the decisions, what they apply to, and those that meet nothing any more.
    Decisions {
        /// Every change instead, with who made it and when.
        #[arg(long)]
        history: bool,
    },
    /// List the claims behind the model, and who read them.
    Claims {
        /// Only what the embedded extractor and the language model read differently.
        #[arg(long)]
        disputed: bool,
        /// Only what was turned away, and why.
        #[arg(long, conflicts_with = "disputed")]
        rejected: bool,
    },
    /// Look at the language model.
    Model {
        #[command(subcommand)]
        command: Model,
    },
    /// Ask the language model by batches, at the endpoint or by hand.
    Batch(Batch),
    /// Print the whole model.
    Export {
        /// Where to write it instead of standard output.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Show what changed between two revisions, and because of which sentence.
    Diff {
        /// `A..B`: revisions such as `r3..latest`, commits such as `main..HEAD`, or `files` for the files as they lie there now;
        /// `A` alone is compared with the present.
        range: String,
        /// Also list what only moved, and every changed sentence.
        #[arg(long)]
        all: bool,
    },
    /// Scan again whenever a file changes, and show what that changed in the model.
    Watch(Watch),
    /// Draw the model as a data-flow diagram in SVG.
    Diagram(Diagram),
    /// Serve the model to an agent over the Model Context Protocol, on the standard streams.
    Mcp {
        /// Also offer the tool that writes down what a person decided; without it nothing can be written.
        #[arg(long)]
        may_decide: bool,
    },
    /// Show who wrote what is said about an element or a threat, and when, by the history of the git repository.
    Authors {
        /// Its id, name or another name of it.
        element: String,
    },
    /// Judge what changed since a trusted revision, for CI: exits with 1 when the gate fails.
    Check(Check),
    /// Show what a reviewer has not seen: new and reopened threats, conflicts, answered questions, acceptances that end.
    Inbox(Inbox),
    /// Show in which revisions an element or a threat changed, and why.
    History {
        /// Its id or name; of a threat the id or its beginning.
        wanted: String,
        /// How many revisions are looked at, the newest first.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// List the revisions of the model: what each scan changed, and when.
    Log {
        /// How many at most, the newest first.
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    /// List the rules, or show and test them.
    Rules {
        #[command(flatten)]
        filter: RuleFilter,
        #[command(subcommand)]
        command: Option<Rules>,
    },
    /// Measure the quote check or the extraction.
    Eval {
        #[command(subcommand)]
        command: Eval,
    },
    /// List what the last scan left out, and why.
    Skipped,
    /// Serve a team: projects, people and jobs behind an HTTP API.
    Serve(Serve),
    /// Look after the trail of what was done in a service.
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
    /// Show the settings of the project, or of the service.
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// Copy everything that a service keeps, also while it runs.
    Backup(Backup),
    /// Put a backup back into an empty data folder.
    Restore(Restore),
    /// Print a completion script.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// What `cairn scan` understands.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Files and folders. What an earlier scan read and this one does not find is removed.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Read the files as this git commit has them, without a checkout.
    #[arg(long, value_name = "REV")]
    pub(crate) commit: Option<String>,
    /// Show what the model would be asked and what that would cost. Nothing is sent and nothing is kept.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) model: ModelOptions,
    #[command(flatten)]
    pub(crate) gate: Gate,
}

/// How a command uses the language model. Its key comes from the environment or a file, never from an argument.
#[derive(Debug, Default, Args)]
pub(crate) struct ModelOptions {
    /// The model to ask instead of the one in the settings.
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Ask no model, whatever the settings say.
    #[arg(long, conflicts_with_all = ["model", "offline", "record", "replay"])]
    pub(crate) no_model: bool,
    /// Use answers of the model that are kept, and make no call.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Note every exchange with the model in this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Answer from a file of noted exchanges instead of the endpoint.
    #[arg(long, value_name = "FILE", conflicts_with = "offline")]
    pub(crate) replay: Option<PathBuf>,
}

/// What `cairn model` understands.
#[derive(Debug, Subcommand)]
pub(crate) enum Model {
    /// Find out what the endpoint really does, and remember it.
    Check(ModelOptions),
}

/// What `cairn batch` understands.
#[derive(Debug, Args)]
pub(crate) struct Batch {
    #[command(subcommand)]
    pub(crate) command: BatchCommand,
    #[command(flatten)]
    pub(crate) model: ModelOptions,
}

/// The steps of a batch.
#[derive(Debug, Subcommand)]
pub(crate) enum BatchCommand {
    /// Give all open questions to the endpoint.
    Submit,
    /// Show where batches stand.
    Status,
    /// Take over what has come.
    Collect {
        /// Ask what is still open one by one.
        #[arg(long)]
        live: bool,
    },
    /// Write all open questions to a file.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// Take over the answers in a file.
    Import {
        /// The file.
        file: PathBuf,
    },
}

/// What `cairn import` understands.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Claims with quotes from documents that were scanned: one JSON object a line, or a list of them.
    Claims {
        /// The file.
        file: PathBuf,
    },
    /// A threat model of Threagile, which becomes a document that is quoted.
    Threagile {
        /// The file.
        file: PathBuf,
    },
}

/// What `cairn threats` understands.
#[derive(Debug, Args)]
pub(crate) struct Threats {
    /// Only threats of these statuses.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status)]
    pub(crate) status: Vec<ThreatStatus>,
    /// Only threats of at least this severity.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) severity: Option<Severity>,
    /// Only threats of these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) rule: Vec<String>,
    #[command(flatten)]
    pub(crate) filter: RuleFilter,
    /// List every threat by itself.
    #[arg(long)]
    pub(crate) all: bool,
    /// List what the settings exclude, with the reasons.
    #[arg(long)]
    pub(crate) excluded: bool,
    #[command(flatten)]
    pub(crate) gate: Gate,
}

/// Which rules count.
#[derive(Debug, Default, Args)]
pub(crate) struct RuleFilter {
    /// Only rules of these packs.
    #[arg(long, value_name = "PACK", value_delimiter = ',', value_parser = pack)]
    pub(crate) pack: Vec<Pack>,
    /// Only rules that name an entry of these catalogues.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = framework)]
    pub(crate) framework: Vec<Framework>,
}

impl RuleFilter {
    /// Whether the rule is one of those meant.
    pub(crate) fn takes(&self, rule: &RuleInfo) -> bool {
        let named = |framework: &Framework| rule.catalogues.of(*framework).next().is_some();
        (self.pack.is_empty() || self.pack.contains(&rule.pack))
            && (self.framework.is_empty() || self.framework.iter().any(named))
    }
}

/// When a command with findings fails.
#[derive(Debug, Args)]
pub(crate) struct Gate {
    /// Exit with 1 when a threat of at least this severity is open, disputed or past its acceptance.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
}

/// What `cairn rules` understands.
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Show a rule in full.
    Show {
        /// The rule's id.
        id: String,
    },
    /// Run the examples that the rules carry.
    Test {
        /// Also leave out and turn round what each example that fires says, and list what makes no difference.
        #[arg(long)]
        mutations: bool,
    },
    /// Write a reference page for each rule.
    Docs {
        /// The folder. Pages of rules that are no more are removed.
        dir: PathBuf,
    },
}

fn date(text: &str) -> Result<Date, String> {
    (text.len() == "YYYY-MM-DD".len())
        .then(|| Date::parse(text))
        .flatten()
        .ok_or_else(|| "expected a date such as `2026-03-01`".to_owned())
}

fn severity(text: &str) -> Result<Severity, String> {
    let all = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    one_of(text, &all, Severity::as_str)
}

fn status(text: &str) -> Result<ThreatStatus, String> {
    one_of(text, &ThreatStatus::ALL, ThreatStatus::as_str)
}

fn pack(text: &str) -> Result<Pack, String> {
    one_of(text, &Pack::ALL, Pack::as_str)
}

fn framework(text: &str) -> Result<Framework, String> {
    one_of(text, Framework::ALL, Framework::as_str)
}

fn one_of<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|it| name(*it) == text);
    found.ok_or_else(|| format!("expected one of {}", all.iter().map(|it| name(*it)).collect::<Vec<_>>().join(", ")))
}
