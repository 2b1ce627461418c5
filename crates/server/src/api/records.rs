//! The records of the model as the API gives them. Version 1: a field may be added, none changes its meaning or goes.

use cairn_engine::{Entry, ReadClaim};
use cairn_model::{
    AttackPath, Breaker, Citation, Conflict, Document, Gap, Goal, Hop, Position, Premise, Rejected, Ruling, Stride,
    Term as _, Threat,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::view::{Element, View};

/// A passage that says something: `quote` is the text of the document from byte `start` to byte `end`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceRecord {
    /// The document's id.
    pub document: String,
    /// The document's path.
    pub path: String,
    /// The line that the quote begins in, counted from 1.
    pub line: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The words.
    pub quote: String,
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentRecord {
    /// Its id.
    pub id: String,
    /// Its path: the source's folder, then where it lies in the source.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is to its team.
    pub source_type: String,
    /// The date it gives itself, or of the commit that last changed it.
    #[schema(format = Date)]
    pub modified: Option<String>,
    /// Digest of its bytes.
    pub digest: String,
    /// Its length.
    pub bytes: usize,
    /// How many claims quote it.
    pub claims: usize,
}

/// A document with its text and what is claimed of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentText {
    /// The document.
    pub document: DocumentRecord,
    /// Its text, in which evidence counts bytes.
    pub text: String,
    /// The claims that quote it.
    pub claims: Vec<ClaimRecord>,
}

/// A claim: one statement that passages make about the system.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimRecord {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// What it is about, in a few words.
    pub subject: String,
    /// The statement with its attributes, by the claim contract.
    #[schema(value_type = Object)]
    pub statement: Value,
    /// What the passage says of the thing.
    pub status: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// Who read it.
    pub extractor: String,
    /// Where it is said.
    pub evidence: Vec<EvidenceRecord>,
}

/// A claim that was turned away.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RejectedRecord {
    /// Its kind.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// The quote that failed.
    pub quote: String,
    /// The document that it named.
    pub document: String,
    /// Who made the claim.
    pub extractor: String,
}

/// An element of the model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ElementRecord {
    /// Its id.
    pub id: String,
    /// What it is: `component`, `flow`, `control` …
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// The record of `cairn.model/1`, evidence included.
    #[schema(value_type = Object)]
    pub record: Value,
}

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

/// Sources that disagree about an attribute of an element.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConflictRecord {
    /// Its id.
    pub id: String,
    /// The element, by id.
    pub subject: String,
    /// What people call the element.
    pub subject_label: String,
    /// The attribute.
    pub attribute: String,
    /// What is said.
    pub positions: Vec<PositionRecord>,
    /// What settled it; none while it is open.
    pub resolution: Option<String>,
    /// Threats that hang on the answer, by id.
    pub affects: Vec<String>,
}

/// One side of a conflict.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PositionRecord {
    /// The value as the source gives it.
    pub value: String,
    /// The status under which it is said.
    pub status: String,
    /// Who says so.
    pub evidence: Vec<EvidenceRecord>,
}

/// A question: something that a reviewer needs and no document says, or that documents leave open themselves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuestionRecord {
    /// Its id.
    pub id: String,
    /// `gap` for what nobody wrote down, `open` for what a document leaves open.
    pub kind: String,
    /// The question.
    pub question: String,
    /// The elements it is about, by id.
    pub about: Vec<String>,
    /// A sentence that would answer it.
    pub answer: Option<String>,
    /// Who probably knows.
    pub ask: Option<String>,
    /// Where a document leaves it open.
    pub evidence: Vec<EvidenceRecord>,
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

/// A decision of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionRecord {
    /// Its id.
    pub id: String,
    /// `accept`, `mitigated`, `reject`, `confirm`, `same`, `different` or `set`.
    pub action: String,
    /// The threat, claim or element, by id.
    pub on: Option<String>,
    /// The two names, for `same` and `different`.
    pub names: Vec<String>,
    /// The attribute, for `set`.
    pub attribute: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// What it was about when it was made.
    pub about: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when.
    #[schema(format = Date)]
    pub expires: Option<String>,
    /// Who decided.
    pub by: String,
    /// When.
    #[schema(format = Date)]
    pub decided_on: String,
}

