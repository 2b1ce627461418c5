//! The arguments of the commands about ways of attack.

use clap::Args;

/// What `cairn paths` understands.
#[derive(Debug, Args)]
pub(crate) struct PathsArguments {
    /// One path in full, by its id or the beginning of it: every hop with its quotes, or as a drawing.
    pub(crate) path: Option<String>,
    /// Only paths to this element, by name or id.
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Option<String>,
    /// Only paths of this attacker, by id of the profile.
    #[arg(long, value_name = "ATTACKER")]
    pub(crate) from: Option<String>,
    /// Only paths whose every hop is stated.
    #[arg(long)]
    pub(crate) certain: bool,
    /// How many paths at most.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// What to do first instead: what each control would cut, and the smallest set that cuts all that can be cut.
    #[arg(long, conflicts_with_all = ["path", "to", "certain"])]
    pub(crate) chokepoints: bool,
    /// The attackers instead: who they are and what they begin with.
    #[arg(long, conflicts_with_all = ["path", "to", "from", "certain", "chokepoints"])]
    pub(crate) attackers: bool,
}

/// What `cairn blast` understands.
#[derive(Debug, Args)]
pub(crate) struct Blast {
    /// The element, by name or id: a component, a vendor, a secret or other data, a boundary, a principal.
    pub(crate) element: String,
    /// Only what stands in it: it is a source of documents or messages, and an attacker writes some of them.
    #[arg(long)]
    pub(crate) content: bool,
    /// How many lost elements at most.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
}

/// What `cairn whatif` understands.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct WhatIf {
    /// Take a claim, control or assumption away, by id or words, or a document, by its path. May be repeated.
    #[arg(long, value_name = "ID|WORDS|PATH")]
    pub(crate) without: Vec<String>,
    /// Suppose a control: `control TYPE on NAME [mechanism]`. May be repeated.
    #[arg(long, value_name = "CONTROL")]
    pub(crate) with: Vec<String>,
    /// Suppose that an element is in the wrong hands, by name or id. May be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) compromise: Vec<String>,
}
