//! The contract's table of statuses, row by row, and the border cases that other tools get wrong.

use cairn_model::{Threat, ThreatStatus};
use cairn_threats::{RuleSet, derive, statuses};

use crate::{model_of, review_day};

fn check(rule: &str, model: &str, expected: &[ThreatStatus]) {
    let system = model_of(model);
    assert_eq!(statuses(&RuleSet::built_in(), rule, &system), expected, "{rule} on\n{model}");
}

fn threats(model: &str) -> Vec<Threat> {
    derive(&model_of(model), &RuleSet::built_in(), review_day())
}

const CARDS: &str = "flow Shop -> Ledger data=Cards\ndata Cards classification=payment\n";

fn check_cards(more: &str, expected: ThreatStatus) {
    check("sensitive-data-in-plain-text", &format!("{CARDS}{more}"), &[expected]);
}

#[test]
fn silence_is_a_question() {
    check_cards("", ThreatStatus::Unverified);
}

#[test]
fn a_stated_absence_is_open() {
    check_cards("control encryption_in_transit on=\"Shop -> Ledger\" status=absent", ThreatStatus::Open);
}

#[test]
fn an_implemented_control_mitigates() {
    check_cards("control encryption_in_transit on=Ledger", ThreatStatus::Mitigated);
}

#[test]
fn a_control_on_something_else_does_not_count() {
    check_cards("control encryption_in_transit on=Printer", ThreatStatus::Unverified);
    check_cards("control backup on=Ledger", ThreatStatus::Unverified);
}

#[test]
fn a_plan_is_only_a_plan() {
    check_cards("control encryption_in_transit on=Ledger status=planned", ThreatStatus::Planned);
}

#[test]
fn a_plan_outranks_the_absence_it_ends() {
    let both =
        "control encryption_in_transit on=Ledger status=planned\ncontrol encryption_in_transit on=Ledger status=absent";
    check_cards(both, ThreatStatus::Planned);
}

#[test]
fn an_assumed_control_and_an_assumption_are_only_assumed() {
    check_cards("control encryption_in_transit on=Ledger status=assumed", ThreatStatus::Assumed);
    check_cards("assumption \"The line is encrypted\" about=Ledger", ThreatStatus::Assumed);
    check_cards("assumption \"The line is fast\" about=Ledger", ThreatStatus::Unverified);
}

#[test]
fn a_control_that_is_being_retired_answers_nothing() {
    check_cards("control encryption_in_transit on=Ledger status=deprecated", ThreatStatus::Unverified);
}

#[test]
fn an_accepted_risk_covers_until_it_expires() {
    check_cards(
        "risk \"We accept unencrypted, plain text lines\" about=Ledger expires_on=2026-01-01",
        ThreatStatus::Accepted,
    );
    check_cards(
        "risk \"We accept plain text lines\" about=Ledger expires_on=2025-12-31",
        ThreatStatus::AcceptanceExpired,
    );
    check_cards("risk \"We accept slow answers\" about=Ledger", ThreatStatus::Unverified);
    check_cards("risk \"We accept plain text lines\" about=Printer", ThreatStatus::Unverified);
}

#[test]
fn an_implemented_control_needs_no_acceptance() {
    let both = "control encryption_in_transit on=Ledger\nrisk \"We accept plain text lines\" about=Ledger";
    check_cards(both, ThreatStatus::Mitigated);
}

#[test]
fn opposite_statements_are_a_dispute() {
    let controls = "control encryption_in_transit on=Ledger\ncontrol encryption_in_transit on=Ledger status=absent";
    check_cards(controls, ThreatStatus::Disputed);
    check_cards("conflict Ledger encryption_in_transit implemented absent", ThreatStatus::Disputed);
    check_cards("conflict \"Shop -> Ledger\" encryption TLS none", ThreatStatus::Disputed);
}

#[test]
fn a_dispute_whose_sides_lead_to_one_verdict_is_none() {
    check_cards("conflict \"Shop -> Ledger\" encryption TLS IPsec", ThreatStatus::Mitigated);
}

