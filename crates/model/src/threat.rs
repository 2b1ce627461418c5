//! What the rules derive from the model, with the derivation kept.

use crate::{Citation, ElementId, Ruling, Truth};

/// A threat: one rule met on one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threat {
    /// `thr-` and a hash of rule and subject.
    pub id: ElementId,
    /// The rule's id.
    pub rule: String,
    /// One sentence that names the subject.
    pub title: String,
    /// STRIDE categories, in STRIDE's order.
    pub stride: Vec<Stride>,
    /// CWE number.
    pub cwe: Option<u32>,
    /// Catalogue entries: `OWASP API2:2023`, `CAPEC-94`.
    pub references: Vec<String>,
    /// Who could do what to what, with which effect; what is unknown of it is named so.
    pub statement: String,
    /// The element the rule was met on.
    pub subject: ElementId,
    /// Further elements the threat is about, such as a flow's ends.
    pub about: Vec<ElementId>,
    /// What became of it.
    pub status: ThreatStatus,
    /// How bad.
    pub severity: Severity,
    /// How bad, in tenths from 0 to 100.
    pub score_tenths: u16,
    /// Why, in order.
    pub explanation: Vec<Premise>,
    /// What to ask while premises or controls are unknown.
    pub questions: Vec<String>,
    /// What to do.
    pub remediation: String,
    /// What a person decided about it, beside what the rules found.
    pub ruling: Option<Ruling>,
}

/// One step of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Premise {
    /// What the sentence is in the explanation.
    pub role: PremiseRole,
    /// A sentence.
    pub premise: String,
    /// Whether the documents say so.
    pub truth: Truth,
    /// Where they say so, or the opposite; empty only when unknown.
    pub evidence: Vec<Citation>,
}

/// What a sentence is in an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PremiseRole {
    /// A part of the rule's condition.
    Condition,
    /// A control or statement that was considered as an answer.
    Control,
    /// An acceptance of the risk.
    Acceptance,
    /// A factor of the severity.
    Severity,
}

impl PremiseRole {
    /// The name used in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Control => "control",
            Self::Acceptance => "acceptance",
            Self::Severity => "severity",
        }
    }
}

/// The STRIDE categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stride {
    /// S.
    Spoofing,
    /// T.
    Tampering,
    /// R.
    Repudiation,
    /// I.
    InformationDisclosure,
    /// D.
    DenialOfService,
    /// E.
    ElevationOfPrivilege,
}

impl Stride {
    /// All categories in STRIDE's order.
    pub const ALL: [Self; 6] = [
        Self::Spoofing,
        Self::Tampering,
        Self::Repudiation,
        Self::InformationDisclosure,
        Self::DenialOfService,
        Self::ElevationOfPrivilege,
    ];

    /// The category's short form: `S`, `T`, `R`, `ID`, `D`, `E`.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Spoofing => "S",
            Self::Tampering => "T",
            Self::Repudiation => "R",
            Self::InformationDisclosure => "ID",
            Self::DenialOfService => "D",
            Self::ElevationOfPrivilege => "E",
        }
    }
}

/// What became of a threat (section 4 of the claim contract).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThreatStatus {
    /// Its condition holds by citation and no control answers it.
    Open,
    /// Sources conflict about a premise that decides.
    Disputed,
    /// An accepted risk covers it, but its time is over.
    AcceptanceExpired,
    /// Its condition holds, and whether a control answers it is unknown.
    Unverified,
    /// Only an assumption answers it.
    Assumed,
    /// Only a planned control answers it.
    Planned,
    /// An accepted risk covers it.
    Accepted,
    /// An implemented control answers it.
    Mitigated,
}

impl ThreatStatus {
    /// All statuses, most pressing first.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Disputed,
        Self::AcceptanceExpired,
        Self::Unverified,
        Self::Assumed,
        Self::Planned,
        Self::Accepted,
        Self::Mitigated,
    ];

    /// The contract's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Disputed => "disputed",
            Self::AcceptanceExpired => "acceptance_expired",
            Self::Unverified => "unverified",
            Self::Assumed => "assumed",
            Self::Planned => "planned",
            Self::Accepted => "accepted",
            Self::Mitigated => "mitigated",
        }
    }
}

/// How bad a threat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Score below 4.
    Low,
    /// Score from 4 to below 7.
    Medium,
    /// Score from 7 to below 9.
    High,
    /// Score of 9 and more.
    Critical,
}

impl Severity {
    /// The name used in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The band of a score in tenths (CVSS 4.0's qualitative bands).
    pub const fn of_score_tenths(score: u16) -> Self {
        match score {
            90.. => Self::Critical,
            70..=89 => Self::High,
            40..=69 => Self::Medium,
            _ => Self::Low,
        }
    }
}
