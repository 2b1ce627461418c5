//! Which claims make one element, and which value wins.

use cairn_model::{
    AcceptedRiskClaim, AssumptionClaim, Claim, ComponentClaim, ComponentType, ControlType, DataClaim, DecisionClaim,
    Document, Exposure, Handling, PermissionClaim, SourceType, Statement, Status, System,
};
use cairn_validate::validate;

use crate::sample::{
    as_status, boundary, component, control, data, dated, document, encrypted, endpoint, flow, named, of_type, said_in,
    strings, system_of, typed,
};

fn owned(owner: &str) -> Statement {
    Statement::Component(ComponentClaim { owner: Some(owner.to_owned()), ..component("shop") })
}

/// The shop's owner after each document said its own.
#[track_caller]
fn check_owner(said: Vec<(Document, &str)>, winner: &str) -> System {
    let claims: Vec<Claim> = said.iter().map(|(document, owner)| said_in(document, owned(owner))).collect();
    let documents: Vec<Document> = said.into_iter().map(|(document, _)| document).collect();
    let system = validate(&documents, &claims);
    let owner = system.components.first().and_then(|shop| shop.owner.as_ref());
    assert_eq!(owner.map(|owner| (owner.value.as_str(), owner.evidence.is_empty())), Some((winner, false)));
    system
}

#[test]
fn authority_then_date_then_majority_then_alphabet() {
    let page = |path: &str| document(path, &format!("The shop, says {path}."));
    let deployment = of_type(SourceType::Deployment, page("deploy"));
    check_owner(vec![(dated("2025-01-01", page("a")), "Ann"), (deployment, "Zoe")], "Zoe");
    check_owner(vec![(dated("2025-01-01", page("a")), "Zoe"), (dated("2024-01-01", page("b")), "Ann")], "Zoe");
    check_owner(vec![(dated("2024-01-01", page("a")), "Zoe"), (page("b"), "Ann")], "Zoe");
    check_owner(vec![(page("a"), "Ann"), (page("b"), "Zoe"), (page("c"), "ZOE")], "ZOE");
    check_owner(vec![(page("a"), "Zoe"), (page("b"), "Ann")], "Ann");
}

#[test]
fn confidence_decides_nothing() {
    let documents = [document("a", "Ann has the shop."), of_type(SourceType::Adr, document("b", "Zoe has it."))];
    let sure = Claim { confidence: 1.0.into(), ..said_in(&documents[0], owned("Ann")) };
    let unsure = Claim { confidence: 0.0.into(), ..said_in(&documents[1], owned("Zoe")) };
    let system = validate(&documents, &[sure, unsure]);
    assert_eq!(system.components[0].owner.as_ref().unwrap().value, "Zoe");
}

#[test]
fn a_value_is_cited_by_those_who_state_it() {
    let page = |path: &str| document(path, &format!("The shop, says {path}."));
    let system = check_owner(vec![(page("a"), "Ann"), (page("b"), "ann"), (page("c"), "Zoe")], "Ann");
    let owner = system.components[0].owner.as_ref().unwrap();
    let quotes: Vec<_> = owner.evidence.iter().map(|cited| cited.quote.as_str()).collect();
    assert!(quotes.contains(&"The shop, says a.") && quotes.contains(&"The shop, says b."));
    assert_eq!(quotes.len(), 2);
    assert_eq!(system.components[0].evidence.len(), 3);
}

#[test]
fn what_is_planned_for_a_thing_does_not_describe_it() {
    let documents = [document("a", "The shop calls the till."), document("b", "It will use TLS.")];
    let built = said_in(&documents[0], Statement::Flow(flow("shop", "till")));
    let plan = as_status(Status::Planned, said_in(&documents[1], encrypted("shop", "till", "TLS")));
    let built_too = said_in(&documents[1], Statement::Flow(flow("shop", "till")));
    let system = validate(&documents, &[built, plan.clone(), built_too]);
    assert_eq!((system.flows[0].status, &system.flows[0].encryption), (Status::Implemented, &None));
    let system = validate(&documents, &[plan]);
    assert_eq!(system.flows[0].status, Status::Planned);
    assert_eq!(system.flows[0].encryption.as_ref().unwrap().value, "TLS");
}

