use crate::check::{PARTS, has, lacks, lines};

fn flows(text: &str) -> Vec<String> {
    lines("flow", &format!("{PARTS}## How\n\n{text}\n"))
}

#[test]
fn subject_verb_object_is_a_flow() {
    has(
        &flows("The order service calls the billing worker over gRPC."),
        "order service -> billing worker [gRPC]: implemented",
    );
}

#[test]
fn the_other_end_of_send_stands_after_to_and_the_object_is_data() {
    has(
        &flows("The order service sends invoices to the billing worker."),
        "order service -> billing worker [invoices]: implemented",
    );
}

#[test]
fn coordinated_subjects_share_the_verb() {
    let lines = flows("The order service and the billing worker write to the ledger database.");
    has(&lines, "order service -> ledger database []: implemented");
    has(&lines, "billing worker -> ledger database []: implemented");
}

#[test]
fn coordinated_verbs_share_the_subject() {
    let lines = flows("The order service calls the billing worker and writes to the ledger database.");
    has(&lines, "order service -> ledger database []: implemented");
    lacks(&lines, "billing worker -> ledger database");
}

#[test]
fn a_passive_with_by_turns_the_flow_around() {
    has(
        &flows("The ledger database is queried by the billing worker."),
        "billing worker -> ledger database []: implemented",
    );
}

#[test]
fn a_passive_with_from_names_the_sender_last() {
    has(
        &flows("Events are pushed to the job queue from the order service."),
        "order service -> job queue []: implemented",
    );
}

#[test]
fn receiving_is_initiated_by_the_sender() {
    has(
        &flows("The billing worker receives orders from the order service."),
        "order service -> billing worker [orders]: implemented",
    );
}

#[test]
fn a_relative_clause_speaks_of_the_name_before_it() {
    has(
        &flows("There is a billing worker that reads from the job queue."),
        "billing worker -> job queue []: implemented",
    );
}

#[test]
fn a_pronoun_means_the_last_subject() {
    has(
        &flows("The billing worker runs every minute. It reads from the job queue."),
        "billing worker -> job queue []: implemented",
    );
}

#[test]
fn an_infinitive_after_allow_has_the_allowed_as_subject() {
    has(
        &flows("A network rule allows the billing worker to connect to the ledger database."),
        "billing worker -> ledger database []: implemented",
    );
}

#[test]
fn arrows_and_exchange_nouns_are_flows() {
    has(&flows("edge proxy -> order service"), "edge proxy -> order service []: implemented");
    has(
        &flows("Traffic from the edge proxy to the order service is logged."),
        "edge proxy -> order service []: implemented",
    );
}

#[test]
fn negated_and_planned_verbs_keep_their_status() {
    has(&flows("The order service does not call the ledger database."), "order service -> ledger database []: absent");
    has(&flows("The order service will publish to the job queue."), "order service -> job queue []: planned");
}

#[test]
fn plaintext_is_stated_not_guessed() {
    has(
        &flows("The order service calls the billing worker over plain HTTP."),
        "order service -> billing worker [HTTP, plaintext]: implemented",
    );
}

#[test]
fn examples_advice_and_possessives_make_no_flow() {
    assert_eq!(flows("For example, the order service calls the billing worker."), Vec::<String>::new());
    assert_eq!(flows("You can send data from the order service to the billing worker."), Vec::<String>::new());
    lacks(
        &flows("The order service reads the billing worker's settings from the ledger database."),
        "-> billing worker",
    );
}

#[test]
fn who_acts_through_something_uses_it() {
    has(
        &flows("The billing worker reaches its bank only through the edge proxy."),
        "billing worker -> edge proxy []: implemented",
    );
}

#[test]
fn what_stands_in_front_passes_requests_on() {
    has(&flows("There is an edge proxy in front of the order service."), "edge proxy -> order service []: implemented");
}

#[test]
fn a_network_rule_is_a_flow_also_as_an_instruction() {
    let text = format!("{PARTS}## order service\n\nAllow communication on port `8443` from the edge proxy.\n");
    has(&lines("flow", &text), "edge proxy -> order service []: implemented");
}

#[test]
fn a_heading_of_two_names_is_a_flow() {
    let text = format!("{PARTS}## order service to ledger database\n\nNightly.\n");
    has(&lines("flow", &text), "order service -> ledger database []: implemented");
}

#[test]
fn an_item_that_opens_with_a_protocol_speaks_of_its_heading() {
    let text = format!("{PARTS}## billing worker\n\n- HTTPS to the order service\n");
    has(&lines("flow", &text), "billing worker -> order service [HTTPS]: implemented");
}

#[test]
fn who_cannot_reach_something_is_no_flow() {
    lacks(&flows("The billing worker is unable to call the order service."), "billing worker -> order service");
}
