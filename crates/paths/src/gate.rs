//! What stands between a step and its end: controls of the families that would stop it, on the elements where they would.
//!
//! An implemented control closes a gate and the step is not taken. A planned or absent one leaves it open, as documents say; an
//! assumed one, or one that nobody confirmed, leaves it open by assumption; and where nothing is written it is unknown whether the
//! gate is open. So a control that is added can only close gates, and one that is taken away can only open them.

use std::collections::BTreeMap;

use cairn_model::{
    Assumption, Breaker, Citation, Control, ControlType, DocumentId, ElementId, Status, System, Term as _, Trust,
};

use crate::capability::Grade;
use crate::change::{AddedControl, Change};
use crate::words::{self, List, WORDS};

/// Position of a gate in the graph.
pub(crate) type GateIndex = u32;

/// Kinds of gate: which controls close it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GateKind {
    Authentication,
    /// A path that is said to be open: only what is said of the path itself counts.
    OpenPath,
    Authorization,
    NetworkIsolation,
    /// Only from named places the part can be reached.
    NetworkEntry,
    TenantIsolation,
    /// Messages are checked before they are acted upon.
    MessageCheck,
    /// Events bear a signature.
    Signature,
    /// What is loaded is checked.
    Provenance,
    Encryption,
    /// What is kept is of no use without a key that documents name.
    Keyed,
    Recovery,
    SecondFactor,
    PhishingResistant,
    /// A person looks at it first.
    Approval,
    /// What keeps content from steering an agent.
    AgentFence,
    ProcessIsolation,
    /// A third party is what it says it is. No control of ours closes it: it is taken for granted, until documents say otherwise.
    Trustworthy,
}

impl GateKind {
    /// The families that close it, the one to ask for first.
    pub(crate) const fn families(self) -> &'static [ControlType] {
        match self {
            Self::Authentication | Self::OpenPath | Self::SecondFactor | Self::PhishingResistant => {
                &[ControlType::Authentication]
            }
            Self::Authorization => &[ControlType::Authorization, ControlType::LeastPrivilege],
            Self::NetworkIsolation | Self::NetworkEntry => &[ControlType::NetworkIsolation],
            Self::TenantIsolation => &[ControlType::TenantIsolation],
            Self::MessageCheck => &[ControlType::Integrity, ControlType::InputValidation, ControlType::Authentication],
            Self::Provenance | Self::Signature => &[ControlType::Integrity],
            Self::Encryption | Self::Keyed => &[ControlType::EncryptionAtRest],
            Self::Recovery => &[ControlType::Backup],
            Self::Approval => &[ControlType::HumanApproval],
            Self::AgentFence => {
                &[ControlType::HumanApproval, ControlType::InputValidation, ControlType::OutputFiltering]
            }
            Self::ProcessIsolation => &[ControlType::ProcessIsolation, ControlType::Hardening],
            Self::Trustworthy => &[],
        }
    }

    /// The words of which the mechanism must have one.
    fn words(self) -> Option<&'static List> {
        match self {
            Self::NetworkEntry => Some(&WORDS.mechanisms.network_entry),
            Self::SecondFactor => Some(&WORDS.mechanisms.second_factor),
            Self::PhishingResistant => Some(&WORDS.mechanisms.phishing_resistant),
            _ => None,
        }
    }

    /// Whether only the nearest place counts, and not what is around it.
    pub(crate) const fn is_only_nearest(self) -> bool {
        matches!(self, Self::OpenPath | Self::Trustworthy)
    }

    /// Whether silence leaves the step as sure as it is, because what it rests on was said of a part without such a control.
    const fn is_open_by_silence(self) -> bool {
        matches!(self, Self::NetworkEntry | Self::Keyed)
    }

    /// Whether silence means that it is taken for granted to be closed.
    const fn is_assumed_by_silence(self) -> bool {
        matches!(self, Self::Trustworthy)
    }

    /// The question while nobody says whether the gate is closed. `on` is where a control would stand.
    pub(crate) fn question(self, from: &str, to: &str, on: &str) -> String {
        match self {
            Self::Authentication | Self::OpenPath => format!("How does {to} find out who calls it?"),
            Self::Authorization => format!("What does {on} check before it gives a caller what it asks for?"),
            Self::NetworkIsolation => format!("What keeps connections from within {from} away from {to}?"),
            Self::NetworkEntry => format!("From where can {to} be reached?"),
            Self::TenantIsolation => format!("What keeps the data of one tenant of {on} from the others?"),
            Self::MessageCheck => format!("What does {to} check of what comes from {from} before it acts on it?"),
            Self::Signature => format!("What shows {to} that an event comes from whom it should?"),
            Self::Provenance => format!("What shows {to} that what it takes from {from} was not changed?"),
            Self::Encryption | Self::Keyed => format!("Is what {from} keeps encrypted, and who has the key?"),
            Self::Recovery => format!("From what could {to} be restored?"),
            Self::SecondFactor => format!("Which second factor does {to} ask for?"),
            Self::PhishingResistant => format!("Could somebody who talks {to} out of a password sign in with it?"),
            Self::Approval => format!("Who looks at what {from} does to {to} before it takes effect?"),
            Self::AgentFence => format!("What keeps words in what {to} reads from being followed as orders?"),
            Self::ProcessIsolation => format!("What keeps code in {from} from {to}?"),
            Self::Trustworthy => format!("What if {to} were in the wrong hands: who would notice, and how?"),
        }
    }
}

