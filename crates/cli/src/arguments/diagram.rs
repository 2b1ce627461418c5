//! What to draw.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// A diagram of the model.
#[derive(Debug, Args)]
pub(crate) struct Diagram {
    /// What is laid over the parts and flows; may be repeated.
    #[arg(long = "layer", value_enum, value_name = "LAYER")]
    pub(crate) layers: Vec<LayerName>,
    /// Only this component and what is near to it, by name or id.
    #[arg(long, value_name = "NAME")]
    pub(crate) focus: Option<String>,
    /// How many flows away from the focus the drawing ends.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "focus")]
    pub(crate) hops: usize,
    /// Write to a file instead of the standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Something that can be laid over.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LayerName {
    /// Which data the flows carry.
    Data,
    /// How the ends of flows prove who they are.
    Authentication,
    /// How flows are encrypted.
    Encryption,
    /// How many threats there are that nothing answers, and how bad the worst is.
    Threats,
    /// What no document says.
    Unknown,
}
