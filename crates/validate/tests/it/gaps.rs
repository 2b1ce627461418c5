//! What is asked for, and what is not.

use cairn_model::{
    AcceptedRiskClaim, Claim, ComponentClaim, ComponentType, ControlType, DataClaim, Exposure, Handling, Statement,
    Status, System,
};
use cairn_validate::validate;

use crate::sample::{
    as_status, boundary, component, control, data, document, endpoint, flow, named, said_in, system_of, typed,
};

fn rules(system: &System) -> Vec<&str> {
    let mut rules: Vec<_> = system.gaps.iter().map(|gap| gap.rule.as_str()).collect();
    rules.sort_unstable();
    rules
}

#[track_caller]
fn check_rules(statements: Vec<Statement>, expected: &[&str]) -> System {
    let system = system_of(statements);
    assert_eq!(rules(&system), expected);
    system
}

#[test]
fn a_component_at_work_is_asked_about() {
    let system = check_rules(
        vec![typed("shop", ComponentType::Service), Statement::Data(data("recipes", "shop"))],
        &["component-boundary", "component-exposure", "component-owner", "data-classification"],
    );
    assert!(system.gaps.iter().any(|gap| gap.question == "Who owns shop?" && gap.subject.as_str() == "cmp-shop"));
    let known = ComponentClaim {
        component_type: Some(ComponentType::Service),
        exposure: Some(Exposure::Internal),
        owner: Some("Ann".to_owned()),
        ..component("shop")
    };
    let statements =
        vec![Statement::Component(known), boundary("town", &["shop"]), Statement::Data(data("recipes", "shop"))];
    check_rules(statements, &["data-classification"]);
}

#[test]
fn what_bears_no_trust_or_is_idle_is_not() {
    check_rules(vec![typed("shop", ComponentType::Service)], &[]);
    check_rules(vec![typed("guest", ComponentType::Actor), named("tram"), Statement::Flow(flow("guest", "tram"))], &[]);
}

#[test]
fn what_is_not_built_is_not() {
    let documents = [document("a", "The shop will call the till.")];
    let planned = |statement| as_status(Status::Planned, said_in(&documents[0], statement));
    let claims: Vec<Claim> =
        [typed("shop", ComponentType::Service), Statement::Flow(flow("shop", "till"))].map(planned).into();
    assert_eq!(rules(&validate(&documents, &claims)), [""; 0]);
}

#[test]
fn a_flow_is_asked_about_unless_a_control_answers() {
    let statements = || {
        vec![
            typed("guest", ComponentType::Actor),
            typed("shop", ComponentType::Cache),
            Statement::Flow(flow("guest", "shop")),
        ]
    };
    let of_shop = ["component-boundary", "component-exposure", "component-owner"];
    let system = check_rules(
        statements(),
        &[&of_shop[..], &["flow-authentication", "flow-encryption", "flow-protocol"]].concat(),
    );
    assert!(system.gaps.iter().any(|gap| gap.question == "Over which protocol does guest talk to shop?"));
    let mut controlled = statements();
    controlled.push(control(ControlType::EncryptionInTransit, &["guest -> shop"], Some("TLS")));
    check_rules(controlled, &[&of_shop[..], &["flow-authentication", "flow-protocol"]].concat());
}

#[test]
fn stored_data_is_asked_about() {
    let stored = DataClaim { handling: vec![Handling::Stores], ..data("recipes", "shop") };
    check_rules(
        vec![named("shop"), Statement::Data(stored)],
        &["data-at-rest", "data-classification", "data-retention"],
    );
}

#[test]
fn endpoints_risks_and_boundaries_are_asked_about() {
    let risk = AcceptedRiskClaim { statement: "The door has no lock".to_owned(), ..AcceptedRiskClaim::default() };
    let system = check_rules(
        vec![Statement::Endpoint(endpoint("shop", "/orders")), Statement::AcceptedRisk(risk), boundary("town", &[])],
        &[
            "accepted-risk-expiry",
            "accepted-risk-owner",
            "accepted-risk-rationale",
            "boundary-members",
            "endpoint-authentication",
            "endpoint-authorization",
        ],
    );
    assert!(system.gaps.iter().any(|gap| gap.question == "What lies inside the boundary town?"));
}

#[test]
fn where_there_are_tenants_their_separation_is_asked_for() {
    let kept = |name: &str| {
        let claim = DataClaim { handling: vec![Handling::Stores], ..data(name, "store") };
        vec![typed("store", ComponentType::Datastore), Statement::Data(claim)]
    };
    assert!(rules(&system_of(kept("tenant records"))).contains(&"tenant-isolation"));
    assert!(!rules(&system_of(kept("records"))).contains(&"tenant-isolation"));
    let apart = control(ControlType::TenantIsolation, &["store"], None);
    let answered = kept("tenant records").into_iter().chain([apart]).collect();
    assert!(!rules(&system_of(answered)).contains(&"tenant-isolation"));
}

#[test]
fn a_third_party_without_a_flow_is_asked_about() {
    let named = typed("Parcel Rates", ComponentType::External);
    assert_eq!(rules(&system_of(vec![named.clone()])), ["third-party-exchange"]);
    let used = vec![named, typed("shop", ComponentType::Service), Statement::Flow(flow("shop", "Parcel Rates"))];
    assert!(!rules(&system_of(used)).contains(&"third-party-exchange"));
}