/// Whether a gate is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// An implemented control stops the step.
    Closed,
    /// Documents say that nothing stops it, now or at all.
    Open,
    /// It is taken for granted that something does.
    Assumed,
    /// No document says, or they disagree.
    Unknown,
}

impl State {
    /// How sure a step through the gate is; `None` when it cannot be taken.
    pub(crate) const fn grade(self) -> Option<Grade> {
        match self {
            Self::Closed => None,
            Self::Open => Some(Grade::Stated),
            Self::Assumed => Some(Grade::Assumed),
            Self::Unknown => Some(Grade::Unknown),
        }
    }
}

/// A gate with everything that documents say of it.
#[derive(Debug)]
pub(crate) struct Gate<'a> {
    pub(crate) kind: GateKind,
    /// Where a control would stand, the nearest place first.
    pub(crate) on: &'a ElementId,
    pub(crate) state: State,
    /// Everywhere a control would stand.
    pub(crate) places: Vec<&'a ElementId>,
    /// Whether sources disagree about it.
    pub(crate) disputed: bool,
    /// Controls that documents speak of, whatever they say, each with what its word is worth.
    pub(crate) controls: Vec<(&'a Control, Status)>,
    /// What an attribute of the element itself says, and whether it closes the gate.
    pub(crate) attribute: Option<(bool, &'a [Citation])>,
    /// Assumptions that stand in for a control.
    pub(crate) assumptions: Vec<&'a Assumption>,
}

impl Gate<'_> {
    /// The state of the gate after a change on trial.
    pub(crate) fn state_when(&self, change: &Change) -> State {
        let standing = self
            .controls
            .iter()
            .map(|(control, standing)| if change.failed.contains(&control.id) { Status::Absent } else { *standing });
        let added = change.added.iter().filter(|it| self.is_met_by(it)).map(|_| Status::Implemented);
        let said: Vec<Status> = standing.chain(added).collect();
        let says = |status: Status| said.contains(&status);
        let holds = |it: &&&Assumption| it.status != Status::Absent && !change.wrong.contains(&it.id);
        let assumed = self.assumptions.iter().filter(holds).count();
        if self.disputed {
            State::Unknown
        } else if self.attribute.is_some_and(|(closes, _)| closes) || says(Status::Implemented) {
            State::Closed
        } else if says(Status::Assumed) || says(Status::Deprecated) || assumed > 0 && said.is_empty() {
            State::Assumed
        } else if !said.is_empty()
            || self.attribute.is_some()
            || !self.assumptions.is_empty()
            || self.kind.is_open_by_silence()
        {
            State::Open
        } else if self.kind.is_assumed_by_silence() {
            State::Assumed
        } else {
            State::Unknown
        }
    }

    fn is_met_by(&self, added: &AddedControl) -> bool {
        let mechanism = added.mechanism.as_deref().unwrap_or_default();
        self.kind.families().contains(&added.control_type)
            && self.places.iter().any(|place| **place == added.on)
            && self.kind.words().is_none_or(|list| words::has(mechanism, list))
    }

    /// The citations that leave the gate open.
    pub(crate) fn open_by(&self) -> impl Iterator<Item = &Citation> {
        let controls = self.controls.iter().filter(|(it, _)| it.status != Status::Implemented);
        let controls = controls.flat_map(|(it, _)| &it.evidence);
        let attribute = self.attribute.filter(|(closes, _)| !closes).map(|(_, evidence)| evidence);
        let assumptions = self.assumptions.iter().flat_map(|it| &it.evidence);
        controls.chain(attribute.into_iter().flatten()).chain(assumptions)
    }

    /// What closes the gate, or would: what documents speak of, or else the family to ask for.
    pub(crate) fn breakers(&self) -> Vec<Breaker> {
        let spoken = self.controls.iter().map(|(it, _)| Breaker {
            control: Some(it.id.clone()),
            control_type: it.control_type,
            on: self.on.clone(),
            status: Some(it.status),
            evidence: it.evidence.clone(),
        });
        let by_attribute = self.attribute.filter(|(closes, _)| *closes).into_iter().filter_map(|(_, evidence)| {
            let breaker = |control_type: &ControlType| Breaker {
                control: None,
                control_type: *control_type,
                on: self.on.clone(),
                status: Some(Status::Implemented),
                evidence: evidence.to_vec(),
            };
            self.kind.families().first().map(breaker)
        });
        let mut found: Vec<Breaker> = spoken.chain(by_attribute).collect();
        if found.is_empty() {
            let wanted = self.kind.families().first();
            found.extend(wanted.map(|control_type| Breaker {
                control: None,
                control_type: *control_type,
                on: self.on.clone(),
                status: None,
                evidence: Vec::new(),
            }));
        }
        found.sort();
        found.dedup();
        found
    }
}

