//! What conditions can say of an element's surroundings, and when they say nothing.

use crate::custom::met;

const SHOP: &str = "component Browser type=client\ncomponent Front type=gateway exposure=internet\ncomponent Shop type=service\n\
                    component Ledger type=datastore\ncomponent Printer type=service\nflow Browser -> Front\nflow Front -> Shop authentication=none\n\
                    flow Shop -> Ledger authentication=password\nflow Shop -> Printer status=absent";

#[test]
fn a_way_leads_along_flows_that_are_there() {
    assert_eq!(met("component", "reaches (type == datastore)", SHOP), ["Browser", "Front", "Shop"]);
    assert_eq!(met("component", "reached from (exposure == internet)", SHOP), ["Ledger", "Shop"]);
    assert_eq!(
        met("flow", "target reached from (type == client)", SHOP),
        ["Browser to Front", "Front to Shop", "Shop to Ledger"]
    );
}

#[test]
fn every_flow_on_the_way_is_as_wanted() {
    let through = "reached from (exposure == internet) through (authentication is none)";
    assert_eq!(met("component", through, SHOP), ["Shop"]);
}

#[test]
fn a_way_round_ends() {
    let round = "component One type=service\ncomponent Two type=queue\nflow One -> Two\nflow Two -> One";
    assert_eq!(met("component", "reaches (type == queue)", round), ["One", "Two"]);
    assert_eq!(met("component", "reaches (type == datastore)", round), [""; 0]);
}

#[test]
fn content_comes_along_flows_and_from_what_is_read() {
    let model = "component Helper type=ai_agent\ncomponent Notes type=datastore\ncomponent Crawler type=service\ncomponent Web type=external\n\
                 flow Helper -> Notes\nflow Crawler -> Notes\nflow Crawler -> Web";
    assert_eq!(met("component", "type == ai_agent and influenced by (type == external)", model), ["Helper"]);
    assert_eq!(met("component", "type == ai_agent and reached from (type == external)", model), [""; 0]);
}

#[test]
fn controls_are_told_apart_by_mechanism_and_by_words() {
    let model = "component A\ncomponent B\ncontrol integrity on=A mechanism=\"pinned digest\" status=absent\n\
                 control integrity on=B mechanism=\"signed commits\" status=absent";
    let when = "any controls (type == integrity and status == absent and mechanism mentions [pinned])";
    assert_eq!(met("component", when, model), ["A"]);
    assert_eq!(met("component", "any controls (says ['signed commit*'])", model), ["B"]);
}

#[test]
fn words_that_are_not_there_say_nothing() {
    assert_eq!(met("component", "says [tenants]", "component Shop"), [""; 0]);
    assert_eq!(met("component", "not says [tenants]", "component Shop"), [""; 0]);
    assert_eq!(met("component", "says [tenants]", "component Shop says=\"serves many tenants\""), ["Shop"]);
}

#[test]
fn names_resolve_who_may_do_what() {
    let model = "component Clerk type=service aliases=\"order clerk\"\ncomponent Ledger type=datastore\n\
                 permission \"Order Clerk\" delete Ledger";
    assert_eq!(met("component", "any permissions (action mentions [delete])", model), ["Clerk"]);
    assert_eq!(met("component", "any grants (action mentions [delete])", model), ["Ledger"]);
    assert_eq!(met("permission", "object.type == datastore and holder.type == service", model).len(), 1);
}

#[test]
fn a_number_of_neighbours_is_counted() {
    assert_eq!(met("component", "at least 2 incoming (status == implemented)", SHOP), [""; 0]);
    assert_eq!(met("component", "at least 1 outgoing (authentication is stated)", SHOP), ["Shop"]);
}

#[test]
fn relations_follow_each_other() {
    assert_eq!(met("component", "any callers.incoming (source.type == client)", SHOP), ["Shop"]);
    let zone = "component A type=service\ncomponent B type=datastore\nboundary Zone type=network members=A,B";
    assert_eq!(met("component", "any siblings (type == datastore)", zone), ["A"]);
    assert_eq!(met("boundary", "any members (type == datastore)", zone), ["Zone"]);
}

#[test]
fn boundaries_of_one_type_are_crossed() {
    let model = "boundary One type=account members=A\nboundary Two type=account members=B\nboundary Net type=network members=A,B\nflow A -> B";
    assert_eq!(met("flow", "crosses account boundary", model), ["A to B"]);
    assert_eq!(met("flow", "crosses tenant boundary", model), [""; 0]);
}

#[test]
fn attributes_of_both_ends_are_compared() {
    let model = "component A owner=Sales\ncomponent B owner=Stock\ncomponent C\nflow A -> B\nflow A -> C";
    assert_eq!(met("flow", "source.owner differs from target.owner", model), ["A to B"]);
    assert_eq!(met("flow", "source.owner same as target.owner", model), [""; 0]);
}

#[test]
fn the_system_as_a_whole_has_what_it_has() {
    let when = "any components (stores secrets) and no components (type == secret_store)";
    let known = "component A type=service\nholding Key in A handling=stores\ndata Key classification=secret";
    assert_eq!(met("system", when, known), ["the system"]);
    // A part of unknown type may be the missing one.
    assert_eq!(met("system", when, &format!("{known}\ncomponent B")), [""; 0]);
    assert_eq!(met("system", when, &format!("{known}\ncomponent Safe type=secret_store")), [""; 0]);
}

#[test]
fn who_speaks_of_an_element_is_told_apart() {
    let model = "component A source=deployment\ncomponent B source=design\ncomponent C source=deployment\ncomponent D";
    assert_eq!(met("component", "is deployed and not is designed", model), ["A", "C"]);
    assert_eq!(met("component", "is designed", model), ["B"]);
}

#[test]
fn dates_grow_old_and_paths_have_parameters() {
    let risks = "risk \"old\" accepted_on=2024-01-01\nrisk \"new\" accepted_on=2025-12-01\nrisk \"some day\" accepted_on=spring";
    assert_eq!(met("accepted_risk", "accepted_on is older than 365 days", risks), ["\"old\""]);
    let paths = "endpoint /orders/{order}\nendpoint /orders/:order/lines\nendpoint /orders";
    assert_eq!(met("endpoint", "path has parameter", paths).len(), 2);
}

#[test]
fn decisions_and_questions_are_subjects() {
    let model = "component A\ndecision \"keep it\" about=A status=deprecated\nquestion \"who?\" about=A";
    assert_eq!(met("decision", "status == deprecated", model), ["\"keep it\""]);
    assert_eq!(met("question", "any components (status == implemented)", model), ["\"who?\""]);
    assert_eq!(met("component", "any decisions (status == deprecated)", model), ["A"]);
}
