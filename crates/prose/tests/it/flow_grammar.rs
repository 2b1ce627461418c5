//! Flows that are said in other ways than subject, verb, object.

use crate::check::{PARTS, has, lacks, lines};

fn flows(text: &str) -> Vec<String> {
    lines("flow", &format!("{PARTS}## How\n\n{text}\n"))
}

#[test]
fn which_speaks_of_the_name_before_it() {
    let lines = flows("Labels go to the billing worker, which writes them to the ledger database.");
    has(&lines, "billing worker -> ledger database []: implemented");
}

#[test]
fn a_participle_that_looks_like_the_base_form_is_passive() {
    let lines = flows("The ledger database is read by the order service and the billing worker.");
    has(&lines, "order service -> ledger database []: implemented");
    has(&lines, "billing worker -> ledger database []: implemented");
}

#[test]
fn what_is_to_be_read_is_no_passive() {
    let lines = flows("The billing worker is used to read the ledger database.");
    lacks(&lines, "ledger database -> billing worker");
}

#[test]
fn who_is_passed_stands_in_front() {
    let lines = flows("Requests to the order service pass through the edge proxy.");
    assert_eq!(lines, ["edge proxy -> order service []: implemented"]);
}

#[test]
fn what_travels_is_sent_by_where_it_comes_from() {
    has(
        &flows("Reminders go from the billing worker to the job queue."),
        "billing worker -> job queue []: implemented",
    );
}

#[test]
fn a_noun_of_exchange_says_what_its_verb_does_not() {
    has(
        &flows("The billing worker keeps a connection to the ledger database open."),
        "billing worker -> ledger database []: implemented",
    );
    assert!(flows("The billing worker has no access to the ledger database.").is_empty());
}

#[test]
fn what_was_out_of_reach_once_is_reached_otherwise() {
    has(
        &flows("The order service was unable to write to the job queue for an hour."),
        "order service -> job queue []: implemented",
    );
    assert!(flows("The order service cannot write to the job queue.").is_empty());
}

#[test]
fn who_backs_is_asked() {
    has(
        &flows("The order service is backed by the ledger database."),
        "order service -> ledger database []: implemented",
    );
}

#[test]
fn an_agent_takes_the_place_of_the_subject() {
    has(
        &flows("Counts are pulled by the billing worker from the order service."),
        "billing worker -> order service []: implemented",
    );
}
