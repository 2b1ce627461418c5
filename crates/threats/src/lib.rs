//! The system to threats: rules as data, conditions in three-valued logic, explanations with citations.
//!
//! A rule is one TOML file in `config/rules/`. `load` checks it, `condition` is its language, `derive` applies it, `rederive` again where a change of controls can make a difference:
//! `evaluate` decides whether its premises hold, `answers` which control answers it, `statements` whether somebody
//! accepted it or took it for granted, `severity` how bad it is. `example` runs the examples that every rule carries.
//!
//! Paths of attack through several elements are not derived here, and neither are gaps in the documents themselves.

mod derive;
mod example;
pub mod notation;
mod rederive;
mod ruleset;

mod change;

mod catalogues;
mod error;
mod load;
mod rule;
mod severity;

mod answers;
mod evaluate;
mod explain;
mod factors;
mod grammar;
mod group;
mod outlook;
mod page;
mod statements;

mod attributes;
mod condition;
mod graph;
mod key;
mod template;

pub use catalogues::{Catalogues, Framework, Linddun};
pub use change::{Excluded, RuleChange};
pub use condition::vocabulary::SubjectKind;
pub use derive::{Derived, derive, derive_all};
pub use error::RuleError;
pub use example::{Case, ExampleOutcome, Mutated, Mutation, mutations, run_examples, statuses};
pub use group::{Cause, ThreatGroup, group};
pub use outlook::outlook;
pub use page::pages;
pub use rederive::{Derivation, Rederived};
pub use rule::{Maturity, Pack, RuleInfo};
pub use ruleset::{RuleSet, shipped_files as shipped_rules};
pub use severity::{Impact, Likelihood};
