//! What could be done against steps: a control of a family on an element, which closes all gates that ask for it there, or a
//! weakness mended.

use std::collections::BTreeMap;

use cairn_model::{ControlType, ElementId};

use crate::gate::State;
use crate::graph::{CapabilityGraph, Step};
use crate::reach::Trial;

/// Something that could be done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// A control of this family on this element.
    Control {
        /// Its family.
        control_type: ControlType,
        /// What it would protect.
        on: ElementId,
    },
    /// The answer to a threat.
    Mend {
        /// The threat.
        threat: ElementId,
    },
}

/// All that could be done about a graph, as numbers.
#[derive(Debug)]
pub(crate) struct Breakables {
    pub(crate) remedies: Vec<Remedy>,
    /// Which gates and threats each remedy closes.
    gates: Vec<Vec<usize>>,
    threats: Vec<Vec<usize>>,
    of_gate: Vec<Option<usize>>,
    of_threat: Vec<Option<usize>>,
}

impl Breakables {
    /// What could be done about everything that is open now.
    pub(crate) fn of(graph: &CapabilityGraph<'_>, trial: &Trial) -> Self {
        let mut numbers: BTreeMap<Remedy, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, gate) in graph.gates.iter().enumerate() {
            let is_open = trial.states.get(at).is_some_and(|state| *state != State::Closed);
            // Sources that disagree are not settled by one more control.
            if let Some(control_type) = gate.kind.families().first().filter(|_| is_open && !gate.disputed) {
                let remedy = Remedy::Control { control_type: *control_type, on: gate.on.clone() };
                numbers.entry(remedy).or_default().0.push(at);
            }
        }
        for step in &graph.steps {
            let open = step.threat.filter(|at| trial.weak.get(*at as usize).is_some_and(Option::is_some));
            if let Some((at, threat)) = open.and_then(|at| Some((at as usize, graph.threats.get(at as usize)?))) {
                let threats = &mut numbers.entry(Remedy::Mend { threat: threat.id.clone() }).or_default().1;
                if threats.last() != Some(&at) {
                    threats.push(at);
                }
            }
        }
        let mut found = Self {
            remedies: Vec::new(),
            gates: Vec::new(),
            threats: Vec::new(),
            of_gate: vec![None; graph.gates.len()],
            of_threat: vec![None; graph.threats.len()],
        };
        for (number, (remedy, (gates, threats))) in numbers.into_iter().enumerate() {
            mark(&mut found.of_gate, &gates, number);
            mark(&mut found.of_threat, &threats, number);
            found.remedies.push(remedy);
            found.gates.push(gates);
            found.threats.push(threats);
        }
        found
    }

    /// What would break the step.
    pub(crate) fn of_step(&self, step: &Step) -> impl Iterator<Item = usize> {
        let gate = step.gate.and_then(|at| self.of_gate.get(at as usize).copied().flatten());
        let threat = step.threat.and_then(|at| self.of_threat.get(at as usize).copied().flatten());
        gate.into_iter().chain(threat)
    }

    /// The trial with something done.
    pub(crate) fn with(&self, trial: &Trial, done: impl IntoIterator<Item = usize>) -> Trial {
        let mut after = trial.clone();
        for number in done {
            for gate in self.gates.get(number).into_iter().flatten() {
                if let Some(state) = after.states.get_mut(*gate) {
                    *state = State::Closed;
                }
            }
            for threat in self.threats.get(number).into_iter().flatten() {
                if let Some(weak) = after.weak.get_mut(*threat) {
                    *weak = None;
                }
            }
        }
        after
    }
}

fn mark(places: &mut [Option<usize>], at: &[usize], number: usize) {
    for at in at {
        if let Some(place) = places.get_mut(*at) {
            *place = Some(number);
        }
    }
}
