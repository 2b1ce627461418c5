//! What is changed on trial: controls that fail, assumptions that are wrong, controls that are not there yet.
//!
//! A change is never a claim. [`Change::applied`] gives a model of its own that is looked at and thrown away.

use std::collections::BTreeSet;

use cairn_model::{Assumption, Control, ControlType, ElementId, Status, System, Term as _};

/// A change of the model on trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Controls that are taken not to be there.
    pub failed: BTreeSet<ElementId>,
    /// Assumptions that are taken to be wrong.
    pub wrong: BTreeSet<ElementId>,
    /// Controls that are taken to be there.
    pub added: Vec<AddedControl>,
}

/// A control that no document speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddedControl {
    /// Its family.
    pub control_type: ControlType,
    /// What it protects.
    pub on: ElementId,
    /// How.
    pub mechanism: Option<String>,
}

impl AddedControl {
    /// The id under which it stands in a model on trial; no control of documents has one like it.
    pub fn id(&self) -> ElementId {
        let mechanism = self.mechanism.as_deref().unwrap_or_default();
        ElementId::hashed("hypothetical", &[self.control_type.as_str(), self.on.as_str(), mechanism])
    }
}

impl Change {
    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The model as it would be. Nothing in it that was changed may be shown as a document's word.
    #[must_use]
    pub fn applied(&self, system: &System) -> System {
        let (controls, assumptions) = self.applied_to(&system.controls, &system.assumptions);
        System { controls, assumptions, ..system.clone() }
    }

    /// The controls and assumptions as they would be: all of a model that a change changes.
    #[must_use]
    pub fn applied_to(&self, controls: &[Control], assumptions: &[Assumption]) -> (Vec<Control>, Vec<Assumption>) {
        let mut controls = controls.to_vec();
        for control in controls.iter_mut().filter(|it| self.failed.contains(&it.id)) {
            control.status = Status::Absent;
        }
        let mut assumptions = assumptions.to_vec();
        for assumption in assumptions.iter_mut().filter(|it| self.wrong.contains(&it.id)) {
            assumption.status = Status::Absent;
        }
        controls.extend(self.added.iter().map(|it| Control {
            id: it.id(),
            control_type: it.control_type,
            mechanism: it.mechanism.clone(),
            on: vec![it.on.clone()],
            status: Status::Implemented,
            evidence: Vec::new(),
        }));
        controls.sort_by(|one, other| one.id.cmp(&other.id));
        (controls, assumptions)
    }
}
