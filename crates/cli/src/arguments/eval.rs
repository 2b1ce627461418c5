//! The arguments of `cairn eval`.

use std::path::PathBuf;

use cairn_model::ClaimKind;
use clap::{Args, Subcommand};

use super::one_of;

/// What `cairn eval` understands.
#[derive(Debug, Subcommand)]
pub(crate) enum Eval {
    /// Measure the quote check on a set of quotes.
    Quotes {
        /// The folder with the set.
        dir: PathBuf,
    },
    /// Score what is read in documents, or an export of it, against gold claims.
    Claims(EvalClaims),
    /// Count threats, by evidence and by part of the system, and what of known threats they cover.
    Threats(EvalThreats),
    /// Explain why a gold claim is missed or an element is wrong, and what was predicted near.
    ShowOne(EvalShowOne),
    /// Print claims with their quotes, spread over the documents, to be checked by hand.
    Sample {
        /// The folder with the documents.
        #[arg(long, value_name = "DIR")]
        docs: PathBuf,
        /// How many of each kind at most.
        #[arg(long, value_name = "N", default_value_t = 10)]
        per_kind: usize,
        /// Only this kind.
        #[arg(long, value_name = "KIND", value_parser = kind)]
        kind: Option<String>,
    },
    /// Measure which names are taken for one component, on made-up names and on gold aliases.
    Resolution {
        /// A gold folder, or a folder of such folders.
        #[arg(long, value_name = "DIR")]
        gold: Option<PathBuf>,
    },
    /// Measure how well passages are found, by words, by meaning and by both.
    Retrieval(EvalRetrieval),
    /// Measure how well questions are answered without a language model.
    Questions(EvalQuestions),
    /// Time the passes of the embedded extraction on documents and on copies of them.
    Speed {
        /// The folder with the documents.
        #[arg(long, value_name = "DIR")]
        docs: PathBuf,
        /// Up to how many copies; measured at 1, 2, 4 … and there.
        #[arg(long, value_name = "N", default_value_t = 1)]
        copies: usize,
    },
    /// Add the documents of a folder one after the other in the order of their days, and tell what each changes.
    Replay {
        /// The folder with the documents.
        #[arg(long, value_name = "DIR")]
        docs: PathBuf,
    },
    /// Time scans and a diff on a made-up workspace: the first scan, one that changes nothing, one after an edit, one after a
    /// new name.
    Living {
        /// How many documents.
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        documents: usize,
        /// How long each is.
        #[arg(long, value_name = "BYTES", default_value_t = 10_000)]
        bytes: usize,
    },
    /// Learn from gold claims which names are components, and judge each system by weights that never saw it.
    TrainNames {
        /// A folder of gold folders; may be given again, each time with its `--docs`.
        #[arg(long, value_name = "DIR", required = true)]
        gold: Vec<PathBuf>,
        /// The folder with the documents of each system, `DIR/SYSTEM/docs` or `DIR/SYSTEM`, in the order of `--gold`.
        #[arg(long, value_name = "DIR", required = true)]
        docs: Vec<PathBuf>,
        /// Where to write the weights; without it only the judgement is printed.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// What `cairn eval claims` understands.
#[derive(Debug, Args)]
pub(crate) struct EvalClaims {
    /// The folder with `documents.txt` and `gold.jsonl`, or a folder of such folders. May be repeated.
    #[arg(long, required = true, value_name = "DIR")]
    pub(crate) gold: Vec<PathBuf>,
    /// The folder with the documents; for a folder of systems, `DIR/SYSTEM/docs` or `DIR/SYSTEM`. One for each `--gold`.
    #[arg(long, required = true, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// An export (`export --format json`) to score instead of reading the documents. One for each system.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Vec<PathBuf>,
    /// Take a document for an annotated one only when the whole path is the same, and not when it ends in it.
    #[arg(long)]
    pub(crate) exact_paths: bool,
    /// Write the figures of each system, by exact paths, into `table.txt` in its gold folder.
    #[arg(long)]
    pub(crate) write_tables: bool,
    /// Write the figures of all systems, by exact paths, into one table.
    #[arg(long, value_name = "FILE", conflicts_with = "write_tables")]
    pub(crate) write_table: Option<PathBuf>,
}

/// What `cairn eval threats` understands.
#[derive(Debug, Args)]
pub(crate) struct EvalThreats {
    /// A folder with the documents of a system, or of one system in each folder. May be repeated.
    #[arg(long, required = true, value_name = "DIR")]
    pub(crate) docs: Vec<PathBuf>,
    /// The folder with `threats.jsonl` and `gold.jsonl`, whose claims are imported as they are. One for each `--docs`.
    #[arg(long, value_name = "DIR")]
    pub(crate) gold: Vec<PathBuf>,
    /// Show what became of every known threat.
    #[arg(long)]
    pub(crate) each: bool,
}

/// What `cairn eval retrieval` understands.
#[derive(Debug, Args)]
pub(crate) struct EvalRetrieval {
    /// A folder with the question sets `anthropic-codebases`, `anthropic-docs` and `vaswani`, or some of them.
    #[arg(required_unless_present = "questions")]
    pub(crate) dir: Option<PathBuf>,
    /// A gold folder, or a folder of such folders, with `questions.jsonl`: how many of the passages that answer are found.
    #[arg(long, value_name = "DIR", requires = "docs")]
    pub(crate) questions: Option<PathBuf>,
    /// The folder with the documents; for a folder of systems, `DIR/SYSTEM/docs` or `DIR/SYSTEM`.
    #[arg(long, value_name = "DIR", requires = "questions")]
    pub(crate) docs: Option<PathBuf>,
    /// Try many weights of meaning against words.
    #[arg(long)]
    pub(crate) tune: bool,
    /// Where the vectors are kept for the next run [default: a folder for temporary files].
    #[arg(long, value_name = "DIR")]
    pub(crate) vectors: Option<PathBuf>,
}

/// What `cairn eval questions` understands.
#[derive(Debug, Args)]
pub(crate) struct EvalQuestions {
    /// A gold folder with `questions.jsonl`, or a folder of such folders.
    #[arg(long, value_name = "DIR")]
    pub(crate) gold: PathBuf,
    /// The folder with the documents; for a folder of systems, `DIR/SYSTEM/docs` or `DIR/SYSTEM`.
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: PathBuf,
    /// Only this system. May be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) system: Vec<String>,
    /// Find passages by their words alone.
    #[arg(long)]
    pub(crate) words: bool,
    /// Show every question with its answer.
    #[arg(long)]
    pub(crate) each: bool,
    /// Where the vectors are kept for the next run [default: a folder for temporary files].
    #[arg(long, value_name = "DIR")]
    pub(crate) vectors: Option<PathBuf>,
    /// Write the figures of all systems into a table; times are left out of it.
    #[arg(long, value_name = "FILE")]
    pub(crate) write_table: Option<PathBuf>,
}

/// What `cairn eval show-one` understands.
#[derive(Debug, Args)]
pub(crate) struct EvalShowOne {
    /// The folder with the gold claims.
    #[arg(long, value_name = "DIR")]
    pub(crate) gold: PathBuf,
    /// The folder with the documents.
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: PathBuf,
    /// An export to explain instead of reading the documents.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Only this kind.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub(crate) kind: Option<String>,
    /// Only the gold claim in this line.
    #[arg(long, value_name = "N")]
    pub(crate) line: Option<usize>,
    /// Only claims and elements that contain these words; an element's id is one of them.
    pub(crate) words: Vec<String>,
    /// Only what is missed, wrong or said twice.
    #[arg(long)]
    pub(crate) errors: bool,
    /// How many cases at most.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
}

fn kind(text: &str) -> Result<String, String> {
    one_of(text, &ClaimKind::ALL, ClaimKind::as_str).map(|kind| kind.as_str().to_owned())
}
