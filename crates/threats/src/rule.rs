//! A rule as it is applied: metadata for people, conditions for the engine.

use cairn_model::{ControlType, Stride};
use serde::Deserialize;

use crate::catalogues::Catalogues;
use crate::condition::vocabulary::{Relation, SubjectKind};
use crate::condition::{Condition, Phrase};
use crate::error::RuleError;
use crate::example::Example;
use crate::factors::Aspect;
use crate::severity::{Impact, Likelihood, Points};
use crate::template::Template;

/// A rule's public description, for listings, filters and reference pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Names the bad pattern.
    pub id: String,
    /// The threat in one sentence, with places such as `{subject}`.
    pub title: String,
    /// The field it belongs to.
    pub pack: Pack,
    /// What it is about.
    pub subject: SubjectKind,
    /// STRIDE categories, in STRIDE's order.
    pub stride: Vec<Stride>,
    /// CWE number.
    pub cwe: Option<u32>,
    /// Entries of the catalogues that have a field of their own.
    pub catalogues: Catalogues,
    /// Further references, as written.
    pub references: Vec<String>,
    /// Why it matters.
    pub rationale: String,
    /// What to do.
    pub remediation: String,
    /// What doing it costs.
    pub trade_off: Option<String>,
    /// How likely the threat is before raises.
    pub likelihood: Likelihood,
    /// How bad it is before raises.
    pub impact: Impact,
    /// Families of controls that answer it.
    pub answered_by: Vec<ControlType>,
    /// Whether it has proven itself.
    pub maturity: Maturity,
    /// The version that introduced it.
    pub since: String,
    /// The file it was read from.
    pub file: String,
}

/// The field of a rule; a filter for those who review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pack {
    /// Holds for any system.
    General,
    /// Web applications and their interfaces.
    Web,
    /// Cloud accounts and deployment.
    Cloud,
    /// Kubernetes.
    Kubernetes,
    /// Data about people.
    Privacy,
    /// Language models and agents.
    Ai,
    /// What builds and delivers: pipelines, dependencies, artifacts.
    Pipeline,
    /// Who is who, and who trusts whom.
    Identity,
}

impl Pack {
    /// All packs.
    pub const ALL: [Self; 8] = [
        Self::General,
        Self::Web,
        Self::Cloud,
        Self::Kubernetes,
        Self::Privacy,
        Self::Ai,
        Self::Pipeline,
        Self::Identity,
    ];

    /// The name used in rule files and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Web => "web",
            Self::Cloud => "cloud",
            Self::Kubernetes => "kubernetes",
            Self::Privacy => "privacy",
            Self::Ai => "ai",
            Self::Pipeline => "pipeline",
            Self::Identity => "identity",
        }
    }
}

/// Whether a rule has proven itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maturity {
    /// New: its findings may still change.
    Preview,
    /// In use.
    Stable,
}

impl Maturity {
    /// The name used in rule files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Stable => "stable",
        }
    }
}

/// A checked rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) info: RuleInfo,
    pub(crate) title: Template,
    pub(crate) question: Template,
    pub(crate) statement: Option<Grammar>,
    pub(crate) silence: Silence,
    pub(crate) premises: Vec<RulePremise>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) raises: Vec<Raise>,
    /// Phrases by which an accepted risk or an assumption is recognised as one about this rule.
    pub(crate) topics: Vec<Phrase>,
    /// The subject is an acceptance, and its own: the threat is what is lived with.
    pub(crate) is_own_acceptance: bool,
    /// Broader rules that say nothing new where this one is met.
    pub(crate) refines: Vec<Broader>,
    pub(crate) examples: Vec<Example>,
}

impl Rule {
    /// The rule with one of its premises turned into its opposite.
    pub(crate) fn with_flipped(&self, position: usize) -> Self {
        let mut flipped = self.clone();
        if let Some(premise) = flipped.premises.get_mut(position) {
            premise.when = Condition::Not(Box::new(premise.when.clone()));
        }
        flipped
    }

    /// Whether a premise or a raise of the rule looks at this by itself.
    pub(crate) fn looks_at(&self, aspect: Aspect) -> bool {
        let premises = self.premises.iter().map(|premise| &premise.when);
        premises.chain(self.raises.iter().map(|raise| &raise.when)).any(|condition| condition.looks_at(aspect))
    }
}

/// A broader rule, by id.
#[derive(Clone, Debug)]
pub(crate) struct Broader {
    pub(crate) written: String,
    /// What to say when there is no such rule; only the file's reader knows the place.
    pub(crate) unknown: RuleError,
}

/// The sentence of a threat by its parts: who, from where, does what, with which effect.
#[derive(Clone, Debug)]
pub(crate) struct Grammar {
    pub(crate) who: Template,
    pub(crate) does: Template,
    pub(crate) effect: Template,
}

/// One premise of a rule.
#[derive(Clone, Debug)]
pub(crate) struct RulePremise {
    pub(crate) say: Template,
    pub(crate) when: Condition,
    /// The condition as the rule has it.
    pub(crate) written: String,
    /// Must be true before silence about the others is worth a question.
    pub(crate) anchor: bool,
    pub(crate) ask: Option<Template>,
}

/// What answers a threat.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A control of one of these families on one of these elements.
    /// Where phrases are given, only those count whose mechanism or quote has one.
    Control { types: Vec<ControlType>, on: Vec<Scope>, mechanism: Vec<Phrase> },
    /// An attribute of the element itself: true answers, false is a stated absence.
    Attribute { say: Template, when: Condition },
}

/// Where an answering control may be, seen from the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    Subject,
    Source,
    Target,
    Component,
    Data,
    /// The boundaries around the subject, its component or its target.
    Boundary,
    About,
}

impl Scope {
    /// The name used in rule files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Source => "source",
            Self::Target => "target",
            Self::Component => "component",
            Self::Data => "data",
            Self::Boundary => "boundary",
            Self::About => "about",
        }
    }

    /// The relation to follow, where the scope is one.
    pub(crate) const fn relation(self) -> Option<Relation> {
        match self {
            Self::Source => Some(Relation::Source),
            Self::Target => Some(Relation::Target),
            Self::Component => Some(Relation::Component),
            Self::Data => Some(Relation::Data),
            Self::About => Some(Relation::About),
            Self::Subject | Self::Boundary => None,
        }
    }
}

/// What silence about the answering controls means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Silence {
    /// A question.
    #[default]
    Unverified,
    /// A finding.
    Open,
}

/// Something that makes a threat worse.
#[derive(Clone, Debug)]
pub(crate) struct Raise {
    pub(crate) say: Template,
    pub(crate) when: Condition,
    pub(crate) points: Points,
}
