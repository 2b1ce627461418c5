//! The system and its threats to paths of attack.
mod attacker;
mod capability;
mod derive;
mod effects;
mod gate;
mod graph;
mod nodes;
mod rule;
mod words;
mod reach;
mod search;
mod goal;
mod path;
mod analysis;
pub use attacker::*;
pub use graph::CapabilityGraph;
pub use analysis::*;
