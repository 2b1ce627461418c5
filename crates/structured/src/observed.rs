//! Observed behaviour: access logs, traces, service graphs and connection logs, as flows and endpoints that were seen.
//!
//! A record of traffic states the same thing thousands of times. What was seen is gathered first, ids in paths replaced, so
//! that each flow and endpoint is one claim with a few of the lines that show it. Only answers that show that a path is
//! served count. Query strings, addresses of people and statements are never quoted.

mod access;
mod graph;
mod paths;
mod traces;
mod zeek;

use std::collections::BTreeMap;

use cairn_model::{ComponentClaim, Document, EndpointClaim, FlowClaim, Status};

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::tree;

/// Different flows, endpoints and components of one record; more are counted.
const DISTINCT_MAX: usize = 2_000;
/// Occurrences that are quoted for one of them.
const OCCURRENCES_MAX: usize = 3;

/// Reads one record of traffic.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/observed/1");
    let mut seen = Seen::default();
    let start = document.text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) && !start.starts_with("[2") {
        let forest = tree::parse_stream(&document.text);
        for (at, problem) in forest.problems.iter().take(20) {
            facts.not_understood(*at, problem);
        }
        let understood = [
            traces::read(&forest, &mut seen),
            graph::read(&forest, &mut seen),
            zeek::read_json(&forest, &mut seen, &mut facts),
        ];
        if !understood.contains(&true) {
            facts.not_understood(0, "a record of traffic of an unknown kind");
        }
    } else if start.starts_with("#separator") {
        zeek::read_lines(&document.text, &mut seen, &mut facts);
    } else {
        access::read(&document.text, &mut seen, &mut facts);
    }
    seen.claim(&mut facts);
    facts.finish()
}

/// What was seen, each thing once.
#[derive(Default)]
struct Seen {
    components: BTreeMap<ComponentClaim, Vec<Vec<Place>>>,
    flows: BTreeMap<FlowClaim, Vec<Vec<Place>>>,
    endpoints: BTreeMap<EndpointClaim, Vec<Vec<Place>>>,
    beyond: usize,
}

impl Seen {
    fn component(&mut self, claim: ComponentClaim, places: Vec<Place>) {
        note(&mut self.components, &mut self.beyond, claim, places);
    }

    fn flow(&mut self, claim: FlowClaim, places: Vec<Place>) {
        note(&mut self.flows, &mut self.beyond, claim, places);
    }

    fn endpoint(&mut self, claim: EndpointClaim, places: Vec<Place>) {
        note(&mut self.endpoints, &mut self.beyond, claim, places);
    }

    fn claim(self, facts: &mut Facts<'_>) {
        for (claim, places) in self.components {
            facts.component(claim, &places.concat());
        }
        for (claim, places) in self.flows {
            facts.flow(claim, &places.concat());
        }
        for (claim, places) in self.endpoints {
            facts.endpoint(claim, Status::Implemented, &places.concat());
        }
        facts.further_parts(self.beyond);
    }
}

fn note<T: Ord>(known: &mut BTreeMap<T, Vec<Vec<Place>>>, beyond: &mut usize, claim: T, places: Vec<Place>) {
    let room = known.len() < DISTINCT_MAX;
    match known.get_mut(&claim) {
        Some(occurrences) if occurrences.len() < OCCURRENCES_MAX => occurrences.push(places),
        Some(_) => {}
        None if room => drop(known.insert(claim, vec![places])),
        None => *beyond += 1,
    }
}