/// What documents say of controls, by element, for building gates.
#[derive(Debug, Default)]
pub(crate) struct Controls<'a> {
    on: BTreeMap<&'a ElementId, Vec<&'a Control>>,
    assumptions: BTreeMap<&'a ElementId, Vec<&'a Assumption>>,
    /// Elements and attributes about which sources disagree.
    disputed: BTreeMap<&'a ElementId, Vec<&'a str>>,
    asserting: Vec<&'a DocumentId>,
}

impl<'a> Controls<'a> {
    pub(crate) fn of(system: &'a System) -> Self {
        let mut controls = Self::default();
        let mut all: Vec<&Control> = system.controls.iter().collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        for control in all {
            for on in &control.on {
                controls.on.entry(on).or_default().push(control);
            }
        }
        for assumption in &system.assumptions {
            for about in &assumption.about {
                controls.assumptions.entry(about).or_default().push(assumption);
            }
        }
        for conflict in system.conflicts.iter().filter(|it| it.resolution.is_none()) {
            controls.disputed.entry(&conflict.subject).or_default().push(&conflict.attribute);
        }
        let asserting = system.documents.iter().filter(|it| it.trust == Trust::Asserts);
        controls.asserting = asserting.map(|it| &it.id).collect();
        controls.asserting.sort();
        controls
    }

    /// The gate of a kind at some places. `attribute` is what the element itself says: whether it closes the gate, and where.
    pub(crate) fn gate(
        &self,
        kind: GateKind,
        on: &'a ElementId,
        places: &[&'a ElementId],
        attribute: Option<(bool, &'a [Citation])>,
    ) -> Gate<'a> {
        let mut controls: Vec<&'a Control> = Vec::new();
        let mut assumptions: Vec<&Assumption> = Vec::new();
        let mut disputed = false;
        for place in places {
            let here = self.on.get(place).into_iter().flatten().copied();
            controls.extend(here.filter(|it| kind.families().contains(&it.control_type) && is_meant(it, kind.words())));
            let here = self.assumptions.get(place).into_iter().flatten().copied();
            assumptions.extend(here.filter(|it| speaks_of(&it.statement, kind)));
            let attributes = self.disputed.get(place).into_iter().flatten();
            disputed |= attributes.copied().any(|it| kind.families().iter().any(|family| family.as_str() == it));
        }
        controls.sort_by(|one, other| one.id.cmp(&other.id));
        controls.dedup_by(|one, other| one.id == other.id);
        assumptions.sort_by(|one, other| one.id.cmp(&other.id));
        assumptions.dedup_by(|one, other| one.id == other.id);
        let controls = controls.into_iter().map(|it| (it, self.standing(it))).collect();
        let places = places.to_vec();
        let state = State::Unknown;
        let mut gate = Gate { kind, on, state, places, disputed, controls, attribute, assumptions };
        gate.state = gate.state_when(&Change::default());
        gate
    }

    /// The control's status, but a control that nothing else than asserting documents tell of is only assumed.
    fn standing(&self, control: &Control) -> Status {
        let is_asserted = |it: &Citation| self.asserting.binary_search(&&it.document).is_ok();
        let only_asserted = !control.evidence.is_empty() && control.evidence.iter().all(is_asserted);
        if control.status == Status::Implemented && only_asserted { Status::Assumed } else { control.status }
    }
}

fn is_meant(control: &Control, list: Option<&List>) -> bool {
    let Some(list) = list else { return true };
    let quotes = control.evidence.iter().map(|citation| citation.quote.as_str());
    control.mechanism.as_deref().into_iter().chain(quotes).any(|text| words::has(text, list))
}

/// Whether an assumption about the place is about what the gate does: it has a word of one of its families.
fn speaks_of(statement: &str, kind: GateKind) -> bool {
    if kind == GateKind::Trustworthy {
        return words::has(statement, &WORDS.trust.trusted);
    }
    let said = words::of(statement);
    let mut wanted = kind.families().iter().flat_map(|family| family.as_str().split('_'));
    wanted.any(|word| word.len() > 3 && said.iter().any(|it| it.starts_with(stem(word))))
}

/// The part of a family's word that its other forms share: `authentication` and `authenticated`.
fn stem(word: &str) -> &str {
    word.get(..word.len().min(8)).unwrap_or(word)
}
