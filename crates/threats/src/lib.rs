//! The system to threats: rules as data, conditions in three-valued logic, explanations with citations.

use cairn_model::{Date, System, Threat};

/// The rules in force, checked.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {}

impl RuleSet {
    /// The rules shipped with the product (`config/rules/`).
    pub fn built_in() -> Self {
        Self::default()
    }
}

/// Applies every rule to every element of its subject kind. `as_of` decides which acceptances have expired.
pub fn derive(system: &System, rules: &RuleSet, as_of: Date) -> Vec<Threat> {
    let _ = (system, rules, as_of);
    Vec::new()
}
