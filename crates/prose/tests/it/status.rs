use crate::check::{PARTS, has, lines, lines_at};

#[test]
fn a_heading_makes_what_stands_under_it_a_plan() {
    let text = format!("{PARTS}## Future work\n\nThe order service calls the ledger database.\n");
    has(&lines("flow", &text), "order service -> ledger database []: planned");
}

#[test]
fn an_open_task_is_a_plan_and_a_done_one_is_not() {
    let text = format!(
        "{PARTS}## Tasks\n\n- [ ] The order service publishes to the job queue.\n- [x] The billing worker reads from the job queue.\n"
    );
    let lines = lines("flow", &text);
    has(&lines, "order service -> job queue []: planned");
    has(&lines, "billing worker -> job queue []: implemented");
}

#[test]
fn a_proposal_describes_what_is_planned() {
    let text =
        format!("---\nstatus: proposed\n---\n\n{PARTS}## Design\n\nThe order service calls the ledger database.\n");
    has(&lines_at("docs/rfc/0007-ledger.md", "flow", &text), "order service -> ledger database []: planned");
}

#[test]
fn a_protective_negation_takes_nothing_away() {
    let text =
        format!("{PARTS}## Safety\n\nPasswords are never logged by the order service and audit logs are kept.\n");
    has(&lines("control", &text), "audit_logging on order service: implemented");
}

#[test]
fn a_negation_in_another_clause_does_not_reach() {
    let text = format!(
        "{PARTS}## Safety\n\nThe edge proxy has no state; rate limits are enforced per client on the edge proxy.\n"
    );
    has(&lines("control", &text), "rate_limiting on edge proxy: implemented");
}

#[test]
fn alternatives_that_were_not_chosen_are_not_read() {
    let text = format!("{PARTS}## Alternatives considered\n\nThe order service calls the ledger database.\n");
    assert_eq!(lines("flow", &text), Vec::<String>::new());
}

#[test]
fn struck_through_text_was_taken_back() {
    let text = format!("{PARTS}## How\n\n~~The order service calls the ledger database.~~\n");
    assert_eq!(lines("flow", &text), Vec::<String>::new());
}

#[test]
fn what_is_not_directly_accessible_is_isolated() {
    for words in ["is not directly accessible", "has no inbound connections", "is not reachable from other networks"] {
        let text = format!("{PARTS}## Network\n\nThe ledger database {words}.\n");
        has(&lines("control", &text), "network_isolation on ledger database: implemented");
    }
}
