//! Arguments of `search` and `index`.

use clap::{Args, Subcommand, ValueEnum};

/// What `cairn search` understands.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Words, `"phrases"`, `-without`, `begin*`, `mispelt~`, and filters: `kind:adr`, `kind:control`, `path:docs/`,
    /// `component:payments`, `after:2025-01`, `before:2026`, `trust:vouches`.
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
    /// How many hits at most.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// How many of the best to leave out.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
    /// What to go by.
    #[arg(long, value_name = "MODE", default_value = "both")]
    pub(crate) by: SearchBy,
    /// Find claims with their quotes instead of passages.
    #[arg(long)]
    pub(crate) claims: bool,
}

/// What a search goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchBy {
    /// Words and identifiers.
    Words,
    /// Nearness in meaning.
    Meaning,
    /// Both, as `dense_weight` in the settings weighs them.
    Both,
}

/// What `cairn index` understands.
#[derive(Debug, Subcommand)]
pub(crate) enum IndexCommand {
    /// Show how many passages can be found by meaning, and where.
    Status,
    /// Make the vectors that are missing. Can be stopped at any time and goes on where it was.
    Build {
        /// Go on without this terminal.
        #[arg(long)]
        background: bool,
    },
    /// Build the index of words anew from what was scanned, and drop vectors of texts that are gone.
    Rebuild {
        /// Drop all vectors.
        #[arg(long)]
        vectors: bool,
    },
}
