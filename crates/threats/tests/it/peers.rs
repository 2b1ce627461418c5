//! Faults of another tool's rules that ours must not share: small models on which it says nothing, or says things twice.

use std::collections::BTreeSet;

use cairn_model::{Threat, ThreatStatus};
use cairn_threats::{RuleSet, derive};

use crate::{model_of, review_day};

fn threats(text: &str) -> Vec<Threat> {
    derive(&model_of(text), &RuleSet::built_in(), review_day())
}

/// Fails when no threat of one of the rules is open.
#[track_caller]
fn is_open(text: &str, rules: &[&str]) {
    let threats = threats(text);
    let found = threats.iter().any(|it| it.status == ThreatStatus::Open && rules.contains(&it.rule.as_str()));
    let all: Vec<_> = threats.iter().map(|it| (it.rule.as_str(), it.status.as_str())).collect();
    assert!(found, "none of {rules:?} is open among {all:?}");
}

const CARDS: &str = "data Cards classification=payment\n";

#[test]
fn confidential_data_in_plain_text_is_reported_whatever_its_integrity_is_worth() {
    let text = "component Shop type=service\ncomponent Ledger type=datastore\nflow Shop -> Ledger data=Cards\n\
                holding Cards in Ledger handling=stores encrypted_at_rest=false\n";
    is_open(&format!("{CARDS}{text}"), &["sensitive-data-at-rest-in-plain-text", "kept-in-the-clear-by-statement"]);
}

#[test]
fn a_store_beside_a_part_that_it_has_no_link_to_is_reported() {
    let text = "component Pages type=service exposure=internet\ncomponent Ledger type=datastore\n\
                holding Cards in Ledger handling=stores\nboundary Hall type=network members=Pages,Ledger\n\
                control network_isolation on=Hall status=absent\n";
    is_open(&format!("{CARDS}{text}"), &["valuable-store-beside-exposed-part"]);
}

#[test]
fn a_caller_outside_of_every_boundary_crosses_the_one_it_calls_into() {
    let text = "component Phone type=client\ncomponent Ledger type=datastore\nboundary Hall type=network members=Ledger\n\
                flow Phone -> Ledger encryption=none\ncontrol authorization on=\"Phone -> Ledger\" status=absent\n";
    is_open(text, &["direct-access-to-datastore"]);
    is_open(text, &["plain-text-across-boundary"]);
}

#[test]
fn a_boundary_within_a_boundary_is_crossed_too() {
    let text = "component Shop type=service\ncomponent Ledger type=datastore\nboundary City type=network members=Shop,Ledger\n\
                boundary Hall type=network members=Ledger\nflow Shop -> Ledger encryption=none\n\
                control authorization on=\"Shop -> Ledger\" status=absent\n";
    is_open(text, &["direct-access-to-datastore"]);
}

#[test]
fn every_threat_has_an_id_of_its_own_and_a_status() {
    let text = "component Runner type=pipeline\ncomponent Shop type=service\ncomponent Ledger type=datastore\n\
                flow Runner -> Shop encryption=none authentication=none\nflow Runner -> Ledger encryption=none authentication=none\n\
                holding Cards in Ledger handling=stores\nholding Cards in Shop handling=processes\n";
    let threats = threats(&format!("{CARDS}{text}"));
    let ids: BTreeSet<_> = threats.iter().map(|it| &it.id).collect();
    assert!(threats.len() > 1);
    assert_eq!(ids.len(), threats.len());
}

#[test]
fn a_balancer_that_spreads_the_load_is_no_bottleneck_by_being_one() {
    let text = "component Phone type=client\ncomponent Balancer type=gateway\nboundary Hall type=network members=Balancer\n\
                flow Phone -> Balancer\n";
    let open: Vec<_> = threats(text).into_iter().filter(|it| it.status == ThreatStatus::Open).collect();
    assert!(open.is_empty(), "{:?}", open.iter().map(|it| it.rule.as_str()).collect::<Vec<_>>());
}
