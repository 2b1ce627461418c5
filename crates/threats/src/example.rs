//! The examples of a rule: small models that show when it fires, and that are its tests.

use cairn_model::{Date, System, ThreatStatus};
use serde::Deserialize;

use crate::notation;
use crate::rule::Rule;
use crate::ruleset::RuleSet;

/// What an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// The threat is open.
    Fires,
    /// There is no threat.
    DoesNotFire,
    /// The threat is unverified and asks its question.
    Unknown,
    /// The threat is mitigated.
    Mitigated,
    /// The threat is answered by a plan only.
    Planned,
    /// The threat is answered by an assumption only.
    Assumed,
    /// The threat is accepted.
    Accepted,
    /// The threat's acceptance is over.
    AcceptanceExpired,
    /// Sources conflict about the threat.
    Disputed,
}

impl Case {
    /// The name used in rule files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fires => "fires",
            Self::DoesNotFire => "does_not_fire",
            Self::Unknown => "unknown",
            Self::Mitigated => "mitigated",
            Self::Planned => "planned",
            Self::Assumed => "assumed",
            Self::Accepted => "accepted",
            Self::AcceptanceExpired => "acceptance_expired",
            Self::Disputed => "disputed",
        }
    }

    /// The status that the example's threat must have; `None` when there must be no threat.
    pub const fn status(self) -> Option<ThreatStatus> {
        match self {
            Self::Fires => Some(ThreatStatus::Open),
            Self::DoesNotFire => None,
            Self::Unknown => Some(ThreatStatus::Unverified),
            Self::Mitigated => Some(ThreatStatus::Mitigated),
            Self::Planned => Some(ThreatStatus::Planned),
            Self::Assumed => Some(ThreatStatus::Assumed),
            Self::Accepted => Some(ThreatStatus::Accepted),
            Self::AcceptanceExpired => Some(ThreatStatus::AcceptanceExpired),
            Self::Disputed => Some(ThreatStatus::Disputed),
        }
    }
}

/// A small model with the status it must lead to.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) case: Case,
    pub(crate) text: String,
    pub(crate) model: System,
}

/// What became of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleOutcome {
    /// The rule.
    pub rule: String,
    /// What the example is to show.
    pub case: Case,
    /// Its model, in the notation of [`crate::notation`].
    pub model: String,
    /// The statuses of the rule's threats on it, sorted; empty when there is none.
    pub found: Vec<ThreatStatus>,
}

impl ExampleOutcome {
    /// Whether the example shows what it is to show: one threat of its status, or none.
    pub fn passed(&self) -> bool {
        self.found == self.case.status().into_iter().collect::<Vec<_>>()
    }
}

/// The day on which examples are reviewed.
pub(crate) fn review_day() -> Date {
    Date::new(2026, 1, 1).expect("the first of January is a day")
}

/// Runs all examples of all rules. An example runs under its own rule alone.
pub fn run_examples(rules: &RuleSet) -> Vec<ExampleOutcome> {
    let of_rule = |rule: &Rule| -> Vec<ExampleOutcome> {
        let id = &rule.info.id;
        let outcome = |example: &Example| ExampleOutcome {
            rule: id.clone(),
            case: example.case,
            model: example.text.clone(),
            found: statuses_of(rules, rule, &example.model),
        };
        rule.examples.iter().map(outcome).collect()
    };
    rules.all().flat_map(of_rule).collect()
}

/// A change of an example that fires, or of its rule, that the verdict should not survive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// The rule.
    pub rule: String,
    /// What was changed.
    pub change: String,
    /// What the change is of.
    pub of: Mutated,
    /// Whether the verdict changed with it.
    pub is_noticed: bool,
}

/// What a mutation changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutated {
    /// A premise is turned into its opposite.
    Premise,
    /// A line of the example is left out.
    Line,
    /// An attribute of a line is left out.
    Attribute,
}

/// Changes each example that fires in every way there is, one at a time.
pub fn mutations(rules: &RuleSet) -> Vec<Mutation> {
    let mut found = Vec::new();
    for rule in rules.all() {
        for example in rule.examples.iter().filter(|example| example.case == Case::Fires) {
            let before = statuses_of(rules, rule, &example.model);
            let mut note = |of, change: String, after: Option<Vec<ThreatStatus>>| {
                let is_noticed = after.as_ref() != Some(&before);
                found.push(Mutation { rule: rule.info.id.clone(), change, of, is_noticed });
            };
            for (at, premise) in rule.premises.iter().enumerate() {
                let flipped = rule.with_flipped(at);
                let after = statuses_of(rules, &flipped, &example.model);
                note(Mutated::Premise, premise.written.clone(), Some(after));
            }
            for variant in notation::variants(&example.text) {
                let after = notation::parse(&variant.text).ok().map(|system| statuses_of(rules, rule, &system));
                let of = if variant.is_line { Mutated::Line } else { Mutated::Attribute };
                note(of, variant.left_out, after);
            }
        }
    }
    found
}

/// The statuses of the threats that one rule finds in `system` on the day on which examples are reviewed, sorted.
pub fn statuses(rules: &RuleSet, rule: &str, system: &System) -> Vec<ThreatStatus> {
    rules.get(rule).map(|rule| statuses_of(rules, rule, system)).unwrap_or_default()
}

fn statuses_of(rules: &RuleSet, rule: &Rule, system: &System) -> Vec<ThreatStatus> {
    let threats = crate::derive::derive_one(system, rules, rule, review_day());
    let mut statuses: Vec<ThreatStatus> = threats.into_iter().map(|threat| threat.status).collect();
    statuses.sort_unstable();
    statuses
}
