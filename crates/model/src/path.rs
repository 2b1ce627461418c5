//! Paths of attack: from where an attacker starts to something worth having, hop by hop, each hop with what it rests on.

use crate::{Citation, ControlType, ElementId, Status, Truth};

/// A way of an attacker to a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttackPath {
    /// `path-` and a hash of goal and hops.
    pub id: ElementId,
    /// The attackers who can go it, by id of their profile, sorted.
    pub attackers: Vec<String>,
    /// The first element that the attacker gets a hold of.
    pub entry: ElementId,
    /// The element at the end.
    pub target: ElementId,
    /// What the attacker has there in the end: `read`, `write`, `deny` …
    pub gains: String,
    /// What is lost at the end of the same hops: the path's own goal first.
    pub goals: Vec<Goal>,
    /// The hops in the order in which they are taken; what a hop needs stands before it.
    pub hops: Vec<Hop>,
    /// The weakest truth of its hops: only a path whose every hop is stated is true.
    pub truth: Truth,
    /// How pressing, in tenths from 0 to 100.
    pub score_tenths: u16,
    /// How many ways of other attackers to the same goals this one stands for.
    pub variants: usize,
}

/// Something worth having.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Goal {
    /// The element.
    pub element: ElementId,
    /// What the attacker has there: `read`, `write`, `deny` …
    pub gains: String,
    /// Why it is worth having, as a sentence.
    pub why: String,
    /// What it is worth, from 1 to 4.
    pub worth: u8,
    /// What states its worth.
    pub evidence: Vec<Citation>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The element that the step is taken from.
    pub from: ElementId,
    /// Further elements that the step needs a hold of.
    pub also: Vec<ElementId>,
    /// The element that it leads to.
    pub to: ElementId,
    /// What the attacker has there afterwards: `reach`, `call`, `exec` …
    pub gains: String,
    /// The kind of step, `P-01` to `P-30`.
    pub rule: String,
    /// How the step is taken, as a sentence.
    pub means: String,
    /// Whether the documents say that it can be taken.
    pub truth: Truth,
    /// Where they say so; of an unknown step, what it hangs on.
    pub evidence: Vec<Citation>,
    /// What to ask while the step is unknown.
    pub questions: Vec<String>,
    /// What would stop the step.
    pub broken_by: Vec<Breaker>,
    /// The threat that the step makes use of.
    pub threat: Option<ElementId>,
}

/// Something that stops a step, or would if it were there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breaker {
    /// The control that the documents speak of; `None` for one that nobody speaks of.
    pub control: Option<ElementId>,
    /// Its family.
    pub control_type: ControlType,
    /// What it protects.
    pub on: ElementId,
    /// What the documents say of it; `None` when they do not speak of it.
    pub status: Option<Status>,
    /// Where they do.
    pub evidence: Vec<Citation>,
}