#[test]
fn a_disputed_premise_is_reported() {
    let model = "conflict Ledger exposure internet internal\ncomponent Ledger type=datastore exposure=internal";
    check("datastore-reachable-from-internet", model, &[ThreatStatus::Disputed]);
}

#[test]
fn a_bare_server_and_a_flow_raise_nothing() {
    assert_eq!(threats("component Server type=service\nflow Visitor -> Server"), []);
    assert_eq!(threats("flow Visitor -> Server"), []);
}

#[test]
fn what_is_said_not_to_exist_is_not_threatened() {
    assert_eq!(threats("flow Shop -> Ledger data=Cards status=absent\ndata Cards classification=payment"), []);
}

/// One sensitive class is enough; no second scale has to agree.
#[test]
fn confidentiality_alone_makes_stored_data_sensitive() {
    let model =
        "data Plans classification=confidential\nholding Plans in Ledger handling=stores encrypted_at_rest=false";
    check("sensitive-data-at-rest-in-plain-text", model, &[ThreatStatus::Open]);
}

/// A client stands in no boundary, and the store in one: the flow still crosses.
#[test]
fn a_client_outside_every_boundary_crosses() {
    let model = "component Phone type=client\ncomponent Ledger type=datastore\nboundary Inside type=network members=Ledger\n\
                 flow Phone -> Ledger";
    check("direct-access-to-datastore", model, &[ThreatStatus::Unverified]);
}

/// A process boundary inside a network neither hides the network nor separates from it.
#[test]
fn a_store_in_a_process_inside_a_network_is_in_that_network() {
    let nested = "component Ledger type=datastore\nboundary Inside type=network members=Runtime\n\
                  boundary Runtime type=process members=Ledger\nboundary Outside type=network members=Shop\nflow Shop -> Ledger";
    check("direct-access-to-datastore", nested, &[ThreatStatus::Unverified]);
    let same = "component Ledger type=datastore\nboundary Inside type=network members=Runtime,Shop\n\
                boundary Runtime type=process members=Ledger\nflow Shop -> Ledger";
    check("direct-access-to-datastore", same, &[]);
}

/// Whether an undocumented part stands inside or outside is unknown, and unknown alone is no finding.
#[test]
fn a_part_without_boundary_is_not_taken_for_an_outsider() {
    let model = "component Ledger type=datastore\nboundary Inside type=network members=Ledger\nflow Job -> Ledger";
    check("direct-access-to-datastore", model, &[]);
}

#[test]
fn boundaries_that_contain_each_other_end() {
    let model = "component Ledger type=datastore\nboundary One type=process members=Two,Ledger\n\
                 boundary Two type=process members=One\nflow Shop -> Ledger";
    check("direct-access-to-datastore", model, &[]);
}

#[test]
fn a_stated_absence_on_anything_is_an_open_threat_of_its_family() {
    let rules = RuleSet::built_in();
    for control in <cairn_model::ControlType as cairn_model::Term>::ALL {
        for on in [" on=Shop", " on=Cards", " on=/orders", " on=\"Shop -> Ledger\"", ""] {
            let model = format!(
                "component Shop\ndata Cards\nendpoint /orders\nflow Shop -> Ledger\ncontrol {control}{on} status=absent"
            );
            let found = derive(&model_of(&model), &rules, review_day());
            let answering = |threat: &&Threat| {
                let rule = rules.rule(&threat.rule).unwrap();
                threat.status == ThreatStatus::Open && rule.answered_by.contains(control)
            };
            let threat = found.iter().find(answering).unwrap_or_else(|| panic!("no threat for\n{model}"));
            let quoted =
                threat.explanation.iter().flat_map(|premise| &premise.evidence).any(|it| it.quote.contains("absent"));
            assert!(quoted, "{} does not cite the absence", threat.rule);
        }
    }
}

#[test]
fn one_cause_is_one_threat() {
    let model = "endpoint /login on=Shop exposure=internet authentication=password\ncontrol rate_limiting on=/login status=absent";
    let rules: Vec<String> = threats(model).into_iter().map(|threat| threat.rule).collect();
    assert!(rules.contains(&"internet-endpoint-without-limit".to_owned()), "{rules:?}");
    assert!(!rules.contains(&"requests-without-limit".to_owned()), "{rules:?}");
}