#[test]
fn flows_merge_by_their_ends_and_direction() {
    let system = system_of(vec![
        Statement::Flow(flow("shop", "the till")),
        encrypted("Shop", "till", "TLS"),
        Statement::Flow(flow("till", "shop")),
    ]);
    assert_eq!(system.flows.len(), 2);
    assert!(system.flows.iter().any(|flow| flow.evidence.len() == 2 && flow.encryption.is_some()));
}

#[test]
fn flows_carry_known_data() {
    let mut with_data = flow("shop", "till");
    with_data.data = strings(&["Recipes", "weather"]);
    let system = system_of(vec![Statement::Flow(with_data), Statement::Data(data("recipes", "shop"))]);
    assert_eq!(system.flows[0].data, [system.data[0].id.clone()]);
}

#[test]
fn data_is_handled_once_by_each_component() {
    let stores = |component: &str| DataClaim { handling: vec![Handling::Stores], ..data("recipes", component) };
    let kept = DataClaim { retention: Some("30 days".to_owned()), ..data("recipe", "shop") };
    let logs = DataClaim { handling: vec![Handling::Logs], ..data("recipes", "shop") };
    let system = system_of(vec![
        named("shop"),
        named("till"),
        Statement::Data(stores("shop")),
        Statement::Data(logs),
        Statement::Data(kept),
        Statement::Data(stores("till")),
    ]);
    assert_eq!(system.data.len(), 1);
    let [shop, till] = system.data[0].handled_by.as_slice() else { panic!("two handlers") };
    assert_eq!(shop.handling, [Handling::Stores, Handling::Logs]);
    assert_eq!(shop.retention.as_ref().unwrap().value, "30 days");
    assert_eq!(till.retention, None);
}

#[test]
fn data_without_a_component_is_its_only_handlers() {
    let kept = DataClaim { component: None, retention: Some("30 days".to_owned()), ..data("recipes", "") };
    let handled = Statement::Data(data("recipes", "shop"));
    let system = system_of(vec![named("shop"), handled, Statement::Data(kept)]);
    assert_eq!(system.data[0].handled_by[0].retention.as_ref().unwrap().value, "30 days");
}

#[test]
fn endpoints_differ_by_component_method_and_path() {
    let get = |component: &str| {
        let mut body = endpoint(component, "/orders");
        body.method = Some("get".to_owned());
        body
    };
    let exposed = |mut body: cairn_model::EndpointClaim| {
        body.exposure = Some(Exposure::Internet);
        body
    };
    let system = system_of(vec![
        named("shop"),
        Statement::Endpoint(get("shop")),
        Statement::Endpoint(exposed(get("Shop"))),
        Statement::Endpoint(endpoint("shop", "/orders")),
        Statement::Endpoint(get("nobody")),
    ]);
    assert_eq!(system.endpoints.len(), 3);
    assert_eq!(system.endpoints.iter().filter(|endpoint| endpoint.exposure.is_some()).count(), 1);
    assert_eq!(system.endpoints.iter().filter(|endpoint| endpoint.component.is_none()).count(), 1);
}

#[test]
fn controls_of_one_mechanism_on_one_subject_are_one() {
    let tls = |mechanism| control(ControlType::EncryptionInTransit, &["shop"], mechanism);
    let system = system_of(vec![named("shop"), tls(Some("TLS")), tls(Some("tls")), tls(None)]);
    assert_eq!(system.controls.len(), 1);
    assert_eq!(system.controls[0].evidence.len(), 3);
    let system = system_of(vec![named("shop"), tls(Some("TLS")), tls(Some("IPsec")), tls(None)]);
    assert_eq!(system.controls.len(), 3);
}

