//! Records of threats and of the ways of attack that make use of them.

use cairn_model::{AttackPath, Breaker, Goal, Hop, Premise, Ruling, Stride, Term as _, Threat};
use serde::Serialize;
use utoipa::ToSchema;

use super::{EvidenceRecord, evidence};
use crate::view::View;

/// A threat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThreatRecord {
    /// Its id.
    pub id: String,
    /// The rule that it is derived by.
    pub rule: String,
    /// One sentence.
    pub title: String,
    /// Who could do what to what.
    pub statement: String,
    /// Letters of STRIDE.
    pub stride: Vec<String>,
    /// The number in the Common Weakness Enumeration.
    pub cwe: Option<u32>,
    /// Entries of other catalogues.
    pub references: Vec<String>,
    /// The element that it is met on, by id.
    pub subject: String,
    /// What people call that element.
    pub subject_label: String,
    /// Further elements it is about, by id.
    pub about: Vec<String>,
    /// What the rules found to have become of it.
    pub status: String,
    /// How bad.
    pub severity: String,
    /// How bad, from 0 to 10.
    pub score: f64,
    /// What a person decided, beside the status.
    pub ruling: Option<RulingRecord>,
}

/// A threat with its derivation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThreatExplanation {
    /// The threat.
    pub threat: ThreatRecord,
    /// Why it is one, in order.
    pub explanation: Vec<PremiseRecord>,
    /// What to ask while something is unknown.
    pub questions: Vec<String>,
    /// What to do.
    pub remediation: String,
    /// What would change its status.
    pub would_change: Vec<String>,
}

/// One step of an explanation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PremiseRecord {
    /// `condition`, `control`, `acceptance` or `severity`.
    pub role: String,
    /// A sentence.
    pub premise: String,
    /// `true`, `false` or `unknown`.
    pub truth: String,
    /// Where documents say so, or the opposite.
    pub evidence: Vec<EvidenceRecord>,
}

/// What a person decided about a threat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulingRecord {
    /// The decision's id.
    pub decision: String,
    /// `accepted` or `mitigated`.
    pub kind: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when.
    #[schema(format = Date)]
    pub expires: Option<String>,
    /// Whether it still holds.
    pub in_force: bool,
    /// Who decided.
    pub by: String,
}

/// A way of an attacker to something worth having.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PathRecord {
    /// Its id.
    pub id: String,
    /// Who can go it.
    pub attackers: Vec<String>,
    /// The first element that the attacker gets a hold of.
    pub entry: String,
    /// The element at the end.
    pub target: String,
    /// What the attacker has there in the end.
    pub gains: String,
    /// What is lost.
    pub goals: Vec<GoalRecord>,
    /// The steps.
    pub hops: Vec<HopRecord>,
    /// `true`, `false` or `unknown`: the weakest truth of its steps.
    pub truth: String,
    /// How pressing, from 0 to 10.
    pub score: f64,
}

/// Something worth having.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoalRecord {
    /// The element, by id.
    pub element: String,
    /// What the attacker has there.
    pub gains: String,
    /// Why it is worth having.
    pub why: String,
    /// From 1 to 4.
    pub worth: u8,
}

/// A step of a path.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HopRecord {
    /// From where, by id.
    pub from: String,
    /// To where, by id.
    pub to: String,
    /// What people call that.
    pub to_label: String,
    /// What the attacker has there afterwards.
    pub gains: String,
    /// The kind of step.
    pub rule: String,
    /// How it is taken.
    pub means: String,
    /// Whether documents say that it can be taken.
    pub truth: String,
    /// Where they say so.
    pub evidence: Vec<EvidenceRecord>,
    /// What to ask while it is unknown.
    pub questions: Vec<String>,
    /// What would stop it.
    pub broken_by: Vec<BreakerRecord>,
    /// The threat it makes use of.
    pub threat: Option<String>,
}

/// Something that stops a step, or would.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BreakerRecord {
    /// The control, by id; none for one that nobody speaks of.
    pub control: Option<String>,
    /// Its family.
    pub control_type: String,
    /// What it protects, by id.
    pub on: String,
    /// What documents say of it.
    pub status: Option<String>,
}

pub(crate) fn threat(view: &View, threat: &Threat) -> ThreatRecord {
    ThreatRecord {
        id: threat.id.to_string(),
        rule: threat.rule.clone(),
        title: threat.title.clone(),
        statement: threat.statement.clone(),
        stride: threat.stride.iter().copied().map(Stride::letter).map(str::to_owned).collect(),
        cwe: threat.cwe,
        references: threat.references.clone(),
        subject: threat.subject.to_string(),
        subject_label: view.labels.get(&threat.subject).to_owned(),
        about: threat.about.iter().map(ToString::to_string).collect(),
        status: threat.status.as_str().to_owned(),
        severity: threat.severity.as_str().to_owned(),
        score: score(threat.score_tenths),
        ruling: threat.ruling.as_ref().map(ruling),
    }
}

fn ruling(ruling: &Ruling) -> RulingRecord {
    RulingRecord {
        decision: ruling.id.clone(),
        kind: ruling.kind.as_str().to_owned(),
        owner: ruling.owner.clone(),
        reason: ruling.reason.clone(),
        expires: ruling.expires.map(|date| date.to_string()),
        in_force: ruling.in_force,
        by: ruling.by.clone(),
    }
}

pub(crate) fn premise(view: &View, premise: &Premise) -> PremiseRecord {
    PremiseRecord {
        role: premise.role.as_str().to_owned(),
        premise: premise.premise.clone(),
        truth: premise.truth.as_str().to_owned(),
        evidence: evidence(view, &premise.evidence),
    }
}

pub(crate) fn path(view: &View, path: &AttackPath) -> PathRecord {
    let goal = |goal: &Goal| GoalRecord {
        element: goal.element.to_string(),
        gains: goal.gains.clone(),
        why: goal.why.clone(),
        worth: goal.worth,
    };
    PathRecord {
        id: path.id.to_string(),
        attackers: path.attackers.clone(),
        entry: path.entry.to_string(),
        target: path.target.to_string(),
        gains: path.gains.clone(),
        goals: path.goals.iter().map(goal).collect(),
        hops: path.hops.iter().map(|it| hop(view, it)).collect(),
        truth: path.truth.as_str().to_owned(),
        score: score(path.score_tenths),
    }
}

fn hop(view: &View, hop: &Hop) -> HopRecord {
    let breaker = |breaker: &Breaker| BreakerRecord {
        control: breaker.control.as_ref().map(ToString::to_string),
        control_type: breaker.control_type.as_str().to_owned(),
        on: breaker.on.to_string(),
        status: breaker.status.map(|status| status.as_str().to_owned()),
    };
    HopRecord {
        from: hop.from.to_string(),
        to: hop.to.to_string(),
        to_label: view.labels.get(&hop.to).to_owned(),
        gains: hop.gains.clone(),
        rule: hop.rule.clone(),
        means: hop.means.clone(),
        truth: hop.truth.as_str().to_owned(),
        evidence: evidence(view, &hop.evidence),
        questions: hop.questions.clone(),
        broken_by: hop.broken_by.iter().map(breaker).collect(),
        threat: hop.threat.as_ref().map(ToString::to_string),
    }
}

pub(crate) fn score(tenths: u16) -> f64 {
    f64::from(tenths) / 10.0
}
