//! Which names become one component, and which joins are refused.

use cairn_model::{Claim, ComponentType, ControlType, EndpointClaim, Statement, System};
use cairn_validate::validate;

use crate::sample::{
    aliased, boundary, component, control, data, document, flow, ids, named, quoting, said_in, system_of, typed,
};

#[track_caller]
fn check_components(statements: Vec<Statement>, expected: &[&str]) -> System {
    let system = system_of(statements);
    assert_eq!(ids(&system.components), expected);
    system
}

fn flows(source: &str, target: &str) -> Statement {
    Statement::Flow(flow(source, target))
}

fn questions(system: &System, rule: &str) -> Vec<String> {
    system.gaps.iter().filter(|gap| gap.rule == rule).map(|gap| gap.question.clone()).collect()
}

#[test]
fn writing_does_not_matter() {
    let system = check_components(
        vec![named("OrderService"), named("the order services"), named("order-service"), named("order-svc")],
        &["cmp-order-service"],
    );
    assert_eq!(system.components[0].name, "order services");
    assert_eq!(system.components[0].aliases, ["OrderService", "order-service", "order-svc"]);
}

#[test]
fn container_words_are_written_out() {
    check_components(
        vec![named("payments-db"), named("the payments DB"), named("payment database")],
        &["cmp-payment-database"],
    );
    check_components(
        vec![named("k8s config repo"), named("Kubernetes configuration repository")],
        &["cmp-kubernete-configuration-repository"],
    );
}

#[test]
fn writing_joins_no_two_types() {
    let service = typed("payments-db", ComponentType::Service);
    let store = typed("payment database", ComponentType::Datastore);
    let system = check_components(vec![service, store], &["cmp-payment-database", "cmp-payment-db"]);
    assert_eq!(questions(&system, "same-or-different").len(), 1);
}

#[test]
fn a_stated_alias_joins() {
    let system = check_components(
        vec![aliased("Ledger", None, &["book keeper"]), flows("book keeper", "shop"), flows("shop", "till")],
        &["cmp-ledger", "cmp-shop", "cmp-till"],
    );
    assert_eq!(system.components[0].aliases, ["book keeper"]);
}

#[test]
fn an_acronym_is_an_alias() {
    check_components(
        vec![aliased("Order Routing Engine", None, &["ORE"]), flows("ORE", "shop")],
        &["cmp-order-routing-engine", "cmp-shop"],
    );
}

#[test]
fn an_alias_joins_no_two_types() {
    let system = check_components(
        vec![aliased("ledger", Some(ComponentType::Service), &["vault"]), typed("vault", ComponentType::SecretStore)],
        &["cmp-ledger", "cmp-vault"],
    );
    assert_eq!(questions(&system, "same-or-different"), ["Are ledger and vault the same? One is called vault too."]);
}

#[test]
fn an_alias_joins_no_two_ends_of_a_flow() {
    let system = check_components(
        vec![aliased("ledger", None, &["shop"]), flows("ledger", "shop")],
        &["cmp-ledger", "cmp-shop"],
    );
    assert_eq!(questions(&system, "same-or-different").len(), 1);
}

#[test]
fn an_alias_of_two_names_is_nobodys() {
    let store = Some(ComponentType::Datastore);
    let system = check_components(
        vec![aliased("orders database", store, &["Foobase"]), aliased("billing database", store, &["Foobase"])],
        &["cmp-billing-database", "cmp-order-database"],
    );
    assert_eq!(
        questions(&system, "same-or-different"),
        ["Are billing database and orders database the same? Both are called Foobase."]
    );
}

#[test]
fn an_alias_of_names_that_only_say_more_joins_them() {
    check_components(
        vec![aliased("Acme tool server", None, &["toolsrv"]), aliased("tool server", None, &["toolsrv"])],
        &["cmp-acme-tool-server"],
    );
}

#[test]
fn a_kind_word_is_dropped_when_nothing_else_can_be_meant() {
    check_components(vec![named("payment service"), flows("shop", "payment")], &["cmp-payment-service", "cmp-shop"]);
    check_components(
        vec![named("payment service"), named("payment gateway"), flows("shop", "payment")],
        &["cmp-payment", "cmp-payment-gateway", "cmp-payment-service", "cmp-shop"],
    );
    check_components(
        vec![typed("payment service", ComponentType::Service), typed("payment", ComponentType::Queue)],
        &["cmp-payment", "cmp-payment-service"],
    );
}

#[test]
fn a_store_is_not_the_thing_it_is_for() {
    check_components(vec![named("payment database"), named("payment")], &["cmp-payment", "cmp-payment-database"]);
    check_components(
        vec![typed("order cache", ComponentType::Cache), typed("order", ComponentType::Cache)],
        &["cmp-order-cache"],
    );
}