#[test]
fn a_bare_control_is_its_passages() {
    let bare = || control(ControlType::Backup, &[], None);
    assert_eq!(system_of(vec![bare(), bare()]).controls.len(), 2);

    let documents = [document("a", "The shop is backed up.")];
    let claims = [
        said_in(&documents[0], bare()),
        said_in(&documents[0], control(ControlType::Backup, &["shop"], None)),
        said_in(&documents[0], named("shop")),
    ];
    let system = validate(&documents, &claims);
    assert_eq!(system.controls.len(), 1);
    assert_eq!(system.controls[0].on.len(), 1);
}

#[test]
fn permissions_merge_by_their_parts_and_status() {
    let may = |principal: &str| {
        Statement::Permission(PermissionClaim {
            principal: principal.to_owned(),
            action: "read".to_owned(),
            resource: "recipes".to_owned(),
            condition: None,
        })
    };
    assert_eq!(system_of(vec![may("the cook"), may("Cooks"), may("guest")]).permissions.len(), 2);
}

#[test]
fn statements_merge_by_their_words() {
    let trust = |statement: &str| {
        Statement::Assumption(AssumptionClaim { statement: statement.to_owned(), about: strings(&["shop"]) })
    };
    let system = system_of(vec![named("shop"), trust("Staff are honest"), trust("staff are honest.")]);
    assert_eq!(system.assumptions.len(), 1);
    assert_eq!(system.assumptions[0].status, Status::Assumed);
    assert_eq!(system.assumptions[0].about, [system.components[0].id.clone()]);

    let chose = |alternatives: &[&str]| {
        let alternatives = strings(alternatives);
        Statement::Decision(DecisionClaim {
            statement: "Sell tea".to_owned(),
            alternatives,
            ..DecisionClaim::default()
        })
    };
    let system = system_of(vec![chose(&["coffee", "Juice"]), chose(&["Coffee"])]);
    assert_eq!(system.decisions[0].alternatives, ["Coffee", "Juice"]);
}

#[test]
fn an_accepted_risks_expiry_is_read_as_a_date() {
    let risk = |expires_on: &str| AcceptedRiskClaim {
        statement: "The door has no lock".to_owned(),
        expires_on: Some(expires_on.to_owned()),
        ..AcceptedRiskClaim::default()
    };
    let system = system_of(vec![Statement::AcceptedRisk(risk("2026-03-01"))]);
    assert_eq!(system.accepted_risks[0].expires.unwrap().to_string(), "2026-03-01");
    assert_eq!(system_of(vec![Statement::AcceptedRisk(risk("next spring"))]).accepted_risks[0].expires, None);
}

#[test]
fn a_component_lies_in_the_innermost_boundary() {
    let system = system_of(vec![
        named("till"),
        named("shop"),
        boundary("town", &["street", "shop", "till"]),
        boundary("street", &["house", "shop"]),
        boundary("house", &["shop"]),
    ]);
    let around: Vec<_> = system.components.iter().map(|of| of.boundary.as_ref().unwrap().as_str()).collect();
    assert_eq!(around, ["bnd-house", "bnd-town"]);
}

#[test]
fn boundaries_around_each_other_end() {
    let system = system_of(vec![
        typed("shop", ComponentType::Service),
        boundary("east", &["west", "shop"]),
        boundary("west", &["east"]),
    ]);
    assert_eq!(system.components[0].boundary.as_ref().unwrap().as_str(), "bnd-east");
}

#[test]
fn a_boundary_that_is_only_denied_is_none() {
    let documents = [document("a", "There is no wall.")];
    let denied = as_status(Status::Absent, said_in(&documents[0], boundary("wall", &[])));
    assert!(validate(&documents, &[denied]).boundaries.is_empty());
}