pub(crate) fn evidence(view: &View, citations: &[Citation]) -> Vec<EvidenceRecord> {
    let record = |citation: &Citation| EvidenceRecord {
        document: citation.document.as_str().to_owned(),
        path: view.path_of(&citation.document).to_owned(),
        line: citation.line,
        start: citation.span.start,
        end: citation.span.end,
        quote: citation.quote.to_string(),
    };
    citations.iter().map(record).collect()
}

pub(crate) fn document(view: &View, document: &Document) -> DocumentRecord {
    DocumentRecord {
        id: document.id.as_str().to_owned(),
        path: document.path.clone(),
        title: document.title.clone(),
        source_type: document.source_type.as_str().to_owned(),
        modified: document.modified.map(|date| date.to_string()),
        digest: document.revision.as_str().to_owned(),
        bytes: document.text.len(),
        claims: view.claims_of(&document.id).len(),
    }
}

pub(crate) fn claim(view: &View, claim: &ReadClaim) -> ClaimRecord {
    ClaimRecord {
        id: claim.id.to_string(),
        kind: claim.kind().as_str().to_owned(),
        subject: claim.subject(),
        statement: serde_json::to_value(&claim.statement).expect("a statement serialises"),
        status: claim.status.as_str().to_owned(),
        confidence: f64::from(claim.confidence),
        extractor: claim.extractor.clone(),
        evidence: evidence(view, &claim.evidence),
    }
}

pub(crate) fn rejected(rejected: &Rejected) -> RejectedRecord {
    RejectedRecord {
        kind: rejected.kind.as_str().to_owned(),
        reason: rejected.reason.as_str().to_owned(),
        quote: rejected.quote.clone(),
        document: rejected.document.as_str().to_owned(),
        extractor: rejected.extractor.clone(),
    }
}

pub(crate) fn element(element: &Element) -> ElementRecord {
    ElementRecord {
        id: element.id.clone(),
        kind: element.kind.to_owned(),
        label: element.label.clone(),
        record: element.record(),
    }
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

pub(crate) fn conflict(view: &View, conflict: &Conflict) -> ConflictRecord {
    let position = |position: &Position| PositionRecord {
        value: position.value.clone(),
        status: position.status.as_str().to_owned(),
        evidence: evidence(view, &position.evidence),
    };
    ConflictRecord {
        id: conflict.id.to_string(),
        subject: conflict.subject.to_string(),
        subject_label: view.labels.get(&conflict.subject).to_owned(),
        attribute: conflict.attribute.clone(),
        positions: conflict.positions.iter().map(position).collect(),
        resolution: conflict.resolution.clone(),
        affects: conflict.affects.iter().map(ToString::to_string).collect(),
    }
}

pub(crate) fn gap(gap: &Gap) -> QuestionRecord {
    QuestionRecord {
        id: gap.id.to_string(),
        kind: "gap".to_owned(),
        question: gap.question.clone(),
        about: vec![gap.subject.to_string()],
        answer: Some(gap.answer.clone()).filter(|answer| !answer.is_empty()),
        ask: gap.ask.clone(),
        evidence: Vec::new(),
    }
}

pub(crate) fn open_question(view: &View, question: &cairn_model::Question) -> QuestionRecord {
    QuestionRecord {
        id: question.id.to_string(),
        kind: "open".to_owned(),
        question: question.statement.clone(),
        about: question.about.iter().map(ToString::to_string).collect(),
        answer: None,
        ask: None,
        evidence: evidence(view, &question.evidence),
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

pub(crate) fn decision(entry: &Entry) -> DecisionRecord {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    DecisionRecord {
        id: entry.id.clone(),
        action: entry.action.as_str().to_owned(),
        on: some(&entry.on),
        names: entry.names.clone(),
        attribute: entry.attribute.clone(),
        value: entry.value.clone(),
        about: some(&entry.about),
        owner: entry.owner.clone(),
        reason: entry.reason.clone(),
        expires: entry.expires.clone(),
        by: entry.by.clone(),
        decided_on: entry.decided_on.clone(),
    }
}

pub(crate) fn score(tenths: u16) -> f64 {
    f64::from(tenths) / 10.0
}