#[test]
fn flow_ends_become_components_and_other_names_do_not() {
    let system = check_components(
        vec![
            flows("shop", "till"),
            boundary("back room", &["till", "cellar"]),
            control(ControlType::Backup, &["cellar", "attic"], None),
            Statement::Data(data("recipes", "kitchen")),
        ],
        &["cmp-shop", "cmp-till"],
    );
    assert_eq!(system.components[0].component_type, None);
    assert_eq!(system.components[0].evidence, system.flows[0].evidence);
    assert_eq!(system.boundaries[0].members.len(), 1);
    assert!(system.controls[0].on.is_empty());
    assert!(system.data[0].handled_by.is_empty());
}

#[test]
fn subjects_may_be_data_boundaries_endpoints_and_flows() {
    let system = system_of(vec![
        flows("shop", "till"),
        boundary("back room", &["till"]),
        Statement::Data(data("recipes", "shop")),
        Statement::Endpoint(crate::sample::endpoint("shop", "/orders")),
        control(ControlType::Monitoring, &["recipe", "the back room", "GET /orders", "shop -> till"], None),
    ]);
    let prefixes: Vec<_> = system.controls[0].on.iter().filter_map(|id| id.as_str().split('-').next()).collect();
    assert_eq!(prefixes, ["bnd", "data", "ep", "flow"]);
}

#[test]
fn the_most_cited_spelling_is_the_name_then_the_longest() {
    let text = document("a.txt", "The Mail-Relay sends. The mail relay waits. The mail relay rests.");
    let claims = [
        quoting(&text, "The Mail-Relay sends.", named("Mail-Relay")),
        quoting(&text, "The mail relay waits.", named("mail relay")),
        quoting(&text, "The mail relay rests.", named("the mail relay")),
    ];
    let system = cairn_validate::validate(&[text], &claims);
    assert_eq!(system.components[0].name, "mail relay");

    let system = system_of(vec![aliased("short", None, &["the longest of all"]), named("longer short")]);
    assert_eq!(ids(&system.components), ["cmp-longer-short", "cmp-short"]);
}

#[test]
fn a_boundary_and_a_component_may_share_a_name() {
    let system = system_of(vec![named("blue cluster"), boundary("Blue Cluster", &["shop"]), named("shop")]);
    assert_eq!(ids(&system.components), ["cmp-blue-cluster", "cmp-shop"]);
    assert_eq!(system.boundaries[0].id.as_str(), "bnd-blue-cluster");
}

#[test]
fn an_id_stands_when_unrelated_claims_come() {
    let before = vec![named("payments-db"), Statement::Component(component("shop")), flows("shop", "payments-db")];
    let mut after = before.clone();
    after.extend([named("bakery"), flows("bakery", "oven"), typed("oven", ComponentType::External)]);
    let (before, after) = (system_of(before), system_of(after));
    assert!(before.components.iter().all(|old| after.components.iter().any(|new| new.id == old.id)));
    assert!(after.flows.iter().any(|flow| flow.id == before.flows[0].id));
}

/// The paths of the endpoints that these claims make, with how many passages each has.
fn paths_of(claims: &[(&str, Option<&str>, &str)]) -> Vec<(String, usize)> {
    let texts: Vec<String> = claims.iter().enumerate().map(|(at, _)| format!("Passage {at} speaks.")).collect();
    let documents: Vec<_> = texts.iter().enumerate().map(|(at, text)| document(&format!("d{at}"), text)).collect();
    let mut said: Vec<Claim> = claims
        .iter()
        .zip(&documents)
        .map(|((path, component, method), document)| {
            let body = EndpointClaim {
                path: (*path).to_owned(),
                component: component.map(str::to_owned),
                method: Some((*method).to_owned()),
                ..EndpointClaim::default()
            };
            said_in(document, Statement::Endpoint(body))
        })
        .collect();
    for (document, name) in documents.iter().zip(["shop", "till"]) {
        said.push(said_in(document, named(name)));
    }
    let system = validate(&documents, &said);
    let mut paths: Vec<_> = system.endpoints.iter().map(|it| (it.path.clone(), it.evidence.len())).collect();
    paths.sort();
    paths
}

#[test]
fn parameters_of_a_path_may_be_called_anything() {
    let same = [
        ("/orders/{orderId}", Some("shop"), "GET"),
        ("/orders/{id}", Some("shop"), "get"),
        ("/orders/:o", Some("shop"), "GET"),
    ];
    assert_eq!(paths_of(&same), [("/orders/{orderId}".to_owned(), 3)]);
    assert_eq!(paths_of(&[("/orders/{id}", Some("shop"), "GET"), ("/orders/new", Some("shop"), "GET")]).len(), 2);
}

#[test]
fn a_path_without_a_server_is_of_the_only_one_that_serves_it() {
    assert_eq!(paths_of(&[("/a", None, "GET"), ("/a", Some("shop"), "GET")]), [("/a".to_owned(), 2)]);
    assert_eq!(paths_of(&[("/a", None, "GET"), ("/a", Some("shop"), "GET"), ("/a", Some("till"), "GET")]).len(), 3);
    assert_eq!(paths_of(&[("/a", None, "PUT"), ("/a", Some("shop"), "GET")]).len(), 2);
}
